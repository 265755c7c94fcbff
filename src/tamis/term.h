/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people see: colours where the stream is a terminal that wants them,
 * text of strangers made harmless for it, and aligned tables.
 */
#ifndef TAMIS_TERM_H
#define TAMIS_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/sv.h"

enum tone { TONE_BOLD, TONE_DIM, TONE_GOOD, TONE_DOUBT, TONE_BAD };

struct term {
	FILE *out;
	bool is_tty;
	bool color;   /* is_tty, TERM is not dumb, NO_COLOR is not set */
	size_t width; /* columns; 0: no bound, because no terminal */
};

struct term term_open(FILE *out);

/* The sequence that begins a tone or ends them all; "" without colour. */
const char *term_tone(const struct term *t, enum tone tone);
const char *term_plain(const struct term *t);

/* Prints `text` in a tone. */
void term_print(const struct term *t, enum tone tone, const char *text);

/*
 * Text of a stranger for a terminal, in the arena: control characters (C0, C1,
 * the marks that reorder text) and bytes that are not UTF-8 become visible
 * escapes, line ends and tabs become spaces, so that a message cannot write
 * to the reader's screen. At most `columns` wide; 0: no bound. What was cut
 * ends in "...".
 */
struct sv term_text(struct arena *a, struct sv text, size_t columns);

/* Columns that harmless UTF-8 takes: two for East Asian wide characters and
 * pictures, none for combining ones. */
size_t term_width(struct sv text);

/* Shortens a path or a name by its beginning: ".../rules/20-links.cf". */
struct sv term_tail(struct arena *a, struct sv text, size_t columns);

/* ---- tables: cells are kept until printed, columns are as wide as their
 * widest cell, the last one is cut at the terminal's edge ---- */

enum { TABLE_COLUMNS_MAX = 10 };

struct table {
	struct arena *arena;
	size_t n_columns;
	bool right[TABLE_COLUMNS_MAX]; /* aligned to the right: numbers */
	struct sv *cells;              /* row by row */
	size_t n, size;
};

/* `layout` has one letter a column: 'l' or 'r'. */
void table_init(struct table *t, struct arena *a, const char *layout);
void table_cell(struct table *t, struct sv text);
void table_cellf(struct table *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Prints all rows, each after `indent` spaces, two between columns; a `head`
 * row, when the table has one, is its first and printed dim. */
void table_print(const struct table *t, const struct term *term, size_t indent,
                 bool head);

#endif
