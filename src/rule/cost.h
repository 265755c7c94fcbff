/* SPDX-License-Identifier: Apache-2.0 */
/* What each rule of a set has cost so far, counted by all threads, and whether
 * its engine has been caught out: all of a rule set that changes. Private to
 * rule/. */
#ifndef RULE_COST_H
#define RULE_COST_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct cost {
	_Atomic uint64_t decided, hits, cpu_ns, over_limit; /* see rule.h */
	_Atomic uint64_t found; /* of those decided */
};

struct costs {
	struct cost *list; /* by rule */
	_Atomic uint64_t measured, seen;
	_Atomic bool is_distrusted;
};

static inline void
cost_add(_Atomic uint64_t *counter, uint64_t n)
{
	atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}

#endif
