/* SPDX-License-Identifier: Apache-2.0 */
/* One way of keeping cells. Private to store/. */
#ifndef STORE_BACKEND_H
#define STORE_BACKEND_H

#include "store/queue.h"

struct backend_walk {
	struct sv prefix;
	int64_t now_ms;
	int (*each)(void *ctx, const struct store_item *item);
	void *ctx;
};

struct backend {
	/* Writes are applied at once, and all calls are made one at a time;
	 * else one thread applies and any may read meanwhile. */
	bool is_immediate;

	/* A view of the table as it is now; cheap. *ret_version: it has all
	 * queues of that version and below. NULL: cannot be read. */
	void *(*begin)(struct backend *b, uint64_t *ret_version);
	/* Answers; false when they are of this machine alone and should not
	 * be. Values go to the arena. */
	bool (*read)(struct backend *b, void *view, struct arena *a,
	             int64_t now_ms, const struct cell_key *keys,
	             struct store_read *reads, size_t n);
	void (*end)(struct backend *b, void *view);

	/* All or nothing, and durable. Sets q->version before it is seen. */
	int (*apply)(struct backend *b, struct queue *q, int64_t now_ms,
	             char why[STORE_WHY]);

	int (*read_log)(struct backend *b, struct sv log,
	                const struct store_entry *behind, size_t max,
	                int (*each)(void *ctx, const struct store_entry *e),
	                void *ctx);
	/* As store_trim_log(). */
	int (*trim_log)(struct backend *b, struct sv log, int64_t before_ms,
	                size_t max, size_t *ret_n);
	int (*walk)(struct backend *b, const struct backend_walk *w);
	void (*status)(struct backend *b, struct store_status *ret);
	uint64_t (*sweep)(struct backend *b, int64_t now_ms);
	void (*close)(struct backend *b);
};

struct backend *memory_open(const struct conf_store *conf);
/* NULL with the reason. */
struct backend *lmdb_open(const struct conf_store *conf, char why[STORE_WHY]);
struct backend *redis_open(const struct conf_store *conf, char why[STORE_WHY]);

/* Whether a read's answer is that cell; then it is filled in. */
bool backend_answer(const struct cell_key *key, const struct cell *c,
                    int64_t now_ms, struct arena *a, struct store_read *ret);

/* Calls `each` for a cell of a table if it is one for people, has not expired
 * and has that prefix. */
int backend_walk_cell(const struct backend_walk *w, struct sv key,
                      const struct cell *c);
int backend_walk_entry(const struct backend_walk *w, struct sv log,
                       const struct store_entry *e);

#endif
