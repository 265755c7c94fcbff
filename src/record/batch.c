/* SPDX-License-Identifier: Apache-2.0 */
/* The writing end of batches; the reading end is parse.c. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/json.h"
#include "record/private.h"

struct writer {
	struct json json;
	uint64_t k_min, suppressed_rows, suppressed_items;
	size_t n_dims;
	uint64_t others; /* of the table in hand */
};

static void
write_row(struct writer *w, const struct sv *cells, uint64_t count)
{
	json_begin_array(&w->json, NULL);
	for (size_t i = 0; i < w->n_dims; i++)
		json_str(&w->json, NULL, cells[i]);
	json_int(&w->json, NULL, (int64_t)count);
	json_end(&w->json);
}

static bool
is_others(const struct sv *cells, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!sv_eq(cells[i], SV("other")))
			return false;
	return true;
}

static void
row_or_others(void *ctx, const struct sv *cells, uint64_t count)
{
	struct writer *w = ctx;

	if (is_others(cells, w->n_dims)) {
		w->others += count;
	} else if (count < w->k_min) {
		w->others += count;
		w->suppressed_rows++;
		w->suppressed_items += count;
	} else {
		write_row(w, cells, count);
	}
}

static void
write_table(struct writer *w, const struct aggregate *g, size_t t)
{
	const struct sv others[] = { SV("other"), SV("other"), SV("other") };

	w->n_dims = aggregate_tables[t].n_dims;
	w->others = 0;
	json_begin_array(&w->json, aggregate_tables[t].name);
	aggregate_rows(g, t, row_or_others, w);
	if (w->others)
		write_row(w, others, w->others);
	json_end(&w->json);
}

static void
write_aggregate(struct writer *w, const struct aggregate *g)
{
	char begin[CLOCK_TEXT], end[CLOCK_TEXT];

	clock_text(aggregate_minute(g), begin);
	clock_text(aggregate_minute(g) + RECORD_MINUTE_MS, end);
	json_begin_object(&w->json, NULL);
	json_begin_object(&w->json, "period");
	json_text(&w->json, "begin", begin);
	json_text(&w->json, "end", end);
	json_end(&w->json);
	json_begin_object(&w->json, "totals");
	for (size_t i = 0; i < TOTAL_COUNT; i++)
		if (total_is_required(i) || aggregate_total(g, i))
			json_int(&w->json, aggregate_totals[i],
			         (int64_t)aggregate_total(g, i));
	json_end(&w->json);
	json_begin_object(&w->json, "tables");
	for (size_t t = 0; t < TABLE_COUNT; t++)
		if (t < TABLES_REQUIRED || aggregate_row_count(g, t))
			write_table(w, g, t);
	json_end(&w->json);
	json_end(&w->json);
}

static void
write_minute(struct json *j, const char *name, int64_t unix_ms)
{
	char text[CLOCK_TEXT];

	json_text(j, name, clock_text(unix_ms, text));
}

static void
write_coverage(struct json *j, const struct batch *b)
{
	json_begin_object(j, "coverage");
	json_int(j, "accounts", (int64_t)b->accounts);
	json_int(j, "accounts_filtered", (int64_t)b->accounts_filtered);
	json_int(j, "nodes_expected", (int64_t)b->nodes_expected);
	json_int(j, "lost", (int64_t)b->lost);
	if (b->n_gaps)
		json_begin_array(j, "gaps");
	for (size_t i = 0; i < b->n_gaps; i++) {
		json_begin_object(j, NULL);
		write_minute(j, "begin", b->gaps[i].begin_unix_ms);
		write_minute(j, "end", b->gaps[i].end_unix_ms);
		json_int(j, "records", (int64_t)b->gaps[i].records);
		json_str(j, "why", b->gaps[i].why);
		json_end(j);
	}
	if (b->n_gaps)
		json_end(j);
	json_end(j);
}

static void
write_marks(struct json *j, const struct batch *b)
{
	json_begin_array(j, "marks");
	for (size_t i = 0; i < b->n_marks; i++) {
		json_begin_object(j, NULL);
		write_minute(j, "time", b->marks[i].minute_unix_ms);
		json_str(j, "what", b->marks[i].what);
		json_str(j, "from", b->marks[i].from);
		json_str(j, "to", b->marks[i].to);
		json_end(j);
	}
	json_end(j);
}

static void
write_reporter(struct json *j, const struct batch *b)
{
	json_begin_object(j, "reporter");
	json_str(j, "org", b->org);
	json_str(j, "domain", b->domain);
	json_str(j, "contact", b->contact);
	if (b->sector.n)
		json_str(j, "sector", b->sector);
	json_end(j);
}

static void
write_head(struct json *j, const struct batch *b, const struct writer *w)
{
	json_text(j, "v", "2");
	json_str(j, "batch", b->id);
	json_str(j, "node", b->node);
	if (b->supersedes.n)
		json_str(j, "supersedes", b->supersedes);
	json_str(j, "generator", b->generator);
	write_reporter(j, b);
	json_str(j, "ruleset", b->ruleset);
	json_begin_object(j, "privacy");
	json_str(j, "profile", b->profile);
	json_int(j, "k_min", (int64_t)b->k_min);
	json_int(j, "suppressed_rows",
	         (int64_t)(b->suppressed_rows + w->suppressed_rows));
	json_int(j, "suppressed_items",
	         (int64_t)(b->suppressed_items + w->suppressed_items));
	json_end(j);
	write_coverage(j, b);
	write_marks(j, b);
}

void
batch_write(const struct batch *b, struct buf *out)
{
	struct buf aggregates = BUF_INIT(out->max);
	struct writer w = { json_start(&aggregates), .k_min = b->k_min };
	struct json j = json_start(out);
	char *events = NULL;

	/* what the tables hide is only known once they are written */
	json_begin_array(&w.json, NULL);
	for (size_t i = 0; i < b->n_aggregates; i++)
		write_aggregate(&w, b->aggregates[i]);
	json_end(&w.json);
	if (b->events)
		events = json_dumps(b->events, JSON_COMPACT);
	json_begin_object(&j, NULL);
	write_head(&j, b, &w);
	json_raw(&j, "aggregates", buf_sv(&aggregates));
	json_raw(&j, "events", events ? sv_str(events) : SV("[]"));
	json_end(&j);
	out->full |= aggregates.full;
	free(events);
	buf_done(&aggregates);
}
