/* SPDX-License-Identifier: Apache-2.0 */
/* Names that look like addresses, attachments that are programs. */
#include "sample.h"

#define NAMED(name) "From: \"" name "\" <ann@example.com>\n"

static const struct eval_case names[] = {
	{ "check_fromname_spoof()", NAMED("boss@other.net") "\n", true, NULL,
	  0 },
	{ "check_fromname_spoof()", NAMED("Ann") "\n", false, NULL, 0 },
	{ "check_fromname_spoof()", NAMED("ann@example.com") "\n", false, NULL,
	  0 },
	{ "check_fromname_spoof()", NAMED("boss@other.net") "\n", false,
	  "fns_add_addrlist (US) *@other.net *@example.com", 0 },
	{ "check_fromname_spoof('0')", NAMED("boss@other.net") "\n", true,
	  "fns_add_addrlist (US) *@other.net *@example.com", 0 },
	{ "check_fromname_different()", NAMED("bob@example.com") "\n", true,
	  NULL, 0 },
	{ "check_fromname_domain_differ()", NAMED("bob@example.com") "\n",
	  false, NULL, 0 },
	{ "check_fromname_contains_email()", NAMED("bob@example.com") "\n",
	  true, NULL, 0 },
	{ "check_fromname_owners_differ()", NAMED("bob@other.net") "\n", true,
	  NULL, 0 },
	{ "check_fromname_equals_to()",
	  NAMED("bob@example.net") "To: bob@example.net\n\n", true, NULL, 0 },
	{ "check_fromname_equals_replyto()",
	  NAMED("bob@example.net") "Reply-To: bob@example.net\n\n", true, NULL,
	  0 },
	{ "check_fromname_equals_replyto()",
	  NAMED("bob@example.net") "Reply-To: ann@example.net\n\n", false, NULL,
	  0 },
};

#define ATTACHED(type, name, text)                                             \
	"Content-Type: " type "; name=" name                                   \
	"\nContent-Transfer-Encoding: base64\n\n" text "\n"

static const struct eval_case attachments[] = {
	{ "check_microsoft_executable()",
	  ATTACHED("application/octet-stream", "a.EXE", "eA=="), true, NULL,
	  VIEW_BODY },
	{ "check_microsoft_executable()",
	  ATTACHED("application/octet-stream", "a.bin", "TVqQAAMAAAAEAAAA"),
	  true, NULL, VIEW_BODY },
	{ "check_microsoft_executable()",
	  ATTACHED("application/octet-stream", "a.bin", "eA=="), false, NULL,
	  VIEW_BODY },
	{ "check_suspect_name()", ATTACHED("image/png", "a.html", "eA=="), true,
	  NULL, VIEW_BODY },
	{ "check_suspect_name()", ATTACHED("image/png", "a.png", "eA=="), false,
	  NULL, VIEW_BODY },
	{ "check_suspect_name()",
	  ATTACHED("application/vnd.ms-excel", "a.xls", "eA=="), false, NULL,
	  VIEW_BODY },
};

START_TEST(names_are_compared_with_addresses)
{
	SAMPLE_CHECK(names);
}
END_TEST

START_TEST(programs_are_found_by_name_and_content)
{
	SAMPLE_CHECK(attachments);
}
END_TEST

UNIT_MAIN("eval_spoof", names_are_compared_with_addresses,
          programs_are_found_by_name_and_content)
