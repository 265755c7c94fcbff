/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A growing byte buffer with a compulsory upper bound. Adding past the bound
 * keeps what fits and sets `full`; nothing is ever written beyond it. The
 * content is always followed by a NUL byte, so that p serves as a C string.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/sv.h"

struct buf {
	char *p;     /* never NULL after the first add */
	size_t n;    /* bytes in use */
	size_t size; /* bytes allocated */
	size_t max;  /* bytes at most */
	bool full;   /* something did not fit */
};

#define BUF_INIT(max_bytes)                                                    \
	{                                                                      \
		NULL, 0, 0, (max_bytes), false                                 \
	}

void buf_init(struct buf *b, size_t max_bytes);
void buf_done(struct buf *b);  /* releases the memory; b may be used again */
void buf_reset(struct buf *b); /* empties it, keeps the memory */

/* All return false when the bound cut what was added. */
bool buf_add(struct buf *b, struct sv s);
bool buf_add_str(struct buf *b, const char *s);
bool buf_add_char(struct buf *b, char c);
bool buf_add_int(struct buf *b, int64_t value); /* in decimal digits */
bool buf_addf(struct buf *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
bool buf_vaddf(struct buf *b, const char *format, va_list ap)
    __attribute__((format(printf, 2, 0)));

/* Room for `n` more bytes at b->p + b->n, or NULL when the bound forbids it.
 * The caller advances b->n by what it wrote. */
char *buf_room(struct buf *b, size_t n);

static inline struct sv
buf_sv(const struct buf *b)
{
	return sv_make(b->p ? b->p : "", b->n);
}

static inline const char *
buf_str(const struct buf *b)
{
	return b->p ? b->p : "";
}

/* Gives the content to the caller, who frees it; b is empty afterwards. */
char *buf_take(struct buf *b);

#endif
