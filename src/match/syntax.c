/* SPDX-License-Identifier: Apache-2.0 */
/* A recursive-descent parser; its depth is bounded by NESTING_MAX. */
#include "match/syntax.h"

#include <stdlib.h>

#include "base/vec.h"
#include "match/charclass.h"
#include "match/match.h"

enum { NESTING_MAX = 250, NODES_MAX = 200000, NAMES_MAX = 2000 };

/* A group with a name, or a call of one that is to be filled in. */
struct named {
	struct sv name;
	struct node *node;
};

struct parser {
	struct arena *arena;
	struct sv s;
	size_t i;
	unsigned flags; /* of enum match_flag, in force here */
	unsigned depth, n_nodes;
	bool is_quoting; /* between \Q and \E */
	bool failed;
	VEC(struct named) groups;
	VEC(struct named) calls;
	VEC(struct syntax_repeat) repeats;
};

static struct node *parse_alternatives(struct parser *p);

static struct node *
new_node(struct parser *p, enum node_kind kind)
{
	struct node *node = ARENA_NEW(p->arena, struct node);

	node->kind = kind;
	if (++p->n_nodes > NODES_MAX)
		p->failed = true;
	return node;
}

static struct node *
fail(struct parser *p)
{
	p->failed = true;
	return new_node(p, NODE_ANY);
}

static int
at(const struct parser *p, size_t ahead)
{
	return p->i + ahead < p->s.n ? (unsigned char)p->s.p[p->i + ahead] : -1;
}

static bool
take(struct parser *p, const char *text)
{
	if (!sv_starts(sv_from(p->s, p->i), sv_str(text)))
		return false;
	p->i += strlen(text);
	return true;
}

/* The text up to `end`, which is passed. */
static struct sv
take_until(struct parser *p, char end)
{
	size_t n = sv_find_char(sv_from(p->s, p->i), end);
	struct sv text;

	if (n == SV_NOT_FOUND) {
		p->failed = true;
		return SV_NONE;
	}
	text = sv_sub(p->s, p->i, p->i + n);
	p->i += n + 1;
	return text;
}

/* \Q and \E, comments, and space in extended expressions. */
static void
skip_ignored(struct parser *p)
{
	while (!p->failed) {
		if (p->is_quoting) {
			if (!take(p, "\\E"))
				return;
			p->is_quoting = false;
		} else if (take(p, "\\Q")) {
			p->is_quoting = true;
		} else if (take(p, "\\E")) {
			continue; /* alone it means nothing */
		} else if (take(p, "(?#")) {
			take_until(p, ')');
		} else if (!(p->flags & MATCH_EXTENDED) || at(p, 0) < 0) {
			return;
		} else if (sv_is_space((char)at(p, 0))) {
			p->i++;
		} else if (at(p, 0) == '#') {
			while (at(p, 0) >= 0 && p->s.p[p->i++] != '\n')
				;
		} else {
			return;
		}
	}
}

static struct node *
class_node(struct parser *p, struct byte_class class)
{
	struct node *node = new_node(p, NODE_CLASS);

	if (p->flags & MATCH_CASELESS)
		charclass_fold(&class);
	node->class = class;
	return node;
}

static struct node *
byte_node(struct parser *p, int byte)
{
	struct byte_class class = { { 0 } };

	if (byte < 0 || byte > 255)
		return fail(p);
	byte_class_add(&class, (unsigned char)byte);
	return class_node(p, class);
}

static struct node *
any_byte(struct parser *p, bool line_ends_too)
{
	struct node *node = new_node(p, NODE_CLASS);

	memset(&node->class, 0xff, sizeof node->class);
	if (!line_ends_too)
		node->class.bits[0] &= ~((uint64_t)1 << '\n');
	return node;
}

static struct node *
repeat_node(struct parser *p, struct node *kid, unsigned min, unsigned max)
{
	struct node *node = new_node(p, NODE_REPEAT);

	node->min = min;
	node->max = max;
	node->kids = ARENA_NEW(p->arena, struct node *);
	node->kids[0] = kid;
	node->n_kids = 1;
	return node;
}

/* ---- groups ---- */

static void
name_group(struct parser *p, struct sv name, struct node *node)
{
	if (p->groups.n == NAMES_MAX)
		p->failed = true;
	else
		*VEC_ADD(&p->groups) = (struct named){ name, node };
}

