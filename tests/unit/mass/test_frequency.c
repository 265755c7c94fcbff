/* SPDX-License-Identifier: Apache-2.0 */
#include "mass/frequency.h"

#include "../unit.h"

static struct mass_log *log_;
static struct mass_frequencies f;

static void
add(const char *line, bool is_spam)
{
	const char *why;

	ck_assert_int_eq(mass_log_add(log_, sv_str(line), is_spam, &why), 0);
}

/* Ten spam and five ham. */
static void
begin(enum mass_which which)
{
	log_ = mass_log_new();
	for (int i = 0; i < 10; i++)
		add(i < 5   ? "Y 9 /s ALWAYS,SPAMMY,EVEN"
		    : i < 8 ? "Y 6 /s ALWAYS"
		            : ". 1 /s ALWAYS,MISSED(7)",
		    true);
	for (int i = 0; i < 5; i++)
		add(i < 4 ? ". 0 /h ALWAYS,HAMMY" : "Y 7 /h ALWAYS,EVEN",
		    false);
	mass_frequencies_count(log_, which, &f);
}

static void
end(void)
{
	mass_frequencies_done(&f);
	mass_log_free(log_);
}

static struct mass_frequency *
find(const char *name)
{
	for (size_t i = 0; i < f.rules.n; i++)
		if (strcmp(f.rules.list[i].name, name) == 0)
			return &f.rules.list[i];
	ck_abort_msg("no rule %s", name);
	return NULL;
}

START_TEST(shares_are_of_each_kind_of_mail)
{
	const struct mass_frequency *even;

	begin(MASS_ALL);
	even = find("EVEN");
	ck_assert_uint_eq(f.n_spam, 10);
	ck_assert_uint_eq(f.n_ham, 5);
	ck_assert_uint_eq(even->spam, 5);
	ck_assert_uint_eq(even->ham, 1);
	ck_assert_double_eq_tol(even->overall_share, 6.0 / 15, 1e-9);
	ck_assert_double_eq_tol(even->spam_share, 0.5, 1e-9);
	ck_assert_double_eq_tol(even->ham_share, 0.2, 1e-9);
	end();
}
END_TEST

START_TEST(s_o_does_not_depend_on_how_much_there_is_of_each)
{
	begin(MASS_ALL);
	ck_assert_double_eq_tol(find("EVEN")->so, 0.5 / 0.7, 1e-9);
	ck_assert_double_eq_tol(find("ALWAYS")->so, 0.5, 1e-9);
	ck_assert_double_eq_tol(find("SPAMMY")->so, 1, 1e-9);
	ck_assert_double_eq_tol(find("HAMMY")->so, 0, 1e-9);
	end();
}
END_TEST

START_TEST(the_gain_is_what_a_rule_tells)
{
	begin(MASS_ALL);
	mass_frequencies_rank(&f);
	/* H(.35) - (H(.5) + H(.2)) / 2 */
	ck_assert_double_eq_tol(find("EVEN")->gain, 0.0731039, 1e-6);
	ck_assert_double_eq_tol(find("ALWAYS")->gain, 0, 1e-9);
	/* H(.25) - H(.5) / 2 */
	ck_assert_double_eq_tol(find("SPAMMY")->gain, 0.3112781, 1e-6);
	end();
}
END_TEST

START_TEST(ranks_go_by_what_rules_are_for)
{
	begin(MASS_ALL);
	mass_frequencies_rank(&f);
	ck_assert_double_eq(find("SPAMMY")->rank, 1);
	ck_assert_double_eq(find("HAMMY")->rank, 0);
	ck_assert_double_lt(find("HAMMY")->gain, -0.5);
	end();
	begin(MASS_ALL);
	find("HAMMY")->is_for_ham = true;
	find("SPAMMY")->is_for_ham = true;
	mass_frequencies_rank(&f);
	ck_assert_double_eq(find("HAMMY")->rank, 1);
	ck_assert_double_lt(find("ALWAYS")->rank, 1);
	ck_assert_double_eq(find("SPAMMY")->rank, 0);
	end();
}
END_TEST

START_TEST(equal_rules_have_equal_ranks)
{
	begin(MASS_ALL);
	mass_frequencies_add(&f, "NEVER");
	mass_frequencies_rank(&f);
	ck_assert_double_eq(find("NEVER")->rank, find("ALWAYS")->rank);
	ck_assert_double_eq(find("NEVER")->so, 0.5);
	end();
}
END_TEST

START_TEST(what_was_judged_wrongly_is_counted_by_itself)
{
	begin(MASS_WRONG);
	ck_assert_uint_eq(f.n_spam, 2);
	ck_assert_uint_eq(f.n_ham, 1);
	ck_assert_uint_eq(find("SPAMMY")->spam, 0);
	ck_assert_uint_eq(find("MISSED")->spam, 2);
	ck_assert_uint_eq(find("EVEN")->ham, 1);
	ck_assert_double_eq_tol(find("EVEN")->ham_share, 1, 1e-9);
	end();
}
END_TEST

START_TEST(an_empty_log_has_frequencies_of_nothing)
{
	log_ = mass_log_new();
	mass_frequencies_count(log_, MASS_ALL, &f);
	mass_frequencies_rank(&f);
	ck_assert_uint_eq(f.rules.n, 0);
	end();
}
END_TEST

UNIT_MAIN("frequency", shares_are_of_each_kind_of_mail,
          s_o_does_not_depend_on_how_much_there_is_of_each,
          the_gain_is_what_a_rule_tells, ranks_go_by_what_rules_are_for,
          equal_rules_have_equal_ranks,
          what_was_judged_wrongly_is_counted_by_itself,
          an_empty_log_has_frequencies_of_nothing)
