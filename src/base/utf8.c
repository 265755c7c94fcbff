/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"

static bool
is_tail(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

/* RFC 3629 section 4: the ABNF of well-formed sequences. */
size_t
utf8_width(struct sv s)
{
	const unsigned char *p = (const unsigned char *)s.p;

	if (s.n == 0)
		return 0;
	if (p[0] < 0x80)
		return 1;
	if (p[0] >= 0xc2 && p[0] <= 0xdf)
		return s.n >= 2 && is_tail(p[1]) ? 2 : 0;
	if (p[0] >= 0xe0 && p[0] <= 0xef) {
		if (s.n < 3 || !is_tail(p[1]) || !is_tail(p[2]) ||
		    (p[0] == 0xe0 && p[1] < 0xa0) ||
		    (p[0] == 0xed && p[1] > 0x9f))
			return 0;
		return 3;
	}
	if (p[0] >= 0xf0 && p[0] <= 0xf4) {
		if (s.n < 4 || !is_tail(p[1]) || !is_tail(p[2]) ||
		    !is_tail(p[3]) || (p[0] == 0xf0 && p[1] < 0x90) ||
		    (p[0] == 0xf4 && p[1] > 0x8f))
			return 0;
		return 4;
	}
	return 0;
}

uint32_t
utf8_code(struct sv s, size_t width)
{
	static const unsigned char first[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	uint32_t code = (unsigned char)s.p[0] & first[width];

	for (size_t i = 1; i < width; i++)
		code = code << 6 | ((unsigned char)s.p[i] & 0x3f);
	return code;
}

bool
utf8_valid(struct sv s)
{
	size_t width;

	for (;;) {
		s = sv_from(s, sv_ascii_span(s));
		if (s.n == 0)
			return true;
		do {
			width = utf8_width(s);
			if (width == 0)
				return false;
			s = sv_from(s, width);
		} while (s.n && (unsigned char)s.p[0] >= 0x80);
	}
}

size_t
utf8_count(struct sv s)
{
	const uint64_t high = UINT64_C(0x8080808080808080);
	size_t tails = 0, i = 0;
	uint64_t eight;

	for (; s.n - i >= 8; i += 8) { /* eight at a time */
		memcpy(&eight, s.p + i, 8);
		eight &= ~eight << 1 & high; /* 10xxxxxx */
		tails += (eight >> 7) * (UINT64_MAX / 255) >> 56;
	}
	for (; i < s.n; i++)
		tails += is_tail((unsigned char)s.p[i]);
	return s.n - tails;
}

size_t
utf8_encode(uint32_t code, char ret_bytes[4])
{
	char *c = ret_bytes;
	size_t n;

	if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		code = 0xfffd;
	if (code < 0x80) {
		c[0] = (char)code;
		n = 1;
	} else if (code < 0x800) {
		c[0] = (char)(0xc0 | code >> 6);
		n = 2;
	} else if (code < 0x10000) {
		c[0] = (char)(0xe0 | code >> 12);
		n = 3;
	} else {
		c[0] = (char)(0xf0 | code >> 18);
		n = 4;
	}
	for (size_t i = 1; i < n; i++)
		c[i] = (char)(0x80 | (code >> 6 * (n - 1 - i) & 0x3f));
	return n;
}

void
utf8_add(struct buf *b, uint32_t code)
{
	char c[4];

	buf_add(b, sv_make(c, utf8_encode(code, c)));
}
