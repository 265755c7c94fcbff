/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/decide.h"

#include "base/clock.h"
#include "rule/call.h"
#include "rule/overlay.h"

static struct value *
value_at(const struct evaluation *ev, uint32_t at)
{
	return &ev->worker->values.touched.list[at];
}

static size_t
count_touched(const struct evaluation *ev)
{
	return ev->worker->values.touched.n;
}

static bool
is_unknown(const struct evaluation *ev, uint32_t at)
{
	return !range_is_known(value_at(ev, at)->range);
}

static bool
has_trait(const struct evaluation *ev, uint32_t at, unsigned trait)
{
	return ev->traits[value_at(ev, at)->rule] & trait;
}

/* What is known of a rule, touched or not. */
static struct range
range_of_rule(const struct evaluation *ev, uint32_t rule)
{
	uint32_t at = values_find(&ev->worker->values, rule);

	return at == VALUES_NONE ? range_of(ev->rs->graph.defaults[rule])
	                         : value_at(ev, at)->range;
}

/* ---- what the message touches ---- */

static void
touch_candidates(struct evaluation *ev)
{
	size_t n;
	const unsigned *ids = match_candidates(ev->worker->match, &n);

	for (size_t i = 0; i < n; i++)
		if (evaluation_wants(ev, ids[i]))
			values_add(&ev->worker->values, ids[i],
			           graph_bounds(&ev->rs->graph, ids[i]));
}

/* Rules that say something else because their header is there. */
static void
touch_present(struct evaluation *ev, size_t slot)
{
	const struct graph *g = &ev->rs->graph;

	for (uint32_t i = g->turned_begin[slot]; i < g->turned_begin[slot + 1];
	     i++) {
		uint32_t rule = g->turned[i].rule;

		if (evaluation_wants(ev, rule) &&
		    values_find(&ev->worker->values, rule) == VALUES_NONE)
			values_add(&ev->worker->values, rule,
			           range_of(g->turned[i].value));
	}
}

/* Whether the message names an entry of a list needs no deciding. */
static void
touch_lists(struct evaluation *ev)
{
	struct list_hit hit;

	for (size_t i = 0; i < ev->rs->lists.n; i++) {
		const struct set_list *list = &ev->rs->lists.list[i];

		if (evaluation_wants(ev, list->rule) &&
		    evaluation_find_list(ev, i, &hit))
			values_add(&ev->worker->values, list->rule,
			           range_of(1));
	}
}

/* Nor do functions: what they need is computed once for all of them. */
static void
touch_calls(struct evaluation *ev)
{
	for (size_t i = 0; i < ev->rs->calls.n; i++) {
		const struct set_call *c = &ev->rs->calls.list[i];

		if (evaluation_wants(ev, c->rule) && call_is_true(ev, i))
			values_add(&ev->worker->values, c->rule, range_of(1));
	}
}

static void
touch_all(struct evaluation *ev)
{
	values_begin(&ev->worker->values, ev->rs->n);
	ev->worker->hits.n = 0;
	ev->worker->items.n = 0;
	touch_candidates(ev);
	touch_lists(ev);
	touch_calls(ev);
	for (size_t i = 0; i < ev->rs->slots.n; i++)
		if (ev->present[i])
			touch_present(ev, i);
}

/* ---- patterns ---- */

const struct capture_tags *
evaluation_tags(struct evaluation *ev)
{
	const struct rule_set *rs = ev->rs;

	if (ev->tags)
		return ev->tags;
	ev->tags = capture_tags_new(ev->arena);
	for (size_t i = 0; i < rs->captures.n; i++)
		if (!rs->rules[rs->captures.list[i]].disabled)
			capture_tags_read(ev->tags, ev->worker->match,
			                  rs->captures.list[i]);
	return ev->tags;
}

/* A rule for which a tag has no value is not true, nor is one that would not
 * match with any value. */
