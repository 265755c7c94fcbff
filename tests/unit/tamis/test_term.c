/* SPDX-License-Identifier: Apache-2.0 */
#include "tamis/term.h"

#include "../unit.h"

START_TEST(text_of_strangers_cannot_steer_the_terminal)
{
	static const struct {
		struct sv text;
		const char *want;
	} cases[] = {
		{ SV("plain"), "plain" },
		{ SV("two\r\nlines\tand a tab"), "two  lines and a tab" },
		{ SV("\033[2Jcleared"), "\\u001b[2Jcleared" },
		{ SV("bell\a nul\0."), "bell\\u0007 nul\\u0000." },
		{ SV("C1 \302\233"
		     "31m"),
		  "C1 \\u009b31m" },
		{ SV("reordered \342\200\256txt.exe"),
		  "reordered \\u202etxt.exe" },
		{ SV("not UTF-8: \xff\xc3"), "not UTF-8: \\xff\\xc3" },
		{ SV("\xe5\x8f\x91\xe7\xa5\xa8"), "\xe5\x8f\x91\xe7\xa5\xa8" },
	};
	struct arena *a = arena_new();

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_sv_eq(term_text(a, cases[i].text, 0), cases[i].want);
	arena_free(a);
}
END_TEST

START_TEST(text_is_cut_to_its_columns)
{
	struct arena *a = arena_new();

	ck_sv_eq(term_text(a, SV("exactly ten"), 11), "exactly ten");
	ck_sv_eq(term_text(a, SV("exactly ten"), 10), "exactly...");
	ck_sv_eq(term_text(a,
	                   SV("\xe5\x8f\x91\xe7\xa5\xa8\xe5\x8f\x91"
	                      "\xe7\xa5\xa8"),
	                   7),
	         "\xe5\x8f\x91\xe7\xa5\xa8...");
	ck_sv_eq(term_text(a, SV("\033\033\033"), 9), "\\u001b...");
	ck_sv_eq(term_tail(a, SV("/usr/share/rules/20-links.cf"), 14),
	         "...20-links.cf");
	ck_sv_eq(term_tail(a, SV("20-links.cf"), 14), "20-links.cf");
	arena_free(a);
}
END_TEST

START_TEST(wide_characters_take_two_columns)
{
	ck_assert_uint_eq(term_width(SV("abc")), 3);
	ck_assert_uint_eq(term_width(SV("\xe5\x8f\x91")), 2);
	ck_assert_uint_eq(term_width(SV("e\xcc\x81")), 1);
	ck_assert_uint_eq(term_width(SV("\xf0\x9f\x8e\xb0")), 2);
	ck_assert_uint_eq(term_width(SV("")), 0);
}
END_TEST

static void
print_to(char *text, size_t size, const struct table *t, bool head)
{
	FILE *out = fmemopen(text, size, "w");
	struct term term = term_open(out);

	table_print(t, &term, 1, head);
	fclose(out);
}

START_TEST(columns_align)
{
	struct arena *a = arena_new();
	struct table t;
	char text[400] = "";

	table_init(&t, a, "lrl");
	table_cell(&t, SV("name"));
	table_cell(&t, SV("points"));
	table_cell(&t, SV("what"));
	table_cell(&t, SV("\xe5\x8f\x91\xe7\xa5\xa8"));
	table_cellf(&t, "%d", 5);
	table_cell(&t, SV("invoice"));
	table_cell(&t, SV("A"));
	table_cellf(&t, "%d", 1000);
	table_cell(&t, SV(""));
	print_to(text, sizeof text, &t, true);
	ck_assert_str_eq(text, " name  points  what\n"
	                       " \xe5\x8f\x91\xe7\xa5\xa8       5  invoice\n"
	                       " A       1000  \n");
	arena_free(a);
}
END_TEST

START_TEST(a_table_without_rows_prints_nothing)
{
	struct arena *a = arena_new();
	struct table t;
	char text[40] = "";

	table_init(&t, a, "ll");
	print_to(text, sizeof text, &t, false);
	ck_assert_str_eq(text, "");
	arena_free(a);
}
END_TEST

START_TEST(what_is_no_terminal_gets_no_colours)
{
	char text[40] = "";
	FILE *out = fmemopen(text, sizeof text, "w");
	struct term term = term_open(out);

	term_print(&term, TONE_BAD, "spam");
	fclose(out);
	ck_assert_str_eq(text, "spam");
	ck_assert_uint_eq(term.width, 0);
}
END_TEST

UNIT_MAIN("term", text_of_strangers_cannot_steer_the_terminal,
          text_is_cut_to_its_columns, wide_characters_take_two_columns,
          columns_align, a_table_without_rows_prints_nothing,
          what_is_no_terminal_gets_no_colours)
