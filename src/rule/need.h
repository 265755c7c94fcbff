/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Needs: what must hold for a meta to be anything but 0. Of
 *
 *     A && !(B || C) && D + E + F > 1 && (G || H)
 *
 * these are: A is not 0, B is 0, C is 0, D and E and F make more than 1. Most
 * metas that a message touches lack one of theirs, and that takes a few looks,
 * where computing the whole expression takes many. Private to rule/.
 */
#ifndef RULE_NEED_H
#define RULE_NEED_H

#include <stdbool.h>
#include <stdint.h>

#include "rule/expr.h"

enum need_kind {
	NEED_PRESENT, /* the rule is not 0 */
	NEED_ABSENT,  /* the rule is 0 */
	NEED_MORE,    /* the terms make more than `bound` */
	NEED_LEAST,   /* the terms make `bound` at least */
};

struct need {
	enum need_kind kind;
	uint32_t rule;    /* NEED_PRESENT, NEED_ABSENT */
	uint32_t n_terms; /* others: rules, in the list of them all */
	uint32_t terms;
	double bound;
};

/* Calls for each need of an expression; with its terms, whose place in a list
 * the callee finds. */
void needs_find(const struct expr *e,
                void (*found)(void *ctx, struct need need,
                              const uint32_t *terms),
                void *ctx);

#endif
