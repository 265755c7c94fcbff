/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Heap memory that never fails: when there is none left the process ends,
 * and its supervisor starts a new one. What a stranger can make large is
 * bounded by limits (see buf.h and each parser), not by these functions.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

/* Each returns memory to be released with free(). Any thread. */
void *mem_alloc(size_t bytes);
void *mem_calloc(size_t count, size_t bytes);
void *mem_realloc(void *p, size_t bytes);
char *mem_strdup(const char *s);
char *mem_dup(const void *p, size_t bytes); /* adds a final NUL byte */

/* Ends the process after a message to standard error. For broken invariants
 * and an exhausted machine, never for what a message or a file contains. */
void mem_die(const char *why) __attribute__((noreturn));

#endif
