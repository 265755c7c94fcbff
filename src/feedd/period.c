/* SPDX-License-Identifier: Apache-2.0 */
#include "feedd/period.h"

#include <stdio.h>
#include <time.h>

#include "base/clock.h"
#include "base/error.h"

enum { MINUTE_MS = 60000 };

const char *const step_words[STEPS] = { "minute", "hour", "day", "week",
	                                "month" };
const int64_t level_minutes[LEVEL_COUNT] = { 1, 60, 1440, 43200 };

int64_t
level_floor(enum level level, int64_t minute)
{
	return minute - minute % level_minutes[level];
}

int64_t
level_ceil(enum level level, int64_t minute)
{
	return level_floor(level, minute + level_minutes[level] - 1);
}

/* ---- steps ---- */

enum {
	DAY_MIN = 1440,
	WEEK_MIN = 7 * DAY_MIN,
	/* 1970-01-05, the first Monday */
	MONDAY_MIN = 4 * DAY_MIN,
};

enum level
step_level(enum step step)
{
	return step < STEP_DAY ? (enum level)step : LEVEL_DAY;
}

static struct tm
calendar(int64_t minute)
{
	time_t s = (time_t)minute * 60;
	struct tm tm = { 0 };

	gmtime_r(&s, &tm);
	return tm;
}

int64_t
period_add_months(int64_t minute, int months)
{
	struct tm tm = calendar(minute);
	int day = tm.tm_mday;
	struct tm last = { .tm_year = tm.tm_year,
		           .tm_mon = tm.tm_mon + months + 1 };
	time_t end = timegm(&last); /* day 0: the last one of the month */

	last = calendar(end / 60);
	last.tm_mday = day < last.tm_mday ? day : last.tm_mday;
	last.tm_hour = tm.tm_hour;
	last.tm_min = tm.tm_min;
	return timegm(&last) / 60;
}

int64_t
step_floor(enum step step, int64_t minute)
{
	struct tm tm;

	if (step <= STEP_DAY)
		return level_floor(step_level(step), minute);
	if (step == STEP_WEEK)
		return minute < MONDAY_MIN
		           ? 0
		           : minute - (minute - MONDAY_MIN) % WEEK_MIN;
	tm = calendar(minute);
	tm = (struct tm){ .tm_year = tm.tm_year,
		          .tm_mon = tm.tm_mon,
		          .tm_mday = 1 };
	return timegm(&tm) / 60;
}

int64_t
step_next(enum step step, int64_t minute)
{
	int64_t begin = step_floor(step, minute);

	if (step == STEP_MONTH)
		return period_add_months(begin, 1);
	if (step == STEP_WEEK)
		return begin < MONDAY_MIN ? MONDAY_MIN : begin + WEEK_MIN;
	return begin + level_minutes[step_level(step)];
}

bool
period_is_half_year(int64_t minute)
{
	struct tm tm = calendar(minute);

	return tm.tm_mon % 6 == 0 && tm.tm_mday == 1 && tm.tm_hour == 0 &&
	       tm.tm_min == 0;
}

/* ---- spans ---- */

size_t
period_spans(struct period p, enum level coarsest,
             struct span spans[PERIOD_SPANS_MAX])
{
	struct period rest[2] = { p }, next[2] = { 0 };
	size_t n = 0, n_rest = 1;

	for (int level = (int)coarsest; level >= 0; level--) {
		size_t n_next = 0;

		for (size_t i = 0; i < n_rest; i++) {
			int64_t begin = level_ceil(level, rest[i].begin_min);
			int64_t end = level_floor(level, rest[i].end_min);

			if (begin >= end) {
				next[n_next++] = rest[i];
				continue;
			}
			spans[n++] = (struct span){ level, { begin, end } };
			if (rest[i].begin_min < begin)
				next[n_next++] =
				    (struct period){ rest[i].begin_min, begin };
			if (end < rest[i].end_min)
				next[n_next++] =
				    (struct period){ end, rest[i].end_min };
		}
		n_rest = n_next;
		memcpy(rest, next, sizeof rest);
	}
	return n;
}

/* A date alone stands for its midnight. */
static int
parse_ms(struct sv text, bool *ret_is_date, int64_t *ret_ms)
{
	char full[CLOCK_TEXT];

	*ret_is_date = text.n == 10;
	if (*ret_is_date) {
		snprintf(full, sizeof full, SV_FMT "T00:00:00Z", SV_ARG(text));
		text = sv_str(full);
	}
	if (text.n >= CLOCK_TEXT || clock_parse(text, ret_ms) || *ret_ms < 0)
		return E_SYNTAX;
	return 0;
}

int
period_parse_begin(struct sv text, int64_t *ret_minute)
{
	bool is_date;
	int64_t ms;

	if (parse_ms(text, &is_date, &ms))
		return E_SYNTAX;
	*ret_minute = ms / MINUTE_MS;
	return 0;
}

int
period_parse_end(struct sv text, int64_t *ret_minute)
{
	bool is_date;
	int64_t ms;

	if (parse_ms(text, &is_date, &ms))
		return E_SYNTAX;
	*ret_minute = (ms + MINUTE_MS - 1) / MINUTE_MS;
	if (is_date)
		*ret_minute += level_minutes[LEVEL_DAY];
	return 0;
}

char *
period_text(int64_t minute, char text[PERIOD_TEXT])
{
	time_t s = (time_t)minute * 60;
	struct tm tm = { 0 };

	gmtime_r(&s, &tm);
	strftime(text, PERIOD_TEXT, "%Y-%m-%dT%H:%MZ", &tm);
	return text;
}
