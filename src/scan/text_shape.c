/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/text_shape.h"

/* ---- lines ---- */

struct wrapper {
	const struct wrapping *w;
	struct buf *out;
	size_t begin;  /* of the line in `out` */
	size_t column; /* tabs count as 8 */
	bool has_piece;
	bool is_first;
};

static size_t
width_of(struct sv s)
{
	size_t n = s.n;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '\t' ? 7 : 0;
	return n;
}

static void
add(struct wrapper *x, struct sv s)
{
	buf_add(x->out, s);
	x->column += width_of(s);
}

static void
end_line(struct wrapper *x)
{
	while (x->out->n > x->begin && sv_is_space(x->out->p[x->out->n - 1]))
		x->out->n--;
	buf_add_char(x->out, '\n');
	x->begin = x->out->n;
	x->column = 0;
	x->has_piece = x->is_first = false;
	add(x, x->w->prefix);
}

/* A line has one piece at least, but the first may have none but what it
 * begins with. */
static void
add_piece(struct wrapper *x, struct sv piece)
{
	size_t column = x->column;

	if (x->has_piece && !x->w->overflow)
		column += width_of(piece);
	if (column > x->w->width && (x->has_piece || x->is_first))
		end_line(x);
	add(x, piece);
	x->has_piece = true;
}

/* The end of the piece that begins at `from`: words and blanks are pieces, or
 * words with the blank or comma behind them. */
static size_t
piece_end(const struct wrapping *w, struct sv text, size_t from)
{
	size_t i = from;

	if (!w->at_commas && sv_is_space(text.p[i]))
		return i + 1;
	for (; i < text.n; i++) {
		if (!w->at_commas && sv_is_space(text.p[i]))
			return i;
		if (w->at_commas &&
		    (sv_is_space(text.p[i]) || text.p[i] == ','))
			return i + 1;
	}
	return i;
}

void
wrap_text(struct sv text, const struct wrapping *w, struct buf *out)
{
	struct wrapper x = { .w = w, .out = out, .begin = out->n };
	size_t end;

	x.is_first = w->first.n > 0;
	add(&x, w->first);
	for (size_t i = 0; i < text.n; i = end) {
		end = piece_end(w, text, i);
		add_piece(&x, sv_sub(text, i, end));
	}
}

/* ---- encoded words ---- */

static bool
is_plain(char c)
{
	return c == '\t' || (c >= ' ' && c <= '~');
}

/* Whether "Q" would have to write it as three bytes (RFC 2047 section 4.2). */
static bool
is_escaped(char c)
{
	return c == '=' || c == '?' || c == '_' || !(c >= ' ' && c <= '~');
}

static void
add_q(struct sv s, struct buf *out)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == ' ')
			buf_add_char(out, '_');
		else if (is_escaped(s.p[i]))
			buf_addf(out, "=%02X", (unsigned char)s.p[i]);
		else
			buf_add_char(out, s.p[i]);
	}
}

static void
add_base64(struct sv s, struct buf *out)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < s.n; i += 3) {
		uint32_t bits = 0;

		for (size_t k = 0; k < 3; k++)
			bits = bits << 8 |
			       (i + k < s.n ? (unsigned char)s.p[i + k] : 0);
		for (size_t k = 0; k < 4; k++)
			buf_add_char(out,
			             i + k > s.n
			                 ? '='
			                 : digits[bits >> (18 - 6 * k) & 63]);
	}
}

static void
add_word(struct sv s, struct buf *out)
{
	size_t escaped = 0;

	for (size_t i = 0; i < s.n; i++)
		escaped += is_escaped(s.p[i]);
	if (3 * (s.n + 2 * escaped) <= 4 * (s.n + 2)) {
		buf_add_str(out, "=?UTF-8?Q?");
		add_q(s, out);
	} else {
		buf_add_str(out, "=?UTF-8?B?");
		add_base64(s, out);
	}
	buf_add_str(out, "?=");
}

/* Words before the first and behind the last that is not plain stay. */
static void
encode_line(struct sv line, struct buf *out)
{
	size_t first = 0, begin = 0, end = line.n;

	while (first < line.n && is_plain(line.p[first]))
		first++;
	if (first == line.n) {
		buf_add(out, line);
		return;
	}
	for (size_t i = 0; i < first; i++)
		if (sv_is_blank(line.p[i]))
			begin = i + 1;
	for (size_t i = line.n; i > 0 && is_plain(line.p[i - 1]); i--)
		if (sv_is_blank(line.p[i - 1]))
			end = i - 1;
	buf_add(out, sv_sub(line, 0, begin));
	add_word(sv_sub(line, begin, end), out);
	buf_add(out, sv_from(line, end));
}

void
encode_header(struct sv text, struct buf *out)
{
	struct sv line;

	while (sv_split(&text, '\n', &line)) {
		encode_line(line, out);
		if (text.p)
			buf_add_char(out, '\n');
	}
}
