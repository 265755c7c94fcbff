/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/need.h"

#include "base/vec.h"

/* An item that must be 0, or must not be. */
struct demand {
	size_t item;
	bool is_absent;
};

struct finder {
	const struct expr *e;
	void (*found)(void *ctx, struct need need, const uint32_t *terms);
	void *ctx;
	VEC(struct demand) open;
};

static size_t
left_operand(const struct expr *e, size_t item)
{
	return expr_operand_begin(e, item - 1) - 1;
}

static void
demand_both(struct finder *f, struct demand d)
{
	*VEC_ADD(&f->open) = (struct demand){ d.item - 1, d.is_absent };
	*VEC_ADD(&f->open) =
	    (struct demand){ left_operand(f->e, d.item), d.is_absent };
}

/* "A + B + C > 2", of rules and a number. */
static void
find_sum(struct finder *f, size_t item)
{
	const struct expr *e = f->e;
	size_t last = left_operand(e, item);
	struct need need = {
		.kind = e->list[item].op == OP_GT ? NEED_MORE : NEED_LEAST,
		.bound = e->list[item - 1].number,
	};
	VEC(uint32_t) terms = { 0 };
	bool is_sum = e->list[item - 1].op == OP_NUMBER;

	for (size_t i = expr_operand_begin(e, last); i <= last && is_sum; i++)
		if (e->list[i].op == OP_VALUE)
			*VEC_ADD(&terms) = e->list[i].index;
		else
			is_sum = e->list[i].op == OP_ADD;
	need.n_terms = (uint32_t)terms.n;
	if (is_sum)
		f->found(f->ctx, need, terms.list);
	VEC_DONE(&terms);
}

static void
find_of(struct finder *f, struct demand d)
{
	const struct expr_item *item = &f->e->list[d.item];

	switch (item->op) {
	case OP_VALUE:
		f->found(f->ctx,
		         (struct need){ .kind = d.is_absent ? NEED_ABSENT
		                                            : NEED_PRESENT,
		                        .rule = item->index },
		         NULL);
		break;
	case OP_NOT:
		*VEC_ADD(&f->open) =
		    (struct demand){ d.item - 1, !d.is_absent };
		break;
	case OP_AND:
		if (!d.is_absent)
			demand_both(f, d);
		break;
	case OP_OR:
		if (d.is_absent)
			demand_both(f, d);
		break;
	case OP_GT:
	case OP_GE:
		if (!d.is_absent)
			find_sum(f, d.item);
		break;
	default:
		break;
	}
}

void
needs_find(const struct expr *e,
           void (*found)(void *ctx, struct need need, const uint32_t *terms),
           void *ctx)
{
	struct finder f = { .e = e, .found = found, .ctx = ctx };

	if (e->n)
		*VEC_ADD(&f.open) = (struct demand){ e->n - 1, false };
	while (f.open.n > 0)
		find_of(&f, f.open.list[--f.open.n]);
	VEC_DONE(&f.open);
}
