/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All paths through the nodes, up to a number of bytes. What is still to come
 * on a path is a chain of frames, each on the stack of the call that made it.
 */
#include "match/gate_window.h"

#include "match/rarity.h"

enum {
	BYTES_MIN = 2,
	SEQUENCE_MAX = 4, /* bytes of an alternative that can be united */
	PATHS_MAX = 400,  /* before they are merged */
	STEPS_MAX = 4000,
	DEPTH_MAX = 300,
};

/* Trailing classes that nearly every byte belongs to say nothing. */
static const double CLASS_RATE_MAX = 0.85;

struct frame {
	const struct node *node;
	unsigned done; /* of a NODE_REPEAT: rounds */
	const struct frame *next;
};

struct walk {
	struct arena *arena;
	struct gate_window *list;
	size_t n;
	unsigned bytes; /* of a window */
	unsigned steps, depth;
	bool failed;
};

/* ---- fewer alternatives, beforehand ---- */

/* The node as classes one after another; false when it is something else. */
static bool
as_classes(const struct node *node, const struct node **list, unsigned *n)
{
	if (node->kind == NODE_CLASS) {
		if (*n == SEQUENCE_MAX)
			return false;
		list[(*n)++] = node;
		return true;
	}
	if (node->kind != NODE_CAT)
		return node->kind == NODE_EMPTY;
	for (unsigned i = 0; i < node->n_kids; i++)
		if (!as_classes(node->kids[i], list, n))
			return false;
	return true;
}

/* What kind of bytes a class has: those of ASCII, of the beginning or of the
 * rest of a UTF-8 sequence. */
static unsigned
kind_of_class(const struct byte_class *c)
{
	if (c->bits[0] | c->bits[1])
		return 1;
	return c->bits[3] ? 2 : 3;
}

/* Alternatives of equal kinds, but those of ASCII, are united byte by byte: a
 * letter and all that looks like it is a hundred of them, and which of the
 * rarer ones it is does not matter here. Returns a key of the kinds, or 0. */
static unsigned
kinds_of(const struct node *node, const struct node **list, unsigned *n)
{
	unsigned kinds = 0;
	bool is_ascii = true;

	*n = 0;
	if (!as_classes(node, list, n) || *n == 0)
		return 0;
	for (unsigned i = 0; i < *n; i++) {
		unsigned kind = kind_of_class(&list[i]->class);

		is_ascii &= kind == 1;
		kinds = kinds << 2 | kind;
	}
	return is_ascii && *n > 1 ? 0 : kinds;
}

static struct node *
new_sequence(struct arena *a, const struct node **classes, unsigned n)
{
	struct node *node = ARENA_NEW(a, struct node);

	node->kind = NODE_CAT;
	node->n_kids = n;
	node->kids = ARENA_ARRAY(a, struct node *, n);
	for (unsigned i = 0; i < n; i++) {
		node->kids[i] = ARENA_NEW(a, struct node);
		*node->kids[i] = *classes[i];
	}
	return node;
}

static struct node *
simplify(struct arena *a, const struct node *node)
{
	struct node *simple = ARENA_NEW(a, struct node);
	struct node *of_kinds[1 << 2 * SEQUENCE_MAX] = { NULL };
	const struct node *classes[SEQUENCE_MAX];
	unsigned kinds, n;

	simple->kind = NODE_ALT;
	simple->kids = ARENA_ARRAY(a, struct node *, node->n_kids);
	for (unsigned i = 0; i < node->n_kids; i++) {
		kinds = kinds_of(node->kids[i], classes, &n);
		if (kinds && of_kinds[kinds]) {
			for (unsigned k = 0; k < n; k++)
				byte_class_unite(
				    &of_kinds[kinds]->kids[k]->class,
				    &classes[k]->class);
			continue;
		}
		simple->kids[simple->n_kids] = node->kids[i];
		if (kinds)
			simple->kids[simple->n_kids] = of_kinds[kinds] =
			    new_sequence(a, classes, n);
		simple->n_kids++;
	}
	return simple;
}

