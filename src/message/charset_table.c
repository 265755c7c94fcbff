/* SPDX-License-Identifier: Apache-2.0 */
#include <iconv.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/mem.h"
#include "message/charset_set.h"

/* Names as people write them, and as iconv knows the set. */
static const struct {
	const char *name, *converter;
} sets[CHARSET_COUNT] = {
	[CHARSET_US_ASCII] = { "us-ascii", NULL },
	[CHARSET_UTF_8] = { "utf-8", NULL },
	[CHARSET_WINDOWS_1252] = { "windows-1252", "CP1252" },
	[CHARSET_UTF_16LE] = { "utf-16le", NULL },
	[CHARSET_UTF_16BE] = { "utf-16be", NULL },
	[CHARSET_UTF_7] = { "utf-7", NULL },
	[CHARSET_IBM437] = { "ibm437", "CP437" },
	[CHARSET_IBM850] = { "ibm850", "CP850" },
	[CHARSET_IBM852] = { "ibm852", "CP852" },
	[CHARSET_IBM866] = { "ibm866", "CP866" },
	[CHARSET_ISO_8859_2] = { "iso-8859-2", "ISO-8859-2" },
	[CHARSET_ISO_8859_3] = { "iso-8859-3", "ISO-8859-3" },
	[CHARSET_ISO_8859_4] = { "iso-8859-4", "ISO-8859-4" },
	[CHARSET_ISO_8859_5] = { "iso-8859-5", "ISO-8859-5" },
	[CHARSET_ISO_8859_6] = { "iso-8859-6", "ISO-8859-6" },
	[CHARSET_ISO_8859_7] = { "iso-8859-7", "ISO-8859-7" },
	[CHARSET_ISO_8859_8] = { "iso-8859-8", "ISO-8859-8" },
	[CHARSET_ISO_8859_10] = { "iso-8859-10", "ISO-8859-10" },
	[CHARSET_ISO_8859_13] = { "iso-8859-13", "ISO-8859-13" },
	[CHARSET_ISO_8859_14] = { "iso-8859-14", "ISO-8859-14" },
	[CHARSET_ISO_8859_15] = { "iso-8859-15", "ISO-8859-15" },
	[CHARSET_ISO_8859_16] = { "iso-8859-16", "ISO-8859-16" },
	[CHARSET_KOI8_R] = { "koi8-r", "KOI8-R" },
	[CHARSET_KOI8_U] = { "koi8-u", "KOI8-U" },
	[CHARSET_MACINTOSH] = { "macintosh", "MACINTOSH" },
	[CHARSET_WINDOWS_874] = { "windows-874", "CP874" },
	[CHARSET_WINDOWS_1250] = { "windows-1250", "CP1250" },
	[CHARSET_WINDOWS_1251] = { "windows-1251", "CP1251" },
	[CHARSET_WINDOWS_1253] = { "windows-1253", "CP1253" },
	[CHARSET_WINDOWS_1254] = { "windows-1254", "CP1254" },
	[CHARSET_WINDOWS_1255] = { "windows-1255", "CP1255" },
	[CHARSET_WINDOWS_1256] = { "windows-1256", "CP1256" },
	[CHARSET_WINDOWS_1257] = { "windows-1257", "CP1257" },
	[CHARSET_WINDOWS_1258] = { "windows-1258", "CP1258" },
	[CHARSET_X_MAC_CYRILLIC] = { "x-mac-cyrillic", "MAC-UK" },
	[CHARSET_GB18030] = { "gb18030", "GB18030" },
	[CHARSET_GBK] = { "gbk", "GB18030" },
	[CHARSET_BIG5] = { "big5", "BIG5-HKSCS" },
	[CHARSET_SHIFT_JIS] = { "shift_jis", "CP932" },
	[CHARSET_EUC_JP] = { "euc-jp", "EUC-JP-MS" },
	[CHARSET_EUC_KR] = { "euc-kr", "CP949" },
	[CHARSET_ISO_2022_JP] = { "iso-2022-jp", NULL },
	[CHARSET_ISO_2022_KR] = { "iso-2022-kr", NULL },
	[CHARSET_HZ_GB_2312] = { "hz-gb-2312", NULL },
};

/* Where the tables hang once they are made. A thread that comes second while
 * one is being made makes it again, and throws its own away. */
static _Atomic(uint16_t *) single_tables[CHARSET_COUNT];
static _Atomic(uint32_t *) double_tables[PLANE_COUNT];
static _Atomic(uint16_t *) gb18030_table;

const char *
charset_name(enum charset set)
{
	return set < CHARSET_COUNT ? sets[set].name : "";
}

/* The first code point that the bytes stand for, or 0. */
static uint32_t
ask(iconv_t converter, const unsigned char *bytes, size_t n)
{
	uint32_t codes[8] = { 0 };
	char *in = (char *)(uintptr_t)bytes, *out = (char *)codes;
	size_t in_left = n, out_left = sizeof codes;

	if (converter == (iconv_t)-1)
		return 0;
	iconv(converter, NULL, NULL, NULL, NULL);
	if (iconv(converter, &in, &in_left, &out, &out_left) == (size_t)-1 ||
	    in_left)
		return 0;
	/* Some hold a letter back for an accent that may follow. */
	iconv(converter, NULL, NULL, &out, &out_left);
	/* Two characters of one byte are no pair; a letter and an accent are.
	 */
	return codes[1] && codes[1] < 0x300 ? 0 : codes[0];
}

