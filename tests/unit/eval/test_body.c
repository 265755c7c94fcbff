/* SPDX-License-Identifier: Apache-2.0 */
#include "sample.h"

#define ALTERNATIVE(text, html)                                                \
	"Content-Type: multipart/alternative; boundary=b\n\n"                  \
	"--b\nContent-Type: text/plain\n\n" text                               \
	"\n--b\nContent-Type: text/html\n\n" html "\n--b--\n"

static const struct eval_case cases[] = {
	{ "multipart_alternative_difference('99', '100')",
	  ALTERNATIVE("one two three", "<p>four five six</p>"), true, NULL,
	  VIEW_BODY },
	{ "multipart_alternative_difference('99', '100')",
	  ALTERNATIVE("one two three", "<p>one five six</p>"), false, NULL,
	  VIEW_BODY },
	{ "multipart_alternative_difference('99', '100')", "\nx\n", false, NULL,
	  VIEW_BODY },
	{ "multipart_alternative_difference_count('3', '1')",
	  ALTERNATIVE("1 2 3 4 5 6 7 8 9", "<p>1 2</p>"), true, NULL,
	  VIEW_BODY },
	{ "multipart_alternative_difference_count('3', '1')",
	  ALTERNATIVE("1 2 3", "<p>1 2</p>"), false, NULL, VIEW_BODY },
	{ "check_blank_line_ratio('80', '90', '4')", "\na\n\n\n\n\n\n", true,
	  NULL, VIEW_BODY },
	{ "check_blank_line_ratio('80', '90', '9')", "\na\n\n\n\n\n\n", false,
	  NULL, VIEW_BODY },
	{ "tvd_vertical_words('0', '10')", "\nnospacesatall\n", true, NULL,
	  VIEW_BODY },
	{ "tvd_vertical_words('0', '10')", "\na b c d e f\n", false, NULL,
	  VIEW_BODY },
	{ "check_stock_info('2')", "\nCompany name: Example\nTarget: 5\n", true,
	  NULL, VIEW_BODY },
	{ "check_stock_info('2')", "\nCompany name: Example\nNote: 5\n", false,
	  NULL, VIEW_BODY },
	{ "check_body_length('5')", "A: b\n\nfour\n", true, NULL, VIEW_BODY },
	{ "check_body_length('4')", "A: b\n\nfour\n", false, NULL, VIEW_BODY },
	{ "plaintext_body_length('5', '5')", "\nfour\n-- \nmy name\n", true,
	  NULL, VIEW_BODY },
	{ "plaintext_sig_length('9')", "\nfour\n-- \nmy name\n", true, NULL,
	  VIEW_BODY },
	{ "plaintext_body_sig_ratio('0', '1')", "\nfour\n-- \nmy name\n", true,
	  NULL, VIEW_BODY },
	{ "plaintext_body_sig_ratio('0', '1')", "\nfour\n", false, NULL,
	  VIEW_BODY },
};

START_TEST(bodies_are_measured_as_spamassassin_measures_them)
{
	SAMPLE_CHECK(cases);
}
END_TEST

UNIT_MAIN("eval_body", bodies_are_measured_as_spamassassin_measures_them)
