/* SPDX-License-Identifier: Apache-2.0 */
#include "tamis/term.h"

#include <stdarg.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/utf8.h"

struct term
term_open(FILE *out)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
	struct term t = { .out = out, .is_tty = isatty(fileno(out)) };
	struct winsize size;

	if (!t.is_tty)
		return t;
	t.color = !(no_color && *no_color) && term && *term &&
	          strcmp(term, "dumb") != 0;
	t.width = 80;
	if (ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col >= 40)
		t.width = size.ws_col;
	return t;
}

const char *
term_tone(const struct term *t, enum tone tone)
{
	static const char *const sequence[] = {
		[TONE_BOLD] = "\033[1m",   [TONE_DIM] = "\033[2m",
		[TONE_GOOD] = "\033[32m",  [TONE_DOUBT] = "\033[33m",
		[TONE_BAD] = "\033[1;31m",
	};

	return t->color ? sequence[tone] : "";
}

const char *
term_plain(const struct term *t)
{
	return t->color ? "\033[0m" : "";
}

void
term_print(const struct term *t, enum tone tone, const char *text)
{
	fprintf(t->out, "%s%s%s", term_tone(t, tone), text, term_plain(t));
}

struct range {
	uint32_t from, to;
};

static bool
is_in(const struct range *ranges, size_t n, uint32_t code)
{
	for (size_t i = 0; i < n; i++)
		if (code >= ranges[i].from && code <= ranges[i].to)
			return true;
	return false;
}

/* Blocks of East Asian Width W and F (UAX #11), rounded to whole blocks. */
static const struct range wide[] = {
	{ 0x1100, 0x115f }, { 0x2e80, 0xa4cf },   { 0xac00, 0xd7a3 },
	{ 0xf900, 0xfaff }, { 0xfe30, 0xfe6f },   { 0xff00, 0xff60 },
	{ 0xffe0, 0xffe6 }, { 0x1f300, 0x1faff }, { 0x20000, 0x3fffd },
};
static const struct range narrow[] = {
	/* no column of their own */
	{ 0x0300, 0x036f },
	{ 0x200b, 0x200d },
	{ 0xfe00, 0xfe0f },
};
static const struct range dangerous[] = {
	/* C0, C1, bidirectional marks */
	{ 0x0000, 0x001f }, { 0x007f, 0x009f }, { 0x061c, 0x061c },
	{ 0x200e, 0x200f }, { 0x2028, 0x202e }, { 0x2066, 0x2069 },
	{ 0xfeff, 0xfeff },
};
#define RANGES(list) (list), sizeof(list) / sizeof *(list)

static size_t
code_width(uint32_t code)
{
	if (code < 0x300)
		return 1;
	if (is_in(RANGES(narrow), code))
		return 0;
	return is_in(RANGES(wide), code) ? 2 : 1;
}

size_t
term_width(struct sv text)
{
	size_t columns = 0;

	while (text.n) {
		size_t n = utf8_width(text);

		columns += n ? code_width(utf8_code(text, n)) : 1;
		text = sv_from(text, n ? n : 1);
	}
	return columns;
}

/* One character of `text` in its harmless form; returns the bytes used. */
static size_t
show_character(struct sv text, struct buf *out)
{
	size_t n = utf8_width(text);
	uint32_t code;

	if (n == 0) {
		buf_addf(out, "\\x%02x", (unsigned char)*text.p);
		return 1;
	}
	code = utf8_code(text, n);
	if (sv_is_space(*text.p))
		buf_add_char(out, ' ');
	else if (is_in(RANGES(dangerous), code))
		buf_addf(out, "\\u%04x", code);
	else
		buf_add(out, sv_sub(text, 0, n));
	return n;
}

struct sv
term_text(struct arena *a, struct sv text, size_t columns)
{
	struct buf out = BUF_INIT(8 * text.n + 8);
	size_t used = 0, cut = 0;
	struct sv result;

	while (text.n) {
		size_t before = out.n, bytes = show_character(text, &out);

		used += term_width(sv_from(buf_sv(&out), before));
		if (columns && used + 3 <= columns)
			cut = out.n;
		if (columns && used > columns) {
			out.n = cut;
			buf_add_str(&out, "...");
			break;
		}
		text = sv_from(text, bytes);
	}
	result = arena_dup(a, buf_sv(&out));
	buf_done(&out);
	return result;
}

struct sv
term_tail(struct arena *a, struct sv text, size_t columns)
{
	struct sv shown = term_text(a, text, 0);
	size_t width = term_width(shown);

	if (columns == 0 || width <= columns)
		return shown;
	while (shown.n && width + 3 > columns) {
		size_t n = utf8_width(shown);

		width -= term_width(sv_sub(shown, 0, n ? n : 1));
		shown = sv_from(shown, n ? n : 1);
	}
	return arena_printf(a, "..." SV_FMT, SV_ARG(shown));
}
