/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/graph.h"

#include "rule/set.h"

void
counts_to_begins(uint32_t *begin, size_t n)
{
	uint32_t sum = 0;

	for (size_t i = 0; i <= n; i++) {
		uint32_t count = begin[i];

		begin[i] = sum;
		sum += count;
	}
}

/* ---- traits, levels ---- */

unsigned
graph_own_traits(const struct rule *r)
{
	if (rule_is_shadow(r))
		return TRAIT_ENABLED | TRAIT_SHADOW | TRAIT_NEEDED;
	if (r->is_sub && !r->shortcircuit)
		return TRAIT_ENABLED;
	return TRAIT_ENABLED | TRAIT_SHOWN | TRAIT_NEEDED | TRAIT_MATTERS;
}

static void
find_traits(struct rule_set *rs)
{
	uint8_t *traits = ARENA_ARRAY(rs->arena, uint8_t, rs->n + 1);
	uint32_t used;

	for (size_t i = 0; i < rs->n; i++) {
		traits[i] = rs->rules[i].disabled
		                ? 0
		                : (uint8_t)graph_own_traits(&rs->rules[i]);
		if (rs->programs[i].kind == PROGRAM_META)
			traits[i] |= TRAIT_META;
	}
	for (size_t i = rs->n_metas; i-- > 0;) { /* users before the used */
		const struct expr *e = &rs->programs[rs->metas[i]].expr;
		uint8_t passed_on =
		    traits[rs->metas[i]] & (TRAIT_NEEDED | TRAIT_MATTERS);

		for (size_t k = 0; passed_on && k < e->n; k++)
			if (expr_is_value(&e->list[k], &used))
				traits[used] |= passed_on;
	}
	rs->graph.traits = traits;
}

static void
find_levels(struct rule_set *rs)
{
	uint32_t *level = ARENA_ARRAY(rs->arena, uint32_t, rs->n + 1);
	uint32_t used;

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
		}
		if (level[meta] >= rs->graph.n_levels)
			rs->graph.n_levels = level[meta] + 1;
	}
	rs->graph.level = level;
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

		if (rs->programs[ids[i]].kind == PROGRAM_TEMPLATE)
			continue; /* without values it is not true */
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

/* The value of a rule that is no meta when the header is there and the matcher
 * has nothing to say of it. */
static unsigned
value_with_header(const struct program *p)
{
	return p->kind == PROGRAM_EXISTS ||
	       (p->kind == PROGRAM_REGEX && p->negate);
}

static bool
is_turned(const struct rule_set *rs, size_t i, const struct match_hit *hits)
{
	const struct program *p = &rs->programs[i];

	return p->kind != PROGRAM_META && p->kind != PROGRAM_LIST &&
	       p->kind != PROGRAM_ALWAYS && p->kind != PROGRAM_EVAL &&
	       rs->slots.list[p->slot].view == VIEW_HEADER &&
	       hits[i].count != value_with_header(p);
}

/* Bytes that rules look at in a usual message. */
static const double view_bytes[VIEW_COUNT] = {
	[VIEW_HEADER] = 80,         [VIEW_URI] = 1000,
	[VIEW_BODY] = 3000,         [VIEW_RAWBODY] = 6000,
	[VIEW_FULL] = 12000,        [VIEW_SKELETON] = 3000,
	[VIEW_URI_SKELETON] = 1000, [VIEW_MIMEHEADER] = 200,
	[VIEW_URI_DETAIL] = 500,
};

/* How likely a message touches a rule that is no meta. */
static double
chance_of(const struct rule_set *rs, size_t i, const struct match_hit *hits)
{
	const struct program *p = &rs->programs[i];
	double finds;

	if (p->kind == PROGRAM_NONE || p->kind == PROGRAM_ALWAYS ||
	    p->kind == PROGRAM_META)
		return 0;
	if (p->kind == PROGRAM_LIST)
		return 0.01;
	if (p->kind == PROGRAM_EVAL)
		return 0.1;
	if (p->kind == PROGRAM_EXISTS || is_turned(rs, i, hits))
		return 1;
	finds = match_set_rate(rs->match, (unsigned)i) *
	        view_bytes[rs->slots.list[p->slot].view];
	return finds < 1 ? finds : 1;
}

static void
set_patterns(struct rule_set *rs, struct match_hit *hits, double *chances)
{
	size_t n_slots = rs->slots.n;
	uint32_t *begin = ARENA_ARRAY(rs->arena, uint32_t, n_slots + 2);
	struct turned *turned;

	for (size_t i = 0; i < rs->n; i++) {
		const struct program *p = &rs->programs[i];

		if (p->kind == PROGRAM_ALWAYS)
			hits[i].count = 1;
		if (p->kind == PROGRAM_REGEX && p->negate)
			hits[i] = (struct match_hit){ .count = !hits[i].count };
		rs->graph.defaults[i] = hits[i].count;
		chances[i] = chance_of(rs, i, hits);
		if (is_turned(rs, i, hits))
			begin[p->slot + 1]++;
	}
	counts_to_begins(begin, n_slots + 1);
	turned = ARENA_ARRAY(rs->arena, struct turned, begin[n_slots + 1] + 1);
	for (uint32_t i = 0; i < rs->n; i++) {
		const struct program *p = &rs->programs[i];

		if (is_turned(rs, i, hits))
			turned[begin[p->slot + 1]++] = (struct turned){
				.rule = i,
				.value = p->negate || p->kind == PROGRAM_EXISTS,
			};
	}
	rs->graph.turned_begin = begin;
	rs->graph.turned = turned;
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
set_bounds(struct rule_set *rs)
{
	struct range *items = mem_calloc(rs->expr_max + 1, sizeof *items);
	struct range *bounds = ARENA_ARRAY(rs->arena, struct range, rs->n + 1);
	uint32_t used;

	for (size_t i = 0; i < rs->n; i++)
		bounds[i] = range_up_to(program_count_max(&rs->programs[i]));
	for (size_t i = 0; i < rs->n_metas; i++) {
		const struct expr *e = &rs->programs[rs->metas[i]].expr;
		struct range value = { 0 };

		for (size_t k = 0; k < e->n; k++) {
			if (expr_is_value(&e->list[k], &used))
				value = bounds[used];
			items[k] = range_item(e, items, k, value);
		}
		bounds[rs->metas[i]] =
		    e->n ? meta_range(items[e->n - 1]) : range_of(0);
	}
	rs->graph.bounds = bounds;
	rs->graph.is_truth = ARENA_ARRAY(rs->arena, bool, rs->n + 1);
	for (size_t i = 0; i < rs->n; i++)
		rs->graph.is_truth[i] =
		    bounds[i].lo == 0 && bounds[i].hi == 1 && bounds[i].whole;
	free(items);
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
		if (g->traits[i] & (TRAIT_SHOWN | TRAIT_SHADOW))
			g->shown_hits[g->n_shown_hits++] = hit;
	}
}

void
graph_make(struct rule_set *rs, struct diags *diags)
{
	struct match_hit *hits = mem_calloc(rs->n + 1, sizeof *hits);
	double *chances = mem_calloc(rs->n + 1, sizeof *chances);

	find_traits(rs);
	find_levels(rs);
	rs->graph.defaults = ARENA_ARRAY(rs->arena, double, rs->n + 1);
	match_absent(rs, hits, diags);
	set_patterns(rs, hits, chances);
	set_metas(rs, hits);
	set_bounds(rs);
	graph_find_users(rs, chances);
	list_hits(rs, hits);
	free(hits);
	free(chances);
}
