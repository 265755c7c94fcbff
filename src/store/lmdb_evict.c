/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Room in the data base. Each write looks at a window of cells further on, so
 * that all are looked at in turn, and removes those that have expired. When
 * the data base is fuller than it should be, half of the window goes: those
 * that would expire soonest, which are the ones nothing was added to for the
 * longest. What never expires stays.
 */
#include <stdlib.h>

#include "store/lmdb_private.h"

/* Cells looked at by each write, at least. */
enum { WINDOW = 128 };

/* LMDB writes pages anew: a transaction needs as many free ones as it
 * changes, and gets those back that the one before it replaced. */
#define SPARE_MIN ((uint64_t)8 << 20)

uint64_t
lmdb_used_bytes(struct lmdb *m, MDB_txn *txn)
{
	const MDB_dbi tables[] = { m->cells, m->logs, m->pending, m->sending };
	uint64_t pages = 0;
	MDB_stat stat = { 0 };

	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		if (mdb_stat(txn, tables[i], &stat) == 0)
			pages += stat.ms_branch_pages + stat.ms_leaf_pages +
			         stat.ms_overflow_pages;
	return pages * stat.ms_psize;
}

static bool
is_crowded(struct lmdb *m)
{
	uint64_t max = (uint64_t)m->conf->bytes_max, spare = max / 5;

	if (spare < SPARE_MIN)
		spare = SPARE_MIN < max / 2 ? SPARE_MIN : max / 2;
	return lmdb_used_bytes(m, m->txn) > max - spare;
}

static int
compare_times(const void *a, const void *b)
{
	int64_t ta = *(const int64_t *)a, tb = *(const int64_t *)b;

	return ta < tb ? -1 : ta > tb;
}

/* The times in a window of the cells from m->sweep_at on; where it ends. */
static size_t
read_window(struct lmdb *m, MDB_cursor *cursor, int64_t *times)
{
	MDB_val k = lmdb_val(cell_key_sv(&m->sweep_at)), v;
	struct cell c;
	size_t n = 0;
	int code = mdb_cursor_get(cursor, &k, &v,
	                          k.mv_size ? MDB_SET_RANGE : MDB_FIRST);

	for (size_t i = 0; i < WINDOW && code == 0; i++) {
		if (cell_read(lmdb_sv(k), lmdb_sv(v), &c) == 0 && c.expires_ms)
			times[n++] = c.expires_ms;
		code = mdb_cursor_get(cursor, &k, &v, MDB_NEXT);
	}
	return n;
}

/* Removes what expires until then from the same window, and moves on. */
static int
clear_window(struct lmdb *m, MDB_cursor *cursor, int64_t limit_ms,
             uint64_t *gone)
{
	MDB_val k = lmdb_val(cell_key_sv(&m->sweep_at)), v;
	struct cell c;
	int code = mdb_cursor_get(cursor, &k, &v,
	                          k.mv_size ? MDB_SET_RANGE : MDB_FIRST);

	for (size_t i = 0; i < WINDOW && code == 0; i++) {
		bool bad = cell_read(lmdb_sv(k), lmdb_sv(v), &c) != 0;

		if (bad || cell_is_expired(&c, limit_ms)) {
			code = mdb_cursor_del(cursor, 0);
			++*gone;
		}
		/* After a removal the cursor is at the next one already, and
		 * LMDB knows. */
		if (code == 0)
			code = mdb_cursor_get(cursor, &k, &v, MDB_NEXT);
	}
	m->sweep_at.n = 0; /* at the end: from the start again */
	if (code == 0 && k.mv_size <= CELL_KEY_MAX) {
		m->sweep_at.n = k.mv_size;
		memcpy(m->sweep_at.bytes, k.mv_data, k.mv_size);
	}
	return code == MDB_NOTFOUND ? 0 : code;
}

int
lmdb_evict(struct lmdb *m, size_t written, bool is_full, int64_t now_ms)
{
	size_t windows = 1 + 4 * written / WINDOW;
	bool crowded = is_full || is_crowded(m);
	uint64_t gone = 0;
	MDB_cursor *cursor;
	int code = mdb_cursor_open(m->txn, m->cells, &cursor);

	if (code)
		return code;
	for (size_t i = 0; i < windows && code == 0; i++) {
		int64_t times[WINDOW], limit_ms = now_ms;
		size_t n = crowded ? read_window(m, cursor, times) : 0;

		if (n) {
			qsort(times, n, sizeof *times, compare_times);
			limit_ms =
			    times[n / 2] > now_ms ? times[n / 2] : now_ms;
		}
		code = clear_window(m, cursor, limit_ms, &gone);
	}
	mdb_cursor_close(cursor);
	if (code == 0 && gone)
		code = lmdb_meta_add(m, m->txn, "evicted", gone);
	return code;
}
