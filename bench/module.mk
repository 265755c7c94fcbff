# SPDX-License-Identifier: Apache-2.0
# Programs that measure; built on request: make bench/PROGRAM.
EXTRA_PROGRAMS += bench/list
bench_list_SOURCES = bench/list.c
bench_list_LDADD = libcore.a $(CORE_LIBS)
