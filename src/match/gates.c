/* SPDX-License-Identifier: Apache-2.0 */
#include "match/gates.h"

#include <stdlib.h>

#include "match/perl.h"
#include "match/rarity.h"
#include "match/set.h"

enum {
	/* A slot with fewer patterns of a kind is not worth another pass. */
	LITERAL_PATTERNS_MIN = 1,
	WINDOW_PATTERNS_MIN = 2,
	PLACES_FEW = 16, /* to begin at, for one find */
};

/* A text that nearly all of its bytes could be a part of has no end. */
static const double BETWEEN_CHANCE_MAX = 0.995;

/* What is collected for one slot. */
struct draft {
	struct match_set *set;
	struct arena *arena; /* of the gates; emptied for each slot */
	struct arena *work;  /* of deriving; emptied for each pattern */
	VEC(struct gate_item) items;
	VEC(struct byte_class) between;
	VEC(struct literal) literals;
	VEC(struct gate_window) windows;
	VEC(uint32_t) window_users;
	VEC(uint32_t) always;
	VEC(uint32_t) on_empty;
	struct regex_scratch *scratch;
};

static void *
keep(struct draft *d, const void *list, size_t bytes)
{
	void *copy = arena_alloc(d->arena, bytes + 1);

	if (bytes)
		memcpy(copy, list, bytes);
	return copy;
}

static void *
copy_of(const void *list, size_t bytes)
{
	void *copy = mem_alloc(bytes + 1);

	if (bytes)
		memcpy(copy, list, bytes);
	return copy;
}

/* Whether a find leaves many places to begin at. */
static bool
has_places(const struct gate *g)
{
	for (size_t i = 0; i < g->n_strings; i++)
		if (g->strings[i].before.max - g->strings[i].before.min >
		    PLACES_FEW)
			return true;
	for (size_t i = 0; i < g->n_windows; i++)
		if (g->windows[i].before.max - g->windows[i].before.min >
		    PLACES_FEW)
			return true;
	return g->is_always;
}

/* NULL when none would be of use. */
static struct automata *
make_automata(struct draft *d, const struct gate *g)
{
	struct automata a = {
		.whole = g->is_weak ? automaton_new(g->root) : NULL,
		.head = g->is_weak || has_places(g)
		            ? automaton_head_new(g->root)
		            : NULL,
		.number = d->set->n_automata,
	};

	if (!a.whole && !a.head)
		return NULL;
	d->set->n_automata++;
	return copy_of(&a, sizeof a);
}

/* What deriving takes is much more than what comes out of it. */
static struct gate
derive(struct draft *d, uint32_t index)
{
	const struct match_pattern *p = &d->set->patterns.list[index];
	struct buf regex = BUF_INIT(2 * MATCH_PATTERN_BYTES_MAX);
	struct gate g;

	match_perl_rewrite(p->compact.n ? p->compact : p->regex, p->flags,
	                   &regex);
	g = gate_derive(d->work, buf_sv(&regex), p->flags);
	g.strings = keep(d, g.strings, g.n_strings * sizeof *g.strings);
	g.windows = keep(d, g.windows, g.n_windows * sizeof *g.windows);
	g.starts = keep(d, g.starts, g.n_starts * sizeof *g.starts);
	if (g.root && !regex_is_anchored(d->set->codes[index]))
		d->set->automata[index] = make_automata(d, &g);
	g.root = NULL;
	arena_reset(d->work);
	buf_done(&regex);
	return g;
}

/* A number for the class, if looking for where it ends is worth it. */
static uint32_t
number_between(struct draft *d, const struct gate_part *before)
{
	if (before->max - before->min <= PLACES_FEW ||
	    rarity_of_class(&before->tail) > BETWEEN_CHANCE_MAX)
		return 0;
	if (!d->between.n ||
	    !byte_class_equals(&d->between.list[d->between.n - 1],
	                       &before->tail))
		*VEC_ADD(&d->between) = before->tail;
	return (uint32_t)d->between.n;
}

static uint32_t
add_item(struct draft *d, uint32_t index, const struct gate *gate,
         const struct gate_part *before)
{
	*VEC_ADD(&d->items) = (struct gate_item){
		.index = index,
		.before_min = before->min,
		.before_max = before->max,
		.between = number_between(d, before),
		.is_anchored = regex_is_anchored(d->set->codes[index]),
		.copies = (uint16_t)gate->copies,
	};
	return (uint32_t)d->items.n - 1;
}

static void
add_gate(struct draft *d, uint32_t index, const struct gate *gate)
{
	d->set->rates[index] = gate->rate / gate->copies;
	for (size_t i = 0; i < gate->n_strings; i++) {
		const struct gate_string *s = &gate->strings[i];

		*VEC_ADD(&d->literals) =
		    (struct literal){ s->bytes, s->n, s->caseless,
			              add_item(d, index, gate, &s->before) };
	}
	for (size_t i = 0; i < gate->n_windows; i++) {
		const struct gate_window *w = &gate->windows[i];

		*VEC_ADD(&d->windows) = *w;
		*VEC_ADD(&d->window_users) =
		    add_item(d, index, gate, &w->before);
	}
}

