/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include <stdio.h>

#include "base/map.h"

START_TEST(a_value_is_found_by_its_key_alone)
{
	struct map *m = map_new();
	char key[] = "key", a, b;

	ck_assert_ptr_null(map_get(m, SV("key")));
	ck_assert_ptr_null(map_set(m, sv_str(key), &a));
	key[0] = 'x'; /* keys are copied */
	ck_assert_ptr_eq(map_get(m, SV("key")), &a);
	ck_assert_ptr_null(map_get(m, SV("xey")));
	ck_assert_ptr_null(map_get(m, SV("ke")));
	ck_assert_ptr_null(map_get(m, SV("Key")));
	ck_assert_ptr_eq(map_set(m, SV("key"), &b), &a);
	ck_assert_ptr_eq(map_get(m, SV("key")), &b);
	ck_assert_uint_eq(map_count(m), 1);
	map_free(m);
	map_free(NULL);
}
END_TEST

START_TEST(keys_may_be_empty_or_have_nul_bytes)
{
	struct map *m = map_new();
	char a, b, c;

	map_set(m, SV_NONE, &a);
	map_set(m, SV("\0"), &b);
	map_set(m, SV("\0\0"), &c);
	ck_assert_ptr_eq(map_get(m, SV("")), &a);
	ck_assert_ptr_eq(map_get(m, SV("\0")), &b);
	ck_assert_ptr_eq(map_get(m, SV("\0\0")), &c);
	map_free(m);
}
END_TEST

START_TEST(many_entries_are_kept_in_the_order_of_addition)
{
	enum { N = 50000 };
	static int values[N];
	struct map *m = map_new();
	char name[20];
	struct sv key;
	size_t pos = 0;
	void *value;

	for (int i = 0; i < N; i++) {
		snprintf(name, sizeof name, "k%d", i);
		ck_assert_ptr_null(map_set(m, sv_str(name), &values[i]));
	}
	ck_assert_uint_eq(map_count(m), N);
	for (int i = 0; i < N; i++) {
		snprintf(name, sizeof name, "k%d", i);
		if (map_get(m, sv_str(name)) != &values[i])
			ck_abort_msg("%s is lost", name);
		if (!map_next(m, &pos, &key, &value) || !sv_eq_str(key, name) ||
		    value != &values[i])
			ck_abort_msg("%s is out of order", name);
	}
	ck_assert(!map_next(m, &pos, &key, &value));
	map_free(m);
}
END_TEST

START_TEST(a_map_without_entries_has_nothing_to_go_through)
{
	struct map *m = map_new();
	size_t pos = 0;
	struct sv key;
	void *value;

	ck_assert(!map_next(m, &pos, &key, &value));
	ck_assert_uint_eq(map_count(m), 0);
	map_free(m);
}
END_TEST

UNIT_MAIN("base/map", a_value_is_found_by_its_key_alone,
          keys_may_be_empty_or_have_nul_bytes,
          many_entries_are_kept_in_the_order_of_addition,
          a_map_without_entries_has_nothing_to_go_through)
