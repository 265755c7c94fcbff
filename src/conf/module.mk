# SPDX-License-Identifier: Apache-2.0
# Configuration: one schema table, its parser and its printers.
conf_sources = \
	src/conf/check.c \
	src/conf/conf.c src/conf/conf.h \
	src/conf/lex.c src/conf/lex.h \
	src/conf/parse.c \
	src/conf/print.c \
	src/conf/private.h \
	src/conf/schema.c src/conf/schema.h \
	src/conf/schema_dns.def src/conf/schema_feedback.def \
	src/conf/schema_feedd.def \
	src/conf/schema_reporter.def \
	src/conf/schema_http.def src/conf/schema_signals.def \
	src/conf/value.c src/conf/value.h
