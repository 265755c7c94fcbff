/* SPDX-License-Identifier: Apache-2.0 */
/* How often each text occurs, in the arena of a message. Texts are told apart
 * by a hash of 64 bits that strangers cannot aim at. Private to eval/. */
#ifndef EVAL_CENSUS_H
#define EVAL_CENSUS_H

#include "base/arena.h"
#include "base/map.h"

struct census_item {
	uint64_t hash; /* 0: the place is free */
	int32_t a, b;  /* two counts; the user says of what */
	uint32_t flags;
};

struct census {
	struct arena *arena;
	struct census_item *list;
	size_t n, size; /* size: a power of two */
};

static inline struct census
census_make(struct arena *a)
{
	return (struct census){ a, NULL, 0, 0 };
}

/* The item of a text, zeroed but for the hash when it is new; valid until the
 * next call. */
struct census_item *census_at(struct census *t, struct sv text);

/* The same, or NULL when it has not occurred. */
const struct census_item *census_find(const struct census *t, struct sv text);

#endif
