/* SPDX-License-Identifier: Apache-2.0 */
#include "match/stopwatch.h"

#include "base/clock.h"

void
stopwatch_begin(struct stopwatch *w, int64_t limit_us)
{
	*w = (struct stopwatch){ .limit_us = limit_us };
}

bool
stopwatch_lap(struct stopwatch *w, int64_t *ret_lap_us)
{
	int64_t mono_us = clock_mono_us(), spent_us;

	*ret_lap_us = w->look_us ? mono_us - w->look_us : 0;
	w->look_us = mono_us;
	if (!w->limit_us)
		return false;
	if (!w->mono_us) {
		w->mono_us = mono_us;
		w->cpu_us = clock_cpu_us();
		return false;
	}
	if (mono_us - w->mono_us < w->limit_us)
		return false;
	spent_us = clock_cpu_us() - w->cpu_us;
	w->mono_us = mono_us - spent_us; /* do not ask again too soon */
	return spent_us >= w->limit_us;
}

bool
stopwatch_is_up(struct stopwatch *w)
{
	int64_t lap_us;

	return w->limit_us && stopwatch_lap(w, &lap_us);
}
