/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A tree over the first bytes of all windows. A node is the set of windows
 * that allow the bytes on the way to it; equal sets at equal depth are one
 * node. Bytes that no window tells apart are one symbol. The tree is walked
 * from every place of the text; the windows of the node at the end of the way
 * are then compared byte by byte.
 *
 * Each node knows which bytes can follow. The first two steps are made without
 * asking, from tables; the byte after them rules out most places.
 */
#include "match/window.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/vec.h"
#include "match/prefilter.h"
#include "match/symbols.h"

enum {
	DEPTH = 3,
	FIRST_STEPS = 2,
	LEAF_WINDOWS = 2,  /* so few are compared at once */
	NODES_MAX = 30000, /* then the tree grows no further */
	NODE_IDS = UINT16_MAX,
	DEAD = 0, /* no window; all steps lead back to it */
	ROOT = 1,
	ALL = 2, /* all windows, to be compared from the beginning */
};

struct branch {
	uint32_t begin, n; /* its windows, in the pool of sets */
	uint32_t row;      /* of steps; unless it is a leaf */
	uint32_t next;     /* class of the byte that follows */
	uint8_t depth;
	bool is_leaf;  /* no further steps */
	bool has_ends; /* some window ends here */
};

/* A window with its classes, which many windows share, as numbers. */
struct packed {
	uint32_t user;
	uint16_t classes[GATE_WINDOW_BYTES_MAX];
	uint8_t n;
};

struct windows {
	uint32_t first[256]; /* by byte: where in `steps` the next one is */
	struct symbols symbols;
	VEC(struct byte_class) classes;
	struct packed *windows;
	size_t n;
	VEC(struct branch) nodes;
	VEC(uint32_t) sets;
	VEC(uint16_t) steps; /* by row, symbol: the next node */
	bool has_prefilter;
	struct prefilter prefilter;
};

static const struct byte_class *
class_at(const struct windows *w, uint32_t window, unsigned place)
{
	return &w->classes.list[w->windows[window].classes[place]];
}

/* ---- building ---- */

static void
find_symbols(struct windows *w)
{
	w->symbols.n = 1;
	for (uint32_t i = 0; i < w->n; i++)
		for (unsigned k = 0; k < w->windows[i].n && k < DEPTH; k++)
			symbols_refine(&w->symbols, class_at(w, i, k));
}

/* The number of a class; equal ones have one. */
static uint16_t
number_class(struct windows *w, struct map *numbers,
             const struct byte_class *class)
{
	struct sv key = { (const char *)class, sizeof *class };
	uintptr_t number = (uintptr_t)map_get(numbers, key);

	if (!number) {
		*VEC_ADD(&w->classes) = *class;
		number = w->classes.n;
		map_set(numbers, key, (void *)number);
	}
	return (uint16_t)(number - 1);
}

/* What is needed while the tree grows. */
struct builder {
	struct windows *w;
	struct map *numbers; /* of classes, + 1 */
	struct map *by_set;  /* "depth, windows" -> node, as a pointer */
	unsigned char examples[256]; /* a byte of each symbol */
	VEC(uint32_t) set; /* of the node to be found; [0] its depth */
};

/* What one of a node's windows has next. */
static uint16_t
find_next(struct builder *b, const struct branch *node)
{
	static const struct byte_class any = BYTE_CLASS_ANY;
	const struct windows *w = b->w;
	struct byte_class next = { { 0 } };

	for (uint32_t i = 0; i < node->n; i++) {
		uint32_t k = w->sets.list[node->begin + i];

		byte_class_unite(&next, w->windows[k].n > node->depth
		                            ? class_at(w, k, node->depth)
		                            : &any);
	}
	return number_class(b->w, b->numbers, &next);
}

static uint16_t
new_node(struct builder *b, uint8_t depth)
{
	struct windows *w = b->w;
	struct branch node = { .begin = (uint32_t)w->sets.n,
		               .n = (uint32_t)b->set.n - 1,
		               .depth = depth,
		               .is_leaf = depth == DEPTH };
	bool all_end = true;

	for (size_t i = 1; i < b->set.n; i++) {
		bool ends = w->windows[b->set.list[i]].n == depth;

		*VEC_ADD(&w->sets) = b->set.list[i];
		node.has_ends |= ends;
		all_end &= ends;
	}
	/* never within the first steps, so that these can be made */
	node.is_leaf |=
	    depth >= FIRST_STEPS && (all_end || node.n <= LEAF_WINDOWS);
	node.next = find_next(b, &node);
	*VEC_ADD(&w->nodes) = node;
	return (uint16_t)(w->nodes.n - 1);
}

