# SPDX-License-Identifier: Apache-2.0
# Logs of mass checks: which rules hit which labelled mails, and the points that
# follow from them.
mass_sources = \
	src/mass/fit.c src/mass/fit.h src/mass/fit_data.c \
	src/mass/frequency.c src/mass/frequency.h \
	src/mass/line.c src/mass/line.h \
	src/mass/log.c src/mass/log.h \
	src/mass/overlap.c src/mass/overlap.h \
	src/mass/rescore.c src/mass/rescore.h
