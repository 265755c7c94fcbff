/* SPDX-License-Identifier: Apache-2.0 */
/* Pattern sets, whatever the engine: collecting patterns, sorting them into
 * slots, handing them to the engine. */
#include "match/match.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/vec.h"
#include "match/engine.h"

static const struct match_engine *const engines[] = {
	&match_engine_pcre2,
};

enum { N_ENGINES = sizeof engines / sizeof *engines };

struct match_set {
	const struct match_engine *engine;
	struct arena *arena; /* copies of the expressions */
	VEC(struct match_pattern) patterns;
	size_t *begin;
	bool *has; /* by id */
	unsigned n_ids;
	struct match_plan plan;
	void *program;
};

struct match_worker {
	void *of_engine[N_ENGINES]; /* made when first needed */
};

const struct match_engine *
match_engine_find(const char *name)
{
	for (size_t i = 0; i < N_ENGINES; i++)
		if (strcmp(engines[i]->name, name) == 0)
			return engines[i];
	return NULL;
}

struct match_set *
match_set_new(const struct match_engine *engine,
              const struct conf_match *limits)
{
	struct match_set *set = mem_calloc(1, sizeof *set);

	set->engine = engine;
	set->arena = arena_new();
	set->plan.limits = *limits;
	return set;
}

void
match_set_free(struct match_set *set)
{
	if (!set)
		return;
	if (set->program)
		set->engine->release(set->program, &set->plan);
	VEC_DONE(&set->patterns);
	arena_free(set->arena);
	free(set->begin);
	free(set->has);
	free(set);
}

void
match_set_add(struct match_set *set, const struct match_pattern *p)
{
	struct match_pattern *copy = VEC_ADD(&set->patterns);

	*copy = *p;
	copy->regex = arena_dup(set->arena, p->regex);
	if (p->id >= set->n_ids)
		set->n_ids = p->id + 1;
	if (p->slot >= set->plan.n_slots)
		set->plan.n_slots = p->slot + 1;
}

static int
compare_slots(const void *a, const void *b)
{
	const struct match_pattern *pa = a, *pb = b;

	if (pa->slot != pb->slot)
		return pa->slot < pb->slot ? -1 : 1;
	return pa->id < pb->id ? -1 : pa->id > pb->id;
}

static void
sort_into_slots(struct match_set *set)
{
	struct match_plan *plan = &set->plan;
	size_t i = 0;

	if (set->patterns.n)
		qsort(set->patterns.list, set->patterns.n,
		      sizeof *set->patterns.list, compare_slots);
	set->begin = mem_calloc(plan->n_slots + 1, sizeof *set->begin);
	for (unsigned slot = 0; slot < plan->n_slots; slot++) {
		set->begin[slot] = i;
		while (i < set->patterns.n &&
		       set->patterns.list[i].slot == slot)
			i++;
	}
	set->begin[plan->n_slots] = i;
	plan->begin = set->begin;
	plan->patterns = set->patterns.list;
	plan->n = set->patterns.n;
}

void
match_set_compile(struct match_set *set, struct diags *diags)
{
	bool *ok = mem_calloc(set->patterns.n + 1, sizeof *ok);

	sort_into_slots(set);
	set->program = set->engine->compile(&set->plan, ok, diags);
	set->has = mem_calloc(set->n_ids + 1, sizeof *set->has);
	for (size_t i = 0; i < set->plan.n; i++)
		set->has[set->plan.patterns[i].id] = ok[i];
	free(ok);
}

bool
match_set_has(const struct match_set *set, unsigned id)
{
	return id < set->n_ids && set->has[id];
}

struct match_worker *
match_worker_new(void)
{
	return mem_calloc(1, sizeof(struct match_worker));
}

void
match_worker_free(struct match_worker *w)
{
	if (!w)
		return;
	for (size_t i = 0; i < N_ENGINES; i++)
		if (w->of_engine[i])
			engines[i]->worker_free(w->of_engine[i]);
	free(w);
}

/* Leaves out what lies beyond the limits, and notes it. */
static struct match_job
within_limits(const struct match_plan *plan, const struct match_job *job)
{
	size_t element_max = (size_t)plan->limits.element_bytes_max;
	size_t view_max = (size_t)plan->limits.view_bytes_max, seen = 0;
	struct match_job within = *job;
	unsigned cut = 0;

	for (size_t i = 0; i < job->n; i++) {
		if (seen >= view_max) {
			within.n = i;
			cut |= MATCH_CUT_VIEW;
			break;
		}
		if (job->elements[i].n > element_max)
			cut |= MATCH_CUT_ELEMENT;
		seen += job->elements[i].n;
	}
	if (job->cut)
		*job->cut |= cut;
	return within;
}

bool
match_scan(const struct match_set *set, struct match_worker *w,
           const struct match_job *job)
{
	struct match_job within;
	size_t e = 0;

	if (job->slot >= set->plan.n_slots ||
	    set->plan.begin[job->slot] == set->plan.begin[job->slot + 1])
		return true;
	within = within_limits(&set->plan, job);
	while (engines[e] != set->engine)
		e++;
	if (!w->of_engine[e])
		w->of_engine[e] = set->engine->worker_new();
	return set->engine->scan(set->program, &set->plan, w->of_engine[e],
	                         &within);
}
