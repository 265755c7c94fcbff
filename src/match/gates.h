/* SPDX-License-Identifier: Apache-2.0 */
/* The gates of all patterns of a set, slot by slot; private to match/. */
#ifndef MATCH_GATES_H
#define MATCH_GATES_H

#include "match/literal.h"
#include "match/match.h"
#include "match/window.h"

/* A string or window of a pattern. */
struct gate_item {
	uint32_t index; /* of the pattern */
	unsigned before_min, before_max;
	/* If it can be far behind the beginning: what may stand between. */
	uint32_t between; /* in the slot's list, + 1; 0: anything */
	bool is_anchored; /* the match begins where the text does */
	uint16_t copies;  /* as many finds must be in the same element */
};

struct slot_gates {
	struct literals *literals;
	struct windows *windows;
	struct gate_item *items; /* what both of them tell of */
	size_t n_items;
	struct byte_class *between;
	uint32_t *always; /* indexes of patterns without a gate */
	size_t n_always;
	uint32_t *on_empty; /* of patterns that match the empty text */
	size_t n_on_empty;
};

struct match_set;

/* For set->patterns and set->codes; takes what it needs. */
struct slot_gates *gates_new(struct match_set *set);
void gates_free(struct slot_gates *gates, unsigned n_slots); /* NULL: none */

#endif
