/* SPDX-License-Identifier: Apache-2.0 */
/* Evaluation: texts of the slots, the matcher, decisions (decide.c), and what
 * came out of it. */
#include <stdlib.h>

#include "rule/call.h"
#include "rule/overlay.h"
#include "rule/shortcircuit.h"

enum {
	HEADER_TEXT_BYTES_MAX = 512 * 1024, /* of one slot */
	PATIENCE = 100,                     /* nobody waits for a second look */
};

struct rule_worker *
rule_worker_new(void)
{
	struct rule_worker *w = mem_calloc(1, sizeof *w);

	w->match = match_worker_new();
	w->eval = eval_worker_new();
	buf_init(&w->scratch, HEADER_TEXT_BYTES_MAX);
	return w;
}

void
rule_worker_free(struct rule_worker *w)
{
	if (!w)
		return;
	match_worker_free(w->match);
	eval_worker_free(w->eval);
	buf_done(&w->scratch);
	values_done(&w->values);
	free(w->marked);
	VEC_DONE(&w->hits);
	VEC_DONE(&w->items);
	free(w->queue);
	free(w);
}

/* ---- texts ---- */

/* A skeleton is made when a rule set has rules for it. */
static struct match_text
skeleton_text(struct evaluation *ev, const struct selector_mail *mail,
              enum view_kind kind)
{
	struct fold_view *v = &ev->skeletons[kind];

	if (!v->folds)
		*v =
		    fold_view(mail->arena, &mail->m->views[view_original(kind)],
		              ev->rs->view_bytes_max);
	return (struct match_text){ v->view.elements, v->view.n };
}

/* Headers of parts, as SpamAssassin counts these. Of one that is absent there
 * is an empty text, or what is to stand for it. */
static struct match_text
part_texts(struct evaluation *ev, const struct slot *slot)
{
	const struct message *m = ev->job->message;
	struct match_text ret = { NULL, 0 };
	struct sv *list = ARENA_ARRAY(ev->arena, struct sv, m->n_parts + 1);
	struct buf all = BUF_INIT(HEADER_TEXT_BYTES_MAX);
	unsigned place = 0;

	for (size_t i = 0; i < m->n_parts; i++) {
		struct sv text;

		if (m->parts[i].is_inline || ++place < slot->parts_from ||
		    place > slot->parts_to)
			continue;
		if (!part_header_text(&slot->part, ev->arena, &m->parts[i],
		                      &text) &&
		    !slot->part.raw && slot->if_unset)
			text = sv_str(slot->if_unset);
		buf_add(&all, slot->concat ? text : SV_NONE);
		if (slot->concat && !sv_iends(text, SV("\n")))
			buf_add_char(&all, '\n');
		list[ret.n++] = text;
	}
	if (slot->concat) {
		list[0] = arena_dup(ev->arena, buf_sv(&all));
		ret.n = 1;
	}
	buf_done(&all);
	ret.elements = list;
	return ret;
}

/* What a slot looks at; a header is one element. Of an absent one there is
 * nothing to see: the defaults hold. Templates have none, and get an empty
 * text, or what is to stand for it. */
static struct match_text
slot_text(struct evaluation *ev, const struct selector_mail *mail, size_t i)
{
	const struct slot *slot = &ev->rs->slots.list[i];
	const struct view *v = &mail->m->views[slot->view];

	if (view_original(slot->view) != slot->view)
		return skeleton_text(ev, mail, slot->view);
	if (slot->view == VIEW_MIMEHEADER)
		return part_texts(ev, slot);
	if (slot->view == VIEW_URI_DETAIL)
		return slot->side == URI_SIDES
		           ? (struct match_text){ NULL, 0 }
		           : uri_detail_texts(slot->side, ev->arena, mail->m);
	if (slot->view != VIEW_HEADER)
		return (struct match_text){ v->elements, v->n };
	ev->present[i] = selector_text(&slot->selector, mail, &ev->texts[i]);
	if (!ev->present[i] && slot->if_unset)
		ev->texts[i] = sv_str(slot->if_unset);
	return (struct match_text){ &ev->texts[i],
		                    ev->present[i] || slot->has_templates };
}

