/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What evaluation knows before it sees a message: who uses whom, and what each
 * rule's value is as long as the message has nothing for it: no header that is
 * looked at, and no candidate of the matcher. Then only what a message touches
 * has to be looked at. Private to rule/; immutable once made.
 */
#ifndef RULE_GRAPH_H
#define RULE_GRAPH_H

#include "match/match.h"
#include "rule/range.h"

struct rule_set;

enum rule_trait {
	TRAIT_ENABLED = 1,
	TRAIT_SHOWN = 2,  /* enabled, and no sub-rule: its hits are wanted */
	TRAIT_NEEDED = 4, /* shown, or a shown rule depends on it */
	TRAIT_META = 8,
};

struct user { /* where a meta uses a rule */
	uint32_t meta, item;
};

struct default_hit {
	uint32_t rule;
	struct match_hit hit;
};

struct graph {
	uint8_t *traits;       /* by rule, of enum rule_trait */
	uint32_t *users_begin; /* by rule r: the metas that use it are */
	struct user *users;    /* users[users_begin[r]] up to the next one's */
	uint32_t *level;       /* by rule: a meta's is above its parts' */
	uint32_t n_levels;
	uint32_t *cost;        /* by rule: a guess of what deciding it takes */
	double *defaults;      /* by rule: the value */
	struct range *items;   /* of all metas' expressions, by default */
	uint32_t *items_begin; /* by rule: of a meta's */
	/* Those that are not 0, by the order of rules. */
	struct default_hit *default_hits;
	size_t n_default_hits;
	struct default_hit *shown_hits; /* those with TRAIT_SHOWN */
	size_t n_shown_hits;
	/* By slot: the rules whose value is another one when the header is
	 * there and the matcher has nothing to say of it. */
	uint32_t *turned_begin;
	uint32_t *turned;
};

/* After patterns and metas are compiled; hangs from the set's arena. */
void graph_make(struct rule_set *rs, struct diags *diags);

#endif
