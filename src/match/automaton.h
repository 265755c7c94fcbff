/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tree of a pattern as an automaton: what may follow what. One reading of a
 * text by it (machine.h) says that the text has no match, or that it may have
 * one; like the tree it allows at least what the expression does. Private to
 * match/; immutable.
 *
 *     /\b(?:[a-z]{2,}\s)+/    positions 0 [a-z], 1 [a-z], 2 [\s];
 *     follow of 0: 1; of 1: 1, 2; of 2: 0 and the end
 */
#ifndef MATCH_AUTOMATON_H
#define MATCH_AUTOMATON_H

#include "match/symbols.h"

enum { AUTOMATON_POSITIONS_MAX = 255 };

/* Sets of positions are bitmaps of `words` words; the last position is the end
 * of the match. */
struct automaton {
	unsigned n; /* positions, with the end */
	unsigned words;
	struct symbols symbols;
	uint64_t *start;  /* where a match begins */
	uint64_t *follow; /* by position: where it can go on */
	uint64_t *allow;  /* by symbol: the positions it can stand at */
};

/* NULL when it has too many positions, or when nearly any text would do. */
struct automaton *automaton_new(const struct node *root);
void automaton_free(struct automaton *a);          /* takes NULL */
size_t automaton_bytes(const struct automaton *a); /* NULL: 0 */

static inline bool
automaton_has(const uint64_t *set, unsigned position)
{
	return set[position / 64] >> position % 64 & 1;
}

#endif
