/* SPDX-License-Identifier: Apache-2.0 */
#include "store/queue.h"

#include "store/decay.h"

struct queue *
queue_new(void)
{
	struct queue *q = mem_calloc(1, sizeof *q);

	q->arena = arena_new();
	q->by_key = map_new();
	return q;
}

void
queue_free(struct queue *q)
{
	if (!q)
		return;
	VEC_DONE(&q->list);
	VEC_DONE(&q->groups);
	map_free(q->by_key);
	arena_free(q->arena);
	free(q);
}

int
queue_check(const struct store_batch *b)
{
	if (b->once.n > STORE_ID_MAX || (b->once.n && b->n > STORE_OPS_MAX))
		return E_LIMIT;
	for (size_t i = 0; i < b->n; i++) {
		const struct store_op *op = &b->ops[i];

		if (op->value.n > STORE_VALUE_MAX || op->id.n > STORE_ID_MAX)
			return E_LIMIT;
		if (op->kind == STORE_APPEND && op->name.n > STORE_ID_MAX)
			return E_LIMIT;
	}
	return 0;
}

/* ---- from operations to changes ---- */

/* Refers to op and to *key; to be copied by keep(). */
static struct change
change_of(const struct store_op *op, int64_t unix_ms, struct cell_key *key)
{
	uint32_t half_s = decay_half_s(op->half_life_ms);
	struct change c = { .kind = op->kind, .unix_ms = unix_ms };
	double weight;

	switch (op->kind) {
	case STORE_ADD:
		cell_key_counter(op->name, op->half_life_ms, key);
		c.cell.epoch = decay_epoch(unix_ms, half_s);
		c.cell.expires_ms = decay_expiry(unix_ms, half_s);
		weight = decay_weight(unix_ms, half_s, c.cell.epoch);
		for (int i = 0; i < STORE_FIELDS; i++)
			c.cell.sums[i] = op->amounts[i] * weight;
		break;
	case STORE_SET:
	case STORE_SET_NEW:
		c.cell.expires_ms = op->expires_ms;
		c.cell.value = op->value;
		/* fall through */
	case STORE_DROP:
		cell_key_plain(CELL_VALUE, op->name, key);
		break;
	case STORE_APPEND:
		cell_key_entry(op->name, op->id, key);
		c.log = op->name;
		c.id = op->id;
		c.cell.value = op->value;
		break;
	}
	c.key = cell_key_sv(key);
	return c;
}

static void
keep(struct queue *q, const struct change *from, struct change *to)
{
	*to = *from;
	to->key = arena_dup(q->arena, from->key);
	to->log = arena_dup(q->arena, from->log);
	to->id = arena_dup(q->arena, from->id);
	to->cell.value = arena_dup(q->arena, from->cell.value);
}

/* What two changes of one cell are together, the later one being `next`. */
static void
merge(struct queue *q, struct change *c, const struct change *next)
{
	struct sv key = c->key;

	if (next->kind == STORE_ADD) {
		cell_merge(&c->cell, &next->cell);
	} else if (next->kind == STORE_APPEND) {
		return; /* the first one counts */
	} else if (next->kind != STORE_SET_NEW || c->kind == STORE_DROP) {
		keep(q, next, c);
		c->key = key;
		if (next->kind == STORE_SET_NEW)
			c->kind = STORE_SET; /* what was there is dropped */
	}
}

static void
add_merged(struct queue *q, const struct change *next)
{
	struct change *c = map_get(q->by_key, next->key);

	if (c) {
		merge(q, c, next);
		return;
	}
	c = ARENA_NEW(q->arena, struct change);
	keep(q, next, c);
	map_set(q->by_key, c->key, c);
	*VEC_ADD(&q->list) = c;
	q->n++;
}

void
queue_add(struct queue *q, const struct store_batch *b)
{
	struct change_group *group = NULL;
	struct cell_key key;

	if (b->once.n) {
		group = VEC_ADD(&q->groups);
		cell_key_plain(CELL_ONCE, b->once, &key);
		group->once = arena_dup(q->arena, cell_key_sv(&key));
		group->once_expires_ms = b->once_expires_ms;
		group->unix_ms = b->unix_ms;
		group->list = ARENA_ARRAY(q->arena, struct change, b->n);
		group->n = b->n;
		q->n += b->n + 1;
	}
	for (size_t i = 0; i < b->n; i++) {
		struct change c = change_of(&b->ops[i], b->unix_ms, &key);

		if (group)
			keep(q, &c, &group->list[i]);
		else
			add_merged(q, &c);
	}
}

