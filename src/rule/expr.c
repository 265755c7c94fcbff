/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/expr.h"

#include <stdlib.h>
#include <string.h>

#include "base/vec.h"

/* Longer spellings stand before their beginnings. */
static const struct {
	struct sv text;
	enum expr_op op;
} binary[] = {
	{ { "||", 2 }, OP_OR }, { { "&&", 2 }, OP_AND }, { { "==", 2 }, OP_EQ },
	{ { "!=", 2 }, OP_NE }, { { "<=", 2 }, OP_LE },  { { ">=", 2 }, OP_GE },
	{ { "<", 1 }, OP_LT },  { { ">", 1 }, OP_GT },   { { "^", 1 }, OP_XOR },
	{ { "+", 1 }, OP_ADD }, { { "-", 1 }, OP_SUB },  { { "*", 1 }, OP_MUL },
	{ { "/", 1 }, OP_DIV },
};

/* Perl's order (perlop): a higher number binds tighter. */
static const uint8_t precedence[] = {
	[OP_OPEN] = 0, [OP_QUESTION] = 1, [OP_CHOOSE] = 1, [OP_OR] = 2,
	[OP_AND] = 3,  [OP_XOR] = 4,      [OP_EQ] = 5,     [OP_NE] = 5,
	[OP_LT] = 6,   [OP_LE] = 6,       [OP_GT] = 6,     [OP_GE] = 6,
	[OP_ADD] = 7,  [OP_SUB] = 7,      [OP_MUL] = 8,    [OP_DIV] = 8,
	[OP_NEG] = 9,  [OP_NOT] = 9,
};

struct compiler {
	struct sv rest;
	struct expr *out;
	const struct expr_names *names;
	VEC(enum expr_op)
	pending; /* operators whose right side is not read yet */
	size_t tokens;
	bool want_operand;
};

static void
add(struct expr *e, enum expr_op op, uint32_t index, double number)
{
	struct expr_item *item = VEC_ADD(e);

	item->op = op;
	item->index = index;
	if (op == OP_NUMBER)
		item->number = number;
}

void
expr_add_number(struct expr *e, double number)
{
	add(e, OP_NUMBER, 0, number);
}

void
expr_add_value(struct expr *e, uint32_t index)
{
	add(e, OP_VALUE, index, 0);
}

void
expr_add_sum(struct expr *e)
{
	add(e, OP_ADD, 0, 0);
}

void
expr_done(struct expr *e)
{
	VEC_DONE(e);
}

static void
push(struct compiler *c, enum expr_op op)
{
	*VEC_ADD(&c->pending) = op;
}

/* Moves pending operators that bind at least as tightly as `limit` to the
 * output; never past an open parenthesis. */
static void
flush(struct compiler *c, uint8_t limit)
{
	while (c->pending.n) {
		enum expr_op top = c->pending.list[c->pending.n - 1];
		if (top == OP_OPEN || top == OP_QUESTION ||
		    precedence[top] < limit)
			return;
		c->pending.n--;
		add(c->out, top, 0, 0);
	}
}

static bool
is_word_char(char ch)
{
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') ||
	       (ch >= '0' && ch <= '9') || ch == '_';
}

static bool
is_digit(char ch)
{
	return ch >= '0' && ch <= '9';
}

static bool
take(struct compiler *c, struct sv token)
{
	if (!sv_starts(c->rest, token))
		return false;
	c->rest = sv_from(c->rest, token.n);
	return true;
}

static const char *
read_number(struct compiler *c)
{
	char text[32];
	size_t n = 0;

	while (n < c->rest.n && (is_digit(c->rest.p[n]) || c->rest.p[n] == '.'))
		n++;
	if (n >= sizeof text)
		return "number too long";
	memcpy(text, c->rest.p, n);
	text[n] = '\0';
	c->rest = sv_from(c->rest, n);
	expr_add_number(c->out, strtod(text, NULL));
	c->want_operand = false;
	return NULL;
}

static const char *
read_name(struct compiler *c)
{
	struct sv name, argument, after;
	const char *wrong;
	size_t n = 0, end;

	while (n < c->rest.n && is_word_char(c->rest.p[n]))
		n++;
	name = sv_sub(c->rest, 0, n);
	c->rest = sv_from(c->rest, n);
	after = sv_trim(c->rest);
	if (sv_starts(after, SV("("))) {
		end = sv_find_char(after, ')');
		if (end == SV_NOT_FOUND)
			return "missing \")\"";
		argument = sv_trim(sv_sub(after, 1, end));
		wrong = c->names->add(c->names->ctx, c->out, name, &argument);
		c->rest = sv_from(after, end + 1);
	} else {
		wrong = c->names->add(c->names->ctx, c->out, name, NULL);
	}
	c->want_operand = false;
	return wrong;
}

