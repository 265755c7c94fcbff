/* SPDX-License-Identifier: Apache-2.0 */
/* Which metas use a rule, which may change with it, and what they need. */
#include <stdlib.h>

#include "rule/need.h"
#include "rule/set.h"
#include "rule/witness.h"

static void
find_users(struct rule_set *rs)
{
	uint32_t *begin = ARENA_ARRAY(rs->arena, uint32_t, rs->n + 2);
	struct user *users;
	uint32_t used;

	for (size_t i = 0; i < rs->n_metas; i++) {
		const struct expr *e = &rs->programs[rs->metas[i]].expr;

		for (size_t k = 0; k < e->n; k++)
			if (expr_is_value(&e->list[k], &used))
				begin[used + 1]++;
	}
	counts_to_begins(begin, rs->n + 1);
	users = ARENA_ARRAY(rs->arena, struct user, begin[rs->n + 1] + 1);
	for (uint32_t i = 0; i < rs->n_metas; i++) {
		const struct expr *e = &rs->programs[rs->metas[i]].expr;

		for (uint32_t k = 0; k < e->n; k++)
			if (expr_is_value(&e->list[k], &used))
				users[begin[used + 1]++] =
				    (struct user){ rs->metas[i], k };
	}
	rs->graph.users_begin = begin;
	rs->graph.users = users;
}

/* ---- needs ---- */

struct need_list {
	VEC(struct need) needs; /* of all metas */
	VEC(uint32_t) terms;
	size_t begin; /* of the meta at hand */
	const struct order *order;
};

/* Whether the first one is to be looked at later: it takes longer, or what it
 * looks at is known later. */
static bool
is_later(const struct need_list *l, const struct need *a, const struct need *b)
{
	if (a->n_terms != b->n_terms)
		return a->n_terms > b->n_terms;
	return !a->n_terms && order_price(l->order, a->rule, 0) >
	                          order_price(l->order, b->rule, 0);
}

static void
add_need(void *ctx, struct need need, const uint32_t *terms)
{
	struct need_list *l = ctx;
	size_t at = l->needs.n;

	need.terms = (uint32_t)l->terms.n;
	for (uint32_t i = 0; i < need.n_terms; i++)
		*VEC_ADD(&l->terms) = terms[i];
	*VEC_ADD(&l->needs) = need;
	for (; at > l->begin && is_later(l, &l->needs.list[at - 1], &need);
	     at--)
		l->needs.list[at] = l->needs.list[at - 1];
	l->needs.list[at] = need;
}

static void *
keep(struct rule_set *rs, const void *list, size_t bytes)
{
	void *copy = arena_alloc(rs->arena, bytes + 1);

	if (bytes)
		memcpy(copy, list, bytes);
	return copy;
}

static void
find_needs(struct rule_set *rs)
{
	struct graph *g = &rs->graph;
	struct need_list l = { .order = rs->order };

	g->needs_begin = ARENA_ARRAY(rs->arena, uint32_t, rs->n + 2);
	for (size_t i = 0; i < rs->n; i++) {
		g->needs_begin[i] = (uint32_t)l.needs.n;
		l.begin = l.needs.n;
		needs_find(&rs->programs[i].expr, add_need, &l);
	}
	g->needs_begin[rs->n] = (uint32_t)l.needs.n;
	g->needs = keep(rs, l.needs.list, l.needs.n * sizeof *g->needs);
	g->terms = keep(rs, l.terms.list, l.terms.n * sizeof *g->terms);
	VEC_DONE(&l.needs);
	VEC_DONE(&l.terms);
}

/* ---- witnesses ---- */

enum { WITNESSES_MAX = 256 }; /* of a meta; more: any message touches it */

struct witnesses { /* of one meta: rules that are none */
	uint32_t *list;
	size_t n, size;
	bool too_many;
};

struct witness_finder {
	struct rule_set *rs;
	struct witnesses *first, *second; /* by rule */
	uint32_t *seen_for; /* by rule: the set it was last added to */
	uint32_t n_sets;
	bool *is_witness; /* by item of the meta at hand */
	double *chances;  /* by rule */
};

static void
add_witness(struct witness_finder *f, struct witnesses *w, uint32_t rule)
{
	if (f->seen_for[rule] == f->n_sets)
		return;
	f->seen_for[rule] = f->n_sets;
	if (w->n == WITNESSES_MAX)
		w->too_many = true;
	else
		*VEC_ADD(w) = rule;
}

/* For a part that is a meta stand its own witnesses. */
static void
add_part(struct witness_finder *f, struct witnesses *w, uint32_t part)
{
	const struct witnesses *of_part = &f->first[part];

	if (f->rs->programs[part].kind != PROGRAM_META)
		add_witness(f, w, part);
	w->too_many |= of_part->too_many;
	for (size_t i = 0; i < of_part->n; i++)
		add_witness(f, w, of_part->list[i]);
}

