/* SPDX-License-Identifier: Apache-2.0 */
#include "base/map.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/random.h>
#include <xxhash.h>

#include "base/mem.h"

struct entry {
	struct sv key;
	uint64_t hash;
	void *value;
};

struct map {
	struct entry *entries; /* in the order of addition */
	size_t n, size;
	uint32_t *slots; /* index + 1 into entries; 0: free */
	size_t mask;     /* slots - 1, a power of two less one */
};

static uint64_t seed;

static void
make_seed(void)
{
	if (getrandom(&seed, sizeof seed, 0) != sizeof seed)
		mem_die("no random numbers");
}

static void
have_seed(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, make_seed);
}

uint64_t
map_hash(struct sv key)
{
	have_seed();
	return XXH3_64bits_withSeed(key.p, key.n, seed);
}

struct map *
map_new(void)
{
	struct map *m = mem_calloc(1, sizeof *m);

	have_seed();
	m->mask = 15;
	m->slots = mem_calloc(m->mask + 1, sizeof *m->slots);
	return m;
}

void
map_free(struct map *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->n; i++)
		free((char *)(uintptr_t)m->entries[i].key.p);
	free(m->entries);
	free(m->slots);
	free(m);
}

/* The slot that holds `key`, or the free one where it belongs. */
static size_t
find_slot(const struct map *m, struct sv key, uint64_t hash)
{
	size_t at = hash & m->mask;

	for (; m->slots[at]; at = (at + 1) & m->mask) {
		const struct entry *e = &m->entries[m->slots[at] - 1];

		if (e->hash == hash && sv_eq(e->key, key))
			break;
	}
	return at;
}

void *
map_get(const struct map *m, struct sv key)
{
	size_t at = find_slot(m, key, XXH3_64bits_withSeed(key.p, key.n, seed));

	return m->slots[at] ? m->entries[m->slots[at] - 1].value : NULL;
}

static void
grow(struct map *m)
{
	free(m->slots);
	m->mask = m->mask * 2 + 1;
	m->slots = mem_calloc(m->mask + 1, sizeof *m->slots);
	for (size_t i = 0; i < m->n; i++) {
		const struct entry *e = &m->entries[i];

		m->slots[find_slot(m, e->key, e->hash)] = (uint32_t)i + 1;
	}
}

void *
map_set(struct map *m, struct sv key, void *value)
{
	uint64_t hash = XXH3_64bits_withSeed(key.p, key.n, seed);
	size_t at = find_slot(m, key, hash);
	void *old = NULL;

	if (m->slots[at]) {
		struct entry *e = &m->entries[m->slots[at] - 1];

		old = e->value;
		e->value = value;
		return old;
	}
	if (m->n == m->size) {
		m->size = m->size ? m->size * 2 : 16;
		m->entries =
		    mem_realloc(m->entries, m->size * sizeof *m->entries);
	}
	m->entries[m->n++] = (struct entry){
		.key = { mem_dup(key.p, key.n), key.n },
		.hash = hash,
		.value = value,
	};
	m->slots[at] = (uint32_t)m->n;
	if (m->n * 2 > m->mask)
		grow(m);
	return NULL;
}

size_t
map_count(const struct map *m)
{
	return m->n;
}

bool
map_next(const struct map *m, size_t *pos, struct sv *ret_key, void **ret_value)
{
	if (*pos >= m->n)
		return false;
	*ret_key = m->entries[*pos].key;
	*ret_value = m->entries[*pos].value;
	++*pos;
	return true;
}
