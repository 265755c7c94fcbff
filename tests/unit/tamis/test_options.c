/* SPDX-License-Identifier: Apache-2.0 */
#include "tamis/options.h"

#include <stdio.h>
#include <unistd.h>

#include "../unit.h"

static const struct command command = { "cook", "[OPTION]... DISH", "", NULL };

struct kitchen {
	bool hot;
	const char *pan;
	struct conf_list spices;
	int64_t guests;
};

enum { LINE_MAX_BYTES = 200, WORDS_MAX = 20 };

/* The words of `line` after the command's name, as main() gets them. The
 * operands point into memory of this function. */
static int
parse(struct kitchen *k, struct operands *ret, const char *line)
{
	const struct option_row rows[] = {
		{ 0, "hot", NULL, "with heat", OPTION_FLAG, &k->hot },
		{ 'p', "pan", "NAME", "which pan", OPTION_TEXT, &k->pan },
		{ 's', "spice", "NAME", "more taste", OPTION_LIST, &k->spices },
		{ 'g', "guests", "N", "how many", OPTION_COUNT, &k->guests },
		{ 0 },
	};
	static char text[LINE_MAX_BYTES];
	static char *argv[WORDS_MAX + 1];
	int argc = 0;

	snprintf(text, sizeof text, "cook %s", line);
	for (char *word = strtok(text, " "); word; word = strtok(NULL, " "))
		argv[argc++] = word;
	argv[argc] = NULL;
	return options_parse(&command, rows, argc, argv, ret);
}

START_TEST(options_and_operands_come_in_any_order)
{
	struct kitchen k = { 0 };
	struct operands operands;

	ck_assert_int_eq(
	    parse(&k, &operands, "soup --hot -p iron bread --guests=4"),
	    OPTIONS_GO_ON);
	ck_assert(k.hot);
	ck_assert_str_eq(k.pan, "iron");
	ck_assert_int_eq(k.guests, 4);
	ck_assert_uint_eq(operands.n, 2);
	ck_assert_str_eq(operands.list[0], "soup");
	ck_assert_str_eq(operands.list[1], "bread");
}
END_TEST

START_TEST(two_dashes_end_the_options)
{
	struct kitchen k = { 0 };
	struct operands operands;

	ck_assert_int_eq(parse(&k, &operands, "-- --hot"), OPTIONS_GO_ON);
	ck_assert(!k.hot);
	ck_assert_uint_eq(operands.n, 1);
	ck_assert_str_eq(operands.list[0], "--hot");
}
END_TEST

START_TEST(a_list_keeps_its_order)
{
	struct kitchen k = { 0 };
	struct operands operands;

	ck_assert_int_eq(parse(&k, &operands, "-s salt --spice pepper -scumin"),
	                 OPTIONS_GO_ON);
	ck_assert_uint_eq(k.spices.n, 3);
	ck_assert_str_eq(k.spices.list[0], "salt");
	ck_assert_str_eq(k.spices.list[1], "pepper");
	ck_assert_str_eq(k.spices.list[2], "cumin");
	free(k.spices.list);
}
END_TEST

START_TEST(parsing_twice_starts_anew)
{
	struct kitchen k = { 0 };
	struct operands operands;

	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(parse(&k, &operands, "--hot soup"),
		                 OPTIONS_GO_ON);
		ck_assert_uint_eq(operands.n, 1);
	}
}
END_TEST

START_TEST(what_is_wrong_is_a_usage_error)
{
	static const char *const wrong[] = {
		"--cold",      "-x",          "--pan",
		"-p",          "--hot=very",  "--guests 0",
		"--guests -1", "--guests 4x", "--guests 2000000000",
	};

	ck_assert(freopen("/dev/null", "w", stderr) != NULL);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct kitchen k = { 0 };
		struct operands operands;

		ck_assert_msg(parse(&k, &operands, wrong[i]) == EXIT_USAGE,
		              "'%s' was accepted", wrong[i]);
	}
}
END_TEST

START_TEST(help_ends_well_wherever_it_stands)
{
	struct kitchen k = { 0 };
	struct operands operands;

	ck_assert(freopen("/dev/null", "w", stdout) != NULL);
	ck_assert_int_eq(parse(&k, &operands, "soup --help"), EXIT_YES);
	ck_assert_int_eq(parse(&k, &operands, "-h"), EXIT_YES);
}
END_TEST

UNIT_MAIN("options", options_and_operands_come_in_any_order,
          two_dashes_end_the_options, a_list_keeps_its_order,
          parsing_twice_starts_anew, what_is_wrong_is_a_usage_error,
          help_ends_well_wherever_it_stands)
