/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/uuid.h"
#include "store/lmdb_private.h"

enum {
	READERS_MAX = 1024, /* threads of all processes that read at once */
	TABLES = 5,
	FULL_TRIES = 3,
	LOG_KEY_MAX = STORE_ID_MAX + 1 + 8 + STORE_ID_MAX,
};

int
lmdb_result(int code, char why[STORE_WHY])
{
	if (code == 0)
		return 0;
	snprintf(why, STORE_WHY, "%s", mdb_strerror(code));
	return code == MDB_MAP_FULL || code == MDB_TXN_FULL ? E_LIMIT : E_IO;
}

/* ---- tables ---- */

static struct lmdb *
lmdb_of(struct table *t)
{
	return (struct lmdb *)((char *)t - offsetof(struct lmdb, table));
}

static bool
get_cell(const struct lmdb *m, MDB_txn *txn, struct sv key, struct cell *ret)
{
	MDB_val k = lmdb_val(key), v;

	return mdb_get(txn, m->cells, &k, &v) == 0 &&
	       cell_read(key, lmdb_sv(v), ret) == 0;
}

static bool
get(struct table *t, struct sv key, struct cell *ret)
{
	const struct lmdb *m = lmdb_of(t);

	return get_cell(m, m->txn, key, ret);
}

static int
put(struct table *t, struct sv key, const struct cell *c)
{
	struct lmdb *m = lmdb_of(t);
	MDB_val k = lmdb_val(key), v = { cell_bytes(key, c), NULL };
	char copy[CELL_HEAD_BYTES + STORE_VALUE_MAX];
	int code;

	/* The value may be in the page that LMDB is about to change. */
	cell_write(key, c, copy);
	code = mdb_put(m->txn, m->cells, &k, &v, MDB_RESERVE);
	if (code == 0)
		memcpy(v.mv_data, copy, v.mv_size);
	return code;
}

static int
drop(struct table *t, struct sv key)
{
	struct lmdb *m = lmdb_of(t);
	MDB_val k = lmdb_val(key);
	int code = mdb_del(m->txn, m->cells, &k, NULL);

	return code == MDB_NOTFOUND ? 0 : code;
}

static size_t
log_key(struct sv log, int64_t unix_ms, struct sv id, char out[LOG_KEY_MAX])
{
	char *p = out;

	log = sv_sub(log, 0, STORE_ID_MAX);
	id = sv_sub(id, 0, STORE_ID_MAX);
	if (log.n)
		memcpy(p, log.p, log.n);
	p += log.n;
	*p++ = '\0';
	cell_put_u64(p, (uint64_t)unix_ms);
	p += 8;
	if (id.n)
		memcpy(p, id.p, id.n);
	return (size_t)(p - out) + id.n;
}

/* E_SYNTAX: that is no key of a log. */
static int
log_key_read(struct sv key, struct sv *ret_log, struct store_entry *ret)
{
	size_t nul = sv_find_char(key, '\0');

	if (nul == SV_NOT_FOUND || key.n < nul + 9)
		return E_SYNTAX;
	*ret_log = sv_sub(key, 0, nul);
	ret->unix_ms = (int64_t)cell_get_u64(key.p + nul + 1);
	ret->id = sv_from(key, nul + 9);
	return 0;
}

static int
append(struct table *t, struct sv log, const struct store_entry *e)
{
	struct lmdb *m = lmdb_of(t);
	MDB_val v = lmdb_val(e->value), k;
	char key[LOG_KEY_MAX];

	k = (MDB_val){ log_key(log, e->unix_ms, e->id, key), key };
	return mdb_put(m->txn, m->logs, &k, &v, 0);
}

/* ---- reading ---- */

void *
lmdb_begin(struct backend *b, uint64_t *ret_version)
{
	struct lmdb *m = (struct lmdb *)b;
	MDB_txn *txn;

	if (mdb_txn_begin(m->env, NULL, MDB_RDONLY, &txn))
		return NULL;
	*ret_version = mdb_txn_id(txn);
	return txn;
}

bool
lmdb_read(struct backend *b, void *view, struct arena *a, int64_t now_ms,
          const struct cell_key *keys, struct store_read *reads, size_t n)
{
	const struct lmdb *m = (const struct lmdb *)b;
	struct cell c;

	for (size_t i = 0; i < n; i++)
		if (get_cell(m, view, cell_key_sv(&keys[i]), &c))
			backend_answer(&keys[i], &c, now_ms, a, &reads[i]);
	return true;
}

