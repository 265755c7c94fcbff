/* SPDX-License-Identifier: Apache-2.0 */
/* How rare a text is in mail; private to match/. Guesses, which decide what is
 * looked for, never what is found. */
#ifndef MATCH_RARITY_H
#define MATCH_RARITY_H

#include "match/syntax.h"

enum { RARITY_SYMBOLS = 64 };

extern const unsigned char rarity_symbol[256]; /* of a byte */
extern const float rarity_chance[256];         /* of a byte */
/* -8 * log2 of the chance of a symbol, and of one behind another */
extern const unsigned char rarity_single[RARITY_SYMBOLS];
extern const unsigned char rarity_pair[RARITY_SYMBOLS][RARITY_SYMBOLS];

/* The chance that a text begins at a given byte, whatever its case. */
double rarity_of_text(const unsigned char *text, size_t n);

/* The chance that a byte is of the class. */
double rarity_of_class(const struct byte_class *c);

#endif
