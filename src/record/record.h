/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What leaves a node for the central feed, and what both ends share: items
 * (one judged message, without any personal datum), aggregates (counts of
 * one minute) and batches (what is sent at once).
 *
 * An aggregate of the statistical profile has no field that could hold an
 * address, a name or a text: personal data cannot be expressed.
 */
#ifndef RECORD_RECORD_H
#define RECORD_RECORD_H

#include <jansson.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/sv.h"

enum { RECORD_MINUTE_MS = 60000 };

/* One judged message, reduced to what statistics count. The texts are words
 * of fixed vocabularies ("smtp", "mail", "advertising_spam", "reject",
 * "direct_ad", "gambling"; see words.c) and rule names; any other word is
 * counted as "other", a verdict as "unknown". */
struct record_item {
	int64_t unix_ms;
	struct sv channel, surface, verdict, action, ad_type, category;
	bool complete;
	uint64_t recipients, bytes, cpu_us;
	const struct sv *rules; /* scored ones that hit */
	size_t n_rules;
};

/* ---- aggregates ---- */

struct aggregate; /* counts of one minute */

struct aggregate *aggregate_new(int64_t minute_unix_ms);
void aggregate_free(struct aggregate *g); /* takes NULL */
void aggregate_add(struct aggregate *g, const struct record_item *item);
int64_t aggregate_minute(const struct aggregate *g);

/* Merges the counts of b into a (same minute or not). */
void aggregate_merge(struct aggregate *a, const struct aggregate *b);

/* Named totals: "items", "recipients", "bytes", "cpu_us", "incomplete",
 * "legitimate", "advertising_spam", "other_abuse", "suspected", "unknown". */
extern const char *const aggregate_totals[];
size_t aggregate_totals_count(void);
uint64_t aggregate_total(const struct aggregate *g, size_t index);

/* Tables of counts: "channel_verdict_action", "surface_adtype",
 * "category_channel", "rule". `each` gets a row's cells (dimension words) and
 * its count, rows in order of their words. */
struct aggregate_table {
	const char *name;
	const char *dims[3]; /* NULL-terminated when fewer */
	size_t n_dims;
};
extern const struct aggregate_table aggregate_tables[];
size_t aggregate_tables_count(void);
void aggregate_rows(const struct aggregate *g, size_t table,
                    void (*each)(void *ctx, const struct sv *cells,
                                 uint64_t count),
                    void *ctx);

/* ---- batches: the body of POST /v1/batches ---- */

/*
 * {"v":"1","batch":"NODE/SEGMENT/FROM-TO","node":"mx1","generator":"tamis 0.1",
 *  "reporter":{"org","domain","contact"},"ruleset":"sha256:...",
 *  "privacy":{"profile":"statistical","k_min":1,"suppressed_rows":0,
 *             "suppressed_items":0},
 *  "coverage":{"accounts":0,"lost":0},
 *  "aggregates":[{"period":{"begin":"2026-11-23T03:04:00.000Z",
 *                           "end":"2026-11-23T03:05:00.000Z"},
 *                 "totals":{"items":12,...},
 *                 "tables":{"channel_verdict_action":[["smtp",
 *                           "legitimate","accept",11],...],...}},...],
 *  "events":[...]}                 (empty in the statistical profile)
 */
struct batch {
	struct sv id, node, generator, org, domain, contact, ruleset, profile;
	uint64_t k_min, suppressed_rows, suppressed_items;
	uint64_t accounts, lost; /* items lost since the batch before */
	struct aggregate **aggregates;
	size_t n_aggregates;
	json_t *events; /* array or NULL, borrowed */
};

/* Writes JSON: the same text for the same counts. Rows of a table below
 * b->k_min are merged into its row of "other"s, which comes last, and are
 * counted as suppressed; `out->full` when it did not fit. */
void batch_write(const struct batch *b, struct buf *out);

/* Reads and checks `root`: every member known and there, every word known,
 * every number in range, minutes ascending, totals and tables in agreement
 * (each table but "rule" adds up to the items). On failure E_SYNTAX or E_RANGE,
 * with the JSON pointer (RFC 6901) and the reason in `pointer` and `why`. The
 * strings are borrowed from root; the aggregates are released by batch_done().
 */
int batch_parse(json_t *root, struct batch *ret, char pointer[128],
                char why[128]);
void batch_done(struct batch *b);

#endif
