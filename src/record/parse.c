/* SPDX-License-Identifier: Apache-2.0 */
/* The reading end of batches: hostile input, checked to the last member. */
#include <stdlib.h>

#include "base/mem.h"
#include "record/event.h"
#include "record/private.h"
#include "record/reader.h"

enum {
	AGGREGATES_MAX = 10080, /* minutes of a week */
	EVENTS_MAX = 100000,
};

/* ---- aggregates ---- */

static bool
read_period(struct reader *r, json_t *root, int64_t *ret_minute)
{
	json_t *period = json_object_get(root, "period");
	size_t at = reader_enter(r, "period");
	int64_t end;

	if (!READER_MEMBERS(r, period, "begin", "end") ||
	    !reader_time(r, period, "begin", ret_minute) ||
	    !reader_time(r, period, "end", &end))
		return false;
	if (*ret_minute % RECORD_MINUTE_MS || *ret_minute < 0)
		return reader_fail_at(r, "begin", E_RANGE,
		                      "must be a full minute");
	if (end != *ret_minute + RECORD_MINUTE_MS)
		return reader_fail_at(r, "end", E_RANGE,
		                      "must be one minute after begin");
	return reader_leave(r, at);
}

static bool
read_totals(struct reader *r, json_t *root, struct aggregate *g)
{
	json_t *totals = json_object_get(root, "totals");
	size_t at = reader_enter(r, "totals");
	uint64_t verdicts = 0;

	if (!reader_members(r, totals, aggregate_totals, TOTAL_COUNT))
		return false;
	for (size_t i = 0; i < TOTAL_COUNT; i++) {
		uint64_t value;

		if (!reader_count(r, totals, aggregate_totals[i], &value))
			return false;
		aggregate_set_total(g, i, value);
		if (i >= TOTAL_VERDICTS)
			verdicts += value;
	}
	if (verdicts != aggregate_total(g, TOTAL_ITEMS))
		return reader_fail_at(r, "items", E_RANGE,
		                      "is not the sum of the verdicts");
	if (aggregate_total(g, TOTAL_INCOMPLETE) > verdicts)
		return reader_fail_at(r, "incomplete", E_RANGE,
		                      "is more than there are items");
	return reader_leave(r, at);
}

static bool
read_row(struct reader *r, json_t *row, struct aggregate *g, enum table t,
         uint64_t *sum)
{
	size_t n_dims = aggregate_tables[t].n_dims;
	struct sv cells[3] = { SV_NONE };
	uint64_t count;

	if (!json_is_array(row) || json_array_size(row) != n_dims + 1)
		return reader_fail(r, E_SYNTAX, "must be %zu words and a count",
		                   n_dims);
	for (size_t i = 0; i < n_dims; i++) {
		size_t at = reader_enter_index(r, i);
		json_t *cell = json_array_get(row, i);

		if (!json_is_string(cell))
			return reader_fail(r, E_SYNTAX, "must be a string");
		cells[i] = reader_string(cell);
		if (!words_have(table_words[t][i], cells[i]))
			return reader_fail(r, E_RANGE, "unknown %s",
			                   aggregate_tables[t].dims[i]);
		reader_leave(r, at);
	}
	if (aggregate_has_row(g, t, cells))
		return reader_fail(r, E_RANGE, "repeats a row");
	size_t at = reader_enter_index(r, n_dims);
	if (!reader_count_of(r, json_array_get(row, n_dims), &count))
		return false;
	if (count == 0)
		return reader_fail(r, E_RANGE, "must not be 0");
	aggregate_count_row(g, t, cells, count);
	*sum += count;
	return reader_leave(r, at);
}

