/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The resolver: answers from the domain name system, for lookups (lookup.h).
 *
 *     d = dns_new(conf, observer, why);   one a process
 *     b = dns_batch_new(d);               one a message
 *     l = lookup_new(arena, &dns_source, b, conf->dns.questions_max);
 *     ...
 *     dns_batch_free(b);
 *
 * One thread speaks with the recursive resolvers (c-ares: EDNS0, TCP where an
 * answer does not fit a datagram). Others find answers in a cache, or leave
 * questions and wait; equal questions are asked once. What comes too late for
 * a message is in the cache for the next.
 *
 * A list whose servers do not answer is left alone for a while (breaker.h),
 * and its answers are used beyond their time meanwhile. So is the resolver,
 * when it does not even know the root. No other names are: who sends mail
 * chooses them, and could have those of others left alone.
 *
 * Any thread may call any of this, one at a time for each batch. The thread is
 * started by dns_new(): fork before.
 */
#ifndef FACT_DNS_H
#define FACT_DNS_H

#include <stdatomic.h>

#include "conf/conf.h"
#include "fact/lookup.h"

struct dns;
struct dns_batch;

enum dns_stat {
#define X(name, help) DNS_STAT_##name,
#include "fact/dns_stats.def"
#undef X
	DNS_STATS,
};

/* What a person should know; once, when it begins and when it ends. */
enum dns_event {
	DNS_ZONE_SUSPENDED, /* by dns_zone_suspend() */
	DNS_ZONE_RESUMED,   /* that time is over */
	DNS_ZONE_SILENT,    /* it does not answer */
	DNS_ZONE_ANSWERS,   /* it does again */
	DNS_RESOLVER_SILENT,
	DNS_RESOLVER_ANSWERS,
};

/* Who wants to know. All of it outlives the resolver. */
struct dns_observer {
	_Atomic uint64_t *counts; /* DNS_STATS of them are added to; or NULL */
	/* Called by any thread; must not call back. NULL: nobody listens. */
	void (*notify)(void *ctx, enum dns_event event, const char *zone,
	               const char *why, int64_t seconds);
	void *ctx;
};

enum { DNS_WHY = 200 };

/* Starts the resolver as conf->dns says. NULL with `why`: it cannot be. The
 * observer may be NULL. */
struct dns *dns_new(const struct conf *conf, const struct dns_observer *o,
                    char why[DNS_WHY]);

/* Takes NULL. All batches must have been freed. */
void dns_free(struct dns *d);

/* Has another configuration count from now on: resolvers, times, sizes. What
 * is remembered stays, unless there are other resolvers. */
void dns_configure(struct dns *d, const struct conf *conf);

/* The questions of one message. */
struct dns_batch *dns_batch_new(struct dns *d);

/* Takes NULL. Answers to what it has asked go to the cache when they come. */
void dns_batch_free(struct dns_batch *b);

/* Its ctx is a batch. Its next(), when nothing has come up to a deadline that
 * is not 0, hands out what is remembered beyond its time, if that may be. */
extern const struct lookup_source dns_source;

/* Where questions go. */
struct dns_resolver {
	struct ip ip;
	uint16_t port;
};
enum { DNS_RESOLVERS_MAX = 16 };

/* Those of the configuration, or else of the system, at most
 * DNS_RESOLVERS_MAX; returns how many. */
size_t dns_resolvers(const struct conf *conf,
                     struct dns_resolver list[DNS_RESOLVERS_MAX]);

/* ---- lists ---- */

/* Has questions with this zone answered with DNS_SUSPENDED for so long: its
 * answers cannot be used. `why` is for people: "blocked: 127.255.255.254". */
void dns_zone_suspend(struct dns *d, struct sv zone, const char *why,
                      int64_t seconds);

struct dns_zone_state {
	char zone[DNS_NAME_MAX + 1]; /* "": the resolver */
	bool is_suspended, is_silent;
	int64_t seconds;   /* until it is asked again */
	char why[DNS_WHY]; /* suspended */
	uint64_t not_asked;
};

/* The zones that are left alone now, at most `max`; returns how many. */
size_t dns_zones(struct dns *d, struct dns_zone_state *list, size_t max);

#endif