static double
find_set(struct witness_finder *f, const struct expr *e, struct witnesses *w)
{
	double chance =
	    witness_find(e, f->rs->graph.defaults, f->chances, f->is_witness);
	uint32_t used;

	f->n_sets++;
	for (size_t i = 0; i < e->n; i++)
		if (f->is_witness[i] && expr_is_value(&e->list[i], &used))
			add_part(f, w, used);
	return chance;
}

/* Makes the parts that are in the first set look worse, or as before. */
static void
shun_parts(struct witness_finder *f, const struct expr *e, double by)
{
	uint32_t used;

	for (size_t i = 0; i < e->n; i++)
		if (f->is_witness[i] && expr_is_value(&e->list[i], &used))
			f->chances[used] += by;
}

static void
find_witnesses(struct witness_finder *f, uint32_t meta)
{
	static const double shunned = 1000;
	const struct expr *e = &f->rs->programs[meta].expr;
	bool *is_first;
	double chance = find_set(f, e, &f->first[meta]);

	is_first = mem_calloc(e->n + 1, sizeof *is_first);
	if (e->n)
		memcpy(is_first, f->is_witness, e->n * sizeof *is_first);
	shun_parts(f, e, shunned);
	find_set(f, e, &f->second[meta]);
	if (e->n)
		memcpy(f->is_witness, is_first, e->n * sizeof *is_first);
	shun_parts(f, e, -shunned);
	free(is_first);
	f->chances[meta] = chance;
}

/* Calls for each rule that is a witness of the meta. */
static void
each_mark(const struct witness_finder *f, uint32_t meta,
          void (*call)(void *ctx, uint32_t rule, struct mark mark), void *ctx)
{
	const struct witnesses *first = &f->first[meta];
	const struct witnesses *second = &f->second[meta];
	uint32_t always = 0;

	if (first->too_many)
		always |= WITNESS_FIRST;
	if (second->too_many)
		always |= WITNESS_SECOND;
	for (size_t i = 0; i < first->n && !first->too_many; i++)
		call(ctx, first->list[i],
		     (struct mark){ meta, WITNESS_FIRST | always });
	for (size_t i = 0; i < second->n && !second->too_many; i++)
		call(ctx, second->list[i],
		     (struct mark){ meta, WITNESS_SECOND | always });
}

static void
count_mark(void *ctx, uint32_t rule, struct mark mark)
{
	uint32_t *begin = ctx;

	(void)mark;
	begin[rule + 1]++;
}

static void
put_mark(void *ctx, uint32_t rule, struct mark mark)
{
	struct graph *g = ctx;

	g->marks[g->marks_begin[rule + 1]++] = mark;
}

/* From "the witnesses of a meta" to "the metas of a witness". */
static void
turn_round(struct rule_set *rs, const struct witness_finder *f)
{
	struct graph *g = &rs->graph;
	uint32_t *begin = ARENA_ARRAY(rs->arena, uint32_t, rs->n + 2);

	g->always_marked = ARENA_ARRAY(rs->arena, uint32_t, rs->n_metas + 1);
	for (size_t i = 0; i < rs->n_metas; i++) {
		uint32_t meta = rs->metas[i];

		if (f->first[meta].too_many && f->second[meta].too_many)
			g->always_marked[g->n_always_marked++] = meta;
		each_mark(f, meta, count_mark, begin);
	}
	counts_to_begins(begin, rs->n + 1);
	g->marks = ARENA_ARRAY(rs->arena, struct mark, begin[rs->n + 1] + 1);
	g->marks_begin = begin;
	for (size_t i = 0; i < rs->n_metas; i++)
		each_mark(f, rs->metas[i], put_mark, g);
}

static void
find_marks(struct rule_set *rs, double *chances)
{
	struct witness_finder f = { .rs = rs, .chances = chances };

	f.first = mem_calloc(rs->n + 1, sizeof *f.first);
	f.second = mem_calloc(rs->n + 1, sizeof *f.second);
	f.seen_for = mem_calloc(rs->n + 1, sizeof *f.seen_for);
	f.is_witness = mem_calloc(rs->expr_max + 1, sizeof *f.is_witness);
	for (size_t i = 0; i < rs->n_metas; i++)
		find_witnesses(&f, rs->metas[i]);
	turn_round(rs, &f);
	for (size_t i = 0; i < rs->n; i++) {
		VEC_DONE(&f.first[i]);
		VEC_DONE(&f.second[i]);
	}
	free(f.first);
	free(f.second);
	free(f.seen_for);
	free(f.is_witness);
}

void
graph_find_users(struct rule_set *rs, double *chances)
{
	find_users(rs);
	find_needs(rs);
	find_marks(rs, chances);
}
