/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the collector keeps: nodes, batches, counts, and what is to be noted
 * about them. In an SQLite file or in PostgreSQL, by the same SQL.
 *
 * Every count of an accepted batch is added, in one transaction, to a row of
 * its minute, its hour, its day and its block of 30 days of its node; no
 * figure is ever derived by another way. Rows of minutes are purged after a
 * time, all others stay, so a sum over any period that hours can express
 * never changes. Steps that are over are rolled up over all nodes
 * (database_roll_up()); that makes questions quick and changes no answer.
 *
 * Tables and totals are those of record.h: a new one there needs no change
 * here. Any thread; several processes may share a PostgreSQL database.
 */
#ifndef FEEDD_DATABASE_H
#define FEEDD_DATABASE_H

#include "feedd/period.h"
#include "record/record.h"

struct database;

enum {
	DATABASE_TEXT = 256,
	/* Ids of batches are remembered, and counts accepted, this long. */
	DATABASE_BATCH_DAYS = 400,
	/* Up to this many nodes are counted exactly in each figure. */
	DATABASE_REPORTERS_EXACT = 32,
};

/* The table of named totals: those of record.h, then "lost",
 * "suppressed_rows" and "suppressed_items". */
#define DATABASE_TOTALS "totals"

/* Opens or makes the database: a path is that of an SQLite file,
 * "postgresql://..." (or "postgres://...") an address of libpq. On failure
 * E_IO with the reason. */
int database_open(const char *address, struct database **ret,
                  char why[DATABASE_TEXT]);
void database_close(struct database *s); /* takes NULL */

/* "SQLite" or "PostgreSQL". */
const char *database_kind(const struct database *s);

/* ---- writing ---- */

/* The finest level that is kept; minutes unless it is set. Before the first
 * batch. */
void database_set_finest(struct database *s, enum level finest);

enum database_answer {
	DATABASE_NEW,
	DATABASE_HELD,        /* new, and not counted before it is confirmed */
	DATABASE_SEEN,        /* the same batch was accepted before */
	DATABASE_CONFLICT,    /* another batch with this id was */
	DATABASE_UNKNOWN,     /* no such batch (any more) */
	DATABASE_UNAVAILABLE, /* locked, full or broken: nothing was changed */
};

/* A batch and what is known of it. */
struct database_batch {
	const struct batch *batch;
	const char *digest;  /* of the content */
	struct sv content;   /* to be given back by database_content() */
	int64_t now_unix_ms; /* our clock */
	int64_t clock_ms;    /* how fast the clock of the node is; 0: right */
	/* More items an hour than `hour_items`, and than `hour_factor` times
	 * what this node sent in any hour of the 30 days before, make it wait
	 * for somebody's word; 0: nothing does. */
	uint64_t hour_items, hour_factor;
	/* Says that it replaces another one, whose counts are taken back: it,
	 * read from its content; NULL: its content is not there (any more). */
	bool is_correction;
	const struct batch *corrects;
};

/* Adds a batch; when this returns DATABASE_NEW or DATABASE_HELD it is on the
 * disk. The reason of DATABASE_UNAVAILABLE is in `why`. */
enum database_answer database_accept(struct database *s,
                                     const struct database_batch *b,
                                     char why[DATABASE_TEXT]);

/* The content of a batch that is counted or held; E_UNKNOWN, E_IO. */
int database_content(struct database *s, struct sv node, struct sv id,
                     struct buf *out, char why[DATABASE_TEXT]);

/* Counts a batch that was held (`b`, read from its content), or drops it
 * (NULL). DATABASE_NEW: done. */
enum database_answer database_review(struct database *s, struct sv node,
                                     struct sv id, const struct batch *b,
                                     int64_t now_unix_ms,
                                     char why[DATABASE_TEXT]);

/* Rolls up at most `steps_max` steps that are over; several processes do not
 * get into each other's way. Returns how many, or E_IO. */
int database_roll_up(struct database *s, int64_t now_unix_ms,
                     unsigned steps_max, char why[DATABASE_TEXT]);

/* Drops rows of minutes older than `retention_days` (in whole hours), contents
 * older than `content_days`, and ids of batches older than
 * DATABASE_BATCH_DAYS. E_IO: tried again next time. */
