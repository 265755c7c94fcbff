/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Arithmetic and logic of `meta` and `if`: text is compiled to postfix once
 * and computed without recursion. As in Perl, "&&" and "||" give the operand
 * that decided, comparisons give 1 or 0, and numbers are floating point.
 */
#ifndef RULE_EXPR_H
#define RULE_EXPR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/sv.h"

enum { EXPR_TOKENS_MAX = 4096 };

enum expr_op {
	OP_NUMBER,
	OP_VALUE,
	OP_OPEN, /* only while compiling, as the next one */
	OP_QUESTION,
	OP_CHOOSE, /* the whole of a ? b : c */
	OP_OR,
	OP_AND,
	OP_XOR,
	OP_EQ,
	OP_NE,
	OP_LT,
	OP_LE,
	OP_GT,
	OP_GE,
	OP_ADD,
	OP_SUB,
	OP_MUL,
	OP_DIV,
	OP_NEG,
	OP_NOT,
};

/* Which value of an item is enough to know the whole expression. */
enum expr_settles {
	SETTLES_IF_0 = 1,
	SETTLES_IF_NOT_0 = 2,
	SETTLES_ALL = 4, /* of their sets */
};

/* In postfix order: what an operator is applied to stands before it. */
struct expr_item {
	uint8_t op;      /* of enum expr_op */
	uint8_t settles; /* OP_VALUE, operators: set of enum expr_settles */
	uint32_t index; /* OP_VALUE: of it; operators: of the first item that
	                   belongs to their operands */
	union {
		double number;   /* OP_NUMBER */
		uint32_t parent; /* others: the operator it belongs to */
	};
};

struct expr {
	struct expr_item *list;
	size_t n, size;
};

/* Called for each name; `argument` is the text in the parentheses that follow
 * functions (rules_matching, plugin, can, has), else NULL. It adds what the
 * name stands for, one value. Returns NULL, or what is wrong. */
struct expr_names {
	const char *(*add)(void *ctx, struct expr *e, struct sv name,
	                   const struct sv *argument);
	void *ctx;
};

void expr_add_number(struct expr *e, double number);
void expr_add_value(struct expr *e, uint32_t index);
/* Whether the item is a value, and which. */
static inline bool
expr_is_value(const struct expr_item *item, uint32_t *ret_index)
{
	*ret_index = item->index;
	return item->op == OP_VALUE;
}

void expr_add_sum(struct expr *e); /* of the two values before it */

/* NULL, or what is wrong (a static text). What `e` holds is released with
 * expr_done() in any case. */
const char *expr_compile(struct sv text, const struct expr_names *names,
                         struct expr *e);
void expr_done(struct expr *e);

/* The first item of the operand that ends with item i. */
size_t expr_operand_begin(const struct expr *e, size_t i);

/* What a binary operator gives. */
double expr_apply(enum expr_op op, double a, double b);

/* `values` are those of expr_add_value(); `stack` has room for e->n numbers.
 * A division by zero gives 0. */
double expr_compute(const struct expr *e, const double *values, double *stack);

#endif
