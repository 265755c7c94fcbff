/* SPDX-License-Identifier: Apache-2.0 */
/* How long a look-up in a list takes, by the number of entries: half of the
 * keys are there, half are not. Prints one line a size. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "match/list.h"

enum { LOOKUPS = 1000000, KEYS = 4096, KEY_BYTES = 40 };

static double
cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Names of lengths like those of domains, without an order. */
static struct sv
name_of(uint64_t i, char text[KEY_BYTES])
{
	uint64_t mixed = i * 0x9e3779b97f4a7c15u;
	int digits = 6 + (int)(mixed % 9);
	int n = snprintf(text, KEY_BYTES, "%0*" PRIx64 ".example", digits,
	                 mixed >> (64 - 4 * digits));

	return sv_make(text, (size_t)n);
}

static void
measure(size_t n)
{
	static char texts[KEYS][KEY_BYTES];
	static struct sv keys[KEYS];
	struct match_list *list = match_list_new();
	double begin = cpu_ns(), built;
	size_t found = 0;
	char text[KEY_BYTES];

	for (size_t i = 0; i < n; i++)
		if (!match_list_add(list, name_of(i, text)))
			abort();
	match_list_compile(list);
	built = cpu_ns();
	for (size_t i = 0; i < KEYS; i++)
		keys[i] = name_of(i % 2 ? n + i : i * 7919 % n, texts[i]);
	printf("  %9zu %11.1f %11.1f", match_list_count(list),
	       (built - begin) / 1e6,
	       (double)match_list_memory(list) / (double)n);
	begin = cpu_ns();
	for (size_t i = 0; i < LOOKUPS; i++)
		found += match_list_has(list, keys[i * 2654435761u % KEYS]);
	printf(" %12.1f %9.1f\n", (cpu_ns() - begin) / LOOKUPS,
	       100.0 * (double)found / LOOKUPS);
	match_list_free(list);
}

int
main(void)
{
	printf("  %9s %11s %11s %12s %9s\n", "entries", "build/ms",
	       "bytes/entry", "ns/look-up", "% found");
	measure(1000);
	measure(100000);
	measure(1000000);
	return 0;
}
