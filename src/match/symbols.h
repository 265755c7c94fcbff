/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes that no class of some tells apart are one symbol: tables by symbol are
 * much smaller than those by byte. Private to match/. */
#ifndef MATCH_SYMBOLS_H
#define MATCH_SYMBOLS_H

#include "match/syntax.h"

struct symbols {         /* to begin with: { .n = 1 } */
	uint8_t of[256]; /* by byte */
	unsigned n;
};

/* Splits each symbol into the bytes that the class has and the others. */
void symbols_refine(struct symbols *s, const struct byte_class *class);

/* Of each symbol, its first byte. */
void symbols_examples(const struct symbols *s, unsigned char ret[256]);

#endif
