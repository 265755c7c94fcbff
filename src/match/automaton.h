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

enum {
	AUTOMATON_POSITIONS_MAX = 255, /* of a whole pattern */
	AUTOMATON_HEAD_POSITIONS_MAX = 2500,
};

/* A list of positions. */
struct positions {
	const uint16_t *list;
	size_t n;
};

/* The last position is the end of the match. */
struct automaton {
	bool is_head;
	/* Of a head: a match begins with that many texts that it allows, one
	 * after another. */
	unsigned copies;
	unsigned n; /* positions, with the end */
	struct symbols symbols;
	/* By position: where its list of those that can follow it begins; the
	 * last one has those where a match begins. */
	uint32_t *begins;
	uint16_t *lists;
	unsigned words;  /* of a bitmap of positions */
	uint64_t *allow; /* by symbol: bitmap of positions it can stand at */
};

/* What a pattern has of them. */
struct automata {
	struct automaton *whole, *head; /* NULL: it has none */
	size_t number;                  /* among those of the set */
};

/* NULL when it has too many positions, or when nearly any text would do. */
struct automaton *automaton_new(const struct node *root);

/* Of how a match begins, to be read from one place on: as much of the pattern
 * as there is room for, with large repeats begun again as often as they like.
 *
 *     /(?:name|address):\s{0,80}(?:x{1,900}y){5}/  as
 *     /(?:name|address):\s*x+y/
 *
 * NULL when hardly a place is ruled out. */
struct automaton *automaton_head_new(const struct node *root);
void automaton_free(struct automaton *a);          /* takes NULL */
void automata_free(struct automata *a);            /* takes NULL */
size_t automaton_bytes(const struct automaton *a); /* NULL: 0 */

/* Those that can follow a position; in no order. */
static inline struct positions
automaton_follow(const struct automaton *a, unsigned position)
{
	uint32_t begin = a->begins[position];

	return (struct positions){ a->lists + begin,
		                   a->begins[position + 1] - begin };
}

/* Those where a match begins. Nothing follows the end: it has their place. */
static inline struct positions
automaton_start(const struct automaton *a)
{
	return automaton_follow(a, a->n - 1);
}

static inline bool
automaton_allows(const struct automaton *a, unsigned symbol, unsigned position)
{
	return a->allow[symbol * a->words + position / 64] >> position % 64 & 1;
}

#endif
