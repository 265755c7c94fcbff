/* SPDX-License-Identifier: Apache-2.0 */
#include "message/css_text.h"

#include "base/utf8.h"

/* ---- statements ---- */

/* How far behind its quote a string ends: at the next one, or at a line end,
 * which breaks it off. */
static size_t
string_bytes(struct sv s)
{
	size_t n = 1;

	while (n < s.n && s.p[n] != s.p[0] && s.p[n] != '\n')
		n++;
	return n;
}

bool
css_split(struct sv *s, char end, struct sv *ret)
{
	static const bool is_special[256] = {
		['"'] = true, ['\''] = true, ['('] = true, [')'] = true
	};
	unsigned depth = 0;
	size_t i;

	if (s->n == 0)
		return false;
	for (i = 0; i < s->n; i++) {
		char c = s->p[i];

		if (c == end && depth == 0)
			break;
		if (!is_special[(unsigned char)c])
			continue;
		if (c == '(')
			depth++;
		else if (c == ')')
			depth -= depth > 0;
		else
			i += string_bytes(sv_from(*s, i));
	}
	*ret = sv_sub(*s, 0, i);
	*s = sv_from(*s, i + 1);
	return true;
}

/* ---- comments and escapes ---- */

/* "\" and up to six digits with a space, or any character, at *s. */
static void
read_escape(struct sv *s, struct buf *out)
{
	uint32_t code = 0;
	size_t n = 1;

	while (n < s->n && n < 7 && sv_hex_value(s->p[n]) >= 0)
		code = code << 4 | (uint32_t)sv_hex_value(s->p[n++]);
	if (n > 1)
		utf8_add(out, code);
	else
		buf_add(out, sv_sub(*s, 1, 2));
	if (n == 1)
		n = 2;
	else if (n < s->n && sv_is_space(s->p[n]))
		n++;
	*s = sv_from(*s, n);
}

static bool
has_comment_or_escape(struct sv css)
{
	size_t at;

	if (sv_find_char(css, '\\') != SV_NOT_FOUND)
		return true;
	while ((at = sv_find_char(css, '/')) != SV_NOT_FOUND) {
		css = sv_from(css, at + 1);
		if (css.n && css.p[0] == '*')
			return true;
	}
	return false;
}

struct sv
css_clean(struct sv css, struct buf *out)
{
	size_t at;

	if (!has_comment_or_escape(css))
		return css;
	buf_reset(out);
	while (css.n) {
		if (css.p[0] == '\\') {
			read_escape(&css, out);
		} else if (sv_starts(css, SV("/*"))) {
			at = sv_find(sv_from(css, 2), SV("*/"));
			css = sv_from(css, at == SV_NOT_FOUND ? css.n : at + 4);
		} else {
			size_t n = 1;

			while (n < css.n && css.p[n] != '\\' && css.p[n] != '/')
				n++;
			buf_add(out, sv_sub(css, 0, n));
			css = sv_from(css, n);
		}
	}
	return buf_sv(out);
}

/* ---- numbers ---- */

enum { LENGTH_MAX = 10000000, FONT_PX_E2 = 1600 };

/* Pixels (CSS Values 4, section 6.2) in 1/10000. */
static const struct unit {
	const char *name;
	int32_t px_e4;
	bool is_relative;
} units[] = {
	{ "px", 10000, false },
	{ "pt", 13333, false },
	{ "em", 160000, true },
	{ "%", 1600, true },
	{ "rem", 160000, false },
	{ "ex", 80000, true },
	{ "ch", 80000, true },
	{ "pc", 160000, false },
	{ "in", 960000, false },
	{ "cm", 377953, false },
	{ "mm", 37795, false },
	/* Of a window whose size nobody knows. */
	{ "vw", 60000, false },
	{ "vh", 60000, false },
};

bool
css_number_read(struct sv *s, int32_t *ret)
{
	bool negative = s->n && s->p[0] == '-', any = false;
	size_t i = s->n && (negative || s->p[0] == '+') ? 1 : 0;
	int32_t value = 0, digit = 100;

	for (; i < s->n && s->p[i] >= '0' && s->p[i] <= '9'; i++) {
		any = true;
		if (value < LENGTH_MAX)
			value = value * 10 + (s->p[i] - '0') * 100;
	}
	if (i < s->n && s->p[i] == '.')
		for (i++; i < s->n && s->p[i] >= '0' && s->p[i] <= '9'; i++) {
			any = true;
			digit /= 10;
			value += (s->p[i] - '0') * digit;
		}
	*s = sv_from(*s, i);
	*ret = negative ? -value : value;
	return any;
}

bool
css_length_read(struct sv s, struct css_length *ret)
{
	const struct unit *unit = &units[0];
	int32_t value;

	s = sv_trim(s);
	if (!css_number_read(&s, &value))
		return false;
	for (size_t i = 0; s.n && i < sizeof units / sizeof *units; i++)
		if (sv_ieq_str(s, units[i].name))
			unit = &units[i];
	*ret = (struct css_length){ 0 };
	ret->px_e2 = (int32_t)((int64_t)value * unit->px_e4 / 10000);
	ret->is_relative = unit->is_relative;
	ret->percent = (int32_t)((int64_t)ret->px_e2 * 100 / FONT_PX_E2);
	return true;
}
