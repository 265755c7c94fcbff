/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#include "base/mem.h"
#include "base/uuid.h"
#include "report/history.h"
#include "report/report.h"
#include "report/segment.h"

enum { ID_PREFIX_MIN = 8 };

char *
history_path(const struct conf *conf, char path[HISTORY_PATH])
{
	snprintf(path, HISTORY_PATH, "%s/history.db", conf->tamisd.state_dir);
	return path;
}

static bool
is_id_prefix(const char *id)
{
	size_t n = strlen(id);

	return n >= ID_PREFIX_MIN && n < UUID_TEXT &&
	       strspn(id, "0123456789abcdef-") == n;
}

/* A statement on the records of an identifier and of a verdict, both of which
 * may be NULL. '~' comes after all that identifiers have. */
static sqlite3_stmt *
query(sqlite3 *db, const char *select, const char *id, const char *verdict,
      size_t limit)
{
	sqlite3_stmt *rows = NULL;
	char sql[400];

	snprintf(sql, sizeof sql,
	         "SELECT %s FROM record WHERE 1%s%s"
	         " ORDER BY id DESC LIMIT %zu",
	         select, id ? " AND id >= ?1 AND id < ?1 || '~'" : "",
	         verdict ? " AND verdict = ?2" : "", limit);
	if (sqlite3_prepare_v2(db, sql, -1, &rows, NULL) != SQLITE_OK)
		return NULL;
	if (id)
		sqlite3_bind_text(rows, 1, id, -1, SQLITE_STATIC);
	if (verdict)
		sqlite3_bind_text(rows, 2, verdict, -1, SQLITE_STATIC);
	return rows;
}

/* One record only may have that beginning. */
static int
check_id(sqlite3 *db, const char *id, struct diags *diags)
{
	sqlite3_stmt *rows = query(db, "1", id, NULL, 2);
	int n = 0;

	while (rows && sqlite3_step(rows) == SQLITE_ROW)
		n++;
	sqlite3_finalize(rows);
	if (n == 1)
		return 0;
	diags_add(diags, SEVERITY_ERROR, NULL, 0,
	          n ? "several records begin with '%s': give more of it"
	            : "no record '%s' in the history",
	          id);
	return E_UNKNOWN;
}

static int
each_row(sqlite3 *db, sqlite3_stmt *rows,
         int (*each)(void *ctx, struct sv record), void *ctx,
         struct diags *diags)
{
	char *record = mem_alloc(SEGMENT_RECORD_MAX);
	int result = 0, step = SQLITE_ERROR;

	while (result == 0 && rows &&
	       (step = sqlite3_step(rows)) == SQLITE_ROW) {
		size_t n = ZSTD_decompress(
		    record, SEGMENT_RECORD_MAX, sqlite3_column_blob(rows, 0),
		    (size_t)sqlite3_column_bytes(rows, 0));

		if (!ZSTD_isError(n))
			result = each(ctx, sv_make(record, n));
	}
	free(record);
	if (result || step == SQLITE_DONE)
		return result;
	diags_add(diags, SEVERITY_ERROR, "history.db", 0, "%s",
	          sqlite3_errmsg(db));
	return E_IO;
}

static sqlite3 *
open_to_read(const struct conf *conf, struct diags *diags)
{
	sqlite3 *db = NULL;
	char path[HISTORY_PATH];

	/* written to as well: a reader of a WAL needs its index */
	if (sqlite3_open_v2(history_path(conf, path), &db,
	                    SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
	    sqlite3_busy_timeout(db, HISTORY_BUSY_MS) == SQLITE_OK)
		return db;
	diags_add(diags, SEVERITY_ERROR, path, 0, "%s",
	          access(path, R_OK) ? strerror(errno) : sqlite3_errmsg(db));
	sqlite3_close(db);
	return NULL;
}

int
history_each(const struct conf *conf, const char *id, const char *verdict,
             size_t limit, int (*each)(void *ctx, struct sv record), void *ctx,
             struct diags *diags)
{
	sqlite3_stmt *rows;
	sqlite3 *db;
	int result;

	if (id && !is_id_prefix(id)) {
		diags_add(diags, SEVERITY_ERROR, NULL, 0,
		          "'%s' is no identifier, nor the first %d or more "
		          "characters of one",
		          id, ID_PREFIX_MIN);
		return E_SYNTAX;
	}
	db = open_to_read(conf, diags);
	if (!db)
		return E_IO;
	result = id ? check_id(db, id, diags) : 0;
	if (result == 0) {
		rows = query(db, "json_zstd", id, verdict, limit);
		result = each_row(db, rows, each, ctx, diags);
		sqlite3_finalize(rows);
	}
	sqlite3_close(db);
	return result;
}
