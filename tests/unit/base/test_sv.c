/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include "base/sv.h"

START_TEST(parts_are_cut_to_the_length)
{
	ck_sv_eq(sv_sub(SV("abcdef"), 1, 3), "bc");
	ck_sv_eq(sv_sub(SV("abc"), 1, 99), "bc");
	ck_sv_eq(sv_sub(SV("abc"), 99, 100), "");
	ck_sv_eq(sv_sub(SV("abc"), 2, 1), "");
	ck_sv_eq(sv_from(SV("abc"), 1), "bc");
	ck_sv_eq(sv_from(SV("abc"), 3), "");
	ck_sv_eq(sv_from(SV_NONE, 3), "");
	ck_assert_ptr_null(sv_sub(SV_NONE, 0, 0).p);
	ck_assert_uint_eq(sv_str(NULL).n, 0);
}
END_TEST

START_TEST(comparison_sees_every_byte)
{
	ck_assert(sv_eq(SV("a\0b"), SV("a\0b")));
	ck_assert(!sv_eq(SV("a\0b"), SV("a\0c")));
	ck_assert(!sv_eq(SV("a"), SV("a\0")));
	ck_assert(sv_eq(SV_NONE, SV("")));
	ck_assert(!sv_eq_str(SV("a\0"), "a"));
	ck_assert(sv_ieq(SV("aZ@["), SV("Az@[")));
	ck_assert(!sv_ieq(SV("@"), SV("`")));
	ck_assert(!sv_ieq(SV("["), SV("{")));
	ck_assert(!sv_ieq(SV("\xc3\x89"), SV("\xc3\xa9")));
	ck_assert(sv_ieq_str(SV("SUBJECT"), "subject"));
}
END_TEST

START_TEST(order_is_that_of_unsigned_bytes)
{
	ck_assert_int_lt(sv_cmp(SV("a"), SV("b")), 0);
	ck_assert_int_lt(sv_cmp(SV("a"), SV("\x80")), 0);
	ck_assert_int_lt(sv_cmp(SV("a"), SV("ab")), 0);
	ck_assert_int_gt(sv_cmp(SV("b"), SV("ab")), 0);
	ck_assert_int_eq(sv_cmp(SV_NONE, SV("")), 0);
	ck_assert_int_gt(sv_cmp(SV("a"), SV_NONE), 0);
}
END_TEST

START_TEST(beginnings_and_ends_are_found)
{
	ck_assert(sv_starts(SV("abc"), SV("ab")));
	ck_assert(sv_starts(SV("abc"), SV("")));
	ck_assert(!sv_starts(SV("abc"), SV("AB")));
	ck_assert(!sv_starts(SV("ab"), SV("abc")));
	ck_assert(sv_istarts(SV("abc"), SV("AB")));
	ck_assert(sv_iends(SV("rule.CF"), SV(".cf")));
	ck_assert(!sv_iends(SV("cf"), SV(".cf")));
	ck_assert(sv_iends(SV("x"), SV("")));
}
END_TEST

START_TEST(searching_finds_the_first_place)
{
	ck_assert_uint_eq(sv_find(SV("abcabc"), SV("bc")), 1);
	ck_assert_uint_eq(sv_find(SV("abc"), SV("")), 0);
	ck_assert_uint_eq(sv_find(SV("abc"), SV("abcd")), SV_NOT_FOUND);
	ck_assert_uint_eq(sv_find(SV("abc"), SV("BC")), SV_NOT_FOUND);
	ck_assert_uint_eq(sv_find(SV("a\0b"), SV("\0")), 1);
	ck_assert_uint_eq(sv_find(SV_NONE, SV("a")), SV_NOT_FOUND);
	ck_assert_uint_eq(sv_find(SV("=?=?="), SV("?=?=")), 1);
	ck_assert_uint_eq(sv_find(SV("aaaa"), SV("aab")), SV_NOT_FOUND);
	ck_assert_uint_eq(sv_find(SV("ababababababac"), SV("abababababac")), 2);
	ck_assert_uint_eq(
	    sv_find(SV("ababababababababac"), SV("abababababababac")), 2);
	ck_assert_uint_eq(sv_ifind(SV("abC"), SV("Bc")), 1);
	ck_assert_uint_eq(sv_ifind(SV("abC"), SV("x")), SV_NOT_FOUND);
	ck_assert_uint_eq(sv_ifind(SV_NONE, SV("x")), SV_NOT_FOUND);
	ck_assert_uint_eq(sv_ifind(SV("bAaAB"), SV("ab")), 3);
	ck_assert_uint_eq(sv_ifind(SV("BaaaAb"), SV("AB")), 4);
	ck_assert_uint_eq(sv_ifind(SV("[x] [Y]"), SV("[y")), 4);
	ck_assert_uint_eq(sv_ifind(SV("aAaA"), SV("ab")), SV_NOT_FOUND);
	ck_assert_uint_eq(sv_ifind(SV("ab"), SV("")), 0);
	ck_assert_uint_eq(sv_find_char(SV("abc"), 'c'), 2);
	ck_assert_uint_eq(sv_find_char(SV("abc"), 'x'), SV_NOT_FOUND);
	ck_assert_uint_eq(sv_find_char(SV_NONE, 'x'), SV_NOT_FOUND);
}
END_TEST

