/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/census.h"

enum { SIZE_MIN = 64 };

static struct census_item *
place(const struct census *t, uint64_t hash)
{
	size_t i = hash & (t->size - 1);

	while (t->list[i].hash && t->list[i].hash != hash)
		i = (i + 1) & (t->size - 1);
	return &t->list[i];
}

static uint64_t
hash_of(struct sv text)
{
	uint64_t hash = map_hash(text);

	return hash ? hash : 1;
}

static void
grow(struct census *t)
{
	struct census old = *t;

	t->size = old.size ? old.size * 4 : SIZE_MIN;
	t->list = ARENA_ARRAY(t->arena, struct census_item, t->size);
	for (size_t i = 0; i < old.size; i++)
		if (old.list[i].hash)
			*place(t, old.list[i].hash) = old.list[i];
}

struct census_item *
census_at(struct census *t, struct sv text)
{
	uint64_t hash = hash_of(text);
	struct census_item *item;

	if (2 * t->n >= t->size)
		grow(t);
	item = place(t, hash);
	if (!item->hash) {
		item->hash = hash;
		t->n++;
	}
	return item;
}

const struct census_item *
census_find(const struct census *t, struct sv text)
{
	const struct census_item *item;

	if (!t->size)
		return NULL;
	item = place(t, hash_of(text));
	return item->hash ? item : NULL;
}
