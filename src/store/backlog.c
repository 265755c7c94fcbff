/* SPDX-License-Identifier: Apache-2.0 */
#include "store/backlog.h"

enum {
	PART_MAX = 500, /* entries */
	KEY_MAX = CELL_KEY_MAX + 4,
	GROUP_BYTES_MAX = 8 << 20,
	GROUP = 'g', /* key of a group, with a number behind it */
};

static struct lmdb *
lmdb_of(struct table *t)
{
	return (struct lmdb *)((char *)t - offsetof(struct lmdb, table));
}

/* ---- keeping ---- */

/* Counters of different epochs are entries of their own: they cannot be added
 * without rounding. */
static size_t
counter_key(struct sv key, uint32_t epoch, char out[KEY_MAX])
{
	memcpy(out, key.p, key.n);
	cell_put_u32(out + key.n, epoch);
	return key.n + 4;
}

static bool
is_full(const struct lmdb *m)
{
	MDB_stat s;

	if (mdb_stat(m->txn, m->pending, &s))
		return true;
	return (s.ms_branch_pages + s.ms_leaf_pages + s.ms_overflow_pages) *
	           (uint64_t)s.ms_psize >
	       (uint64_t)m->conf->backlog_bytes_max;
}

static int
keep(struct lmdb *m, struct sv key, struct sv value)
{
	MDB_val k = lmdb_val(key), v = lmdb_val(value);

	return mdb_put(m->txn, m->pending, &k, &v, 0);
}

/* False: what waits already says more. */
static bool
merge(struct lmdb *m, struct sv key, struct change *c)
{
	MDB_val k = lmdb_val(key), v;
	struct change before;
	struct sv rest;

	if (mdb_get(m->txn, m->pending, &k, &v))
		return true;
	rest = lmdb_sv(v);
	if (change_read(&rest, &before))
		return true;
	if (c->kind == STORE_ADD)
		cell_merge(&c->cell, &before.cell);
	return c->kind != STORE_SET_NEW && c->kind != STORE_APPEND;
}

int
backlog_change(struct table *t, const struct change *c)
{
	struct lmdb *m = lmdb_of(t);
	struct buf bytes = BUF_INIT(2 * STORE_VALUE_MAX);
	struct change merged = *c;
	struct sv key = c->key;
	char room[KEY_MAX];
	int code = 0;

	if (c->kind == STORE_ADD)
		key = sv_make(room, counter_key(c->key, c->cell.epoch, room));
	if (merge(m, key, &merged)) {
		change_write(&merged, &bytes);
		code = is_full(m) ? lmdb_meta_add(m, m->txn, "lost", 1)
		                  : keep(m, key, buf_sv(&bytes));
	}
	buf_done(&bytes);
	return code;
}

/* Somebody waits for it to be acknowledged, and what was acknowledged is not
 * dropped: only a full data base is a bound, and an error. */
int
backlog_group(struct table *t, const struct change_group *g)
{
	struct lmdb *m = lmdb_of(t);
	struct buf bytes = BUF_INIT(GROUP_BYTES_MAX);
	char key[9] = { GROUP };
	int code = lmdb_meta_add(m, m->txn, "groups", 1);

	cell_put_u64(key + 1, lmdb_meta_get(m, m->txn, "groups"));
	change_group_write(g, &bytes);
	if (code == 0)
		code = keep(m, sv_make(key, sizeof key), buf_sv(&bytes));
	buf_done(&bytes);
	return code;
}

/* ---- taking ---- */

/* Moves what waits, up to a bound, to what is being sent. */
static int
set_aside(struct lmdb *m, MDB_txn *txn)
{
	MDB_cursor *cursor;
	MDB_val k, v;
	int code = mdb_cursor_open(txn, m->pending, &cursor);

	if (code)
		return code;
	code = mdb_cursor_get(cursor, &k, &v, MDB_FIRST);
	for (size_t i = 0; i < PART_MAX && code == 0; i++) {
		code = mdb_put(txn, m->sending, &k, &v, 0);
		if (code == 0)
			code = mdb_cursor_del(cursor, 0);
		if (code == 0)
			code = mdb_cursor_get(cursor, &k, &v, MDB_FIRST);
	}
	mdb_cursor_close(cursor);
	if (code && code != MDB_NOTFOUND)
		return code;
	return lmdb_meta_add(m, txn, "sent", 1);
}

