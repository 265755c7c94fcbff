/* SPDX-License-Identifier: Apache-2.0 */
/* The words of the .cf language; private to rule/. */
#ifndef RULE_LEX_H
#define RULE_LEX_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/sv.h"

enum { LEX_LINE_BYTES_MAX = 128 * 1024, LEX_NAME_BYTES_MAX = 100 };

/* What a line says, in `out`: without its comment and the blanks around it,
 * "\#" read as "#". False when the line is too long. */
bool lex_line(struct sv raw, struct buf *out);

/* A directive as it is looked up: lower case, "-" read as "_". Words longer
 * than `text` are cut. */
enum { LEX_KEY = 64 };
struct sv lex_key(struct sv word, char text[LEX_KEY]);

/* Letters, digits and "_", no digit in front, not too long. */
bool lex_is_name(struct sv word);

/* "/.../i", "m{...}x": `ret_regex` points into `text`, `ret_flags` are those
 * of match.h. Returns NULL, or what is wrong. */
const char *lex_regex(struct sv text, struct sv *ret_regex,
                      unsigned *ret_flags);

#endif
