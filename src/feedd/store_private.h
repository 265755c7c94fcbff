/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the store share. */
#ifndef FEEDD_STORE_PRIVATE_H
#define FEEDD_STORE_PRIVATE_H

#include <pthread.h>
#include <sqlite3.h>

#include "base/map.h"
#include "feedd/store.h"

/* Statements of the writing connection; their SQL is in store.c. */
enum store_statement {
	SQL_BEGIN,
	SQL_COMMIT,
	SQL_ROLLBACK,
	SQL_NODE_SET,
	SQL_NODE_ID,
	SQL_BATCH_GET,
	SQL_BATCH_ADD,
	SQL_CELL_ADD,
	SQL_CELL_ID,
	SQL_COUNT_ADD,
	SQL_MINUTES_FIRST,
	SQL_MINUTES_FROM,
	SQL_MINUTES_FROM_SET,
	SQL_MINUTES_DROP,
	SQL_BATCH_DROP,
	SQL_STATEMENTS,
};

struct store {
	char *path;
	pthread_mutex_t lock; /* of everything below */
	sqlite3 *db;
	sqlite3_stmt *statements[SQL_STATEMENTS];
	struct map *cells; /* "TABLE\0WORD\0WORD\0WORD\0": its id as pointer */
};

/* Runs a statement that was bound to its first row or its end: SQLITE_ROW,
 * SQLITE_DONE or an error. store_done() resets it. */
int store_step(struct store *s, enum store_statement which);
void store_done(struct store *s, enum store_statement which);

/* Both at once, for statements without a result: E_IO. */
int store_run(struct store *s, enum store_statement which);

/* A statement without results and parameters; false after an error. */
bool store_exec(sqlite3 *db, const char *sql);

/* The id of a cell, made where there is none; `words` NULL: that of the table
 * itself. E_IO. */
int store_cell(struct store *s, struct sv table, const struct sv words[3],
               int64_t *ret_id);

/* Counts of minutes before this one are not kept any more. */
int64_t store_minutes_from(struct store *s);

/* Binds text that outlives the statement's next reset. */
void store_bind(sqlite3_stmt *q, int index, struct sv text);

#endif
