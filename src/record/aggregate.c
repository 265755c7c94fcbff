/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/vec.h"
#include "record/private.h"

const char *const aggregate_totals[] = {
	[TOTAL_ITEMS] = "items",
	[TOTAL_RECIPIENTS] = "recipients",
	[TOTAL_BYTES] = "bytes",
	[TOTAL_CPU_US] = "cpu_us",
	[TOTAL_INCOMPLETE] = "incomplete",
	[TOTAL_VERDICTS] = "legitimate",
	"advertising_spam",
	"other_abuse",
	"suspected",
	"unknown",
};

const struct aggregate_table aggregate_tables[] = {
	[TABLE_CHANNEL] = { "channel_verdict_action",
	                    { "channel", "verdict", "action" },
	                    3 },
	[TABLE_SURFACE] = { "surface_adtype", { "surface", "ad_type" }, 2 },
	[TABLE_CATEGORY] = { "category_channel", { "category", "channel" }, 2 },
	[TABLE_RULE] = { "rule", { "rule" }, 1 },
};

const enum words table_words[TABLE_COUNT][3] = {
	[TABLE_CHANNEL] = { WORDS_CHANNEL, WORDS_VERDICT, WORDS_ACTION },
	[TABLE_SURFACE] = { WORDS_SURFACE, WORDS_AD_TYPE },
	[TABLE_CATEGORY] = { WORDS_CATEGORY, WORDS_CHANNEL },
	[TABLE_RULE] = { WORDS_RULE },
};

/* A row is found by its cells, each followed by a NUL byte: byte order of
 * such keys is the order of the words. */
struct row {
	struct sv key; /* belongs to the map */
	uint64_t count;
};

struct aggregate {
	int64_t minute_unix_ms;
	uint64_t totals[TOTAL_COUNT];
	struct map *rows[TABLE_COUNT]; /* key to struct row */
};

size_t
aggregate_totals_count(void)
{
	return TOTAL_COUNT;
}

size_t
aggregate_tables_count(void)
{
	return TABLE_COUNT;
}

struct aggregate *
aggregate_new(int64_t minute_unix_ms)
{
	struct aggregate *g = mem_calloc(1, sizeof *g);

	g->minute_unix_ms = minute_unix_ms;
	for (size_t t = 0; t < TABLE_COUNT; t++)
		g->rows[t] = map_new();
	return g;
}

void
aggregate_free(struct aggregate *g)
{
	struct sv key;
	void *row;

	if (!g)
		return;
	for (size_t t = 0; t < TABLE_COUNT; t++) {
		for (size_t pos = 0; map_next(g->rows[t], &pos, &key, &row);)
			free(row);
		map_free(g->rows[t]);
	}
	free(g);
}

int64_t
aggregate_minute(const struct aggregate *g)
{
	return g->minute_unix_ms;
}

uint64_t
aggregate_total(const struct aggregate *g, size_t index)
{
	return index < TOTAL_COUNT ? g->totals[index] : 0;
}

static void
count_key(struct map *rows, struct sv key, uint64_t count)
{
	struct row *row = map_get(rows, key);

	if (!row) {
		row = mem_calloc(1, sizeof *row);
		map_set(rows, key, row);
	}
	row->count += count;
}

/* Words are short: three of them fit, rule names included. */
enum { KEY_MAX = 3 * (RULE_NAME_MAX + 1) };

static struct sv
make_key(enum table t, const struct sv *cells, char key[KEY_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < aggregate_tables[t].n_dims; i++) {
		struct sv word = words_known(table_words[t][i], cells[i]);

		memcpy(key + n, word.p, word.n);
		n += word.n;
		key[n++] = '\0';
	}
	return sv_make(key, n);
}

void
aggregate_count_row(struct aggregate *g, enum table t, const struct sv *cells,
                    uint64_t count)
{
	char bytes[KEY_MAX];
	struct sv key = make_key(t, cells, bytes);
	const struct sv others[] = { SV("other"), SV("other"), SV("other") };

	if (map_count(g->rows[t]) >= TABLE_ROWS_MAX &&
	    !map_get(g->rows[t], key))
		key = make_key(t, others, bytes);
	count_key(g->rows[t], key, count);
}

bool
aggregate_has_row(const struct aggregate *g, enum table t,
                  const struct sv *cells)
{
	char key[KEY_MAX];

	return map_get(g->rows[t], make_key(t, cells, key)) != NULL;
}

void
aggregate_set_total(struct aggregate *g, enum total index, uint64_t value)
{
	g->totals[index] = value;
}

static void
count_totals(struct aggregate *g, const struct record_item *item,
             struct sv verdict)
{
	g->totals[TOTAL_ITEMS]++;
	g->totals[TOTAL_RECIPIENTS] += item->recipients;
	g->totals[TOTAL_BYTES] += item->bytes;
	g->totals[TOTAL_CPU_US] += item->cpu_us;
	g->totals[TOTAL_INCOMPLETE] += !item->complete;
	for (size_t t = TOTAL_VERDICTS; t < TOTAL_COUNT; t++)
		if (sv_eq_str(verdict, aggregate_totals[t]))
			g->totals[t]++;
}

void
aggregate_add(struct aggregate *g, const struct record_item *item)
{
	struct sv verdict = words_known(WORDS_VERDICT, item->verdict);

	/* each item counts in the total of one verdict: there is no "other" */
	if (sv_eq(verdict, SV("other")))
		verdict = SV("unknown");
	count_totals(g, item, verdict);
	aggregate_count_row(
	    g, TABLE_CHANNEL,
	    (struct sv[]){ item->channel, verdict, item->action }, 1);
	aggregate_count_row(g, TABLE_SURFACE,
	                    (struct sv[]){ item->surface, item->ad_type }, 1);
	aggregate_count_row(g, TABLE_CATEGORY,
	                    (struct sv[]){ item->category, item->channel }, 1);
	for (size_t i = 0; i < item->n_rules; i++)
		aggregate_count_row(g, TABLE_RULE, &item->rules[i], 1);
}

void
aggregate_merge(struct aggregate *a, const struct aggregate *b)
{
	struct sv key;
	void *row;

	for (size_t t = 0; t < TOTAL_COUNT; t++)
		a->totals[t] += b->totals[t];
	for (size_t t = 0; t < TABLE_COUNT; t++)
		for (size_t pos = 0; map_next(b->rows[t], &pos, &key, &row);)
			count_key(a->rows[t], key, ((struct row *)row)->count);
}

static int
compare_rows(const void *a, const void *b)
{
	return sv_cmp(((const struct row *)a)->key,
	              ((const struct row *)b)->key);
}

void
aggregate_rows(const struct aggregate *g, size_t table,
               void (*each)(void *ctx, const struct sv *cells, uint64_t count),
               void *ctx)
{
	size_t n = map_count(g->rows[table]), pos = 0;
	struct row *sorted = mem_calloc(n + 1, sizeof *sorted);
	void *row;

	for (size_t i = 0; i < n; i++) {
		struct sv key;

		map_next(g->rows[table], &pos, &key, &row);
		sorted[i] = (struct row){ key, ((struct row *)row)->count };
	}
	qsort(sorted, n, sizeof *sorted, compare_rows);
	for (size_t i = 0; i < n; i++) {
		struct sv cells[3] = { SV_NONE }, key = sorted[i].key;

		for (size_t d = 0; d < aggregate_tables[table].n_dims; d++)
			sv_split(&key, '\0', &cells[d]);
		each(ctx, cells, sorted[i].count);
	}
	free(sorted);
}