static void
add_starts(struct draft *d, uint32_t index, const struct gate *gate)
{
	uint32_t *users;

	if (!gate->n_starts || regex_is_anchored(d->set->codes[index]))
		return;
	users = mem_calloc(gate->n_starts, sizeof *users);
	d->set->starts[index] =
	    windows_new(gate->starts, users, gate->n_starts);
	free(users);
}

static void
note_if_on_empty(struct draft *d, uint32_t index)
{
	size_t span[2];

	if (regex_run(d->scratch, d->set->codes[index], SV(""), 0, 0, 0,
	              span) != MATCH_NONE)
		*VEC_ADD(&d->on_empty) = index;
}

static void
settle_slot(struct draft *d, struct slot_gates *g)
{
	if (d->literals.n)
		g->literals = literals_new(d->literals.list, d->literals.n,
		                           d->set->engine->has_vectorscan);
	if (d->windows.n)
		g->windows = windows_new(d->windows.list, d->window_users.list,
		                         d->windows.n);
	g->n_items = d->items.n;
	g->items = copy_of(d->items.list, d->items.n * sizeof *g->items);
	g->between =
	    copy_of(d->between.list, d->between.n * sizeof *g->between);
	g->n_always = d->always.n;
	g->always = copy_of(d->always.list, d->always.n * sizeof *g->always);
	g->n_on_empty = d->on_empty.n;
	g->on_empty =
	    copy_of(d->on_empty.list, d->on_empty.n * sizeof *g->on_empty);
	d->between.n = 0;
	d->items.n = d->literals.n = d->windows.n = 0;
	d->window_users.n = d->always.n = d->on_empty.n = 0;
}

/* Where a match must begin at the beginning, PCRE2 sees at once that it does
 * not; windows, which look everywhere, would not be cheaper. */
static bool
is_worth_it(const struct gate *gate, const struct regex *code)
{
	return !gate->is_always &&
	       !(gate->n_windows && regex_is_anchored(code));
}

static void
make_slot(struct draft *d, unsigned slot, struct slot_gates *g)
{
	const struct match_set *set = d->set;
	uint32_t begin = set->begin[slot], end = set->begin[slot + 1];
	struct gate *gates = mem_calloc(end - begin + 1, sizeof *gates);
	unsigned with_strings = 0, with_windows = 0;

	for (uint32_t i = begin; i < end; i++) {
		struct gate *gate = &gates[i - begin];

		if (!set->codes[i])
			continue;
		*gate = derive(d, i);
		with_strings += gate->n_strings > 0;
		with_windows +=
		    gate->n_windows > 0 && is_worth_it(gate, set->codes[i]);
		note_if_on_empty(d, i);
	}
	for (uint32_t i = begin; i < end; i++) {
		const struct gate *gate = &gates[i - begin];

		if (!set->codes[i])
			continue;
		set->bytes_min[i] = gate->bytes_min;
		set->stretches[i] = gate->stretch;
		set->begins_line[i] = regex_begins_line(set->codes[i]);
		set->is_sliceable[i] = !gate->is_opaque &&
		                       !regex_is_anchored(set->codes[i]) &&
		                       !regex_is_guarded(set->codes[i]);
		add_starts(d, i, gate);
		if (!is_worth_it(gate, set->codes[i]) ||
		    (gate->n_windows && with_windows < WINDOW_PATTERNS_MIN) ||
		    (gate->n_strings && with_strings < LITERAL_PATTERNS_MIN))
			*VEC_ADD(&d->always) = i;
		else
			add_gate(d, i, gate);
	}
	settle_slot(d, g);
	arena_reset(d->arena);
	free(gates);
}

struct slot_gates *
gates_new(struct match_set *set)
{
	struct slot_gates *gates = mem_calloc(set->n_slots + 1, sizeof *gates);
	struct draft d = { .set = set };

	d.arena = arena_new();
	d.work = arena_new();
	d.scratch = regex_scratch_new(NULL);
	regex_set_limits(d.scratch, &set->limits);
	for (unsigned slot = 0; slot < set->n_slots; slot++)
		make_slot(&d, slot, &gates[slot]);
	regex_scratch_free(d.scratch);
	VEC_DONE(&d.items);
	VEC_DONE(&d.between);
	VEC_DONE(&d.literals);
	VEC_DONE(&d.windows);
	VEC_DONE(&d.window_users);
	VEC_DONE(&d.always);
	VEC_DONE(&d.on_empty);
	arena_free(d.arena);
	arena_free(d.work);
	return gates;
}

void
gates_free(struct slot_gates *gates, unsigned n_slots)
{
	if (!gates)
		return;
	for (unsigned slot = 0; slot < n_slots; slot++) {
		literals_free(gates[slot].literals);
		windows_free(gates[slot].windows);
		free(gates[slot].items);
		free(gates[slot].between);
		free(gates[slot].always);
		free(gates[slot].on_empty);
	}
	free(gates);
}
