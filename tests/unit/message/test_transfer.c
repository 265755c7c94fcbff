/* SPDX-License-Identifier: Apache-2.0 */
#include "message/transfer.h"
#include "parse.h"

struct decoding {
	const char *encoding, *in, *out;
};

static void
check_all(const struct decoding *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct sv out = transfer_decode(arena(), sv_str(cases[i].in),
		                                sv_str(cases[i].encoding));

		ck_sv_eq(out, cases[i].out);
	}
}

START_TEST(base64_is_decoded_around_what_does_not_belong)
{
	static const struct decoding cases[] = {
		{ "base64", "aGVsbG8=", "hello" },
		{ "base64", "aGVsbG8", "hello" },
		{ "base64", "aGVs\r\nbG8h", "hello!" },
		{ "base64", "a G*V-s\tbG8=\r\n", "hello" },
		{ "base64", "aGVsbG8=IHlvdQ==", "hello you" },
		{ "base64", "", "" },
		{ "base64", "====", "" },
		{ "base64", "a", "" },
		{ "base64", "aG", "h" },
		/* a footer below is none of it */
		{ "base64", "aGVsbG8=\n-- \nlist footer\n", "hello" },
		{ "base64", "aGVsbG8g\n--__footer\n", "hello " },
		{ "base64", "aGVs\nbG8=\nd29y\nbGQ=\nSee example.org\n",
		  "helloworld" },
	};

	check_all(cases, sizeof cases / sizeof *cases);
}
END_TEST

START_TEST(quoted_printable_is_decoded_line_by_line)
{
	static const struct decoding cases[] = {
		{ "quoted-printable", "caf=C3=A9", "caf\xc3\xa9" },
		{ "quoted-printable", "caf=c3=a9", "caf\xc3\xa9" },
		{ "quoted-printable", "one=\r\ntwo=\nthree", "onetwothree" },
		{ "quoted-printable", "one= \t\r\ntwo", "onetwo" },
		{ "quoted-printable", "end  \r\nnext \n", "end\nnext\n" },
		{ "quoted-printable", "a=ZZb=\n", "a=ZZb" },
		{ "quoted-printable", "a=", "a=" },
		{ "quoted-printable", "a=4", "a=4" },
		{ "quoted-printable", "=3D=20\nx", "= \nx" },
	};

	check_all(cases, sizeof cases / sizeof *cases);
}
END_TEST

START_TEST(other_encodings_leave_the_text_alone)
{
	struct sv raw = SV("=41 aGVsbG8=");

	ck_assert_ptr_eq(transfer_decode(arena(), raw, SV("8bit")).p, raw.p);
	ck_assert_ptr_eq(transfer_decode(arena(), raw, SV("")).p, raw.p);
	ck_assert_ptr_eq(transfer_decode(arena(), raw, SV("nonsense")).p,
	                 raw.p);
}
END_TEST

START_TEST(crlf_becomes_lf_and_a_single_cr_stays)
{
	ck_sv_eq(line_ends_unify(arena(), SV("a\r\nb\rc\r\r\n\r")),
	         "a\nb\rc\r\n\r");
}
END_TEST

UNIT_MAIN("transfer", base64_is_decoded_around_what_does_not_belong,
          quoted_printable_is_decoded_line_by_line,
          other_encodings_leave_the_text_alone,
          crlf_becomes_lf_and_a_single_cr_stays)
