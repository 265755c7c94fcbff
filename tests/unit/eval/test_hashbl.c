/* SPDX-License-Identifier: Apache-2.0 */
/* The plugin HashBL: what is asked for, and in which form. The digests were
 * made by sha1sum, md5sum and sha256sum. */
#include "sample.h"

#define MAIL                                                                   \
	"From: Bad.Guy+x@Spam.com\nReply-To: other@reply.com\n"                \
	"X-Original-To: me@mine.com\nX-Id: 12345\n"                            \
	"Subject: x\nContent-Type: text/plain\n\n"                             \
	"Write to hidden@body.com or <quoted@list.com> or me@mine.com,\n"      \
	"pay 555-12-34, see http://www.shop.com/Buy\n"

#define FOUND "l.example A found 60 127.0.0.2\n"
#define CASE(call, name, want)                                                 \
	{                                                                      \
		call, MAIL, want, NULL, 0, name "." FOUND, NULL, 0             \
	}
#define SET(call, settings, name, want)                                        \
	{                                                                      \
		call, MAIL, want, settings, 0, name "." FOUND, NULL, 0         \
	}

/* "bad.guy@spam.com" */
#define SHA1   "92f71ef1041601cba23602bc6666626dd54906ac"
#define MD5    "faa9518eb7ddcf880224e533e361c5e3"
#define SHA256 "pliwp53rcwxslzcuxscugq3dm4676qiszuovv6jkvgzbhyacbyyq"

START_TEST(addresses_are_hashed)
{
	static const struct asked_case cases[] = {
		CASE("check_hashbl_emails('l.example')", SHA1, true),
		CASE("check_hashbl_emails('l.example/A', 'md5/notag')", MD5,
		     true),
		CASE("check_hashbl_emails('l.example', 'sha256/notag')", SHA256,
		     true),
		CASE("check_hashbl_emails('l.example', 'raw/notag')",
		     "bad.guy@spam.com", true),
		CASE("check_hashbl_emails('l.example', 'raw')",
		     "bad.guy+x@spam.com", true),
		CASE("check_hashbl_emails('l.example', 'raw/notag/nodot')",
		     "badguy@spam.com", true),
		CASE("check_hashbl_emails('l.example', 'raw/user/notag')",
		     "bad.guy", true),
		CASE("check_hashbl_emails('l.example', 'raw/host')", "spam.com",
		     true),
		CASE("check_hashbl_emails('l.example', 'raw/domain')",
		     "spam.com", true),
		CASE("check_hashbl_emails('l.example', 'raw')",
		     "hidden@body.com", true),
		CASE("check_hashbl_emails('l.example', 'raw')",
		     "other@reply.com", true),
		CASE("check_hashbl_emails('l.example', 'raw')",
		     "quoted@list.com", true),
		CASE("check_hashbl_emails('l.example', 'raw/noquote')",
		     "quoted@list.com", false),
		CASE("check_hashbl_emails('l.example', 'raw')", "me@mine.com",
		     false),
		CASE("check_hashbl_emails('l.example', 'raw', 'Reply-To')",
		     "hidden@body.com", false),
		CASE("check_hashbl_emails('l.example', 'raw', 'Reply-To')",
		     "other@reply.com", true),
		CASE("check_hashbl_emails('l.example', 'raw/max=1')",
		     "hidden@body.com", false),
		CASE("check_hashbl_emails('l.example', 'raw', '', '^127\\.9')",
		     "other@reply.com", false),
	};

	SAMPLE_CHECK_ASKED(cases);
}
END_TEST