/* The functions of rules, and first of all what they have to ask. */
static void
begin_evals(struct evaluation *ev)
{
	ev->mail = (struct selector_mail){
		.arena = ev->arena,
		.m = ev->job->message,
		.envelope = ev->job->envelope,
		.scratch = &ev->worker->scratch,
	};
	header_index_make(&ev->mail.headers, ev->rs->headers, ev->arena,
	                  ev->mail.m);
	ev->evals =
	    eval_begin(ev->overlay && ev->overlay->evals ? ev->overlay->evals
	                                                 : ev->rs->evals,
	               ev->worker->eval, &ev->mail);
	calls_ask(ev);
}

/* Returns which enum match_cut apply. */
static unsigned
read_texts(struct evaluation *ev)
{
	size_t n = ev->rs->slots.n;
	struct match_text *texts =
	    ARENA_ARRAY(ev->arena, struct match_text, n + 1);
	struct match_job job = {
		.texts = texts,
		.n_texts = n,
		.ungated = ev->job->ungated ||
		           atomic_load(&ev->rs->costs->is_distrusted),
		.patience = ev->is_again ? PATIENCE : 1,
		.deadline_mono_us = ev->job->deadline_mono_us,
	};

	ev->elements = texts;
	ev->texts = ARENA_ARRAY(ev->arena, struct sv, n + 1);
	ev->present = ARENA_ARRAY(ev->arena, bool, n + 1);
	for (size_t i = 0; i < n; i++)
		texts[i] = slot_text(ev, &ev->mail, i);
	return match_begin(ev->worker->match, ev->rs->match, &job);
}

/* ---- results ---- */

/* A rule that is true, on its way into the result. */
struct found {
	uint32_t rule;
	struct match_hit hit;
};

static int
compare_found(const void *a, const void *b)
{
	const struct found *fa = a, *fb = b;

	return fa->rule < fb->rule ? -1 : fa->rule > fb->rule;
}

static bool
is_found(const struct evaluation *ev, const struct value *v)
{
	const struct program *p = &ev->rs->programs[v->rule];

	return (p->kind == PROGRAM_REGEX || p->kind == PROGRAM_TEMPLATE ||
	        p->kind == PROGRAM_URI_DETAIL) &&
	       !p->negate && v->more;
}

static struct match_hit
hit_of(const struct evaluation *ev, const struct value *v)
{
	struct match_hit hit = { 0 };

	if (is_found(ev, v))
		hit = ev->worker->hits.list[v->more - 1];
	hit.count = meta_count(v->range.lo);
	return hit;
}

/* All rules with that trait that are known to be true, in the order of rules;
 * returns how many. `defaults` are those of the rules that were not touched. */
static size_t
find_true(const struct evaluation *ev, unsigned trait,
          const struct default_hit *defaults, size_t n_defaults,
          struct found *found)
{
	const struct values *values = &ev->worker->values;
	size_t n = 0;

	for (size_t i = 0; i < n_defaults; i++)
		if (values_find(values, defaults[i].rule) == VALUES_NONE)
			found[n++] =
			    (struct found){ defaults[i].rule, defaults[i].hit };
	for (size_t i = 0; i < values->touched.n; i++) {
		const struct value *v = &values->touched.list[i];

		if (ev->traits[v->rule] & trait && range_is_known(v->range) &&
		    v->range.lo > 0)
			found[n++] = (struct found){ v->rule, hit_of(ev, v) };
	}
	if (n)
		qsort(found, n, sizeof *found, compare_found);
	return n;
}

