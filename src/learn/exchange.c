/* SPDX-License-Identifier: Apache-2.0 */
#include "learn/exchange.h"

static size_t
ask(struct exchange *x, const struct store_read *question)
{
	for (size_t i = 0; i < x->n_reads; i++)
		if (x->reads[i].half_life_ms == question->half_life_ms &&
		    x->reads[i].is_value == question->is_value &&
		    sv_eq(x->reads[i].name, question->name))
			return i;
	if (x->is_answered || x->n_reads == EXCHANGE_READS_MAX)
		return EXCHANGE_NONE;
	x->reads[x->n_reads] = *question;
	return x->n_reads++;
}

size_t
exchange_ask_counter(struct exchange *x, struct sv name, int64_t half_life_ms)
{
	const struct store_read r = { .name = name,
		                      .half_life_ms = half_life_ms };

	return ask(x, &r);
}

size_t
exchange_ask_value(struct exchange *x, struct sv name)
{
	const struct store_read r = { .name = name, .is_value = true };

	return ask(x, &r);
}

const struct store_read *
exchange_answer(const struct exchange *x, size_t place)
{
	static const struct store_read nothing;

	return place < x->n_reads ? &x->reads[place] : &nothing;
}

struct store_op *
exchange_tell(struct exchange *x, enum store_op_kind kind, struct sv name)
{
	struct store_op *op;

	if (x->n_ops == EXCHANGE_OPS_MAX)
		return NULL;
	op = &x->ops[x->n_ops++];
	*op = (struct store_op){ .kind = kind, .name = name };
	return op;
}

bool
exchange_get(struct exchange *x, struct store *s)
{
	x->is_answered = true;
	return store_get(s, x->arena, x->now_ms, x->reads, x->n_reads);
}

int
exchange_put(struct exchange *x, struct store *s)
{
	const struct store_batch b = { .ops = x->ops,
		                       .n = x->n_ops,
		                       .unix_ms = x->now_ms };

	return x->n_ops ? store_write(s, &b) : 0;
}
