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

	if (!p->enabled || spent < FIRST_US ||
	    now - p->shown_mono_us < EVERY_US)
		return;
	p->shown_mono_us = now;
	fprintf(stderr, "\r\033[K%zu of %zu (%zu %%), %.0f/s", done, p->total,
	        done * 100 / p->total, (double)done * 1e6 / (double)spent);
}

void
progress_end(struct progress *p)
{
	if (p->shown_mono_us)
		fputs("\r\033[K", stderr);
}