static enum match_result
match_template(struct evaluation *ev, uint32_t rule, struct match_hit *ret_hit)
{
	const struct program *p = &ev->rs->programs[rule];
	const struct tag_source source = { ev->arena, ev->job->message,
		                           ev->job->envelope };
	struct match_pattern pattern = *p->template;
	enum match_result result;

	result = match_decide(ev->worker->match, rule, ret_hit);
	if (result != MATCH_FOUND)
		return result;
	if (!capture_expand(evaluation_tags(ev), &source, p->template->regex,
	                    &pattern.regex))
		return MATCH_NONE;
	result = match_decide_once(ev->worker->match, &pattern, ret_hit);
	if (!p->negate || result > MATCH_FOUND)
		return result;
	*ret_hit = (struct match_hit){ .count = 1 };
	return result == MATCH_FOUND ? MATCH_NONE : MATCH_FOUND;
}

static enum match_result
match_program(struct evaluation *ev, uint32_t rule, struct match_hit *ret_hit)
{
	const struct program *p = &ev->rs->programs[rule];

	if (p->kind == PROGRAM_TEMPLATE)
		return match_template(ev, rule, ret_hit);
	if (p->kind == PROGRAM_URI_DETAIL)
		return uri_detail_decide(p->detail, ev->worker->match,
		                         ev->arena, ev->job->message, ret_hit);
	return match_decide(ev->worker->match, rule, ret_hit);
}

static enum match_result
match(struct evaluation *ev, uint32_t rule, struct match_hit *ret_hit)
{
	struct cost *cost = &ev->rs->costs->list[rule];
	enum match_result result;
	int64_t before_ns;

	if (!ev->is_measured) {
		result = match_program(ev, rule, ret_hit);
	} else {
		before_ns = clock_cpu_ns();
		result = match_program(ev, rule, ret_hit);
		cost_add(&cost->cpu_ns, (uint64_t)(clock_cpu_ns() - before_ns));
		cost_add(&cost->decided, 1);
		cost_add(&cost->found, result == MATCH_FOUND);
	}
	if (result == MATCH_OVER_LIMIT && !ev->is_again)
		cost_add(&cost->over_limit, 1);
	return result;
}

static void
note_over_limit(struct evaluation *ev, struct value *v)
{
	v->is_over_limit = true;
	ev->n_over_limit++;
}

/* What was not run in time must not be taken for "no match": it stays
 * unknown. What met a limit counts as not true, be it negated or not. */
static void
decide_pattern(struct evaluation *ev, uint32_t at)
{
	struct value *v = value_at(ev, at);
	const struct program *p = &ev->rs->programs[v->rule];
	bool negate = p->negate && p->kind == PROGRAM_REGEX;
	struct match_hit hit;

	switch (match(ev, v->rule, &hit)) {
	case MATCH_FOUND:
		v->range = range_of(negate ? 0 : hit.count);
		*VEC_ADD(&ev->worker->hits) = hit;
		v->more = (uint32_t)ev->worker->hits.n;
		if (hit.is_uncertain && ev->rs->rules[v->rule].multiple)
			note_over_limit(ev, v); /* there may be more */
		break;
	case MATCH_NONE:
		v->range = range_of(negate);
		break;
	case MATCH_OVER_LIMIT:
		v->range = range_of(0);
		note_over_limit(ev, v);
		break;
	case MATCH_LATE:
		ev->deadline_passed = true;
		break;
	}
}

/* ---- metas ---- */

static const struct expr *
expr_at(const struct evaluation *ev, uint32_t at)
{
	return &ev->rs->programs[value_at(ev, at)->rule].expr;
}

/* The ranges of all items of a meta's expression, once they are computed. */
static struct range *
items_at(const struct evaluation *ev, uint32_t at)
{
	return ev->worker->items.list + (value_at(ev, at)->more - 1);
}

/* A meta that may have another value than by default. Which one is left open
 * until somebody asks. */