/* Where a hit is: of a skeleton, in the text that people see. */
static void
locate_hit(const struct evaluation *ev, unsigned index,
           const struct match_hit *found, struct rule_hit *hit)
{
	const struct slot *slot = &ev->rs->slots.list[index];
	const struct message *m = ev->job->message;
	struct sv element = ev->texts[index];

	hit->view = slot->view;
	hit->offset = found->offset;
	if (slot->view == VIEW_HEADER) {
		hit->selector = slot->selector.text;
	} else if (slot->view == VIEW_MIMEHEADER) {
		hit->selector = slot->part.name.p;
		hit->element = found->element;
		element = ev->elements[index].elements[hit->element];
	} else {
		hit->element = found->element;
		element =
		    m->views[view_original(slot->view)].elements[hit->element];
	}
	hit->text =
	    sv_sub(element, found->offset, found->offset + found->length);
	if (ev->skeletons[slot->view].folds)
		hit->text = fold_origin(
		    &ev->skeletons[slot->view].folds[found->element],
		    found->offset, found->length, &hit->offset);
	hit->text = sv_sub(hit->text, 0, ev->rs->match_text_max);
}

static void
locate_in_list(const struct evaluation *ev, unsigned index,
               struct rule_hit *hit)
{
	struct list_hit found;

	if (!evaluation_find_list(ev, index, &found))
		return;
	hit->view = found.view;
	hit->selector = found.selector;
	hit->element = found.element;
	hit->offset = found.offset;
	hit->text = sv_sub(found.text, 0, ev->rs->match_text_max);
}

/* A function says what made it true, if that can be said. */
static void
locate_call(const struct evaluation *ev, unsigned index, struct rule_hit *hit)
{
	const struct set_call *c = &ev->rs->calls.list[index];

	hit->view = rule_view(hit->rule->type);
	eval_run(ev->evals, c->call, &hit->text);
	hit->text = sv_sub(hit->text, 0, ev->rs->match_text_max);
}

static void
locate_uri(const struct evaluation *ev, const struct match_hit *found,
           struct rule_hit *hit)
{
	hit->view = VIEW_URI_DETAIL;
	hit->element = found->element;
	hit->text = sv_sub(ev->job->message->uris[found->element].uri, 0,
	                   ev->rs->match_text_max);
}

static void
fill_hit(const struct evaluation *ev, const struct found *found,
         struct rule_hit *hit)
{
	const struct rule_set *rs = ev->rs;
	const struct rule *r = &rs->rules[found->rule];

	hit->rule = r;
	hit->view = VIEW_HEADER;
	hit->count = found->hit.count;
	hit->score_e4 = ev->overlay ? overlay_score_e4(ev->overlay, found->rule)
	                            : r->score_e4;
	if (r->type == RULE_META ||
	    rs->programs[found->rule].kind == PROGRAM_ALWAYS)
		return;
	if (r->multiple)
		hit->score_e4 *= found->hit.count;
	if (r->type == RULE_URI_DETAIL)
		locate_uri(ev, &found->hit, hit);
	else if (rs->programs[found->rule].kind == PROGRAM_EVAL)
		locate_call(ev, rs->programs[found->rule].slot, hit);
	else if (r->type == RULE_LIST)
		locate_in_list(ev, rs->programs[found->rule].slot, hit);
	else
		locate_hit(ev, rs->programs[found->rule].slot, &found->hit,
		           hit);
}

static int
compare_rules(const void *a, const void *b)
{
	const struct rule *ra = *(const struct rule *const *)a;
	const struct rule *rb = *(const struct rule *const *)b;

	return ra < rb ? -1 : ra > rb;
}

/* What only shadow rules depend on leaves the verdict complete. */
static bool
is_told(const struct evaluation *ev, uint32_t rule)
{
	unsigned traits = ev->traits[rule];

	return ev->is_again || !(traits & TRAIT_NEEDED) ||
	       traits & TRAIT_MATTERS;
}

static void
list_over_limit(const struct evaluation *ev, struct arena *a,
                struct rule_result *result)
{
	const struct values *values = &ev->worker->values;

