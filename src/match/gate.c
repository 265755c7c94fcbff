/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the tree of a pattern to its gate, bottom up. Of each node is known how
 * long its texts are, all of its texts when they are few ("exact"), and the
 * best gate for it so far.
 */
#include "match/gate.h"

#include <stdlib.h>
#include <string.h>

#include "match/gate_window.h"
#include "match/rarity.h"

enum {
	CLASS_STRINGS_MAX = 6, /* bytes of a class that strings spell out */
	COPIES_MAX = 3,        /* of what is repeated */
	COPIES_FOUND_MAX = 1000,
	STEPS_MAX = 100000, /* strings made for one pattern */
};

/* Nanoseconds to compare a window whose first bytes are there. */
static const double FINDING_COST = 8;

/* A pattern whose gate costs more than this is judged always. */
static const double COST_MAX = 1.5;
/* And a better one than this is not looked for. */
static const double COST_GOOD = 0.003;

/* Places per byte; longer windows are not looked for. */
static const double WINDOW_RATE_GOOD = 1e-8, START_RATE_GOOD = 1e-3;

static const struct byte_class any_byte = BYTE_CLASS_ANY;

struct strings {
	struct gate_string *list;
	size_t n;
};

/* What is known of a node. */
struct facts {
	struct gate_part part; /* all of it */
	bool has_stretch;
	struct stretch stretch; /* the best one of every text, once asked for */
	bool is_exact;
	struct strings exact;
	bool has_best;
	struct gate best;
};

struct deriver {
	struct arena *arena;
	size_t steps;
};

static struct facts *facts_of(struct deriver *d, struct node *node);

static unsigned
add_bytes(unsigned a, unsigned b)
{
	return a >= SYNTAX_UNBOUNDED - b ? SYNTAX_UNBOUNDED : a + b;
}

static unsigned
multiply_bytes(unsigned a, unsigned b)
{
	if (a == 0 || b == 0)
		return 0;
	return a >= SYNTAX_UNBOUNDED / b ? SYNTAX_UNBOUNDED : a * b;
}

/* ---- what a gate costs ---- */

/* Nanoseconds to judge around one find: a call, and the bytes before the find
 * at which a match may begin. */
static double
judging_cost(const struct gate_part *before)
{
	double bytes =
	    before->max == SYNTAX_UNBOUNDED ? 400 : before->max - before->min;

	return 100 + 1.5 * (bytes < 400 ? bytes : 400);
}

static void
price(struct gate *g)
{
	g->rate = g->cost = 0;
	for (size_t i = 0; i < g->n_strings; i++) {
		const struct gate_string *s = &g->strings[i];
		double rate = rarity_of_text(s->bytes, s->n);

		g->rate += rate;
		g->cost += rate * judging_cost(&s->before);
	}
	for (size_t i = 0; i < g->n_windows; i++) {
		const struct gate_window *w = &g->windows[i];
		double rate = gate_window_rate(w);

		g->rate += rate;
		g->cost += rate * judging_cost(&w->before) +
		           FINDING_COST * gate_window_first_rate(w);
	}
	if (g->copies > 1) /* seldom are there so many */
		g->cost /= g->copies;
}

static void
keep_better(struct facts *f, const struct gate *g)
{
	if (!f->has_best || g->cost < f->best.cost) {
		f->best = *g;
		f->has_best = true;
	}
}

static void
append(struct gate_part *part, const struct gate_part *next)
{
	byte_class_unite(&part->tail,
	                 part->max == 0 ? &next->tail : &next->all);
	byte_class_unite(&part->all, &next->all);
	part->min = add_bytes(part->min, next->min);
	part->max = add_bytes(part->max, next->max);
}

/* That part, again and again. */
static struct gate_part
repeated(const struct gate_part *part, unsigned min, unsigned max)
{
	return (struct gate_part){ multiply_bytes(min, part->min),
		                   multiply_bytes(max, part->max), part->all,
		                   max > 1 ? part->all : part->tail };
}

static struct gate_part
joined(const struct gate_part *part, const struct gate_part *next)
{
	struct gate_part both = *part;

	append(&both, next);
	return both;
}

/* Puts a part in front. */
static struct gate
shifted(struct deriver *d, const struct gate *g, const struct gate_part *front)
{
	struct gate copy = *g;

	copy.strings =
	    ARENA_ARRAY(d->arena, struct gate_string, g->n_strings + 1);
	copy.windows =
	    ARENA_ARRAY(d->arena, struct gate_window, g->n_windows + 1);
	for (size_t i = 0; i < g->n_strings; i++) {
		copy.strings[i] = g->strings[i];
		copy.strings[i].before = joined(front, &g->strings[i].before);
	}
	for (size_t i = 0; i < g->n_windows; i++) {
		copy.windows[i] = g->windows[i];
		copy.windows[i].before = joined(front, &g->windows[i].before);
	}
	price(&copy);
	return copy;
}

