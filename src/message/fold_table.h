/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is known of each code point for folding; private to message/fold*.c.
 * The data is fold_table.def, made by tools/make-fold-table.
 */
#ifndef MESSAGE_FOLD_TABLE_H
#define MESSAGE_FOLD_TABLE_H

#include "base/sv.h"

/* The part a character plays in a word; the order is that of the generator.
 * "Alike" letters are taken for a Latin one, "loose" ones only as capitals or
 * in some typefaces, "firm" ones not at all: they tell what script a word is
 * in. */
enum fold_kind {
	FOLD_OTHER, /* stands between words */
	FOLD_SPACE,
	FOLD_DIGIT,  /* of any width or style */
	FOLD_SIGN,   /* @ and $ */
	FOLD_LETTER, /* of a script without look-alikes: Han, Arabic, ... */
	FOLD_LATIN,
	FOLD_EXOTIC, /* alike, but of a script or use far from Latin */
	FOLD_ALIKE,  /* these three: Greek, Armenian, Cherokee, ... */
	FOLD_LOOSE,
	FOLD_FIRM,
	FOLD_CYRILLIC_ALIKE,
	FOLD_CYRILLIC_LOOSE,
	FOLD_CYRILLIC_FIRM,
	FOLD_MARK, /* combining, or not to be seen at all */
	FOLD_KINDS,
};

/* A character of a text. */
struct fold_glyph {
	size_t width;  /* its bytes in the text */
	uint32_t code; /* 0: not UTF-8 */
	enum fold_kind kind;
	struct sv text; /* what it becomes everywhere; may be empty */
	char like;      /* the Latin letter it may be taken for, or 0 */
};

/* The character that `s` (not empty) begins with. */
struct fold_glyph fold_glyph(struct sv s);

/* The letter that `base` and a mark behind it make up; UTF-8, empty if none. */
struct sv fold_compose(uint32_t base, uint32_t mark, char ret_bytes[4]);

#endif
