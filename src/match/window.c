/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A tree over the first bytes of all windows. A node is the set of windows
 * that allow the bytes on the way to it; equal sets at equal depth are one
 * node. Bytes that no window tells apart are one symbol. Where the next two
 * bytes can be the beginning of a window, the tree is walked from its root; the
 * windows of the node at its end are then compared byte by byte.
 */
#include "match/window.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/vec.h"

enum {
	DEPTH = 3,
	NODES_MAX = 30000, /* then the tree grows no further */
	DEAD = 0,          /* no window */
	ROOT = 1,
};

struct branch {
	uint32_t begin, n; /* its windows, in the pool of sets */
	uint8_t depth;
	bool is_leaf;  /* no further steps */
	bool has_ends; /* some window ends here */
};

struct windows {
	uint64_t pairs[256][4]; /* bit b of a: a window may begin with a, b */
	uint8_t symbols[256];
	unsigned n_symbols;
	struct gate_window *windows;
	uint32_t *users;
	size_t n;
	VEC(struct branch) nodes;
	VEC(uint32_t) sets;
	VEC(uint16_t) steps; /* by node, symbol */
};

/* ---- building ---- */

/* Splits each symbol into the bytes that the class has and the others. */
static void
refine(struct windows *w, const struct byte_class *class)
{
	int split[256];
	bool seen[2][256] = { { false } };

	for (unsigned i = 0; i < 256; i++)
		split[i] = -1;
	for (unsigned byte = 0; byte < 256; byte++)
		seen[byte_class_has(class, (unsigned char)byte)]
		    [w->symbols[byte]] = true;
	for (unsigned byte = 0; byte < 256; byte++) {
		uint8_t symbol = w->symbols[byte];

		if (!seen[0][symbol] || !seen[1][symbol] ||
		    !byte_class_has(class, (unsigned char)byte))
			continue;
		if (split[symbol] < 0)
			split[symbol] = (int)w->n_symbols++;
		w->symbols[byte] = (uint8_t)split[symbol];
	}
}

static void
find_symbols(struct windows *w)
{
	w->n_symbols = 1;
	for (size_t i = 0; i < w->n; i++)
		for (unsigned k = 0; k < w->windows[i].n && k < DEPTH; k++)
			refine(w, &w->windows[i].classes[k]);
}

/* What is needed while the tree grows. */
struct builder {
	struct windows *w;
	struct map *by_set; /* "depth, windows" -> node, as a pointer */
	unsigned char examples[256]; /* a byte of each symbol */
	VEC(uint32_t) set; /* of the node to be found; [0] its depth */
};

static uint16_t
new_node(struct builder *b, uint8_t depth)
{
	struct windows *w = b->w;
	struct branch node = { (uint32_t)w->sets.n, (uint32_t)b->set.n - 1,
		               depth, depth == DEPTH, false };
	bool all_end = true;

	for (size_t i = 1; i < b->set.n; i++) {
		bool ends = w->windows[b->set.list[i]].n == depth;

		*VEC_ADD(&w->sets) = b->set.list[i];
		node.has_ends |= ends;
		all_end &= ends;
	}
	node.is_leaf |= all_end;
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
	if (!found) {
		found = new_node(b, depth);
		map_set(b->by_set, key, (void *)found);
	}
	return (uint16_t)found;
}

static void
grow_node(struct builder *b, size_t index)
{
	struct windows *w = b->w;
	struct branch node = w->nodes.list[index];
	uint8_t depth = (uint8_t)(node.depth + 1);

	if (w->nodes.n > NODES_MAX)
		w->nodes.list[index].is_leaf = true;
	for (unsigned symbol = 0; symbol < w->n_symbols; symbol++) {
		uint16_t next = DEAD;

		b->set.n = 0;
		*VEC_ADD(&b->set) = depth;
		for (uint32_t i = 0; i < node.n; i++) {
			uint32_t k = w->sets.list[node.begin + i];
			const struct gate_window *window = &w->windows[k];

			if (window->n > node.depth &&
			    byte_class_has(&window->classes[node.depth],
			                   b->examples[symbol]))
				*VEC_ADD(&b->set) = k;
		}
		if (!w->nodes.list[index].is_leaf)
			next = find_node(b, depth);
		*VEC_ADD(&w->steps) = next;
	}
}

