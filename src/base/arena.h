/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Arena: memory that is handed out piece by piece and given back all at once.
 * Each message has one; what hangs from it dies with arena_reset(). Only
 * memory lives here, never descriptors or locks. One thread at a time.
 *
 * Built with AddressSanitizer, each piece is a heap block of its own, so that
 * an overrun of one piece is seen.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

#include "base/sv.h"

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *a); /* takes NULL */

/* Invalidates all that was handed out; keeps up to 1 MiB for the next use. */
void arena_reset(struct arena *a);

/* Zeroed memory aligned for any type, valid until arena_reset(). */
void *arena_alloc(struct arena *a, size_t bytes)
    __attribute__((returns_nonnull));
#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, type, count)                                            \
	((type *)arena_alloc((a), sizeof(type) * (count)))

/* Copies; a NUL byte follows the copied bytes. */
struct sv arena_dup(struct arena *a, struct sv s);
char *arena_str(struct arena *a, struct sv s);
struct sv arena_printf(struct arena *a, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The pieces, one behind the other; a NUL byte follows them. */
struct sv arena_join(struct arena *a, const struct sv *pieces, size_t n);
#define ARENA_JOIN(a, ...)                                                     \
	arena_join((a), (const struct sv[]){ __VA_ARGS__ },                    \
	           sizeof((const struct sv[]){ __VA_ARGS__ }) /                \
	               sizeof(struct sv))

/* A zero-padded copy of the `old_bytes` at `old` (NULL when 0) with room for
 * `new_bytes`: for arrays that grow while they are filled. */
void *arena_grow(struct arena *a, const void *old, size_t old_bytes,
                 size_t new_bytes);

/* Bytes handed out since the last reset. */
size_t arena_used(const struct arena *a);

#endif
