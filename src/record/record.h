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
 * counted as "other", a verdict as "unknown". Those that are empty were not
 * looked for. */
struct record_item {
	int64_t unix_ms;
	struct sv channel, surface, verdict, action, ad_type, category;
	struct sv country, asn;     /* of the client: "FR", "64500" */
	struct sv spf, dkim, dmarc; /* results */
	struct sv evidence, route;  /* words of WORDS_EVIDENCE, WORDS_ROUTE */
	struct sv campaign;         /* a pseudonym, or "" */
	bool complete;
	uint64_t recipients, bytes, cpu_us;
	const struct sv *rules; /* scored ones that hit */
	size_t n_rules;
};

/* What somebody says of a message: words of WORDS_FEEDBACK and others. */
struct record_feedback {
	int64_t unix_ms;
	struct sv channel, type, source, reason;
};

/* The result of a review: `from` and `to` are verdicts, the same when it was
 * confirmed. A message has counted as `from`, and goes on to. */
struct record_correction {
	int64_t unix_ms;
	struct sv by, from, to;
};

/* A campaign was recognised by what people say of it, `after_s` seconds after
 * its first message. */
struct record_recognition {
	int64_t unix_ms;
	struct sv state;
	uint64_t after_s;
};

/* ---- aggregates ---- */

struct aggregate; /* counts of one minute */

struct aggregate *aggregate_new(int64_t minute_unix_ms);
void aggregate_free(struct aggregate *g); /* takes NULL */
void aggregate_add(struct aggregate *g, const struct record_item *item);
void aggregate_add_feedback(struct aggregate *g,
                            const struct record_feedback *f);
void aggregate_add_correction(struct aggregate *g,
                              const struct record_correction *c);
void aggregate_add_recognition(struct aggregate *g,
                               const struct record_recognition *r);
void aggregate_add_connections(struct aggregate *g, uint64_t opened,
                               uint64_t dropped);
int64_t aggregate_minute(const struct aggregate *g);

/* Merges the counts of b into a (same minute or not). */
void aggregate_merge(struct aggregate *a, const struct aggregate *b);

/* Named totals; the verdicts come last. docs/feed.md says what they count. */
extern const char *const aggregate_totals[];
size_t aggregate_totals_count(void);
uint64_t aggregate_total(const struct aggregate *g, size_t index);

/* Tables of counts. `each` gets a row's cells (dimension words) and its
 * count, rows in order of their words. */
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

/* When the way of counting changed: words of "what", and the two values. */
struct batch_mark {
	int64_t minute_unix_ms;
	struct sv what, from, to;
};

/* Records that are in no batch, and when they were written. */
struct batch_gap {
	int64_t begin_unix_ms, end_unix_ms; /* full minutes */
	uint64_t records;
	struct sv why;
};

enum { BATCH_GAPS_MAX = 100, BATCH_MARKS_MAX = 100 };

/* The words of "what" and "why", NULL-terminated. */
extern const char *const batch_marks[], *const batch_gaps[];

/*
 * {"v":"2","batch":"NODE/SEGMENT/FROM-TO","node":"mx1",
 *  "supersedes":"NODE/SEGMENT/FROM-TO",                     (if it does)
 *  "generator":"tamis 0.1",
 *  "reporter":{"org","domain","contact","sector"},"ruleset":"sha256:...",
 *  "privacy":{"profile":"statistical","k_min":1,"suppressed_rows":0,
 *             "suppressed_items":0},
 *  "coverage":{"accounts":0,"accounts_filtered":0,"nodes_expected":1,
 *              "lost":0,"gaps":[{"begin","end","records","why"}]},
 *  "marks":[{"time","what":"ruleset","from":"sha256:...","to":"sha256:..."}],
 *  "aggregates":[{"period":{"begin":"2026-11-23T03:04:00.000Z",
 *                           "end":"2026-11-23T03:05:00.000Z"},
 *                 "totals":{"items":12,...},
 *                 "tables":{"channel_verdict_action":[["smtp",
 *                           "legitimate","accept",11],...],...}},...],
 *  "events":[...]}                 (empty in the statistical profile)
 *
 * Version 1, which is read as well, is the same without what may be left out
 * here: "supersedes", "sector", "accounts_filtered", "nodes_expected",
 * "gaps", "marks", and totals and tables that are empty.
 */
struct batch {
	struct sv id, node, generator, org, domain, contact, ruleset, profile;
	struct sv sector;     /* "" where it is not stated */
	struct sv supersedes; /* a batch that this one replaces; "" */
	uint64_t k_min, suppressed_rows, suppressed_items;
	uint64_t accounts, accounts_filtered;
	uint64_t nodes_expected; /* of the organisation; 0: not stated */
	uint64_t lost;           /* records lost since the batch before */
	struct batch_gap gaps[BATCH_GAPS_MAX]; /* where they are missing */
	size_t n_gaps;
	struct batch_mark marks[BATCH_MARKS_MAX];
	size_t n_marks;
	struct aggregate **aggregates;
	size_t n_aggregates;
	json_t *events; /* array or NULL, borrowed */
};

/* Writes JSON: the same text for the same counts. Rows of a table below
 * b->k_min are merged into its row of "other"s, which comes last, and are
 * counted as suppressed; `out->full` when it did not fit. */
void batch_write(const struct batch *b, struct buf *out);

/* Reads and checks `root`: every member known, every word known, every number
 * in range, minutes ascending, totals and tables in agreement. On failure
 * E_SYNTAX, E_RANGE or E_LIMIT when it breaks the schema
 * (schema/batch.schema.json), E_STATE when it does not agree with itself,
 * which no schema can tell; with the JSON pointer (RFC 6901) and the reason
 * in `pointer` and `why`. The strings are borrowed from root; the aggregates
 * are released by batch_done(). */
int batch_parse(json_t *root, struct batch *ret, char pointer[128],
                char why[128]);
void batch_done(struct batch *b);

#endif
