/* SPDX-License-Identifier: Apache-2.0 */
#include "match/list.h"

#include <stdio.h>

#include "../unit.h"

static struct match_list *
list_of(const char *const *entries)
{
	struct match_list *list = match_list_new();

	for (; *entries; entries++)
		ck_assert(match_list_add(list, sv_str(*entries)));
	match_list_compile(list);
	return list;
}

START_TEST(what_was_added_is_there_and_nothing_else)
{
	static const char *const entries[] = { "a", "example.org", "a", "b\tc",
		                               NULL };
	struct match_list *list = list_of(entries);

	ck_assert_uint_eq(match_list_count(list), 3);
	ck_assert_uint_eq(match_list_min(list), 1);
	ck_assert_uint_eq(match_list_max(list), 11);
	ck_assert(match_list_has(list, SV("a")));
	ck_assert(match_list_has(list, SV("example.org")));
	ck_assert(match_list_has(list, SV("b\tc")));
	ck_assert(!match_list_has(list, SV("b")));
	ck_assert(!match_list_has(list, SV("example.or")));
	ck_assert(!match_list_has(list, SV("example.org.")));
	ck_assert(!match_list_has(list, SV("")));
	match_list_free(list);
}
END_TEST

START_TEST(lists_may_be_empty_and_so_may_entries)
{
	static const char *const none[] = { NULL }, *const nothing[] = { "",
		                                                         NULL };
	struct match_list *list = list_of(none);

	ck_assert_uint_eq(match_list_count(list), 0);
	ck_assert(!match_list_has(list, SV("")));
	ck_assert(!match_list_has(list, SV("a")));
	match_list_free(list);
	list = list_of(nothing);
	ck_assert(match_list_has(list, SV("")));
	ck_assert(!match_list_has(list, SV("a")));
	match_list_free(list);
	match_list_free(NULL);
}
END_TEST

START_TEST(a_million_entries_are_exact_and_small)
{
	enum { N = 1000000 };
	struct match_list *list = match_list_new();
	char text[32];

	for (int i = 0; i < N; i++) {
		snprintf(text, sizeof text, "host-%d.example", i);
		ck_assert(match_list_add(list, sv_str(text)));
	}
	match_list_compile(list);
	ck_assert_uint_eq(match_list_count(list), N);
	ck_assert_uint_le(match_list_memory(list), (size_t)40 * N);
	for (int i = 0; i < N; i++) {
		snprintf(text, sizeof text, "host-%d.example", i);
		if (!match_list_has(list, sv_str(text)))
			ck_abort_msg("%s is not there", text);
		text[0] = 'H';
		if (match_list_has(list, sv_str(text)))
			ck_abort_msg("%s is there", text);
	}
	match_list_free(list);
}
END_TEST

UNIT_MAIN("list", what_was_added_is_there_and_nothing_else,
          lists_may_be_empty_and_so_may_entries,
          a_million_entries_are_exact_and_small)