static void
mark_meta(struct evaluation *ev, uint32_t meta)
{
	if (evaluation_wants(ev, meta) &&
	    values_find(&ev->worker->values, meta) == VALUES_NONE)
		values_add(&ev->worker->values, meta,
		           graph_bounds(&ev->rs->graph, meta));
}

static void
touch_witness(struct evaluation *ev, const struct mark *mark)
{
	uint8_t *sets = &ev->worker->marked[mark->meta];

	if (*sets == WITNESS_BOTH)
		return;
	*sets |= mark->sets;
	if (*sets == WITNESS_BOTH)
		mark_meta(ev, mark->meta);
}

static bool
is_open(const struct evaluation *ev, uint32_t at)
{
	return has_trait(ev, at, TRAIT_META) && value_at(ev, at)->more == 0;
}

static bool
range_equals(struct range a, struct range b)
{
	return a.lo == b.lo && a.hi == b.hi;
}

/* One value has changed: what is made of it changes, up to the first operator
 * that does not mind. False: there is one. */
static bool
compute_again(struct evaluation *ev, uint32_t at, size_t i)
{
	const struct expr *e = expr_at(ev, at);
	struct range *r = items_at(ev, at);
	struct range value = range_of_rule(ev, e->list[i].index);

	for (;; i = e->list[i].parent) {
		struct range now = range_item(e, r, i, value);

		if (range_equals(now, r[i]))
			return false;
		r[i] = now;
		if (i == e->n - 1)
			return true;
	}
}

static struct range
expr_range(const struct evaluation *ev, uint32_t at)
{
	return meta_range(items_at(ev, at)[expr_at(ev, at)->n - 1]);
}

/* Metas wait in one queue for each level, so that all parts of one have been
 * computed when its turn comes. */
static void
queue_meta(struct evaluation *ev, uint32_t at)
{
	struct value *v = value_at(ev, at);
	uint32_t *queue = &ev->worker->queue[ev->rs->graph.level[v->rule]];

	if (v->is_queued)
		return;
	v->is_queued = true;
	v->next = *queue;
	*queue = at + 1;
}

/* The value of a rule has changed. */
static void
queue_users(struct evaluation *ev, uint32_t rule)
{
	const struct graph *g = &ev->rs->graph;
	struct values *values = &ev->worker->values;

	for (uint32_t i = g->users_begin[rule]; i < g->users_begin[rule + 1];
	     i++) {
		uint32_t meta = g->users[i].meta;
		uint32_t at = values_find(values, meta);

		/* What is known stays so: ranges only shrink. */
		if (at != VALUES_NONE && is_unknown(ev, at) &&
		    !is_open(ev, at) && compute_again(ev, at, g->users[i].item))
			queue_meta(ev, at);
	}
}

static void
compute_queue(struct evaluation *ev)
{
	struct rule_worker *w = ev->worker;

	for (uint32_t level = 1; level < ev->rs->graph.n_levels; level++)
		while (w->queue[level]) {
			uint32_t at = w->queue[level] - 1;
			struct value *v = value_at(ev, at);
			struct range r;

			w->queue[level] = v->next;
			v->is_queued = false;
			r = expr_range(ev, at);
			if (range_equals(r, v->range))
				continue;
			v->range = r;
			queue_users(ev, v->rule);
		}
}

/* The most that the terms can make. */
static double
highest_sum(const struct evaluation *ev, const struct need *need)
{
	const uint32_t *terms = ev->rs->graph.terms + need->terms;
	double sum = 0;

	for (uint32_t i = 0; i < need->n_terms; i++)
		sum += range_of_rule(ev, terms[i]).hi;
	return sum;
}

static bool
is_lacking(const struct evaluation *ev, const struct need *need)
{
	switch (need->kind) {
	case NEED_PRESENT:
		return range_of_rule(ev, need->rule).hi == 0;
	case NEED_ABSENT:
		return range_of_rule(ev, need->rule).lo > 0;
	case NEED_MORE:
		return highest_sum(ev, need) <= need->bound;
	default: /* NEED_LEAST */
		return highest_sum(ev, need) < need->bound;
	}
}

