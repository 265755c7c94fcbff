/* SPDX-License-Identifier: Apache-2.0 */
#include "mass/log.h"

#include <stdio.h>
#include <unistd.h>

#include "../unit.h"
#include "mass/line.h"

static struct mass_log *log_;
static struct diags diags;
static char path[] = "ham-XXXXXX";

static void
add(const char *line, bool is_spam)
{
	const char *why;

	ck_assert_int_eq(mass_log_add(log_, sv_str(line), is_spam, &why), 0);
}

/* Reads a file with that content as a log of ham. */
static int
read_file(struct sv content)
{
	int fd = mkstemp(path), result;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, content.p, content.n), (ssize_t)content.n);
	close(fd);
	result = mass_log_read(log_, path, false, &diags);
	unlink(path);
	return result;
}

START_TEST(hits_are_numbers_in_order_each_rule_once)
{
	const struct mass_hit *hits;

	log_ = mass_log_new();
	add("Y 5 /m/1 B,A,__C time=3", true);
	add(". 0 /m/2 __C(2),A,B,__C(3) score=0.5", false);
	hits = mass_log_hits(log_, &log_->messages.list[1]);
	ck_assert_uint_eq(log_->messages.list[1].n_hits, 3);
	ck_assert_str_eq(log_->rules.list[hits[0].rule].name, "B");
	ck_assert_str_eq(log_->rules.list[hits[1].rule].name, "A");
	ck_assert_str_eq(log_->rules.list[hits[2].rule].name, "__C");
	ck_assert_uint_eq(hits[1].count, 1);
	ck_assert_uint_eq(hits[2].count, 5);
	ck_assert(log_->rules.list[2].is_sub && !log_->rules.list[1].is_sub);
	ck_assert_int_eq(log_->messages.list[1].score_e4, 5000);
	ck_assert_int_eq(log_->messages.list[0].unix_s, 3);
	mass_log_free(log_);
}
END_TEST

START_TEST(labels_come_from_the_log_and_verdicts_from_the_line)
{
	log_ = mass_log_new();
	add("Y 9 /m/1 A", false);
	add(". 1 /m/2 A", true);
	add("Y 9 /m/3 A,B", true);
	ck_assert_uint_eq(log_->n_spam, 2);
	ck_assert_uint_eq(log_->n_ham, 1);
	ck_assert(!log_->messages.list[0].is_spam);
	ck_assert(log_->messages.list[0].judged_spam);
	ck_assert_uint_eq(log_->rules.list[0].spam, 2);
	ck_assert_uint_eq(log_->rules.list[0].ham, 1);
	ck_assert_uint_eq(log_->rules.list[1].spam, 1);
	ck_assert_uint_eq(log_->rules.list[1].ham, 0);
	mass_log_free(log_);
}
END_TEST

START_TEST(rules_are_found_by_name)
{
	uint32_t rule = 99;

	log_ = mass_log_new();
	add("Y 9 /m/1 A,B", true);
	ck_assert_int_eq(mass_log_rule(log_, SV("B"), &rule), 0);
	ck_assert_uint_eq(rule, 1);
	ck_assert_int_eq(mass_log_rule(log_, SV("C"), &rule), E_UNKNOWN);
	mass_log_free(log_);
}
END_TEST

START_TEST(a_refused_line_leaves_no_trace)
{
	const char *why = NULL;

	log_ = mass_log_new();
	ck_assert_int_eq(
	    mass_log_add(log_, SV("Y 9 /m/1 A,B,C(x)"), true, &why), E_SYNTAX);
	ck_assert_ptr_nonnull(why);
	ck_assert_uint_eq(log_->rules.n + log_->messages.n + log_->hits.n, 0);
	mass_log_free(log_);
}
END_TEST

START_TEST(counts_do_not_overflow)
{
	struct buf line = BUF_INIT(MASS_LINE_BYTES_MAX);

	log_ = mass_log_new();
	buf_add_str(&line, "Y 9 /m/1 ");
	for (int i = 0; i < 5000; i++)
		buf_addf(&line, "A(%d),", MASS_COUNT_MAX);
	add(buf_str(&line), true);
	ck_assert_uint_eq(log_->hits.n, 1);
	ck_assert_uint_eq(log_->hits.list[0].count, MASS_COUNT_MAX);
	buf_done(&line);
	mass_log_free(log_);
}
END_TEST

