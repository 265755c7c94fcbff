/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include "base/utf8.h"

START_TEST(every_code_point_survives_writing_and_reading)
{
	struct buf b = BUF_INIT(4);

	for (uint32_t code = 0; code <= 0x10ffff; code++) {
		size_t width = code < 0x80      ? 1
		               : code < 0x800   ? 2
		               : code < 0x10000 ? 3
		                                : 4;

		if (code >= 0xd800 && code <= 0xdfff)
			continue;
		buf_reset(&b);
		utf8_add(&b, code);
		if (b.n != width || utf8_width(buf_sv(&b)) != width ||
		    utf8_code(buf_sv(&b), width) != code)
			ck_abort_msg("U+%04X", code);
	}
	buf_done(&b);
}
END_TEST

START_TEST(what_cannot_be_encoded_becomes_the_replacement_character)
{
	static const uint32_t table[] = { 0xd800, 0xdfff, 0x110000,
		                          0xffffffff };

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct buf b = BUF_INIT(4);

		utf8_add(&b, table[i]);
		ck_assert_str_eq(buf_str(&b), "\xef\xbf\xbd");
		buf_done(&b);
	}
}
END_TEST

START_TEST(malformed_sequences_have_no_width)
{
	static const struct sv table[] = {
		SV(""),
		SV("\x80"),
		SV("\xbf"),
		SV("\xc0\x80"), /* overlong */
		SV("\xc1\xbf"),
		SV("\xc2"),
		SV("\xc2("),
		SV("\xc2\xc2"),
		SV("\xe0\x9f\xbf"), /* overlong */
		SV("\xe2\x82"),
		SV("\xe2(\xac"),
		SV("\xe2\x82("),
		SV("\xed\xa0\x80"), /* surrogate */
		SV("\xed\xbf\xbf"),
		SV("\xf0\x8f\xbf\xbf"), /* overlong */
		SV("\xf0\x9f\x93"),
		SV("\xf0\x9f\x93("),
		SV("\xf4\x90\x80\x80"), /* above U+10FFFF */
		SV("\xf5\x80\x80\x80"),
		SV("\xff"),
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		ck_assert_uint_eq(utf8_width(table[i]), 0);
		ck_assert_int_eq(utf8_valid(table[i]), table[i].n == 0);
	}
}
END_TEST

START_TEST(a_text_is_valid_only_as_a_whole)
{
	ck_assert(utf8_valid(SV_NONE));
	ck_assert(utf8_valid(SV("a\0b")));
	ck_assert(utf8_valid(SV("caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x93\xa7")));
	ck_assert(!utf8_valid(SV("caf\xe9 noir")));
	ck_assert(!utf8_valid(SV("ok \xf0\x9f\x93")));
}
END_TEST

START_TEST(characters_are_counted_wherever_they_stand)
{
	static const char text[] = "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x93\xa7!";
	struct sv s = SV(text);

	ck_assert_uint_eq(utf8_count(s), 9);
	for (size_t from = 0; from <= s.n; from++)
		for (size_t to = from; to <= s.n; to++) {
			size_t n = 0;

			for (size_t i = from; i < to; i++)
				n += ((unsigned char)text[i] & 0xc0) != 0x80;
			ck_assert_uint_eq(utf8_count(sv_sub(s, from, to)), n);
		}
}
END_TEST

UNIT_MAIN("base/utf8", every_code_point_survives_writing_and_reading,
          what_cannot_be_encoded_becomes_the_replacement_character,
          malformed_sequences_have_no_width, a_text_is_valid_only_as_a_whole,
          characters_are_counted_wherever_they_stand)