void
lmdb_end(struct backend *b, void *view)
{
	(void)b;
	mdb_txn_abort(view);
}

/* Calls `each` for what a cursor finds from a key on, as long as it returns
 * 0. */
static int
scan_table(struct lmdb *m, MDB_dbi dbi, struct sv from,
           int (*each)(void *ctx, struct sv key, struct sv value), void *ctx)
{
	MDB_val k = lmdb_val(from), v;
	MDB_cursor *cursor;
	MDB_txn *txn;
	int result = 0, code;

	if (mdb_txn_begin(m->env, NULL, MDB_RDONLY, &txn))
		return E_IO;
	if (mdb_cursor_open(txn, dbi, &cursor)) {
		mdb_txn_abort(txn);
		return E_IO;
	}
	code =
	    mdb_cursor_get(cursor, &k, &v, from.n ? MDB_SET_RANGE : MDB_FIRST);
	while (code == 0 && result == 0) {
		result = each(ctx, lmdb_sv(k), lmdb_sv(v));
		code = mdb_cursor_get(cursor, &k, &v, MDB_NEXT);
	}
	mdb_cursor_close(cursor);
	mdb_txn_abort(txn);
	return result ? result : code == MDB_NOTFOUND || code == 0 ? 0 : E_IO;
}

struct log_reading {
	struct sv log, behind; /* key of an entry, or "" */
	size_t left;
	int (*each)(void *ctx, const struct store_entry *e);
	void *ctx;
	int result;
};

enum { SCAN_ENOUGH = 1 };

static int
read_entry(void *ctx, struct sv key, struct sv value)
{
	struct log_reading *r = ctx;
	struct store_entry e = { .value = value };
	struct sv log;

	if (sv_eq(key, r->behind))
		return 0;
	if (r->left-- == 0 || log_key_read(key, &log, &e) ||
	    !sv_eq(log, r->log))
		return SCAN_ENOUGH;
	r->result = r->each(r->ctx, &e);
	return r->result ? SCAN_ENOUGH : 0;
}

int
lmdb_read_log(struct backend *b, struct sv log,
              const struct store_entry *behind, size_t max,
              int (*each)(void *ctx, const struct store_entry *e), void *ctx)
{
	struct log_reading r = { log, SV(""), max, each, ctx, 0 };
	char key[LOG_KEY_MAX];
	size_t n = log_key(log, behind ? behind->unix_ms : 0,
	                   behind ? behind->id : SV(""), key);
	int result;

	if (behind)
		r.behind = sv_make(key, n);
	result = scan_table((struct lmdb *)b, ((struct lmdb *)b)->logs,
	                    sv_make(key, n), read_entry, &r);
	return result < 0 ? result : r.result;
}

/* The oldest entry, and what says that it was appended. 1: there is none of
 * before that time. */
static int
trim_one(struct lmdb *m, MDB_txn *txn, MDB_cursor *cursor, struct sv log,
         int64_t before_ms)
{
	char first[LOG_KEY_MAX];
	MDB_val k = { log_key(log, 0, SV(""), first), first }, v;
	struct cell_key mark;
	struct store_entry e;
	struct sv found;
	int code = mdb_cursor_get(cursor, &k, &v, MDB_SET_RANGE);

	if (code)
		return code == MDB_NOTFOUND ? 1 : code;
	if (log_key_read(lmdb_sv(k), &found, &e) || !sv_eq(found, log) ||
	    e.unix_ms >= before_ms)
		return 1;
	cell_key_entry(log, e.id, &mark);
	code = mdb_cursor_del(cursor, 0);
	if (code)
		return code;
	k = lmdb_val(cell_key_sv(&mark));
	code = mdb_del(txn, m->cells, &k, NULL);
	return code == MDB_NOTFOUND ? 0 : code;
}

int
lmdb_trim_log(struct backend *b, struct sv log, int64_t before_ms, size_t max,
              size_t *ret_n)
{
	struct lmdb *m = (struct lmdb *)b;
	MDB_cursor *cursor;
	MDB_txn *txn;
	size_t n = 0;
	int code;

	if (mdb_txn_begin(m->env, NULL, 0, &txn))
		return E_IO;
	code = mdb_cursor_open(txn, m->logs, &cursor);
	if (code == 0) {
		while (n < max && code == 0) {
			code = trim_one(m, txn, cursor, log, before_ms);
			n += code == 0;
		}
		mdb_cursor_close(cursor);
	}
	if (code > 1 || code < 0) {
		mdb_txn_abort(txn);
		return E_IO;
	}
	if (mdb_txn_commit(txn))
		return E_IO;
	*ret_n = n;
	return 0;
}