static struct node *
call_node(struct parser *p, struct sv name)
{
	struct node *node = new_node(p, NODE_CAT);

	*VEC_ADD(&p->calls) = (struct named){ name, node };
	return node;
}

/* The inside of a group through its ")"; flags set in it end with it. */
static struct node *
group_body(struct parser *p)
{
	unsigned flags = p->flags;
	struct node *node;

	if (++p->depth > NESTING_MAX)
		return fail(p);
	node = parse_alternatives(p);
	if (!take(p, ")"))
		p->failed = true;
	p->depth--;
	p->flags = flags;
	return node;
}

static unsigned
flag_of(int letter)
{
	switch (letter) {
	case 'i':
		return MATCH_CASELESS;
	case 'm':
		return MATCH_MULTILINE;
	case 's':
		return MATCH_DOTALL;
	case 'x':
		return MATCH_EXTENDED;
	default:
		return 0;
	}
}

/* "(?i-s)" and "(?^i:...)": flags up to the ")" or ":". */
static struct node *
flag_group(struct parser *p)
{
	unsigned flags = p->flags, outer = p->flags;
	bool on = true;
	struct node *node;

	if (take(p, "^"))
		flags = 0;
	for (; at(p, 0) != ')' && at(p, 0) != ':'; p->i++) {
		unsigned flag = flag_of(at(p, 0));

		if (at(p, 0) == '-' && on)
			on = false;
		else if (!flag || (flag == MATCH_EXTENDED && at(p, 1) == 'x'))
			return fail(p);
		else
			flags = on ? flags | flag : flags & ~flag;
	}
	p->flags = flags;
	if (p->s.p[p->i++] == ')')
		return new_node(p, NODE_EMPTY);
	node = group_body(p);
	p->flags = outer;
	return node;
}

/* "(?(DEFINE)...)" only holds groups to be called. Of other conditions it is
 * not asked whether they are true: the branches are alternatives. */
static struct node *
conditional(struct parser *p)
{
	struct node *node, *either;
	bool is_definition = take(p, "DEFINE)");

	if (!is_definition) {
		if (at(p, 0) == '?' || at(p, 0) == '*')
			return fail(p);
		take_until(p, ')');
	}
	node = group_body(p);
	if (is_definition)
		return new_node(p, NODE_EMPTY);
	either = new_node(p, NODE_ALT);
	either->kids = ARENA_ARRAY(p->arena, struct node *, 2);
	either->kids[0] = node;
	either->kids[1] = new_node(p, NODE_EMPTY);
	either->n_kids = 2;
	return either;
}

static struct node *
named_group(struct parser *p, char end)
{
	struct sv name = take_until(p, end);
	struct node *node = group_body(p);

	name_group(p, name, node);
	return node;
}

static struct node *
assertion(struct parser *p)
{
	group_body(p);
	return new_node(p, NODE_EMPTY);
}

/* Behind "(?". */
static struct node *
special_group(struct parser *p)
{
	if (take(p, ":") || take(p, "|") || take(p, ">"))
		return group_body(p);
	if (take(p, "=") || take(p, "!") || take(p, "<=") || take(p, "<!"))
		return assertion(p);
	if (take(p, "<") || take(p, "P<"))
		return named_group(p, '>');
	if (take(p, "'"))
		return named_group(p, '\'');
	if (take(p, "("))
		return conditional(p);
	if (take(p, "&") || take(p, "P>"))
		return call_node(p, take_until(p, ')'));
	if (take(p, "P=")) {
		take_until(p, ')');
		return new_node(p, NODE_ANY);
	}
	if (flag_of(at(p, 0)) || at(p, 0) == '^' ||
	    (at(p, 0) == '-' && flag_of(at(p, 1))) || at(p, 0) == ')')
		return flag_group(p);
	return fail(p); /* recursion, callouts, and what we do not know */
}

static struct node *
group(struct parser *p)
{
	if (at(p, 1) == '*')
		return fail(p); /* a verb */
	if (at(p, 1) == '?') {
		p->i += 2;
		return special_group(p);
	}
	p->i++;
	return group_body(p);
}

/* ---- escapes ---- */

/* "\g{1}", "\k<name>" and the like, with the cursor on the bracket. */
static struct node *
reference(struct parser *p)
{
	int open = at(p, 0);

	if (open == '{' || open == '<' || open == '\'') {
		p->i++;
		take_until(p, open == '{' ? '}' : open == '<' ? '>' : '\'');
	} else {
		while (at(p, 0) == '-' || (at(p, 0) >= '0' && at(p, 0) <= '9'))
			p->i++;
	}
	return new_node(p, NODE_ANY);
}

