/* SPDX-License-Identifier: Apache-2.0 */
/* Aggregates of a batch that came: hostile input, checked to the last cell. */
#include "base/mem.h"
#include "record/private.h"
#include "record/reader.h"

enum { AGGREGATES_MAX = 10080 }; /* minutes of a week */

static bool
read_period(struct reader *r, json_t *root, int64_t *ret_minute)
{
	json_t *period = json_object_get(root, "period");
	size_t at = reader_enter(r, "period");
	int64_t end;

	if (!READER_MEMBERS(r, period, "begin", "end") ||
	    !reader_minute(r, period, "begin", ret_minute) ||
	    !reader_minute(r, period, "end", &end))
		return false;
	if (end != *ret_minute + RECORD_MINUTE_MS)
		return reader_fail_at(r, "end", E_STATE,
		                      "must be one minute after begin");
	return reader_leave(r, at);
}

/* ---- totals ---- */

/* Totals of which the first is a part of the second. */
static const enum total parts[][2] = {
	{ TOTAL_INCOMPLETE, TOTAL_ITEMS },
	{ TOTAL_HELD, TOTAL_ITEMS },
	{ TOTAL_SPAM_RECIPIENTS, TOTAL_RECIPIENTS },
	{ TOTAL_SPAM_BYTES, TOTAL_BYTES },
	{ TOTAL_SPAM_CPU_US, TOTAL_CPU_US },
	{ TOTAL_CONNECTIONS_DROPPED, TOTAL_CONNECTIONS },
	{ TOTAL_AUDITED, TOTAL_CORRECTIONS },
	{ TOTAL_FALSE_POSITIVE, TOTAL_AUDITED },
	{ TOTAL_FALSE_NEGATIVE, TOTAL_AUDITED },
	{ TOTAL_APPEALS_OVERTURNED, TOTAL_AUDITED },
};

static bool
check_totals(struct reader *r, const struct aggregate *g)
{
	uint64_t verdicts = 0;

	for (size_t i = TOTAL_VERDICTS; i < TOTAL_COUNT; i++)
		verdicts += aggregate_total(g, i);
	if (verdicts != aggregate_total(g, TOTAL_ITEMS))
		return reader_fail_at(r, "items", E_STATE,
		                      "is not the sum of the verdicts");
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		const char *name = aggregate_totals[parts[i][0]];

		if (aggregate_total(g, parts[i][0]) <=
		    aggregate_total(g, parts[i][1]))
			continue;
		reader_enter(r, name);
		return reader_fail(r, E_STATE, "is more than %s",
		                   aggregate_totals[parts[i][1]]);
	}
	return true;
}

static bool
read_totals(struct reader *r, json_t *root, struct aggregate *g)
{
	json_t *totals = json_object_get(root, "totals");
	size_t at = reader_enter(r, "totals");

	if (!reader_members_some(r, totals, aggregate_totals, 0, TOTAL_COUNT))
		return false;
	for (size_t i = 0; i < TOTAL_COUNT; i++) {
		uint64_t value;

		if (total_is_required(i) &&
		    !json_object_get(totals, aggregate_totals[i]))
			return reader_fail_at(r, aggregate_totals[i], E_SYNTAX,
			                      "is missing");
		if (!reader_count_or_0(r, totals, aggregate_totals[i], &value))
			return false;
		aggregate_set_total(g, i, value);
	}
	return check_totals(r, g) && reader_leave(r, at);
}

/* ---- tables ---- */

static bool
read_cells(struct reader *r, json_t *row, enum table t, struct sv cells[3])
{
	for (size_t i = 0; i < aggregate_tables[t].n_dims; i++) {
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
	return true;
}

static bool
read_row(struct reader *r, json_t *row, struct aggregate *g, enum table t,
         uint64_t *sum)
{
	size_t n_dims = aggregate_tables[t].n_dims, at;
	struct sv cells[3] = { SV_NONE };
	uint64_t count;

	if (!json_is_array(row) || json_array_size(row) != n_dims + 1)
		return reader_fail(r, E_SYNTAX, "must be %zu words and a count",
		                   n_dims);
	if (!read_cells(r, row, t, cells))
		return false;
	at = reader_enter_index(r, n_dims);
	if (!reader_count_of(r, json_array_get(row, n_dims), &count))
		return false;
	if (count == 0)
		return reader_fail(r, E_RANGE, "must not be 0");
	reader_leave(r, at);
	if (aggregate_has_row(g, t, cells))
		return reader_fail(r, E_STATE, "repeats a row");
	aggregate_count_row(g, t, cells, count);
	*sum += count;
	return true;
}

/* A table that is left out is empty: the node does not keep it. */
static bool
read_table(struct reader *r, json_t *tables, struct aggregate *g, enum table t)
{
	json_t *rows = json_object_get(tables, aggregate_tables[t].name), *row;
	size_t at = reader_enter(r, aggregate_tables[t].name), i;
	uint64_t sum = 0;

	if (!rows)
		return reader_leave(r, at);
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
	if (table_sums[t].of != OF_NOTHING && sum != table_sum(g, t))
		return reader_fail(r, E_STATE, "does not add up to the totals");
	return reader_leave(r, at);
}

static bool
read_tables(struct reader *r, json_t *root, const struct batch *b,
            struct aggregate *g)
{
	json_t *tables = json_object_get(root, "tables");
	const char *names[TABLE_COUNT];
	size_t at = reader_enter(r, "tables");

	for (size_t t = 0; t < TABLE_COUNT; t++)
		names[t] = aggregate_tables[t].name;
	if (!reader_members_some(r, tables, names, TABLES_REQUIRED,
	                         TABLE_COUNT))
		return false;
	if (json_array_size(json_object_get(tables, names[TABLE_CAMPAIGN])) &&
	    sv_eq_str(b->profile, "statistical"))
		return reader_fail_at(
		    r, names[TABLE_CAMPAIGN], E_RANGE,
		    "must be empty in the statistical profile");
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
		return reader_fail_at(r, "period", E_STATE,
		                      "must be later than the one before");
	g = b->aggregates[b->n_aggregates++] = aggregate_new(minute);
	return read_totals(r, root, g) && read_tables(r, root, b, g);
}

bool
aggregates_read(struct reader *r, json_t *root, struct batch *b)
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
