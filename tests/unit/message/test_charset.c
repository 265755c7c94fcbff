/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"
#include "message/charset.h"
#include "message/charset_set.h"
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

		buf_done(&r.scratch);
	}
}
END_TEST

START_TEST(utf_16_has_nul_bytes)
{
	struct reader r = test_reader();

	ck_sv_eq(convert(&r, SV("h\0i\0"), "utf-16le"), "hi");

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

START_TEST(labels_are_compared_by_letters_and_digits)
{
	static const struct {
		const char *label;
		enum charset set;
	} cases[] = {
		{ "UTF-8", CHARSET_UTF_8 },
		{ "utf_8", CHARSET_UTF_8 },
		{ "\"utf8\"", CHARSET_UTF_8 },
		{ "ISO_8859-1:1987", CHARSET_WINDOWS_1252 },
		{ "iso 8859 15", CHARSET_ISO_8859_15 },
		{ "iso-8859-8-i", CHARSET_ISO_8859_8 },
		{ "win-1251", CHARSET_WINDOWS_1251 },
		{ "ks_c_5601-1987", CHARSET_EUC_KR },
		{ "us-ascii", CHARSET_US_ASCII },
		{ "", CHARSET_NONE },
		{ "iso-8859-17", CHARSET_NONE },
		{ "utf-8 and a very long text that is no label at all",
		  CHARSET_NONE },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_assert_int_eq(charset_find(sv_str(cases[i].label)),
		                 cases[i].set);
	for (size_t i = 0; i < n_charset_labels; i++)
		ck_assert_int_eq(charset_find(sv_str(charset_labels[i].label)),
		                 charset_labels[i].set);
}
END_TEST

START_TEST(what_is_wrong_is_replaced_and_counted)
{
	static const struct {
		const char *label, *in, *out;
		size_t replaced;
	} cases[] = {
		{ "utf-8", "a\xff\xc3\xa9", "a\xef\xbf\xbd\xc3\xa9", 1 },
		/* the start of one character is one mistake */
		{ "utf-8", "\xe2\x82z\xc3\xa9", "\xef\xbf\xbdz\xc3\xa9", 1 },
		{ "utf-8", "\xf0\x9f\x98\xc3\xa9", "\xef\xbf\xbd\xc3\xa9", 1 },
		{ "utf-8", "\xed\xa0\x80\xc3\xa9",
		  "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xc3\xa9", 3 },
		/* what could be ASCII is not swallowed */
		{ "gbk", "\xd6<b>", "\xef\xbf\xbd<b>", 1 },
		{ "gb18030", "\x81\x30\x81",
		  "\xef\xbf\xbd"
		  "0\xef\xbf\xbd",
		  2 },
		{ "big5", "\xa4<b>", "\xef\xbf\xbd<b>", 1 },
		{ "shift_jis", "\x83\"x", "\xef\xbf\xbd\"x", 1 },
		{ "euc-kr", "\xb0<", "\xef\xbf\xbd<", 1 },
		{ "euc-jp", "\x8f\xa2", "\xef\xbf\xbd", 1 },
		{ "windows-1253", "\xaa", "\xef\xbf\xbd", 1 },
		{ "iso-2022-jp", "\x1b$B$", "\xef\xbf\xbd", 1 },
		{ "utf-16le", "a", "\xef\xbf\xbd", 1 },
		{ "utf-7", "+2D0-x", "\xef\xbf\xbdx", 1 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct reader r = test_reader();

		ck_sv_eq(convert(&r, sv_str(cases[i].in), cases[i].label),
		         cases[i].out);
		ck_assert_msg(r.m->replaced == cases[i].replaced,
		              "%s: %zu replaced", cases[i].label,
		              r.m->replaced);
		buf_done(&r.scratch);
	}
}
END_TEST

START_TEST(whole_texts_are_believed_more_than_their_label)
{
	static const struct {
		const char *label;
		struct sv in;
		const char *out, *guessed;
	} cases[] = {
		{ "iso-8859-1", SV("caf\xc3\xa9"), "caf\xc3\xa9", "utf-8" },
		{ "", SV("caf\xc3\xa9"), "caf\xc3\xa9", "utf-8" },
		{ "utf-8", SV("caf\xe9"), "caf\xc3\xa9", "windows-1252" },
		{ "utf-8", SV("\xc3\xa9\xc3\xa9 \xe9"),
		  "\xc3\xa9\xc3\xa9 \xc3\xa9", "" },
		{ "no-such", SV("caf\xe9"), "caf\xc3\xa9", "windows-1252" },
		{ "koi8-r", SV("\xd4\xc5\xd3\xd4"),
		  "\xd1\x82\xd0\xb5\xd1\x81\xd1\x82", "" },
		{ "", SV("\x1b$B$3\x1b(B"), "\xe3\x81\x93", "iso-2022-jp" },
		{ "", SV("\xff\xfeh\0i\0"), "hi", "utf-16le" },
		{ "utf-16", SV("\xfe\xff\0h\0i"), "hi", "utf-16be" },
		{ "utf-16", SV("h\0i\0"), "hi", "" },
		{ "", SV("plain"), "plain", "" },
		{ "hz-gb-2312", SV("~{VP~} a~~"), "\xe4\xb8\xad a~", "" },
		{ "iso-2022-kr",
		  SV("\x1b$)C\x0e"
		     "0!\x0f x"),
		  "\xea\xb0\x80 x", "" },
		{ "gb18030", SV("\x81\x30\x84\x36\x90\x30\x81\x30"),
		  "\xc2\xa5\xf0\x90\x80\x80", "" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct reader r = test_reader();
		const char *guessed = "";

		ck_sv_eq(charset_read_text(&r, cases[i].in,
		                           sv_str(cases[i].label), &guessed),
		         cases[i].out);
		ck_assert_str_eq(guessed, cases[i].guessed);
		buf_done(&r.scratch);
	}
}
END_TEST

START_TEST(every_byte_of_every_set_gives_utf8)
{
	char bytes[512];
	struct reader r = test_reader();

	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (char)(i < 256 ? i : 255 - (i - 256));
	for (int set = 0; set < CHARSET_COUNT; set++) {
		struct sv label = sv_str(charset_name((enum charset)set));
		struct sv text =
		    charset_to_utf8(&r, sv_make(bytes, sizeof bytes), label);

		ck_assert_int_eq(charset_find(label), set);
		ck_assert(utf8_valid(text));
		ck_assert_uint_gt(text.n, 0);
	}
	buf_done(&r.scratch);
}
END_TEST

UNIT_MAIN("charset", labels_mean_what_browsers_take_them_for,
          utf_16_has_nul_bytes,
          what_is_not_declared_is_utf8_or_else_windows_1252,
          what_cannot_be_converted_is_replaced_and_counted, ascii_is_not_copied,
          labels_are_compared_by_letters_and_digits,
          what_is_wrong_is_replaced_and_counted,
          whole_texts_are_believed_more_than_their_label,
          every_byte_of_every_set_gives_utf8)
