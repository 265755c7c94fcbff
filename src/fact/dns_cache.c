/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/dns_cache.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"

enum {
	PARTS = 16,
	BUCKETS_MIN = 64,
	ENTRY_OVERHEAD = 32, /* of the heap, about */
};

struct entry {
	struct entry *next;          /* of the same bucket */
	struct entry *newer, *older; /* by when it was asked for */
	uint64_t hash;
	int64_t fresh_us, old_us, stale_us;
	struct dns_kept *kept;
	struct sv key; /* behind this struct */
};

struct part {
	pthread_mutex_t lock;
	size_t entries_max, bytes_max, n, bytes;
	struct entry *newest, *oldest;
	size_t n_buckets;
	struct entry **buckets;
};

struct dns_cache {
	struct part parts[PARTS];
};

/* ---- answers ---- */

struct dns_kept *
dns_kept_new(const struct dns_answer *answer)
{
	size_t list = answer->n_records * sizeof *answer->records, texts = 0;
	struct dns_kept *k;
	struct dns_record *records;
	char *p;

	for (size_t i = 0; i < answer->n_records; i++)
		texts += answer->records[i].text.n;
	k = mem_alloc(sizeof *k + list + texts);
	atomic_init(&k->references, 1);
	k->bytes = sizeof *k + list + texts;
	k->answer = *answer;
	records = (struct dns_record *)(k + 1);
	p = (char *)(records + answer->n_records);
	for (size_t i = 0; i < answer->n_records; i++) {
		struct sv text = answer->records[i].text;

		records[i] = answer->records[i];
		records[i].text = sv_make(p, text.n);
		if (text.n)
			memcpy(p, text.p, text.n);
		p += text.n;
	}
	k->answer.records = records;
	return k;
}

struct dns_kept *
dns_kept_ref(struct dns_kept *k)
{
	atomic_fetch_add_explicit(&k->references, 1, memory_order_relaxed);
	return k;
}

void
dns_kept_unref(struct dns_kept *k)
{
	if (k && atomic_fetch_sub(&k->references, 1) == 1)
		free(k);
}

void
dns_key_set(struct dns_key *k, const struct dns_question *q)
{
	size_t n = q->name.n < DNS_NAME_MAX ? q->name.n : DNS_NAME_MAX;

	k->bytes[0] = (char)((unsigned)q->type >> 8);
	k->bytes[1] = (char)q->type;
	memcpy(k->bytes + 2, q->name.p, n);
	k->text = sv_make(k->bytes, n + 2);
	k->hash = map_hash(k->text);
}

/* ---- entries ---- */

static void
unlink_entry(struct part *p, struct entry *e)
{
	*(e->newer ? &e->newer->older : &p->newest) = e->older;
	*(e->older ? &e->older->newer : &p->oldest) = e->newer;
}

static void
link_newest(struct part *p, struct entry *e)
{
	e->newer = NULL;
	e->older = p->newest;
	*(p->newest ? &p->newest->newer : &p->oldest) = e;
	p->newest = e;
}

static struct part *
part_of(struct dns_cache *c, uint64_t hash)
{
	return &c->parts[hash % PARTS];
}

static struct entry **
find(struct part *p, struct sv key, uint64_t hash)
{
	struct entry **at = &p->buckets[hash / PARTS % p->n_buckets];

	while (*at && ((*at)->hash != hash || !sv_eq((*at)->key, key)))
		at = &(*at)->next;
	return at;
}

static size_t
entry_bytes(const struct entry *e)
{
	return sizeof *e + e->key.n + ENTRY_OVERHEAD + e->kept->bytes;
}

static void
drop(struct part *p, struct entry *e)
{
	*find(p, e->key, e->hash) = e->next;
	unlink_entry(p, e);
	p->n--;
	p->bytes -= entry_bytes(e);
	dns_kept_unref(e->kept);
	free(e);
}

static void
drop_beyond_limits(struct part *p)
{
	while (p->n > p->entries_max || p->bytes > p->bytes_max)
		drop(p, p->oldest);
}

