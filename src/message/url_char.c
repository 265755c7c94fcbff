/* SPDX-License-Identifier: Apache-2.0 */
/* Characters beyond ASCII that matter where a URL stands in text. */
#include "base/utf8.h"
#include "message/url.h"

/* Invisible: clients leave them out of host names, and readers do not see
 * them (soft hyphen, zero-width and direction marks, BOM). */
static bool
is_invisible(uint32_t c)
{
	return c == 0xad || c == 0x34f || c == 0x61c || c == 0x180e ||
	       (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x206f) || c == 0xfeff;
}

/* White space, quotes, brackets and the punctuation of CJK: nobody means
 * them as part of a URL. */
static bool
is_stop(uint32_t c)
{
	return c == 0x85 || c == 0xa0 || c == 0xab || c == 0xbb ||
	       c == 0x1680 || (c >= 0x2000 && c <= 0x200a) ||
	       (c >= 0x2013 && c <= 0x2029) || c == 0x202f ||
	       (c >= 0x2030 && c <= 0x205f) || c == 0x3000 || c == 0x3001 ||
	       (c >= 0x3008 && c <= 0x3011) || (c >= 0x3014 && c <= 0x301f) ||
	       c == 0xff01 || c == 0xff08 || c == 0xff09 || c == 0xff0c ||
	       c == 0xff1b || c == 0xff1f || (c >= 0xff5b && c <= 0xff5d) ||
	       (c >= 0xff5f && c <= 0xff64 && c != 0xff61) || c == 0xfffc;
}

/* Symbols, emoji and writing systems without spaces between words: they stand
 * beside a name more often than in it. */
static bool
is_apart(uint32_t c)
{
	return (c >= 0x2100 && c <= 0x2bff) || (c >= 0x2e80 && c <= 0xd7ff) ||
	       (c >= 0xf900 && c <= 0xfaff) || (c >= 0xff66 && c <= 0xffdc) ||
	       (c >= 0x1f000 && c <= 0x1faff) || (c >= 0x20000 && c <= 0x323af);
}

enum url_char
url_char_read(struct sv s, size_t *ret_width)
{
	size_t width = utf8_width(s);
	uint32_t c;

	*ret_width = width ? width : 1;
	if (width < 2)
		return URL_CHAR_PLAIN;
	c = utf8_code(s, width);
	if (c == 0x3002 || c == 0xff0e || c == 0xff61)
		return URL_CHAR_DOT;
	if (is_invisible(c))
		return URL_CHAR_INVISIBLE;
	if (is_stop(c))
		return URL_CHAR_STOP;
	if (c >= 0xff01 && c <= 0xff5e)
		return URL_CHAR_WIDE;
	return is_apart(c) ? URL_CHAR_APART : URL_CHAR_PLAIN;
}

size_t
url_char_write(struct sv s, size_t *ret_width, char *out)
{
	switch (url_char_read(s, ret_width)) {
	case URL_CHAR_INVISIBLE:
		return 0;
	case URL_CHAR_DOT:
		out[0] = '.';
		return 1;
	case URL_CHAR_WIDE:
		out[0] = (char)(utf8_code(s, *ret_width) - 0xff01 + '!');
		return 1;
	default:
		memcpy(out, s.p, *ret_width);
		return *ret_width;
	}
}

struct sv
url_char_clean(struct arena *a, struct sv s)
{
	char *out = arena_alloc(a, s.n + 1);
	size_t n = 0, width;

	for (; s.n; s = sv_from(s, width))
		n += url_char_write(s, &width, out + n);
	return sv_make(out, n);
}
