/* SPDX-License-Identifier: Apache-2.0 */
/* The structure of a mail: header sections, multipart boundaries, messages in
 * messages (RFC 2046 section 5). Reads each byte a fixed number of times,
 * whatever the nesting. */
#ifndef MESSAGE_MIME_H
#define MESSAGE_MIME_H

#include "message/reader.h"

/* Appends the entity `text` and all parts in it to r->m->parts, below part
 * `parent` (-1: none). Sets their headers, type and raw, not their data. */
void mime_read(struct reader *r, struct sv text, int parent);

/* One more part, zeroed but for its type, or NULL at the limit. */
struct message_part *mime_part_add(struct reader *r, int parent);

#endif
