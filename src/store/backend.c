/* SPDX-License-Identifier: Apache-2.0 */
#include "store/backend.h"

#include "store/decay.h"

bool
backend_answer(const struct cell_key *key, const struct cell *c, int64_t now_ms,
               struct arena *a, struct store_read *ret)
{
	uint32_t half_s;
	struct sv name;
	char kind;

	if (cell_is_expired(c, now_ms) ||
	    !cell_key_read(cell_key_sv(key), &kind, &name, &half_s))
		return false;
	ret->found = true;
	if (ret->is_value)
		ret->value = arena_dup(a, c->value);
	else
		cell_sums(c, half_s, now_ms, ret->sums);
	return true;
}

int
backend_walk_cell(const struct backend_walk *w, struct sv key,
                  const struct cell *c)
{
	struct store_item item = { .expires_ms = c->expires_ms };
	uint32_t half_s;
	char kind;

	if (!cell_key_read(key, &kind, &item.name, &half_s) ||
	    kind == CELL_ENTRY || cell_is_expired(c, w->now_ms) ||
	    !sv_starts(item.name, w->prefix))
		return 0;
	item.kind = kind == CELL_COUNTER ? STORE_ITEM_COUNTER
	            : kind == CELL_VALUE ? STORE_ITEM_VALUE
	                                 : STORE_ITEM_ID;
	item.half_life_ms = (int64_t)half_s * 1000;
	item.epoch = c->epoch;
	memcpy(item.raw, c->sums, sizeof item.raw);
	cell_sums(c, half_s, w->now_ms, item.sums);
	item.entry.value = c->value;
	return w->each(w->ctx, &item);
}

int
backend_walk_entry(const struct backend_walk *w, struct sv log,
                   const struct store_entry *e)
{
	const struct store_item item = {
		.kind = STORE_ITEM_ENTRY,
		.name = log,
		.entry = *e,
	};

	return sv_starts(log, w->prefix) ? w->each(w->ctx, &item) : 0;
}
