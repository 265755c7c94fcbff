/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the resolver share: dns.c is what others call, by any
 * thread; dns_batch.c what a message waits for; dns_flight.c what is on its
 * way; dns_thread.c the one thread that speaks with recursive resolvers, over
 * dns_line.c. */
#ifndef FACT_DNS_PRIVATE_H
#define FACT_DNS_PRIVATE_H

#include <pthread.h>

#include "base/vec.h"
#include "fact/dns.h"
#include "fact/dns_cache.h"
#include "fact/dns_zones.h"

enum { DNS_FLIGHT_BUCKETS = 4096 };

/* Somebody who waits for an answer: a reference to a batch, and which of its
 * questions it is. */
struct dns_waiter {
	struct dns_batch *batch;
	size_t slot;
};

/* A question on its way. */
struct dns_flight {
	/* Under the lock of struct dns: */
	struct dns_flight *next;   /* of the same bucket */
	struct dns_flight *queued; /* to be sent, behind this one */
	VEC(struct dns_waiter) waiters;
	bool is_list; /* old answers will do */

	/* For good: */
	struct dns *dns;
	struct dns_key key;
	struct dns_question question; /* its texts are behind this struct */

	/* Of the thread: */
	struct dns_line *line;
	struct dns_flight *younger, *older; /* of those not overdue yet */
	bool is_young;
	int64_t sent_us;
	char *alias; /* what is asked for instead; or NULL */
	unsigned n_aliases;
	uint32_t alias_ttl_s;
};

struct dns {
	struct dns_observer observer;
	_Atomic uint64_t own_counts[DNS_STATS];
	struct dns_cache *cache;
	struct dns_zones *zones;
	pthread_t thread;
	int wake_fd;
	_Atomic bool is_stopping;
	struct dns_batch *to_ring; /* of the thread: see dns_batches_ring() */

	/* The resolver does not answer; when it is tried again. */
	_Atomic bool is_silent;
	_Atomic int64_t retry_us;
	_Atomic uint64_t not_asked;

	pthread_mutex_t lock; /* of all that follows */
	struct conf_dns conf; /* but for `resolvers`: */
	char *resolvers;      /* as c-ares reads them; "": the system's */
	unsigned generation;  /* of both */
	size_t n_flights;
	struct dns_flight *first, *last; /* to be sent */
	struct dns_flight *flights[DNS_FLIGHT_BUCKETS];
};

static inline void
dns_count(struct dns *d, enum dns_stat which, uint64_t n)
{
	atomic_fetch_add_explicit(&d->observer.counts[which], n,
	                          memory_order_relaxed);
}

void dns_wake(struct dns *d); /* has the thread look */
void *dns_thread(void *dns);

/* ---- dns_flight.c ---- */

enum dns_begun {
	DNS_WAITS, /* the answer will be delivered */
	DNS_REFUSED,
	DNS_TOO_MANY,
};

/* Has the question sent, or waits for an equal one. Unless it is DNS_WAITS the
 * waiter's reference is still the caller's. */
enum dns_begun dns_flight_begin(struct dns *d, const struct dns_key *k,
                                const struct dns_question *q, int64_t now_us,
                                const struct dns_waiter *w);

/* The answer is there: it is remembered, all who wait get it, and the flight
 * is freed. */
void dns_flight_end(struct dns_flight *f, const struct dns_answer *answer);

/* All that are to be sent, linked by `queued`. */
struct dns_flight *dns_flights_take(struct dns *d);

/* ---- dns_batch.c ---- */

/* One more answer is to come: a reference for the waiter. The `old` answer,
 * or NULL, becomes the batch's; it is used for want of a better one. */
struct dns_waiter dns_batch_expect(struct dns_batch *b, size_t ticket,
                                   struct dns_kept *old);

/* Takes back the last dns_batch_expect(); returns what was `old`. */
struct dns_kept *dns_batch_forget(struct dns_batch *b);

/* Hands over the answer and ends the waiter's reference; false: nobody is
 * there any more. Who waits is told by the next dns_batches_ring(): answers
 * come in swarms, and to wake somebody for each costs more than they do. */
bool dns_batch_deliver(const struct dns_waiter *w, struct dns_kept *kept,
                       bool is_stale);
void dns_batches_ring(struct dns *d);

#endif
