/* SPDX-License-Identifier: Apache-2.0 */
#include "report/gaps.h"

static bool
touches(const struct gap *a, const struct gap *b)
{
	return a->why == b->why && a->begin_ms <= b->end_ms &&
	       b->begin_ms <= a->end_ms;
}

static void
widen(struct gap *g, const struct gap *by)
{
	if (by->begin_ms < g->begin_ms)
		g->begin_ms = by->begin_ms;
	if (by->end_ms > g->end_ms)
		g->end_ms = by->end_ms;
	g->records += by->records;
}

static void
add(struct gaps *g, const struct gap *new)
{
	if (g->n && (g->n == GAPS_MAX || touches(&g->list[g->n - 1], new)))
		widen(&g->list[g->n - 1], new);
	else
		g->list[g->n++] = *new;
}

void
gaps_add(struct gaps *g, int64_t begin_ms, int64_t end_ms, uint64_t records,
         enum gap_why why)
{
	struct gap new = { .records = records, .why = why };

	if (records == 0)
		return;
	if (begin_ms < 0)
		begin_ms = 0;
	if (end_ms < begin_ms)
		end_ms = begin_ms;
	new.begin_ms = begin_ms - begin_ms % RECORD_MINUTE_MS;
	new.end_ms = end_ms - end_ms % RECORD_MINUTE_MS + RECORD_MINUTE_MS;
	add(g, &new);
}

void
gaps_add_all(struct gaps *g, const struct gaps *other)
{
	for (size_t i = 0; i < other->n; i++)
		add(g, &other->list[i]);
}

uint64_t
gaps_records(const struct gaps *g)
{
	uint64_t records = 0;

	for (size_t i = 0; i < g->n; i++)
		records += g->list[i].records;
	return records;
}

uint64_t
gap_mark_add(struct gap_mark *m, uint64_t generation, uint64_t records)
{
	uint64_t known = generation == m->generation ? m->records : 0;

	if (generation < m->generation || records <= known)
		return 0;
	*m = (struct gap_mark){ generation, records };
	return records - known;
}

void
gaps_write(const struct gaps *g, struct json *j, const char *name)
{
	json_begin_array(j, name);
	for (size_t i = 0; i < g->n; i++) {
		json_begin_array(j, NULL);
		json_int(j, NULL, g->list[i].begin_ms);
		json_int(j, NULL, g->list[i].end_ms);
		json_int(j, NULL, (int64_t)g->list[i].records);
		json_int(j, NULL, g->list[i].why);
		json_end(j);
	}
	json_end(j);
}

static bool
read_gap(json_t *row, struct gap *ret)
{
	json_int_t cells[4];

	for (size_t i = 0; i < 4; i++) {
		cells[i] = json_integer_value(json_array_get(row, i));
		if (cells[i] < 0)
			return false;
	}
	*ret = (struct gap){ cells[0], cells[1], (uint64_t)cells[2],
		             (enum gap_why)cells[3] };
	return ret->begin_ms < ret->end_ms && ret->records > 0 &&
	       ret->begin_ms % RECORD_MINUTE_MS == 0 &&
	       ret->end_ms % RECORD_MINUTE_MS == 0 &&
	       cells[3] <= GAP_UNREADABLE;
}

bool
gaps_read(json_t *array, struct gaps *ret)
{
	json_t *row;
	size_t i;

	*ret = (struct gaps){ .n = 0 };
	if (json_array_size(array) > GAPS_MAX)
		return false;
	json_array_foreach (array, i, row)
		if (!read_gap(row, &ret->list[ret->n++]))
			return false;
	return true;
}
