/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The character sets that mail is written in, and their decoders after the
 * WHATWG Encoding standard. The tables of code points are asked of iconv once
 * and kept for the life of the process; no converter runs while a message is
 * read, so a byte costs the same whether it is right or wrong.
 */
#ifndef MESSAGE_CHARSET_SET_H
#define MESSAGE_CHARSET_SET_H

#include <stdint.h>

#include "base/sv.h"

enum charset {
	CHARSET_US_ASCII, /* and what says nothing: it is guessed */
	CHARSET_UTF_8,
	CHARSET_WINDOWS_1252,
	CHARSET_UTF_16LE,
	CHARSET_UTF_16BE,
	CHARSET_UTF_7,
	/* One byte a character. */
	CHARSET_IBM437,
	CHARSET_IBM850,
	CHARSET_IBM852,
	CHARSET_IBM866,
	CHARSET_ISO_8859_2,
	CHARSET_ISO_8859_3,
	CHARSET_ISO_8859_4,
	CHARSET_ISO_8859_5,
	CHARSET_ISO_8859_6,
	CHARSET_ISO_8859_7,
	CHARSET_ISO_8859_8,
	CHARSET_ISO_8859_10,
	CHARSET_ISO_8859_13,
	CHARSET_ISO_8859_14,
	CHARSET_ISO_8859_15,
	CHARSET_ISO_8859_16,
	CHARSET_KOI8_R,
	CHARSET_KOI8_U,
	CHARSET_MACINTOSH,
	CHARSET_WINDOWS_874,
	CHARSET_WINDOWS_1250,
	CHARSET_WINDOWS_1251,
	CHARSET_WINDOWS_1253,
	CHARSET_WINDOWS_1254,
	CHARSET_WINDOWS_1255,
	CHARSET_WINDOWS_1256,
	CHARSET_WINDOWS_1257,
	CHARSET_WINDOWS_1258,
	CHARSET_X_MAC_CYRILLIC,
	/* Two bytes a character, mostly. */
	CHARSET_GB18030,
	CHARSET_GBK,
	CHARSET_BIG5,
	CHARSET_SHIFT_JIS,
	CHARSET_EUC_JP,
	CHARSET_EUC_KR,
	/* Seven bits, with shifts. */
	CHARSET_ISO_2022_JP,
	CHARSET_ISO_2022_KR,
	CHARSET_HZ_GB_2312,
	CHARSET_COUNT,
	CHARSET_NONE = CHARSET_COUNT, /* no such label */
};

struct charset_label {
	const char *label;
	enum charset set;
};
extern const struct charset_label charset_labels[];
extern const size_t n_charset_labels;

/* The set a label means, or CHARSET_NONE. */
enum charset charset_find(struct sv label);

/* The name of a set: "windows-1252". */
const char *charset_name(enum charset set);

/* Appends the UTF-8 of a code point; returns the bytes written. */
static inline size_t
charset_put(char *out, uint32_t code)
{
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (char)(0xc0 | code >> 6);
		out[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		out[0] = (char)(0xe0 | code >> 12);
		out[1] = (char)(0x80 | (code >> 6 & 0x3f));
		out[2] = (char)(0x80 | (code & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | code >> 18);
	out[1] = (char)(0x80 | (code >> 12 & 0x3f));
	out[2] = (char)(0x80 | (code >> 6 & 0x3f));
	out[3] = (char)(0x80 | (code & 0x3f));
	return 4;
}

/* ---- tables; any thread ---- */

enum { CHARSET_REPLACED = 0xfffd };

/* The code points of bytes 0x80 to 0xff in a set of one byte. */
const uint16_t *charset_single_table(enum charset set);

/* Code points by lead byte (from 0x80) and trail byte, 0 for none: entry
 * (lead - 0x80) * 256 + trail. JIS X 0212 is the second plane of EUC-JP. */
enum double_plane {
	PLANE_GB18030,
	PLANE_BIG5,
	PLANE_SHIFT_JIS,
	PLANE_JIS_X_0208,
	PLANE_JIS_X_0212,
	PLANE_EUC_KR,
	PLANE_COUNT,
};
const uint32_t *charset_double_table(enum double_plane plane);

/* The code points of the first 39,420 sequences of four bytes in GB18030. */
enum { GB18030_LINEAR = 39420 };
const uint16_t *charset_gb18030_table(void);

/* Makes all of them. */
void charset_make_tables(void);

/* ---- decoders ---- */

/* Each reads `in` and writes UTF-8 to `out`, at most CHARSET_GROWTH * in.n +
 * CHARSET_SLACK bytes; adds the characters that became U+FFFD to *replaced;
 * returns the bytes written. */
enum { CHARSET_GROWTH = 3, CHARSET_SLACK = 8 };
size_t single_decode(const uint16_t *table, struct sv in, char *out,
                     size_t *replaced);
size_t utf8_decode(struct sv in, char *out, size_t *replaced);
size_t utf16_decode(struct sv in, bool big_endian, char *out, size_t *replaced);
size_t utf7_decode(struct sv in, char *out, size_t *replaced);
size_t double_decode(enum charset set, struct sv in, char *out,
                     size_t *replaced);
size_t shift_decode(enum charset set, struct sv in, char *out,
                    size_t *replaced);

#endif
