/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evaluation: first all regular expressions, slot by slot; then headers that
 * exist and conditions that are negated; then metas. Every rule has a value:
 * 0, or how often it was true.
 */
#include <stdlib.h>

#include "rule/set.h"

enum { HEADER_TEXT_BYTES_MAX = 512 * 1024 }; /* of one slot */

struct evaluation {
	const struct rule_set *rs;
	struct rule_worker *worker;
	struct arena *arena;
	const struct message *m;
	struct selector_mail mail;
	int64_t deadline_mono_us;
	bool ungated;
	const bool *wanted;     /* by rule: those to be run */
	struct match_hit *hits; /* by rule; count 0: none */
	bool *over_limit;       /* by rule */
	double *values;         /* by rule */
	struct sv *texts;       /* by slot: the header's text */
	bool *present;          /* by slot */
	bool deadline_passed;
	unsigned cut; /* of enum match_cut */
};

struct rule_worker *
rule_worker_new(void)
{
	struct rule_worker *w = mem_calloc(1, sizeof *w);

	w->match = match_worker_new();
	buf_init(&w->scratch, HEADER_TEXT_BYTES_MAX);
	return w;
}

void
rule_worker_free(struct rule_worker *w)
{
	if (!w)
		return;
	match_worker_free(w->match);
	buf_done(&w->scratch);
	free(w);
}

/* What a slot looks at; a header is one element. */
static struct match_text
slot_text(struct evaluation *ev, size_t i)
{
	const struct slot *slot = &ev->rs->slots.list[i];
	const struct view *v = &ev->m->views[slot->view];

	if (slot->view != VIEW_HEADER)
		return (struct match_text){ v->elements, v->n };
	ev->present[i] =
	    selector_text(&slot->selector, &ev->mail, &ev->texts[i]);
	if (!ev->present[i] && slot->if_unset)
		ev->texts[i] = sv_str(slot->if_unset);
	return (struct match_text){ &ev->texts[i], 1 };
}

static void
decide_candidates(struct evaluation *ev)
{
	size_t n;
	const unsigned *ids = match_candidates(ev->worker->match, &n);

	for (size_t i = 0; i < n && !ev->deadline_passed; i++) {
		if (!ev->wanted[ids[i]])
			continue;
		switch (match_decide(ev->worker->match, ids[i],
		                     &ev->hits[ids[i]])) {
		case MATCH_OVER_LIMIT:
			ev->over_limit[ids[i]] = true;
			break;
		case MATCH_LATE:
			ev->deadline_passed = true;
			break;
		case MATCH_NONE:
		case MATCH_FOUND:
			break;
		}
	}
}

static void
run_patterns(struct evaluation *ev)
{
	size_t n = ev->rs->slots.n;
	struct match_text *texts =
	    ARENA_ARRAY(ev->arena, struct match_text, n + 1);
	struct match_job job = {
		.texts = texts,
		.n_texts = n,
		.ungated = ev->ungated,
		.deadline_mono_us = ev->deadline_mono_us,
	};

	ev->mail.arena = ev->arena;
	ev->mail.m = ev->m;
	ev->mail.scratch = &ev->worker->scratch;
	header_index_make(&ev->mail.headers, ev->rs->headers, ev->arena, ev->m);
	for (size_t i = 0; i < n; i++)
		texts[i] = slot_text(ev, i);
	ev->cut = match_begin(ev->worker->match, ev->rs->match, &job);
	decide_candidates(ev);
}

/* What was not run in time must not be taken for "no match". */
static void
settle_simple(struct evaluation *ev, size_t i)
{
	const struct program *p = &ev->rs->programs[i];
	struct match_hit *hit = &ev->hits[i];

	if (p->kind == PROGRAM_EXISTS)
		hit->count = ev->present[p->slot];
	else if (p->kind == PROGRAM_NONE)
		hit->count = 0;
	else if (p->negate)
		hit->count =
		    !hit->count && !ev->over_limit[i] && !ev->deadline_passed;
	if (!ev->wanted[i])
		hit->count = 0;
	if (p->negate)
		hit->offset = hit->length = 0;
	ev->values[i] = hit->count;
}

static void
compute_metas(struct evaluation *ev)
{
	const struct rule_set *rs = ev->rs;
	double *stack = ARENA_ARRAY(ev->arena, double, rs->expr_max + 1);

	for (size_t i = 0; i < rs->n_metas; i++) {
		uint32_t index = rs->metas[i];
		double value;

		if (!ev->wanted[index])
			continue;
		value =
		    expr_compute(&rs->programs[index].expr, ev->values, stack);

		if (value != 0 && !(value > 0)) /* as SpamAssassin counts */
			value = 1;
		ev->values[index] = value;
		if (value > MATCH_COUNT_MAX)
			value = MATCH_COUNT_MAX;
		ev->hits[index].count =
		    value > 0 && value < 1 ? 1 : (unsigned)value;
	}
}