int database_purge(struct database *s, int64_t now_unix_ms,
                   int64_t retention_days, int64_t content_days,
                   char why[DATABASE_TEXT]);

/* ---- reading ---- */

struct database_reader;

/* Begins a snapshot. Reading that lasts longer than `limit_ms` altogether
 * ends with E_LIMIT. E_IO. */
int database_read_begin(struct database *s, int64_t limit_ms,
                        struct database_reader **ret, char why[DATABASE_TEXT]);
void database_read_end(struct database_reader *r);
const char *database_read_error(struct database_reader *r);

struct database_extent {
	bool has_data;
	struct period data;   /* from the hour of the first count */
	int64_t minutes_from; /* counts of minutes are kept from here on */
	int64_t batches;      /* accepted, ever */
	int64_t held;         /* batches that wait for somebody's word */
};
int database_read_extent(struct database_reader *r,
                         struct database_extent *ret);

/* Which sums: over the cells of one table, in one period. */
struct database_query {
	const char *table;    /* one of aggregate_tables, or DATABASE_TOTALS */
	unsigned dims;        /* bit d: keep the table's dimension d apart */
	struct period period; /* in hours where minutes are purged */
	const char *node;     /* of this node only; NULL: of all */
	bool by_node;         /* one sum a node */
	bool by_step;
	enum level step; /* with by_step: one sum a step */
};

struct database_sum {
	int64_t step_min;   /* begin of the step; 0 without by_step */
	struct sv node;     /* empty without by_node */
	struct sv cells[3]; /* empty where the dimension is not kept */
	uint64_t count;
	/* Nodes with such a count: exact up to DATABASE_REPORTERS_EXACT, above
	 * that there may be more. */
	unsigned reporters;
};

/* Calls `each` in the order of steps, then nodes, then words. E_IO, E_LIMIT. */
int database_read_sums(struct database_reader *r,
                       const struct database_query *q,
                       void (*each)(void *ctx, const struct database_sum *sum),
                       void *ctx);

struct database_node {
	struct sv name, org, domain, generator, ruleset, profile, sector;
	uint64_t k_min, accounts, accounts_filtered, nodes_expected;
	uint64_t held;                       /* its batches that wait */
	int64_t first_unix_ms, last_unix_ms; /* of its batches */
	int64_t last_min;                    /* of its counts */
	int64_t clock_ms;                    /* how fast its clock is */
	bool is_reporting;                   /* has counts in the period */
};

/* Every node that ever sent a batch, by name. */
int database_read_nodes(struct database_reader *r, struct period p,
                        void (*each)(void *ctx,
                                     const struct database_node *node),
                        void *ctx);

/* What is to be noted about the figures of a node. */
struct database_note {
	struct sv node;
	/* Gaps: "lost" (`count` records, says the node; text: why, one of
	 * batch_gaps, or empty), "silent" (no counts for an hour or more),
	 * "clock" (`count` seconds wrong; text "fast" or "slow"), "held",
	 * "rejected" and "confirmed" (`count` items; text: the batch),
	 * "corrected" (text: the batch that another one replaced).
	 * Marks, for breaks of method: "first" (the first batch of the node),
	 * and those of batch_marks (text: the new one). */
	struct sv kind, text;
	struct period period; /* that it is about */
	uint64_t count;
	int64_t unix_ms; /* when it was noted */
};

/* Those whose period touches `p`, in the order of their begin, then nodes.
 * `node`: of this one only; NULL: of all. */
int database_read_notes(
    struct database_reader *r, struct period p, const char *node,
    void (*each)(void *ctx, const struct database_note *note), void *ctx);

/* Batches whose counts touch `p`, in the order of their begin, then nodes. */
struct database_known {
	struct sv node, id;
	const char *state; /* "counted", "held", "rejected", "corrected" */
	uint64_t items;
	struct period period;
	bool has_content; /* it can be shown, and corrected */
};
int database_read_batches(struct database_reader *r, struct period p,
                          void (*each)(void *ctx,
                                       const struct database_known *batch),
                          void *ctx);

/* Batches that are held, the oldest first. */
struct database_held {
	struct sv node, id;
	uint64_t items;
	int64_t unix_ms;
};
int database_read_held(struct database_reader *r,
                       void (*each)(void *ctx,
                                    const struct database_held *held),
                       void *ctx);

#endif
