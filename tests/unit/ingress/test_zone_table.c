/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include <stdio.h>

#include "ingress/zone_table.h"

/* "well", "silent" or "suspended" of the zone; "" without an entry. */
static const char *
state_of(const struct zone_table *t, const char *zone, int64_t now_ms)
{
	int64_t seconds;
	const char *name;

	for (size_t i = 0; i < ZONE_ENTRIES; i++) {
		enum zone_state s =
		    zone_table_get(t, i, now_ms, &name, &seconds);

		if (t->list[i].naming && strcmp(name, zone) == 0)
			return zone_state_word(s);
	}
	return "";
}

START_TEST(what_begins_also_ends)
{
	struct zone_table t = { 0 };

	ck_assert_str_eq(state_of(&t, "a.example", 0), "");
	zone_table_note(&t, DNS_ZONE_SILENT, "a.example", 5, 0);
	zone_table_note(&t, DNS_RESOLVER_SILENT, "", 5, 0);
	ck_assert_str_eq(state_of(&t, "a.example", 60000), "silent");
	ck_assert_str_eq(state_of(&t, "", 60000), "silent");
	zone_table_note(&t, DNS_ZONE_ANSWERS, "a.example", 0, 0);
	ck_assert_str_eq(state_of(&t, "a.example", 0), "well");
	ck_assert_str_eq(state_of(&t, "", 0), "silent");
	zone_table_reset(&t);
	ck_assert_str_eq(state_of(&t, "", 0), "well");
}
END_TEST

START_TEST(a_suspension_is_over_when_its_time_is)
{
	struct zone_table t = { 0 };
	const char *name;
	int64_t seconds;

	zone_table_note(&t, DNS_ZONE_SUSPENDED, "a.example", 60, 1000);
	ck_assert_str_eq(state_of(&t, "a.example", 1000), "suspended");
	zone_table_get(&t, 0, 11000, &name, &seconds);
	ck_assert_int_eq(seconds, 50);
	ck_assert_str_eq(state_of(&t, "a.example", 61000), "well");
}
END_TEST

START_TEST(what_has_no_room_is_not_seen)
{
	struct zone_table t = { 0 };
	char name[200];

	for (int i = 0; i < ZONE_ENTRIES + 10; i++) {
		snprintf(name, sizeof name, "n%d.example", i);
		zone_table_note(&t, DNS_ZONE_SILENT, name, 5, 0);
	}
	ck_assert_str_eq(state_of(&t, "n0.example", 0), "silent");
	ck_assert_str_eq(state_of(&t, "n64.example", 0), "");
}
END_TEST

START_TEST(names_are_harmless)
{
	struct zone_table t = { 0 };

	char name[200];

	memset(name, 'a', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	zone_table_note(&t, DNS_ZONE_SILENT, name, 5, 0);
	name[ZONE_NAME - 1] = '\0';
	ck_assert_str_eq(state_of(&t, name, 0), "silent");
	zone_table_note(&t, DNS_ZONE_SILENT, "a\"\\\n\x1b.example", 5, 0);
	zone_table_note(&t, DNS_ZONE_ANSWERS, "a\"\\\n\x1b.example", 5, 0);
	ck_assert_str_eq(state_of(&t, "a????.example", 0), "well");
}
END_TEST

UNIT_MAIN("zone_table", what_begins_also_ends,
          a_suspension_is_over_when_its_time_is, what_has_no_room_is_not_seen,
          names_are_harmless)
