/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
mem_die(const char *why)
{
	fprintf(stderr, "tamis: fatal: %s\n", why);
	abort();
}

void *
mem_alloc(size_t bytes)
{
	void *p = malloc(bytes ? bytes : 1);

	if (!p)
		mem_die("out of memory");
	return p;
}

void *
mem_calloc(size_t count, size_t bytes)
{
	void *p = calloc(count ? count : 1, bytes ? bytes : 1);

	if (!p)
		mem_die("out of memory");
	return p;
}

void *
mem_realloc(void *old, size_t bytes)
{
	void *p = realloc(old, bytes ? bytes : 1);

	if (!p)
		mem_die("out of memory");
	return p;
}

char *
mem_dup(const void *p, size_t bytes)
{
	char *copy = mem_alloc(bytes + 1);

	if (bytes)
		memcpy(copy, p, bytes);
	copy[bytes] = '\0';
	return copy;
}

char *
mem_strdup(const char *s)
{
	return mem_dup(s, strlen(s));
}