struct walking {
	const struct backend_walk *walk;
	int result;
};

static int
walk_cell(void *ctx, struct sv key, struct sv value)
{
	struct walking *w = ctx;
	struct cell c;

	if (cell_read(key, value, &c) == 0)
		w->result = backend_walk_cell(w->walk, key, &c);
	return w->result ? SCAN_ENOUGH : 0;
}

static int
walk_entry(void *ctx, struct sv key, struct sv value)
{
	struct walking *w = ctx;
	struct store_entry e = { .value = value };
	struct sv log;

	if (log_key_read(key, &log, &e) == 0)
		w->result = backend_walk_entry(w->walk, log, &e);
	return w->result ? SCAN_ENOUGH : 0;
}

int
lmdb_walk(struct backend *b, const struct backend_walk *w)
{
	struct lmdb *m = (struct lmdb *)b;
	struct walking walking = { w, 0 };
	int result = scan_table(m, m->cells, SV(""), walk_cell, &walking);

	if (result == 0)
		result = scan_table(m, m->logs, SV(""), walk_entry, &walking);
	return result < 0 ? result : walking.result;
}

/* ---- writing ---- */

/* One transaction: evicts, and applies the queue if there is one. */
static int
write_once(struct lmdb *m, struct queue *q, bool is_full, int64_t now_ms)
{
	int code = mdb_txn_begin(m->env, NULL, 0, &m->txn);

	if (code)
		return code;
	code = lmdb_evict(m, q->n, is_full, now_ms);
	if (code == 0 && !is_full) {
		code = queue_apply(q, &m->table, now_ms);
		atomic_store(&q->version, mdb_txn_id(m->txn));
	}
	if (code == 0)
		code = mdb_txn_commit(m->txn);
	else
		mdb_txn_abort(m->txn);
	m->txn = NULL;
	if (code)
		atomic_store(&q->version, 0);
	return code;
}

int
lmdb_apply(struct backend *b, struct queue *q, int64_t now_ms,
           char why[STORE_WHY])
{
	struct lmdb *m = (struct lmdb *)b;
	int code = 0;

	if (q->n == 0)
		return 0;
	for (int i = 0; i < FULL_TRIES; i++) {
		code = write_once(m, q, false, now_ms);
		if (code != MDB_MAP_FULL)
			break;
		/* Twice: what a transaction frees, the second next may use. */
		write_once(m, q, true, now_ms);
		write_once(m, q, true, now_ms);
	}
	return lmdb_result(code, why);
}

uint64_t
lmdb_sweep(struct backend *b, int64_t now_ms)
{
	struct lmdb *m = (struct lmdb *)b;
	uint64_t before, after;
	MDB_stat stat;

	if (mdb_txn_begin(m->env, NULL, 0, &m->txn))
		return 0;
	mdb_stat(m->txn, m->cells, &stat);
	before = stat.ms_entries;
	m->sweep_at.n = 0;
	if (lmdb_evict(m, before, false, now_ms)) {
		mdb_txn_abort(m->txn);
		return 0;
	}
	mdb_stat(m->txn, m->cells, &stat);
	after = stat.ms_entries;
	return mdb_txn_commit(m->txn) ? 0 : before - after;
}

/* ---- status ---- */

uint64_t
lmdb_meta_get(struct lmdb *m, MDB_txn *txn, const char *name)
{
	MDB_val k = lmdb_val(sv_str(name)), v;

	if (mdb_get(txn, m->meta, &k, &v) || v.mv_size != 8)
		return 0;
	return cell_get_u64(v.mv_data);
}

int
lmdb_meta_add(struct lmdb *m, MDB_txn *txn, const char *name, uint64_t n)
{
	MDB_val k = lmdb_val(sv_str(name)), v;
	char bytes[8];

	cell_put_u64(bytes, lmdb_meta_get(m, txn, name) + n);
	v = (MDB_val){ sizeof bytes, bytes };
	return mdb_put(txn, m->meta, &k, &v, 0);
}

static int
count_cell(void *ctx, struct sv key, struct sv value)
{
	struct store_status *s = ctx;

	(void)value;
	s->counters += key.n && key.p[0] == CELL_COUNTER;
	s->values += key.n && key.p[0] == CELL_VALUE;
	s->entries += key.n && key.p[0] == CELL_ENTRY;
	return 0;
}

