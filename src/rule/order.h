/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which part of an undecided meta is looked at first: the one that is expected
 * to settle it at the least cost. What a part costs and how often it is true is
 * guessed at first, then measured; so the more messages there were, the less
 * each costs. Whatever the order, the outcome is the same. Private to rule/.
 */
#ifndef RULE_ORDER_H
#define RULE_ORDER_H

#include <stdatomic.h>
#include <stdint.h>

#include "rule/expr.h"

/* Nanoseconds of CPU time for each time that it settles what it is a part of;
 * by what does so. Any thread may write them while others read: each is right
 * enough by itself. */
struct order_price {
	_Atomic uint32_t ns[SETTLES_ALL];
};

struct order {
	struct order_price *prices; /* by rule */
	_Atomic uint64_t next;      /* made anew after so many are measured */
};

struct rule_set;

enum { ORDER_MESSAGES = 16 }; /* the first ones, which are all measured */

/* Makes rs->order from guesses; once programs, metas and costs are there. */
void order_make(struct rule_set *rs);

/* To be called when the costs of a message have been noted: now and then makes
 * the order anew. Any thread. */
void order_learn(const struct rule_set *rs);

static inline uint32_t
order_price(const struct order *order, uint32_t rule, uint8_t settles)
{
	return atomic_load_explicit(&order->prices[rule].ns[settles],
	                            memory_order_relaxed);
}

#endif
