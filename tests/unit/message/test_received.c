/* SPDX-License-Identifier: Apache-2.0 */
#include "parse.h"

#include "message/received.h"

static struct received
read_field(const char *value)
{
	struct received r;

	received_parse(sv_str(value), &r);
	return r;
}

static bool
is(struct sv s, const char *want)
{
	return sv_eq_str(s, want);
}

START_TEST(clauses_have_words_and_comments)
{
	struct received r = read_field(
	    "from a.example.org (b.example.org [192.0.2.1]) (using TLS) "
	    "by mx.example.net (Postfix) via TCP with Microsoft SMTP Server "
	    "(x (y)) id 4ABC for <u@example.net>; Mon, 1 Jan 2024");
	const struct received_clause *c = r.clauses;

	ck_assert(is(c[RECEIVED_FROM].words[0], "a.example.org"));
	ck_assert_uint_eq(c[RECEIVED_FROM].n_words, 1);
	ck_assert_uint_eq(c[RECEIVED_FROM].n_comments, 2);
	ck_assert(
	    is(c[RECEIVED_FROM].comments[0], "b.example.org [192.0.2.1]"));
	ck_assert(is(c[RECEIVED_FROM].comments[1], "using TLS"));
	ck_assert(is(c[RECEIVED_BY].text, "mx.example.net (Postfix)"));
	ck_assert(is(c[RECEIVED_VIA].words[0], "TCP"));
	ck_assert_uint_eq(c[RECEIVED_WITH].n_words, 3);
	ck_assert(is(c[RECEIVED_WITH].comments[0], "x (y)"));
	ck_assert(is(c[RECEIVED_ID].words[0], "4ABC"));
	ck_assert(is(c[RECEIVED_FOR].words[0], "<u@example.net>"));
	ck_assert(is(r.date, "Mon, 1 Jan 2024"));
}
END_TEST

START_TEST(keywords_are_values_where_a_value_is_due)
{
	struct received r = read_field("from by by with with from id id");
	const struct received_clause *c = r.clauses;

	ck_assert(is(c[RECEIVED_FROM].words[0], "by"));
	ck_assert(is(c[RECEIVED_BY].words[0], "with"));
	ck_assert(is(c[RECEIVED_WITH].words[0], "from"));
	ck_assert(is(c[RECEIVED_ID].words[0], "id"));
}
END_TEST

START_TEST(from_is_only_the_first_word)
{
	struct received r = read_field("(x) from a by b");

	ck_assert(!r.clauses[RECEIVED_FROM].text.p);
	ck_assert(is(r.clauses[RECEIVED_BY].words[0], "b"));
}
END_TEST

START_TEST(a_comment_shields_what_is_in_it)
{
	struct received r =
	    read_field("from a (by x; id y \\) z) by b (open; Mon");

	ck_assert(is(r.clauses[RECEIVED_FROM].comments[0], "by x; id y \\) z"));
	ck_assert(is(r.clauses[RECEIVED_BY].words[0], "b"));
	ck_assert(is(r.clauses[RECEIVED_BY].comments[0], "open; Mon"));
	ck_assert_uint_eq(r.date.n, 0);
}
END_TEST

START_TEST(angles_and_quotes_hold_words_together)
{
	struct received r =
	    read_field("from \"a b\" by c id <x y;z> for <u@example.org>;");

	ck_assert(is(r.clauses[RECEIVED_FROM].words[0], "\"a b\""));
	ck_assert(is(r.clauses[RECEIVED_ID].words[0], "<x y;z>"));
	ck_assert(is(r.clauses[RECEIVED_FOR].text, "<u@example.org>"));
}
END_TEST

START_TEST(more_than_fits_is_left_out)
{
	struct received r =
	    read_field("from 1 2 3 4 5 6 (1)(2)(3)(4)(5)(6)(7)(8)(9)(10) by b");

	ck_assert_uint_eq(r.clauses[RECEIVED_FROM].n_words, RECEIVED_WORDS_MAX);
	ck_assert_uint_eq(r.clauses[RECEIVED_FROM].n_comments,
	                  RECEIVED_COMMENTS_MAX);
	ck_assert(is(r.clauses[RECEIVED_BY].words[0], "b"));
}
END_TEST

START_TEST(nothing_is_a_field_too)
{
	struct received r = read_field("");

	for (int i = 0; i < RECEIVED_CLAUSES; i++)
		ck_assert_uint_eq(r.clauses[i].text.n, 0);
}
END_TEST

UNIT_MAIN("received", clauses_have_words_and_comments,
          keywords_are_values_where_a_value_is_due, from_is_only_the_first_word,
          a_comment_shields_what_is_in_it,
          angles_and_quotes_hold_words_together, more_than_fits_is_left_out,
          nothing_is_a_field_too)
