/* SPDX-License-Identifier: Apache-2.0 */
#include "match/list.h"

#include <stdlib.h>
#include <sys/random.h>
#include <xxhash.h>

#include "base/mem.h"

/* Open addressing, one slot and a half for each entry: a key that is not in
 * the list meets a free slot after five on average. */
struct slot {
	uint32_t fingerprint;
	uint32_t entry; /* where it begins in the text, and 1; 0: free */
};

/* Entries stand one behind the other: length (4 bytes), then the bytes. */
struct match_list {
	char *text;
	size_t bytes, size;
	struct slot *slots;
	size_t n_slots, n;
	size_t min, max; /* bytes of an entry */
	uint64_t seed;
};

enum { LENGTH_BYTES = sizeof(uint32_t), TEXT_BYTES_FIRST = 4096 };

struct match_list *
match_list_new(void)
{
	struct match_list *list = mem_calloc(1, sizeof *list);

	if (getrandom(&list->seed, sizeof list->seed, 0) != sizeof list->seed)
		mem_die("no random numbers");
	list->min = SIZE_MAX;
	return list;
}

void
match_list_free(struct match_list *list)
{
	if (!list)
		return;
	free(list->text);
	free(list->slots);
	free(list);
}

bool
match_list_add(struct match_list *list, struct sv entry)
{
	uint32_t length = (uint32_t)entry.n;

	if (entry.n > MATCH_LIST_BYTES_MAX ||
	    list->bytes + LENGTH_BYTES + entry.n > MATCH_LIST_BYTES_MAX)
		return false;
	while (list->bytes + LENGTH_BYTES + entry.n > list->size) {
		list->size = list->size ? list->size * 2 : TEXT_BYTES_FIRST;
		list->text = mem_realloc(list->text, list->size);
	}
	memcpy(list->text + list->bytes, &length, LENGTH_BYTES);
	if (entry.n)
		memcpy(list->text + list->bytes + LENGTH_BYTES, entry.p,
		       entry.n);
	list->bytes += LENGTH_BYTES + entry.n;
	list->n++;
	if (entry.n < list->min)
		list->min = entry.n;
	if (entry.n > list->max)
		list->max = entry.n;
	return true;
}

static struct sv
entry_at(const struct match_list *list, size_t at)
{
	uint32_t length;

	memcpy(&length, list->text + at, LENGTH_BYTES);
	return sv_make(list->text + at + LENGTH_BYTES, length);
}

/* The slot that has the key, or the free one where it belongs. */
static struct slot *
find_slot(const struct match_list *list, struct sv key,
          uint32_t *ret_fingerprint)
{
	uint64_t hash = XXH3_64bits_withSeed(key.p, key.n, list->seed);
	uint32_t fingerprint = (uint32_t)hash;
	size_t at = (size_t)((hash >> 32) * list->n_slots >> 32);

	*ret_fingerprint = fingerprint;
	while (list->slots[at].entry) {
		const struct slot *s = &list->slots[at];

		if (s->fingerprint == fingerprint &&
		    sv_eq(entry_at(list, s->entry - 1), key))
			break;
		at = at + 1 < list->n_slots ? at + 1 : 0;
	}
	return &list->slots[at];
}

void
match_list_compile(struct match_list *list)
{
	size_t n = 0;

	if (list->bytes)
		list->text = mem_realloc(list->text, list->bytes);
	list->size = list->bytes;
	list->n_slots = list->n + list->n / 2 + 1;
	list->slots = mem_calloc(list->n_slots, sizeof *list->slots);
	for (size_t at = 0; at < list->bytes;) {
		struct sv entry = entry_at(list, at);
		uint32_t fingerprint;
		struct slot *s = find_slot(list, entry, &fingerprint);

		if (!s->entry) {
			s->fingerprint = fingerprint;
			s->entry = (uint32_t)at + 1;
			n++;
		}
		at += LENGTH_BYTES + entry.n;
	}
	list->n = n;
}

bool
match_list_has(const struct match_list *list, struct sv key)
{
	uint32_t fingerprint;

	return key.n >= list->min && key.n <= list->max &&
	       find_slot(list, key, &fingerprint)->entry;
}

size_t
match_list_count(const struct match_list *list)
{
	return list->n;
}

size_t
match_list_memory(const struct match_list *list)
{
	return sizeof *list + list->size + list->n_slots * sizeof *list->slots;
}

size_t
match_list_min(const struct match_list *list)
{
	return list->min;
}

size_t
match_list_max(const struct match_list *list)
{
	return list->max;
}
