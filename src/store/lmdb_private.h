/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The data base of one machine, by LMDB. All processes of it have it open;
 * each reads without locks, and writes with LMDB's own lock, one transaction
 * for all that a second brought. Private to store/.
 *
 *     cells     keys and cells of cell.h
 *     logs      log, NUL, time, id -> value
 *     pending   what waits to be sent to Redis (redis_pending.c)
 *     sending   what is being sent
 *     meta      "node", "evicted", "sent", "lost"
 */
#ifndef STORE_LMDB_PRIVATE_H
#define STORE_LMDB_PRIVATE_H

#include <lmdb.h>

#include "store/backend.h"

struct lmdb {
	struct backend backend;
	const struct conf_store *conf;
	MDB_env *env;
	MDB_dbi cells, logs, pending, sending, meta;
	struct table table; /* of the transaction at hand */
	MDB_txn *txn;
	struct cell_key sweep_at; /* where sweeping goes on */
};

static inline MDB_val
lmdb_val(struct sv s)
{
	return (MDB_val){ s.n, (void *)(uintptr_t)s.p };
}

static inline struct sv
lmdb_sv(MDB_val v)
{
	return sv_make(v.mv_data, v.mv_size);
}

/* The codes of LMDB as ours, with the reason. */
int lmdb_result(int code, char why[STORE_WHY]);

/* Opens or makes it. NULL with the reason. */
struct lmdb *lmdb_new(const struct conf_store *conf, char why[STORE_WHY]);
void lmdb_free(struct lmdb *m);

/* What backends that keep a copy here share. */
void *lmdb_begin(struct backend *b, uint64_t *ret_version);
bool lmdb_read(struct backend *b, void *view, struct arena *a, int64_t now_ms,
               const struct cell_key *keys, struct store_read *reads, size_t n);
void lmdb_end(struct backend *b, void *view);
int lmdb_apply(struct backend *b, struct queue *q, int64_t now_ms,
               char why[STORE_WHY]);
int lmdb_read_log(struct backend *b, struct sv log,
                  const struct store_entry *behind, size_t max,
                  int (*each)(void *ctx, const struct store_entry *e),
                  void *ctx);
int lmdb_walk(struct backend *b, const struct backend_walk *w);
void lmdb_status(struct backend *b, struct store_status *ret);
int lmdb_trim_log(struct backend *b, struct sv log, int64_t before_ms,
                  size_t max, size_t *ret_n);
uint64_t lmdb_sweep(struct backend *b, int64_t now_ms);

/* Numbers that outlive a process. */
uint64_t lmdb_meta_get(struct lmdb *m, MDB_txn *txn, const char *name);
int lmdb_meta_add(struct lmdb *m, MDB_txn *txn, const char *name, uint64_t n);

/* ---- room (lmdb_evict.c) ---- */

/* In m->txn: looks at some cells, and removes what has expired; when the data
 * base fills, or is full, what would expire soonest, too. `written`: cells
 * that this transaction writes. */
int lmdb_evict(struct lmdb *m, size_t written, bool is_full, int64_t now_ms);
uint64_t lmdb_used_bytes(struct lmdb *m, MDB_txn *txn);

#endif
