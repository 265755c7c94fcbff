/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Growing arrays on the heap: struct { T *list; size_t n, size; }.
 *
 *     VEC(struct hit) hits = { 0 };
 *     *VEC_ADD(&hits) = (struct hit){ ... };
 *     VEC_DONE(&hits);
 */
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define VEC(type)                                                              \
	struct {                                                               \
		type *list;                                                    \
		size_t n, size;                                                \
	}

static inline void *
vec_grow(void *list, size_t n, size_t *size, size_t item_bytes)
{
	if (n < *size)
		return list;
	*size = *size ? *size * 2 : 8;
	return mem_realloc(list, *size * item_bytes);
}

/* A pointer to one more element, zeroed; valid until the next VEC_ADD. */
#define VEC_ADD(v)                                                             \
	((v)->list =                                                           \
	     vec_grow((v)->list, (v)->n, &(v)->size, sizeof *(v)->list),       \
	 memset(&(v)->list[(v)->n], 0, sizeof *(v)->list), (v)->n++,           \
	 &(v)->list[(v)->n - 1])

#define VEC_DONE(v)                                                            \
	(free((v)->list), (v)->list = NULL, (v)->n = 0, (v)->size = 0)

#endif
