/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include "base/clock.h"
#include "base/error.h"

START_TEST(times_are_written_as_rfc_3339_and_read_back)
{
	static const struct {
		int64_t unix_ms;
		const char *text;
	} table[] = {
		{ 0, "1970-01-01T00:00:00.000Z" },
		{ 1, "1970-01-01T00:00:00.001Z" },
		{ -1, "1969-12-31T23:59:59.999Z" },
		{ -86400000, "1969-12-31T00:00:00.000Z" },
		{ 951782400000, "2000-02-29T00:00:00.000Z" },
		{ 1795403045678, "2026-11-23T03:04:05.678Z" },
		{ 253402300799999, "9999-12-31T23:59:59.999Z" },
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		char text[CLOCK_TEXT];
		int64_t ms;

		ck_assert_str_eq(clock_text(table[i].unix_ms, text),
		                 table[i].text);
		ck_assert_int_eq(clock_parse(sv_str(text), &ms), 0);
		ck_assert_int_eq(ms, table[i].unix_ms);
	}
}
END_TEST

START_TEST(the_fraction_may_be_missing_or_longer_than_milliseconds)
{
	int64_t ms;

	ck_assert_int_eq(clock_parse(SV("1970-01-01T00:00:01Z"), &ms), 0);
	ck_assert_int_eq(ms, 1000);
	ck_assert_int_eq(clock_parse(SV("1970-01-01T00:00:01.5Z"), &ms), 0);
	ck_assert_int_eq(ms, 1500);
	ck_assert_int_eq(
	    clock_parse(SV("1970-01-01T00:00:01.123456789123Z"), &ms), 0);
	ck_assert_int_eq(ms, 1123);
}
END_TEST

START_TEST(a_leap_second_is_the_next_minute)
{
	int64_t ms;

	ck_assert_int_eq(clock_parse(SV("2016-12-31T23:59:60Z"), &ms), 0);
	ck_assert_int_eq(ms, 1483228800000);
}
END_TEST

START_TEST(what_is_no_time_is_refused)
{
	static const char *const table[] = {
		"",
		"2026-11-23",
		"2026-11-23T03:04:05",
		"2026-11-23 03:04:05Z",
		"2026-11-23T03:04:05+00:00",
		"2026-11-23T03:04:05.Z",
		"2026-11-23T03:04:05.1",
		"2026-11-23T03:04:05Zx",
		"2026-13-23T03:04:05Z",
		"2026-00-23T03:04:05Z",
		"2026-02-29T03:04:05Z",
		"2100-02-29T03:04:05Z",
		"2026-04-31T03:04:05Z",
		"2026-11-00T03:04:05Z",
		"2026-11-23T24:04:05Z",
		"2026-11-23T03:60:05Z",
		"2026-11-23T03:04:61Z",
		"+026-11-23T03:04:05Z",
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		int64_t ms = 7;

		ck_assert_msg(clock_parse(sv_str(table[i]), &ms) == E_SYNTAX,
		              "'%s' is taken", table[i]);
		ck_assert_int_eq(ms, 7);
	}
}
END_TEST

START_TEST(clocks_go_forward)
{
	int64_t mono = clock_mono_us(), cpu = clock_cpu_us();

	for (volatile int i = 0; i < 1000000; i++)
		;
	ck_assert_int_gt(clock_mono_us(), mono);
	ck_assert_int_gt(clock_cpu_us(), cpu);
	ck_assert_int_gt(clock_unix_ms(), 1700000000000);
}
END_TEST

UNIT_MAIN("base/clock", times_are_written_as_rfc_3339_and_read_back,
          the_fraction_may_be_missing_or_longer_than_milliseconds,
          a_leap_second_is_the_next_minute, what_is_no_time_is_refused,
          clocks_go_forward)
