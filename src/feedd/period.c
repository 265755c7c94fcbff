/* SPDX-License-Identifier: Apache-2.0 */
#include "feedd/period.h"

#include <stdio.h>
#include <time.h>

#include "base/clock.h"
#include "base/error.h"

enum { MINUTE_MS = 60000 };

const char *const level_words[LEVEL_STEPS] = { "minute", "hour", "day" };
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
