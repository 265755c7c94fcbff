/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What waits to be written. Adds to one counter become one; batches with an
 * id stay as they are. One thread at a time. Private to store/.
 */
#ifndef STORE_QUEUE_H
#define STORE_QUEUE_H

#include <stdatomic.h>

#include "base/map.h"
#include "base/vec.h"
#include "store/cell.h"

/* One change. */
struct change {
	enum store_op_kind kind;
	struct sv key;     /* of the cell */
	struct cell cell;  /* what to add or set; of APPEND its value */
	struct sv log, id; /* APPEND */
	int64_t unix_ms;   /* APPEND */
};

/* A batch with an id. */
struct change_group {
	struct sv once; /* key of its cell */
	int64_t once_expires_ms;
	int64_t unix_ms;
	struct change *list;
	size_t n;
};

struct queue {
	struct arena *arena;
	struct map *by_key; /* struct change, merged */
	VEC(struct change *) list;
	VEC(struct change_group) groups;
	size_t n; /* changes, with those in groups */
	/* The version of the table that has them; 0: none yet. */
	_Atomic uint64_t version;
	/* Of the one who empties it. */
	bool is_done;
	int result;
	unsigned waiting; /* threads that want to know */
};

struct queue *queue_new(void);
void queue_free(struct queue *q); /* takes NULL */

/* E_LIMIT when an item is too large. */
int queue_check(const struct store_batch *b);
void queue_add(struct queue *q, const struct store_batch *b);

/* E_LIMIT when it is too large. */
int queue_add_item(struct queue *q, const struct store_item *item);

/* The merged change of that key, or NULL. */
const struct change *queue_find(const struct queue *q, struct sv key);

/* Where changes are applied. A negative result stops. */
struct table {
	/* Whether there is one, expired or not; the value lives until the
	 * next call. */
	bool (*get)(struct table *t, struct sv key, struct cell *ret);
	int (*put)(struct table *t, struct sv key, const struct cell *c);
	int (*drop)(struct table *t, struct sv key);
	int (*append)(struct table *t, struct sv log,
	              const struct store_entry *e);
	/* What was applied, to pass it on; both or none. */
	int (*passed)(struct table *t, const struct change *c);
	int (*passed_group)(struct table *t, const struct change_group *g);
};

/* Groups whose id is known are left out. */
int queue_apply(const struct queue *q, struct table *t, int64_t now_ms);

#endif
