/* SPDX-License-Identifier: Apache-2.0 */
#include "message/charset.h"

#include <errno.h>
#include <iconv.h>

#include "base/utf8.h"

/* What a label means when it is not the name of what is meant; after the
 * table of the WHATWG Encoding standard, section 4.2. A converter that is not
 * listed is never loaded: labels come from strangers. */
static const struct alias {
	const char *label, *converter;
} aliases[] = {
	{ "gb2312", "GB18030" },
	{ "gbk", "GB18030" },
	{ "gb18030", "GB18030" },
	{ "gb_2312-80", "GB18030" },
	{ "x-gbk", "GB18030" },
	{ "cp936", "GB18030" },
	{ "hz-gb-2312", "GB18030" },
	{ "big5", "BIG5-HKSCS" },
	{ "big5-hkscs", "BIG5-HKSCS" },
	{ "cp950", "BIG5-HKSCS" },
	{ "x-x-big5", "BIG5-HKSCS" },
	{ "iso-2022-jp", "ISO-2022-JP-2" },
	{ "shift_jis", "CP932" },
	{ "shift-jis", "CP932" },
	{ "sjis", "CP932" },
	{ "x-sjis", "CP932" },
	{ "windows-31j", "CP932" },
	{ "cp932", "CP932" },
	{ "euc-jp", "EUC-JP" },
	{ "euc-kr", "CP949" },
	{ "ks_c_5601-1987", "CP949" },
	{ "ks_c_5601", "CP949" },
	{ "ksc5601", "CP949" },
	{ "cp949", "CP949" },
	{ "windows-949", "CP949" },
	{ "iso-8859-2", "ISO-8859-2" },
	{ "iso-8859-3", "ISO-8859-3" },
	{ "iso-8859-4", "ISO-8859-4" },
	{ "iso-8859-5", "ISO-8859-5" },
	{ "iso-8859-6", "ISO-8859-6" },
	{ "iso-8859-7", "ISO-8859-7" },
	{ "iso-8859-8", "ISO-8859-8" },
	{ "iso-8859-8-i", "ISO-8859-8" },
	{ "iso-8859-9", "WINDOWS-1254" },
	{ "iso-8859-10", "ISO-8859-10" },
	{ "iso-8859-11", "CP874" },
	{ "iso-8859-13", "ISO-8859-13" },
	{ "iso-8859-14", "ISO-8859-14" },
	{ "iso-8859-15", "ISO-8859-15" },
	{ "iso-8859-16", "ISO-8859-16" },
	{ "tis-620", "CP874" },
	{ "windows-874", "CP874" },
	{ "windows-1250", "WINDOWS-1250" },
	{ "windows-1251", "WINDOWS-1251" },
	{ "windows-1253", "WINDOWS-1253" },
	{ "windows-1254", "WINDOWS-1254" },
	{ "windows-1255", "WINDOWS-1255" },
	{ "windows-1256", "WINDOWS-1256" },
	{ "windows-1257", "WINDOWS-1257" },
	{ "windows-1258", "WINDOWS-1258" },
	{ "latin2", "ISO-8859-2" },
	{ "iso8859-2", "ISO-8859-2" },
	{ "iso8859-5", "ISO-8859-5" },
	{ "iso8859-7", "ISO-8859-7" },
	{ "iso8859-8", "ISO-8859-8" },
	{ "iso8859-9", "WINDOWS-1254" },
	{ "latin5", "WINDOWS-1254" },
	{ "iso8859-15", "ISO-8859-15" },
	{ "latin-9", "ISO-8859-15" },
	{ "cp1250", "WINDOWS-1250" },
	{ "cp1251", "WINDOWS-1251" },
	{ "koi8-r", "KOI8-R" },
	{ "koi8-u", "KOI8-U" },
	{ "cp866", "CP866" },
	{ "ibm866", "CP866" },
	{ "macintosh", "MACINTOSH" },
	{ "utf-7", "UTF-7" },
	{ "utf-16", "UTF-16" },
	{ "utf-16le", "UTF-16LE" },
	{ "utf-16be", "UTF-16BE" },
};

static const char *const latin_labels[] = {
	"iso-8859-1",   "iso8859-1", "iso_8859-1", "latin1",         "latin-1",
	"windows-1252", "cp1252",    "x-cp1252",   "ansi_x3.4-1968",
};

enum { ALIASES = sizeof aliases / sizeof *aliases };

static const struct alias *
find_alias(struct sv label)
{
	for (size_t i = 0; label.n && i < ALIASES; i++)
		if (sv_ieq_str(label, aliases[i].label))
			return &aliases[i];
	return NULL;
}

void
charset_prepare(void)
{
	/* Held, because the C library unloads what nobody has open. */
	static iconv_t held[ALIASES];

	for (size_t i = 0; i < ALIASES; i++)
		if (!held[i])
			held[i] = iconv_open("UTF-8", aliases[i].converter);
}

/* One converter for each alias and message: a header can name a thousand
 * charsets, and opening one costs more than using it. NULL when the system
 * has none. */