/* ---- sets of strings ---- */

static struct strings
the_empty_string(struct deriver *d)
{
	return (struct strings){ ARENA_NEW(d->arena, struct gate_string), 1 };
}

/* One string for each byte of a class, letters of both cases being one; false
 * when they are too many. */
static bool
strings_of_class(struct deriver *d, const struct byte_class *c,
                 struct strings *ret)
{
	if (byte_class_count(c) > 2 * CLASS_STRINGS_MAX)
		return false;
	*ret = (struct strings){ ARENA_ARRAY(d->arena, struct gate_string,
		                             2 * CLASS_STRINGS_MAX),
		                 0 };
	for (unsigned byte = 0; byte < 256; byte++) {
		unsigned char lower = (unsigned char)sv_lower_char((char)byte);
		struct gate_string *s;
		bool is_either = lower != byte && byte_class_has(c, lower);

		if (!byte_class_has(c, (unsigned char)byte) || is_either)
			continue;
		s = &ret->list[ret->n++];
		s->n = 1;
		s->bytes[0] = (unsigned char)byte;
		s->caseless = byte >= 'a' && byte <= 'z' &&
		              byte_class_has(c, (unsigned char)(byte - 32));
	}
	return ret->n <= CLASS_STRINGS_MAX;
}

static unsigned
longest(const struct strings *set)
{
	unsigned n = 0;

	for (size_t i = 0; i < set->n; i++)
		n = set->list[i].n > n ? set->list[i].n : n;
	return n;
}

static unsigned
shortest(const struct strings *set)
{
	unsigned n = GATE_STRING_BYTES_MAX;

	for (size_t i = 0; i < set->n; i++)
		n = set->list[i].n < n ? set->list[i].n : n;
	return n;
}

static struct gate_part
part_of(const struct strings *set)
{
	struct gate_part part = { .min = shortest(set), .max = longest(set) };

	for (size_t i = 0; i < set->n; i++) {
		const struct gate_string *s = &set->list[i];

		for (unsigned k = 0; k < s->n; k++) {
			struct byte_class both = { { 0 } };

			byte_class_add(&both, s->bytes[k]);
			if (s->caseless >> k & 1)
				byte_class_add(
				    &both, (unsigned char)(s->bytes[k] - 32));
			byte_class_unite(&part.all, &both);
			if (k > 0)
				byte_class_unite(&part.tail, &both);
		}
	}
	return part;
}

/* Each of `a` followed by each of `b`; false when that is too much. */
static bool
strings_product(struct deriver *d, const struct strings *a,
                const struct strings *b, struct strings *ret)
{
	if (a->n * b->n > GATE_STRINGS_MAX ||
	    longest(a) + longest(b) > GATE_STRING_BYTES_MAX)
		return false;
	ret->list = ARENA_ARRAY(d->arena, struct gate_string, a->n * b->n + 1);
	ret->n = 0;
	for (size_t i = 0; i < a->n; i++)
		for (size_t k = 0; k < b->n; k++) {
			struct gate_string *s = &ret->list[ret->n++];
			const struct gate_string *tail = &b->list[k];

			*s = a->list[i];
			memcpy(s->bytes + s->n, tail->bytes, tail->n);
			s->caseless |= tail->caseless << s->n;
			s->n = (unsigned char)(s->n + tail->n);
		}
	return true;
}

/* ---- nodes one after another ---- */

/* A run is what was exact since it began. */
struct sequence {
	struct deriver *d;
	struct facts *facts;
	struct strings run;
	struct gate_part before; /* the run */
	bool is_whole;           /* the run is all there was */
};

static void
window_of_string(const struct gate_string *s, struct gate_window *ret)
{
	*ret = (struct gate_window){ .n = s->n };
	for (unsigned i = 0; i < s->n; i++) {
		byte_class_add(&ret->classes[i], s->bytes[i]);
		if (s->caseless >> i & 1)
			byte_class_add(&ret->classes[i],
			               (unsigned char)(s->bytes[i] - 32));
	}
}

/* The run as a gate. Strings that are too short to be looked for as such
 * become windows. */
