/* SPDX-License-Identifier: Apache-2.0 */
/* One line on a terminal that says how far long work has come. It shows up
 * after a second; work that is quicker shows nothing. */
#ifndef TAMIS_PROGRESS_H
#define TAMIS_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
	bool enabled; /* standard error is a terminal, and it is not in the way
	               */
	size_t total;
	int64_t begin_mono_us, shown_mono_us;
};

struct progress progress_start(bool enabled, size_t total);
void progress_show(struct progress *p, size_t done);
void progress_end(struct progress *p); /* wipes it */

#endif