/* Whether a meta is known to be 0 by one of its needs. */
static bool
is_ruled_out(const struct evaluation *ev, uint32_t meta)
{
	const struct graph *g = &ev->rs->graph;

	for (uint32_t i = g->needs_begin[meta]; i < g->needs_begin[meta + 1];
	     i++)
		if (is_lacking(ev, &g->needs[i]))
			return true;
	return false;
}

/* What a marked meta can be, by what is known of its parts. */
static void
open_up(struct evaluation *ev, uint32_t at)
{
	struct rule_worker *w = ev->worker;
	const struct expr *e = expr_at(ev, at);
	struct range *r;

	if (is_ruled_out(ev, value_at(ev, at)->rule)) {
		value_at(ev, at)->range = range_of(0);
		return;
	}
	while (w->items.size < w->items.n + e->n)
		w->items.list = vec_grow(w->items.list, w->items.size,
		                         &w->items.size, sizeof *w->items.list);
	value_at(ev, at)->more = (uint32_t)w->items.n + 1;
	w->items.n += e->n;
	r = items_at(ev, at);
	for (size_t i = 0; i < e->n; i++) {
		struct range value = { 0 };
		uint32_t used;

		if (expr_is_value(&e->list[i], &used))
			value = range_of_rule(ev, used);
		r[i] = range_item(e, r, i, value);
	}
	value_at(ev, at)->range = expr_range(ev, at);
}

static void
begin_marks(struct evaluation *ev)
{
	struct rule_worker *w = ev->worker;

	if (w->marked_size < ev->rs->n) {
		free(w->marked);
		w->marked_size = ev->rs->n;
		w->marked = mem_alloc(w->marked_size);
	}
	if (w->marked_size)
		memset(w->marked, 0, ev->rs->n);
}

static void
mark_metas(struct evaluation *ev)
{
	const struct graph *g = &ev->rs->graph;
	size_t n = count_touched(ev); /* more are added: metas */

	begin_marks(ev);
	for (size_t i = 0; i < g->n_always_marked; i++)
		mark_meta(ev, g->always_marked[i]);
	for (uint32_t at = 0; at < n; at++) {
		uint32_t rule = value_at(ev, at)->rule;

		if (!is_unknown(ev, at) &&
		    value_at(ev, at)->range.lo == g->defaults[rule])
			continue;
		for (uint32_t i = g->marks_begin[rule];
		     i < g->marks_begin[rule + 1]; i++)
			touch_witness(ev, &g->marks[i]);
	}
}

/* ---- the next one to decide ---- */

/* Of the parts that an undecided meta still hangs on, the cheapest. Operands
 * that are known are passed over with all that they are made of. */
static uint32_t
cheapest_part(const struct evaluation *ev, uint32_t at)
{
	const struct order *order = ev->rs->order;
	const struct expr *e = expr_at(ev, at);
	const struct range *r = items_at(ev, at);
	uint32_t best = VALUES_NONE, best_ns = UINT32_MAX;

	for (size_t i = e->n; i-- > 0;) {
		const struct expr_item *item = &e->list[i];
		uint32_t ns;

		if (range_is_known(r[i])) {
			i = expr_operand_begin(e, i);
			continue;
		}
		if (item->op != OP_VALUE)
			continue;
		ns = order_price(order, item->index, item->settles);
		if (best == VALUES_NONE || ns < best_ns) {
			best = item->index;
			best_ns = ns;
		}
	}
	return values_find(&ev->worker->values, best);
}

/* What to look at next for an undecided meta: a pattern, or one that is open
 * yet. */
