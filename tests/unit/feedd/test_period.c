/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include "base/error.h"
#include "feedd/query.h"

#define DAY INT64_C(1440)

START_TEST(spans_cover_each_minute_once_at_the_coarsest_level)
{
	for (int64_t begin = 0; begin < 3 * DAY; begin += 37)
		for (int64_t end = begin; end < 4 * DAY; end += 41) {
			struct span spans[PERIOD_SPANS_MAX];
			size_t n = period_spans((struct period){ begin, end },
			                        LEVEL_DAY, spans);
			int64_t minutes = 0;

			ck_assert_uint_le(n, PERIOD_SPANS_MAX);
			for (size_t i = 0; i < n; i++) {
				const struct period *p = &spans[i].period;
				int64_t unit = level_minutes[spans[i].level];

				ck_assert_int_eq(p->begin_min % unit, 0);
				ck_assert_int_eq(p->end_min % unit, 0);
				ck_assert_int_ge(p->begin_min, begin);
				ck_assert_int_le(p->end_min, end);
				minutes += p->end_min - p->begin_min;
			}
			ck_assert_int_eq(minutes, end - begin);
		}
}
END_TEST

START_TEST(years_are_blocks_days_hours_and_minutes)
{
	struct span spans[PERIOD_SPANS_MAX];
	size_t n = period_spans((struct period){ 61, 400 * DAY + 61 },
	                        LEVEL_BLOCK, spans);
	int64_t minutes = 0;

	ck_assert_uint_eq(n, PERIOD_SPANS_MAX);
	ck_assert_int_eq(spans[0].level, LEVEL_BLOCK);
	for (size_t i = 0; i < n; i++)
		minutes += spans[i].period.end_min - spans[i].period.begin_min;
	ck_assert_int_eq(minutes, 400 * DAY);
}
END_TEST

START_TEST(whole_days_take_one_span)
{
	struct span spans[PERIOD_SPANS_MAX];

	ck_assert_uint_eq(
	    period_spans((struct period){ DAY, 9 * DAY }, LEVEL_DAY, spans), 1);
	ck_assert_int_eq(spans[0].level, LEVEL_DAY);
	ck_assert_uint_eq(
	    period_spans((struct period){ DAY, DAY }, LEVEL_DAY, spans), 0);
}
END_TEST

static const struct {
	const char *text;
	int64_t begin, end; /* -1: refused */
} times[] = {
	{ "1970-01-02", DAY, 2 * DAY },
	{ "1970-01-02T00:00:00Z", DAY, DAY },
	{ "1970-01-02T00:01:30Z", DAY + 1, DAY + 2 },
	{ "1970-01-02T00:01:00.000Z", DAY + 1, DAY + 1 },
	{ "1969-12-31", -1, -1 },
	{ "1970-1-2", -1, -1 },
	{ "1970-01-02T00:00:00+01:00", -1, -1 },
	{ "yesterday!", -1, -1 },
	{ "", -1, -1 },
	{ "1970-01-02T00:00:00.00000000000000000000000000000Z", -1, -1 },
};

START_TEST(dates_and_times_are_read_and_rounded_outwards)
{
	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		int64_t begin = -1, end = -1;
		struct sv text = sv_str(times[i].text);

		ck_assert_int_eq(period_parse_begin(text, &begin),
		                 times[i].begin < 0 ? E_SYNTAX : 0);
		ck_assert_int_eq(period_parse_end(text, &end),
		                 times[i].end < 0 ? E_SYNTAX : 0);
		ck_assert_int_eq(begin, times[i].begin);
		ck_assert_int_eq(end, times[i].end);
	}
}
END_TEST

static const struct {
	const char *name, *value;
	bool good;
} params[] = {
	{ "from", "2026-11-23", true },
	{ "from", "tomorrow", false },
	{ "to", "", true },
	{ "step", "hour", true },
	{ "step", "week", true },
	{ "step", "year", false },
	{ "lang", "fr", true },
	{ "lang", "tlh", false },
	{ "node", "mx1", true },
	{ "Node", "mx1", false },
	{ "limit", "1", false },
	{ "", "", false },
};

START_TEST(unknown_parameters_and_values_are_refused_with_a_reason)
{
	for (size_t i = 0; i < sizeof params / sizeof *params; i++) {
		struct query q = { 0 };
		char why[QUERY_WHY] = "";

		ck_assert_msg(query_set(&q, params[i].name, params[i].value,
		                        why) == params[i].good,
		              "%s=%s", params[i].name, params[i].value);
		ck_assert_int_eq(*why == '\0', params[i].good);
	}
}
END_TEST

