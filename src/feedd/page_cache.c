/* SPDX-License-Identifier: Apache-2.0 */
#include "feedd/page_cache.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/mem.h"

enum {
	ENTRIES = 128,
	BODY_MAX = 1 << 20, /* larger ones are not kept */
	BYTES_MAX = 32 << 20,
};

struct entry {
	char *key, *body; /* NULL: empty */
	size_t key_n, body_n;
};

/* A ring: the next one to be written is the oldest. */
struct page_cache {
	pthread_mutex_t lock;
	struct entry entries[ENTRIES];
	size_t next, bytes;
};

struct page_cache *
page_cache_new(void)
{
	struct page_cache *c = mem_calloc(1, sizeof *c);

	pthread_mutex_init(&c->lock, NULL);
	return c;
}

static void
drop(struct page_cache *c, struct entry *e)
{
	c->bytes -= e->key_n + e->body_n;
	free(e->key);
	free(e->body);
	*e = (struct entry){ NULL };
}

void
page_cache_free(struct page_cache *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < ENTRIES; i++)
		drop(c, &c->entries[i]);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

static struct entry *
find(struct page_cache *c, struct sv key)
{
	for (size_t i = 0; i < ENTRIES; i++) {
		struct entry *e = &c->entries[i];

		if (e->key && sv_eq(sv_make(e->key, e->key_n), key))
			return e;
	}
	return NULL;
}

bool
page_cache_get(struct page_cache *c, struct sv key, struct buf *out)
{
	const struct entry *e;

	pthread_mutex_lock(&c->lock);
	e = find(c, key);
	if (e)
		buf_add(out, sv_make(e->body, e->body_n));
	pthread_mutex_unlock(&c->lock);
	return e != NULL;
}

void
page_cache_put(struct page_cache *c, struct sv key, struct sv body)
{
	if (body.n > BODY_MAX)
		return;
	pthread_mutex_lock(&c->lock);
	if (!find(c, key)) {
		drop(c, &c->entries[c->next]);
		for (size_t i = 0;
		     i < ENTRIES && c->bytes + key.n + body.n > BYTES_MAX; i++)
			drop(c, &c->entries[(c->next + i) % ENTRIES]);
		c->entries[c->next] = (struct entry){
			.key = mem_dup(key.p, key.n),
			.body = mem_dup(body.p, body.n),
			.key_n = key.n,
			.body_n = body.n,
		};
		c->bytes += key.n + body.n;
		c->next = (c->next + 1) % ENTRIES;
	}
	pthread_mutex_unlock(&c->lock);
}