static void
read_part(struct arena *a, MDB_cursor *cursor, struct backlog_part *ret)
{
	MDB_val k, v;
	int code = mdb_cursor_get(cursor, &k, &v, MDB_FIRST);

	for (; code == 0; code = mdb_cursor_get(cursor, &k, &v, MDB_NEXT)) {
		struct sv bytes = arena_dup(a, lmdb_sv(v));
		bool is_group = k.mv_size && *(char *)k.mv_data == GROUP;

		/* What cannot be read was never written by us. */
		if (is_group && change_group_read(
				    bytes, a, &ret->groups[ret->n_groups]) == 0)
			ret->n_groups++;
		else if (!is_group &&
		         change_read(&bytes, &ret->changes[ret->n_changes]) ==
		             0)
			ret->n_changes++;
	}
}

static int
take(struct lmdb *m, MDB_txn *txn, struct arena *a, struct backlog_part *ret)
{
	MDB_stat waiting, sending;
	MDB_cursor *cursor;
	int code = mdb_stat(txn, m->sending, &sending);

	if (code == 0)
		code = mdb_stat(txn, m->pending, &waiting);
	if (code || (sending.ms_entries == 0 && waiting.ms_entries == 0))
		return code;
	if (sending.ms_entries == 0)
		code = set_aside(m, txn);
	if (code == 0)
		code = mdb_stat(txn, m->sending, &sending);
	if (code == 0)
		code = mdb_cursor_open(txn, m->sending, &cursor);
	if (code)
		return code;
	ret->changes = ARENA_ARRAY(a, struct change, sending.ms_entries);
	ret->groups = ARENA_ARRAY(a, struct change_group, sending.ms_entries);
	read_part(a, cursor, ret);
	ret->number = lmdb_meta_get(m, txn, "sent");
	mdb_cursor_close(cursor);
	return 0;
}

/* Nothing to do is the usual case: it needs no lock. */
static bool
is_empty(struct lmdb *m)
{
	MDB_txn *view;
	bool result;

	if (mdb_txn_begin(m->env, NULL, MDB_RDONLY, &view))
		return false;
	result = backlog_count(m, view) == 0;
	mdb_txn_abort(view);
	return result;
}

int
backlog_take(struct lmdb *m, struct arena *a, struct backlog_part *ret,
             char why[STORE_WHY])
{
	MDB_txn *txn;
	int code;

	*ret = (struct backlog_part){ 0 };
	if (is_empty(m))
		return 0;
	code = mdb_txn_begin(m->env, NULL, 0, &txn);
	if (code)
		return lmdb_result(code, why);
	code = take(m, txn, a, ret);
	if (code)
		mdb_txn_abort(txn);
	else
		code = mdb_txn_commit(txn);
	if (code)
		ret->number = 0;
	return lmdb_result(code, why);
}

int
backlog_forget(struct lmdb *m, char why[STORE_WHY])
{
	MDB_txn *txn;
	int code = mdb_txn_begin(m->env, NULL, 0, &txn);

	if (code)
		return lmdb_result(code, why);
	code = mdb_drop(txn, m->sending, 0);
	if (code)
		mdb_txn_abort(txn);
	else
		code = mdb_txn_commit(txn);
	return lmdb_result(code, why);
}

/* ---- looking ---- */

bool
backlog_find(struct lmdb *m, MDB_txn *view, struct sv key, uint32_t epoch,
             struct cell *ret)
{
	char room[KEY_MAX];
	MDB_val k = { counter_key(key, epoch, room), room }, v;
	struct change c;
	struct sv rest;

	if (mdb_get(view, m->pending, &k, &v))
		return false;
	rest = lmdb_sv(v);
	if (change_read(&rest, &c))
		return false;
	*ret = c.cell;
	return true;
}

uint64_t
backlog_count(struct lmdb *m, MDB_txn *view)
{
	MDB_stat waiting = { 0 }, sending = { 0 };

	mdb_stat(view, m->pending, &waiting);
	mdb_stat(view, m->sending, &sending);
	return waiting.ms_entries + sending.ms_entries;
}