static void
offer_run(struct sequence *q)
{
	struct gate g = { .copies = 1 };

	if (shortest(&q->run) < 2)
		return;
	g.strings = ARENA_ARRAY(q->d->arena, struct gate_string, q->run.n);
	g.windows = ARENA_ARRAY(q->d->arena, struct gate_window, q->run.n);
	for (size_t i = 0; i < q->run.n; i++) {
		if (q->run.list[i].n >= GATE_STRING_BYTES_MIN)
			g.strings[g.n_strings++] = q->run.list[i];
		else
			window_of_string(&q->run.list[i],
			                 &g.windows[g.n_windows++]);
	}
	if (g.n_windows > 2 * GATE_WINDOWS_MAX)
		return; /* too many to be worth uniting */
	g.n_windows = gate_windows_merge(g.windows, g.n_windows);
	if (g.n_windows > GATE_WINDOWS_MAX)
		return;
	g = shifted(q->d, &g, &q->before);
	keep_better(q->facts, &g);
}

static void
end_run(struct sequence *q)
{
	struct gate_part part;

	offer_run(q);
	part = part_of(&q->run);
	append(&q->before, &part);
	q->run = the_empty_string(q->d);
	q->is_whole = false;
}

static void
add_gap(struct sequence *q, const struct gate_part *gap)
{
	end_run(q);
	append(&q->before, gap);
}

static void
add_exact(struct sequence *q, const struct strings *set)
{
	struct strings product;

	q->d->steps += 1 + q->run.n * set->n;
	if (strings_product(q->d, &q->run, set, &product)) {
		q->run = product;
		return;
	}
	end_run(q);
	q->run = *set;
}

static void
add_facts(struct sequence *q, const struct facts *f)
{
	struct gate g;

	if (f->is_exact) {
		add_exact(q, &f->exact);
		return;
	}
	end_run(q);
	if (f->has_best) {
		g = shifted(q->d, &f->best, &q->before);
		keep_better(q->facts, &g);
	}
	add_gap(q, &f->part);
}

static void add_node(struct sequence *q, struct node *node);

/* Each round holds a find of its own. */
static void
offer_rounds(struct sequence *q, const struct facts *kid, unsigned rounds)
{
	struct gate g = kid->best;

	end_run(q);
	g.copies = rounds < COPIES_FOUND_MAX / g.copies ? rounds * g.copies
	                                                : COPIES_FOUND_MAX;
	g = shifted(q->d, &g, &q->before);
	keep_better(q->facts, &g);
}

static void
add_repeat(struct sequence *q, const struct node *node)
{
	const struct facts *kid = facts_of(q->d, node->kids[0]);
	unsigned copies = node->min < COPIES_MAX ? node->min : COPIES_MAX;
	unsigned more = node->max == SYNTAX_UNBOUNDED ? SYNTAX_UNBOUNDED
	                                              : node->max - copies;
	struct strings optional;
	struct gate_part gap;

	if (node->min > 1 && kid->has_best && !kid->is_exact)
		offer_rounds(q, kid, node->min);
	for (unsigned i = 0; i < copies; i++)
		add_node(q, node->kids[0]);
	if (more == 1 && copies == node->min && kid->is_exact &&
	    kid->exact.n < CLASS_STRINGS_MAX) {
		optional.list = ARENA_ARRAY(q->d->arena, struct gate_string,
		                            kid->exact.n + 1);
		memcpy(optional.list, kid->exact.list,
		       kid->exact.n * sizeof *optional.list);
		optional.n = kid->exact.n + 1;
		add_exact(q, &optional);
	} else if (more) {
		gap = repeated(&kid->part, node->min - copies, more);
		add_gap(q, &gap);
	}
}

static void
add_node(struct sequence *q, struct node *node)
{
	if (++q->d->steps > STEPS_MAX)
		return;
	if (node->kind == NODE_CAT)
		for (unsigned i = 0; i < node->n_kids; i++)
			add_node(q, node->kids[i]);
	else if (node->kind == NODE_REPEAT)
		add_repeat(q, node);
	else
		add_facts(q, facts_of(q->d, node));
}

/* ---- windows ---- */

enum { PLACES_MAX = 24 }; /* where windows are tried */

static void
flatten(const struct node *node, struct node_list *flat)
{
	if (flat->n >= PLACES_MAX)
		return;
	if (node->kind != NODE_CAT) {
		*VEC_ADD(flat) = node;
		return;
	}
	for (unsigned i = 0; i < node->n_kids; i++)
		flatten(node->kids[i], flat);
}

