/* SPDX-License-Identifier: Apache-2.0 */
/* Content transfer encodings (RFC 2045 section 6), read as tolerantly as mail
 * programs do: bytes that do not belong are skipped. Nothing fails. */
#ifndef MESSAGE_TRANSFER_H
#define MESSAGE_TRANSFER_H

#include "base/arena.h"
#include "base/sv.h"

/* `encoding` in lower case. Returns `raw` itself when there is nothing to
 * undo, else a copy in the arena, never longer than `raw`. */
struct sv transfer_decode(struct arena *a, struct sv raw, struct sv encoding);

/* The decoders themselves: write at most in.n bytes; return how many. */
size_t base64_decode(struct sv in, char *out);
size_t quoted_printable_decode(struct sv in, char *out);
size_t q_word_decode(struct sv in, char *out); /* RFC 2047 section 4.2 */

/* Of more than so many blank lines in a row, the first and the last ones are
 * kept, as SpamAssassin does: `is_top` says whether s is all that follows the
 * header section of the message itself, whose first line is counted apart.
 * Returns `s` itself when there is no such run. */
enum { BLANK_LINES_MAX = 20 };
struct sv blank_lines_limit(struct arena *a, struct sv s, bool is_top);

/* CRLF becomes LF; returns `s` itself when there is no CR. */
struct sv line_ends_unify(struct arena *a, struct sv s);

#endif
