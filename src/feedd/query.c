/* SPDX-License-Identifier: Apache-2.0 */
#include "feedd/query.h"

#include <stdio.h>

#include "feedd/lang.h"

enum {
	/* Up to here the steps are minutes, and hours, unless asked for. */
	MINUTES_OF_MINUTES = 3 * 60,
	MINUTES_OF_HOURS = 7 * 1440,
};

static bool
refuse(char why[QUERY_WHY], const char *text)
{
	snprintf(why, QUERY_WHY, "%s", text);
	return false;
}

static bool
set_step(struct query *q, const char *value)
{
	for (int step = 0; step < STEPS; step++) {
		if (strcmp(value, step_words[step]) != 0)
			continue;
		q->step = (enum step)step;
		q->has_step = true;
	}
	return q->has_step;
}

static bool
is_known(const char *name)
{
	static const char *const names[] = { "from", "to", "step", "node",
		                             "lang" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

static bool
is_set(const struct query *q, const char *name)
{
	return (strcmp(name, "from") == 0 && q->has_begin) ||
	       (strcmp(name, "to") == 0 && q->has_end) ||
	       (strcmp(name, "step") == 0 && q->has_step) ||
	       (strcmp(name, "node") == 0 && q->node) ||
	       (strcmp(name, "lang") == 0 && q->lang);
}

bool
query_set(struct query *q, const char *name, const char *value,
          char why[QUERY_WHY])
{
	struct sv text = sv_str(value);

	if (is_known(name) && text.n == 0)
		return true; /* a field of a form that was left empty */
	if (is_set(q, name)) {
		snprintf(why, QUERY_WHY, "%s: is given twice", name);
		return false;
	}
	if (strcmp(name, "from") == 0) {
		q->has_begin = !period_parse_begin(text, &q->period.begin_min);
		return q->has_begin ||
		       refuse(why, "from: must be a date as 2026-11-23 or a "
		                   "time as 2026-11-23T03:04:00Z");
	}
	if (strcmp(name, "to") == 0) {
		q->has_end = !period_parse_end(text, &q->period.end_min);
		return q->has_end ||
		       refuse(why, "to: must be a date as 2026-11-23 or a "
		                   "time as 2026-11-23T03:04:00Z");
	}
	if (strcmp(name, "step") == 0)
		return set_step(q, value) ||
		       refuse(why, "step: must be minute, hour, day, week "
		                   "or month");
	if (strcmp(name, "node") == 0) {
		q->node = value;
		return true;
	}
	if (strcmp(name, "lang") == 0) {
		q->lang = value;
		return lang_known(text) ||
		       refuse(why, "lang: must be en, fr or zh");
	}
	snprintf(why, QUERY_WHY,
	         "unknown parameter: only from, to, node, step and lang "
	         "are known");
	return false;
}

static void
choose_step(struct query *q, const struct database_extent *extent)
{
	int64_t length = q->period.end_min - q->period.begin_min;

	if (length <= MINUTES_OF_MINUTES &&
	    q->period.begin_min >= extent->minutes_from)
		q->step = STEP_MINUTE;
	else if (length <= MINUTES_OF_HOURS)
		q->step = STEP_HOUR;
	else
		q->step = STEP_DAY;
}

static void
choose_period(struct query *q, const struct database_extent *extent,
              int64_t now_min)
{
	struct period *p = &q->period;

	if (!q->has_end)
		p->end_min = extent->data.end_min > now_min + 1
		                 ? extent->data.end_min
		                 : now_min + 1;
	if (!q->has_begin)
		p->begin_min = extent->has_data
		                   ? extent->data.begin_min
		                   : level_floor(LEVEL_HOUR, p->end_min - 1);
	if (p->begin_min < extent->minutes_from)
		p->begin_min = level_floor(LEVEL_HOUR, p->begin_min);
	if (p->end_min < extent->minutes_from)
		p->end_min = level_ceil(LEVEL_HOUR, p->end_min);
}

bool
query_resolve(struct query *q, const struct database_extent *extent,
              int64_t now_unix_ms, char why[QUERY_WHY])
{
	choose_period(q, extent, now_unix_ms / RECORD_MINUTE_MS);
	if (q->period.begin_min >= q->period.end_min)
		return refuse(why, "from: must be before to");
	if (!q->has_step)
		choose_step(q, extent);
	if (q->step == STEP_MINUTE &&
	    q->period.begin_min < extent->minutes_from)
		return refuse(why, "step: figures of minutes are no longer "
		                   "kept for this period");
	if (query_steps(q) > QUERY_STEPS_MAX)
		return refuse(why, "step: more than 3000 steps in this "
		                   "period");
	return true;
}

static size_t
count_steps(enum step step, struct period p, size_t max)
{
	size_t n = 0;

	for (int64_t at = p.begin_min; at < p.end_min && n <= max; n++)
		at = step_next(step, at);
	return n;
}

size_t
query_steps(const struct query *q)
{
	return count_steps(q->step, q->period, QUERY_STEPS_MAX);
}

enum step
query_columns(const struct query *q)
{
	enum step step = q->step;

	while (step < STEP_MONTH &&
	       count_steps(step, q->period, QUERY_COLUMNS_MAX) >
	           QUERY_COLUMNS_MAX)
		step++;
	return step;
}
