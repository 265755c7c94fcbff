/* SPDX-License-Identifier: Apache-2.0 */
/* Databases in a file: one writer, any number of readers beside it. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "feedd/database_private.h"

enum {
	BUSY_MS = 2000,
	PROGRESS_STEPS = 10000,
	STATEMENTS_MAX = 100, /* kept prepared */
	COLUMNS_MAX = 24,
};

struct sql {
	sqlite3 *db;
	struct map *statements; /* text: sqlite3_stmt */
	int64_t deadline_us;    /* monotonic; 0: none */
};

static const char *const own_schema[] = {
	"CREATE TABLE total (level INTEGER, tab INTEGER, node INTEGER,"
	" start INTEGER, cell INTEGER, n INTEGER NOT NULL,"
	" PRIMARY KEY (level, tab, node, start, cell)) WITHOUT ROWID",
	NULL,
};

/* ---- connections ---- */

/* SQLite asks this now and then; not 0 ends the statement. */
static int
is_late(void *ctx)
{
	const struct sql *c = ctx;

	return c->deadline_us && clock_mono_us() > c->deadline_us;
}

static void
sqlite_close(struct sql *c)
{
	struct sv key;
	void *statement;

	for (size_t pos = 0; map_next(c->statements, &pos, &key, &statement);)
		sqlite3_finalize(statement);
	map_free(c->statements);
	sqlite3_close(c->db);
	free(c);
}

/* The node forgets a batch once we say 201: it must survive a power cut. */
static int
sqlite_open(const char *path, struct sql **ret, char why[DATABASE_TEXT])
{
	struct sql *c = mem_calloc(1, sizeof *c);

	c->statements = map_new();
	if (sqlite3_open_v2(path, &c->db,
	                    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
	                        SQLITE_OPEN_NOMUTEX,
	                    NULL) == SQLITE_OK) {
		sqlite3_busy_timeout(c->db, BUSY_MS);
		sqlite3_progress_handler(c->db, PROGRESS_STEPS, is_late, c);
		if (sqlite3_exec(c->db,
		                 "PRAGMA journal_mode = WAL;"
		                 "PRAGMA synchronous = FULL;"
		                 "PRAGMA cache_size = -16384",
		                 NULL, NULL, NULL) == SQLITE_OK) {
			*ret = c;
			return 0;
		}
	}
	snprintf(why, DATABASE_TEXT, "%s: %s", path, sqlite3_errmsg(c->db));
	sqlite_close(c);
	return E_IO;
}

static const char *
sqlite_error(const struct sql *c)
{
	return sqlite3_errmsg(c->db);
}

/* ---- statements ---- */

static int
error_of(int code)
{
	if (code == SQLITE_DONE || code == SQLITE_OK)
		return 0;
	return code == SQLITE_INTERRUPT ? E_LIMIT : E_IO;
}

/* *ret_is_kept false: to be finalized. */
static int
prepare(struct sql *c, const char *text, sqlite3_stmt **ret, bool *ret_is_kept)
{
	*ret = map_get(c->statements, sv_str(text));
	*ret_is_kept = true;
	if (*ret)
		return 0;
	if (sqlite3_prepare_v3(c->db, text, -1, SQLITE_PREPARE_PERSISTENT, ret,
	                       NULL))
		return E_IO;
	*ret_is_kept = map_count(c->statements) < STATEMENTS_MAX;
	if (*ret_is_kept)
		map_set(c->statements, sv_str(text), *ret);
	return 0;
}

static void
bind(sqlite3_stmt *q, const struct sql_value *values, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct sql_value *v = &values[i];
		const char *p = v->text.p ? v->text.p : "";
		int at = (int)i + 1;

		if (v->kind == SQL_NUMBER)
			sqlite3_bind_int64(q, at, v->number);
		else if (v->kind == SQL_TEXT)
			sqlite3_bind_text64(q, at, p, v->text.n, SQLITE_STATIC,
			                    SQLITE_UTF8);
		else
			sqlite3_bind_blob64(q, at, p, v->text.n, SQLITE_STATIC);
	}
}