static uint32_t
next_part(const struct evaluation *ev, uint32_t at)
{
	while (has_trait(ev, at, TRAIT_META) && !is_open(ev, at))
		at = cheapest_part(ev, at);
	return at;
}

static void
decide_meta(struct evaluation *ev, uint32_t at)
{
	while (is_unknown(ev, at) && !ev->deadline_passed) {
		uint32_t part = next_part(ev, at);

		if (is_open(ev, part))
			open_up(ev, part);
		else
			decide_pattern(ev, part);
		queue_users(ev, value_at(ev, part)->rule);
		compute_queue(ev);
	}
}

/* ---- all of it ---- */

static void
make_room(const struct evaluation *ev)
{
	struct rule_worker *w = ev->worker;
	uint32_t n_levels = ev->rs->graph.n_levels;

	if (w->queue_size < n_levels) { /* all empty between evaluations */
		free(w->queue);
		w->queue_size = n_levels;
		w->queue = mem_calloc(n_levels, sizeof *w->queue);
	}
}

/* Rules that a user has turned off, and that would be true by default; with
 * all that may change by it. */
static void
touch_disabled(struct evaluation *ev)
{
	const struct rule_overlay *o = ev->overlay;
	const struct graph *g = &ev->rs->graph;
	size_t from = count_touched(ev);

	for (size_t i = 0; i < o->n_points; i++)
		if (o->points[i].is_off && g->defaults[o->points[i].rule] != 0)
			values_add(&ev->worker->values, o->points[i].rule,
			           range_of(0));
	for (uint32_t at = (uint32_t)from; at < count_touched(ev); at++) {
		uint32_t rule = value_at(ev, at)->rule;

		for (uint32_t i = g->users_begin[rule];
		     i < g->users_begin[rule + 1]; i++)
			mark_meta(ev, g->users[i].meta);
	}
}

/* Rules that only this user has turned on: their defaults are not among those
 * of the set. */
static void
touch_enabled(struct evaluation *ev)
{
	const struct rule_overlay *o = ev->overlay;

	for (size_t i = 0; i < o->n_points; i++) {
		uint32_t rule = o->points[i].rule;

		if (o->points[i].is_on &&
		    values_find(&ev->worker->values, rule) == VALUES_NONE)
			values_add(&ev->worker->values, rule,
			           range_of(ev->rs->graph.defaults[rule]));
	}
}

void
decide_all(struct evaluation *ev, unsigned trait)
{
	size_t n;

	make_room(ev);
	touch_all(ev);
	n = count_touched(ev);
	for (uint32_t at = 0; at < n && !ev->deadline_passed; at++)
		if (has_trait(ev, at, trait) && is_unknown(ev, at))
			decide_pattern(ev, at);
	if (ev->overlay)
		touch_disabled(ev);
	mark_metas(ev);
	if (ev->overlay)
		touch_enabled(ev);
	n = count_touched(ev);
	for (uint32_t at = 0; at < n && !ev->deadline_passed; at++)
		if (has_trait(ev, at, trait) && is_unknown(ev, at))
			decide_meta(ev, at);
}

/* What decide_meta() does serves patterns as well. */
void
decide_shadows(struct evaluation *ev)
{
	bool is_late = ev->deadline_passed;
	size_t n = count_touched(ev);

	for (uint32_t at = 0; at < n && !ev->deadline_passed; at++)
		if (has_trait(ev, at, TRAIT_SHADOW))
			decide_meta(ev, at);
	ev->deadline_passed = is_late;
}

bool
decide_one(struct evaluation *ev, uint32_t rule)
{
	uint32_t at;

	make_room(ev);
	touch_all(ev);
	mark_metas(ev);
	at = values_find(&ev->worker->values, rule);
	if (at != VALUES_NONE && ev->traits[rule] & TRAIT_META)
		decide_meta(ev, at);
	else if (at != VALUES_NONE && is_unknown(ev, at))
		decide_pattern(ev, at);
	return range_of_rule(ev, rule).lo > 0;
}