	if (!ev->n_over_limit)
		return;
	result->over_limit =
	    ARENA_ARRAY(a, const struct rule *, ev->n_over_limit);
	for (size_t i = 0; i < values->touched.n; i++) {
		const struct value *v = &values->touched.list[i];

		if (v->is_over_limit && is_told(ev, v->rule))
			result->over_limit[result->n_over_limit++] =
			    &ev->rs->rules[v->rule];
	}
	qsort(result->over_limit, result->n_over_limit,
	      sizeof *result->over_limit, compare_rules);
}

static void
list_captures(struct evaluation *ev, struct rule_result *result)
{
	struct rule_capture c;

	result->captures = ARENA_ARRAY(ev->arena, struct rule_capture, 100);
	while (result->n_captures < 100 &&
	       capture_tags_at(evaluation_tags(ev), result->n_captures, &c.name,
	                       &c.value))
		result->captures[result->n_captures++] = c;
}

static bool
is_shadow(const struct evaluation *ev, const struct found *found)
{
	return ev->traits[found->rule] & TRAIT_SHADOW;
}

static void
collect_shadows(const struct evaluation *ev, struct arena *a,
                const struct found *found, size_t n, struct rule_result *result)
{
	result->shadow_hits = ARENA_ARRAY(a, struct rule_hit, n);
	for (size_t i = 0; i < n; i++)
		if (is_shadow(ev, &found[i]))
			fill_hit(ev, &found[i],
			         &result->shadow_hits[result->n_shadow_hits++]);
}

/* The call of a rule whose points follow from those of all others; or NULL. */
static const struct eval_call *
pointing_call(const struct evaluation *ev, const struct rule *r)
{
	const struct program *p = &ev->rs->programs[rule_index(ev->rs, r)];
	const struct eval_call *call;

	if (p->kind != PROGRAM_EVAL)
		return NULL;
	call = ev->rs->calls.list[p->slot].call;
	return eval_has_points(call) ? call : NULL;
}

static void
point(const struct evaluation *ev, struct rule_result *result)
{
	int64_t others_e4 = result->score_e4, own_e4 = 0;
	const struct eval_call *call;

	for (size_t i = 0; i < result->n_hits; i++)
		if (pointing_call(ev, result->hits[i].rule))
			others_e4 -= result->hits[i].score_e4;
	for (size_t i = 0; i < result->n_hits; i++) {
		struct rule_hit *hit = &result->hits[i];

		call = pointing_call(ev, hit->rule);
		if (!call)
			continue;
		hit->score_e4 = eval_points_e4(ev->evals, call, others_e4);
		own_e4 += hit->score_e4;
	}
	result->score_e4 = others_e4 + own_e4;
}

static struct rule_result *
collect(const struct evaluation *ev, struct arena *a)
{
	const struct graph *g = &ev->rs->graph;
	bool all = ev->job->all_hits;
	size_t n_defaults = all ? g->n_default_hits : g->n_shown_hits;
	struct rule_result *result = ARENA_NEW(a, struct rule_result);
	struct found *found = ARENA_ARRAY(
	    a, struct found, n_defaults + ev->worker->values.touched.n + 1);
	size_t n =
	    find_true(ev, all ? TRAIT_ENABLED : TRAIT_SHOWN | TRAIT_SHADOW,
	              all ? g->default_hits : g->shown_hits, n_defaults, found);

	result->hits = ARENA_ARRAY(a, struct rule_hit, n + 1);
	for (size_t i = 0; i < n; i++)
		if (!is_shadow(ev, &found[i])) {
			struct rule_hit *hit = &result->hits[result->n_hits++];

			fill_hit(ev, &found[i], hit);
			result->score_e4 += hit->score_e4;
		}
	if (ev->rs->has_points)
		point(ev, result);
	if (n > result->n_hits)
		collect_shadows(ev, a, found, n, result);
	list_over_limit(ev, a, result);
	result->deadline_passed = ev->deadline_passed;
	return result;
}

