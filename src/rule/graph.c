/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/graph.h"

#include "rule/set.h"

/* "user" is a meta that uses "rule"; or, in the list of what a header turns,
 * "rule" is the slot. */
struct edge {
	uint32_t rule, user;
};

struct edges {
	VEC(struct edge) all;
};

static int
compare_edges(const void *a, const void *b)
{
	const struct edge *ea = a, *eb = b;

	if (ea->rule != eb->rule)
		return ea->rule < eb->rule ? -1 : 1;
	return ea->user < eb->user ? -1 : ea->user > eb->user;
}

/* Sorts, drops what is there twice, and makes one list of users, in which
 * those of `rule` begin at ret_begin[rule]. */
static void
edges_to_lists(struct edges *edges, struct arena *a, size_t n,
               uint32_t **ret_begin, uint32_t **ret_users)
{
	uint32_t *begin = ARENA_ARRAY(a, uint32_t, n + 1);
	uint32_t *users = ARENA_ARRAY(a, uint32_t, edges->all.n + 1);
	size_t used = 0, e = 0;

	if (edges->all.n)
		qsort(edges->all.list, edges->all.n, sizeof *edges->all.list,
		      compare_edges);
	for (size_t rule = 0; rule < n; rule++) {
		begin[rule] = (uint32_t)used;
		for (; e < edges->all.n && edges->all.list[e].rule == rule; e++)
			if (used == begin[rule] ||
			    users[used - 1] != edges->all.list[e].user)
				users[used++] = edges->all.list[e].user;
	}
	begin[n] = (uint32_t)used;
	VEC_DONE(&edges->all);
	*ret_begin = begin;
	*ret_users = users;
}

static void
find_users(struct rule_set *rs)
{
	struct edges edges = { 0 };
	uint32_t used;

	for (size_t i = 0; i < rs->n_metas; i++) {
		const struct expr *e = &rs->programs[rs->metas[i]].expr;

		for (size_t k = 0; k < e->n; k++)
			if (expr_is_value(&e->list[k], &used))
				*VEC_ADD(&edges.all) =
				    (struct edge){ used, rs->metas[i] };
	}
	edges_to_lists(&edges, rs->arena, rs->n, &rs->graph.users_begin,
	               &rs->graph.users);
}

/* ---- traits, levels, costs ---- */

static void
find_traits(struct rule_set *rs)
{
	uint8_t *traits = ARENA_ARRAY(rs->arena, uint8_t, rs->n + 1);
	uint32_t used;

	for (size_t i = 0; i < rs->n; i++) {
		if (!rs->rules[i].disabled)
			traits[i] |= TRAIT_ENABLED;
		if (!rs->rules[i].disabled && !rs->rules[i].is_sub)
			traits[i] |= TRAIT_SHOWN | TRAIT_NEEDED;
		if (rs->programs[i].kind == PROGRAM_META)
			traits[i] |= TRAIT_META;
	}
	for (size_t i = rs->n_metas; i-- > 0;) { /* users before the used */
		const struct expr *e = &rs->programs[rs->metas[i]].expr;

		if (!(traits[rs->metas[i]] & TRAIT_NEEDED))
			continue;
		for (size_t k = 0; k < e->n; k++)
			if (expr_is_value(&e->list[k], &used))
				traits[used] |= TRAIT_NEEDED;
	}
	rs->graph.traits = traits;
}

/* How much text an expression of such a rule reads, compared to others. */
static const uint32_t view_cost[VIEW_COUNT] = {
	[VIEW_HEADER] = 1,   [VIEW_URI] = 2,   [VIEW_BODY] = 8,
	[VIEW_RAWBODY] = 12, [VIEW_FULL] = 40,
};

static uint32_t
pattern_cost(const struct rule_set *rs, size_t i)
{
	enum view_kind view = rs->slots.list[rs->programs[i].slot].view;

	return view_cost[view] *
	       (64 + (uint32_t)strlen(rs->rules[i].definition));
}

/* A meta costs as much as its cheapest part: that is what comes first. */
static void
find_levels(struct rule_set *rs)
{
	uint32_t *level = ARENA_ARRAY(rs->arena, uint32_t, rs->n + 1);
	uint32_t *cost = ARENA_ARRAY(rs->arena, uint32_t, rs->n + 1);
	uint32_t used;

	for (size_t i = 0; i < rs->n; i++)
		cost[i] = rs->programs[i].kind == PROGRAM_META
		              ? UINT32_MAX
		              : pattern_cost(rs, i);
	rs->graph.n_levels = 1;
	for (size_t i = 0; i < rs->n_metas; i++) {
		uint32_t meta = rs->metas[i];
		const struct expr *e = &rs->programs[meta].expr;

		level[meta] = 1;
		for (size_t k = 0; k < e->n; k++) {
			if (!expr_is_value(&e->list[k], &used))
				continue;
			if (level[used] >= level[meta])
				level[meta] = level[used] + 1;
			if (cost[used] < cost[meta])
				cost[meta] = cost[used];
		}
		if (level[meta] >= rs->graph.n_levels)
			rs->graph.n_levels = level[meta] + 1;
	}
	rs->graph.level = level;
	rs->graph.cost = cost;
}