/* The node of b->set; a window that has ended belongs to no deeper one. */
static uint16_t
find_node(struct builder *b, uint8_t depth)
{
	struct sv key = { (const char *)b->set.list,
		          b->set.n * sizeof *b->set.list };
	uintptr_t found;

	if (b->set.n == 1)
		return DEAD;
	found = (uintptr_t)map_get(b->by_set, key);
	if (!found && b->w->nodes.n == NODE_IDS)
		return ALL;
	if (!found) {
		found = new_node(b, depth);
		map_set(b->by_set, key, (void *)found);
	}
	return (uint16_t)found;
}

static void
collect_next(struct builder *b, const struct branch *node, unsigned symbol)
{
	const struct windows *w = b->w;

	b->set.n = 0;
	*VEC_ADD(&b->set) = node->depth + 1U;
	for (uint32_t i = 0; i < node->n; i++) {
		uint32_t k = w->sets.list[node->begin + i];

		if (w->windows[k].n > node->depth &&
		    byte_class_has(class_at(w, k, node->depth),
		                   b->examples[symbol]))
			*VEC_ADD(&b->set) = k;
	}
}

static void
grow_node(struct builder *b, size_t index)
{
	struct windows *w = b->w;
	struct branch node = w->nodes.list[index];

	if (w->nodes.n > NODES_MAX && node.depth >= FIRST_STEPS)
		w->nodes.list[index].is_leaf = true;
	if (w->nodes.list[index].is_leaf)
		return;
	w->nodes.list[index].row = (uint32_t)(w->steps.n / w->symbols.n);
	for (unsigned symbol = 0; symbol < w->symbols.n; symbol++) {
		collect_next(b, &node, symbol);
		*VEC_ADD(&w->steps) = find_node(b, (uint8_t)(node.depth + 1));
	}
}

static void
grow_tree(struct windows *w, struct map *numbers)
{
	struct builder b = { .w = w, .numbers = numbers, .by_set = map_new() };

	symbols_examples(&w->symbols, b.examples);
	*VEC_ADD(&b.set) = 0;
	new_node(&b, 0); /* DEAD */
	for (uint32_t i = 0; i < w->n; i++)
		*VEC_ADD(&b.set) = i;
	new_node(&b, 0); /* ROOT */
	new_node(&b, 0); /* ALL */
	w->nodes.list[ALL].is_leaf = true;
	for (size_t i = 0; i < w->nodes.n; i++)
		grow_node(&b, i);
	map_free(b.by_set);
	VEC_DONE(&b.set);
}

static size_t
step(const struct windows *w, const struct branch *node, unsigned char byte)
{
	return w->steps.list[node->row * w->symbols.n + w->symbols.of[byte]];
}

static void
find_first(struct windows *w)
{
	for (unsigned a = 0; a < 256; a++) {
		size_t node = step(w, &w->nodes.list[ROOT], (unsigned char)a);

		w->first[a] = w->nodes.list[node].row * w->symbols.n;
	}
}

static void
pack(struct windows *w, const struct gate_window *list, const uint32_t *users,
     struct map *numbers)
{
	w->windows = mem_calloc(w->n + 1, sizeof *w->windows);
	for (size_t i = 0; i < w->n; i++) {
		struct packed *p = &w->windows[i];

		p->user = users[i];
		p->n = (uint8_t)list[i].n;
		for (unsigned k = 0; k < list[i].n; k++)
			p->classes[k] =
			    number_class(w, numbers, &list[i].classes[k]);
	}
}

struct windows *
windows_new(const struct gate_window *list, const uint32_t *users, size_t n)
{
	struct windows *w = mem_calloc(1, sizeof *w);
	struct map *numbers = map_new();

	w->n = n;
	pack(w, list, users, numbers);
	find_symbols(w);
	grow_tree(w, numbers);
	find_first(w);
	w->has_prefilter = prefilter_make(list, n, &w->prefilter);
	map_free(numbers);
	return w;
}

void
windows_free(struct windows *w)
{
	if (!w)
		return;
	free(w->windows);
	VEC_DONE(&w->classes);
	VEC_DONE(&w->nodes);
	VEC_DONE(&w->sets);
	VEC_DONE(&w->steps);
	free(w);
}

size_t
windows_bytes(const struct windows *w)
{
	if (!w)
		return 0;
	return sizeof *w + w->n * sizeof *w->windows +
	       w->classes.n * sizeof *w->classes.list +
	       w->nodes.n * sizeof *w->nodes.list +
	       w->sets.n * sizeof *w->sets.list +
	       w->steps.n * sizeof *w->steps.list;
}