/* "\R": CR LF, or one byte that ends a line. */
static struct node *
line_end(struct parser *p)
{
	struct byte_class class = { { 0 } };

	for (unsigned char c = '\n'; c <= '\r'; c++)
		byte_class_add(&class, c);
	byte_class_add(&class, 0x85);
	return repeat_node(p, class_node(p, class), 1, 2);
}

static struct node *
escape(struct parser *p)
{
	struct byte_class class = { { 0 } };
	int c = at(p, 1), byte;

	if (charclass_escape(c, &class)) {
		p->i += 2;
		return class_node(p, class);
	}
	if (charclass_byte(p->s, &p->i, &byte))
		return byte_node(p, byte);
	p->i += 2;
	switch (c) {
	case 'b':
	case 'B':
	case 'A':
	case 'z':
	case 'Z':
	case 'K':
		return new_node(p, NODE_EMPTY);
	case 'N':
		return at(p, 0) == '{' ? fail(p) : any_byte(p, false);
	case 'R':
		return line_end(p);
	case 'g':
	case 'k':
		return reference(p);
	default:
		if (c < '1' || c > '9')
			return fail(p);
		while (at(p, 0) >= '0' && at(p, 0) <= '9')
			p->i++;
		return new_node(p, NODE_ANY);
	}
}

/* ---- items and quantifiers ---- */

static struct node *
bracket(struct parser *p)
{
	struct byte_class class = { { 0 } };

	if (!charclass_bracket(p->s, &p->i, p->flags & MATCH_CASELESS, &class))
		return fail(p);
	return class_node(p, class);
}

/* NULL: the end of the group, or of an alternative. */
static struct node *
item(struct parser *p)
{
	int c = at(p, 0);

	if (p->is_quoting && c >= 0) {
		p->i++;
		return byte_node(p, c);
	}
	switch (c) {
	case -1:
	case '|':
	case ')':
		return NULL;
	case '(':
		return group(p);
	case '[':
		return bracket(p);
	case '.':
		p->i++;
		return any_byte(p, p->flags & MATCH_DOTALL);
	case '^':
	case '$':
		p->i++;
		return new_node(p, NODE_EMPTY);
	case '\\':
		return escape(p);
	default:
		p->i++;
		return byte_node(p, c);
	}
}

static bool
number(struct parser *p, size_t *i, unsigned *ret)
{
	size_t begin = *i;

	*ret = 0;
	for (; *i < p->s.n && p->s.p[*i] >= '0' && p->s.p[*i] <= '9'; ++*i)
		*ret = *ret < 100000 ? *ret * 10 + (unsigned)(p->s.p[*i] - '0')
		                     : *ret;
	return *i > begin;
}

/* "{2}", "{2,}", "{2,5}"; anything else is no quantifier. */
static bool
range(struct parser *p, unsigned *ret_min, unsigned *ret_max)
{
	size_t i = p->i + 1;

	if (!number(p, &i, ret_min))
		return false;
	*ret_max = *ret_min;
	if (i < p->s.n && p->s.p[i] == ',') {
		i++;
		if (!number(p, &i, ret_max))
			*ret_max = SYNTAX_UNBOUNDED;
	}
	if (i >= p->s.n || p->s.p[i] != '}')
		return false;
	p->i = i + 1;
	return true;
}

static bool
quantifier(struct parser *p, unsigned *ret_min, unsigned *ret_max)
{
	int c = at(p, 0);

	if (c == '{') {
		if (!range(p, ret_min, ret_max))
			return false;
	} else if (c == '*' || c == '+' || c == '?') {
		*ret_min = c == '+';
		*ret_max = c == '?' ? 1 : SYNTAX_UNBOUNDED;
		p->i++;
	} else {
		return false;
	}
	skip_ignored(p);
	if (at(p, 0) == '?' || at(p, 0) == '+') /* lazy, possessive */
		p->i++;
	return true;
}