static iconv_t
get_converter(struct reader *r, const struct alias *alias)
{
	void **slot;

	if (!r->converters)
		r->converters = ARENA_ARRAY(r->arena, void *, ALIASES);
	slot = &r->converters[alias - aliases];
	if (!*slot)
		*slot = iconv_open("UTF-8", alias->converter);
	if (*slot == (iconv_t)-1)
		return NULL;
	iconv(*slot, NULL, NULL, NULL, NULL);
	return *slot;
}

void
charset_done(struct reader *r)
{
	for (size_t i = 0; r->converters && i < ALIASES; i++)
		if (r->converters[i] && r->converters[i] != (iconv_t)-1)
			iconv_close(r->converters[i]);
}

static bool
is_latin(struct sv label)
{
	for (size_t i = 0; i < sizeof latin_labels / sizeof *latin_labels; i++)
		if (sv_ieq_str(label, latin_labels[i]))
			return true;
	return false;
}

static bool
is_ascii(struct sv s)
{
	uint64_t eight, high = 0;
	size_t i = 0;

	for (; s.n - i >= 8; i += 8) {
		memcpy(&eight, s.p + i, 8);
		high |= eight;
	}
	for (; i < s.n; i++)
		high |= (unsigned char)s.p[i];
	return (high & UINT64_C(0x8080808080808080)) == 0;
}

uint32_t
windows_1252_code(unsigned char c)
{
	/* The five that are not assigned stand for themselves. */
	static const uint16_t codes[32] = {
		0x20ac, 0x81,   0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
		0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8d,   0x017d, 0x8f,
		0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
		0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x9d,   0x017e, 0x0178,
	};

	return c >= 0x80 && c <= 0x9f ? codes[c - 0x80] : c;
}

/* Bytes up to the first that is not ASCII. */
static size_t
ascii_span(struct sv s)
{
	size_t n = 0;

	while (n < s.n && (unsigned char)s.p[n] < 0x80)
		n++;
	return n;
}

static void
add_windows_1252(struct buf *out, struct sv s)
{
	while (s.n) {
		size_t span = ascii_span(s);

		buf_add(out, sv_sub(s, 0, span));
		s = sv_from(s, span);
		if (s.n == 0)
			break;
		utf8_add(out, windows_1252_code((unsigned char)s.p[0]));
		s = sv_from(s, 1);
	}
}

/* Returns how many bytes were replaced. */
static size_t
add_utf8(struct buf *out, struct sv s)
{
	size_t replaced = 0, good;

	while (s.n) {
		good = ascii_span(s);
		for (size_t width; (width = utf8_width(sv_from(s, good))) > 0;)
			good += width;
		buf_add(out, sv_sub(s, 0, good));
		s = sv_from(s, good);
		if (s.n == 0)
			break;
		utf8_add(out, 0xfffd);
		replaced++;
		s = sv_from(s, 1);
	}
	return replaced;
}

/* Returns how many bytes were replaced. */
static size_t
add_converted(struct buf *out, struct sv s, iconv_t converter)
{
	size_t replaced = 0, room, left = s.n;
	char *in = (char *)(uintptr_t)s.p, *to;

	while (left) {
		room = left * 2 + 64;
		to = buf_room(out, room);
		if (!to)
			break;
		if (iconv(converter, &in, &left, &to, &room) != (size_t)-1) {
			out->n = (size_t)(to - out->p);
			break;
		}
		out->n = (size_t)(to - out->p);
		if (errno == E2BIG)
			continue;
		utf8_add(out, 0xfffd);
		replaced++;
		in++;
		left--;
	}
	return replaced;
}

static struct sv
without_mark(struct sv s)
{
	return sv_starts(s, SV("\xef\xbb\xbf")) ? sv_from(s, 3) : s;
}

/* Converters with shifts or two-byte units: bytes below 0x80 are not always
 * ASCII. */
static bool
is_stateful(const struct alias *alias)
{
	struct sv name = sv_str(alias->converter);

	return sv_starts(name, SV("UTF")) || sv_starts(name, SV("ISO-2022"));
}

struct sv
charset_to_utf8(struct reader *r, struct sv bytes, struct sv label)
{
	const struct alias *alias = find_alias(label);
	struct buf *out = &r->scratch;
	iconv_t converter = NULL;

	if ((!alias || !is_stateful(alias)) && is_ascii(bytes))
		return bytes;
	if (alias)
		converter = get_converter(r, alias);
	if (!converter && !is_latin(label) && utf8_valid(bytes))
		return without_mark(bytes);
	buf_reset(out);
	out->max = bytes.n * 4 + 64;
	if (converter)
		r->m->replaced += add_converted(out, bytes, converter);
	else if (sv_ieq_str(label, "utf-8") || sv_ieq_str(label, "utf8"))
		r->m->replaced += add_utf8(out, bytes);
	else
		add_windows_1252(out, bytes);
	return without_mark(arena_dup(r->arena, buf_sv(out)));
}
