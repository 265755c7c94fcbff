/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 (RFC 3629): no surrogates, no overlong forms. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdint.h>

#include "base/buf.h"
#include "base/sv.h"

/* Bytes of the well-formed character that s begins with, 1 to 4; or 0. */
size_t utf8_width(struct sv s);

/* The code point of a well-formed character of that width. */
uint32_t utf8_code(struct sv s, size_t width);

bool utf8_valid(struct sv s);

/* How many characters there are: bytes that continue none. */
size_t utf8_count(struct sv s);

/* Writes a code point, U+FFFD for those that cannot be encoded; returns how
 * many bytes it has. */
size_t utf8_encode(uint32_t code, char ret_bytes[4]);

/* Appends what utf8_encode() writes. */
void utf8_add(struct buf *b, uint32_t code);

#endif
