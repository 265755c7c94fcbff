# SPDX-License-Identifier: Apache-2.0
# Logs of mass checks: which rules hit which labelled mails.
mass_sources = \
	src/mass/frequency.c src/mass/frequency.h \
	src/mass/line.c src/mass/line.h \
	src/mass/log.c src/mass/log.h \
	src/mass/overlap.c src/mass/overlap.h