/* ---- walking ---- */

static void walk_on(struct walk *w, const struct frame *frame,
                    const struct gate_window *path);

static void
end_path(struct walk *w, const struct gate_window *path)
{
	if (path->n < BYTES_MIN || w->n == PATHS_MAX)
		w->failed = true;
	else
		w->list[w->n++] = *path;
}

static void
walk_class(struct walk *w, const struct frame *frame,
           const struct gate_window *path)
{
	struct gate_window longer = *path;

	longer.classes[longer.n++] = frame->node->class;
	if (longer.n == w->bytes)
		end_path(w, &longer);
	else
		walk_on(w, frame->next, &longer);
}

static void
walk_cat(struct walk *w, const struct frame *frame,
         const struct gate_window *path, unsigned kid)
{
	struct frame rest = { frame->node, kid + 1, frame->next };
	struct frame first = { NULL, 0, &rest };

	if (kid == frame->node->n_kids) {
		walk_on(w, frame->next, path);
		return;
	}
	first.node = frame->node->kids[kid];
	walk_on(w, &first, path);
}

static void
walk_alternatives(struct walk *w, const struct frame *frame,
                  const struct gate_window *path)
{
	/* the tree is ours; only its owner's promise is const */
	struct node *node = (struct node *)(uintptr_t)frame->node;

	if (!node->simple)
		node->simple = simplify(w->arena, node);
	for (unsigned i = 0; i < node->simple->n_kids; i++) {
		struct frame kid = { node->simple->kids[i], 0, frame->next };

		walk_on(w, &kid, path);
	}
}

static void
walk_repeat(struct walk *w, const struct frame *frame,
            const struct gate_window *path)
{
	const struct node *node = frame->node;
	struct frame again = { node, frame->done + 1, frame->next };
	struct frame once = { node->kids[0], 0, &again };

	if (frame->done >= node->min)
		walk_on(w, frame->next, path);
	if (frame->done < node->max)
		walk_on(w, &once, path);
}

static void
walk_on(struct walk *w, const struct frame *frame,
        const struct gate_window *path)
{
	if (w->failed || !frame) {
		if (!w->failed)
			end_path(w, path);
		return;
	}
	if (++w->steps > STEPS_MAX || w->depth == DEPTH_MAX) {
		w->failed = true;
		return;
	}
	w->depth++;
	switch (frame->node->kind) {
	case NODE_EMPTY:
		walk_on(w, frame->next, path);
		break;
	case NODE_ANY:
		end_path(w, path);
		break;
	case NODE_CLASS:
		walk_class(w, frame, path);
		break;
	case NODE_CAT:
		walk_cat(w, frame, path, frame->done);
		break;
	case NODE_ALT:
		walk_alternatives(w, frame, path);
		break;
	case NODE_REPEAT:
		walk_repeat(w, frame, path);
		break;
	}
	w->depth--;
}

/* ---- fewer of them, afterwards ---- */

/* Windows that differ in one place become one, with both classes there. */
static bool
merge_two(struct gate_window *a, const struct gate_window *b)
{
	unsigned different = 0, place = 0;

	if (a->n != b->n)
		return false;
	for (unsigned i = 0; i < a->n && different < 2; i++)
		if (!byte_class_equals(&a->classes[i], &b->classes[i])) {
			different++;
			place = i;
		}
	if (different > 1)
		return false;
	byte_class_unite(&a->classes[place], &b->classes[place]);
	return true;
}

static void
trim(struct gate_window *w)
{
	while (w->n > BYTES_MIN &&
	       rarity_of_class(&w->classes[w->n - 1]) > CLASS_RATE_MAX)
		w->n--;
}

size_t
gate_windows_merge(struct gate_window *list, size_t n)
{
	size_t before;

	do {
		before = n;
		for (size_t i = 0; i < n; i++)
			for (size_t k = i + 1; k < n;)
				if (merge_two(&list[i], &list[k]))
					list[k] = list[--n];
				else
					k++;
	} while (n < before);
	return n;
}

