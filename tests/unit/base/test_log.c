/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"

/* What a line looks like on standard error; the caller frees it. */
static char *
log_of(enum log_level level, const char *text)
{
	struct buf b = BUF_INIT(10000);
	int ends[2], saved = dup(STDERR_FILENO);

	ck_assert_int_eq(pipe(ends), 0);
	dup2(ends[1], STDERR_FILENO);
	close(ends[1]);
	log_line(level, "%s", text);
	dup2(saved, STDERR_FILENO);
	close(saved);
	ck_assert_int_eq(file_read_fd(ends[0], &b), 0);
	close(ends[0]);
	return buf_take(&b);
}

static void
open_log(bool journal, enum log_level level)
{
	if (journal)
		setenv("JOURNAL_STREAM", "1:2", 1);
	else
		unsetenv("JOURNAL_STREAM");
	log_open("tamisd", "scanner", LOG_TARGET_STDERR, level);
}

START_TEST(a_line_names_time_program_and_role)
{
	char *line;

	open_log(false, LOG_LEVEL_INFO);
	line = log_of(LOG_LEVEL_WARNING, "disk full");
	ck_assert_int_eq(line[4], '-');
	ck_assert_ptr_nonnull(strstr(line, "Z tamisd["));
	ck_assert_ptr_nonnull(strstr(line, "] scanner: warning: disk full\n"));
	free(line);
}
END_TEST

START_TEST(the_journal_gets_a_priority_and_no_time)
{
	char *line;

	open_log(true, LOG_LEVEL_DEBUG);
	line = log_of(LOG_LEVEL_ERROR, "x");
	ck_assert_str_eq(line, "<3>scanner: error: x\n");
	free(line);
	line = log_of(LOG_LEVEL_INFO, "x");
	ck_assert_str_eq(line, "<6>scanner: x\n");
	free(line);
}
END_TEST

START_TEST(lines_below_the_level_are_left_out)
{
	char *line;

	open_log(true, LOG_LEVEL_WARNING);
	line = log_of(LOG_LEVEL_INFO, "x");
	ck_assert_str_eq(line, "");
	free(line);
	log_set_level(LOG_LEVEL_DEBUG);
	line = log_of(LOG_LEVEL_DEBUG, "x");
	ck_assert_str_eq(line, "<7>scanner: debug: x\n");
	free(line);
}
END_TEST

START_TEST(a_stranger_cannot_begin_a_line_of_his_own)
{
	char *line;

	open_log(true, LOG_LEVEL_INFO);
	line = log_of(LOG_LEVEL_INFO, "from=a\n<3>forged\r\x1b[2J\x7f");
	ck_assert_str_eq(line, "<6>scanner: from=a <3>forged  [2J \n");
	free(line);
}
END_TEST

START_TEST(a_long_text_is_cut)
{
	char text[5000], *line;

	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	open_log(true, LOG_LEVEL_INFO);
	line = log_of(LOG_LEVEL_INFO, text);
	ck_assert_uint_lt(strlen(line), 2100);
	ck_assert_int_eq(line[strlen(line) - 1], '\n');
	free(line);
}
END_TEST

UNIT_MAIN("base/log", a_line_names_time_program_and_role,
          the_journal_gets_a_priority_and_no_time,
          lines_below_the_level_are_left_out,
          a_stranger_cannot_begin_a_line_of_his_own, a_long_text_is_cut)