/* Tries windows behind each of the first nodes. */
static void
offer_windows(struct deriver *d, struct node *node, struct facts *f)
{
	struct node_list flat = { 0 };
	struct gate_part before = { 0 };

	flatten(node, &flat);
	for (size_t i = 0;
	     i < flat.n && (!f->has_best || f->best.cost > COST_GOOD); i++) {
		const struct facts *kid =
		    facts_of(d, (struct node *)(uintptr_t)flat.list[i]);
		struct gate g = { .copies = 1 };

		if (gate_windows_at(d->arena, &flat, i, GATE_WINDOWS_MAX,
		                    WINDOW_RATE_GOOD, &g)) {
			g = shifted(d, &g, &before);
			keep_better(f, &g);
		}
		append(&before, &kid->part);
	}
	VEC_DONE(&flat);
}

static void
derive_sequence(struct deriver *d, struct node *node, struct facts *f)
{
	struct sequence q = { .d = d, .facts = f, .is_whole = true };

	q.run = the_empty_string(d);
	add_node(&q, node);
	offer_run(&q);
	f->part = part_of(&q.run);
	f->part = joined(&q.before, &f->part);
	f->is_exact = q.is_whole;
	f->exact = q.run;
	if (node->kind == NODE_CAT && !f->is_exact &&
	    (!f->has_best || f->best.cost > COST_GOOD))
		offer_windows(d, node, f);
}

/* ---- alternatives ---- */

static bool
unite_exact(struct deriver *d, const struct node *node, struct strings *ret)
{
	size_t n = 0;

	for (unsigned i = 0; i < node->n_kids; i++) {
		const struct facts *kid = facts_of(d, node->kids[i]);

		if (!kid->is_exact)
			return false;
		n += kid->exact.n;
	}
	if (n > GATE_STRINGS_MAX)
		return false;
	ret->list = ARENA_ARRAY(d->arena, struct gate_string, n + 1);
	ret->n = 0;
	for (unsigned i = 0; i < node->n_kids; i++) {
		const struct strings *exact =
		    &facts_of(d, node->kids[i])->exact;

		memcpy(ret->list + ret->n, exact->list,
		       exact->n * sizeof *exact->list);
		ret->n += exact->n;
	}
	return true;
}

static bool
unite_best(struct deriver *d, const struct node *node, struct gate *ret)
{
	size_t n_strings = 0, n_windows = 0;

	for (unsigned i = 0; i < node->n_kids; i++) {
		const struct facts *kid = facts_of(d, node->kids[i]);

		if (!kid->has_best)
			return false;
		n_strings += kid->best.n_strings;
		n_windows += kid->best.n_windows;
	}
	if (n_strings > 4 * GATE_STRINGS_MAX ||
	    n_windows > 2 * GATE_WINDOWS_MAX)
		return false;
	*ret = (struct gate){ .copies = COPIES_FOUND_MAX };
	ret->strings = ARENA_ARRAY(d->arena, struct gate_string, n_strings + 1);
	ret->windows = ARENA_ARRAY(d->arena, struct gate_window, n_windows + 1);
	for (unsigned i = 0; i < node->n_kids; i++) {
		const struct gate *best = &facts_of(d, node->kids[i])->best;

		if (best->copies < ret->copies)
			ret->copies = best->copies;
		memcpy(ret->strings + ret->n_strings, best->strings,
		       best->n_strings * sizeof *best->strings);
		memcpy(ret->windows + ret->n_windows, best->windows,
		       best->n_windows * sizeof *best->windows);
		ret->n_strings += best->n_strings;
		ret->n_windows += best->n_windows;
	}
	price(ret);
	return true;
}

static void
derive_alternatives(struct deriver *d, const struct node *node, struct facts *f)
{
	struct gate g;

	f->part.min = SYNTAX_UNBOUNDED;
	for (unsigned i = 0; i < node->n_kids; i++) {
		const struct gate_part *kid = &facts_of(d, node->kids[i])->part;

		byte_class_unite(&f->part.all, &kid->all);
		byte_class_unite(&f->part.tail, &kid->tail);
		f->part.min = kid->min < f->part.min ? kid->min : f->part.min;
		f->part.max = kid->max > f->part.max ? kid->max : f->part.max;
	}
	f->is_exact = unite_exact(d, node, &f->exact);
	if (unite_best(d, node, &g))
		keep_better(f, &g);
}