START_TEST(files_are_read_with_comments_and_without_a_last_line_end)
{
	log_ = mass_log_new();
	diags = (struct diags)DIAGS_INIT;
	ck_assert_int_eq(read_file(SV("# mass-check\n\n. 0 /m/1 A\r\n"
	                              "# skipped\nY 7 /m/2 A,B time=3")),
	                 0);
	ck_assert_uint_eq(log_->messages.n, 2);
	ck_assert_uint_eq(log_->n_ham, 2);
	ck_assert_uint_eq(diags.n, 0);
	mass_log_free(log_);
}
END_TEST

START_TEST(bad_lines_are_warnings_with_their_place)
{
	log_ = mass_log_new();
	diags = (struct diags)DIAGS_INIT;
	ck_assert_int_eq(read_file(SV(". 0 /m/1 A\n\nnonsense\n. 0 /m/2\n")),
	                 0);
	ck_assert_uint_eq(log_->messages.n, 2);
	ck_assert_uint_eq(log_->n_bad, 1);
	ck_assert_uint_eq(diags.warnings, 1);
	ck_assert_int_eq(diags.list[0].line, 3);
	diags_done(&diags);
	mass_log_free(log_);
}
END_TEST

START_TEST(a_line_without_an_end_is_a_limit_even_as_a_comment)
{
	struct sv text = { .n = 2 * MASS_LINE_BYTES_MAX };
	char *p = mem_alloc(text.n);

	memset(p, '#', text.n);
	text.p = p;
	log_ = mass_log_new();
	diags = (struct diags)DIAGS_INIT;
	ck_assert_int_eq(read_file(text), E_LIMIT);
	ck_assert_uint_eq(diags.errors, 1);
	diags_done(&diags);
	free(p);
	mass_log_free(log_);
}
END_TEST

START_TEST(an_absent_file_is_said)
{
	log_ = mass_log_new();
	diags = (struct diags)DIAGS_INIT;
	ck_assert_int_eq(mass_log_read(log_, "no/such.log", true, &diags),
	                 E_IO);
	ck_assert_uint_eq(diags.errors, 1);
	diags_done(&diags);
	mass_log_free(log_);
}
END_TEST

START_TEST(many_messages_fit)
{
	char line[100];

	log_ = mass_log_new();
	for (int i = 0; i < 20000; i++) {
		snprintf(line, sizeof line, ". 0 /m/%d A,R%d,__S%d", i, i % 500,
		         i % 7);
		add(line, i % 2);
	}
	ck_assert_uint_eq(log_->messages.n, 20000);
	ck_assert_uint_eq(log_->rules.n, 508);
	ck_assert_uint_eq(log_->rules.list[0].spam, 10000);
	ck_assert_str_eq(log_->messages.list[12345].path, "/m/12345");
	mass_log_free(log_);
}
END_TEST

START_TEST(the_name_of_a_log_says_its_label)
{
	bool is_spam = true;

	ck_assert_int_eq(mass_log_label("ham.log", &is_spam), 0);
	ck_assert(!is_spam);
	ck_assert_int_eq(mass_log_label("spam/ham-net-2026.log", &is_spam), 0);
	ck_assert(!is_spam);
	ck_assert_int_eq(mass_log_label("ham/Spam.log", &is_spam), 0);
	ck_assert(is_spam);
	ck_assert_int_eq(mass_log_label("spam/good.log", &is_spam), E_UNKNOWN);
}
END_TEST

UNIT_MAIN("log", hits_are_numbers_in_order_each_rule_once,
          labels_come_from_the_log_and_verdicts_from_the_line,
          rules_are_found_by_name, a_refused_line_leaves_no_trace,
          counts_do_not_overflow,
          files_are_read_with_comments_and_without_a_last_line_end,
          bad_lines_are_warnings_with_their_place,
          a_line_without_an_end_is_a_limit_even_as_a_comment,
          an_absent_file_is_said, many_messages_fit,
          the_name_of_a_log_says_its_label)
