/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/order.h"

#include <string.h>

#include "rule/set.h"

/* How much text an expression of such a rule reads, compared to others. */
static const uint32_t view_cost[VIEW_COUNT] = {
	[VIEW_HEADER] = 1,       [VIEW_URI] = 2,        [VIEW_BODY] = 8,
	[VIEW_RAWBODY] = 12,     [VIEW_FULL] = 40,      [VIEW_SKELETON] = 8,
	[VIEW_URI_SKELETON] = 2, [VIEW_MIMEHEADER] = 1, [VIEW_URI_DETAIL] = 4,
};

/* Nanoseconds. */
static uint32_t
guess(const struct rule_set *rs, size_t i)
{
	enum view_kind view;

	if (rs->programs[i].kind == PROGRAM_LIST ||
	    rs->programs[i].kind == PROGRAM_ALWAYS ||
	    rs->programs[i].kind == PROGRAM_EVAL)
		return 0; /* known from the start */
	view = rs->slots.list[rs->programs[i].slot].view;
	return view_cost[view] *
	       (64 + (uint32_t)strlen(rs->rules[i].definition));
}

/* As if each had been decided once before, and found now and then. */
static const double FOUND_BEFORE = 0.3;

/* What is part of a sum or the like settles nothing by itself, but helps. */
static const double HELPS = 0.5;

static uint64_t
load(const _Atomic uint64_t *counter)
{
	return atomic_load_explicit(counter, memory_order_relaxed);
}

static void
set_price(struct order_price *price, unsigned settles, double ns)
{
	atomic_store_explicit(&price->ns[settles],
	                      ns < UINT32_MAX ? (uint32_t)ns : UINT32_MAX,
	                      memory_order_relaxed);
}

static void
price_pattern(const struct rule_set *rs, size_t rule)
{
	const struct cost *c = &rs->costs->list[rule];
	struct order_price *price = &rs->order->prices[rule];
	double n = (double)load(&c->decided) + 1;
	double ns = ((double)load(&c->cpu_ns) + guess(rs, rule)) / n;
	double found = ((double)load(&c->found) + FOUND_BEFORE) / n;

	if (found > 1) /* counted between two readings */
		found = 1;
	set_price(price, 0, ns / HELPS);
	set_price(price, SETTLES_IF_0, ns / (1 - found + 1e-3));
	set_price(price, SETTLES_IF_NOT_0, ns / (found + 1e-3));
	set_price(price, SETTLES_IF_0 | SETTLES_IF_NOT_0, ns);
}

/* A meta is as cheap as its cheapest part: that is what comes first. */
static void
price_meta(const struct rule_set *rs, uint32_t meta)
{
	const struct expr *e = &rs->programs[meta].expr;
	uint32_t least = UINT32_MAX, used;

	for (size_t i = 0; i < e->n; i++) {
		uint32_t ns;

		if (!expr_is_value(&e->list[i], &used))
			continue;
		ns = order_price(rs->order, used, e->list[i].settles);
		least = ns < least ? ns : least;
	}
	for (unsigned settles = 0; settles < SETTLES_ALL; settles++)
		set_price(&rs->order->prices[meta], settles, least);
}

static void
price_all(const struct rule_set *rs)
{
	for (size_t i = 0; i < rs->n; i++)
		if (rs->programs[i].kind != PROGRAM_META)
			price_pattern(rs, i);
	for (size_t i = 0; i < rs->n_metas; i++)
		price_meta(rs, rs->metas[i]);
}

void
order_make(struct rule_set *rs)
{
	rs->order = ARENA_NEW(rs->arena, struct order);
	rs->order->prices =
	    ARENA_ARRAY(rs->arena, struct order_price, rs->n + 1);
	atomic_store_explicit(&rs->order->next, 1, memory_order_relaxed);
	price_all(rs);
}

/* After 1, 2, 4, ... messages: each time there is as much to learn. */
void
order_learn(const struct rule_set *rs)
{
	uint64_t next = load(&rs->order->next);

	if (load(&rs->costs->measured) >= next &&
	    atomic_compare_exchange_strong_explicit(
		&rs->order->next, &next, 2 * next, memory_order_relaxed,
		memory_order_relaxed))
		price_all(rs);
}
