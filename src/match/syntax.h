/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The structure of a regular expression, as far as it says which bytes must
 * stand in a match; private to match/. Read from an expression that PCRE2 has
 * compiled, after match_perl_rewrite().
 *
 * The tree may allow more texts than the expression does, never fewer: what
 * looks around (assertions, anchors) is empty, and what depends on other parts
 * of the match (back-references) is NODE_ANY.
 */
#ifndef MATCH_SYNTAX_H
#define MATCH_SYNTAX_H

#include <limits.h>

#include "base/arena.h"
#include "base/sv.h"

#define SYNTAX_UNBOUNDED UINT_MAX

struct byte_class {
	uint64_t bits[4];
};

#define BYTE_CLASS_ANY { { UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX } }

static inline bool
byte_class_has(const struct byte_class *c, unsigned char byte)
{
	return c->bits[byte >> 6] >> (byte & 63) & 1;
}

static inline void
byte_class_add(struct byte_class *c, unsigned char byte)
{
	c->bits[byte >> 6] |= (uint64_t)1 << (byte & 63);
}

static inline void
byte_class_unite(struct byte_class *c, const struct byte_class *other)
{
	for (unsigned i = 0; i < 4; i++)
		c->bits[i] |= other->bits[i];
}

static inline bool
byte_class_equals(const struct byte_class *a, const struct byte_class *b)
{
	return !((a->bits[0] ^ b->bits[0]) | (a->bits[1] ^ b->bits[1]) |
	         (a->bits[2] ^ b->bits[2]) | (a->bits[3] ^ b->bits[3]));
}

unsigned byte_class_count(const struct byte_class *c);

enum node_kind {
	NODE_EMPTY,  /* the empty text */
	NODE_ANY,    /* any text, the empty one as well */
	NODE_CLASS,  /* one byte of a class */
	NODE_CAT,    /* all kids, one after another */
	NODE_ALT,    /* one of the kids */
	NODE_REPEAT, /* the only kid, min to max times */
};

struct node {
	enum node_kind kind;
	unsigned min, max;       /* NODE_REPEAT; max may be SYNTAX_UNBOUNDED */
	struct byte_class class; /* NODE_CLASS */
	struct node **kids;
	unsigned n_kids;
	enum { MARK_NONE, MARK_OPEN, MARK_DONE } mark; /* of the parser */
	void *note;          /* of gate.c: what is known of it */
	struct node *simple; /* of gate_window.c: fewer alternatives */
};

/* NULL when the expression holds what this does not understand, or when a
 * match may depend on where the search began (\G, verbs). The
 * tree hangs from the arena; calls of groups by name share nodes, but there
 * are no cycles. `flags` of enum match_flag. */
struct node *syntax_parse(struct arena *a, struct sv regex, unsigned flags);

/* What is quantified, where it stands. */
struct syntax_repeat {
	size_t begin, end; /* through the quantifier */
	unsigned min, max;
	bool is_quoted; /* it begins between \Q and \E */
};

struct syntax_repeats {
	struct syntax_repeat *list; /* by begin; those in assertions as well */
	size_t n;
	bool has_calls; /* of groups by name: parts are run more than once */
};

/* False, and an empty list, when syntax_parse() would give NULL. The list hangs
 * from the arena. */
bool syntax_repeats(struct arena *a, struct sv regex, unsigned flags,
                    struct syntax_repeats *ret);

#endif
