/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The backend of several machines. All is written to the data base of this
 * machine first (its own view, and what waits), and sent from there once a
 * second by one of its processes. Messages ask Redis, and what waits here on
 * top; when Redis is away, the data base. Private to store/.
 *
 *     PREFIX c:HALF:EPOCH:NAME   hash of sums 0 to 3; expires
 *     PREFIX v:NAME              value; expires
 *     PREFIX o:ID                id of a batch; expires
 *     PREFIX l:LOG, e:LOG        order and values of entries
 *     PREFIX n:NODE              number of the last part of a node
 */
#ifndef STORE_REDIS_PRIVATE_H
#define STORE_REDIS_PRIVATE_H

#include <pthread.h>

#include "base/breaker.h"
#include "store/backlog.h"
#include "store/redis_link.h"

enum { REDIS_IDLE_MAX = 16, REDIS_KEY_MAX = 100 + 40 + STORE_NAME_MAX };

struct redis {
	struct lmdb *local;
	struct backend backend;
	const struct conf_store *conf;
	struct redis_server server;
	pthread_mutex_t lock; /* of these three */
	struct breaker breaker;
	struct redis_link *idle[REDIS_IDLE_MAX]; /* connections */
	size_t n_idle;
	char node[200]; /* key of this node's number */
	int send_fd;    /* locked by the process that sends */
	pthread_t sender;
	pthread_cond_t wake;
	bool has_work, stopping;
	char why[STORE_WHY]; /* the last failure of the sender */
};

/* A connection, or NULL when there is none now. Give it back; `good`: it can
 * be used again. */
struct redis_link *redis_borrow(struct redis *r, char why[STORE_WHY]);
void redis_return(struct redis *r, struct redis_link *l, bool good);

/* The key of a cell, or of another thing of that kind. */
struct redis_key {
	size_t n;
	char bytes[REDIS_KEY_MAX];
};
struct sv redis_key_make(const struct redis *r, char kind, struct sv name,
                         struct redis_key *key);
struct sv redis_key_cell(const struct redis *r, struct sv cell_key,
                         uint32_t epoch, struct redis_key *key);

/* Sends what waits, as far as possible (redis_send.c). */
void redis_send(struct redis *r, char why[STORE_WHY]);

#endif