static unsigned
kinds_of_window(const struct gate_window *w)
{
	unsigned kinds = 1;

	for (unsigned i = 0; i < w->n; i++)
		kinds = kinds << 2 | kind_of_class(&w->classes[i]);
	return kinds;
}

/* Unites all windows of equal kinds. */
static size_t
merge_kinds(struct gate_window *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = i + 1; k < n;) {
			if (kinds_of_window(&list[i]) !=
			    kinds_of_window(&list[k])) {
				k++;
				continue;
			}
			for (unsigned c = 0; c < list[i].n; c++)
				byte_class_unite(&list[i].classes[c],
				                 &list[k].classes[c]);
			list[k] = list[--n];
		}
	return n;
}

/* Bytes come in company: where there is a letter, there are more of them, and
 * blanks and digits in rows. */
static double
chance_behind(const struct byte_class *before, const struct byte_class *class)
{
	double chance = rarity_of_class(class);

	if (chance > 0.2)
		return 0.9;
	return byte_class_equals(before, class) ? 0.5 : chance;
}

static double
rate_of_first(const struct gate_window *w, unsigned n)
{
	double rate = rarity_of_class(&w->classes[0]);

	for (unsigned i = 1; i < n; i++)
		rate *= chance_behind(&w->classes[i - 1], &w->classes[i]);
	return rate;
}

double
gate_window_rate(const struct gate_window *w)
{
	return rate_of_first(w, w->n);
}

double
gate_window_first_rate(const struct gate_window *w)
{
	return rate_of_first(w, w->n < 3 ? w->n : 3);
}

/* All windows of that many bytes; false when they are too many. */
static bool
walk(struct walk *w, const struct frame *frames, unsigned bytes, size_t n_max)
{
	const struct gate_window empty = { .n = 0 };

	w->bytes = bytes;
	w->n = w->steps = w->depth = 0;
	w->failed = false;
	walk_on(w, frames, &empty);
	if (w->failed)
		return false;
	for (size_t i = 0; i < w->n; i++)
		trim(&w->list[i]);
	w->n = gate_windows_merge(w->list, w->n);
	if (w->n > n_max)
		w->n = merge_kinds(w->list, w->n);
	return w->n <= n_max;
}

static double
rate_of_all(const struct walk *w)
{
	double rate = 0;

	for (size_t i = 0; i < w->n; i++)
		rate += gate_window_rate(&w->list[i]);
	return rate;
}

static void
take(const struct walk *w, double rate, struct gate *ret)
{
	ret->rate = rate;
	ret->n_windows = w->n;
	ret->windows = ARENA_ARRAY(w->arena, struct gate_window, w->n + 1);
	memcpy(ret->windows, w->list, w->n * sizeof *w->list);
}

bool
gate_windows_at(struct arena *a, const struct node_list *nodes, size_t from,
                size_t n_max, double good_rate, struct gate *ret)
{
	enum { NODES_MAX = 24 };
	struct frame frames[NODES_MAX];
	size_t n = nodes->n - from < NODES_MAX ? nodes->n - from : NODES_MAX;
	struct walk w = { .arena = a };

	if (n == 0)
		return false;
	for (size_t i = 0; i < n; i++)
		frames[i] = (struct frame){ nodes->list[from + i], 0,
			                    i + 1 < n ? &frames[i + 1] : NULL };
	w.list = mem_alloc(PATHS_MAX * sizeof *w.list);
	for (unsigned bytes = BYTES_MIN; bytes <= GATE_WINDOW_BYTES_MAX;
	     bytes++) {
		double rate;

		if (!walk(&w, frames, bytes, n_max))
			break;
		rate = rate_of_all(&w);
		if (bytes == BYTES_MIN || rate < ret->rate / 2)
			take(&w, rate, ret);
		if (ret->rate < good_rate)
			break;
	}
	free(w.list);
	return ret->n_windows > 0;
}
