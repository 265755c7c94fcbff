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

static int
parse(struct kitchen *k, struct operands *ret, char **argv)
{
	const struct option_row rows[] = {
		{ 0, "hot", NULL, "with heat", OPTION_FLAG, &k->hot },
		{ 'p', "pan", "NAME", "which pan", OPTION_TEXT, &k->pan },
		{ 's', "spice", "NAME", "more taste", OPTION_LIST, &k->spices },
		{ 'g', "guests", "N", "how many", OPTION_COUNT, &k->guests },
		{ 0 },
	};
	int argc = 0;

	while (argv[argc])
		argc++;
	return options_parse(&command, rows, argc, argv, ret);
}

/* The words after the command's name, as main() gets them. */
#define ARGV(...) ((char *[]){ (char[]){ "cook" }, __VA_ARGS__, NULL })
#define A(text)   ((char[]){ text })

START_TEST(options_and_operands_come_in_any_order)
{
	struct kitchen k = { 0 };
	struct operands operands;

	ck_assert_int_eq(parse(&k, &operands,
	                       ARGV(A("soup"), A("--hot"), A("-p"), A("iron"),
	                            A("bread"), A("--guests=4"))),
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

	ck_assert_int_eq(parse(&k, &operands, ARGV(A("--"), A("--hot"))),
	                 OPTIONS_GO_ON);
	ck_assert(!k.hot);
	ck_assert_uint_eq(operands.n, 1);
	ck_assert_str_eq(operands.list[0], "--hot");
}
END_TEST

START_TEST(a_list_keeps_its_order)
{
	struct kitchen k = { 0 };
	struct operands operands;

	ck_assert_int_eq(parse(&k, &operands,
	                       ARGV(A("-s"), A("salt"), A("--spice"),
	                            A("pepper"), A("-scumin"))),
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
		ck_assert_int_eq(
		    parse(&k, &operands, ARGV(A("--hot"), A("soup"))),
		    OPTIONS_GO_ON);
		ck_assert_uint_eq(operands.n, 1);
	}
}
END_TEST

START_TEST(what_is_wrong_is_a_usage_error)
{
	char **const wrong[] = {
		ARGV(A("--cold")),
		ARGV(A("-x")),
		ARGV(A("--pan")),
		ARGV(A("-p")),
		ARGV(A("--hot=very")),
		ARGV(A("--guests"), A("0")),
		ARGV(A("--guests"), A("-1")),
		ARGV(A("--guests"), A("4x")),
		ARGV(A("--guests"), A("2000000000")),
	};

	ck_assert(freopen("/dev/null", "w", stderr) != NULL);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct kitchen k = { 0 };
		struct operands operands;

		ck_assert_msg(parse(&k, &operands, wrong[i]) == EXIT_USAGE,
		              "case %zu was accepted", i);
	}
}
END_TEST

START_TEST(help_ends_well_wherever_it_stands)
{
	struct kitchen k = { 0 };
	struct operands operands;

	ck_assert(freopen("/dev/null", "w", stdout) != NULL);
	ck_assert_int_eq(parse(&k, &operands, ARGV(A("soup"), A("--help"))),
	                 EXIT_YES);
	ck_assert_int_eq(parse(&k, &operands, ARGV(A("-h"))), EXIT_YES);
}
END_TEST

UNIT_MAIN("options", options_and_operands_come_in_any_order,
          two_dashes_end_the_options, a_list_keeps_its_order,
          parsing_twice_starts_anew, what_is_wrong_is_a_usage_error,
          help_ends_well_wherever_it_stands)
