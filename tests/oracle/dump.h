/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the programs of this folder share. Each reads names of message files
 * from standard input, one a line, and prints one JSON object for each, in
 * the same order: what it understood of the message.
 */
#ifndef ORACLE_DUMP_H
#define ORACLE_DUMP_H

#include "base/json.h"
#include "message/message.h"

/* Adds members about one message to the open object. */
typedef void dump_message(struct json *j, struct arena *a, struct sv raw,
                          const struct conf_message *limits);

/* Calls `each` for all files; returns the exit status. What is in the arena
 * lives until `each` returns. Adds "file" and "cpu_us" by itself. */
int dump_all(dump_message *each);

/* Whether a part is shown as HTML. */
bool dump_is_html(const struct message_part *part);

/* Adds "bytes" and "sha": of decoded content whose line ends are LF. */
void dump_content(struct json *j, struct sv data);

/* Adds bytes of any charset as text: byte B becomes the character U+00B. */
void dump_bytes(struct json *j, struct sv bytes);

/* Whether attributes of that name hold URLs in some element. */
bool dump_is_url_attribute(const char *attribute);

/* Whether an element stands on a line or in a cell of its own, so that the
 * words before and after it are two. */
bool dump_is_block(const char *element);

#endif
