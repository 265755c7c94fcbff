/* SPDX-License-Identifier: Apache-2.0 */
#include "mass/line.h"

#include "../unit.h"
#include "base/e4.h"
#include "base/error.h"
#include "base/vec.h"

/* What was read, in the form "Y 12.5 PATH 990000000 A:1 B:3". */
static const char *
shown(const char *text)
{
	static char out[2000];
	struct buf b = BUF_INIT(sizeof out - 1);
	struct mass_line line = { 0 };
	char score[E4_TEXT];
	const char *why;

	if (mass_line_read(sv_str(text), &line, &why)) {
		mass_line_done(&line);
		return why;
	}
	buf_addf(&b, "%c %s " SV_FMT " %lld", line.judged_spam ? 'Y' : '.',
	         e4_text(line.score_e4, score), SV_ARG(line.path),
	         (long long)line.unix_s);
	for (size_t i = 0; i < line.n; i++)
		buf_addf(&b, " " SV_FMT ":%u", SV_ARG(line.list[i].name),
		         line.list[i].count);
	memcpy(out, buf_str(&b), b.n + 1);
	buf_done(&b);
	mass_line_done(&line);
	return out;
}

START_TEST(lines_of_mass_check_are_read)
{
	static const struct {
		const char *line, *want;
	} cases[] = {
		{ ". 1 /path/mail HTML_MESSAGE,__FOO(3) "
		  "time=1234567890,scantime=0,format=f,reuse=no,set=0",
		  ". 1 /path/mail 1234567890 HTML_MESSAGE:1 __FOO:3" },
		{ "Y 25 /m/1 A,B,C time=5", "Y 25 /m/1 5 A:1 B:1 C:1" },
		{ "Y  5 /m/1 A bayes=0.99,time=5\r", "Y 5 /m/1 5 A:1" },
		{ ". -4 /m/mbox.1024 A time=7,mid=<x.y@z>",
		  ". -4 /m/mbox.1024 7 A:1" },
		{ ".  0 /no/rules  time=8,format=m", ". 0 /no/rules 8" },
		{ ".  0 /nothing/else", ". 0 /nothing/else 0" },
		{ "Y 6 /old/log A,,B,", "Y 6 /old/log 0 A:1 B:1" },
		{ "Y 6.25 /m A", "Y 6.25 /m 0 A:1" },
		{ "Y  6 /m A,B time=9,score=6.789,hits=B:4",
		  "Y 6.789 /m 9 A:1 B:1 B:3" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_assert_str_eq(shown(cases[i].line), cases[i].want);
}
END_TEST

START_TEST(what_is_not_understood_behind_the_rules_is_left_alone)
{
	ck_assert_str_eq(shown("Y 5 /m A time=soon,score=much,hits=A:0,x=,=y"),
	                 "Y 5 /m 0 A:1");
	ck_assert_str_eq(shown("Y 5 /m A time=99999999999999999999"),
	                 "Y 5 /m 0 A:1");
}
END_TEST

START_TEST(lines_that_are_no_results_are_refused)
{
	static const char *const cases[][2] = {
		{ "yes 5 /m A",
		  "the line begins neither with Y nor with a dot" },
		{ "N 5 /m A", "the line begins neither with Y nor with a dot" },
		{ "Y", "there are no points" },
		{ "Y five /m A", "there are no points" },
		{ "Y 100000000 /m A", "there are no points" },
		{ "Y 5", "there is no path" },
		{ "Y 5 /m A,(3)", "there is no such name of a rule" },
		{ "Y 5 /m A,\033[2J", "there is no such name of a rule" },
		{ "Y 5 /m A(", "there is no such count of hits" },
		{ "Y 5 /m A()", "there is no such count of hits" },
		{ "Y 5 /m A(0)", "there is no such count of hits" },
		{ "Y 5 /m A(3)x", "there is no such count of hits" },
		{ "Y 5 /m A(9999999)", "there is no such count of hits" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_assert_str_eq(shown(cases[i][0]), cases[i][1]);
}
END_TEST

START_TEST(a_name_has_a_length_that_it_may_have)
{
	char line[400] = "Y 5 /m ";

	memset(line + 7, 'A', MASS_NAME_BYTES_MAX + 1);
	ck_assert_str_eq(shown(line), "there is no such name of a rule");
	line[7 + MASS_NAME_BYTES_MAX] = '\0';
	ck_assert_ptr_nonnull(strstr(shown(line), "A:1"));
}
END_TEST

START_TEST(a_line_that_is_too_long_is_a_limit)
{
	size_t n = MASS_LINE_BYTES_MAX + 1;
	char *text = mem_alloc(n);
	struct mass_line line = { 0 };
	const char *why;

	memset(text, 'Y', n);
	ck_assert_int_eq(mass_line_read(sv_make(text, n), &line, &why),
	                 E_LIMIT);
	mass_line_done(&line);
	free(text);
}
END_TEST

START_TEST(comments_are_told_from_results)
{
	ck_assert(mass_line_is_comment(SV("# mass-check results")));
	ck_assert(mass_line_is_comment(SV("")));
	ck_assert(mass_line_is_comment(SV(" \r")));
	ck_assert(!mass_line_is_comment(SV(". 0 /m")));
}
END_TEST

static void
add(struct mass_line *line, const char *name, unsigned count)
{
	*VEC_ADD(line) = (struct mass_line_hit){ sv_str(name), count };
}

START_TEST(a_line_is_written_as_scripts_expect_it)
{
	struct mass_line line = {
		.judged_spam = true,
		.score_e4 = 67890,
		.path = SV("/my mail/1\n2"),
		.unix_s = 990000000,
		.format = 'f',
		.score_set = 3,
	};
	struct buf out = BUF_INIT(1000);

	add(&line, "__PART", 3);
	add(&line, "ZULU", 1);
	add(&line, "MULTI", 2);
	mass_line_write(&line, &out);
	ck_assert_str_eq(buf_str(&out),
	                 "Y  6 /my_mail/1_2 MULTI,ZULU,__PART(3) "
	                 "time=990000000,format=f,reuse=no,set=3,"
	                 "score=6.789,hits=MULTI:2\n");
	ck_assert_str_eq(shown(buf_str(&out)),
	                 "Y 6.789 /my_mail/1_2 990000000 MULTI:1 ZULU:1 "
	                 "__PART:3 MULTI:1");
	buf_done(&out);
	mass_line_done(&line);
}
END_TEST

START_TEST(a_line_without_hits_keeps_its_columns)
{
	struct mass_line line = {
		.score_e4 = -15000,
		.path = SV(""),
		.format = 'm',
	};
	struct buf out = BUF_INIT(1000);

	mass_line_write(&line, &out);
	ck_assert_str_eq(buf_str(&out),
	                 ". -1 _  format=m,reuse=no,set=0,score=-1.5\n");
	ck_assert_str_eq(shown(buf_str(&out)), ". -1.5 _ 0");
	buf_done(&out);
}
END_TEST

UNIT_MAIN("line", lines_of_mass_check_are_read,
          what_is_not_understood_behind_the_rules_is_left_alone,
          lines_that_are_no_results_are_refused,
          a_name_has_a_length_that_it_may_have,
          a_line_that_is_too_long_is_a_limit, comments_are_told_from_results,
          a_line_is_written_as_scripts_expect_it,
          a_line_without_hits_keeps_its_columns)