static iconv_t
open_converter(enum charset set)
{
	return iconv_open("UTF-32LE", sets[set].converter);
}

static void
close_converter(iconv_t converter)
{
	if (converter != (iconv_t)-1)
		iconv_close(converter);
}

/* Where the C library's tables are not those of the standard. */
static const struct {
	enum charset set;
	unsigned char byte;
	uint16_t code;
} exceptions[] = {
	{ CHARSET_KOI8_U, 0xae, 0x45e },
	{ CHARSET_KOI8_U, 0xbe, 0x40e },
	{ CHARSET_MACINTOSH, 0xc6, 0x2206 },
	{ CHARSET_MACINTOSH, 0xf0, 0xf8ff },
	{ CHARSET_X_MAC_CYRILLIC, 0xff, 0x20ac },
};

static uint16_t *
make_single(enum charset set)
{
	iconv_t converter = open_converter(set);
	uint16_t *table = mem_calloc(128, sizeof *table);

	for (unsigned i = 0; i < 128; i++) {
		unsigned char c = (unsigned char)(0x80 + i);
		uint32_t code = ask(converter, &c, 1);

		/* What has no meaning among the controls is a control. */
		if (code == 0)
			code = c < 0xa0 ? c : CHARSET_REPLACED;
		table[i] = (uint16_t)code;
	}
	close_converter(converter);
	for (size_t i = 0; i < sizeof exceptions / sizeof *exceptions; i++)
		if (exceptions[i].set == set)
			table[exceptions[i].byte - 0x80] = exceptions[i].code;
	return table;
}

const uint16_t *
charset_single_table(enum charset set)
{
	uint16_t *table = atomic_load(&single_tables[set]), *made;

	if (table)
		return table;
	made = make_single(set);
	if (atomic_compare_exchange_strong(&single_tables[set], &table, made))
		return made;
	free(made);
	return table;
}

static const enum charset plane_sets[PLANE_COUNT] = {
	[PLANE_GB18030] = CHARSET_GB18030,
	[PLANE_BIG5] = CHARSET_BIG5,
	[PLANE_SHIFT_JIS] = CHARSET_SHIFT_JIS,
	[PLANE_JIS_X_0208] = CHARSET_EUC_JP,
	[PLANE_JIS_X_0212] = CHARSET_EUC_JP,
	[PLANE_EUC_KR] = CHARSET_EUC_KR,
};

static uint32_t *
make_double(enum double_plane plane)
{
	iconv_t converter = open_converter(plane_sets[plane]);
	uint32_t *table = mem_calloc(128 * 256, sizeof *table);
	size_t skip = plane == PLANE_JIS_X_0212 ? 0 : 1;

	for (unsigned lead = 0x81; lead < 0xff; lead++) {
		for (unsigned trail = 0x40; trail < 0xff; trail++) {
			/* 0x8f announces the second plane of EUC-JP. */
			unsigned char bytes[3] = { 0x8f, (unsigned char)lead,
				                   (unsigned char)trail };

			table[(lead - 0x80) * 256 + trail] =
			    ask(converter, bytes + skip, 3 - skip);
		}
	}
	close_converter(converter);
	return table;
}

const uint32_t *
charset_double_table(enum double_plane plane)
{
	uint32_t *table = atomic_load(&double_tables[plane]), *made;

	if (table)
		return table;
	made = make_double(plane);
	if (atomic_compare_exchange_strong(&double_tables[plane], &table, made))
		return made;
	free(made);
	return table;
}

static uint16_t *
make_gb18030(void)
{
	iconv_t converter = open_converter(CHARSET_GB18030);
	uint16_t *table = mem_calloc(GB18030_LINEAR, sizeof *table);

	for (unsigned i = 0; i < GB18030_LINEAR; i++) {
		unsigned char bytes[4] = {
			(unsigned char)(0x81 + i / 12600),
			(unsigned char)(0x30 + i / 1260 % 10),
			(unsigned char)(0x81 + i / 10 % 126),
			(unsigned char)(0x30 + i % 10),
		};
		uint32_t code = ask(converter, bytes, 4);

		table[i] =
		    code && code < 0x10000 ? (uint16_t)code : CHARSET_REPLACED;
	}
	close_converter(converter);
	return table;
}

const uint16_t *
charset_gb18030_table(void)
{
	uint16_t *table = atomic_load(&gb18030_table), *made;

	if (table)
		return table;
	made = make_gb18030();
	if (atomic_compare_exchange_strong(&gb18030_table, &table, made))
		return made;
	free(made);
	return table;
}

void
charset_make_tables(void)
{
	charset_single_table(CHARSET_WINDOWS_1252);
	for (int set = CHARSET_IBM437; set <= CHARSET_X_MAC_CYRILLIC; set++)
		charset_single_table((enum charset)set);
	for (int plane = 0; plane < PLANE_COUNT; plane++)
		charset_double_table((enum double_plane)plane);
	charset_gb18030_table();
}
