/* SPDX-License-Identifier: Apache-2.0 */
/* Sets of several bytes a character: what is wrong in them becomes U+FFFD by
 * the rules of the WHATWG Encoding standard, sections 10 to 13: a byte that
 * could be ASCII is never swallowed by a broken character before it. */
#include "message/charset_set.h"

/* Reading one text. */
struct text {
	const unsigned char *p, *end;
	char *out;
	size_t replaced;
};

static void
put(struct text *t, uint32_t code)
{
	if (code == 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
		code = CHARSET_REPLACED;
	t->replaced += code == CHARSET_REPLACED;
	t->out += charset_put(t->out, code);
}

static void
copy_ascii(struct text *t)
{
	size_t n =
	    sv_ascii_span(sv_make((const char *)t->p, (size_t)(t->end - t->p)));

	memcpy(t->out, t->p, n);
	t->p += n;
	t->out += n;
}

/* A character of two bytes whose lead is at t->p. */
static void
put_pair(struct text *t, const uint32_t *table)
{
	unsigned lead = t->p[0], trail = t->end - t->p > 1 ? t->p[1] : 0;
	uint32_t code = table[(lead - 0x80) * 256 + trail];

	put(t, code);
	t->p += code || trail >= 0x80 ? 2 : 1;
	if (t->p > t->end)
		t->p = t->end;
}

/* Four bytes of GB18030; false when they are not. */
static bool
put_four(struct text *t)
{
	const unsigned char *p = t->p;
	uint32_t index;

	if (t->end - p < 4 || p[1] < 0x30 || p[1] > 0x39 || p[2] < 0x81 ||
	    p[2] > 0xfe || p[3] < 0x30 || p[3] > 0x39)
		return false;
	index =
	    (((p[0] - 0x81u) * 10 + p[1] - 0x30u) * 126 + p[2] - 0x81u) * 10 +
	    p[3] - 0x30u;
	if (index < GB18030_LINEAR)
		put(t, charset_gb18030_table()[index]);
	else if (index >= 189000)
		put(t, index - 189000 + 0x10000);
	else
		put(t, 0);
	t->p += 4;
	return true;
}

/* Half-width katakana stand in one byte (Shift JIS), or behind 0x8e. */
static uint32_t
katakana(unsigned c)
{
	return c >= 0xa1 && c <= 0xdf ? 0xff61 + c - 0xa1 : 0;
}

/* A byte that is neither ASCII nor the lead of a pair in that set. */
static bool
put_odd(struct text *t, enum charset set)
{
	unsigned c = t->p[0], next = t->end - t->p > 1 ? t->p[1] : 0;
	unsigned third = t->end - t->p > 2 ? t->p[2] : 0;
	uint32_t code = 0;
	size_t n = 1;

	if (c == 0x80 && (set == CHARSET_GB18030 || set == CHARSET_GBK)) {
		code = 0x20ac;
	} else if (c == 0x80 && set == CHARSET_SHIFT_JIS) {
		code = 0x80;
	} else if (set == CHARSET_SHIFT_JIS && katakana(c)) {
		code = katakana(c);
	} else if (set == CHARSET_EUC_JP && c == 0x8e && katakana(next)) {
		code = katakana(next);
		n = 2;
	} else if (set == CHARSET_EUC_JP && c == 0x8f && next >= 0xa1 &&
	           next < 0xff && third >= 0xa1 && third < 0xff) {
		code = charset_double_table(
		    PLANE_JIS_X_0212)[(next - 0x80) * 256 + third];
		n = 3;
	} else if (c != 0x80 && c != 0xff) {
		return false;
	}
	put(t, code);
	t->p += n;
	return true;
}

static enum double_plane
plane_of(enum charset set)
{
	switch (set) {
	case CHARSET_BIG5:
		return PLANE_BIG5;
	case CHARSET_SHIFT_JIS:
		return PLANE_SHIFT_JIS;
	case CHARSET_EUC_JP:
	case CHARSET_ISO_2022_JP:
		return PLANE_JIS_X_0208;
	case CHARSET_EUC_KR:
	case CHARSET_ISO_2022_KR:
		return PLANE_EUC_KR;
	default:
		return PLANE_GB18030;
	}
}

size_t
double_decode(enum charset set, struct sv in, char *out, size_t *replaced)
{
	const uint32_t *table = charset_double_table(plane_of(set));
	struct text t = { (const unsigned char *)in.p,
		          (const unsigned char *)in.p + in.n, out, 0 };
	bool has_four = plane_of(set) == PLANE_GB18030;

	while (t.p < t.end) {
		if (*t.p < 0x80)
			copy_ascii(&t);
		else if (!put_odd(&t, set) && !(has_four && put_four(&t)))
			put_pair(&t, table);
	}
	*replaced += t.replaced;
	return (size_t)(t.out - out);
}

/* ---- seven bits, with shifts ---- */

enum shift { SHIFT_ASCII, SHIFT_ROMAN, SHIFT_KATAKANA, SHIFT_PAIRS };

struct shifts {
	enum charset set;
	enum shift shift;
	const uint32_t *table; /* of pairs */
};

/* The escape sequence of ISO 2022 at t->p ("\033"); false when unknown. */
static bool
read_escape(struct text *t, struct shifts *s)
{
	static const struct {
		const char *bytes;
		enum shift shift;
		enum double_plane plane;
	} escapes[] = {
		{ "(B", SHIFT_ASCII, 0 },
		{ "(J", SHIFT_ROMAN, 0 },
		{ "(I", SHIFT_KATAKANA, 0 },
		{ "$@", SHIFT_PAIRS, PLANE_JIS_X_0208 },
		{ "$B", SHIFT_PAIRS, PLANE_JIS_X_0208 },
		{ "$(D", SHIFT_PAIRS, PLANE_JIS_X_0212 },
		{ "$(C", SHIFT_PAIRS, PLANE_EUC_KR },
		{ "$)C", SHIFT_ASCII, 0 }, /* ISO-2022-KR begins so */
		{ "$A", SHIFT_PAIRS, PLANE_GB18030 },
	};
	struct sv rest =
	    sv_make((const char *)t->p + 1, (size_t)(t->end - t->p) - 1);

	for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++) {
		if (!sv_starts(rest, sv_str(escapes[i].bytes)))
			continue;
		t->p += 1 + strlen(escapes[i].bytes);
		s->shift = escapes[i].shift;
		if (s->shift == SHIFT_PAIRS)
			s->table = charset_double_table(escapes[i].plane);
		return true;
	}
	return false;
}

