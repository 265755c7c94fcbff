/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes up regular expressions, each with a text that it probably matches:
 * both are written in one go, so the same choices with another luck give the
 * same expression with another text.
 */
#ifndef TESTS_MATCH_MAKER_H
#define TESTS_MATCH_MAKER_H

#include "base/buf.h"
#include "dice.h"

/* `choices` make the expression, `luck` the text. The expression need not be
 * valid. `flags` (of enum match_flag) are those it will be compiled with. */
void maker_write(struct dice *choices, struct dice *luck, unsigned flags,
                 struct buf *regex, struct buf *sample);

/* Some word, of those that expressions are made of. */
struct sv maker_word(struct dice *d);

#endif
