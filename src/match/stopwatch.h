/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CPU time that one pattern and one message may take; private to match/. The
 * match limit of PCRE2 begins anew for each place where a match may begin, and
 * it does not count bytes that are looked at again and again, so that it does
 * not bound what an expression costs on a long text. Therefore the clock is
 * looked at between slices of such texts, and at callouts (guard.h).
 *
 * Real time is looked at first, because that is cheap: the CPU's clock can cost
 * as much as a whole match. Only when real time is up, which may be somebody
 * else's doing, the CPU's clock decides.
 */
#ifndef MATCH_STOPWATCH_H
#define MATCH_STOPWATCH_H

#include "conf/conf.h"

struct stopwatch {
	int64_t limit_us;        /* 0: none */
	int64_t mono_us, cpu_us; /* when it began; mono_us 0: not yet */
	int64_t lap_us;          /* when the last lap ended */
	bool is_cpu_known;
};

void stopwatch_begin(struct stopwatch *w, int64_t limit_us);

/* The first look starts it. */
bool stopwatch_is_up(struct stopwatch *w);

/* The same; *ret_lap_us is the real time since the lap before, 0 for the first
 * one. */
bool stopwatch_lap(struct stopwatch *w, int64_t *ret_lap_us);

#endif
