/* SPDX-License-Identifier: Apache-2.0 */
/* The plugin AskDNS: questions made of tags, and tests of answers. */
#include "sample.h"

#define MAIL                                                                   \
	"Return-Path: <user@mail.sender.com>\n"                                \
	"Received: from helo.first.com (h.first.com [192.0.2.9])\n"            \
	"\tby mail.example.com with ESMTP id 1; Mon, 1 Jan 2024 00:00:00 "     \
	"+0000\n"                                                              \
	"From: a@www.author.com, b@second.com\nReply-To: x@www.reply.com\n"    \
	"Subject: x\n\nhttp://www.one.com/ http://www.two.com/\n"

#define CASE(rule, zone, want)                                                 \
	{                                                                      \
		"askdns " rule, MAIL, want, NULL, 0, zone "\n", NULL, 0        \
	}

START_TEST(tags_stand_for_their_values)
{
	static const struct asked_case cases[] = {
		CASE("fixed.example A", "fixed.example A found 1 192.0.2.1",
		     true),
		CASE("fixed.example", "fixed.example A found 1 192.0.2.1",
		     true),
		CASE("fixed.example TXT", "fixed.example A found 1 192.0.2.1",
		     false),
		CASE("_AUTHORDOMAIN_.l.example. A",
		     "www.author.com.l.example A found 1 127.0.0.2", true),
		CASE("_AUTHORDOMAIN_.l.example. A",
		     "second.com.l.example A found 1 127.0.0.2", true),
		CASE("_SENDERDOMAIN_ TXT /^v=spf1 \\+all$/",
		     "mail.sender.com TXT found 1 \"v=spf1 +all\"", true),
		CASE("_LASTEXTERNALHELO_ A /./",
		     "helo.first.com A found 1 192.0.2.1", true),
		CASE("_LASTEXTERNALREVIP_.l.example A",
		     "9.2.0.192.l.example A found 1 127.0.0.2", true),
		CASE("_HEADER(Reply-To:addr:domain)_.l.example A",
		     "reply.com.l.example A found 1 127.0.0.2", true),
		CASE("_URIDOMAINS_.l.example A",
		     "two.com.l.example A found 1 127.0.0.2", true),
		CASE("_URIHOSTS_._AUTHORDOMAIN_._URIHOSTS_.l A",
		     "www.two.com.www.author.com.www.two.com.l A found 1 "
		     "127.0.0.2",
		     true),
		CASE("_URIHOSTS_._AUTHORDOMAIN_._URIHOSTS_.l A",
		     "www.one.com.www.author.com.www.two.com.l A found 1 "
		     "127.0.0.2",
		     false),
		CASE("_NOBODY_.l.example A", "*.l.example A found 1 127.0.0.2",
		     false),
		CASE("_HEADER(X-None)_.l.example A",
		     "*.l.example A found 1 127.0.0.2", false),
	};

	SAMPLE_CHECK_ASKED(cases);
}
END_TEST

START_TEST(answers_are_tested_in_many_ways)
{
	static const struct asked_case cases[] = {
		CASE("l.example A 127.0.0.2", "l.example A found 1 127.0.0.2",
		     true),
		CASE("l.example A 127.0.0.2", "l.example A found 1 127.0.0.3",
		     false),
		CASE("l.example A 0x10", "l.example A found 1 127.0.0.18",
		     true),
		CASE("l.example A 0x10", "l.example A found 1 10.0.0.18",
		     false),
		CASE("l.example A 10.0.0.1-10.0.0.9",
		     "l.example A found 1 10.0.0.5", true),
		CASE("l.example A 10.0.0.0/255.0.0.0",
		     "l.example A found 1 10.9.0.5", true),
		CASE("l.example A \"10.0.0.5\"", "l.example A found 1 10.0.0.5",
		     true),
		CASE("l.example TXT 'list'", "l.example TXT found 1 \"list\"",
		     true),
		CASE("l.example TXT 'list'", "l.example TXT found 1 \"lists\"",
		     false),
		CASE("l.example TXT m{\\bLIST\\b}i",
		     "l.example TXT found 1 \"a list\"", true),
		CASE("l.example A,TXT /list/", "l.example TXT found 1 \"list\"",
		     true),
		CASE("l.example ANY /list/", "l.example TXT found 1 \"list\"",
		     true),
		CASE("l.example MX", "l.example MX found 1 10 mx.example",
		     true),
		CASE("l.example A [NXDOMAIN]", "", true),
		CASE("l.example A [3,4]", "", true),
		CASE("l.example A [NXDOMAIN]", "l.example A no_data 1", false),
		CASE("l.example A [NOERROR]", "l.example A no_data 1", true),
		CASE("l.example A [SERVFAIL]", "l.example A failed 1", false),
		CASE("l.example A [NXDOMAIN]", "l.example A timed_out 1",
		     false),
	};

	SAMPLE_CHECK_ASKED(cases);
}
END_TEST

START_TEST(what_cannot_be_asked_is_refused)
{
	static const char *const wrong[] = {
		"",
		"l.example CAA",
		"l.example A,XYZ",
		"l.example A [NONSENSE]",
		"l.example A 1-x",
		"l.example A /(/",
		"_A_B_C_D_._A1_._A2_._A3_._A4_._A5_._A6_._A7_._A8_ A",
	};
	const struct eval_call *call;
	struct eval_settings *s = eval_settings_new();

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		ck_assert_msg(eval_bind_askdns(s, sv_str(wrong[i]), &call) !=
		                  NULL,
		              "%s", wrong[i]);
	eval_settings_free(s);
}
END_TEST

UNIT_MAIN("askdns", tags_stand_for_their_values,
          answers_are_tested_in_many_ways, what_cannot_be_asked_is_refused)
