/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/witness.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

struct part { /* an item with what belongs to it */
	double value, chance;
	/* Of the operands of a binary operator, which are watched. */
	bool left, right;
};

static struct part
watch_both(struct part a, struct part b, double value)
{
	return (struct part){ value, a.chance + b.chance, true, true };
}

/* 0 whatever the other one is, if one is 0: take the better one. */
static struct part
part_and(struct part a, struct part b, double value)
{
	struct part p = watch_both(a, b, value);

	if (a.value == 0 && (b.value != 0 || a.chance <= b.chance))
		p = (struct part){ value, a.chance, true, false };
	else if (b.value == 0)
		p = (struct part){ value, b.chance, false, true };
	return p;
}

/* The first one that is true is the value. */
static struct part
part_or(struct part a, struct part b, double value)
{
	if (a.value != 0 && !isnan(a.value))
		return (struct part){ value, a.chance, true, false };
	return watch_both(a, b, value);
}

static struct part
part_choose(struct part condition, struct part yes, struct part no)
{
	bool is_yes = condition.value != 0;
	struct part chosen = is_yes ? yes : no;

	return (struct part){ chosen.value, condition.chance + chosen.chance,
		              is_yes, !is_yes };
}

static struct part
part_of_item(const struct expr *e, const struct part *p, size_t i,
             const double *defaults, const double *chances)
{
	const struct expr_item *item = &e->list[i];
	struct part a, b;
	size_t at;

	switch (item->op) {
	case OP_NUMBER:
		return (struct part){ .value = item->number };
	case OP_VALUE:
		return (struct part){ .value = defaults[item->index],
			              .chance = chances[item->index] };
	case OP_NEG:
		return (struct part){ -p[i - 1].value, p[i - 1].chance, false,
			              true };
	case OP_NOT:
		return (struct part){ p[i - 1].value == 0, p[i - 1].chance,
			              false, true };
	case OP_CHOOSE:
		at = expr_operand_begin(e, i - 1) - 1;
		return part_choose(p[expr_operand_begin(e, at) - 1], p[at],
		                   p[i - 1]);
	default:
		a = p[expr_operand_begin(e, i - 1) - 1];
		b = p[i - 1];
		if (item->op == OP_AND)
			return part_and(a, b,
			                expr_apply(OP_AND, a.value, b.value));
		if (item->op == OP_OR)
			return part_or(a, b,
			               expr_apply(OP_OR, a.value, b.value));
		return watch_both(a, b, expr_apply(item->op, a.value, b.value));
	}
}

/* What is watched of an operator is watched of its operands, from the last
 * item, the whole, downwards. */
static void
spread(const struct expr *e, const struct part *p, size_t i, bool *is_watched)
{
	size_t right = i - 1, middle;

	switch (e->list[i].op) {
	case OP_NUMBER:
	case OP_VALUE:
		break;
	case OP_NEG:
	case OP_NOT:
		is_watched[right] = true;
		break;
	case OP_CHOOSE:
		middle = expr_operand_begin(e, right) - 1;
		is_watched[expr_operand_begin(e, middle) - 1] = true;
		is_watched[p[i].left ? middle : right] = true;
		break;
	default:
		is_watched[expr_operand_begin(e, right) - 1] |= p[i].left;
		is_watched[right] |= p[i].right;
	}
}

double
witness_find(const struct expr *e, const double *defaults,
             const double *chances, bool *is_witness)
{
	struct part *p = mem_calloc(e->n + 1, sizeof *p);
	double chance = 0;

	for (size_t i = 0; i < e->n; i++) {
		p[i] = part_of_item(e, p, i, defaults, chances);
		is_witness[i] = false;
	}
	if (e->n) {
		is_witness[e->n - 1] = true;
		chance = p[e->n - 1].chance;
	}
	for (size_t i = e->n; i-- > 0;) {
		if (is_witness[i])
			spread(e, p, i, is_witness);
		is_witness[i] &= e->list[i].op == OP_VALUE;
	}
	free(p);
	return chance < 1 ? chance : 1;
}
