/* SPDX-License-Identifier: Apache-2.0 */
/* Attachments that stand in the middle of a text: uuencode (POSIX) and yEnc.
 * Older programs send them so, and some clients still open them. */
#ifndef MESSAGE_INLINE_H
#define MESSAGE_INLINE_H

#include "message/reader.h"

/* Appends a part for each attachment in the data of part `index`, and returns
 * that data without them: itself when there are none, else a copy. Counts
 * against the limits of parts and of decoded bytes. */
struct sv inline_extract(struct reader *r, int index);

/* One uuencoded line; writes at most 45 bytes and returns how many, or
 * SV_NOT_FOUND for what is no such line. */
size_t uu_line_decode(struct sv line, char *out);

/* A whole uuencoded file, as Content-Transfer-Encoding x-uuencode has it;
 * `s` itself when there is none in it. */
struct sv uu_decode(struct arena *a, struct sv s);

#endif
