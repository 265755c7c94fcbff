/* SPDX-License-Identifier: Apache-2.0 */
#include "prefs/cache.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"

struct entry {
	struct entry *next;          /* of the same bucket */
	struct entry *newer, *older; /* by when it was asked for */
	uint64_t hash;
	int64_t expires_us;
	size_t bytes;
	struct prefs *prefs;
	struct sv key; /* behind this struct */
};

struct prefs_cache {
	pthread_mutex_t lock;
	size_t entries_max, bytes_max, n, bytes;
	struct entry *newest, *oldest;
	size_t n_buckets;
	struct entry **buckets;
};

struct prefs_cache *
prefs_cache_new(size_t entries_max, size_t bytes_max)
{
	struct prefs_cache *c = mem_calloc(1, sizeof *c);

	pthread_mutex_init(&c->lock, NULL);
	c->entries_max = entries_max;
	c->bytes_max = bytes_max;
	c->n_buckets = entries_max + 1;
	c->buckets = mem_calloc(c->n_buckets, sizeof *c->buckets);
	return c;
}

/* ---- the order in which they were asked for ---- */

static void
unlink_entry(struct prefs_cache *c, struct entry *e)
{
	*(e->newer ? &e->newer->older : &c->newest) = e->older;
	*(e->older ? &e->older->newer : &c->oldest) = e->newer;
}

static void
link_newest(struct prefs_cache *c, struct entry *e)
{
	e->newer = NULL;
	e->older = c->newest;
	*(c->newest ? &c->newest->newer : &c->oldest) = e;
	c->newest = e;
}

/* ---- entries ---- */

static struct entry **
find(struct prefs_cache *c, struct sv key, uint64_t hash)
{
	struct entry **at = &c->buckets[hash % c->n_buckets];

	while (*at && ((*at)->hash != hash || !sv_eq((*at)->key, key)))
		at = &(*at)->next;
	return at;
}

static void
drop(struct prefs_cache *c, struct entry *e)
{
	*find(c, e->key, e->hash) = e->next;
	unlink_entry(c, e);
	c->n--;
	c->bytes -= e->bytes;
	prefs_unref(e->prefs);
	free(e);
}

static struct entry *
add(struct prefs_cache *c, struct sv key, uint64_t hash)
{
	struct entry *e = mem_calloc(1, sizeof *e + key.n + 1);
	struct entry **bucket = &c->buckets[hash % c->n_buckets];

	if (key.n)
		memcpy(e + 1, key.p, key.n);
	e->key = sv_make((const char *)(e + 1), key.n);
	e->hash = hash;
	e->next = *bucket;
	*bucket = e;
	c->n++;
	return e;
}

struct prefs *
prefs_cache_get(struct prefs_cache *c, struct sv key, int64_t now_us,
                bool *ret_fresh)
{
	struct prefs *p = NULL;
	struct entry *e;

	*ret_fresh = false;
	pthread_mutex_lock(&c->lock);
	e = *find(c, key, map_hash(key));
	if (e) {
		unlink_entry(c, e);
		link_newest(c, e);
		*ret_fresh = now_us < e->expires_us;
		p = prefs_ref(e->prefs);
	}
	pthread_mutex_unlock(&c->lock);
	return p;
}

void
prefs_cache_put(struct prefs_cache *c, struct sv key, struct prefs *p,
                size_t bytes, int64_t expires_us)
{
	uint64_t hash = map_hash(key);
	struct entry *e;

	pthread_mutex_lock(&c->lock);
	e = *find(c, key, hash);
	if (e)
		drop(c, e);
	e = add(c, key, hash);
	link_newest(c, e);
	e->prefs = prefs_ref(p);
	e->expires_us = expires_us;
	e->bytes = sizeof *e + key.n + bytes;
	c->bytes += e->bytes;
	while (c->n > c->entries_max || c->bytes > c->bytes_max)
		drop(c, c->oldest);
	pthread_mutex_unlock(&c->lock);
}

void
prefs_cache_free(struct prefs_cache *c)
{
	if (!c)
		return;
	while (c->oldest)
		drop(c, c->oldest);
	pthread_mutex_destroy(&c->lock);
	free(c->buckets);
	free(c);
}
