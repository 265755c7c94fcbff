/* SPDX-License-Identifier: Apache-2.0 */
/* Which metas use a rule, and which may change with it. */
#include <stdlib.h>

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

/* ---- witnesses ---- */

enum { WITNESSES_MAX = 256 }; /* of a meta; more: it is always marked */

struct witnesses { /* of one meta: rules that are none */
	uint32_t *list;
	size_t n, size;
	bool too_many;
};

struct witness_finder {
	struct rule_set *rs;
	struct witnesses *of; /* by rule */
	uint32_t *seen_for;   /* by rule: meta + 1 it was last added to */
	bool *is_witness;     /* by item of the meta at hand */
};

static void
add_witness(struct witness_finder *f, uint32_t meta, uint32_t rule)
{
	struct witnesses *w = &f->of[meta];

	if (f->seen_for[rule] == meta + 1)
		return;
	f->seen_for[rule] = meta + 1;
	if (w->n == WITNESSES_MAX)
		w->too_many = true;
	else
		*VEC_ADD(w) = rule;
}

/* For a part that is a meta stand its own witnesses. */
static void
add_part(struct witness_finder *f, uint32_t meta, uint32_t part)
{
	const struct witnesses *w = &f->of[part];

	if (f->rs->programs[part].kind != PROGRAM_META)
		add_witness(f, meta, part);
	else if (w->too_many)
		f->of[meta].too_many = true;
	for (size_t i = 0; i < w->n; i++)
		add_witness(f, meta, w->list[i]);
}

static void
find_witnesses(struct witness_finder *f, uint32_t meta, double *chances)
{
	const struct expr *e = &f->rs->programs[meta].expr;
	uint32_t used;

	chances[meta] =
	    witness_find(e, f->rs->graph.defaults, chances, f->is_witness);
	for (size_t i = 0; i < e->n; i++)
		if (f->is_witness[i] && expr_is_value(&e->list[i], &used))
			add_part(f, meta, used);
}

/* From "the witnesses of a meta" to "the metas of a witness". */
static void
turn_round(struct rule_set *rs, const struct witnesses *of)
{
	struct graph *g = &rs->graph;
	uint32_t *begin = ARENA_ARRAY(rs->arena, uint32_t, rs->n + 2);

	g->always_marked = ARENA_ARRAY(rs->arena, uint32_t, rs->n_metas + 1);
	for (size_t i = 0; i < rs->n_metas; i++) {
		const struct witnesses *w = &of[rs->metas[i]];

		if (w->too_many)
			g->always_marked[g->n_always_marked++] = rs->metas[i];
		for (size_t k = 0; k < w->n && !w->too_many; k++)
			begin[w->list[k] + 1]++;
	}
	counts_to_begins(begin, rs->n + 1);
	g->marks = ARENA_ARRAY(rs->arena, uint32_t, begin[rs->n + 1] + 1);
	for (size_t i = 0; i < rs->n_metas; i++) {
		const struct witnesses *w = &of[rs->metas[i]];

		for (size_t k = 0; k < w->n && !w->too_many; k++)
			g->marks[begin[w->list[k] + 1]++] = rs->metas[i];
	}
	g->marks_begin = begin;
}

static void
find_marks(struct rule_set *rs, double *chances)
{
	struct witness_finder f = { .rs = rs };

	f.of = mem_calloc(rs->n + 1, sizeof *f.of);
	f.seen_for = mem_calloc(rs->n + 1, sizeof *f.seen_for);
	f.is_witness = mem_calloc(rs->expr_max + 1, sizeof *f.is_witness);
	for (size_t i = 0; i < rs->n_metas; i++)
		find_witnesses(&f, rs->metas[i], chances);
	turn_round(rs, f.of);
	for (size_t i = 0; i < rs->n; i++)
		VEC_DONE(&f.of[i]);
	free(f.of);
	free(f.seen_for);
	free(f.is_witness);
}

void
graph_find_users(struct rule_set *rs, double *chances)
{
	find_users(rs);
	find_marks(rs, chances);
}