START_TEST(a_parameter_is_taken_once)
{
	struct query q = { 0 };
	char why[QUERY_WHY];

	ck_assert(query_set(&q, "step", "day", why));
	ck_assert(!query_set(&q, "step", "hour", why));
	ck_assert_str_eq(why, "step: is given twice");
}
END_TEST

START_TEST(where_minutes_are_gone_the_period_grows_to_whole_hours)
{
	struct query q = { 0 };
	struct database_extent e = { .has_data = true,
		                     .data = { DAY, 30 * DAY },
		                     .minutes_from = 20 * DAY };
	char why[QUERY_WHY];

	ck_assert(query_set(&q, "from", "1970-01-03T10:17:00Z", why));
	ck_assert(query_set(&q, "to", "1970-01-03T12:01:00Z", why));
	ck_assert(query_resolve(&q, &e, 30 * DAY * 60000, why));
	ck_assert_int_eq(q.period.begin_min, 2 * DAY + 600);
	ck_assert_int_eq(q.period.end_min, 2 * DAY + 780);
	ck_assert_int_eq(q.step, STEP_HOUR);
	ck_assert_uint_eq(query_steps(&q), 3);
}
END_TEST

START_TEST(a_query_that_is_too_fine_or_backwards_is_refused)
{
	static const struct {
		const char *from, *to, *step;
	} bad[] = {
		{ "1970-01-02", "1970-01-09", "minute" },
		{ "1970-01-09", "1970-01-02", "day" },
		{ "1970-01-01", "2026-11-23", "hour" },
	};
	struct database_extent e = { .minutes_from = 0 };

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct query q = { 0 };
		char why[QUERY_WHY];

		ck_assert(query_set(&q, "from", bad[i].from, why));
		ck_assert(query_set(&q, "to", bad[i].to, why));
		ck_assert(query_set(&q, "step", bad[i].step, why));
		ck_assert(!query_resolve(&q, &e, 0, why));
	}
}
END_TEST

START_TEST(weeks_begin_on_monday_and_months_on_the_first)
{
	const int64_t wednesday = INT64_C(29926700); /* 2026-11-25 10:20 */
	char text[PERIOD_TEXT];
	static const struct {
		enum step step;
		const char *begin, *next;
	} cases[] = {
		{ STEP_MINUTE, "2026-11-25T10:20Z", "2026-11-25T10:21Z" },
		{ STEP_HOUR, "2026-11-25T10:00Z", "2026-11-25T11:00Z" },
		{ STEP_DAY, "2026-11-25T00:00Z", "2026-11-26T00:00Z" },
		{ STEP_WEEK, "2026-11-23T00:00Z", "2026-11-30T00:00Z" },
		{ STEP_MONTH, "2026-11-01T00:00Z", "2026-12-01T00:00Z" },
	};

	ck_assert_str_eq(period_text(wednesday, text), "2026-11-25T10:20Z");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		ck_assert_str_eq(
		    period_text(step_floor(cases[i].step, wednesday), text),
		    cases[i].begin);
		ck_assert_str_eq(
		    period_text(step_next(cases[i].step, wednesday), text),
		    cases[i].next);
	}
	ck_assert_int_eq(step_floor(STEP_WEEK, 3 * DAY), 0);
	ck_assert_int_eq(step_next(STEP_WEEK, 0), 4 * DAY);
}
END_TEST

START_TEST(months_are_added_by_the_calendar)
{
	static const struct {
		const char *from;
		int months;
		const char *want;
	} cases[] = {
		{ "2026-11-25T10:20:00Z", -12, "2025-11-25T10:20Z" },
		{ "2024-02-29T00:00:00Z", 12, "2025-02-28T00:00Z" },
		{ "2026-01-31T00:00:00Z", 1, "2026-02-28T00:00Z" },
		{ "2026-01-01T00:00:00Z", -1, "2025-12-01T00:00Z" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char text[PERIOD_TEXT];
		int64_t minute = 0;

		ck_assert_int_eq(
		    period_parse_begin(sv_str(cases[i].from), &minute), 0);
		ck_assert_str_eq(
		    period_text(period_add_months(minute, cases[i].months),
		                text),
		    cases[i].want);
	}
}
END_TEST

UNIT_MAIN("period", weeks_begin_on_monday_and_months_on_the_first,
          months_are_added_by_the_calendar,
          spans_cover_each_minute_once_at_the_coarsest_level,
          years_are_blocks_days_hours_and_minutes, whole_days_take_one_span,
          dates_and_times_are_read_and_rounded_outwards,
          unknown_parameters_and_values_are_refused_with_a_reason,
          a_parameter_is_taken_once,
          where_minutes_are_gone_the_period_grows_to_whole_hours,
          a_query_that_is_too_fine_or_backwards_is_refused)
