/* SPDX-License-Identifier: Apache-2.0 */
/* Clocks and memory, for programs that measure. */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stdint.h>
#include <stdio.h>
#include <time.h>

/* CLOCK_THREAD_CPUTIME_ID, CLOCK_PROCESS_CPUTIME_ID: other programs on the
 * machine do not count. */
static inline int64_t
measure_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Memory of this process that is in use, in KiB; what is shared with others
 * counts in part. */
static inline int64_t
measure_pss_kib(void)
{
	FILE *f = fopen("/proc/self/smaps_rollup", "r");
	char line[200];
	long long kib = 0;

	while (f && fgets(line, sizeof line, f))
		if (sscanf(line, "Pss: %lld", &kib) == 1)
			break;
	if (f)
		fclose(f);
	return kib;
}

#endif
