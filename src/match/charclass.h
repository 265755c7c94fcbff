/* SPDX-License-Identifier: Apache-2.0 */
/* Sets of bytes as regular expressions write them, in PCRE2's dialect without
 * UTF and in the C locale; private to match/. Cursors (`*i`) move only when
 * true is returned. */
#ifndef MATCH_CHARCLASS_H
#define MATCH_CHARCLASS_H

#include "match/syntax.h"

/* Adds the other case of each ASCII letter. */
void charclass_fold(struct byte_class *c);

/* Adds what "\d", "\W" and the like stand for; `letter` behind the "\". */
bool charclass_escape(int letter, struct byte_class *c);

/* An escape that stands for one byte ("\n", "\x41", "\."), at the "\". */
bool charclass_byte(struct sv s, size_t *i, int *ret_byte);

/* "[...]", at the "[". */
bool charclass_bracket(struct sv s, size_t *i, bool is_caseless,
                       struct byte_class *c);

#endif
