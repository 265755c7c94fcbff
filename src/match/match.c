/* SPDX-License-Identifier: Apache-2.0 */
/* Pattern sets: collecting patterns and sorting them into slots. How they are
 * looked for is in worker.c and judge.c. */
#include "match/match.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "match/set.h"
#include "match/vectorscan.h"

static const struct match_engine engines[] = {
	{ .name = "gates", .has_gates = true },
	{ .name = "pcre2" },
	{ .name = "vectorscan", .has_gates = true, .has_vectorscan = true },
};

enum { N_ENGINES = sizeof engines / sizeof *engines };

const struct match_engine *
match_engine_find(const char *name)
{
	for (size_t i = 0; i < N_ENGINES; i++)
		if (strcmp(engines[i].name, name) == 0 &&
		    (!engines[i].has_vectorscan || vectorscan_is_available()))
			return &engines[i];
	return NULL;
}

const char *
match_engine_name(const struct match_engine *engine)
{
	return engine->name;
}

struct match_set *
match_set_new(const struct match_engine *engine,
              const struct conf_match *limits)
{
	static _Atomic uint64_t serial;
	struct match_set *set = mem_calloc(1, sizeof *set);

	set->engine = engine;
	set->serial = ++serial;
	set->arena = arena_new();
	set->limits = *limits;
	return set;
}

void
match_set_free(struct match_set *set)
{
	if (!set)
		return;
	for (size_t i = 0; set->codes && i < set->patterns.n; i++) {
		regex_free(set->codes[i]);
		windows_free(set->starts[i]);
		automata_free(set->automata[i]);
	}
	gates_free(set->gates, set->n_slots);
	VEC_DONE(&set->patterns);
	arena_free(set->arena);
	free(set->codes);
	free(set->bytes_min);
	free(set->stretches);
	free(set->rates);
	free(set->is_sliceable);
	free(set->begins_line);
	free(set->starts);
	free(set->automata);
	free(set->begin);
	free(set->index_of);
	free(set);
}

void
match_set_add(struct match_set *set, const struct match_pattern *p)
{
	struct match_pattern *copy = VEC_ADD(&set->patterns);

	*copy = *p;
	copy->regex = arena_dup(set->arena, p->regex);
	copy->compact = arena_dup(set->arena, p->compact);
	if (p->id >= set->n_ids)
		set->n_ids = p->id + 1;
	if (p->slot >= set->n_slots)
		set->n_slots = p->slot + 1;
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
	uint32_t i = 0;

	if (set->patterns.n)
		qsort(set->patterns.list, set->patterns.n,
		      sizeof *set->patterns.list, compare_slots);
	set->begin = mem_calloc(set->n_slots + 1, sizeof *set->begin);
	for (unsigned slot = 0; slot < set->n_slots; slot++) {
		set->begin[slot] = i;
		while (i < set->patterns.n &&
		       set->patterns.list[i].slot == slot)
			i++;
	}
	set->begin[set->n_slots] = i;
}

void
match_set_compile(struct match_set *set, struct diags *diags)
{
	bool is_timed =
	    set->limits.pattern_cpu_max_ms || set->limits.message_cpu_max_ms;

	sort_into_slots(set);
	set->codes = mem_calloc(set->patterns.n + 1, sizeof(void *));
	set->bytes_min = mem_calloc(set->patterns.n + 1, sizeof(unsigned));
	set->stretches =
	    mem_calloc(set->patterns.n + 1, sizeof *set->stretches);
	set->rates = mem_calloc(set->patterns.n + 1, sizeof(double));
	set->is_sliceable = mem_calloc(set->patterns.n + 1, sizeof(bool));
	set->begins_line = mem_calloc(set->patterns.n + 1, sizeof(bool));
	set->starts = mem_calloc(set->patterns.n + 1, sizeof(void *));
	set->automata = mem_calloc(set->patterns.n + 1, sizeof(void *));
	set->index_of = mem_alloc((set->n_ids + 1) * sizeof *set->index_of);
	for (unsigned id = 0; id < set->n_ids; id++)
		set->index_of[id] = MATCH_NO_INDEX;
	for (uint32_t i = 0; i < set->patterns.n; i++) {
		const struct match_pattern *p = &set->patterns.list[i];

		set->rates[i] = INFINITY;
		set->codes[i] = regex_compile(p, is_timed, diags);
		if (set->codes[i])
			set->index_of[p->id] = i;
	}
	if (set->engine->has_gates)
		set->gates = gates_new(set);
}

bool
match_set_has(const struct match_set *set, unsigned id)
{
	return id < set->n_ids && set->index_of[id] != MATCH_NO_INDEX;
}

double
match_set_rate(const struct match_set *set, unsigned id)
{
	return match_set_has(set, id) ? set->rates[set->index_of[id]] : 0;
}