/* Whether the costs of this message are noted. */
static bool
is_measured(const struct rule_set *rs, const struct rule_job *job)
{
	uint64_t seen;

	if (job->measured || !rs->sample_every)
		return job->measured;
	seen = atomic_fetch_add_explicit(&rs->costs->seen, 1,
	                                 memory_order_relaxed);
	return seen < ORDER_MESSAGES || (seen + 1) % rs->sample_every == 0;
}

/* Hits of rules that the message did not touch. */
static void
count_defaults(const struct evaluation *ev, const struct rule_hit *hits,
               size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t rule = rule_index(ev->rs, hits[i].rule);

		if (values_find(&ev->worker->values, rule) == VALUES_NONE)
			cost_add(&ev->rs->costs->list[rule].hits, 1);
	}
}

static void
count_hits(const struct evaluation *ev, const struct rule_result *result)
{
	const struct values *values = &ev->worker->values;
	struct cost *costs = ev->rs->costs->list;

	cost_add(&ev->rs->costs->measured, 1);
	for (size_t i = 0; i < values->touched.n; i++) {
		const struct value *v = &values->touched.list[i];

		if (range_is_known(v->range) && v->range.lo > 0)
			cost_add(&costs[v->rule].hits, 1);
	}
	count_defaults(ev, result->hits, result->n_hits);
	count_defaults(ev, result->shadow_hits, result->n_shadow_hits);
}

static struct rule_result *
evaluate(const struct rule_set *rs, struct rule_worker *w, struct arena *a,
         const struct rule_job *job, bool is_again)
{
	struct evaluation ev = {
		.rs = rs,
		.worker = w,
		.job = job,
		.arena = a,
		.overlay = job->overlay,
		.traits = overlay_traits(rs, job->overlay),
		.wanted = job->all_hits ? TRAIT_ENABLED : TRAIT_NEEDED,
		.is_again = is_again,
		.is_measured = !is_again && is_measured(rs, job),
	};
	struct rule_result *result;
	unsigned cut;

	begin_evals(&ev);
	cut = read_texts(&ev); /* while answers are on their way */
	calls_wait(&ev);
	if (job->settled)
		job->settled(job->settled_ctx);
	decide_all(&ev, job->all_hits ? TRAIT_ENABLED : TRAIT_SHOWN);
	if (!job->all_hits)
		decide_shadows(&ev);
	result = collect(&ev, a);
	if (rs->turns)
		shortcircuit_apply(rs, job->all_hits, result);
	if (job->all_hits && rs->captures.n)
		list_captures(&ev, result);
	if (job->all_hits)
		result->n_remarks = eval_remarks(ev.evals, &result->remarks);
	calls_report(&ev, result);
	if (ev.is_measured) {
		count_hits(&ev, result);
		order_learn(rs);
	}
	result->cut_element = cut & MATCH_CUT_ELEMENT;
	result->cut_view = cut & MATCH_CUT_VIEW;
	return result;
}

void
rule_ask(const struct rule_set *rs, struct rule_worker *w, struct arena *a,
         const struct rule_job *job)
{
	struct evaluation ev = {
		.rs = rs,
		.worker = w,
		.job = job,
		.arena = a,
		.traits = rs->graph.traits,
		.wanted = TRAIT_NEEDED,
	};

	begin_evals(&ev);
}

struct rule_result *
rule_eval(const struct rule_set *rs, struct rule_worker *w, struct arena *a,
          const struct rule_job *job)
{
	return evaluate(rs, w, a, job, false);
}

struct rule_result *
rule_eval_again(const struct rule_set *rs, struct rule_worker *w,
                struct arena *a, const struct rule_job *job)
{
	return evaluate(rs, w, a, job, true);
}

bool
rule_eval_one(const struct rule_set *rs, struct rule_worker *w, struct arena *a,
              const struct rule_job *job, const struct rule *rule)
{
	struct evaluation ev = {
		.rs = rs,
		.worker = w,
		.job = job,
		.arena = a,
		.traits = rs->graph.traits,
		.is_again = true,
	};

	begin_evals(&ev);
	read_texts(&ev);
	return decide_one(&ev, rule_index(rs, rule));
}
