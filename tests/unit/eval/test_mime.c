/* SPDX-License-Identifier: Apache-2.0 */
#include "sample.h"

#define TYPE(t)  "Content-Type: " t "\n"
#define MULTI(t) TYPE("multipart/" t "; boundary=b") "\n"
#define B64      "Content-Transfer-Encoding: base64\n"
#define QP       "Content-Transfer-Encoding: quoted-printable\n"
#define TEXT     "--b\n" TYPE("text/plain") "\nfour\n"
#define HTML     "--b\n" TYPE("text/html") "\n<p>four</p>\n"
#define X40      "0123456789012345678901234567890123456789"
#define SHOUT    "THIS IS WRITTEN IN CAPITAL LETTERS ONLY FOR IT IS IMPORTANT\n"

static const struct eval_case cases[] = {
	{ "check_for_mime('mime_attachment')",
	  MULTI("mixed") TEXT
	  "--b\nContent-Disposition: attachment\n\nx\n--b--\n",
	  true, NULL, 0 },
	{ "check_for_mime('mime_attachment')", MULTI("mixed") TEXT "--b--\n",
	  false, NULL, 0 },
	{ "check_for_mime('mime_base64_count')", B64 "\neA==\n", true, NULL,
	  0 },
	{ "check_for_mime('mime_base64_encoded_text')", B64 "\neA==\n", true,
	  NULL, 0 },
	{ "check_for_mime('mime_base64_encoded_text')",
	  TYPE("text/plain; charset=utf-8") B64 "\neA==\n", false, NULL, 0 },
	{ "check_for_mime('mime_bad_iso_charset')",
	  TYPE("text/plain; charset=iso-1234-5") "\nx\n", true, NULL, 0 },
	{ "check_for_mime('mime_bad_iso_charset')",
	  TYPE("text/plain; charset=iso-8859-15") "\nx\n", false, NULL, 0 },
	{ "check_for_mime('mime_qp_long_line')", QP "\n" X40 X40 "\n", true,
	  NULL, 0 },
	{ "check_for_mime('mime_qp_long_line')", QP "\n" X40 "\n", false, NULL,
	  0 },
	{ "check_for_mime('mime_qp_count')", QP "\nno =41 need\n", true, NULL,
	  0 },
	{ "check_for_mime('mime_qp_count')", QP "\n1 =3D 1 =20\n", false, NULL,
	  0 },
	{ "check_for_mime('mime_missing_boundary')", MULTI("mixed") TEXT, true,
	  NULL, 0 },
	{ "check_for_mime('mime_missing_boundary')",
	  MULTI("mixed") TEXT "--b--\n", false, NULL, 0 },
	{ "check_for_mime('mime_faraway_charset')",
	  TYPE("text/plain; charset=koi8-r") "\nx\n", true, "ok_locales en",
	  0 },
	{ "check_for_mime('mime_faraway_charset')",
	  TYPE("text/plain; charset=koi8-r") "\nx\n", false, "ok_locales en ru",
	  0 },
	{ "check_for_mime('mime_faraway_charset')",
	  TYPE("text/plain; charset=koi8-r") "\nx\n", false, NULL, 0 },
	{ "check_for_mime_html()", MULTI("mixed") HTML "--b--\n", true, NULL,
	  0 },
	{ "check_for_mime_html()", "\nx\n", false, NULL, 0 },
	{ "check_for_mime_html_only()", MULTI("mixed") HTML "--b--\n", true,
	  NULL, 0 },
	{ "check_for_mime_html_only()", MULTI("mixed") TEXT HTML "--b--\n",
	  false, NULL, 0 },
	{ "check_mime_multipart_ratio('0.3', '0.5')",
	  MULTI("alternative") TEXT HTML "--b--\n", true, NULL, 0 },
	{ "check_mime_multipart_ratio('0.0', '0.3')",
	  MULTI("alternative") TEXT HTML "--b--\n", false, NULL, 0 },
	{ "check_ma_non_text()",
	  MULTI("alternative") TEXT "--b\n" TYPE("image/png") "\nx\n--b--\n",
	  true, NULL, 0 },
	{ "check_ma_non_text()", MULTI("alternative") TEXT HTML "--b--\n",
	  false, NULL, 0 },
	{ "check_base64_length('79')", B64 "\n" X40 X40 "\n", true, NULL, 0 },
	{ "check_base64_length('78', '79')", B64 "\n" X40 X40 "\n", false, NULL,
	  0 },
	{ "check_for_ascii_text_illegal()", "\ncaf\xe9\n", true, NULL, 0 },
	{ "check_for_ascii_text_illegal()", "\r\ncafe\r\n", false, NULL, 0 },
	{ "check_for_ascii_text_illegal()", "A: b\n\ncafe\r\n", false, NULL,
	  0 },
	{ "check_for_ascii_text_illegal()", "A: b\n\ncafe\r\nx\n", true, NULL,
	  0 },
	{ "check_abundant_unicode_ratio(0.02)", "\n&#x20AC; x\n", true, NULL,
	  0 },
	{ "check_abundant_unicode_ratio(0.02)", "\nx&#x20;\n", false, NULL, 0 },
	{ "check_qp_ratio('0.1')", QP "\n=41=42=43\n", true, NULL, 0 },
	{ "check_qp_ratio('0.1')", QP "\nABC\n", false, NULL, 0 },
	{ "check_for_uppercase('75', '100')", "\n" SHOUT SHOUT SHOUT SHOUT,
	  true, NULL, VIEW_BODY },
	{ "check_for_uppercase('75', '100')", "\n" SHOUT, false, NULL,
	  VIEW_BODY },
	{ "check_for_uppercase('75', '100')",
	  TYPE("text/plain; charset=koi8-r") "\n" SHOUT SHOUT SHOUT SHOUT,
	  false, NULL, VIEW_BODY },
	{ "check_for_faraway_charset()",
	  TYPE("text/plain; charset=koi8-r") "\n\xc1\xc2\xc3\xc4\xc5\n", true,
	  "ok_locales en", VIEW_BODY },
	{ "check_for_faraway_charset()",
	  TYPE("text/plain; charset=koi8-r") "\nfour words of ASCII\n", false,
	  "ok_locales en", VIEW_BODY },
};

