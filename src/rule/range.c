/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rounding is no danger: it keeps the order of numbers, so what the bounds
 * give, rounded, are bounds of what the values between them give, rounded.
 */
#include "rule/range.h"

static struct range
anything(void)
{
	return (struct range){ -INFINITY, INFINITY, false };
}

/* Infinite bounds come from overflow, with which NaN comes in. */
static struct range
bounds(double lo, double hi, bool whole)
{
	if (!isfinite(lo) || !isfinite(hi))
		return anything();
	return (struct range){ lo, hi, whole };
}

static struct range
hull(struct range a, struct range b)
{
	if (isnan(a.lo) || isnan(b.lo))
		return anything();
	return (struct range){ fmin(a.lo, b.lo), fmax(a.hi, b.hi),
		               a.whole && b.whole };
}

/* Infinity or NaN; comparisons of these are not worth reasoning about. */
static bool
is_overflow(struct range a)
{
	return range_is_known(a) && !isfinite(a.lo);
}

static bool
may_be_zero(struct range a)
{
	return a.lo <= 0 && a.hi >= 0;
}

static bool
is_zero(struct range a)
{
	return a.lo == 0 && a.hi == 0;
}

/* What remains of a range that is known not to be 0. */
static struct range
without_zero(struct range a)
{
	if (a.whole && a.lo == 0)
		a.lo = 1;
	if (a.whole && a.hi == 0)
		a.hi = -1;
	return a;
}

static struct range
truth(bool may_be_false, bool may_be_true)
{
	return (struct range){ !may_be_false, may_be_true, true };
}

struct range
range_neg(struct range a)
{
	return (struct range){ -a.hi, -a.lo, a.whole };
}

struct range
range_not(struct range a)
{
	return truth(!is_zero(a), may_be_zero(a));
}

struct range
range_choose(struct range condition, struct range yes, struct range no)
{
	if (!may_be_zero(condition))
		return yes;
	return is_zero(condition) ? no : hull(yes, no);
}

static struct range
range_or(struct range a, struct range b)
{
	if (!may_be_zero(a))
		return a;
	return is_zero(a) ? b : hull(without_zero(a), b);
}

static struct range
range_and(struct range a, struct range b)
{
	if (!may_be_zero(a))
		return b;
	return is_zero(a) ? a : hull(range_of(0), b);
}

static struct range
range_multiply(struct range a, struct range b)
{
	double w = a.lo * b.lo, x = a.lo * b.hi;
	double y = a.hi * b.lo, z = a.hi * b.hi;

	return bounds(fmin(fmin(w, x), fmin(y, z)),
	              fmax(fmax(w, x), fmax(y, z)), a.whole && b.whole);
}

/* By 0 gives 0; by next to nothing, anything. */
static struct range
range_divide(struct range a, struct range b)
{
	struct range by = without_zero(b), r;
	double w, x, y, z;

	if (may_be_zero(by))
		return anything();
	w = a.lo / by.lo;
	x = a.lo / by.hi;
	y = a.hi / by.lo;
	z = a.hi / by.hi;
	r = bounds(fmin(fmin(w, x), fmin(y, z)), fmax(fmax(w, x), fmax(y, z)),
	           false);
	return may_be_zero(b) ? hull(r, range_of(0)) : r;
}

struct range
range_binary(enum expr_op op, struct range a, struct range b)
{
	/* Most of all: sums of counts. */
	if (op == OP_ADD && a.whole && b.whole)
		return bounds(a.lo + b.lo, a.hi + b.hi, true);
	if (range_is_known(a) && range_is_known(b))
		return range_of(expr_apply(op, a.lo, b.lo));
	if (op == OP_OR)
		return range_or(a, b);
	if (op == OP_AND)
		return range_and(a, b);
	if (is_overflow(a) || is_overflow(b))
		return op >= OP_EQ && op <= OP_GE ? truth(true, true)
		                                  : anything();
	switch (op) {
	case OP_XOR: /* of numbers that count bits */
		return (struct range){ 0, UINT32_MAX, true };
	case OP_EQ:
		return truth(true, a.lo <= b.hi && b.lo <= a.hi);
	case OP_NE:
		return truth(a.lo <= b.hi && b.lo <= a.hi, true);
	case OP_LT:
		return truth(a.hi >= b.lo, a.lo < b.hi);
	case OP_LE:
		return truth(a.hi > b.lo, a.lo <= b.hi);
	case OP_GT:
		return truth(a.lo <= b.hi, a.hi > b.lo);
	case OP_GE:
		return truth(a.lo < b.hi, a.hi >= b.lo);
	case OP_ADD:
		return bounds(a.lo + b.lo, a.hi + b.hi, a.whole && b.whole);
	case OP_SUB:
		return bounds(a.lo - b.hi, a.hi - b.lo, a.whole && b.whole);
	case OP_MUL:
		return range_multiply(a, b);
	default: /* OP_DIV */
		return range_divide(a, b);
	}
}

struct range
range_item(const struct expr *e, const struct range *r, size_t i,
           struct range value)
{
	const struct expr_item *item = &e->list[i];
	size_t b, a; /* where the last operand begins, and the one before it */

	switch (item->op) {
	case OP_NUMBER:
		return range_of(item->number);
	case OP_VALUE:
		return value;
	case OP_NEG:
		return range_neg(r[i - 1]);
	case OP_NOT:
		return range_not(r[i - 1]);
	case OP_CHOOSE:
		b = expr_operand_begin(e, i - 1);
		a = expr_operand_begin(e, b - 1);
		return range_choose(r[a - 1], r[b - 1], r[i - 1]);
	default:
		b = expr_operand_begin(e, i - 1);
		return range_binary(item->op, r[b - 1], r[i - 1]);
	}
}
