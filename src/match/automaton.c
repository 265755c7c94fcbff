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

enum {
	STEPS_MAX = 4 * AUTOMATON_POSITIONS_MAX,
};

struct step {
	enum { STEP_BYTE, STEP_CHOICE, STEP_END } kind;
	const struct byte_class *class; /* STEP_BYTE */
	unsigned position;              /* STEP_BYTE, STEP_END */
	unsigned to, or_to;             /* STEP_CHOICE; others: the next one */
};

struct builder {
	struct step steps[STEPS_MAX];
	unsigned n, n_positions;
	bool is_full;
	bool seen[STEPS_MAX];
	unsigned stack[STEPS_MAX];
};

static const struct byte_class any_byte = { { UINT64_MAX, UINT64_MAX,
	                                      UINT64_MAX, UINT64_MAX } };

/* ---- steps ---- */

static unsigned
add_step(struct builder *b, const struct step *step)
{
	if (b->n == STEPS_MAX - 1 ||
	    b->n_positions == AUTOMATON_POSITIONS_MAX) {
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
add_repeat(struct builder *b, const struct node *node)
{
	const struct node *kid = node->kids[0];
	unsigned before = node->min > 0 ? node->min - 1 : 0, begin;

	if (node->max != SYNTAX_UNBOUNDED) {
		add_rounds(b, kid, node->min, node->max);
		return;
	}
	add_rounds(b, kid, before, before);
	begin = b->n;
	add_rounds(b, kid, node->min > 0, 1);
	if (b->n > begin)
		add_loop(b, begin);
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

/* ---- positions ---- */

static void
set_add(uint64_t *set, unsigned position)
{
	set[position / 64] |= (uint64_t)1 << position % 64;
}

/* The positions that choices lead to from a step. */
static void
close_over(struct builder *b, unsigned from, uint64_t *set)
{
	unsigned n = 0;

	memset(b->seen, 0, b->n * sizeof *b->seen);
	b->stack[n++] = from;
	b->seen[from] = true;
	while (n > 0) {
		const struct step *step = &b->steps[b->stack[--n]];
		const unsigned next[] = { step->to, step->or_to };

		if (step->kind != STEP_CHOICE) {
			set_add(set, step->position);
			continue;
		}
		for (unsigned i = 0; i < 2; i++)
			if (!b->seen[next[i]]) {
				b->seen[next[i]] = true;
				b->stack[n++] = next[i];
			}
	}
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

	symbols_examples(&a->symbols, examples);
	for (unsigned symbol = 0; symbol < a->symbols.n; symbol++)
		for (unsigned i = 0; i < b->n; i++)
			if (b->steps[i].kind == STEP_BYTE &&
			    byte_class_has(b->steps[i].class, examples[symbol]))
				set_add(a->allow + symbol * a->words,
				        b->steps[i].position);
}

static size_t
count_words(const struct automaton *a)
{
	return (size_t)(1 + a->n + a->symbols.n) * a->words;
}

static struct automaton *
make(struct builder *b)
{
	struct automaton *a = mem_calloc(1, sizeof *a);

	a->n = b->n_positions;
	a->words = (a->n + 63) / 64;
	find_symbols(a, b);
	a->start = mem_calloc(count_words(a), sizeof *a->start);
	a->follow = a->start + a->words;
	a->allow = a->follow + a->n * a->words;
	close_over(b, 0, a->start);
	for (unsigned i = 0; i < b->n; i++)
		if (b->steps[i].kind == STEP_BYTE)
			close_over(b, i + 1,
			           a->follow + b->steps[i].position * a->words);
	find_allowed(a, b);
	return a;
}

/* Whether a match can be so short that reading ahead does not pay. */
static bool
is_short(const struct automaton *a)
{
	unsigned end = a->n - 1;

	if (automaton_has(a->start, end))
		return true;
	for (unsigned i = 0; i < end; i++)
		if (automaton_has(a->start, i) &&
		    automaton_has(a->follow + i * a->words, end))
			return true;
	return false;
}

struct automaton *
automaton_new(const struct node *root)
{
	struct builder *b = mem_calloc(1, sizeof *b);
	struct automaton *a = NULL;

	add_node(b, root);
	if (!b->is_full) {
		b->steps[b->n++] =
		    (struct step){ .kind = STEP_END,
			           .position = b->n_positions++ };
		a = make(b);
	}
	free(b);
	if (a && is_short(a)) {
		automaton_free(a);
		return NULL;
	}
	return a;
}

void
automaton_free(struct automaton *a)
{
	if (!a)
		return;
	free(a->start);
	free(a);
}

size_t
automaton_bytes(const struct automaton *a)
{
	return a ? sizeof *a + count_words(a) * sizeof *a->start : 0;
}
