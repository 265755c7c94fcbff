/* SPDX-License-Identifier: Apache-2.0 */
#include "message/charset.h"
#include "message/header.h"
#include "parse.h"

static struct sv
decode(const char *raw)
{
	struct reader r = test_reader();
	struct sv value = header_decode(&r, sv_str(raw));

	buf_done(&r.scratch);
	buf_done(&r.words);
	return value;
}

START_TEST(values_are_read_as_a_person_reads_them)
{
	static const struct {
		const char *raw, *value;
	} cases[] = {
		{ "plain", "plain" },
		{ "  both ends \r\n", "both ends" },
		{ "one\r\n two\n\t \tthree", "one two three" },
		{ "=?utf-8?Q?caf=C3=A9?=", "caf\xc3\xa9" },
		{ "=?UTF-8?b?Y2Fmw6k=?=", "caf\xc3\xa9" },
		{ "=?utf-8?b?Y2Fmw6k?=", "caf\xc3\xa9" },
		{ "=?utf-8*en?q?caf=C3=A9?=", "caf\xc3\xa9" },
		{ "=?iso-8859-1?q?caf=E9_x?=", "caf\xc3\xa9 x" },
		/* Between encoded words, white space is not shown. */
		{ "=?utf-8?q?a?= =?utf-8?q?b?=", "ab" },
		{ "=?utf-8?q?a?=\r\n =?koi8-r?q?b?=", "ab" },
		{ "=?utf-8?q?a?= b =?utf-8?q?c?=", "a b c" },
		{ "a =?utf-8?q?b?=", "a b" },
		/* A character may be split between words. */
		{ "=?utf-8?q?=C3?= =?utf-8?b?qQ==?=", "\xc3\xa9" },
		/* Spaces in a word, words within words of text. */
		{ "=?utf-8?q?a b?=", "a b" },
		{ "x=?utf-8?q?a?=y", "xay" },
		{ "=?utf-8?q?"
		  "?=",
		  "" },
		/* What is none stays. */
		{ "=?utf-8?x?a?=", "=?utf-8?x?a?=" },
		{ "=?utf-8?q?a", "=?utf-8?q?a" },
		{ "=?=?=?", "=?=?=?" },
		{ "8-bit \xe9", "8-bit \xc3\xa9" },
		{ "=?utf-8?q?a?==?utf-8?q?b?=", "ab" },
		{ "\"=?utf-8?q?a?=\" <a@example.org>",
		  "\"a\" <a@example.org>" },
		{ "=?us-ascii?q?caf=E9?=", "caf\xc3\xa9" },
		{ "=?iso-2022-jp?b?GyRCJDMbKEI=?=", "\xe3\x81\x93" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_sv_eq(decode(cases[i].raw), cases[i].value);
}
END_TEST

START_TEST(many_broken_words_cost_linear_time)
{
	struct buf raw = BUF_INIT(8 << 20);

	for (int i = 0; i < 300000; i++)
		buf_add_str(&raw, "=?a?q");
	buf_add_str(&raw, "?=");
	decode(buf_str(&raw));
	buf_done(&raw);
}
END_TEST

START_TEST(parameters_are_found_in_any_dress)
{
	static const struct {
		const char *value, *param;
	} cases[] = {
		{ "a/b; name=x.txt", "x.txt" },
		{ "a/b; NAME = \"x y;z.txt\" ; c=d", "x y;z.txt" },
		{ "a/b; name=\"a\\\"b\\\\c\"", "a\"b\\c" },
		{ "a/b name=x.txt", "x.txt" },
		{ "a/b; (comment) name=x.txt", "x.txt" },
		{ "a/b; name=x.txt (comment)", "x.txt" },
		{ "a/b; name=\"unclosed", "unclosed" },
		{ "a/b; name*=utf-8''caf%C3%A9", "caf\xc3\xa9" },
		{ "a/b; name*=iso-8859-1'en'caf%E9", "caf\xc3\xa9" },
		{ "a/b; name*0=one; name*1=\"two\"", "onetwo" },
		{ "a/b; name*1*=%C3%A9; name*0*=utf-8''caf", "caf\xc3\xa9" },
		{ "a/b; name*=%zz%4", "%zz%4" },
		/* of several forms, and of the same form twice */
		{ "a/b; name=x; name*=utf-8''y", "y" },
		{ "a/b; name=x; name*0=y; name*1=z", "yz" },
		{ "a/b; name=x; name=y", "x" },
		{ "a/b; name*0=x; name*0=y; name*1=z", "xz" },
		/* no first section, and a gap */
		{ "a/b; name*1=x; name*3=y", "xy" },
		{ "a/b; name*99999999999999999999=x", "x" },
		/* encoded words, where they do not belong */
		{ "a/b; name=\"=?utf-8?q?caf=C3=A9=22=3B?=.txt\"; c=d",
		  "caf\xc3\xa9\";.txt" },
		{ "a/b; name==?utf-8?q?a b?=; c=d", "a b" },
		{ "a/b; name=\"\xe9.txt\"", "\xc3\xa9.txt" },
		{ "a/b; rename=x", "" },
		{ "a/b; name", "" },
		{ "", "" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct reader r = test_reader();
		struct params params;

		params_split(sv_str(cases[i].value), &params);
		ck_sv_eq(params_get(&r, &params, "name"), cases[i].param);

		buf_done(&r.scratch);
		buf_done(&r.words);
	}
}
END_TEST

START_TEST(a_field_name_ends_at_a_colon)
{
	ck_assert_uint_eq(header_name_bytes(SV("Subject: x")), 7);
	ck_assert_uint_eq(header_name_bytes(SV("Subject :x")), 7);
	ck_assert_uint_eq(header_name_bytes(SV("Sub ject: x")), 0);
	ck_assert_uint_eq(header_name_bytes(SV(": x")), 0);
	ck_assert_uint_eq(header_name_bytes(SV("Subject")), 0);
	ck_assert_uint_eq(header_name_bytes(SV("S\xe9: x")), 0);
}
END_TEST

UNIT_MAIN("header", values_are_read_as_a_person_reads_them,
          many_broken_words_cost_linear_time, parameters_are_found_in_any_dress,
          a_field_name_ends_at_a_colon)
