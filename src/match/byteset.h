/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looking for any of a few bytes, many bytes at a time; private to match/.
 * Written with the compiler's vectors: SSE2, AVX2 where the processor has it,
 * NEON, or plain C.
 */
#ifndef MATCH_BYTESET_H
#define MATCH_BYTESET_H

#include "base/sv.h"

enum { BYTESET_MAX = 6 };

struct byteset {
	unsigned char list[BYTESET_MAX];
	unsigned n;
};

/* The first place at or behind `from` with one of the bytes, or text.n. */
size_t byteset_next(const struct byteset *set, struct sv text, size_t from);

#endif
