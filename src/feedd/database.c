/* SPDX-License-Identifier: Apache-2.0 */
/* The database file itself: making it, its statements, what is purged. */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "feedd/database_private.h"

enum { BUSY_MS = 2000, SCHEMA_VERSION = 1 };

/* A cell is one row of words of a published table; words that the table does
 * not have are empty. The table itself is known by the id of its cell without
 * any word. In `total`, level and table come first: each question reads one
 * continuous range. */
static const char schema[] =
    "BEGIN IMMEDIATE;"
    "CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value INTEGER);"
    "CREATE TABLE IF NOT EXISTS node (id INTEGER PRIMARY KEY,"
    " name TEXT NOT NULL UNIQUE, org TEXT, domain TEXT, generator TEXT,"
    " ruleset TEXT, profile TEXT, k_min INTEGER, accounts INTEGER,"
    " first_ms INTEGER, last_ms INTEGER, batches INTEGER);"
    "CREATE TABLE IF NOT EXISTS batch (node INTEGER, id TEXT,"
    " digest TEXT NOT NULL, received_ms INTEGER NOT NULL,"
    " PRIMARY KEY (node, id)) WITHOUT ROWID;"
    "CREATE INDEX IF NOT EXISTS batch_received ON batch (received_ms);"
    "CREATE TABLE IF NOT EXISTS cell (id INTEGER PRIMARY KEY,"
    " tab TEXT NOT NULL, a TEXT NOT NULL, b TEXT NOT NULL, c TEXT NOT NULL,"
    " UNIQUE (tab, a, b, c));"
    "CREATE TABLE IF NOT EXISTS total (level INTEGER, tab INTEGER,"
    " start INTEGER, cell INTEGER, node INTEGER, n INTEGER NOT NULL,"
    " PRIMARY KEY (level, tab, start, cell, node)) WITHOUT ROWID;"
    "INSERT OR IGNORE INTO meta VALUES ('minutes_from', 0);"
    "PRAGMA user_version = 1;"
    "COMMIT;";

static const char *const sql[SQL_STATEMENTS] = {
	[SQL_BEGIN] = "BEGIN IMMEDIATE",
	[SQL_COMMIT] = "COMMIT",
	[SQL_ROLLBACK] = "ROLLBACK",
	[SQL_NODE_SET] =
	    "INSERT INTO node (name, org, domain, generator, ruleset, profile,"
	    " k_min, accounts, first_ms, last_ms, batches)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, 1)"
	    " ON CONFLICT (name) DO UPDATE SET org = ?2, domain = ?3,"
	    " generator = ?4, ruleset = ?5, profile = ?6, k_min = ?7,"
	    " accounts = ?8, last_ms = ?9, batches = batches + 1",
	[SQL_NODE_ID] = "SELECT id FROM node WHERE name = ?1",
	[SQL_BATCH_GET] = "SELECT digest FROM batch"
			  " WHERE node = ?1 AND id = ?2",
	[SQL_BATCH_ADD] = "INSERT INTO batch VALUES (?1, ?2, ?3, ?4)",
	[SQL_CELL_ADD] = "INSERT OR IGNORE INTO cell (tab, a, b, c)"
			 " VALUES (?1, ?2, ?3, ?4)",
	[SQL_CELL_ID] = "SELECT id FROM cell"
			" WHERE tab = ?1 AND a = ?2 AND b = ?3 AND c = ?4",
	[SQL_COUNT_ADD] = "INSERT INTO total VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
			  " ON CONFLICT DO UPDATE SET n = n + ?6",
	[SQL_MINUTES_FIRST] = "SELECT MIN(start) FROM total"
			      " WHERE level = 0 AND tab = ?1",
	[SQL_MINUTES_FROM] = "SELECT value FROM meta"
			     " WHERE key = 'minutes_from'",
	[SQL_MINUTES_FROM_SET] = "UPDATE meta"
				 " SET value = MAX(value, ?1)"
				 " WHERE key = 'minutes_from'",
	[SQL_MINUTES_DROP] = "DELETE FROM total WHERE level = 0 AND tab = ?1"
			     " AND start >= ?2 AND start < ?3",
	[SQL_BATCH_DROP] = "DELETE FROM batch WHERE received_ms < ?1",
};

bool
database_exec(sqlite3 *db, const char *text)
{
	return sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK;
}

int
database_step(struct database *s, enum database_statement which)
{
	return sqlite3_step(s->statements[which]);
}

void
database_done(struct database *s, enum database_statement which)
{
	sqlite3_reset(s->statements[which]);
	sqlite3_clear_bindings(s->statements[which]);
}

int
database_run(struct database *s, enum database_statement which)
{
	int result = database_step(s, which);

	database_done(s, which);
	return result == SQLITE_DONE ? 0 : E_IO;
}

int64_t
database_minutes_from(struct database *s)
{
	int64_t minute = 0;

	if (database_step(s, SQL_MINUTES_FROM) == SQLITE_ROW)
		minute =
		    sqlite3_column_int64(s->statements[SQL_MINUTES_FROM], 0);
	database_done(s, SQL_MINUTES_FROM);
	return minute;
}

void
database_bind(sqlite3_stmt *q, int index, struct sv text)
{
	sqlite3_bind_text64(q, index, text.p ? text.p : "", text.n,
	                    SQLITE_STATIC, SQLITE_UTF8);
}

