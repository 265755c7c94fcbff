/* SPDX-License-Identifier: Apache-2.0 */
/* Aligned tables. */
#include <stdarg.h>

#include "tamis/term.h"

void
table_init(struct table *t, struct arena *a, const char *layout)
{
	*t = (struct table){ .arena = a, .n_columns = strlen(layout) };
	for (size_t i = 0; i < t->n_columns; i++)
		t->right[i] = layout[i] == 'r';
}

void
table_cell(struct table *t, struct sv text)
{
	if (t->n == t->size) {
		size_t size = t->size ? t->size * 2 : 64;

		t->cells =
		    arena_grow(t->arena, t->cells, t->n * sizeof *t->cells,
		               size * sizeof *t->cells);
		t->size = size;
	}
	t->cells[t->n++] = term_text(t->arena, text, 0);
}

void
table_cellf(struct table *t, const char *format, ...)
{
	struct buf text = BUF_INIT(4096);
	va_list ap;

	va_start(ap, format);
	buf_vaddf(&text, format, ap);
	va_end(ap);
	table_cell(t, buf_sv(&text));
	buf_done(&text);
}

static void
print_row(const struct table *t, const struct term *term, size_t indent,
          const struct sv *row, const size_t *widths)
{
	size_t at = indent;

	fprintf(term->out, "%*s", (int)indent, "");
	for (size_t c = 0; c < t->n_columns; c++) {
		struct sv cell = row[c];
		bool is_last = c + 1 == t->n_columns;
		int pad;

		if (is_last && term->width > at + 10)
			cell = term_text(t->arena, cell, term->width - at);
		pad = (int)widths[c] - (int)term_width(cell);
		fprintf(term->out, "%*s" SV_FMT, t->right[c] ? pad : 0, "",
		        SV_ARG(cell));
		if (!is_last)
			fprintf(term->out, "%*s", t->right[c] ? 2 : pad + 2,
			        "");
		at += widths[c] + 2;
	}
}

void
table_print(const struct table *t, const struct term *term, size_t indent,
            bool head)
{
	size_t widths[TABLE_COLUMNS_MAX] = { 0 };

	for (size_t i = 0; i < t->n; i++) {
		size_t width = term_width(t->cells[i]);

		if (width > widths[i % t->n_columns])
			widths[i % t->n_columns] = width;
	}
	for (size_t i = 0; i + t->n_columns <= t->n; i += t->n_columns) {
		bool dim = head && i == 0;

		fputs(dim ? term_tone(term, TONE_DIM) : "", term->out);
		print_row(t, term, indent, &t->cells[i], widths);
		fputs(dim ? term_plain(term) : "", term->out);
		fputc('\n', term->out);
	}
}
