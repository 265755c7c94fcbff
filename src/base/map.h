/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hash map from a byte string to a pointer. Keys are copied; values belong to
 * the caller. Keys may come from strangers: the hash is seeded per process.
 * Readers may share a map that nobody changes.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/sv.h"

struct map;

struct map *map_new(void);
void map_free(struct map *m); /* takes NULL; does not touch the values */

/* The value of `key`, or NULL. */
void *map_get(const struct map *m, struct sv key);

/* Sets the value of `key` (not NULL); returns the previous one or NULL. */
void *map_set(struct map *m, struct sv key, void *value);

/* The hash that maps use, for tables of other kinds: the same for the same
 * bytes in this process, and nobody else can tell. */
uint64_t map_hash(struct sv key);

size_t map_count(const struct map *m);

/* Goes through all entries in the order they were added: start with *pos = 0;
 * false at the end. The map must not change meanwhile. */
bool map_next(const struct map *m, size_t *pos, struct sv *ret_key,
              void **ret_value);

#endif