static struct node *
parse_sequence(struct parser *p)
{
	VEC(struct node *) kids = { 0 };
	struct node *node, *kid;

	for (;;) {
		struct syntax_repeat r;

		skip_ignored(p);
		r = (struct syntax_repeat){ .begin = p->i,
			                    .is_quoted = p->is_quoting };
		kid = p->failed ? NULL : item(p);
		if (!kid)
			break;
		skip_ignored(p);
		if (!p->is_quoting && quantifier(p, &r.min, &r.max)) {
			kid = repeat_node(p, kid, r.min, r.max);
			r.end = p->i;
			*VEC_ADD(&p->repeats) = r;
		}
		*VEC_ADD(&kids) = kid;
	}
	node = new_node(p, NODE_CAT);
	node->kids = ARENA_ARRAY(p->arena, struct node *, kids.n + 1);
	if (kids.n)
		memcpy(node->kids, kids.list, kids.n * sizeof *kids.list);
	node->n_kids = (unsigned)kids.n;
	VEC_DONE(&kids);
	return node;
}

static struct node *
parse_alternatives(struct parser *p)
{
	VEC(struct node *) kids = { 0 };
	struct node *node;

	do
		*VEC_ADD(&kids) = parse_sequence(p);
	while (take(p, "|"));
	if (kids.n == 1) {
		node = kids.list[0];
	} else {
		node = new_node(p, NODE_ALT);
		node->kids = ARENA_ARRAY(p->arena, struct node *, kids.n);
		memcpy(node->kids, kids.list, kids.n * sizeof *kids.list);
		node->n_kids = (unsigned)kids.n;
	}
	VEC_DONE(&kids);
	return node;
}

/* ---- calls of groups ---- */

static struct node *
find_group(const struct parser *p, struct sv name)
{
	struct node *found = NULL;

	for (size_t i = 0; i < p->groups.n; i++) {
		if (!sv_eq(p->groups.list[i].name, name))
			continue;
		if (found)
			return NULL; /* two of that name */
		found = p->groups.list[i].node;
	}
	return found;
}

static void
connect_calls(struct parser *p)
{
	for (size_t i = 0; i < p->calls.n && !p->failed; i++) {
		struct node *node = p->calls.list[i].node;

		node->kids = ARENA_NEW(p->arena, struct node *);
		node->kids[0] = find_group(p, p->calls.list[i].name);
		node->n_kids = 1;
		if (!node->kids[0])
			p->failed = true;
	}
}

/* Groups that call themselves are given up, and what is nested too deeply by
 * calls. */
static bool
is_finite(struct node *node, unsigned depth)
{
	if (node->mark == MARK_DONE)
		return true;
	if (node->mark == MARK_OPEN || depth > 2 * NESTING_MAX)
		return false;
	node->mark = MARK_OPEN;
	for (unsigned i = 0; i < node->n_kids; i++)
		if (!is_finite(node->kids[i], depth + 1))
			return false;
	node->mark = MARK_DONE;
	return true;
}

/* NULL when it is not understood. */
static struct node *
parse(struct parser *p)
{
	struct node *root = parse_alternatives(p);

	if (p->i != p->s.n)
		p->failed = true;
	connect_calls(p);
	return p->failed || !is_finite(root, 0) ? NULL : root;
}

static void
parser_done(struct parser *p)
{
	VEC_DONE(&p->groups);
	VEC_DONE(&p->calls);
	VEC_DONE(&p->repeats);
}

struct node *
syntax_parse(struct arena *a, struct sv regex, unsigned flags)
{
	struct parser p = { .arena = a, .s = regex, .flags = flags };
	struct node *root = parse(&p);

	parser_done(&p);
	return root;
}

static int
compare_begins(const void *a, const void *b)
{
	const struct syntax_repeat *ra = a, *rb = b;

	return ra->begin < rb->begin ? -1 : ra->begin > rb->begin;
}

bool
syntax_repeats(struct arena *a, struct sv regex, unsigned flags,
               struct syntax_repeats *ret)
{
	struct parser p = { .arena = a, .s = regex, .flags = flags };
	bool ok = parse(&p) != NULL;

	*ret = (struct syntax_repeats){ .n = ok ? p.repeats.n : 0,
		                        .has_calls = p.calls.n > 0 };
	ret->list = ARENA_ARRAY(a, struct syntax_repeat, ret->n + 1);
	if (ret->n) {
		memcpy(ret->list, p.repeats.list, ret->n * sizeof *ret->list);
		qsort(ret->list, ret->n, sizeof *ret->list, compare_begins);
	}
	parser_done(&p);
	return ok;
}