void
lmdb_status(struct backend *b, struct store_status *ret)
{
	struct lmdb *m = (struct lmdb *)b;
	MDB_txn *txn;

	if (mdb_txn_begin(m->env, NULL, MDB_RDONLY, &txn))
		return;
	ret->used_bytes = lmdb_used_bytes(m, txn);
	ret->bytes_max = (uint64_t)m->conf->bytes_max;
	ret->evicted = lmdb_meta_get(m, txn, "evicted");
	mdb_txn_abort(txn);
	scan_table(m, m->cells, SV(""), count_cell, ret);
}

/* ---- opening ---- */

/* What root makes belongs to whom the folder belongs. */
static void
give_to_owner(const char *dir)
{
	static const char *const names[] = { "data.mdb", "lock.mdb" };
	char path[4200];
	struct stat st;

	if (geteuid() != 0 || stat(dir, &st) || st.st_uid == 0)
		return;
	for (size_t i = 0; i < 2; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, names[i]);
		if (chown(path, st.st_uid, st.st_gid))
			return; /* the daemon will say that it cannot open */
	}
}

static int
open_tables(struct lmdb *m)
{
	struct {
		const char *name;
		MDB_dbi *dbi;
	} tables[TABLES] = {
		{ "cells", &m->cells },     { "logs", &m->logs },
		{ "pending", &m->pending }, { "sending", &m->sending },
		{ "meta", &m->meta },
	};
	char id[UUID_TEXT];
	MDB_val k = lmdb_val(SV("node")), v = { sizeof id - 1, id };
	MDB_txn *txn;
	int code = mdb_txn_begin(m->env, NULL, 0, &txn);

	if (code)
		return code;
	for (size_t i = 0; i < TABLES && code == 0; i++)
		code = mdb_dbi_open(txn, tables[i].name, MDB_CREATE,
		                    tables[i].dbi);
	if (code == 0) {
		uuid_new(0, id);
		code = mdb_put(txn, m->meta, &k, &v, MDB_NOOVERWRITE);
		if (code == MDB_KEYEXIST)
			code = 0;
	}
	if (code == 0)
		return mdb_txn_commit(txn);
	mdb_txn_abort(txn);
	return code;
}

static int
open_env(struct lmdb *m, const struct conf_store *conf)
{
	int code = mdb_env_create(&m->env), dead;

	if (code)
		return code;
	mdb_env_set_maxdbs(m->env, TABLES);
	mdb_env_set_maxreaders(m->env, READERS_MAX);
	code = mdb_env_set_mapsize(m->env, (size_t)conf->bytes_max);
	if (code == 0)
		code = mdb_env_open(m->env, conf->dir,
		                    MDB_NOTLS | MDB_NORDAHEAD, 0640);
	if (code)
		return code;
	mdb_reader_check(m->env, &dead); /* of processes that were killed */
	return open_tables(m);
}

struct lmdb *
lmdb_new(const struct conf_store *conf, char why[STORE_WHY])
{
	struct lmdb *m = mem_calloc(1, sizeof *m);
	char text[STORE_WHY] = "";
	int code;

	m->conf = conf;
	m->table = (struct table){
		.get = get, .put = put, .drop = drop, .append = append
	};
	code = file_mkdirs(conf->dir, 0750) ? errno : open_env(m, conf);
	if (code == 0) {
		give_to_owner(conf->dir);
		return m;
	}
	lmdb_result(code, text);
	snprintf(why, STORE_WHY, "%.120s: %.70s", conf->dir, text);
	lmdb_free(m);
	return NULL;
}

void
lmdb_free(struct lmdb *m)
{
	if (m->env)
		mdb_env_close(m->env);
	free(m);
}

static void
lmdb_close(struct backend *b)
{
	lmdb_free((struct lmdb *)b);
}

struct backend *
lmdb_open(const struct conf_store *conf, char why[STORE_WHY])
{
	struct lmdb *m = lmdb_new(conf, why);

	if (!m)
		return NULL;
	m->backend = (struct backend){
		.begin = lmdb_begin,
		.read = lmdb_read,
		.end = lmdb_end,
		.apply = lmdb_apply,
		.read_log = lmdb_read_log,
		.trim_log = lmdb_trim_log,
		.walk = lmdb_walk,
		.status = lmdb_status,
		.sweep = lmdb_sweep,
		.close = lmdb_close,
	};
	return &m->backend;
}