static const struct eval_case flags[] = {
	{ "check_msg_parse_flags('missing_head_body_separator')", "A: b\n",
	  true, NULL, 0 },
	{ "check_msg_parse_flags('missing_head_body_separator')", "A: b\n\nx\n",
	  false, NULL, 0 },
	{ "check_msg_parse_flags('missing_head_body_separator')",
	  "A: b\r\n\r\nx\r\n", false, NULL, 0 },
	{ "check_msg_parse_flags('missing_mime_headers')",
	  MULTI("mixed") "--b\nx\n--b--\n", true, NULL, 0 },
	{ "check_msg_parse_flags('missing_mime_headers')",
	  MULTI("mixed") TEXT "--b--\n", false, NULL, 0 },
	{ "check_msg_parse_flags('missing_mime_head_body_separator')",
	  MULTI("mixed") "--b\nA: b\nx\n--b--\n", true, NULL, 0 },
	{ "check_msg_parse_flags('missing_mime_head_body_separator')",
	  MULTI("mixed") "--b\nA: b\n c\n\nx\n--b--\n", false, NULL, 0 },
	{ "check_msg_parse_flags('mime_epilogue_exists')",
	  MULTI("mixed") TEXT "--b--\nmore\n", true, NULL, 0 },
	{ "check_msg_parse_flags('mime_epilogue_exists')",
	  MULTI("mixed") TEXT "--b--\n\n.\n", false, NULL, 0 },
	{ "check_msg_parse_flags('truncated_header')", "A: b\n\nx\n", false,
	  NULL, 0 },
};

START_TEST(parts_say_what_spamassassin_reads_in_them)
{
	SAMPLE_CHECK(cases);
}
END_TEST

START_TEST(flaws_of_the_structure_are_seen)
{
	SAMPLE_CHECK(flags);
}
END_TEST

UNIT_MAIN("eval_mime", parts_say_what_spamassassin_reads_in_them,
          flaws_of_the_structure_are_seen)