static void
evaluate(struct evaluation *ev)
{
	const struct rule_set *rs = ev->rs;

	ev->hits = ARENA_ARRAY(ev->arena, struct match_hit, rs->n + 1);
	ev->over_limit = ARENA_ARRAY(ev->arena, bool, rs->n + 1);
	ev->values = ARENA_ARRAY(ev->arena, double, rs->n + 1);
	ev->texts = ARENA_ARRAY(ev->arena, struct sv, rs->slots.n + 1);
	ev->present = ARENA_ARRAY(ev->arena, bool, rs->slots.n + 1);
	run_patterns(ev);
	for (size_t i = 0; i < rs->n; i++)
		if (rs->rules[i].type != RULE_META)
			settle_simple(ev, i);
	if (!ev->deadline_passed)
		compute_metas(ev);
}

static void
add_hit(const struct evaluation *ev, size_t i, struct rule_result *result)
{
	const struct rule *r = &ev->rs->rules[i];
	const struct match_hit *found = &ev->hits[i];
	struct rule_hit *hit = &result->hits[result->n_hits++];
	const struct slot *slot;
	struct sv element;

	hit->rule = r;
	hit->view = VIEW_HEADER;
	hit->count = found->count;
	hit->score_e4 = r->score_e4;
	if (r->type == RULE_META)
		return;
	if (r->multiple)
		hit->score_e4 *= found->count;
	slot = &ev->rs->slots.list[ev->rs->programs[i].slot];
	hit->view = slot->view;
	if (slot->view == VIEW_HEADER) {
		hit->selector = slot->selector.text;
		element = ev->texts[ev->rs->programs[i].slot];
	} else {
		hit->element = found->element;
		element = ev->m->views[slot->view].elements[hit->element];
	}
	hit->offset = found->offset;
	hit->text =
	    sv_sub(element, found->offset, found->offset + found->length);
	hit->text = sv_sub(hit->text, 0, ev->rs->match_text_max);
}

static struct rule_result *
collect(const struct evaluation *ev)
{
	const struct rule_set *rs = ev->rs;
	struct rule_result *result = ARENA_NEW(ev->arena, struct rule_result);
	size_t hits = 0, over = 0;

	for (size_t i = 0; i < rs->n; i++) {
		hits += ev->hits[i].count > 0;
		over += ev->over_limit[i];
	}
	result->hits = ARENA_ARRAY(ev->arena, struct rule_hit, hits + 1);
	result->over_limit =
	    ARENA_ARRAY(ev->arena, const struct rule *, over + 1);
	for (size_t i = 0; i < rs->n; i++) {
		if (ev->over_limit[i])
			result->over_limit[result->n_over_limit++] =
			    &rs->rules[i];
		if (!ev->hits[i].count)
			continue;
		add_hit(ev, i, result);
		result->score_e4 += result->hits[result->n_hits - 1].score_e4;
	}
	result->deadline_passed = ev->deadline_passed;
	result->cut_element = ev->cut & MATCH_CUT_ELEMENT;
	result->cut_view = ev->cut & MATCH_CUT_VIEW;
	return result;
}

struct rule_result *
rule_eval(const struct rule_set *rs, struct rule_worker *w, struct arena *a,
          const struct rule_job *job)
{
	struct evaluation ev = {
		.rs = rs,
		.worker = w,
		.arena = a,
		.m = job->message,
		.mail.envelope = job->envelope,
		.deadline_mono_us = job->deadline_mono_us,
		.wanted = rs->enabled,
		.ungated = job->ungated,
	};

	evaluate(&ev);
	return collect(&ev);
}

bool
rule_eval_one(const struct rule_set *rs, struct rule_worker *w, struct arena *a,
              const struct message *m, const struct rule_envelope *envelope,
              const struct rule *rule)
{
	struct evaluation ev = {
		.rs = rs,
		.worker = w,
		.arena = a,
		.m = m,
		.mail.envelope = envelope,
	};
	bool *wanted = ARENA_ARRAY(a, bool, rs->n + 1);

	if (rule->type == RULE_META)
		memcpy(wanted, rs->enabled, rs->n * sizeof *wanted);
	wanted[rule_index(rs, rule)] = true;
	ev.wanted = wanted;
	evaluate(&ev);
	return ev.hits[rule_index(rs, rule)].count > 0;
}