/* ---- defaults ---- */

/* Judges each header rule on what stands for an absent header. */
static void
match_absent(struct rule_set *rs, struct match_hit *hits, struct diags *diags)
{
	struct match_worker *w = match_worker_new();
	size_t n = rs->slots.n, n_ids;
	struct sv *elements = mem_calloc(n + 1, sizeof *elements);
	struct match_text *texts = mem_calloc(n + 1, sizeof *texts);
	struct match_job job = { .texts = texts, .n_texts = n };
	const unsigned *ids;

	for (size_t i = 0; i < n; i++) {
		const struct slot *slot = &rs->slots.list[i];

		if (slot->view != VIEW_HEADER)
			continue;
		elements[i] = slot->if_unset ? sv_str(slot->if_unset) : SV("");
		texts[i] = (struct match_text){ &elements[i], 1 };
	}
	match_begin(w, rs->match, &job);
	ids = match_candidates(w, &n_ids);
	for (size_t i = 0; i < n_ids; i++) {
		const struct rule *r = &rs->rules[ids[i]];

		if (match_decide(w, ids[i], &hits[ids[i]]) != MATCH_OVER_LIMIT)
			continue;
		/* Counts as not true, be it negated or not. */
		hits[ids[i]].count = rs->programs[ids[i]].negate;
		diags_add(diags, SEVERITY_WARNING, r->file, r->line,
		          "rule %s meets a match limit where its header is "
		          "absent: it counts as not matched",
		          r->name);
	}
	match_worker_free(w);
	free(elements);
	free(texts);
}

/* Also finds what turns when the header is there, and nothing is found. */
static void
set_atoms(struct rule_set *rs, struct match_hit *hits)
{
	struct edges turned = { 0 };

	for (uint32_t i = 0; i < rs->n; i++) {
		const struct program *p = &rs->programs[i];
		bool with_header = false;

		if (p->kind == PROGRAM_META)
			continue;
		if (p->kind == PROGRAM_EXISTS) {
			with_header = true;
		} else if (p->kind == PROGRAM_REGEX && p->negate) {
			hits[i] = (struct match_hit){ .count = !hits[i].count };
			with_header = true;
		}
		rs->graph.defaults[i] = hits[i].count;
		if (rs->slots.list[p->slot].view == VIEW_HEADER &&
		    hits[i].count != with_header)
			*VEC_ADD(&turned.all) = (struct edge){ p->slot, i };
	}
	edges_to_lists(&turned, rs->arena, rs->slots.n, &rs->graph.turned_begin,
	               &rs->graph.turned);
}

static void
set_metas(struct rule_set *rs, struct match_hit *hits)
{
	double *stack = mem_calloc(rs->expr_max + 1, sizeof *stack);
	double *values = rs->graph.defaults;

	for (size_t i = 0; i < rs->n_metas; i++) {
		uint32_t meta = rs->metas[i];

		values[meta] = meta_value(
		    expr_compute(&rs->programs[meta].expr, values, stack));
		hits[meta].count = meta_count(values[meta]);
	}
	free(stack);
}

static void
list_hits(struct rule_set *rs, const struct match_hit *hits)
{
	struct graph *g = &rs->graph;
	size_t n = 0;

	for (size_t i = 0; i < rs->n; i++)
		n += hits[i].count > 0;
	g->default_hits = ARENA_ARRAY(rs->arena, struct default_hit, n + 1);
	g->shown_hits = ARENA_ARRAY(rs->arena, struct default_hit, n + 1);
	for (uint32_t i = 0; i < rs->n; i++) {
		struct default_hit hit = { i, hits[i] };

		if (!hits[i].count || !(g->traits[i] & TRAIT_ENABLED))
			continue;
		g->default_hits[g->n_default_hits++] = hit;
		if (g->traits[i] & TRAIT_SHOWN)
			g->shown_hits[g->n_shown_hits++] = hit;
	}
}

void
graph_make(struct rule_set *rs, struct diags *diags)
{
	struct match_hit *hits = mem_calloc(rs->n + 1, sizeof *hits);

	find_users(rs);
	find_traits(rs);
	find_levels(rs);
	rs->graph.defaults = ARENA_ARRAY(rs->arena, double, rs->n + 1);
	match_absent(rs, hits, diags);
	set_atoms(rs, hits);
	set_metas(rs, hits);
	list_hits(rs, hits);
	free(hits);
}