static void
grow_tree(struct windows *w)
{
	struct builder b = { .w = w, .by_set = map_new() };

	for (int byte = 255; byte >= 0; byte--)
		b.examples[w->symbols[byte]] = (unsigned char)byte;
	*VEC_ADD(&b.set) = 0;
	new_node(&b, 0); /* DEAD */
	for (uint32_t i = 0; i < w->n; i++)
		*VEC_ADD(&b.set) = i;
	new_node(&b, 0); /* ROOT */
	w->nodes.list[DEAD].is_leaf = true;
	for (size_t i = 0; i < w->nodes.n; i++)
		grow_node(&b, i);
	map_free(b.by_set);
	VEC_DONE(&b.set);
}

/* Most places are ruled out by two bytes, without a walk. */
static void
find_pairs(struct windows *w)
{
	for (unsigned a = 0; a < 256; a++) {
		size_t node =
		    w->steps.list[ROOT * w->n_symbols + w->symbols[a]];
		const struct branch *first = &w->nodes.list[node];

		for (unsigned b = 0; node != DEAD && b < 256; b++)
			if (first->is_leaf || first->has_ends ||
			    w->steps.list[node * w->n_symbols +
			                  w->symbols[b]] != DEAD)
				w->pairs[a][b >> 6] |= (uint64_t)1 << (b & 63);
	}
}

static inline bool
is_pair(const struct windows *w, const unsigned char *p)
{
	return w->pairs[p[0]][p[1] >> 6] >> (p[1] & 63) & 1;
}

struct windows *
windows_new(const struct gate_window *list, const uint32_t *users, size_t n)
{
	struct windows *w = mem_calloc(1, sizeof *w);

	w->n = n;
	w->windows = mem_alloc((n + 1) * sizeof *w->windows);
	w->users = mem_alloc((n + 1) * sizeof *w->users);
	memcpy(w->windows, list, n * sizeof *list);
	memcpy(w->users, users, n * sizeof *users);
	find_symbols(w);
	grow_tree(w);
	find_pairs(w);
	return w;
}

void
windows_free(struct windows *w)
{
	if (!w)
		return;
	free(w->windows);
	free(w->users);
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
	return sizeof *w + w->n * (sizeof *w->windows + sizeof *w->users) +
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
	const struct gate_window *window = &w->windows[k];
	unsigned place = node->depth;

	if (window->n > text.n - at || (!node->is_leaf && window->n > place))
		return false;
	while (place < window->n &&
	       byte_class_has(&window->classes[place], p[place]))
		place++;
	return place == window->n;
}

/* Goes down the tree from its root: the next node, from `*k`, that has windows
 * to be compared; NULL at the end. */
static inline const struct branch *
descend(const struct windows *w, struct sv text, size_t *k, size_t *node)
{
	const unsigned char *p = (const unsigned char *)text.p;

	while (*k < text.n) {
		const struct branch *here;

		*node =
		    w->steps.list[*node * w->n_symbols + w->symbols[p[(*k)++]]];
		if (*node == DEAD)
			return NULL;
		here = &w->nodes.list[*node];
		if (here->is_leaf)
			*k = text.n;
		if (here->is_leaf || here->has_ends)
			return here;
	}
	return NULL;
}

void
windows_scan(const struct windows *w, struct sv text,
             void (*found)(void *ctx, uint32_t user, size_t begin), void *ctx)
{
	const unsigned char *p = (const unsigned char *)text.p;

	for (size_t at = 0; at + 1 < text.n; at++) {
		const struct branch *here;
		size_t k = at, node = ROOT;

		if (__builtin_expect(!is_pair(w, p + at), 1))
			continue;
		while ((here = descend(w, text, &k, &node)) != NULL)
			for (uint32_t i = 0; i < here->n; i++) {
				uint32_t window = w->sets.list[here->begin + i];

				if (is_here(w, here, window, text, at))
					found(ctx, w->users[window], at);
			}
	}
}

size_t
windows_next(const struct windows *w, struct sv text, size_t from, size_t to)
{
	const unsigned char *p = (const unsigned char *)text.p;

	for (size_t at = from; at <= to && at + 1 < text.n; at++) {
		const struct branch *here;
		size_t k = at, node = ROOT;

		if (!is_pair(w, p + at))
			continue;
		while ((here = descend(w, text, &k, &node)) != NULL)
			for (uint32_t i = 0; i < here->n; i++)
				if (is_here(w, here,
				            w->sets.list[here->begin + i], text,
				            at))
					return at;
	}
	return SV_NOT_FOUND;
}
