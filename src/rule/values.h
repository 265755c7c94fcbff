/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is known of the rules' values while a message is judged: the default
 * for most, and a list of those that the message touches. Emptying it takes no
 * time, however many rules there are. Private to rule/.
 */
#ifndef RULE_VALUES_H
#define RULE_VALUES_H

#include "base/vec.h"
#include "rule/range.h"

#define VALUES_NONE UINT32_MAX

struct value {
	uint32_t rule;
	uint32_t next; /* in a queue, see decide.c */
	struct range range;
	/* Index + 1 of: patterns: what was found; metas: the ranges of their
	 * expression. 0: nothing yet. */
	uint32_t more;
	bool is_queued, is_over_limit;
};

struct values {
	uint32_t *place; /* by rule: in `list`, if that says so too */
	size_t n_rules;  /* of which there are places */
	VEC(struct value) touched;
};

void values_done(struct values *v);

/* Forgets everything, and makes room for the rules of a set. */
void values_begin(struct values *v, size_t n_rules);

/* The index in `touched`, or VALUES_NONE. */
static inline uint32_t
values_find(const struct values *v, uint32_t rule)
{
	uint32_t at = v->place[rule];

	return at < v->touched.n && v->touched.list[at].rule == rule
	           ? at
	           : VALUES_NONE;
}

/* Adds a rule that is not there yet; returns its index. */
uint32_t values_add(struct values *v, uint32_t rule, struct range range);

#endif
