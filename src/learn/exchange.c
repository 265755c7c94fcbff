/* SPDX-License-Identifier: Apache-2.0 */
#include "learn/exchange.h"

struct sv
exchange_name(struct arena *a, struct sv prefix, uint64_t key)
{
	enum { DIGITS = 16 };
	static const char digits[] = "0123456789abcdef";
	char *text = arena_alloc(a, prefix.n + DIGITS);

	memcpy(text, prefix.p, prefix.n);
	for (size_t i = 0; i < DIGITS; i++)
		text[prefix.n + i] = digits[key >> (60 - 4 * i) & 15];
	return sv_make(text, prefix.n + DIGITS);
}

/* Names of a kind begin alike: their ends tell them apart. */
static inline bool
is_same_name(struct sv a, struct sv b)
{
	return a.n == b.n && (a.n == 0 || a.p[a.n - 1] == b.p[b.n - 1]) &&
	       sv_eq(a, b);
}

static size_t
ask(struct exchange *x, const struct store_read *question)
{
	for (size_t i = 0; i < x->n_reads; i++)
		if (x->reads[i].half_life_ms == question->half_life_ms &&
		    x->reads[i].is_value == question->is_value &&
		    is_same_name(x->reads[i].name, question->name))
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
