/* SPDX-License-Identifier: Apache-2.0 */
/* From any character set to UTF-8. Labels are understood as browsers and
 * mail programs do (WHATWG Encoding standard): "iso-8859-1" is windows-1252,
 * "gb2312" is GB18030. */
#ifndef MESSAGE_CHARSET_H
#define MESSAGE_CHARSET_H

#include "message/reader.h"

/* Returns `bytes` itself when it already is what a reader sees, else a copy
 * in the arena. An empty or unknown label, or us-ascii, means UTF-8 if the
 * bytes are that, else windows-1252. What cannot be converted becomes U+FFFD
 * and is counted in r->m->replaced. For header values. */
struct sv charset_to_utf8(struct reader *r, struct sv bytes, struct sv label);

/* The same for whole texts, where the bytes are believed more than the label:
 * what is UTF-8 is read so, whatever it claims to be, as SpamAssassin does;
 * what has no label, or cannot be what it says, is guessed from a sample. The
 * set that was read instead of the label's is stored in *ret_guessed, which
 * is left alone otherwise. */
struct sv charset_read_text(struct reader *r, struct sv bytes, struct sv label,
                            const char **ret_guessed);

/* Loads what conversions take from disk, for the life of the process. */
void charset_prepare(void);

/* The code point of a byte from 0x80 to 0x9f in windows-1252. */
uint32_t windows_1252_code(unsigned char c);

#endif
