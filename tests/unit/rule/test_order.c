/* SPDX-License-Identifier: Apache-2.0 */
#include "sample.h"

#include "rule/set.h"

/* Rules are capital letters, A being the first one. */
static const char *
add_letter(void *ctx, struct expr *e, struct sv name, const struct sv *argument)
{
	(void)ctx;
	(void)argument;
	expr_add_value(e, (uint32_t)(name.p[0] - 'A'));
	return NULL;
}

/* Of each operand, in their order: "0" or "1" settles it, "*" either, "-"
 * neither. */
static const struct {
	const char *expression, *settles;
} cases[] = {
	{ "A", "*" },
	{ "!A", "*" },
	{ "A && B && C", "000" },
	{ "A || B", "11" },
	{ "A && (B || C)", "0--" },
	{ "A && !B", "01" },
	{ "!(A || B) && C", "110" },
	{ "A || !(B && C)", "100" },
	{ "A + B > 1", "--" },
	{ "A && B > 1", "0-" },
	{ "A ? B : C", "---" },
	{ "-A && B", "00" },
};

START_TEST(an_operand_may_settle_the_whole)
{
	const struct expr_names names = { add_letter, NULL };

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct expr e = { 0 };
		char settles[10] = "";

		ck_assert_ptr_null(
		    expr_compile(sv_str(cases[i].expression), &names, &e));
		for (size_t k = 0; k < e.n; k++)
			if (e.list[k].op == OP_VALUE)
				strncat(settles, &"-01*"[e.list[k].settles], 1);
		ck_assert_msg(strcmp(settles, cases[i].settles) == 0, "%s: %s",
		              cases[i].expression, settles);
		expr_done(&e);
	}
}
END_TEST

static struct rule_set *
compile(void)
{
	struct diags diags = DIAGS_INIT;
	struct rule_set *rs = sample_compile("body __LONG /short and long/\n"
	                                     "body __SHORT /brief/\n"
	                                     "meta BOTH __LONG && __SHORT\n"
	                                     "score BOTH 1\n",
	                                     &diags);

	ck_assert_ptr_nonnull(rs);
	diags_done(&diags);
	return rs;
}

static uint32_t
price(const struct rule_set *rs, const char *name, uint8_t settles)
{
	const struct rule *r = rule_set_find(rs, sv_str(name));

	return order_price(rs->order, rule_index(rs, r), settles);
}

static void
note(const struct rule_set *rs, const char *name, unsigned decided,
     unsigned found, unsigned cpu_ns)
{
	const struct rule *r = rule_set_find(rs, sv_str(name));
	struct cost *c = &rs->costs->list[rule_index(rs, r)];

	cost_add(&c->decided, decided);
	cost_add(&c->found, found);
	cost_add(&c->cpu_ns, cpu_ns);
}

START_TEST(what_is_measured_takes_the_place_of_guesses)
{
	struct rule_set *rs = compile();
	uint32_t guess = price(rs, "__SHORT", SETTLES_IF_0);

	ck_assert_uint_lt(guess, price(rs, "__LONG", SETTLES_IF_0));
	note(rs, "__SHORT", 99, 0, 990000);
	order_learn(rs); /* no message was measured */
	ck_assert_uint_eq(price(rs, "__SHORT", SETTLES_IF_0), guess);
	cost_add(&rs->costs->measured, 1);
	order_learn(rs);
	ck_assert_uint_gt(price(rs, "__SHORT", SETTLES_IF_0),
	                  price(rs, "__LONG", SETTLES_IF_0));
	ck_assert_uint_eq(price(rs, "BOTH", SETTLES_IF_0),
	                  price(rs, "__LONG", SETTLES_IF_0));
	rule_set_unref(rs);
}
END_TEST

START_TEST(what_is_nearly_always_true_settles_no_conjunction)
{
	struct rule_set *rs = compile();

	note(rs, "__SHORT", 99, 98, 100000);
	note(rs, "__LONG", 99, 1, 300000);
	cost_add(&rs->costs->measured, 1);
	order_learn(rs);
	ck_assert_uint_gt(price(rs, "__SHORT", SETTLES_IF_0),
	                  price(rs, "__LONG", SETTLES_IF_0));
	ck_assert_uint_lt(price(rs, "__SHORT", SETTLES_IF_NOT_0),
	                  price(rs, "__LONG", SETTLES_IF_NOT_0));
	rule_set_unref(rs);
}
END_TEST

START_TEST(the_order_is_made_anew_ever_more_seldom)
{
	struct rule_set *rs = compile();
	unsigned made = 0;

	for (unsigned i = 0; i < 64; i++) {
		uint32_t before = price(rs, "__SHORT", 0);

		note(rs, "__SHORT", 1, 0, 1000000);
		cost_add(&rs->costs->measured, 1);
		order_learn(rs);
		made += price(rs, "__SHORT", 0) != before;
	}
	ck_assert_uint_eq(made, 7); /* after 1, 2, 4, ... 64 */
	rule_set_unref(rs);
}
END_TEST

UNIT_MAIN("order", an_operand_may_settle_the_whole,
          what_is_measured_takes_the_place_of_guesses,
          what_is_nearly_always_true_settles_no_conjunction,
          the_order_is_made_anew_ever_more_seldom)
