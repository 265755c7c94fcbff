/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

void
buf_init(struct buf *b, size_t max_bytes)
{
	*b = (struct buf)BUF_INIT(max_bytes);
}

void
buf_done(struct buf *b)
{
	free(b->p);
	*b = (struct buf)BUF_INIT(b->max);
}

void
buf_reset(struct buf *b)
{
	b->n = 0;
	b->full = false;
	if (b->p)
		b->p[0] = '\0';
}

char *
buf_room(struct buf *b, size_t n)
{
	size_t size;

	if (n > b->max - b->n) {
		b->full = true;
		return NULL;
	}
	if (b->n + n + 1 > b->size) {
		size = b->size ? b->size : 64;
		while (size < b->n + n + 1)
			size *= 2;
		if (size - 1 > b->max)
			size = b->max + 1;
		b->p = mem_realloc(b->p, size);
		b->size = size;
	}
	return b->p + b->n;
}

bool
buf_add(struct buf *b, struct sv s)
{
	size_t fits = b->max - b->n;
	bool whole = s.n <= fits;
	char *to = buf_room(b, whole ? s.n : fits);

	if (s.n && fits)
		memcpy(to, s.p, whole ? s.n : fits);
	b->n += whole ? s.n : fits;
	b->p[b->n] = '\0';
	if (!whole)
		b->full = true;
	return whole;
}

bool
buf_add_str(struct buf *b, const char *s)
{
	return buf_add(b, sv_str(s));
}

bool
buf_add_char(struct buf *b, char c)
{
	return buf_add(b, sv_make(&c, 1));
}

bool
buf_add_int(struct buf *b, int64_t value)
{
	uint64_t left = value < 0 ? -(uint64_t)value : (uint64_t)value;
	char text[24], *end = text + sizeof text, *p = end;

	do
		*--p = (char)('0' + left % 10);
	while (left /= 10);
	if (value < 0)
		*--p = '-';
	return buf_add(b, sv_make(p, (size_t)(end - p)));
}

bool
buf_vaddf(struct buf *b, const char *format, va_list ap)
{
	char small[256];
	char *large = NULL;
	va_list again;
	bool whole;
	int n;

	va_copy(again, ap);
	n = vsnprintf(small, sizeof small, format, ap);
	if (n < 0)
		mem_die("bad format");
	if ((size_t)n < sizeof small) {
		whole = buf_add(b, sv_make(small, (size_t)n));
	} else {
		large = mem_alloc((size_t)n + 1);
		vsnprintf(large, (size_t)n + 1, format, again);
		whole = buf_add(b, sv_make(large, (size_t)n));
		free(large);
	}
	va_end(again);
	return whole;
}

bool
buf_addf(struct buf *b, const char *format, ...)
{
	va_list ap;
	bool whole;

	va_start(ap, format);
	whole = buf_vaddf(b, format, ap);
	va_end(ap);
	return whole;
}

char *
buf_take(struct buf *b)
{
	char *p = b->p ? b->p : mem_strdup("");

	*b = (struct buf)BUF_INIT(b->max);
	return p;
}