/* "~{", "~}", "~~" and "~" at the end of a line, in HZ (RFC 1843). */
static bool
read_tilde(struct text *t, struct shifts *s)
{
	unsigned next = t->end - t->p > 1 ? t->p[1] : 0;

	switch (next) {
	case '{':
		s->shift = SHIFT_PAIRS;
		break;
	case '}':
		s->shift = SHIFT_ASCII;
		break;
	case '~':
		put(t, '~');
		break;
	case '\n':
		break;
	default:
		return false;
	}
	t->p += 2;
	return true;
}

static bool
read_shift(struct text *t, struct shifts *s)
{
	unsigned c = *t->p;

	if (s->set == CHARSET_HZ_GB_2312)
		return c == '~' && read_tilde(t, s);
	if (c == 0x1b)
		return read_escape(t, s);
	if (s->set == CHARSET_ISO_2022_KR && (c == 0x0e || c == 0x0f)) {
		s->shift = c == 0x0e ? SHIFT_PAIRS : SHIFT_ASCII;
		t->p++;
		return true;
	}
	return false;
}

static void
put_shifted(struct text *t, const struct shifts *s)
{
	unsigned c = *t->p, next = t->end - t->p > 1 ? t->p[1] : 0;

	if (s->shift == SHIFT_PAIRS && c > 0x20 && c < 0x7f) {
		bool pair = next > 0x20 && next < 0x7f;

		put(t, pair ? s->table[c * 256 + (next | 0x80)] : 0);
		t->p += pair ? 2 : 1;
		return;
	}
	t->p++;
	if (s->shift == SHIFT_KATAKANA && c > 0x20 && c < 0x60)
		put(t, katakana(c | 0x80));
	else if (s->shift == SHIFT_ROMAN && c == '\\')
		put(t, 0xa5);
	else if (s->shift == SHIFT_ROMAN && c == '~')
		put(t, 0x203e);
	else if (c < 0x80 && c)
		*t->out++ = (char)c;
	else if (c == 0)
		*t->out++ = '\0';
	else
		put(t, 0);
}

