/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which places of a text cannot be where any of some windows begins, by their
 * first three bytes, for 16 places at once. Windows are put into eight buckets;
 * for each byte two look-ups, by its halves, say in which buckets it can stand.
 * Private to match/; immutable.
 */
#ifndef MATCH_PREFILTER_H
#define MATCH_PREFILTER_H

#include "match/gate.h"

enum { PREFILTER_BYTES = 3 };

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

#endif
