/* SPDX-License-Identifier: Apache-2.0 */
/* Reporter `history`: the last verdict records in an SQLite database, which
 * history_read.c reads. A record that is there already is left alone, so one
 * that is delivered twice does no harm. */
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zstd.h>

#include "base/error.h"
#include "base/mem.h"
#include "report/history.h"
#include "report/item.h"
#include "report/reporter.h"
#include "report/segment.h"

enum { ZSTD_LEVEL = 3 };

struct history {
	sqlite3 *db;
	sqlite3_stmt *insert, *trim;
	int64_t records_max;
	struct buf packed;
};

/* Identifiers are UUIDs of version 7: their order is that of time. */
static const char schema[] =
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = FULL;"
    "CREATE TABLE IF NOT EXISTS record ("
    " seq INTEGER PRIMARY KEY,"
    " id TEXT NOT NULL UNIQUE,"
    " time_ms INTEGER NOT NULL,"
    " verdict TEXT NOT NULL,"
    " channel TEXT NOT NULL,"
    " score REAL NOT NULL,"
    " sender TEXT NOT NULL,"
    " json_zstd BLOB NOT NULL);"
    "CREATE INDEX IF NOT EXISTS record_verdict ON record (verdict, id);";

static void
history_close(void *state)
{
	struct history *h = state;

	sqlite3_finalize(h->insert);
	sqlite3_finalize(h->trim);
	sqlite3_close(h->db);
	buf_done(&h->packed);
	free(h);
}

/* Verdict records are nobody else's business. */
static void
make_private(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd >= 0)
		close(fd);
}

static bool
prepare(struct history *h)
{
	return sqlite3_exec(h->db, schema, NULL, NULL, NULL) == SQLITE_OK &&
	       sqlite3_prepare_v2(h->db,
	                          "INSERT OR IGNORE INTO record (id, time_ms,"
	                          " verdict, channel, score, sender,"
	                          " json_zstd) VALUES (?,?,?,?,?,?,?)",
	                          -1, &h->insert, NULL) == SQLITE_OK &&
	       /* sequence numbers have no gaps: only the oldest go */
	       sqlite3_prepare_v2(h->db,
	                          "DELETE FROM record WHERE seq <="
	                          " (SELECT max(seq) FROM record) - ?",
	                          -1, &h->trim, NULL) == SQLITE_OK;
}

static void *
history_open(const struct reporter_setup *setup, char why[REPORTER_WHY])
{
	struct history *h = mem_calloc(1, sizeof *h);
	char path[HISTORY_PATH];

	h->records_max = setup->conf->report.history_max;
	buf_init(&h->packed, ZSTD_COMPRESSBOUND(SEGMENT_RECORD_MAX));
	make_private(history_path(setup->conf, path));
	if (sqlite3_open_v2(path, &h->db,
	                    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
	                    NULL) == SQLITE_OK &&
	    sqlite3_busy_timeout(h->db, HISTORY_BUSY_MS) == SQLITE_OK &&
	    prepare(h))
		return h;
	snprintf(why, REPORTER_WHY, "%.150s: %.90s", path,
	         sqlite3_errmsg(h->db));
	history_close(h);
	return NULL;
}

static void
bind_text(sqlite3_stmt *s, int at, struct sv text)
{
	sqlite3_bind_text(s, at, text.p, (int)text.n, SQLITE_STATIC);
}

static bool
insert_record(struct history *h, const struct item *i, struct sv record)
{
	size_t bound = ZSTD_compressBound(record.n), n;
	char *room;

	buf_reset(&h->packed);
	room = buf_room(&h->packed, bound);
	n = room ? ZSTD_compress(room, bound, record.p, record.n, ZSTD_LEVEL)
	         : 0;
	if (n == 0 || ZSTD_isError(n))
		return false;
	bind_text(h->insert, 1, i->id);
	sqlite3_bind_int64(h->insert, 2, i->counted.unix_ms);
	bind_text(h->insert, 3, i->counted.verdict);
	bind_text(h->insert, 4, i->counted.channel);
	sqlite3_bind_double(h->insert, 5, i->score);
	bind_text(h->insert, 6, i->from);
	sqlite3_bind_blob(h->insert, 7, room, (int)n, SQLITE_STATIC);
	n = (size_t)sqlite3_step(h->insert);
	sqlite3_reset(h->insert);
	return n == SQLITE_DONE;
}

static bool
insert_range(struct history *h, const struct range *range, uint64_t *bad)
{
	for (size_t n = 0; n < range->n; n++) {
		struct item item;
		bool ok;

		if (!item_read(range->records[n], &item)) {
			++*bad;
			continue;
		}
		ok = item.kind != ITEM_VERDICT ||
		     insert_record(h, &item, range->records[n]);
		item_done(&item);
		if (!ok)
			return false;
	}
	sqlite3_bind_int64(h->trim, 1, h->records_max);
	sqlite3_step(h->trim);
	return sqlite3_reset(h->trim) == SQLITE_OK;
}

static int
history_deliver(void *state, const struct range *range, struct delivery *ret,
                char why[REPORTER_WHY])
{
	struct history *h = state;

	if (sqlite3_exec(h->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) ==
	        SQLITE_OK &&
	    insert_range(h, range, &ret->bad) &&
	    sqlite3_exec(h->db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK)
		return 0;
	snprintf(why, REPORTER_WHY, "history.db: %.200s",
	         sqlite3_errmsg(h->db));
	if (!sqlite3_get_autocommit(h->db))
		sqlite3_exec(h->db, "ROLLBACK", NULL, NULL, NULL);
	ret->bad = 0;
	return E_IO;
}

const struct reporter_kind history_kind = {
	.open = history_open,
	.close = history_close,
	.deliver = history_deliver,
};
