/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "message/charset.h"

#ifdef HAVE_UCHARDET
#include <uchardet.h>
#endif

#include "base/utf8.h"
#include "message/charset_set.h"

enum {
	LABEL_BYTES_MAX = 40,
	/* How much of a text is shown to who guesses, and how many bytes must
	 * not be ASCII there: what is shorter is more often guessed wrong. */
	SAMPLE_BYTES = 4096,
	SAMPLE_HIGH_MIN = 8,
};

void
charset_prepare(void)
{
	charset_make_tables();
}

enum charset
charset_find(struct sv label)
{
	char key[LABEL_BYTES_MAX + 1];
	size_t n = 0, low = 0, high = n_charset_labels;

	for (size_t i = 0; i < label.n && n < LABEL_BYTES_MAX; i++)
		if (sv_is_alnum(label.p[i]))
			key[n++] = sv_lower_char(label.p[i]);
	key[n] = '\0';
	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = strcmp(key, charset_labels[middle].label);

		if (order == 0)
			return charset_labels[middle].set;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return CHARSET_NONE;
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

size_t
single_decode(const uint16_t *table, struct sv in, char *out, size_t *replaced)
{
	size_t n = 0, span;

	while (in.n) {
		span = sv_ascii_span(in);
		memcpy(out + n, in.p, span);
		n += span;
		in = sv_from(in, span);
		for (; in.n && (unsigned char)in.p[0] >= 0x80;
		     in = sv_from(in, 1)) {
			uint32_t code = table[(unsigned char)in.p[0] - 0x80];

			*replaced += code == CHARSET_REPLACED;
			n += charset_put(out + n, code);
		}
	}
	return n;
}

/* How many bytes of a broken character are replaced together: those that
 * could begin a whole one (Unicode, section 3.9). */
static size_t
broken_bytes(struct sv s)
{
	static const struct sv tails[] = { { "\x80", 1 }, { "\x80\x80", 2 } };
	char probe[4];

	for (size_t have = s.n < 3 ? s.n : 3; have > 1; have--) {
		for (size_t t = 0; t < 2 && have + tails[t].n <= 4; t++) {
			/* Would any end make it whole? */
			memcpy(probe, s.p, have);
			memcpy(probe + have, tails[t].p, tails[t].n);
			if (utf8_width(sv_make(probe, have + tails[t].n)) ==
			    have + tails[t].n)
				return have;
		}
	}
	return 1;
}

/* Copies up to the first byte that is not UTF-8 and moves *in there. */
static size_t
copy_good(struct sv *in, char *out)
{
	size_t good = sv_ascii_span(*in), width;

	while ((width = utf8_width(sv_from(*in, good))) > 0)
		good += width;
	memcpy(out, in->p, good);
	*in = sv_from(*in, good);
	return good;
}

size_t
utf8_decode(struct sv in, char *out, size_t *replaced)
{
	size_t n = 0;

	while (in.n) {
		n += copy_good(&in, out + n);
		if (in.n == 0)
			break;
		n += charset_put(out + n, CHARSET_REPLACED);
		++*replaced;
		in = sv_from(in, broken_bytes(in));
	}
	return n;
}

/* UTF-8, with each byte that is broken read as windows-1252: one stray byte
 * shall not hide a word. */
static size_t
mixed_decode(struct sv in, char *out, size_t *replaced)
{
	size_t n = 0;

	while (in.n) {
		n += copy_good(&in, out + n);
		if (in.n == 0)
			break;
		n += charset_put(out + n,
		                 windows_1252_code((unsigned char)in.p[0]));
		++*replaced;
		in = sv_from(in, 1);
	}
	return n;
}

static size_t
windows_1252_decode(struct sv in, char *out)
{
	size_t n = 0, span;

	while (in.n) {
		span = sv_ascii_span(in);
		memcpy(out + n, in.p, span);
		n += span;
		in = sv_from(in, span);
		for (; in.n && (unsigned char)in.p[0] >= 0x80;
		     in = sv_from(in, 1))
			n += charset_put(
			    out + n, windows_1252_code((unsigned char)in.p[0]));
	}
	return n;
}

static size_t
decode_set(enum charset set, struct sv in, char *out, size_t *replaced)
{
	switch (set) {
	case CHARSET_UTF_8:
		return utf8_decode(in, out, replaced);
	case CHARSET_US_ASCII:
	case CHARSET_WINDOWS_1252:
	case CHARSET_NONE:
		return windows_1252_decode(in, out);
	case CHARSET_UTF_16LE:
	case CHARSET_UTF_16BE:
		return utf16_decode(in, set == CHARSET_UTF_16BE, out, replaced);
	case CHARSET_UTF_7:
		return utf7_decode(in, out, replaced);
	case CHARSET_ISO_2022_JP:
	case CHARSET_ISO_2022_KR:
	case CHARSET_HZ_GB_2312:
		return shift_decode(set, in, out, replaced);
	default:
		if (set >= CHARSET_GB18030)
			return double_decode(set, in, out, replaced);
		return single_decode(charset_single_table(set), in, out,
		                     replaced);
	}
}

static bool
is_ascii(struct sv s)
{
	return sv_ascii_span(s) == s.n;
}

/* Bytes below 0x80 are not always ASCII there. */
static bool
is_ascii_based(enum charset set)
{
	return set != CHARSET_UTF_16LE && set != CHARSET_UTF_16BE &&
	       set != CHARSET_UTF_7 && set != CHARSET_ISO_2022_JP &&
	       set != CHARSET_ISO_2022_KR && set != CHARSET_HZ_GB_2312;
}

static struct sv
without_mark(struct sv s)
{
	return sv_starts(s, SV("\xef\xbb\xbf")) ? sv_from(s, 3) : s;
}

static struct sv
convert(struct reader *r, struct sv bytes, enum charset set, bool mixed)
{
	struct buf *out = &r->scratch;
	char *room;

	buf_reset(out);
	out->max = bytes.n * CHARSET_GROWTH + CHARSET_SLACK;
	room = buf_room(out, out->max);
	if (!room)
		return SV("");
	if (mixed)
		out->n = mixed_decode(bytes, room, &r->m->replaced);
	else
		out->n = decode_set(set, bytes, room, &r->m->replaced);
	return without_mark(arena_dup(r->arena, buf_sv(out)));
}

struct sv
charset_to_utf8(struct reader *r, struct sv bytes, struct sv label)
{
	enum charset set = CHARSET_NONE;
	bool ascii = is_ascii(bytes);

	if (ascii && label.n == 0)
		return bytes;
	set = charset_find(label);
	if (ascii && (set == CHARSET_NONE || is_ascii_based(set)))
		return bytes;
	if ((set == CHARSET_NONE || set == CHARSET_US_ASCII ||
	     set == CHARSET_UTF_8) &&
	    utf8_valid(bytes))
		return without_mark(bytes);
	return convert(r, bytes, set, false);
}

/* ---- guessing ---- */

/* A sample from the first byte on that is not ASCII; *ret_high says how many
 * there are. */
static struct sv
make_sample(struct sv bytes, size_t *ret_high)
{
	struct sv sample = sv_from(bytes, sv_ascii_span(bytes));

	sample = sv_sub(sample, 0, SAMPLE_BYTES);
	*ret_high = 0;
	for (size_t i = 0; i < sample.n; i++)
		*ret_high += (unsigned char)sample.p[i] >= 0x80;
	return sample;
}

#ifdef HAVE_UCHARDET
static enum charset
detect(struct sv sample)
{
	enum charset set = CHARSET_NONE;
	uchardet_t detector = uchardet_new();

	if (!detector)
		return set;
	if (uchardet_handle_data(detector, sample.p, sample.n) == 0) {
		uchardet_data_end(detector);
		set = charset_find(sv_str(uchardet_get_charset(detector)));
	}
	uchardet_delete(detector);
	return set;
}
#else
static enum charset
detect(struct sv sample)
{
	(void)sample;
	return CHARSET_NONE;
}
#endif

/* What bytes that are no UTF-8 are read as for want of a label. */
static enum charset
guess(struct sv bytes)
{
	size_t high;
	struct sv sample = make_sample(bytes, &high);
	enum charset set = CHARSET_NONE;

	if (high >= SAMPLE_HIGH_MIN)
		set = detect(sample);
	if (set == CHARSET_NONE || set == CHARSET_US_ASCII ||
	    set == CHARSET_UTF_8 || !is_ascii_based(set))
		set = CHARSET_WINDOWS_1252;
	return set;
}

/* Whether most of the bytes that are not ASCII make well-formed characters:
 * a text in UTF-8 with a few bytes broken, not one in another set. */
static bool
is_mostly_utf8(struct sv bytes)
{
	struct sv s = sv_sub(bytes, sv_ascii_span(bytes), bytes.n);
	size_t good = 0, bad = 0, width;

	for (s = sv_sub(s, 0, SAMPLE_BYTES); s.n;
	     s = sv_from(s, sv_ascii_span(s))) {
		width = utf8_width(s);
		good += width;
		bad += width == 0;
		s = sv_from(s, width ? width : 1);
	}
	return good > 2 * bad;
}

/* The set of a text by the mark it begins with, or CHARSET_NONE. */
static enum charset
marked_set(struct sv s)
{
	if (sv_starts(s, SV("\xff\xfe")))
		return CHARSET_UTF_16LE;
	if (sv_starts(s, SV("\xfe\xff")))
		return CHARSET_UTF_16BE;
	return CHARSET_NONE;
}

/* The set that the bytes are in. */
static enum charset
choose_set(struct sv bytes, struct sv label)
{
	enum charset set = charset_find(label), marked = marked_set(bytes);

	if (is_ascii(bytes)) {
		/* Japanese mail before 2000 often said nothing. */
		if ((set == CHARSET_NONE || set == CHARSET_US_ASCII) &&
		    sv_find(bytes, SV("\x1b$")) != SV_NOT_FOUND)
			return CHARSET_ISO_2022_JP;
		return set;
	}
	if (marked != CHARSET_NONE &&
	    (!is_ascii_based(set) || set == CHARSET_NONE ||
	     set == CHARSET_UTF_8 || set == CHARSET_US_ASCII))
		return marked;
	if (!is_ascii_based(set))
		return set;
	if (utf8_valid(bytes))
		return CHARSET_UTF_8;
	if (set != CHARSET_NONE && set != CHARSET_US_ASCII &&
	    set != CHARSET_UTF_8)
		return set;
	return is_mostly_utf8(bytes) ? CHARSET_UTF_8 : guess(bytes);
}

struct sv
charset_read_text(struct reader *r, struct sv bytes, struct sv label,
                  const char **ret_guessed)
{
	enum charset set = choose_set(bytes, label);
	bool is_known = set != CHARSET_NONE && set != CHARSET_US_ASCII;

	if (is_known && set != charset_find(label))
		*ret_guessed = charset_name(set);
	if (!is_known)
		return bytes;
	if (is_ascii_based(set) && is_ascii(bytes))
		return bytes;
	if (set == CHARSET_UTF_8 && utf8_valid(bytes))
		return without_mark(bytes);
	return convert(r, bytes, set, set == CHARSET_UTF_8);
}