static bool
read_table(struct reader *r, json_t *tables, struct aggregate *g, enum table t)
{
	json_t *rows = json_object_get(tables, aggregate_tables[t].name), *row;
	size_t at = reader_enter(r, aggregate_tables[t].name), i;
	uint64_t sum = 0;

	if (!json_is_array(rows))
		return reader_fail(r, E_SYNTAX, "must be an array");
	if (json_array_size(rows) > TABLE_ROWS_MAX + 1)
		return reader_fail(r, E_LIMIT, "has more than %d rows",
		                   TABLE_ROWS_MAX + 1);
	json_array_foreach (rows, i, row) {
		size_t in_row = reader_enter_index(r, i);

		if (!read_row(r, row, g, t, &sum) || !reader_leave(r, in_row))
			return false;
	}
	if (t != TABLE_RULE && sum != aggregate_total(g, TOTAL_ITEMS))
		return reader_fail(r, E_RANGE, "does not add up to the items");
	return reader_leave(r, at);
}

static bool
read_tables(struct reader *r, json_t *root, struct aggregate *g)
{
	json_t *tables = json_object_get(root, "tables");
	const char *names[TABLE_COUNT];
	size_t at = reader_enter(r, "tables");

	for (size_t t = 0; t < TABLE_COUNT; t++)
		names[t] = aggregate_tables[t].name;
	if (!reader_members(r, tables, names, TABLE_COUNT))
		return false;
	for (size_t t = 0; t < TABLE_COUNT; t++)
		if (!read_table(r, tables, g, t))
			return false;
	return reader_leave(r, at);
}

static bool
read_aggregate(struct reader *r, json_t *root, struct batch *b)
{
	struct aggregate *g;
	int64_t minute;

	if (!READER_MEMBERS(r, root, "period", "totals", "tables") ||
	    !read_period(r, root, &minute))
		return false;
	if (b->n_aggregates &&
	    minute <= aggregate_minute(b->aggregates[b->n_aggregates - 1]))
		return reader_fail_at(r, "period", E_RANGE,
		                      "must be later than the one before");
	g = b->aggregates[b->n_aggregates++] = aggregate_new(minute);
	return read_totals(r, root, g) && read_tables(r, root, g);
}

static bool
read_aggregates(struct reader *r, json_t *root, struct batch *b)
{
	json_t *list = json_object_get(root, "aggregates"), *one;
	size_t at = reader_enter(r, "aggregates"), i;

	if (!json_is_array(list))
		return reader_fail(r, E_SYNTAX, "must be an array");
	if (json_array_size(list) > AGGREGATES_MAX)
		return reader_fail(r, E_LIMIT, "has more than %d",
		                   AGGREGATES_MAX);
	b->aggregates =
	    mem_calloc(json_array_size(list) + 1, sizeof *b->aggregates);
	json_array_foreach (list, i, one) {
		size_t in_one = reader_enter_index(r, i);

		if (!read_aggregate(r, one, b) || !reader_leave(r, in_one))
			return false;
	}
	return reader_leave(r, at);
}

/* ---- the head ---- */

static bool
is_node_name(struct sv s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = sv_lower_char(s.p[i]);

		if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '.' &&
		    c != '-' && c != '_')
			return false;
	}
	return s.n > 0;
}

static bool
read_names(struct reader *r, json_t *root, struct batch *b)
{
	struct sv version;

	if (!reader_text(r, root, "v", 8, &version) ||
	    !reader_text(r, root, "batch", 320, &b->id) ||
	    !reader_text(r, root, "node", 253, &b->node) ||
	    !reader_text(r, root, "generator", 128, &b->generator) ||
	    !reader_text(r, root, "ruleset", 80, &b->ruleset))
		return false;
	if (!sv_eq_str(version, "1"))
		return reader_fail_at(r, "v", E_RANGE, "must be \"1\"");
	if (!is_node_name(b->node))
		return reader_fail_at(
		    r, "node", E_RANGE,
		    "must be letters, digits, '.', '-' and '_'");
	if (!sv_starts(b->id, b->node) || b->id.n < b->node.n + 2 ||
	    b->id.p[b->node.n] != '/')
		return reader_fail_at(
		    r, "batch", E_RANGE,
		    "must begin with the node's name and '/'");
	return true;
}

