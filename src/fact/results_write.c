/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/results.h"

enum {
	LINE_COLUMNS = 78,
};

struct writer {
	struct buf *out;
	size_t column;
};

/* ---- words ---- */

/* RFC 2045 section 5.1 */
static bool
is_token(struct sv s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] >= 0x7f ||
		    strchr("()<>@,;:\\\"/[]?=", s.p[i]))
			return false;
	return s.n > 0;
}

/* Both sides of an address, as it may stand without quotes. */
static bool
is_address(struct sv s)
{
	size_t at = sv_find_char(s, '@');
	struct sv local = sv_sub(s, 0, at), domain;

	if (at == SV_NOT_FOUND)
		return false;
	domain = sv_from(s, at + 1);
	return is_token(domain) && local.n && is_token(local) &&
	       local.p[0] != '.' && local.p[local.n - 1] != '.' &&
	       sv_find(local, SV("..")) == SV_NOT_FOUND;
}

static char
printable(char c)
{
	return c >= ' ' && c < 0x7f ? c : '?';
}

static void
quote(struct buf *out, struct sv s, char open, char close)
{
	buf_add_char(out, open);
	for (size_t i = 0; i < s.n; i++) {
		char c = printable(s.p[i]);

		if (c == open || c == close || c == '\\')
			buf_add_char(out, '\\');
		buf_add_char(out, c);
	}
	buf_add_char(out, close);
}

static void
write_value(struct buf *out, struct sv value)
{
	if (is_token(value) || is_address(value))
		buf_add(out, value);
	else
		quote(out, value, '"', '"');
}

/* ---- the field ---- */

/* A word that is written whole, on this line or the next. */
static void
put(struct writer *w, const struct buf *word)
{
	if (w->column + 1 + word->n > LINE_COLUMNS) {
		buf_add(w->out, SV("\n\t"));
		w->column = 8;
	} else {
		buf_add_char(w->out, ' ');
		w->column++;
	}
	buf_add(w->out, buf_sv(word));
	w->column += word->n;
}

static void
put_item(struct writer *w, const struct results_item *item)
{
	struct buf word = BUF_INIT(RESULTS_BYTES_MAX);

	buf_add_char(w->out, ';');
	buf_addf(&word, SV_FMT "=" SV_FMT, SV_ARG(item->method),
	         SV_ARG(item->result));
	buf_add(w->out, SV("\n\t"));
	buf_add(w->out, buf_sv(&word));
	w->column = 8 + word.n;
	if (item->comment.n) {
		buf_reset(&word);
		quote(&word, item->comment, '(', ')');
		put(w, &word);
	}
	if (item->reason.n) {
		buf_reset(&word);
		buf_add(&word, SV("reason="));
		quote(&word, item->reason, '"', '"');
		put(w, &word);
	}
	for (size_t i = 0; i < item->n_properties; i++) {
		const struct results_property *p = &item->properties[i];

		buf_reset(&word);
		buf_addf(&word, SV_FMT "." SV_FMT "=", SV_ARG(p->type),
		         SV_ARG(p->name));
		write_value(&word, p->value);
		put(w, &word);
	}
	buf_done(&word);
}

void
results_write(const struct results *r, struct buf *out)
{
	struct buf field = BUF_INIT(RESULTS_BYTES_MAX);
	struct writer w = { .out = &field };

	if (is_token(r->authserv_id))
		buf_add(&field, r->authserv_id);
	else
		quote(&field, r->authserv_id, '"', '"');
	if (r->n == 0)
		buf_add(&field, SV("; none"));
	for (size_t i = 0; i < r->n; i++) {
		size_t before = field.n;

		put_item(&w, &r->items[i]);
		if (field.full) {
			field.n = before;
			field.full = false;
			field.p[before] = '\0';
			break;
		}
	}
	buf_add(out, buf_sv(&field));
	buf_done(&field);
}