/* ---- scanning ---- */

/* Whether window k, whose first bytes are right, is here altogether. */
static inline bool
is_here(const struct windows *w, const struct branch *node, uint32_t k,
        struct sv text, size_t at)
{
	const unsigned char *p = (const unsigned char *)text.p + at;
	unsigned n = w->windows[k].n, place = node->depth;

	if (n > text.n - at || (!node->is_leaf && n > place))
		return false;
	while (place < n && byte_class_has(class_at(w, k, place), p[place]))
		place++;
	return place >= n;
}

static inline bool
has_windows(const struct branch *node)
{
	return node->is_leaf || node->has_ends;
}

static inline bool
can_follow(const struct windows *w, const struct branch *node,
           unsigned char byte)
{
	return byte_class_has(&w->classes.list[node->next], byte);
}

/* Goes on to the next node that has windows to be compared, *k being the next
 * byte; NULL at the end. */
static inline const struct branch *
descend(const struct windows *w, struct sv text, size_t *k,
        const struct branch *node)
{
	const unsigned char *p = (const unsigned char *)text.p;

	while (!node->is_leaf && *k < text.n) {
		node = &w->nodes.list[step(w, node, p[(*k)++])];
		if (*k < text.n && !can_follow(w, node, p[*k]))
			return NULL;
		if (has_windows(node))
			return node;
	}
	return NULL;
}

static inline const struct branch *
two_steps(const struct windows *w, const unsigned char *p)
{
	size_t node = w->steps.list[w->first[p[0]] + w->symbols.of[p[1]]];

	return &w->nodes.list[node];
}

/* The first place in [at, to] from which two steps, and the byte after them,
 * lead on, and the node they lead to; SV_NOT_FOUND: there is none. */
static inline size_t
next_place(const struct windows *w, struct sv text, size_t at, size_t to,
           const struct branch **ret_node)
{
	const unsigned char *p = (const unsigned char *)text.p;

	for (; at <= to && at + FIRST_STEPS < text.n; at++) {
		*ret_node = two_steps(w, p + at);
		if (can_follow(w, *ret_node, p[at + FIRST_STEPS]))
			return at;
	}
	if (at > to || at + FIRST_STEPS != text.n)
		return SV_NOT_FOUND;
	*ret_node = two_steps(w, p + at);
	return at;
}

struct scan {
	const struct windows *w;
	struct sv text;
	void (*found)(void *ctx, uint32_t user, size_t begin);
	void *ctx;
};

/* Tells of the windows at a place, `node` being where two steps lead. */
static inline void
tell_windows(const struct scan *s, size_t at, const struct branch *node)
{
	const struct windows *w = s->w;
	size_t k = at + FIRST_STEPS;

	if (!has_windows(node))
		node = descend(w, s->text, &k, node);
	for (; node; node = descend(w, s->text, &k, node))
		for (uint32_t i = 0; i < node->n; i++) {
			uint32_t window = w->sets.list[node->begin + i];

			if (is_here(w, node, window, s->text, at))
				s->found(s->ctx, w->windows[window].user, at);
		}
}

static void
look_at_marked(void *ctx, size_t at)
{
	const struct scan *s = ctx;
	const unsigned char *p = (const unsigned char *)s->text.p + at;
	const struct branch *node = two_steps(s->w, p);

	if (can_follow(s->w, node, p[FIRST_STEPS]))
		tell_windows(s, at, node);
}

void
windows_scan(const struct windows *w, struct sv text,
             void (*found)(void *ctx, uint32_t user, size_t begin), void *ctx)
{
	struct scan s = { w, text, found, ctx };
	const struct branch *node;
	size_t at = 0;

	if (w->has_prefilter)
		at = prefilter_each(&w->prefilter, text, look_at_marked, &s);
	for (; (at = next_place(w, text, at, text.n, &node)) != SV_NOT_FOUND;
	     at++)
		tell_windows(&s, at, node);
}

size_t
windows_next(const struct windows *w, struct sv text, size_t from, size_t to)
{
	const struct branch *node;
	size_t at = from;

	for (; (at = next_place(w, text, at, to, &node)) != SV_NOT_FOUND;
	     at++) {
		size_t k = at + FIRST_STEPS;

		if (!has_windows(node))
			node = descend(w, text, &k, node);
		for (; node; node = descend(w, text, &k, node))
			for (uint32_t i = 0; i < node->n; i++)
				if (is_here(w, node,
				            w->sets.list[node->begin + i], text,
				            at))
					return at;
	}
	return SV_NOT_FOUND;
}