START_TEST(settings_of_addresses_count)
{
	static const char call[] = "check_hashbl_emails('l.example', 'raw')";
	static const char acl[] = "check_hashbl_emails('l.example', 'raw', "
				  "'body', '', 'some')";
	static const struct asked_case cases[] = {
		SET(call, "uridnsbl_skip_domain body.com", "hidden@body.com",
		    false),
		SET(call, "hashbl_ignore hidden@body.com", "hidden@body.com",
		    false),
		SET(call, "hashbl_email_domain_alias real.com body.com",
		    "hidden@real.com", true),
		SET(call, "hashbl_email_welcomelist ^hidden@",
		    "hidden@body.com", false),
		SET(call, "hashbl_email_regex \\w+@list\\.com",
		    "hidden@body.com", false),
		SET(call, "hashbl_email_regex \\w+@list\\.com",
		    "quoted@list.com", true),
		SET(acl, "hashbl_acl_some body.com", "hidden@body.com", true),
		SET(acl, "hashbl_acl_some list.com", "hidden@body.com", false),
		SET(acl, "hashbl_acl_some body.com !body.com",
		    "hidden@body.com", false),
	};

	SAMPLE_CHECK_ASKED(cases);
}
END_TEST

START_TEST(uris_texts_tags_and_files_are_asked_for)
{
	static const struct asked_case cases[] = {
		CASE("check_hashbl_uris('l.example', 'sha1')",
		     "4f3dfdc6fefd5347d38965d13298c915f71fca66", true),
		CASE("check_hashbl_uris('l.example', 'sha1/case')",
		     "118a0f378cb5e0eab1cba2c02b003f735d6400dd", true),
		SET("check_hashbl_uris('l.example', 'sha1')",
		    "uridnsbl_skip_domain shop.com",
		    "4f3dfdc6fefd5347d38965d13298c915f71fca66", false),
		{ "check_hashbl_bodyre('l.example', 'raw/num', "
		  "'pay (?:at )?([0-9-]+)')",
		  MAIL, true, NULL, VIEW_BODY, "5551234." FOUND, NULL, 0 },
		{ "check_hashbl_bodyre('l.example', 'raw', '[(]?(x{99})')",
		  MAIL, false, NULL, VIEW_BODY, "5551234." FOUND, NULL, 0 },
		CASE("check_hashbl_tag('l.example', 'raw', "
		     "'HEADER')",
		     "12345", false),
		CASE("check_hashbl_tag('l.example', 'raw/fqdn', "
		     "'_urihosts_')",
		     "www.shop.com", true),
		CASE("check_hashbl_tag('l.example', 'raw/trim', 'URIHOSTS')",
		     "shop.com", true),
		CASE("check_hashbl_tag('l.example', 'raw/ip', 'URIHOSTS')",
		     "www.shop.com", false),
		{ "check_hashbl_attachments('l.example', 'md5')",
		  "Content-Type: application/x-bad; name=a.exe\n\nevil\n", true,
		  NULL, VIEW_BODY, "78b9861f74e15d7d0f077ba22421b8e4." FOUND,
		  NULL, 0 },
		{ "check_hashbl_attachments('l.example', 'md5/minsize=99')",
		  "Content-Type: application/x-bad; name=a.exe\n\nevil\n",
		  false, NULL, VIEW_BODY, "*." FOUND, NULL, 0 },
		{ "check_hashbl_attachments('l.example', 'md5')",
		  "Content-Type: application/x-bad; name=a.exe\n\nevil\n",
		  false, "hashbl_ignore A.exe", VIEW_BODY, "*." FOUND, NULL,
		  0 },
	};

	SAMPLE_CHECK_ASKED(cases);
}
END_TEST

START_TEST(wrong_arguments_are_refused)
{
	static const char *const wrong[] = {
		"check_hashbl_emails('a..b')",
		"check_hashbl_emails('l.example', 'sha1/nonsense')",
		"check_hashbl_uris('l.example', 'raw')",
		"check_hashbl_bodyre('l.example', 'sha1', 'no group')",
		"check_hashbl_bodyre('l.example', 'sha1', '(')",
		"check_hashbl_tag('l.example', 'sha1', '')",
		"check_hashbl_emails('l.example', '', '', '(')",
	};
	const struct eval_call *call;
	const char *why;
	struct eval_settings *s = eval_settings_new();

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		ck_assert_msg(eval_bind(s, sv_str(wrong[i]), VIEW_BODY, &call,
		                        &why) == EVAL_WRONG,
		              "%s", wrong[i]);
	eval_settings_free(s);
}
END_TEST

UNIT_MAIN("hashbl", addresses_are_hashed, settings_of_addresses_count,
          uris_texts_tags_and_files_are_asked_for, wrong_arguments_are_refused)