static const char *
close_paren(struct compiler *c)
{
	flush(c, 0);
	if (c->pending.n == 0)
		return "\")\" without \"(\"";
	if (c->pending.list[c->pending.n - 1] != OP_OPEN)
		return "\"?\" without \":\"";
	c->pending.n--;
	return NULL;
}

static const char *
read_operand(struct compiler *c)
{
	char ch = c->rest.p[0];

	if (take(c, SV("("))) {
		push(c, OP_OPEN);
		c->rest = sv_trim(c->rest);
		if (sv_starts(c->rest, SV(")"))) { /* "()" is 0 */
			expr_add_number(c->out, 0);
			c->want_operand = false;
		}
		return NULL;
	}
	if (take(c, SV("!"))) {
		push(c, OP_NOT);
		return NULL;
	}
	if (take(c, SV("-"))) {
		push(c, OP_NEG);
		return NULL;
	}
	if (take(c, SV("+")))
		return NULL;
	if (is_digit(ch))
		return read_number(c);
	if (is_word_char(ch))
		return read_name(c);
	return "expected a name, a number or \"(\"";
}

static const char *
read_choice_end(struct compiler *c)
{
	flush(c, 0);
	if (c->pending.n == 0 ||
	    c->pending.list[c->pending.n - 1] != OP_QUESTION)
		return "\":\" without \"?\"";
	c->pending.list[c->pending.n - 1] = OP_CHOOSE;
	c->want_operand = true;
	return NULL;
}

static const char *
read_operator(struct compiler *c)
{
	if (take(c, SV(")")))
		return close_paren(c);
	if (take(c, SV("?"))) {
		flush(c, precedence[OP_CHOOSE] + 1);
		push(c, OP_QUESTION);
		c->want_operand = true;
		return NULL;
	}
	if (take(c, SV(":")))
		return read_choice_end(c);
	for (size_t i = 0; i < sizeof binary / sizeof *binary; i++)
		if (take(c, binary[i].text)) {
			flush(c, precedence[binary[i].op]);
			push(c, binary[i].op);
			c->want_operand = true;
			return NULL;
		}
	return "expected an operator";
}

static const char *
read_all(struct compiler *c)
{
	const char *wrong;

	while (c->rest = sv_trim(c->rest), c->rest.n) {
		if (++c->tokens > EXPR_TOKENS_MAX)
			return "expression too long";
		wrong = c->want_operand ? read_operand(c) : read_operator(c);
		if (wrong)
			return wrong;
	}
	if (c->want_operand)
		return "expression ends early";
	flush(c, 0);
	if (c->pending.n)
		return c->pending.list[c->pending.n - 1] == OP_OPEN
		           ? "missing \")\""
		           : "\"?\" without \":\"";
	return NULL;
}

size_t
expr_operand_begin(const struct expr *e, size_t i)
{
	uint8_t op = e->list[i].op;

	return op == OP_NUMBER || op == OP_VALUE ? i : e->list[i].index;
}

/* Tells operators where their operands begin, and operands whose they are. */
static void
link_operands(struct expr *e)
{
	for (size_t i = 0; i < e->n; i++) {
		uint8_t op = e->list[i].op;
		size_t end = i, operands = 2;

		if (op == OP_NUMBER || op == OP_VALUE)
			continue;
		if (op == OP_NEG || op == OP_NOT)
			operands = 1;
		else if (op == OP_CHOOSE)
			operands = 3;
		while (operands-- > 0) {
			if (e->list[end - 1].op != OP_NUMBER)
				e->list[end - 1].parent = (uint32_t)i;
			end = expr_operand_begin(e, end - 1);
		}
		e->list[i].index = (uint32_t)end;
	}
}

/* What an item settles, by the operator that it is an operand of: the first 0
 * of a conjunction, the first other value of a disjunction. */
static uint8_t
settles_in(const struct expr_item *operator)
{
	switch (operator->op) {
	case OP_AND:
		return operator->settles & SETTLES_IF_0;
	case OP_OR:
		return operator->settles & SETTLES_IF_NOT_0;
	case OP_NEG:
		return operator->settles;
	case OP_NOT: /* the one becomes the other */
		return (uint8_t)((operator->settles & SETTLES_IF_0) << 1 |
		                 (operator->settles & SETTLES_IF_NOT_0) >> 1);
	default:
		return 0;
	}
}

static void
find_settling(struct expr *e)
{
	for (size_t i = e->n; i-- > 0;) {
		struct expr_item *item = &e->list[i];

		if (i == e->n - 1)
			item->settles = SETTLES_IF_0 | SETTLES_IF_NOT_0;
		else if (item->op != OP_NUMBER)
			item->settles = settles_in(&e->list[item->parent]);
	}
}

/* ---- long chains ---- */

struct task {
	uint32_t item;
	bool is_operand; /* with what belongs to it; else the item alone */
};

struct balancer {
	const struct expr *in;
	VEC(struct task) tasks; /* the next one is the last */
	VEC(uint32_t) operands; /* of one chain, in their order */
};