static struct facts *
derive(struct deriver *d, struct node *node)
{
	struct facts *f = ARENA_NEW(d->arena, struct facts);

	switch (node->kind) {
	case NODE_EMPTY:
		f->is_exact = true;
		f->exact = the_empty_string(d);
		break;
	case NODE_ANY:
		f->part = (struct gate_part){ 0, SYNTAX_UNBOUNDED, any_byte,
			                      any_byte };
		break;
	case NODE_CLASS:
		f->part = (struct gate_part){ .min = 1,
			                      .max = 1,
			                      .all = node->class };
		f->is_exact = strings_of_class(d, &node->class, &f->exact);
		break;
	case NODE_ALT:
		derive_alternatives(d, node, f);
		break;
	case NODE_CAT:
	case NODE_REPEAT:
		derive_sequence(d, node, f);
		break;
	}
	return f;
}

/* Nodes are shared by calls of groups, so what is known is kept. */
static struct facts *
facts_of(struct deriver *d, struct node *node)
{
	if (!node->note)
		node->note = derive(d, node);
	return node->note;
}

/* ---- stretches ---- */

static const struct stretch *stretch_of(struct deriver *d,
                                        const struct node *node);

/* Of parts that follow each other, those from i on: as many as are best. */
static void
offer_stretches(struct deriver *d, const struct node_list *parts, size_t i,
                struct stretch *best)
{
	struct stretch s = { .n = 0 };

	for (; i < parts->n; i++) {
		const struct gate_part *part =
		    &facts_of(d, (struct node *)(uintptr_t)parts->list[i])
			 ->part;

		stretch_keep_better(best, stretch_of(d, parts->list[i]));
		byte_class_unite(&s.class, &part->all);
		s.n = add_bytes(s.n, part->min);
		stretch_keep_better(best, &s);
	}
}

/* One that each kid has. */
static void
unite_stretches(struct deriver *d, const struct node *node,
                struct stretch *best)
{
	struct stretch s = { .n = UINT_MAX };

	for (unsigned i = 0; i < node->n_kids; i++) {
		const struct stretch *kid = stretch_of(d, node->kids[i]);

		byte_class_unite(&s.class, &kid->class);
		s.n = kid->n < s.n ? kid->n : s.n;
	}
	stretch_keep_better(best, &s);
}

static void
derive_stretch(struct deriver *d, const struct node *node, struct facts *f)
{
	struct node_list flat = { 0 };

	f->stretch = (struct stretch){ f->part.all, f->part.min };
	if (node->kind == NODE_ALT)
		unite_stretches(d, node, &f->stretch);
	if (node->kind == NODE_REPEAT && node->min > 0)
		stretch_keep_better(&f->stretch, stretch_of(d, node->kids[0]));
	if (node->kind != NODE_CAT)
		return;
	flatten(node, &flat);
	for (size_t i = 0; i < flat.n; i++)
		offer_stretches(d, &flat, i, &f->stretch);
	VEC_DONE(&flat);
}

/* Few patterns need one. */
static const struct stretch *
stretch_of(struct deriver *d, const struct node *node)
{
	/* the tree is ours; only its owner's promise is const */
	struct facts *f = facts_of(d, (struct node *)(uintptr_t)node);

	if (!f->has_stretch) {
		f->has_stretch = true;
		derive_stretch(d, node, f);
	}
	return &f->stretch;
}

/* A gate that leaves many places to begin at is narrowed down by how a match
 * begins. */
static void
derive_starts(struct deriver *d, struct node *root, struct gate *g)
{
	static const double rate_max = 0.05;
	struct node_list flat = { 0 };
	struct gate starts = { 0 };

	flatten(root, &flat);
	if (gate_windows_at(d->arena, &flat, 0, GATE_STARTS_MAX,
	                    START_RATE_GOOD, &starts)) {
		price(&starts);
		if (starts.rate < rate_max) {
			g->starts = starts.windows;
			g->n_starts = starts.n_windows;
		}
	}
	VEC_DONE(&flat);
}

struct gate
gate_derive(struct arena *a, struct sv regex, unsigned flags)
{
	struct deriver d = { .arena = a };
	struct node *root = syntax_parse(a, regex, flags);
	struct gate g = { .is_always = true };
	const struct facts *f;

	g.is_opaque = !root;
	if (!root)
		return g;
	f = facts_of(&d, root);
	if (d.steps <= STEPS_MAX && f->has_best && f->best.cost <= COST_MAX)
		g = f->best;
	g.bytes_min = f->part.min;
	g.root = root;
	g.is_weak = g.is_always || g.cost >= COST_GOOD;
	if (!g.is_weak)
		return g;
	derive_starts(&d, root, &g);
	if (stretch_is_good(stretch_of(&d, root)))
		g.stretch = *stretch_of(&d, root);
	return g;
}
