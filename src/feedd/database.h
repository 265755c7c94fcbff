/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the collector keeps, in one SQLite file: nodes, the ids of batches,
 * and counts. Every count of an accepted aggregate is added, in one
 * transaction a batch, to a row of its minute, its hour, its day and its
 * block of 30 days; no figure is ever derived by another way. Rows of minutes
 * are purged after a time, all others stay, so a sum over any period that
 * hours can express never changes.
 *
 * Any thread: writing is serialised, each reader has a snapshot of its own.
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
};

/* The table of named totals: those of record.h, then "lost",
 * "suppressed_rows" and "suppressed_items". */
#define DATABASE_TOTALS "totals"

/* Opens or makes the database. On failure E_IO with the reason. */
int database_open(const char *path, struct database **ret,
                  char why[DATABASE_TEXT]);
void database_close(struct database *s); /* takes NULL */

enum database_answer {
	DATABASE_NEW,
	DATABASE_SEEN,        /* the same batch was accepted before */
	DATABASE_CONFLICT,    /* another batch with this id was */
	DATABASE_UNAVAILABLE, /* locked, full or broken: nothing was changed */
};

/* Adds a batch; when this returns DATABASE_NEW it is on the disk. `digest` is
 * that of the content. The reason of DATABASE_UNAVAILABLE is in `why`. */
enum database_answer database_accept(struct database *s, const struct batch *b,
                                     const char *digest, int64_t now_unix_ms,
                                     char why[DATABASE_TEXT]);

/* Drops rows of minutes older than `retention_days` (in whole hours) and ids
 * of batches older than DATABASE_BATCH_DAYS. E_IO: tried again next time. */
int database_purge(struct database *s, int64_t now_unix_ms,
                   int64_t retention_days, char why[DATABASE_TEXT]);

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
};
int database_read_extent(struct database_reader *r,
                         struct database_extent *ret);

/* Which sums: over the cells of one table, in one period. */
struct database_query {
	const char *table;    /* one of aggregate_tables, or DATABASE_TOTALS */
	unsigned dims;        /* bit d: keep the table's dimension d apart */
	struct period period; /* in hours where minutes are purged */
	const char *node;     /* of this node only; NULL: of all */
	bool by_step;
	enum level step; /* with by_step: one sum a step */
};

struct database_sum {
	int64_t step_min;   /* begin of the step; 0 without by_step */
	struct sv cells[3]; /* empty where the dimension is not kept */
	uint64_t count;
	unsigned reporters; /* nodes with such a count */
};

/* Calls `each` in the order of steps, then words. E_IO, E_LIMIT. */
int database_read_sums(struct database_reader *r,
                       const struct database_query *q,
                       void (*each)(void *ctx, const struct database_sum *sum),
                       void *ctx);

struct database_node {
	struct sv name, org, domain, generator, ruleset, profile;
	uint64_t k_min, accounts;
	int64_t first_unix_ms, last_unix_ms; /* of its batches */
	bool is_reporting;                   /* has counts in the period */
};

/* Every node that ever sent a batch, by name. */
int database_read_nodes(struct database_reader *r, struct period p,
                        void (*each)(void *ctx,
                                     const struct database_node *node),
                        void *ctx);

#endif
