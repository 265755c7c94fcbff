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
	[TOTAL_HELD] = "held",
	[TOTAL_SPAM_RECIPIENTS] = "spam_recipients",
	[TOTAL_SPAM_BYTES] = "spam_bytes",
	[TOTAL_SPAM_CPU_US] = "spam_cpu_us",
	[TOTAL_CONNECTIONS] = "connections",
	[TOTAL_CONNECTIONS_DROPPED] = "connections_dropped",
	[TOTAL_COMPLAINTS] = "complaints",
	[TOTAL_NOT_SPAM] = "not_spam",
	[TOTAL_APPEALS] = "appeals",
	[TOTAL_WITHDRAWN] = "withdrawn",
	[TOTAL_CORRECTIONS] = "corrections",
	[TOTAL_AUDITED] = "audited",
	[TOTAL_FALSE_POSITIVE] = "false_positive",
	[TOTAL_FALSE_NEGATIVE] = "false_negative",
	[TOTAL_APPEALS_OVERTURNED] = "appeals_overturned",
	[TOTAL_RECOGNITIONS] = "recognitions",
	[TOTAL_RECOGNITION_S] = "recognition_s",
	[TOTAL_VERDICTS] = "legitimate",
	"advertising_spam",
	"other_abuse",
	"suspected",
	"unknown",
};

/* clang-format off: a table a line */
const struct aggregate_table aggregate_tables[] = {
	[TABLE_CHANNEL] = { "channel_verdict_action",
	                    { "channel", "verdict", "action" },
	                    3 },
	[TABLE_SURFACE] = { "surface_adtype", { "surface", "ad_type" }, 2 },
	[TABLE_CATEGORY] = { "category_channel", { "category", "channel" }, 2 },
	[TABLE_COUNTRY] = { "country_channel_verdict",
	                    { "country", "channel", "verdict" },
	                    3 },
	[TABLE_ASN] = { "asn_verdict", { "asn", "verdict" }, 2 },
	[TABLE_AUTH] = { "auth_verdict",
	                 { "mechanism", "result", "verdict" },
	                 3 },
	[TABLE_EVIDENCE] = { "evidence_verdict", { "evidence", "verdict" }, 2 },
	[TABLE_ROUTE] = { "route_verdict", { "route", "verdict" }, 2 },
	[TABLE_FEEDBACK] = { "feedback", { "feedback", "source" }, 2 },
	[TABLE_REASON] = { "complaint_reason", { "reason", "channel" }, 2 },
	[TABLE_CORRECTION] = { "correction",
	                       { "by", "from_verdict", "to_verdict" },
	                       3 },
	[TABLE_RECOGNITION] = { "recognition", { "state", "within" }, 2 },
	[TABLE_RULE] = { "rule", { "rule" }, 1 },
	[TABLE_CAMPAIGN] = { "campaign_verdict", { "campaign", "verdict" }, 2 },
};

const enum words table_words[TABLE_COUNT][3] = {
	[TABLE_CHANNEL] = { WORDS_CHANNEL, WORDS_VERDICT, WORDS_ACTION },
	[TABLE_SURFACE] = { WORDS_SURFACE, WORDS_AD_TYPE },
	[TABLE_CATEGORY] = { WORDS_CATEGORY, WORDS_CHANNEL },
	[TABLE_COUNTRY] = { WORDS_COUNTRY, WORDS_CHANNEL, WORDS_VERDICT },
	[TABLE_ASN] = { WORDS_ASN, WORDS_VERDICT },
	[TABLE_AUTH] = { WORDS_MECHANISM, WORDS_AUTH, WORDS_VERDICT },
	[TABLE_EVIDENCE] = { WORDS_EVIDENCE, WORDS_VERDICT },
	[TABLE_ROUTE] = { WORDS_ROUTE, WORDS_VERDICT },
	[TABLE_FEEDBACK] = { WORDS_FEEDBACK, WORDS_SOURCE },
	[TABLE_REASON] = { WORDS_REASON, WORDS_CHANNEL },
	[TABLE_CORRECTION] = { WORDS_BY, WORDS_VERDICT, WORDS_VERDICT },
	[TABLE_RECOGNITION] = { WORDS_STATE, WORDS_WITHIN },
	[TABLE_RULE] = { WORDS_RULE },
	[TABLE_CAMPAIGN] = { WORDS_CAMPAIGN, WORDS_VERDICT },
};

