/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers that are remembered, by type and name: bounded in number and bytes;
 * what was not asked for the longest time goes first. In several parts with a
 * lock each, so that threads seldom meet. Any thread.
 */
#ifndef FACT_DNS_CACHE_H
#define FACT_DNS_CACHE_H

#include <stdatomic.h>

#include "fact/answer.h"

/* An answer that several may hold; it never changes. */
struct dns_kept {
	_Atomic unsigned references;
	size_t bytes;
	struct dns_answer answer; /* what it refers to is behind this */
};
struct dns_kept *dns_kept_new(const struct dns_answer *answer);
struct dns_kept *dns_kept_ref(struct dns_kept *k);
void dns_kept_unref(struct dns_kept *k); /* takes NULL */

struct dns_key {
	struct sv text; /* type and name */
	uint64_t hash;
	char bytes[DNS_NAME_MAX + 2];
};
/* The key of a question, whose name is one as in dns_name(). */
void dns_key_set(struct dns_key *k, const struct dns_question *q);

struct dns_cache;

struct dns_cache *dns_cache_new(size_t entries_max, size_t bytes_max);
void dns_cache_free(struct dns_cache *c); /* takes NULL */
void dns_cache_limit(struct dns_cache *c, size_t entries_max, size_t bytes_max);
void dns_cache_clear(struct dns_cache *c);

/* How an answer is to be taken. */
enum dns_age {
	DNS_FRESH,
	DNS_OLD,   /* ask again; use this one only if that fails */
	DNS_STALE, /* that failed a moment ago: use this one */
};

/* A reference; NULL: there is none. */
struct dns_kept *dns_cache_get(struct dns_cache *c, const struct dns_key *k,
                               int64_t now_us, enum dns_age *ret);

/* Remembers it as fresh up to one time, and as old up to another. */
void dns_cache_put(struct dns_cache *c, const struct dns_key *k,
                   struct dns_kept *kept, int64_t fresh_us, int64_t old_us);

/* It could not be asked again: the old answer is DNS_STALE until then. A
 * reference to it; NULL: there is none. */
struct dns_kept *dns_cache_prolong(struct dns_cache *c, const struct dns_key *k,
                                   int64_t now_us, int64_t until_us);

#endif