/* As an operation, but for counters. */
static struct store_op
op_of(const struct store_item *item)
{
	return (struct store_op){
		.kind =
		    item->kind == STORE_ITEM_ENTRY ? STORE_APPEND : STORE_SET,
		.name = item->name,
		.value = item->entry.value,
		.expires_ms = item->expires_ms,
		.id = item->entry.id,
	};
}

int
queue_add_item(struct queue *q, const struct store_item *item)
{
	const struct store_op op = op_of(item);
	struct store_batch b = { .ops = &op,
		                 .n = 1,
		                 .unix_ms = item->entry.unix_ms };
	struct change c = { .kind = STORE_ADD };
	struct cell_key key;
	int result = queue_check(&b);

	if (result)
		return result;
	if (item->kind == STORE_ITEM_ID) {
		b = (struct store_batch){ .once = item->name,
			                  .once_expires_ms = item->expires_ms };
		result = queue_check(&b);
	}
	if (result || item->kind != STORE_ITEM_COUNTER) {
		if (result == 0)
			queue_add(q, &b);
		return result;
	}
	cell_key_counter(item->name, item->half_life_ms, &key);
	c.key = cell_key_sv(&key);
	c.cell.epoch = item->epoch;
	c.cell.expires_ms = item->expires_ms;
	memcpy(c.cell.sums, item->raw, sizeof c.cell.sums);
	add_merged(q, &c);
	return 0;
}

const struct change *
queue_find(const struct queue *q, struct sv key)
{
	return map_get(q->by_key, key);
}

/* ---- from changes to cells ---- */

static int
append(const struct change *c, struct table *t)
{
	const struct store_entry e = { c->unix_ms, c->id, c->cell.value };
	struct cell mark = { 0 };
	char time[8];
	int result;

	if (t->get(t, c->key, &mark))
		return 0;
	cell_put_u64(time, (uint64_t)c->unix_ms);
	mark = (struct cell){ .value = sv_make(time, sizeof time) };
	result = t->put(t, c->key, &mark);
	return result < 0 ? result : t->append(t, c->log, &e);
}

static int
change_apply(const struct change *c, struct table *t, int64_t now_ms)
{
	struct cell cell = { 0 };
	bool found;

	switch (c->kind) {
	case STORE_ADD:
		found = t->get(t, c->key, &cell);
		if (!found || cell_is_expired(&cell, now_ms))
			cell = c->cell;
		else
			cell_merge(&cell, &c->cell);
		return t->put(t, c->key, &cell);
	case STORE_SET_NEW:
		if (t->get(t, c->key, &cell) && !cell_is_expired(&cell, now_ms))
			return 0;
		/* fall through */
	case STORE_SET:
		return t->put(t, c->key, &c->cell);
	case STORE_DROP:
		return t->drop(t, c->key);
	case STORE_APPEND:
		return append(c, t);
	}
	return 0;
}

static int
apply_and_pass(const struct change *c, struct table *t, int64_t now_ms)
{
	int result = change_apply(c, t, now_ms);

	if (result == 0 && t->passed)
		result = t->passed(t, c);
	return result;
}

static int
apply_group(const struct change_group *g, struct table *t, int64_t now_ms)
{
	struct cell cell = { 0 };
	int result;

	if (t->get(t, g->once, &cell) && !cell_is_expired(&cell, now_ms))
		return 0;
	cell = (struct cell){ .expires_ms = g->once_expires_ms };
	result = t->put(t, g->once, &cell);
	for (size_t i = 0; i < g->n && result == 0; i++)
		result = change_apply(&g->list[i], t, now_ms);
	if (result == 0 && t->passed_group)
		result = t->passed_group(t, g);
	return result;
}

int
queue_apply(const struct queue *q, struct table *t, int64_t now_ms)
{
	int result = 0;

	for (size_t i = 0; i < q->list.n && result == 0; i++)
		result = apply_and_pass(q->list.list[i], t, now_ms);
	for (size_t i = 0; i < q->groups.n && result == 0; i++)
		result = apply_group(&q->groups.list[i], t, now_ms);
	return result;
}
