/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Periods of time and the levels at which counts are kept. All times are
 * whole minutes since 1970, UTC; periods are half-open. Any thread.
 */
#ifndef FEEDD_PERIOD_H
#define FEEDD_PERIOD_H

#include <stddef.h>
#include <stdint.h>

#include "base/sv.h"

/* Blocks of 30 days are no step that anybody can ask for: they only make sums
 * over years quick. */
enum level { LEVEL_MINUTE, LEVEL_HOUR, LEVEL_DAY, LEVEL_BLOCK, LEVEL_COUNT };
enum { LEVEL_STEPS = LEVEL_BLOCK };

extern const int64_t level_minutes[LEVEL_COUNT];

struct period {
	int64_t begin_min, end_min;
};

/* The step that holds `minute`, and the first one at or after it. */
int64_t level_floor(enum level level, int64_t minute);
int64_t level_ceil(enum level level, int64_t minute);

/* What a series goes by. Weeks begin on Monday; weeks and months are sums of
 * days. */
enum step { STEP_MINUTE, STEP_HOUR, STEP_DAY, STEP_WEEK, STEP_MONTH, STEPS };

extern const char *const step_words[STEPS]; /* "minute" ... */

enum level step_level(enum step step); /* whose counts it is made of */
int64_t step_floor(enum step step, int64_t minute);
int64_t step_next(enum step step, int64_t minute); /* begin of the one after */

/* The same time of the calendar so many months later or, if negative, earlier;
 * the last day of the month where it has fewer. */
int64_t period_add_months(int64_t minute, int months);

/* True for the first minute of January or July. */
bool period_is_half_year(int64_t minute);

/* A part of a period that counts of one level cover exactly. */
struct span {
	enum level level;
	struct period period;
};

/* Cuts a period into as few counts as possible: whole blocks, whole days
 * around them and so on, minutes at the edges; nothing coarser than `coarsest`.
 * The spans do not overlap and leave nothing out. Returns how many there are.
 */
enum { PERIOD_SPANS_MAX = 7 };
size_t period_spans(struct period p, enum level coarsest,
                    struct span spans[PERIOD_SPANS_MAX]);

/* Reads "2026-11-23" or an RFC 3339 time in UTC ("...Z"). A date as the end
 * of a period includes that day. Seconds are rounded outwards. E_SYNTAX. */
int period_parse_begin(struct sv text, int64_t *ret_minute);
int period_parse_end(struct sv text, int64_t *ret_minute);

/* "2026-11-23T03:04Z"; returns text. */
enum { PERIOD_TEXT = 32 };
char *period_text(int64_t minute, char text[PERIOD_TEXT]);

#endif
