/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What waits to be sent to Redis, in the data base, so that it outlives the
 * process and an outage of Redis. Adds to one counter are one entry however
 * long it takes. A part of it at a time is set aside under a number that only
 * grows; Redis remembers the last number of each node, so that a part is
 * applied once however often it is sent. Private to store/.
 */
#ifndef STORE_BACKLOG_H
#define STORE_BACKLOG_H

#include "store/change.h"
#include "store/lmdb_private.h"

/* m->table's `passed` and `passed_group`: keep for Redis what is applied. */
int backlog_change(struct table *t, const struct change *c);
int backlog_group(struct table *t, const struct change_group *g);

/* A part that was set aside. All is in the arena. */
struct backlog_part {
	uint64_t number; /* 0: nothing waits */
	struct change *changes;
	size_t n_changes;
	struct change_group *groups;
	size_t n_groups;
};

/* The part at hand, or else a new one of what waits. */
int backlog_take(struct lmdb *m, struct arena *a, struct backlog_part *ret,
                 char why[STORE_WHY]);

/* It has been applied: forgets it. */
int backlog_forget(struct lmdb *m, char why[STORE_WHY]);

/* What a view has of a counter that waits, of an epoch; false: nothing. */
bool backlog_find(struct lmdb *m, MDB_txn *view, struct sv key, uint32_t epoch,
                  struct cell *ret);

/* Entries that wait or are being sent. */
uint64_t backlog_count(struct lmdb *m, MDB_txn *view);

#endif
