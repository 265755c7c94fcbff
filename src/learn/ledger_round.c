/* SPDX-License-Identifier: Apache-2.0 */
/* A round of the ledger: what it has read and changed, until it is committed.
 */
#include "learn/ledger_private.h"

/* Batches that are committed together. */
enum { BATCHES_MAX = 500 };

/* What is known of a name: as the store answered first, and what this round
 * has added since. */
struct cell {
	bool found;
	double sums[STORE_FIELDS];
	struct sv value;
};

void
round_begin(struct round *r, struct ledger *l, int64_t now_ms)
{
	*r = (struct round){
		.ledger = l,
		.arena = arena_new(),
		.cells = map_new(),
		.now_ms = now_ms,
	};
	round_next(r);
}

void
round_end(struct round *r)
{
	map_free(r->cells);
	arena_free(r->arena);
}

void
round_next(struct round *r)
{
	exchange_begin(&r->x, r->arena, r->now_ms);
}

static void
answer(struct round *r, struct store_read *read)
{
	struct cell *c = map_get(r->cells, read->name);

	if (!c) {
		c = ARENA_NEW(r->arena, struct cell);
		c->found = read->found;
		c->value = read->value;
		memcpy(c->sums, read->sums, sizeof c->sums);
		map_set(r->cells, read->name, c);
		return;
	}
	read->found = c->found;
	read->value = c->value;
	memcpy(read->sums, c->sums, sizeof c->sums);
}

void
round_get(struct round *r)
{
	exchange_get(&r->x, r->ledger->store);
	for (size_t i = 0; i < r->x.n_reads; i++)
		answer(r, &r->x.reads[i]);
}

static void
change(struct round *r, const struct store_op *op)
{
	struct cell *c = map_get(r->cells, op->name);

	if (!c)
		return; /* nobody has asked for it, so nobody will */
	switch (op->kind) {
	case STORE_ADD:
		c->found = true;
		for (int i = 0; i < STORE_FIELDS; i++)
			c->sums[i] += op->amounts[i];
		break;
	case STORE_SET:
		c->found = true;
		c->value = op->value;
		break;
	case STORE_DROP:
		c->found = false;
		c->value = SV("");
		break;
	case STORE_SET_NEW:
	case STORE_APPEND:
		break;
	}
}

void
round_put(struct round *r, struct sv once)
{
	const struct conf_feedback *conf = &r->ledger->conf->feedback;
	const struct store_batch b = {
		.ops = r->x.ops,
		.n = r->x.n_ops,
		.unix_ms = r->now_ms,
		.once = once,
		.once_expires_ms = r->now_ms + conf->keep_ms,
	};

	for (size_t i = 0; i < r->x.n_ops; i++)
		change(r, &r->x.ops[i]);
	if (store_write(r->ledger->store, &b))
		r->is_failing = true;
	if (++r->batches >= BATCHES_MAX)
		round_commit(r);
}

void
round_commit(struct round *r)
{
	if (r->batches)
		store_flush(r->ledger->store);
	r->batches = 0;
}

struct sv
round_value(struct round *r, struct sv name)
{
	const struct store_read *read;

	round_next(r);
	read = exchange_answer(&r->x, exchange_ask_value(&r->x, name));
	round_get(r);
	return read->found ? read->value : SV_NONE;
}
