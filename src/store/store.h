/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What tamis keeps of what it has seen: counters that decay, values that
 * expire, and ordered logs. One interface, three backends (section `store` of
 * tamis.conf(5)): memory, LMDB, Redis. Nothing above knows which.
 *
 *     struct store_read reads[] = {
 *             { .name = SV("ip:192.0.2.1"), .half_life_ms = DAY },
 *             { .name = SV("grey:..."), .is_value = true },
 *     };
 *     store_get(s, arena, now, reads, 2);          one question a message
 *     ... reads[0].sums[1] ...
 *     store_write(s, &(struct store_batch){ ops, n, .unix_ms = now });
 *
 * Writing is behind: store_write() queues, and a thread commits about once a
 * second. What the same process has queued is in what it reads. What
 * store_commit() has acknowledged survives kill -9 and is there once; other
 * batches are there once or never.
 *
 * Counters. One has up to STORE_FIELDS sums with one half-life. They add up
 * across threads, processes and machines: a sum is kept as if all of it had
 * been added at a fixed time, larger for what came later, so that its value
 * today is one division (forward decay). The half-life is part of the name: a
 * counter with another one is another counter. One that nothing was added to
 * for ten half-lives is gone.
 *
 * A batch is all or nothing. With an id (`once`) it is applied only if none
 * with that id was: whoever got no acknowledgement sends it again.
 *
 * Names are any bytes, by convention KIND:REST; longer than STORE_NAME_MAX
 * they are kept by their digest. Any thread, unless it says otherwise.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/arena.h"
#include "base/error.h"
#include "conf/conf.h"

enum {
	STORE_FIELDS = 4,
	STORE_NAME_MAX = 200,
	STORE_VALUE_MAX = 4096,
	STORE_ID_MAX = 64,
	STORE_OPS_MAX = 1000, /* of a batch with an id */
	STORE_WHY = 200,
};

struct store;

/* Opens it. Start no other process from one that has it open: a child opens
 * its own. E_IO, E_STATE with the reason in `why`. That Redis does not answer
 * is no error. */
int store_open(const struct conf_store *conf, struct store **ret,
               char why[STORE_WHY]);

/* Writes what is queued, and waits for it. Takes NULL. */
void store_close(struct store *s);

/* ---- reading ---- */

struct store_read {
	/* the question */
	struct sv name;
	int64_t half_life_ms; /* of a counter; 0: it does not decay */
	bool is_value;
	/* the answer */
	bool found;
	double sums[STORE_FIELDS]; /* a counter, as of now; 0 if not found */
	struct sv value;           /* in the arena */
};

/* False when Redis is away and the answers are what this machine knows. At
 * most one round trip, and no longer than store.redis_timeout. */
bool store_get(struct store *s, struct arena *a, int64_t now_ms,
               struct store_read *reads, size_t n);

/* ---- writing ---- */

enum store_op_kind {
	STORE_ADD,     /* to the sums of a counter */
	STORE_SET,     /* a value */
	STORE_SET_NEW, /* unless it has one that has not expired */
	STORE_DROP,    /* a value */
	STORE_APPEND,  /* an entry to a log, unless it has one with that id */
};

struct store_op {
	enum store_op_kind kind;
	struct sv name;               /* of the counter, the value, the log */
	int64_t half_life_ms;         /* ADD */
	double amounts[STORE_FIELDS]; /* ADD; negative ones take back */
	struct sv value;              /* SET, SET_NEW, APPEND */
	int64_t expires_ms;           /* SET, SET_NEW: a time; 0: never */
	struct sv id;                 /* APPEND: of the entry */
};

struct store_batch {
	const struct store_op *ops; /* applied in this order */
	size_t n;
	int64_t unix_ms;         /* when it happened */
	struct sv once;          /* "": always */
	int64_t once_expires_ms; /* until when `once` is remembered */
};

/* Queues a copy. E_LIMIT when too much is queued already (it is counted) or
 * an item is larger than the limits above. */
int store_write(struct store *s, const struct store_batch *b)
    __attribute__((warn_unused_result));

/* The same, and waits until it is on the disk (with Redis: of this machine,
 * which passes it on). E_IO, E_LIMIT when that fails; with `once` it is safe to
 * send it again. */
int store_commit(struct store *s, const struct store_batch *b)
    __attribute__((warn_unused_result));

/* Waits until all that was queued has been written, or has failed to. */
void store_flush(struct store *s);

/* ---- logs ---- */

struct store_entry {
	int64_t unix_ms; /* of its batch */
	struct sv id, value;
};

/* The entries behind (unix_ms, id), in the order of time and id, at most
 * `max`; stops when `each` returns anything but 0, and returns that. What is
 * queued is not there yet. Entries of other machines may come late, with
 * earlier times. The texts live until `each` returns. E_IO, E_REMOTE. */
int store_read_log(struct store *s, struct sv log,
                   const struct store_entry *behind, size_t max,
                   int (*each)(void *ctx, const struct store_entry *e),
                   void *ctx);

/* Removes the entries of before that time, the oldest first and at most `max`
 * of them; each as a whole, so that it does no harm to be killed meanwhile. Who
 * calls knows that nobody wants to read them. E_IO, E_REMOTE. */
int store_trim_log(struct store *s, struct sv log, int64_t before_ms,
                   size_t max, size_t *ret_n)
    __attribute__((warn_unused_result));

/* ---- for people ---- */

struct store_item {
	enum {
		STORE_ITEM_COUNTER,
		STORE_ITEM_VALUE,
		STORE_ITEM_ENTRY, /* name: its log */
		STORE_ITEM_ID,    /* of a batch that was applied */
	} kind;
	struct sv name;
	int64_t half_life_ms, expires_ms; /* 0: none, never */
	double sums[STORE_FIELDS];        /* as of now */
	uint32_t epoch;                   /* see store/decay.h */
	double raw[STORE_FIELDS];         /* as kept */
	struct store_entry entry;         /* ENTRY; of a VALUE its value */
};

/* Calls `each` for all that begins with `prefix`, in no certain order. */
int store_walk(struct store *s, struct sv prefix, int64_t now_ms,
               int (*each)(void *ctx, const struct store_item *item),
               void *ctx);

/* Queues an item as store_walk() gives it, of this store or another one; what
 * is there of a counter already is added to. E_LIMIT as store_write(). */
int store_put_item(struct store *s, const struct store_item *item)
    __attribute__((warn_unused_result));

struct store_status {
	enum store_backend backend;
	uint64_t counters, values, entries; /* of this machine, if not asked */
	uint64_t used_bytes, bytes_max;     /* of the data base */
	uint64_t evicted;                   /* since it was made */
	bool redis_up;                      /* answers now */
	uint64_t backlog;                   /* waiting for Redis: entries */
	uint64_t backlog_lost;              /* dropped from there, ever */
	/* Of this process. */
	uint64_t batches, commits, lost, failed_reads, local_reads;
	int64_t commit_us_max;
	char why[STORE_WHY]; /* the last failure, or "" */
};
void store_status(struct store *s, struct store_status *ret);

/* Removes what has expired. Returns how many entries that were. */
uint64_t store_sweep(struct store *s, int64_t now_ms);

#endif
