/* SPDX-License-Identifier: Apache-2.0 */
/* From any character set to UTF-8. Labels are understood as browsers and
 * mail programs do: "iso-8859-1" is windows-1252, "gb2312" is GB18030. */
#ifndef MESSAGE_CHARSET_H
#define MESSAGE_CHARSET_H

#include "message/reader.h"

/* Returns `bytes` itself when it already is what a reader sees, else a copy
 * in the arena. An empty or unknown label, or us-ascii, means UTF-8 if the
 * bytes are that, else windows-1252. What cannot be converted becomes U+FFFD
 * and is counted in r->m->replaced. */
struct sv charset_to_utf8(struct reader *r, struct sv bytes, struct sv label);

/* Loads all converters for the life of the process. */
void charset_prepare(void);

/* Closes the converters that charset_to_utf8() opened. */
void charset_done(struct reader *r);

/* The code point of a byte from 0x80 to 0x9f in windows-1252. */
uint32_t windows_1252_code(unsigned char c);

#endif