START_TEST(trimming_takes_white_space_of_ascii_only)
{
	ck_sv_eq(sv_trim(SV(" \t\r\n\v\fa b ")), "a b");
	ck_sv_eq(sv_trim(SV("  ")), "");
	ck_sv_eq(sv_trim(SV_NONE), "");
	ck_sv_eq(sv_trim(SV("\xc2\xa0x")), "\xc2\xa0x");
}
END_TEST

START_TEST(splitting_gives_every_item_even_empty_ones)
{
	static const struct {
		const char *text;
		const char *joined; /* items, each followed by '|' */
	} table[] = {
		{ "a,b", "a|b|" }, { "a,,b", "a||b|" }, { "", "|" },
		{ ",", "||" },     { "a,", "a||" },
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct sv rest = sv_str(table[i].text), item;
		char joined[100] = "";

		while (sv_split(&rest, ',', &item)) {
			strncat(joined, item.p, item.n);
			strcat(joined, "|");
		}
		ck_assert_str_eq(joined, table[i].joined);
		ck_assert(!sv_split(&rest, ',', &item));
	}
}
END_TEST

START_TEST(words_are_separated_by_any_white_space)
{
	struct sv rest = SV("  a\tbc \n"), word;

	ck_assert(sv_word(&rest, &word));
	ck_sv_eq(word, "a");
	ck_assert(sv_word(&rest, &word));
	ck_sv_eq(word, "bc");
	ck_assert(!sv_word(&rest, &word));
	ck_assert(!sv_word(&rest, &word));
}
END_TEST

START_TEST(lines_end_with_lf_or_crlf)
{
	struct sv rest = SV("a\r\n\nb\rc\nd"), line;

	ck_assert(sv_line(&rest, &line));
	ck_sv_eq(line, "a");
	ck_assert(sv_line(&rest, &line));
	ck_sv_eq(line, "");
	ck_assert(sv_line(&rest, &line));
	ck_sv_eq(line, "b\rc");
	ck_assert(sv_line(&rest, &line));
	ck_sv_eq(line, "d");
	ck_assert(!sv_line(&rest, &line));
	rest = SV("x\n");
	ck_assert(sv_line(&rest, &line));
	ck_assert(!sv_line(&rest, &line));
}
END_TEST

START_TEST(numbers_fill_the_text_and_do_not_overflow)
{
	uint64_t n = 7;

	ck_assert(sv_u64(SV("0"), &n));
	ck_assert_uint_eq(n, 0);
	ck_assert(sv_u64(SV("18446744073709551615"), &n));
	ck_assert_uint_eq(n, UINT64_MAX);
	ck_assert(!sv_u64(SV("18446744073709551616"), &n));
	ck_assert(!sv_u64(SV("99999999999999999999"), &n));
	ck_assert(!sv_u64(SV(""), &n));
	ck_assert(!sv_u64(SV("-1"), &n));
	ck_assert(!sv_u64(SV("+1"), &n));
	ck_assert(!sv_u64(SV(" 1"), &n));
	ck_assert(!sv_u64(SV("1x"), &n));
	ck_assert_uint_eq(n, UINT64_MAX);
}
END_TEST

