/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which places of a text cannot be where any of some windows begins, by their
 * first three bytes, for 16 places at once. Windows are put into eight buckets;
 * for each byte two look-ups, by its halves, say in which buckets it can stand.
 * Private to match/; immutable.
 */
#ifndef MATCH_PREFILTER_H
#define MATCH_PREFILTER_H

#include <string.h>

#include "match/gate.h"

enum { PREFILTER_BYTES = 4, PREFILTER_MARKS = 256 };

struct prefilter {
	unsigned char low[PREFILTER_BYTES][16], high[PREFILTER_BYTES][16];
};

/* False: too many places would be left, or this processor cannot do it. */
bool prefilter_make(const struct gate_window *list, size_t n,
                    struct prefilter *ret);

/* Sets marks[i], of n, to 0 where no window begins at text[i]. Reads up to
 * text[n + PREFILTER_BYTES - 2]. */
void prefilter_mark(const struct prefilter *f, const unsigned char *text,
                    size_t n, unsigned char *marks);

/* Calls for each place that is left; PREFILTER_BYTES of the text are there.
 * Returns the first one that was not looked at: the text ends soon. */
static inline __attribute__((always_inline)) size_t
prefilter_each(const struct prefilter *f, struct sv text,
               void (*place)(void *ctx, size_t at), void *ctx)
{
	const unsigned char *p = (const unsigned char *)text.p;
	unsigned char marks[PREFILTER_MARKS];
	size_t at = 0;

	for (; at + PREFILTER_MARKS + PREFILTER_BYTES <= text.n;
	     at += PREFILTER_MARKS) {
		prefilter_mark(f, p + at, PREFILTER_MARKS, marks);
		for (size_t i = 0; i < PREFILTER_MARKS; i += sizeof(uint64_t)) {
			uint64_t any;

			memcpy(&any, marks + i, sizeof any);
			for (size_t k = i; any && k < i + sizeof any; k++)
				if (marks[k])
					place(ctx, at + k);
		}
	}
	return at;
}

#endif
