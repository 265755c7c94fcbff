# SPDX-License-Identifier: Apache-2.0
# Reading messages beside other implementations.
check_PROGRAMS += tests/message/fold_dump
tests_message_fold_dump_SOURCES = tests/message/fold_dump.c
tests_message_fold_dump_LDADD = libcore.a $(CORE_LIBS)
dist_check_SCRIPTS += tests/message/fold_icu.py
TESTS += tests/message/fold_icu.py
