/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Arithmetic on what is not known exactly. A range holds every value that a
 * number may turn out to have; an operator on ranges gives a range that holds
 * whatever the operator may give. A range of one value is that value. Private
 * to rule/.
 *
 * Example: of A && (B || C), with B known to be 1 and A and C undecided (0 or
 * 1), the right side is 1 whatever C is, and the whole is 0 or 1.
 */
#ifndef RULE_RANGE_H
#define RULE_RANGE_H

#include <math.h>

#include "rule/expr.h"

struct range {
	double lo, hi; /* from -infinity to infinity: NaN is possible too */
	bool whole;    /* no fractions between them */
};

static inline bool
range_is_known(struct range r)
{
	return !(r.lo < r.hi); /* NaN is known as well */
}

/* Beyond 2^31 whole numbers are not known for such: that does no harm. */
static inline struct range
range_of(double value)
{
	bool whole = value > -0x1p31 && value < 0x1p31 &&
	             value == (double)(int32_t)value;

	return (struct range){ value, value, whole };
}

/* From 0 to `count`. */
static inline struct range
range_up_to(unsigned count)
{
	return (struct range){ 0, count, true };
}

/* Of item i of an expression, with those of the items before it in `r`;
 * `value` is that of an OP_VALUE. */
struct range range_item(const struct expr *e, const struct range *r, size_t i,
                        struct range value);

struct range range_neg(struct range a);
struct range range_not(struct range a);
struct range range_binary(enum expr_op op, struct range a, struct range b);
struct range range_choose(struct range condition, struct range yes,
                          struct range no);

#endif
