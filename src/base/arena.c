/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_PIECES 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_PIECES 1
#endif
#endif

enum {
	CHUNK_BYTES = 32 * 1024, /* the first chunk; later ones double */
	CHUNK_MAX_BYTES = 1024 * 1024,
	KEEP_BYTES = 1024 * 1024, /* what a reset may keep */
};

struct chunk {
	struct chunk *next;
	size_t size; /* bytes of data */
	size_t used;
	alignas(max_align_t) char data[];
};

struct arena {
	struct chunk *chunks; /* newest first */
	size_t used;
};

struct arena *
arena_new(void)
{
	return mem_calloc(1, sizeof(struct arena));
}

static void
free_chunks(struct chunk *c)
{
	struct chunk *next;

	for (; c; c = next) {
		next = c->next;
		free(c);
	}
}

void
arena_free(struct arena *a)
{
	if (!a)
		return;
	free_chunks(a->chunks);
	free(a);
}

void
arena_reset(struct arena *a)
{
	a->used = 0;
	if (!a->chunks)
		return;
	free_chunks(a->chunks->next);
	a->chunks->next = NULL;
#ifdef ARENA_PIECES
	free(a->chunks);
	a->chunks = NULL;
#else
	if (a->chunks->size > KEEP_BYTES) {
		free(a->chunks);
		a->chunks = NULL;
	} else {
		memset(a->chunks->data, 0, a->chunks->used);
		a->chunks->used = 0;
	}
#endif
}

static struct chunk *
add_chunk(struct arena *a, size_t at_least)
{
	struct chunk *c;
	size_t size = at_least;

#ifndef ARENA_PIECES
	size = a->chunks ? a->chunks->size * 2 : CHUNK_BYTES;
	if (size > CHUNK_MAX_BYTES)
		size = CHUNK_MAX_BYTES;
	if (size < at_least)
		size = at_least;
#endif
	if (size > SIZE_MAX - sizeof *c)
		mem_die("arena: absurd size");
	c = mem_calloc(1, sizeof *c + size);
	c->size = size;
	c->next = a->chunks;
	a->chunks = c;
	return c;
}

void *
arena_alloc(struct arena *a, size_t bytes)
{
	const size_t align = alignof(max_align_t);
	struct chunk *c = a->chunks;
	size_t room;
	void *p;

	if (bytes > SIZE_MAX / 2)
		mem_die("arena: absurd size");
#ifdef ARENA_PIECES
	room = bytes ? bytes : 1;
	c = add_chunk(a, room);
#else
	room = (bytes + align - 1) / align * align;
	if (!c || c->size - c->used < room)
		c = add_chunk(a, room);
#endif
	(void)align;
	p = c->data + c->used;
	c->used += room;
	a->used += room;
	return p;
}

char *
arena_str(struct arena *a, struct sv s)
{
	char *copy = arena_alloc(a, s.n + 1);

	if (s.n)
		memcpy(copy, s.p, s.n);
	return copy;
}

struct sv
arena_dup(struct arena *a, struct sv s)
{
	return sv_make(arena_str(a, s), s.n);
}

struct sv
arena_printf(struct arena *a, const char *format, ...)
{
	va_list ap;
	char *text;
	int n;

	va_start(ap, format);
	n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	if (n < 0)
		mem_die("bad format");
	text = arena_alloc(a, (size_t)n + 1);
	va_start(ap, format);
	vsnprintf(text, (size_t)n + 1, format, ap);
	va_end(ap);
	return sv_make(text, (size_t)n);
}

struct sv
arena_join(struct arena *a, const struct sv *pieces, size_t n)
{
	size_t bytes = 0;
	char *text, *end;

	for (size_t i = 0; i < n; i++)
		bytes += pieces[i].n;
	end = text = arena_alloc(a, bytes + 1);
	for (size_t i = 0; i < n; i++)
		if (pieces[i].n) {
			memcpy(end, pieces[i].p, pieces[i].n);
			end += pieces[i].n;
		}
	return sv_make(text, bytes);
}

void *
arena_grow(struct arena *a, const void *old, size_t old_bytes, size_t new_bytes)
{
	void *copy = arena_alloc(a, new_bytes);

	if (old_bytes)
		memcpy(copy, old, old_bytes);
	return copy;
}

size_t
arena_used(const struct arena *a)
{
	return a->used;
}
