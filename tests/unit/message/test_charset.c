/* SPDX-License-Identifier: Apache-2.0 */
#include "message/charset.h"
#include "parse.h"

static struct sv
convert(struct reader *r, struct sv bytes, const char *label)
{
	return charset_to_utf8(r, bytes, sv_str(label));
}

START_TEST(labels_mean_what_browsers_take_them_for)
{
	static const struct {
		const char *label, *in, *out;
	} cases[] = {
		{ "iso-8859-1", "\x80 \xe9", "\xe2\x82\xac \xc3\xa9" },
		{ "windows-1252", "\x93x\x94", "\xe2\x80\x9cx\xe2\x80\x9d" },
		{ "iso-8859-2", "\xb1", "\xc4\x85" },
		{ "koi8-r", "\xd4\xc5\xd3\xd4",
		  "\xd1\x82\xd0\xb5\xd1\x81\xd1\x82" },
		{ "windows-1251", "\xf2", "\xd1\x82" },
		{ "gb2312", "\xd6\xd0", "\xe4\xb8\xad" },
		{ "big5", "\xa4\xa4", "\xe4\xb8\xad" },
		{ "shift_jis", "\x83\x65", "\xe3\x83\x86" },
		{ "euc-kr", "\xb0\xa1", "\xea\xb0\x80" },
		{ "iso-2022-jp", "\x1b$B$3\x1b(B", "\xe3\x81\x93" },
		{ "utf-7", "caf+AOk-", "caf\xc3\xa9" },
		{ "utf-8", "caf\xc3\xa9", "caf\xc3\xa9" },
		{ "utf-8", "\xef\xbb\xbfx", "x" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct reader r = test_reader();

		ck_sv_eq(convert(&r, sv_str(cases[i].in), cases[i].label),
		         cases[i].out);
		ck_assert_uint_eq(r.m->replaced, 0);
		charset_done(&r);
		buf_done(&r.scratch);
	}
}
END_TEST

START_TEST(utf_16_has_nul_bytes)
{
	struct reader r = test_reader();

	ck_sv_eq(convert(&r, SV("h\0i\0"), "utf-16le"), "hi");
	charset_done(&r);
	buf_done(&r.scratch);
}
END_TEST

START_TEST(what_is_not_declared_is_utf8_or_else_windows_1252)
{
	struct reader r = test_reader();

	ck_sv_eq(convert(&r, SV("caf\xc3\xa9"), ""), "caf\xc3\xa9");
	ck_sv_eq(convert(&r, SV("caf\xe9"), ""), "caf\xc3\xa9");
	ck_sv_eq(convert(&r, SV("caf\xe9"), "us-ascii"), "caf\xc3\xa9");
	ck_sv_eq(convert(&r, SV("caf\xe9"), "x-nonsense"), "caf\xc3\xa9");
	ck_assert_uint_eq(r.m->replaced, 0);
	buf_done(&r.scratch);
}
END_TEST

START_TEST(what_cannot_be_converted_is_replaced_and_counted)
{
	struct reader r = test_reader();

	ck_sv_eq(convert(&r, SV("a\xff\xfe-\xc3"), "utf-8"),
	         "a\xef\xbf\xbd\xef\xbf\xbd-\xef\xbf\xbd");
	ck_assert_uint_eq(r.m->replaced, 3);
	ck_sv_eq(convert(&r, SV("x\xff"), "gb2312"), "x\xef\xbf\xbd");
	ck_assert_uint_eq(r.m->replaced, 4);
	charset_done(&r);
	buf_done(&r.scratch);
}
END_TEST

START_TEST(ascii_is_not_copied)
{
	struct reader r = test_reader();
	struct sv text = SV("plain text of more than eight bytes");

	ck_assert_ptr_eq(convert(&r, text, "koi8-r").p, text.p);
}
END_TEST

UNIT_MAIN("charset", labels_mean_what_browsers_take_them_for,
          utf_16_has_nul_bytes,
          what_is_not_declared_is_utf8_or_else_windows_1252,
          what_cannot_be_converted_is_replaced_and_counted, ascii_is_not_copied)
