/* SPDX-License-Identifier: Apache-2.0 */
#include "tamis/progress.h"

#include <stdio.h>

#include "base/clock.h"

enum { FIRST_US = 1000000, EVERY_US = 200000 };

struct progress
progress_start(bool enabled, size_t total)
{
	return (struct progress){
		.enabled = enabled,
		.total = total,
		.begin_mono_us = clock_mono_us(),
	};
}

void
progress_show(struct progress *p, size_t done)
{
	int64_t now = clock_mono_us(), spent = now - p->begin_mono_us;
	int left_s;

	if (!p->enabled || done == 0 || spent < FIRST_US ||
	    now - p->shown_mono_us < EVERY_US)
		return;
	p->shown_mono_us = now;
	left_s = (int)((double)(p->total - done) / (double)done *
	               (double)spent / 1e6);
	fprintf(stderr, "\r\033[K%zu of %zu (%zu %%), %.0f/s, %d:%02d left",
	        done, p->total, done * 100 / p->total,
	        (double)done * 1e6 / (double)spent, left_s / 60, left_s % 60);
}

void
progress_end(struct progress *p)
{
	if (p->shown_mono_us)
		fputs("\r\033[K", stderr);
}
