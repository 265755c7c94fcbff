/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the tree to steps as a machine would take them (a byte of a class, a
 * choice), and from those to positions: the steps that take a byte, with all
 * that choices lead to behind them.
 */
#include "match/automaton.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/vec.h"

enum {
	STEPS_MAX = 4 * AUTOMATON_HEAD_POSITIONS_MAX,
	ROUNDS_BYTES_MAX = 16, /* of a head's repeats that are spelt out */
	WORK_MAX = 500000,     /* steps made, those forgotten as well */
};

struct step {
	enum { STEP_BYTE, STEP_CHOICE, STEP_END } kind;
	const struct byte_class *class; /* STEP_BYTE */
	unsigned position;              /* STEP_BYTE, STEP_END */
	unsigned to, or_to;             /* STEP_CHOICE; others: the next one */
};

struct builder {
	struct step steps[STEPS_MAX];
	unsigned n, n_positions, positions_max;
	bool is_head, is_full;
	unsigned copies;
	unsigned work;
	unsigned seen[STEPS_MAX], stamp;
	unsigned stack[STEPS_MAX];
	VEC(uint16_t) lists;
};

static const struct byte_class any_byte = BYTE_CLASS_ANY;

/* ---- steps ---- */

static unsigned
add_step(struct builder *b, const struct step *step)
{
	if (b->n == STEPS_MAX - 1 || b->n_positions == b->positions_max ||
	    ++b->work > WORK_MAX) {
		b->is_full = true;
		return b->n;
	}
	b->steps[b->n] = *step;
	return b->n++;
}

static void
add_byte(struct builder *b, const struct byte_class *class)
{
	add_step(b, &(struct step){ .kind = STEP_BYTE,
	                            .class = class,
	                            .position = b->n_positions++ });
}

static unsigned
add_choice(struct builder *b, unsigned to)
{
	return add_step(b,
	                &(struct step){ STEP_CHOICE, .to = to, .or_to = to });
}

static void add_node(struct builder *b, const struct node *node);

static void
add_any(struct builder *b)
{
	unsigned choice = add_choice(b, b->n + 1);

	add_byte(b, &any_byte);
	add_choice(b, choice);
	b->steps[choice].or_to = b->n;
}

static void
add_alternatives(struct builder *b, const struct node *node)
{
	unsigned last = UINT_MAX; /* the ends of kids, chained by `to` */

	for (unsigned i = 0; i < node->n_kids && !b->is_full; i++) {
		bool more = i + 1 < node->n_kids;
		unsigned choice = more ? add_choice(b, b->n + 1) : 0;

		add_node(b, node->kids[i]);
		if (!more || b->is_full)
			break;
		last = add_choice(b, last);
		b->steps[choice].or_to = b->n;
	}
	while (last != UINT_MAX && !b->is_full) {
		unsigned next = b->steps[last].to;

		b->steps[last].to = b->steps[last].or_to = b->n;
		last = next;
	}
}

/* Goes back to `begin` as often as it likes. */
static void
add_loop(struct builder *b, unsigned begin)
{
	unsigned choice = add_choice(b, begin);

	b->steps[choice].or_to = choice + 1;
}

/* Each round is spelt out; one that may be left out can be passed by. */
static void
add_rounds(struct builder *b, const struct node *kid, unsigned min,
           unsigned max)
{
	unsigned last = UINT_MAX; /* choices to pass by, chained by `or_to` */

	for (unsigned i = 0; i < max && !b->is_full; i++) {
		unsigned begin = b->n;

		if (i >= min) {
			unsigned choice = add_choice(b, b->n + 1);

			b->steps[choice].or_to = last;
			last = choice;
		}
		add_node(b, kid);
		if (b->n == begin)
			break; /* it is empty */
	}
	while (last != UINT_MAX && !b->is_full) {
		unsigned next = b->steps[last].or_to;

		b->steps[last].or_to = b->n;
		last = next;
	}
}

/* Without a bound, it is the last round that is begun again. */
static void
add_unbounded(struct builder *b, const struct node *kid, unsigned min)
{
	unsigned before = min > 0 ? min - 1 : 0, begin;

	add_rounds(b, kid, before, before);
	begin = b->n;
	add_rounds(b, kid, min > 0, 1);
	if (b->n > begin)
		add_loop(b, begin);
}