static bool
read_reporter(struct reader *r, json_t *root, struct batch *b)
{
	json_t *reporter = json_object_get(root, "reporter");
	size_t at = reader_enter(r, "reporter");

	return READER_MEMBERS(r, reporter, "org", "domain", "contact") &&
	       reader_text(r, reporter, "org", 200, &b->org) &&
	       reader_text(r, reporter, "domain", 253, &b->domain) &&
	       reader_text(r, reporter, "contact", 254, &b->contact) &&
	       reader_leave(r, at);
}

static bool
read_privacy(struct reader *r, json_t *root, struct batch *b)
{
	json_t *privacy = json_object_get(root, "privacy");
	size_t at = reader_enter(r, "privacy");

	if (!READER_MEMBERS(r, privacy, "profile", "k_min", "suppressed_rows",
	                    "suppressed_items") ||
	    !reader_text(r, privacy, "profile", 32, &b->profile) ||
	    !reader_count(r, privacy, "k_min", &b->k_min) ||
	    !reader_count(r, privacy, "suppressed_rows", &b->suppressed_rows) ||
	    !reader_count(r, privacy, "suppressed_items", &b->suppressed_items))
		return false;
	if (!sv_eq_str(b->profile, "statistical") &&
	    !sv_eq_str(b->profile, "pseudonymous"))
		return reader_fail_at(r, "profile", E_RANGE, "unknown profile");
	return reader_leave(r, at);
}

static bool
read_coverage(struct reader *r, json_t *root, struct batch *b)
{
	json_t *coverage = json_object_get(root, "coverage");
	size_t at = reader_enter(r, "coverage");

	return READER_MEMBERS(r, coverage, "accounts", "lost") &&
	       reader_count(r, coverage, "accounts", &b->accounts) &&
	       reader_count(r, coverage, "lost", &b->lost) &&
	       reader_leave(r, at);
}

static bool
read_events(struct reader *r, json_t *root, struct batch *b)
{
	size_t at = reader_enter(r, "events"), i;
	json_t *event;

	b->events = json_object_get(root, "events");
	if (!json_is_array(b->events))
		return reader_fail(r, E_SYNTAX, "must be an array");
	if (json_array_size(b->events) > EVENTS_MAX)
		return reader_fail(r, E_LIMIT, "has more than %d", EVENTS_MAX);
	if (json_array_size(b->events) && sv_eq_str(b->profile, "statistical"))
		return reader_fail(r, E_RANGE,
		                   "must be empty in the statistical profile");
	json_array_foreach (b->events, i, event) {
		size_t in_one = reader_enter_index(r, i);

		if (!event_check(r, event) || !reader_leave(r, in_one))
			return false;
	}
	return reader_leave(r, at);
}

static bool
read_batch(struct reader *r, json_t *root, struct batch *b)
{
	return READER_MEMBERS(r, root, "v", "batch", "node", "generator",
	                      "reporter", "ruleset", "privacy", "coverage",
	                      "aggregates", "events") &&
	       read_names(r, root, b) && read_reporter(r, root, b) &&
	       read_privacy(r, root, b) && read_coverage(r, root, b) &&
	       read_events(r, root, b) && read_aggregates(r, root, b);
}

int
batch_parse(json_t *root, struct batch *ret, char pointer[128], char why[128])
{
	struct reader r = { .why = why };
	struct batch b = { 0 };

	if (read_batch(&r, root, &b)) {
		*ret = b;
		return 0;
	}
	batch_done(&b);
	memcpy(pointer, r.path, sizeof r.path);
	return r.error;
}

void
batch_done(struct batch *b)
{
	for (size_t i = 0; i < b->n_aggregates; i++)
		aggregate_free(b->aggregates[i]);
	free(b->aggregates);
	*b = (struct batch){ 0 };
}