START_TEST(the_distance_of_names_counts_edits)
{
	static const struct {
		const char *a, *b;
		size_t distance; /* with a maximum of 3 */
	} table[] = {
		{ "", "", 0 },
		{ "plan", "plan", 0 },
		{ "plann", "plan", 1 },
		{ "pln", "plan", 1 },
		{ "plam", "plan", 1 },
		{ "sacn", "scan", 2 },
		{ "", "abc", 3 },
		{ "kitten", "sitting", 3 },
		{ "abcdef", "ghijkl", 4 },
	};
	char longer[66];

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct sv a = sv_str(table[i].a), b = sv_str(table[i].b);

		ck_assert_uint_eq(sv_distance(a, b, 3), table[i].distance);
		ck_assert_uint_eq(sv_distance(b, a, 3), table[i].distance);
	}
	memset(longer, 'x', sizeof longer);
	ck_assert_uint_eq(
	    sv_distance(sv_make(longer, 64), sv_make(longer, 64), 3), 0);
	ck_assert_uint_eq(
	    sv_distance(sv_make(longer, 65), sv_make(longer, 65), 3), 4);
}
END_TEST

START_TEST(character_classes_are_those_of_ascii)
{
	ck_assert(sv_is_alnum('a') && sv_is_alnum('Z') && sv_is_alnum('0'));
	ck_assert(!sv_is_alnum('@') && !sv_is_alnum('\xe9') &&
	          !sv_is_alnum('\0'));
	ck_assert_int_eq(sv_hex_value('9'), 9);
	ck_assert_int_eq(sv_hex_value('a'), 10);
	ck_assert_int_eq(sv_hex_value('F'), 15);
	ck_assert_int_eq(sv_hex_value('g'), -1);
}
END_TEST

START_TEST(counting_sees_every_byte)
{
	char text[40];

	for (size_t n = 0; n <= sizeof text; n++)
		for (size_t at = 0; at < n; at++) {
			memset(text, '!', n);
			text[at] = ' ';
			text[n - 1] = ' ';
			ck_assert_uint_eq(sv_count(sv_make(text, n), ' '),
			                  at + 1 < n ? 2 : 1);
			text[at] = (char)0xa0;
			ck_assert_uint_eq(sv_count(sv_make(text, n), ' '),
			                  at + 1 < n);
			ck_assert_uint_eq(
			    sv_count(sv_make(text, n), (char)0xa0), 1);
			ck_assert_uint_eq(sv_ascii_span(sv_make(text, n)), at);
		}
	ck_assert_uint_eq(sv_count(SV("aaaaaaaaaaaaaaaa"), 'a'), 16);
	ck_assert_uint_eq(sv_ascii_span(SV("plain text, nothing else")), 24);
}
END_TEST

START_TEST(patterns_stand_for_whole_texts)
{
	static const struct {
		const char *pattern, *text;
		bool ok;
	} cases[] = {
		{ "", "", true },
		{ "", "a", false },
		{ "*", "", true },
		{ "*", "abc", true },
		{ "**", "abc", true },
		{ "a*", "abc", true },
		{ "*c", "abc", true },
		{ "*c", "abcd", false },
		{ "*b*", "abc", true },
		{ "*x*", "abc", false },
		{ "*?", "a", true },
		{ "*?", "", false },
		{ "?*?", "a", false },
		{ "a?c", "abc", true },
		{ "*ab", "aab", true },
		{ "*abc*abd", "ababcabcabd", true },
		{ "*@*.example.org", "a@b.example.org", true },
		{ "*@*.example.org", "a@b.example.org.", false },
		{ "a*b*c", "aXbXbXc", true },
		{ "a*b*c", "aXcXb", false },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_assert_msg(sv_glob(sv_str(cases[i].pattern),
		                      sv_str(cases[i].text)) == cases[i].ok,
		              "%s %s", cases[i].pattern, cases[i].text);
}
END_TEST

UNIT_MAIN("base/sv", counting_sees_every_byte, patterns_stand_for_whole_texts,
          character_classes_are_those_of_ascii, parts_are_cut_to_the_length,
          comparison_sees_every_byte, order_is_that_of_unsigned_bytes,
          beginnings_and_ends_are_found, searching_finds_the_first_place,
          trimming_takes_white_space_of_ascii_only,
          splitting_gives_every_item_even_empty_ones,
          words_are_separated_by_any_white_space, lines_end_with_lf_or_crlf,
          numbers_fill_the_text_and_do_not_overflow,
          the_distance_of_names_counts_edits)