struct mark {
	unsigned n, n_positions;
};

static struct mark
set_mark(const struct builder *b)
{
	return (struct mark){ b->n, b->n_positions };
}

/* Forgets what was added since. */
static void
go_back(struct builder *b, struct mark mark)
{
	b->n = mark.n;
	b->n_positions = mark.n_positions;
	b->is_full = b->work > WORK_MAX;
}

static void
add_repeat(struct builder *b, const struct node *node)
{
	const struct node *kid = node->kids[0];
	struct mark mark = set_mark(b);

	if (node->max == SYNTAX_UNBOUNDED) {
		add_unbounded(b, kid, node->min);
		return;
	}
	add_rounds(b, kid, node->min, node->max);
	if (!b->is_head || node->max <= 1 ||
	    (!b->is_full &&
	     b->n_positions - mark.n_positions <= ROUNDS_BYTES_MAX))
		return;
	go_back(b, mark);
	add_unbounded(b, kid, node->min > 0);
}

static void
add_node(struct builder *b, const struct node *node)
{
	if (b->is_full)
		return;
	switch (node->kind) {
	case NODE_EMPTY:
		break;
	case NODE_ANY:
		add_any(b);
		break;
	case NODE_CLASS:
		add_byte(b, &node->class);
		break;
	case NODE_CAT:
		for (unsigned i = 0; i < node->n_kids; i++)
			add_node(b, node->kids[i]);
		break;
	case NODE_ALT:
		add_alternatives(b, node);
		break;
	case NODE_REPEAT:
		add_repeat(b, node);
		break;
	}
}

/* As much as there is room for, from the left; b->is_full tells that something
 * was cut off. */
static void
add_head(struct builder *b, const struct node *node)
{
	struct mark mark = set_mark(b);

	add_node(b, node);
	if (!b->is_full)
		return;
	go_back(b, mark);
	if (node->kind == NODE_REPEAT && node->min > 0) {
		add_head(b, node->kids[0]);
		b->is_full = true; /* nothing can follow what was cut off */
	}
	for (unsigned i = 0; node->kind == NODE_CAT && i < node->n_kids; i++) {
		add_head(b, node->kids[i]);
		if (b->is_full)
			break;
	}
	b->is_full = true;
}

/* ---- positions ---- */

/* Adds the positions that choices lead to from a step. */
static void
close_over(struct builder *b, unsigned from)
{
	unsigned n = 0;

	b->stamp++;
	b->stack[n++] = from;
	b->seen[from] = b->stamp;
	while (n > 0) {
		const struct step *step = &b->steps[b->stack[--n]];
		const unsigned next[] = { step->to, step->or_to };

		if (step->kind != STEP_CHOICE) {
			*VEC_ADD(&b->lists) = (uint16_t)step->position;
			continue;
		}
		for (unsigned i = 0; i < 2; i++)
			if (b->seen[next[i]] != b->stamp) {
				b->seen[next[i]] = b->stamp;
				b->stack[n++] = next[i];
			}
	}
}

/* Positions are in the order of their steps, and the end is the last. */
static void
find_lists(struct automaton *a, struct builder *b)
{
	a->begins = mem_calloc(a->n + 1, sizeof *a->begins);
	for (unsigned i = 0; i < b->n; i++) {
		const struct step *step = &b->steps[i];

		if (step->kind == STEP_CHOICE)
			continue;
		a->begins[step->position] = (uint32_t)b->lists.n;
		close_over(b, step->kind == STEP_END ? 0 : i + 1);
	}
	a->begins[a->n] = (uint32_t)b->lists.n;
	a->lists = mem_alloc(b->lists.n * sizeof *a->lists + 1);
	memcpy(a->lists, b->lists.list, b->lists.n * sizeof *a->lists);
	VEC_DONE(&b->lists);
}

/* Rounds of what is repeated are of the same class. */
static void
find_symbols(struct automaton *a, const struct builder *b)
{
	const struct byte_class *last = NULL;

	a->symbols.n = 1;
	for (unsigned i = 0; i < b->n; i++) {
		const struct step *step = &b->steps[i];

		if (step->kind != STEP_BYTE || step->class == last)
			continue;
		symbols_refine(&a->symbols, step->class);
		last = step->class;
	}
}

