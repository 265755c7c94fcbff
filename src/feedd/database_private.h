/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the database share. */
#ifndef FEEDD_DATABASE_PRIVATE_H
#define FEEDD_DATABASE_PRIVATE_H

#include <pthread.h>
#include <sqlite3.h>

#include "base/map.h"
#include "feedd/database.h"

/* Statements of the writing connection; their SQL is in database.c. */
enum database_statement {
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

struct database {
	char *path;
	pthread_mutex_t lock; /* of everything below */
	sqlite3 *db;
	sqlite3_stmt *statements[SQL_STATEMENTS];
	struct map *cells; /* "TABLE\0WORD\0WORD\0WORD\0": its id as pointer */
};

/* Runs a statement that was bound to its first row or its end: SQLITE_ROW,
 * SQLITE_DONE or an error. database_done() resets it. */
int database_step(struct database *s, enum database_statement which);
void database_done(struct database *s, enum database_statement which);

/* Both at once, for statements without a result: E_IO. */
int database_run(struct database *s, enum database_statement which);

/* A statement without results and parameters; false after an error. */
bool database_exec(sqlite3 *db, const char *sql);

/* The id of a cell, made where there is none; `words` NULL: that of the table
 * itself. E_IO. */
int database_cell(struct database *s, struct sv table, const struct sv words[3],
                  int64_t *ret_id);

/* Counts of minutes before this one are not kept any more. */
int64_t database_minutes_from(struct database *s);

/* Binds text that outlives the statement's next reset. */
void database_bind(sqlite3_stmt *q, int index, struct sv text);

#endif