/* A database of a later version is not touched. */
static bool
is_known_version(sqlite3 *db)
{
	sqlite3_stmt *q;
	bool known;

	if (sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &q, NULL))
		return false;
	known = sqlite3_step(q) == SQLITE_ROW &&
	        sqlite3_column_int(q, 0) <= SCHEMA_VERSION;
	sqlite3_finalize(q);
	return known;
}

/* The node forgets a batch once we say 201: it must survive a power cut. */
static bool
prepare(struct database *s)
{
	if (!database_exec(s->db, "PRAGMA journal_mode = WAL;"
	                          "PRAGMA synchronous = FULL") ||
	    !is_known_version(s->db) || !database_exec(s->db, schema))
		return false;
	for (size_t i = 0; i < SQL_STATEMENTS; i++)
		if (sqlite3_prepare_v3(s->db, sql[i], -1,
		                       SQLITE_PREPARE_PERSISTENT,
		                       &s->statements[i], NULL))
			return false;
	return true;
}

int
database_open(const char *path, struct database **ret, char why[DATABASE_TEXT])
{
	struct database *s = mem_calloc(1, sizeof *s);

	s->path = mem_strdup(path);
	s->cells = map_new();
	pthread_mutex_init(&s->lock, NULL);
	if (sqlite3_open_v2(path, &s->db,
	                    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
	                        SQLITE_OPEN_NOMUTEX,
	                    NULL) == SQLITE_OK) {
		sqlite3_busy_timeout(s->db, BUSY_MS);
		if (prepare(s)) {
			*ret = s;
			return 0;
		}
	}
	snprintf(why, DATABASE_TEXT, "%s: %s", path,
	         sqlite3_errcode(s->db) ? sqlite3_errmsg(s->db)
	                                : "made by a later version");
	database_close(s);
	return E_IO;
}

void
database_close(struct database *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < SQL_STATEMENTS; i++)
		sqlite3_finalize(s->statements[i]);
	sqlite3_close(s->db);
	pthread_mutex_destroy(&s->lock);
	map_free(s->cells);
	free(s->path);
	free(s);
}

/* ---- purging ---- */

static int
set_minutes_from(struct database *s, int64_t minute)
{
	sqlite3_bind_int64(s->statements[SQL_MINUTES_FROM_SET], 1, minute);
	return database_run(s, SQL_MINUTES_FROM_SET);
}

/* The first minute of a table that still has a row; `none` without any. */
static int64_t
first_minute(struct database *s, int64_t tab, int64_t none)
{
	sqlite3_stmt *q = s->statements[SQL_MINUTES_FIRST];

	sqlite3_bind_int64(q, 1, tab);
	if (database_step(s, SQL_MINUTES_FIRST) == SQLITE_ROW &&
	    sqlite3_column_type(q, 0) == SQLITE_INTEGER)
		none = sqlite3_column_int64(q, 0);
	database_done(s, SQL_MINUTES_FIRST);
	return none;
}

/* An hour at a time, so that batches are not kept waiting. */
static int
purge_table(struct database *s, struct sv table, int64_t until)
{
	sqlite3_stmt *q = s->statements[SQL_MINUTES_DROP];
	int result;

	for (;;) {
		int64_t from = until, tab;

		pthread_mutex_lock(&s->lock);
		result = database_cell(s, table, NULL, &tab);
		if (!result)
			from = first_minute(s, tab, until);
		if (from < until) {
			int64_t end = from + level_minutes[LEVEL_HOUR];

			sqlite3_bind_int64(q, 1, tab);
			sqlite3_bind_int64(q, 2, from);
			sqlite3_bind_int64(q, 3, end < until ? end : until);
			result = database_run(s, SQL_MINUTES_DROP);
		}
		pthread_mutex_unlock(&s->lock);
		if (result || from >= until)
			return result;
	}
}

/* Readers stop using the minutes before the first of their rows goes. */
static int
begin_purge(struct database *s, int64_t now_ms, int64_t until)
{
	sqlite3_stmt *q = s->statements[SQL_BATCH_DROP];
	int result;

	pthread_mutex_lock(&s->lock);
	result = set_minutes_from(s, until);
	if (!result) {
		sqlite3_bind_int64(q, 1,
		                   now_ms - DATABASE_BATCH_DAYS * 86400000LL);
		result = database_run(s, SQL_BATCH_DROP);
	}
	pthread_mutex_unlock(&s->lock);
	return result;
}

int
database_purge(struct database *s, int64_t now_ms, int64_t retention_days,
               char why[DATABASE_TEXT])
{
	int64_t now_min = now_ms / RECORD_MINUTE_MS;
	int64_t until = level_floor(
	    LEVEL_HOUR, now_min - retention_days * level_minutes[LEVEL_DAY]);
	int result;

	if (until <= 0)
		return 0;
	result = begin_purge(s, now_ms, until);
	for (size_t t = 0; !result && t < aggregate_tables_count(); t++)
		result =
		    purge_table(s, sv_str(aggregate_tables[t].name), until);
	if (!result)
		result = purge_table(s, SV(DATABASE_TOTALS), until);
	if (result)
		snprintf(why, DATABASE_TEXT, "%s", sqlite3_errmsg(s->db));
	return result;
}