static void
push_task(struct balancer *b, size_t item, bool is_operand)
{
	*VEC_ADD(&b->tasks) = (struct task){ (uint32_t)item, is_operand };
}

/* Operands from `lo` up to `hi`, joined by operators like `item`: halves of
 * halves, so that this calls itself a dozen times deep at most. */
static void
push_balanced(struct balancer *b, size_t item, size_t lo, size_t hi)
{
	size_t middle = lo + (hi - lo) / 2;

	if (hi - lo == 1) {
		push_task(b, b->operands.list[lo], true);
		return;
	}
	push_task(b, item, false);
	push_balanced(b, item, middle, hi);
	push_balanced(b, item, lo, middle);
}

/* The operands of a && b && c ..., which is ((a && b) && c) ... */
static void
push_chain(struct balancer *b, size_t item)
{
	const struct expr *e = b->in;
	uint8_t op = e->list[item].op;
	size_t n;

	b->operands.n = 0;
	for (; e->list[item].op == op;
	     item = expr_operand_begin(e, item - 1) - 1)
		*VEC_ADD(&b->operands) = (uint32_t)item - 1;
	*VEC_ADD(&b->operands) = (uint32_t)item;
	n = b->operands.n;
	for (size_t i = 0; i < n / 2; i++) {
		uint32_t other = b->operands.list[i];

		b->operands.list[i] = b->operands.list[n - 1 - i];
		b->operands.list[n - 1 - i] = other;
	}
}

static void
push_operands(struct balancer *b, size_t item)
{
	const struct expr *e = b->in;
	size_t begin = e->list[item].index;
	uint8_t op = e->list[item].op;

	if (op == OP_AND || op == OP_OR || op == OP_ADD) {
		push_chain(b, item);
		push_balanced(b, item, 0, b->operands.n);
		return;
	}
	push_task(b, item, false);
	for (size_t end = item; end > begin;) {
		push_task(b, end - 1, true);
		end = expr_operand_begin(e, end - 1);
	}
}

/* Chains become trees, of which a change touches few operators. "&&" and "||"
 * give the same operand however they are grouped, and counts the same sum. */
static void
balance(struct expr *e)
{
	struct balancer b = { .in = e };
	struct expr out = { 0 };

	push_task(&b, e->n - 1, true);
	while (b.tasks.n) {
		struct task t = b.tasks.list[--b.tasks.n];
		uint8_t op = e->list[t.item].op;

		if (!t.is_operand || op == OP_NUMBER || op == OP_VALUE)
			*VEC_ADD(&out) = e->list[t.item];
		else
			push_operands(&b, t.item);
	}
	VEC_DONE(&b.tasks);
	VEC_DONE(&b.operands);
	expr_done(e);
	*e = out;
}

const char *
expr_compile(struct sv text, const struct expr_names *names, struct expr *e)
{
	struct compiler c = { .rest = text, .out = e, .names = names };
	const char *wrong;

	c.want_operand = true;
	wrong = read_all(&c);
	if (!wrong) {
		link_operands(e);
		balance(e);
		link_operands(e);
		find_settling(e);
	}
	VEC_DONE(&c.pending);
	return wrong;
}

/* Counts fit; what somebody wrote as a number may not. */
static uint32_t
as_bits(double x)
{
	return x >= 0 && x <= UINT32_MAX ? (uint32_t)x : 0;
}

double
expr_apply(enum expr_op op, double a, double b)
{
	switch (op) {
	case OP_OR:
		return a != 0 ? a : b;
	case OP_AND:
		return a != 0 ? b : a;
	case OP_XOR:
		return (double)(as_bits(a) ^ as_bits(b));
	case OP_EQ:
		return a == b;
	case OP_NE:
		return a != b;
	case OP_LT:
		return a < b;
	case OP_LE:
		return a <= b;
	case OP_GT:
		return a > b;
	case OP_GE:
		return a >= b;
	case OP_ADD:
		return a + b;
	case OP_SUB:
		return a - b;
	case OP_MUL:
		return a * b;
	default: /* OP_DIV */
		return b != 0 ? a / b : 0;
	}
}

double
expr_compute(const struct expr *e, const double *values, double *stack)
{
	size_t n = 0;

	for (size_t i = 0; i < e->n; i++) {
		const struct expr_item *item = &e->list[i];

		switch (item->op) {
		case OP_NUMBER:
			stack[n++] = item->number;
			break;
		case OP_VALUE:
			stack[n++] = values[item->index];
			break;
		case OP_NEG:
			stack[n - 1] = -stack[n - 1];
			break;
		case OP_NOT:
			stack[n - 1] = stack[n - 1] == 0;
			break;
		case OP_CHOOSE:
			n -= 2;
			stack[n - 1] =
			    stack[n - 1] != 0 ? stack[n] : stack[n + 1];
			break;
		default:
			n--;
			stack[n - 1] =
			    expr_apply(item->op, stack[n - 1], stack[n]);
		}
	}
	return n ? stack[n - 1] : 0;
}
