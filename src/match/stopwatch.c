/* SPDX-License-Identifier: Apache-2.0 */
#include "match/stopwatch.h"

#include "base/clock.h"

enum {
	SHORT_US = 250, /* after so short a time the CPU is not asked yet */
	FIRST_US = 1000,
};

void
stopwatch_begin(struct stopwatch *w, int64_t limit_us)
{
	*w = (struct stopwatch){ .limit_us = limit_us };
}

/* By the CPU's clock. What went before the first time it was asked counts as
 * real time, but as FIRST_US at most: this thread may have had to wait. */
static int64_t
spent_us(struct stopwatch *w, int64_t real_us)
{
	int64_t cpu_us = clock_cpu_us();

	if (!w->is_cpu_known) {
		w->is_cpu_known = true;
		w->cpu_us = cpu_us - (real_us < FIRST_US ? real_us : FIRST_US);
	}
	return cpu_us - w->cpu_us;
}

static bool
is_up_at(struct stopwatch *w, int64_t mono_us)
{
	int64_t spent;

	if (!w->mono_us)
		w->mono_us = mono_us;
	if (mono_us - w->mono_us < (w->is_cpu_known ? w->limit_us : SHORT_US))
		return false;
	spent = spent_us(w, mono_us - w->mono_us);
	w->mono_us = mono_us - spent; /* do not ask again too soon */
	return spent >= w->limit_us;
}

bool
stopwatch_is_up(struct stopwatch *w)
{
	return w->limit_us && is_up_at(w, clock_mono_us());
}

bool
stopwatch_lap(struct stopwatch *w, int64_t *ret_lap_us)
{
	int64_t mono_us = clock_mono_us();

	*ret_lap_us = w->lap_us ? mono_us - w->lap_us : 0;
	w->lap_us = mono_us;
	return w->limit_us && is_up_at(w, mono_us);
}
