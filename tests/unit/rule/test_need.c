/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/need.h"

#include "../unit.h"
#include "base/buf.h"

/* Rules are capital letters, A being the first one. */
static const char *
add_letter(void *ctx, struct expr *e, struct sv name, const struct sv *argument)
{
	(void)ctx;
	(void)argument;
	expr_add_value(e, (uint32_t)(name.p[0] - 'A'));
	return NULL;
}

static void
write_need(void *ctx, struct need need, const uint32_t *terms)
{
	struct buf *out = ctx;

	if (out->n)
		buf_add_char(out, ' ');
	if (need.kind == NEED_ABSENT)
		buf_add_char(out, '!');
	if (need.kind == NEED_PRESENT || need.kind == NEED_ABSENT)
		buf_add_char(out, (char)('A' + need.rule));
	for (uint32_t i = 0; i < need.n_terms; i++)
		buf_addf(out, "%s%c", i ? "+" : "", (char)('A' + terms[i]));
	if (need.n_terms)
		buf_addf(out, "%s%g",
		         need.kind == NEED_MORE ? ">" : ">=", need.bound);
}

static const struct {
	const char *expression, *needs;
} cases[] = {
	{ "A", "A" },
	{ "A && B && C", "A B C" },
	{ "A && !(B || C)", "A !B !C" },
	{ "!(A && B)", "" },
	{ "!!A", "A" },
	{ "A || B", "" },
	{ "A && (B || C)", "A" },
	{ "(A + B + C > 2) && !D", "A+B+C>2 !D" },
	{ "A + B >= 2", "A+B>=2" },
	{ "A + !B > 1", "" },
	{ "A + B > C", "" },
	{ "!(A > 1)", "" },
	{ "A > 1 && B < 2", "A>1" },
	{ "A ? B : C", "" },
};

static void
needs_of(const char *expression, struct buf *out)
{
	const struct expr_names names = { add_letter, NULL };
	struct expr e = { 0 };

	ck_assert_ptr_null(expr_compile(sv_str(expression), &names, &e));
	needs_find(&e, write_need, out);
	expr_done(&e);
}

START_TEST(needs_are_what_a_meta_is_0_without)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf out = BUF_INIT(1000);

		needs_of(cases[i].expression, &out);
		ck_sv_eq(buf_sv(&out), cases[i].needs);
		buf_done(&out);
	}
}
END_TEST

START_TEST(an_empty_expression_needs_nothing)
{
	struct buf out = BUF_INIT(1000);

	needs_find(&(struct expr){ 0 }, write_need, &out);
	ck_assert_uint_eq(out.n, 0);
	buf_done(&out);
}
END_TEST

UNIT_MAIN("need", needs_are_what_a_meta_is_0_without,
          an_empty_expression_needs_nothing)