size_t
shift_decode(enum charset set, struct sv in, char *out, size_t *replaced)
{
	struct text t = { (const unsigned char *)in.p,
		          (const unsigned char *)in.p + in.n, out, 0 };
	struct shifts s = { .set = set,
		            .table = charset_double_table(plane_of(set)) };

	while (t.p < t.end) {
		if (read_shift(&t, &s))
			continue;
		/* A line begins in ASCII, whatever the last one forgot. */
		if (*t.p == '\n')
			s.shift = SHIFT_ASCII;
		put_shifted(&t, &s);
	}
	*replaced += t.replaced;
	return (size_t)(t.out - out);
}

/* ---- UTF-16 and UTF-7 ---- */

size_t
utf16_decode(struct sv in, bool big_endian, char *out, size_t *replaced)
{
	struct text t = { (const unsigned char *)in.p,
		          (const unsigned char *)in.p + in.n, out, 0 };
	uint32_t high = 0;

	for (; t.end - t.p > 1; t.p += 2) {
		uint32_t unit = big_endian ? t.p[0] * 256u + t.p[1]
		                           : t.p[1] * 256u + t.p[0];
		bool is_low = unit >= 0xdc00 && unit < 0xe000;

		if (high && is_low) {
			put(&t,
			    0x10000 + ((high & 0x3ff) << 10) + (unit & 0x3ff));
			high = 0;
			continue;
		}
		if (high)
			put(&t, 0);
		high = unit >= 0xd800 && unit < 0xdc00 ? unit : 0;
		if (unit == 0)
			*t.out++ = '\0';
		else if (!high)
			put(&t, unit);
	}
	if (high || t.p < t.end)
		put(&t, 0);
	*replaced += t.replaced;
	return (size_t)(t.out - out);
}

static int
base64_value(unsigned c)
{
	if (c >= 'A' && c <= 'Z')
		return (int)c - 'A';
	if (c >= 'a' && c <= 'z')
		return (int)c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return (int)c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* The UTF-16 in base64 at t->p, behind "+", and the "-" that ends it. */
static void
put_base64(struct text *t)
{
	uint32_t bits = 0, high = 0;
	unsigned n = 0;
	int value;

	for (; t->p < t->end && (value = base64_value(*t->p)) >= 0; t->p++) {
		uint32_t unit;

		bits = bits << 6 | (uint32_t)value;
		n += 6;
		if (n < 16)
			continue;
		n -= 16;
		unit = bits >> n & 0xffff;
		bits &= (1u << n) - 1;
		if (high && unit >= 0xdc00 && unit < 0xe000) {
			put(t,
			    0x10000 + ((high & 0x3ff) << 10) + (unit & 0x3ff));
			high = 0;
			continue;
		}
		if (high)
			put(t, 0);
		high = unit >= 0xd800 && unit < 0xdc00 ? unit : 0;
		if (!high)
			put(t, unit);
	}
	if (high)
		put(t, 0);
	if (t->p < t->end && *t->p == '-')
		t->p++;
}

/* RFC 2152. A "+" that begins nothing is one. */
size_t
utf7_decode(struct sv in, char *out, size_t *replaced)
{
	struct text t = { (const unsigned char *)in.p,
		          (const unsigned char *)in.p + in.n, out, 0 };

	while (t.p < t.end) {
		unsigned c = *t.p++, next = t.p < t.end ? *t.p : 0;

		if (c == '+' && next == '-') {
			*t.out++ = '+';
			t.p++;
		} else if (c == '+' && base64_value(next) >= 0) {
			put_base64(&t);
		} else if (c < 0x80) {
			*t.out++ = (char)c;
		} else {
			put(&t, 0);
		}
	}
	*replaced += t.replaced;
	return (size_t)(t.out - out);
}