static void
find_allowed(struct automaton *a, const struct builder *b)
{
	unsigned char examples[256];

	a->words = (a->n + 63) / 64;
	a->allow =
	    mem_calloc((size_t)a->symbols.n * a->words, sizeof *a->allow);
	symbols_examples(&a->symbols, examples);
	for (unsigned i = 0; i < b->n; i++) {
		unsigned at = b->steps[i].position;

		if (b->steps[i].kind != STEP_BYTE)
			continue;
		for (unsigned symbol = 0; symbol < a->symbols.n; symbol++)
			if (byte_class_has(b->steps[i].class, examples[symbol]))
				a->allow[symbol * a->words + at / 64] |=
				    (uint64_t)1 << at % 64;
	}
}

static struct automaton *
make(struct builder *b)
{
	struct automaton *a = mem_calloc(1, sizeof *a);

	a->is_head = b->is_head;
	a->copies = b->copies;
	a->n = b->n_positions;
	find_symbols(a, b);
	find_lists(a, b);
	find_allowed(a, b);
	return a;
}

static bool
has(struct positions set, unsigned position)
{
	for (size_t i = 0; i < set.n; i++)
		if (set.list[i] == position)
			return true;
	return false;
}

/* Whether a match can be so short that reading ahead does not pay. */
static bool
is_short(const struct automaton *a)
{
	struct positions start = automaton_start(a);
	unsigned end = a->n - 1;

	if (has(start, end))
		return true;
	for (size_t i = 0; i < start.n; i++)
		if (has(automaton_follow(a, start.list[i]), end))
			return true;
	return false;
}

/* NULL when it is short. */
static struct automaton *
finish(struct builder *b)
{
	struct automaton *a;

	b->steps[b->n++] =
	    (struct step){ .kind = STEP_END, .position = b->n_positions++ };
	a = make(b);
	if (!is_short(a))
		return a;
	automaton_free(a);
	return NULL;
}

struct automaton *
automaton_new(const struct node *root)
{
	struct builder *b = mem_calloc(1, sizeof *b);
	struct automaton *a;

	b->positions_max = AUTOMATON_POSITIONS_MAX;
	add_node(b, root);
	a = b->is_full ? NULL : finish(b);
	free(b);
	return a;
}

/* What a match begins with, if that is a text several times over. */
static const struct node *
leading_repeat(const struct node *node)
{
	while (node->kind == NODE_CAT) {
		unsigned i = 0;

		while (i < node->n_kids && node->kids[i]->kind == NODE_EMPTY)
			i++;
		if (i == node->n_kids)
			return NULL;
		node = node->kids[i];
	}
	return node->kind == NODE_REPEAT && node->min > 1 ? node : NULL;
}

/* Copies that are too long to be spelt out are counted when they are read. */
static bool
add_copies(struct builder *b, const struct node *repeat)
{
	struct mark mark = set_mark(b);

	add_head(b, repeat->kids[0]);
	if (!b->is_full && b->n_positions > ROUNDS_BYTES_MAX) {
		b->copies = repeat->min;
		return true;
	}
	go_back(b, mark);
	return false;
}

struct automaton *
automaton_head_new(const struct node *root)
{
	struct builder *b = mem_calloc(1, sizeof *b);
	const struct node *repeat = leading_repeat(root);
	struct automaton *a;

	b->positions_max = AUTOMATON_HEAD_POSITIONS_MAX;
	b->is_head = true;
	b->copies = 1;
	if (!repeat || !add_copies(b, repeat))
		add_head(b, root);
	a = finish(b);
	free(b);
	return a;
}

void
automaton_free(struct automaton *a)
{
	if (!a)
		return;
	free(a->begins);
	free(a->lists);
	free(a->allow);
	free(a);
}

void
automata_free(struct automata *a)
{
	if (!a)
		return;
	automaton_free(a->whole);
	automaton_free(a->head);
	free(a);
}

size_t
automaton_bytes(const struct automaton *a)
{
	if (!a)
		return 0;
	return sizeof *a + (a->n + 1) * sizeof *a->begins +
	       a->begins[a->n] * sizeof *a->lists +
	       (size_t)a->symbols.n * a->words * sizeof *a->allow;
}