const struct table_sum table_sums[TABLE_COUNT] = {
	[TABLE_CHANNEL] = { OF_ITEMS, 1 },
	[TABLE_SURFACE] = { OF_ITEMS, 1 },
	[TABLE_CATEGORY] = { OF_ITEMS, 1 },
	[TABLE_COUNTRY] = { OF_ITEMS, 1 },
	[TABLE_ASN] = { OF_ITEMS, 1 },
	[TABLE_AUTH] = { OF_ITEMS, 3 }, /* one for each mechanism */
	[TABLE_EVIDENCE] = { OF_ITEMS, 1 },
	[TABLE_ROUTE] = { OF_ITEMS, 1 },
	[TABLE_FEEDBACK] = { OF_FEEDBACK, 1 },
	[TABLE_REASON] = { OF_COMPLAINTS, 1 },
	[TABLE_CORRECTION] = { OF_CORRECTIONS, 1 },
	[TABLE_RECOGNITION] = { OF_RECOGNITIONS, 1 },
	[TABLE_RULE] = { OF_NOTHING, 0 },
	[TABLE_CAMPAIGN] = { OF_NOTHING, 0 },
};
/* clang-format on */

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

size_t
aggregate_row_count(const struct aggregate *g, enum table t)
{
	return map_count(g->rows[t]);
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

/* ---- adding ---- */

static bool
is_spam(struct sv verdict)
{
	return sv_eq(verdict, SV("advertising_spam")) ||
	       sv_eq(verdict, SV("other_abuse"));
}

/* Each item counts in the total of one verdict: there is no "other". */
static struct sv
verdict_of(struct sv verdict)
{
	verdict = words_known(WORDS_VERDICT, verdict);
	return sv_eq(verdict, SV("other")) ? SV("unknown") : verdict;
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
	g->totals[TOTAL_HELD] += sv_eq(item->action, SV("quarantine")) ||
	                         sv_eq(item->action, SV("hold_for_review"));
	for (size_t t = TOTAL_VERDICTS; t < TOTAL_COUNT; t++)
		if (sv_eq_str(verdict, aggregate_totals[t]))
			g->totals[t]++;
	if (is_spam(verdict)) {
		g->totals[TOTAL_SPAM_RECIPIENTS] += item->recipients;
		g->totals[TOTAL_SPAM_BYTES] += item->bytes;
		g->totals[TOTAL_SPAM_CPU_US] += item->cpu_us;
	}
}

#define COUNT_ROW(g, table, ...)                                               \
	aggregate_count_row((g), (table), (struct sv[]){ __VA_ARGS__ }, 1)

static struct sv
or_else(struct sv word, struct sv otherwise)
{
	return word.n ? word : otherwise;
}

static void
count_auth(struct aggregate *g, const struct record_item *item,
           struct sv verdict)
{
	const struct sv none = SV("unchecked");

	COUNT_ROW(g, TABLE_AUTH, SV("spf"), or_else(item->spf, none), verdict);
	COUNT_ROW(g, TABLE_AUTH, SV("dkim"), or_else(item->dkim, none),
	          verdict);
	COUNT_ROW(g, TABLE_AUTH, SV("dmarc"), or_else(item->dmarc, none),
	          verdict);
}

static void
count_source(struct aggregate *g, const struct record_item *item,
             struct sv verdict)
{
	const struct sv unknown = SV("unknown");

	COUNT_ROW(g, TABLE_COUNTRY, or_else(item->country, unknown),
	          item->channel, verdict);
	COUNT_ROW(g, TABLE_ASN, or_else(item->asn, unknown), verdict);
	COUNT_ROW(g, TABLE_ROUTE, or_else(item->route, unknown), verdict);
}

void
aggregate_add(struct aggregate *g, const struct record_item *item)
{
	struct sv verdict = verdict_of(item->verdict);

	count_totals(g, item, verdict);
	COUNT_ROW(g, TABLE_CHANNEL, item->channel, verdict, item->action);
	COUNT_ROW(g, TABLE_SURFACE, item->surface, item->ad_type);
	COUNT_ROW(g, TABLE_CATEGORY, item->category, item->channel);
	COUNT_ROW(g, TABLE_EVIDENCE, or_else(item->evidence, SV("none")),
	          verdict);
	count_source(g, item, verdict);
	count_auth(g, item, verdict);
	for (size_t i = 0; i < item->n_rules; i++)
		COUNT_ROW(g, TABLE_RULE, item->rules[i]);
	if (item->campaign.n)
		COUNT_ROW(g, TABLE_CAMPAIGN, item->campaign, verdict);
}

void
aggregate_add_feedback(struct aggregate *g, const struct record_feedback *f)
{
	struct sv type = words_known(WORDS_FEEDBACK, f->type);
	struct sv reason = or_else(f->reason, SV("none"));

	if (sv_eq(type, SV("other"))) /* there is no total for it */
		return;
	if (sv_eq(type, SV("spam"))) {
		g->totals[TOTAL_COMPLAINTS]++;
		COUNT_ROW(g, TABLE_REASON, reason, f->channel);
	} else if (sv_eq(type, SV("not_spam"))) {
		g->totals[TOTAL_NOT_SPAM]++;
	} else if (sv_eq(type, SV("appeal"))) {
		g->totals[TOTAL_APPEALS]++;
	} else {
		g->totals[TOTAL_WITHDRAWN]++;
	}
	COUNT_ROW(g, TABLE_FEEDBACK, type, f->source);
}

void
aggregate_add_correction(struct aggregate *g, const struct record_correction *c)
{
	struct sv by = words_known(WORDS_BY, c->by);
	struct sv from = verdict_of(c->from), to = verdict_of(c->to);
	bool by_person = sv_eq(by, SV("review")) || sv_eq(by, SV("appeal"));

	g->totals[TOTAL_CORRECTIONS]++;
	COUNT_ROW(g, TABLE_CORRECTION, by, from, to);
	if (!by_person) /* no evidence of how good the verdict was */
		return;
	g->totals[TOTAL_AUDITED]++;
	if (is_spam(from) && sv_eq(to, SV("legitimate")))
		g->totals[TOTAL_FALSE_POSITIVE]++;
	if (!is_spam(from) && is_spam(to))
		g->totals[TOTAL_FALSE_NEGATIVE]++;
	if (sv_eq(by, SV("appeal")) && !sv_eq(from, to))
		g->totals[TOTAL_APPEALS_OVERTURNED]++;
}

void
aggregate_add_recognition(struct aggregate *g,
                          const struct record_recognition *r)
{
	g->totals[TOTAL_RECOGNITIONS]++;
	g->totals[TOTAL_RECOGNITION_S] += r->after_s;
	COUNT_ROW(g, TABLE_RECOGNITION, r->state, words_within(r->after_s));
}

void
aggregate_add_connections(struct aggregate *g, uint64_t opened,
                          uint64_t dropped)
{
	g->totals[TOTAL_CONNECTIONS] += opened;
	g->totals[TOTAL_CONNECTIONS_DROPPED] += dropped;
}

uint64_t
table_sum(const struct aggregate *g, enum table t)
{
	switch (table_sums[t].of) {
	case OF_ITEMS:
		return g->totals[TOTAL_ITEMS] * table_sums[t].times;
	case OF_FEEDBACK:
		return g->totals[TOTAL_COMPLAINTS] + g->totals[TOTAL_NOT_SPAM] +
		       g->totals[TOTAL_APPEALS] + g->totals[TOTAL_WITHDRAWN];
	case OF_COMPLAINTS:
		return g->totals[TOTAL_COMPLAINTS];
	case OF_CORRECTIONS:
		return g->totals[TOTAL_CORRECTIONS];
	case OF_RECOGNITIONS:
		return g->totals[TOTAL_RECOGNITIONS];
	case OF_NOTHING:
		break;
	}
	return 0;
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