static struct entry *
add(struct part *p, const struct dns_key *k)
{
	struct entry *e = mem_calloc(1, sizeof *e + k->text.n);
	struct entry **bucket = &p->buckets[k->hash / PARTS % p->n_buckets];

	memcpy(e + 1, k->text.p, k->text.n);
	e->key = sv_make((const char *)(e + 1), k->text.n);
	e->hash = k->hash;
	e->next = *bucket;
	*bucket = e;
	link_newest(p, e);
	p->n++;
	return e;
}

/* ---- life ---- */

static void
set_limits(struct part *p, size_t entries_max, size_t bytes_max)
{
	p->entries_max = entries_max / PARTS + 1;
	p->bytes_max = bytes_max / PARTS;
}

struct dns_cache *
dns_cache_new(size_t entries_max, size_t bytes_max)
{
	struct dns_cache *c = mem_calloc(1, sizeof *c);

	for (size_t i = 0; i < PARTS; i++) {
		struct part *p = &c->parts[i];

		pthread_mutex_init(&p->lock, NULL);
		set_limits(p, entries_max, bytes_max);
		p->n_buckets = p->entries_max + BUCKETS_MIN;
		p->buckets = mem_calloc(p->n_buckets, sizeof *p->buckets);
	}
	return c;
}

void
dns_cache_limit(struct dns_cache *c, size_t entries_max, size_t bytes_max)
{
	for (size_t i = 0; i < PARTS; i++) {
		struct part *p = &c->parts[i];

		pthread_mutex_lock(&p->lock);
		set_limits(p, entries_max, bytes_max);
		drop_beyond_limits(p);
		pthread_mutex_unlock(&p->lock);
	}
}

void
dns_cache_clear(struct dns_cache *c)
{
	for (size_t i = 0; i < PARTS; i++) {
		struct part *p = &c->parts[i];

		pthread_mutex_lock(&p->lock);
		while (p->oldest)
			drop(p, p->oldest);
		pthread_mutex_unlock(&p->lock);
	}
}

void
dns_cache_free(struct dns_cache *c)
{
	if (!c)
		return;
	dns_cache_clear(c);
	for (size_t i = 0; i < PARTS; i++) {
		pthread_mutex_destroy(&c->parts[i].lock);
		free(c->parts[i].buckets);
	}
	free(c);
}

/* ---- use ---- */

struct dns_kept *
dns_cache_get(struct dns_cache *c, const struct dns_key *k, int64_t now_us,
              enum dns_age *ret)
{
	struct part *p = part_of(c, k->hash);
	struct dns_kept *kept = NULL;
	struct entry *e;

	pthread_mutex_lock(&p->lock);
	e = *find(p, k->text, k->hash);
	if (e && now_us < e->old_us) {
		unlink_entry(p, e);
		link_newest(p, e);
		*ret = now_us < e->fresh_us   ? DNS_FRESH
		       : now_us < e->stale_us ? DNS_STALE
		                              : DNS_OLD;
		kept = dns_kept_ref(e->kept);
	}
	pthread_mutex_unlock(&p->lock);
	return kept;
}

void
dns_cache_put(struct dns_cache *c, const struct dns_key *k,
              struct dns_kept *kept, int64_t fresh_us, int64_t old_us)
{
	struct part *p = part_of(c, k->hash);
	struct entry *e;

	pthread_mutex_lock(&p->lock);
	e = *find(p, k->text, k->hash);
	if (e)
		drop(p, e);
	e = add(p, k);
	e->kept = dns_kept_ref(kept);
	e->fresh_us = fresh_us;
	e->old_us = old_us > fresh_us ? old_us : fresh_us;
	p->bytes += entry_bytes(e);
	drop_beyond_limits(p);
	pthread_mutex_unlock(&p->lock);
}

struct dns_kept *
dns_cache_prolong(struct dns_cache *c, const struct dns_key *k, int64_t now_us,
                  int64_t until_us)
{
	struct part *p = part_of(c, k->hash);
	struct dns_kept *kept = NULL;
	struct entry *e;

	pthread_mutex_lock(&p->lock);
	e = *find(p, k->text, k->hash);
	if (e && now_us < e->old_us) {
		e->stale_us = until_us;
		kept = dns_kept_ref(e->kept);
	}
	pthread_mutex_unlock(&p->lock);
	return kept;
}