static int
each_row(sqlite3_stmt *q, sql_each *each, void *ctx)
{
	int n = sqlite3_column_count(q), code;

	while ((code = sqlite3_step(q)) == SQLITE_ROW) {
		struct sv cells[COLUMNS_MAX] = { { NULL, 0 } };

		for (int i = 0; each && i < n && i < COLUMNS_MAX; i++) {
			/* of a number this makes a text */
			cells[i].p =
			    sqlite3_column_type(q, i) == SQLITE_BLOB
				? sqlite3_column_blob(q, i)
				: (const char *)sqlite3_column_text(q, i);
			cells[i].n = (size_t)sqlite3_column_bytes(q, i);
		}
		if (each)
			each(ctx, cells);
	}
	return error_of(code);
}

static int
sqlite_run(struct sql *c, const char *text, const struct sql_value *values,
           size_t n, sql_each *each, void *ctx)
{
	sqlite3_stmt *q;
	bool kept;
	int result;

	if (prepare(c, text, &q, &kept))
		return E_IO;
	bind(q, values, n);
	result = each_row(q, each, ctx);
	if (kept) {
		sqlite3_reset(q);
		sqlite3_clear_bindings(q);
	} else {
		sqlite3_finalize(q);
	}
	return result;
}

static int
sqlite_begin(struct sql *c, enum sql_mode mode, int64_t limit_ms)
{
	c->deadline_us = limit_ms ? clock_mono_us() + limit_ms * 1000 : 0;
	return sqlite_run(c, mode == SQL_READ ? "BEGIN" : "BEGIN IMMEDIATE",
	                  NULL, 0, NULL, NULL);
}

static int
sqlite_commit(struct sql *c)
{
	return sqlite_run(c, "COMMIT", NULL, 0, NULL, NULL);
}

static void
sqlite_rollback(struct sql *c)
{
	c->deadline_us = 0;
	if (!sqlite3_get_autocommit(c->db))
		sqlite_run(c, "ROLLBACK", NULL, 0, NULL, NULL);
}

/* ---- counts ---- */

static int
sqlite_add(struct sql *c, int64_t node, const struct change *list, size_t n)
{
	static const char text[] =
	    "INSERT INTO total VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
	    " ON CONFLICT DO UPDATE SET n = n + ?6";
	int result = 0;

	for (size_t i = 0; i < n && !result; i++) {
		const struct sql_value values[] = {
			sql_number(list[i].level), sql_number(list[i].tab),
			sql_number(node),          sql_number(list[i].start),
			sql_number(list[i].cell),  sql_number(list[i].n),
		};

		result = sqlite_run(c, text, values, 6, NULL, NULL);
	}
	return result;
}

static int
sqlite_make_step(struct sql *c, enum level level, int64_t start)
{
	(void)c;
	(void)level;
	(void)start;
	return 0;
}

struct numbers {
	VEC(int64_t) list;
};

static void
take_number(void *ctx, const struct sv *cells)
{
	struct numbers *numbers = ctx;

	*VEC_ADD(&numbers->list) = database_number(cells[0]);
}

/* A node at a time, so that batches are not kept waiting. */
static int
sqlite_drop_minutes(struct sql *c, int64_t until)
{
	struct numbers nodes = { 0 };
	int result =
	    sqlite_run(c, "SELECT id FROM node", NULL, 0, take_number, &nodes);

	for (size_t i = 0; i < nodes.list.n && !result; i++) {
		const struct sql_value values[] = {
			sql_number(nodes.list.list[i]), sql_number(until)
		};

		result = sqlite_run(
		    c,
		    "DELETE FROM total WHERE level = 0 AND tab IN"
		    " (SELECT id FROM cell WHERE a = '' AND b = '' AND c = '')"
		    " AND node = ?1 AND start < ?2",
		    values, 2, NULL, NULL);
	}
	VEC_DONE(&nodes.list);
	return result;
}

static int
sqlite_lock_roll_up(struct sql *c, bool *ret)
{
	(void)c;
	*ret = true; /* there is no other process */
	return 0;
}

const struct database_backend database_sqlite = {
	.kind = "SQLite",
	.is_single_writer = true,
	.id = "INTEGER PRIMARY KEY",
	.keyed = "WITHOUT ROWID",
	.text = "TEXT",
	.bytes = "BLOB",
	.own_schema = own_schema,
	.open = sqlite_open,
	.close = sqlite_close,
	.begin = sqlite_begin,
	.commit = sqlite_commit,
	.rollback = sqlite_rollback,
	.run = sqlite_run,
	.add = sqlite_add,
	.make_step = sqlite_make_step,
	.drop_minutes = sqlite_drop_minutes,
	.lock_roll_up = sqlite_lock_roll_up,
	.error = sqlite_error,
	.list_nodes = "group_concat(total.node)",
};
