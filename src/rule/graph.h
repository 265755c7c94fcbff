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
#include "rule/need.h"
#include "rule/range.h"

struct rule_set;

enum rule_trait {
	TRAIT_ENABLED = 1,
	TRAIT_SHOWN = 2,  /* enabled, and no sub-rule, or one that ends the
	                    judging, and no shadow: its hits are wanted */
	TRAIT_NEEDED = 4, /* shown or shadow, or one of these depends on it */
	TRAIT_META = 8,
	TRAIT_SHADOW = 16,  /* enabled, and of no consequence */
	TRAIT_MATTERS = 32, /* shown, or a shown rule depends on it */
};

struct user { /* where a meta uses a rule */
	uint32_t meta, item;
};

/* A rule is a witness of a meta; see witness.h. Each meta has two sets of
 * them, that have little in common: it may change when both are touched. */
enum { WITNESS_FIRST = 1, WITNESS_SECOND = 2, WITNESS_BOTH = 3 };

struct mark {
	uint32_t meta : 30;
	uint32_t sets : 2; /* which the rule belongs to: WITNESS_... */
};

struct turned { /* a rule, and its value when the header is there */
	uint32_t rule : 31;
	uint32_t value : 1;
};

struct default_hit {
	uint32_t rule;
	struct match_hit hit;
};

struct graph {
	uint8_t *traits;       /* by rule, of enum rule_trait */
	uint32_t *users_begin; /* by rule r: the metas that use it are */
	struct user *users;    /* users[users_begin[r]] up to the next one's */
	uint32_t *needs_begin; /* by meta: needs[needs_begin[meta]] and so on */
	struct need *needs;
	uint32_t *terms; /* of needs */
	/* By rule, metas left out: the metas of which it is a witness, directly
	 * or of a part. Others have too many witnesses and may change with any
	 * message. */
	uint32_t *marks_begin;
	struct mark *marks;
	uint32_t *always_marked;
	size_t n_always_marked;
	uint32_t *level; /* by rule: a meta's is above its parts' */
	uint32_t n_levels;
	double *defaults; /* by rule: the value */
	/* By rule: what it can be, whatever the message; see graph_bounds() */
	struct range *bounds;
	bool *is_truth; /* by rule: that is 0 or 1 */
	/* Those that are not 0, by the order of rules. */
	struct default_hit *default_hits;
	size_t n_default_hits;
	/* Those with TRAIT_SHOWN or TRAIT_SHADOW. */
	struct default_hit *shown_hits;
	size_t n_shown_hits;
	/* By slot: the rules whose value is another one when the header is
	 * there and the matcher has nothing to say of it. */
	uint32_t *turned_begin;
	struct turned *turned;
};

/* Of nearly all rules a byte says it: what each message asks for some hundred
 * rules stays in the cache. */
static inline struct range
graph_bounds(const struct graph *g, uint32_t rule)
{
	return g->is_truth[rule] ? range_up_to(1) : g->bounds[rule];
}

/* Those that a rule has, if it is not disabled, on its own account. */
struct rule;
unsigned graph_own_traits(const struct rule *r);

/* After patterns and metas are compiled; hangs from the set's arena. */
void graph_make(struct rule_set *rs, struct diags *diags);

/* Sets users, needs and marks, with `chances` by rule: how likely a message
 * touches it; those of metas are filled in. */
void graph_find_users(struct rule_set *rs, double *chances);

/* Lists one behind the other in one array: lengths are counted in
 * begin[list + 1], made places by this, and then users[begin[list + 1]++] is
 * filled for each; after that begin[list] is where each begins. */
void counts_to_begins(uint32_t *begin, size_t n);

#endif
