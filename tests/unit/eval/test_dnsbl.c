/* SPDX-License-Identifier: Apache-2.0 */
/* The plugin DNSEval: which questions are asked, and what answers mean. */
#include "sample.h"

#define HOP(by, ip)                                                            \
	"Received: from h.example.org (h.example.org [" ip "])\n"              \
	"\tby " by " with ESMTP id 1; Mon, 1 Jan 2024 00:00:00 +0000\n"

/* 192.0.2.9 is last, 203.0.113.5 in between, 198.51.100.7 first. */
#define MAIL                                                                   \
	"Return-Path: <user@sender.example.org>\n" HOP("mail.example.com",     \
	                                               "192.0.2.9")            \
	    HOP("a.example.net", "203.0.113.5")                                \
		HOP("b.example.net", "10.1.2.3")                               \
		    HOP("c.example.net",                                       \
	                "198.51.100.7") "From: A <a@From.Example.org>\n"       \
					"Reply-To: r@reply.example.net\n"      \
					"X-Source-IP: 192.0.2.77\n"            \
					"Subject: x\n\nText\n"

#define LAST  "9.2.0.192.l.example A found 60 127.0.0.2\n"
#define MIDST "5.113.0.203.l.example A found 60 127.0.0.2\n"
#define FIRST "7.100.51.198.l.example A found 60 127.0.0.2\n"

START_TEST(the_name_of_a_set_says_which_relays_count)
{
	static const struct {
		const char *set;
		bool last, midst, first;
	} sets[] = {
		{ "l", true, true, true },
		{ "l-lastexternal", true, false, false },
		{ "l-firsttrusted", true, false, false },
		{ "l-untrusted", false, true, true },
		{ "l-notfirsthop", true, true, false },
	};

	for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
		struct buf call = BUF_INIT(200);
		struct asked_case c = { .mail = MAIL };

		buf_addf(&call, "check_rbl('%s', 'l.example.')", sets[i].set);
		c.call = buf_str(&call);
		c.zone = LAST;
		ck_assert_msg(sample_ask_with(&c) == sets[i].last, "%s",
		              c.call);
		c.zone = MIDST;
		ck_assert_msg(sample_ask_with(&c) == sets[i].midst, "%s",
		              c.call);
		c.zone = FIRST;
		ck_assert_msg(sample_ask_with(&c) == sets[i].first, "%s",
		              c.call);
		c.zone = "3.2.1.10.l.example A found 60 127.0.0.2\n";
		ck_assert_msg(!sample_ask_with(&c), "%s: a private one",
		              c.call);
		buf_done(&call);
	}
}
END_TEST

#define SUB(test, answer, want)                                                \
	{                                                                      \
		"check_rbl_sub('l', '" test "')", MAIL, want, NULL, 0,         \
		    "9.2.0.192.l.example A found 60 " answer "\n",             \
		    "check_rbl('l', 'l.example')", 0                           \
	}

START_TEST(rules_of_a_set_test_its_answers)
{
	static const struct asked_case cases[] = {
		SUB("127.0.0.2", "127.0.0.2", true),
		SUB("127.0.0.2", "127.0.0.3 127.0.0.2", true),
		SUB("127.0.0.2", "127.0.0.20", false),
		SUB("^127\\.0\\.0\\.[45]$", "127.0.0.5", true),
		SUB("^127\\.0\\.0\\.[45]$", "127.0.0.6", false),
		SUB("4", "127.0.0.6", true),
		SUB("4", "127.0.0.2", false),
		SUB("4", "126.0.0.4", false),
		SUB("sb:score < 3", "127.0.0.2", false),
		{ "check_rbl_sub('other', '127.0.0.2')", MAIL, false, NULL, 0,
		  LAST, "check_rbl('l', 'l.example')", 0 },
	};

	SAMPLE_CHECK_ASKED(cases);
}
END_TEST

START_TEST(what_is_no_listing_is_none)
{
	static const struct asked_case cases[] = {
		{ "check_rbl('l', 'l.example')", MAIL, false, NULL, 0,
		  "9.2.0.192.l.example A found 60 192.0.2.1\n", NULL, 0 },
		{ "check_rbl('l', 'l.example')", MAIL, false, NULL, 0,
		  "*.l.example A failed 60\n", NULL, 0 },
		{ "check_rbl('l', 'l.example')", MAIL, false, NULL, 0,
		  "*.l.example A suspended 60\n", NULL, 0 },
		{ "check_rbl('l', 'l.example')", MAIL, false, NULL, 0,
		  "*.l.example A timed_out 60\n", NULL, 0 },
		{ "check_rbl('l', 'l.example')", MAIL, false, NULL, 0,
		  "*.l.example A found 60 127.255.255.254\n", NULL, 0 },
		{ "check_rbl('l', 'l.example', '^127\\.')", MAIL, false, NULL,
		  0, "*.l.example A found 60 127.255.255.255\n", NULL, 0 },
		{ "check_rbl('l', 'l.example', '2')", MAIL, false, NULL, 0,
		  "*.l.example A found 60 127.255.255.255\n", NULL, 0 },
		{ "check_rbl('l', 'l.example', '^127\\.255\\.255\\.255$')",
		  MAIL, true, NULL, 0,
		  "*.l.example A found 60 127.255.255.255\n", NULL, 0 },
		{ "check_rbl('w', 'list.dnswl.org', '^127\\.0\\.\\d+\\.3$')",
		  MAIL, false, NULL, 0,
		  "*.list.dnswl.org A found 60 127.0.10.255\n", NULL, 0 },
		{ "check_rbl('w', 'list.dnswl.org', '^127\\.0\\.\\d+\\.255$')",
		  MAIL, true, NULL, 0,
		  "*.list.dnswl.org A found 60 127.0.10.255\n", NULL, 0 },
	};

	SAMPLE_CHECK_ASKED(cases);
}
END_TEST

START_TEST(texts_are_listings_too)
{
	static const struct asked_case cases[] = {
		{ "check_rbl_txt('l', 'l.example.')", MAIL, true, NULL, 0,
		  "9.2.0.192.l.example TXT found 60 \"listed\"\n", NULL, 0 },
		{ "check_rbl_txt('l', 'l.example.', '(?i:Spam)')", MAIL, true,
		  NULL, 0, "9.2.0.192.l.example TXT found 60 \"a spammer\"\n",
		  NULL, 0 },
		{ "check_rbl_txt('l', 'l.example.', 'x')", MAIL, false, NULL, 0,
		  "9.2.0.192.l.example TXT found 60 \"a spammer\"\n", NULL, 0 },
		{ "check_rbl_txt('u', 'black.uribl.com')", MAIL, false, NULL, 0,
		  "*.uribl.com TXT found 60 \"127.0.0.1 -> Query Refused.\"\n",
		  NULL, 0 },
	};

	SAMPLE_CHECK_ASKED(cases);
}
END_TEST

START_TEST(hosts_of_senders_are_asked_for)
{
	static const char from[] =
	    "from.example.org.l.example A found 60 127.0.0.2\n";
	static const char domain[] =
	    "example.org.l.example A found 60 127.0.0.2\n";
	static const char sender[] =
	    "sender.example.org.l.example A found 60 127.0.0.2\n";
	static const char reply[] =
	    "reply.example.net.l.example A found 60 127.0.0.2\n";
	static const char ip[] = "77.2.0.192.l.example A found 60 127.0.0.2\n";
	static const char server[] =
	    "ns.example.net.l.example A found 60 127.0.0.2\n"
	    "example.org NS found 60 ns.example.net\n";
	static const struct asked_case cases[] = {
		{ "check_rbl_from_host('l', 'l.example.')", MAIL, true, NULL, 0,
		  from, NULL, 0 },
		{ "check_rbl_from_host('l', 'l.example.')", MAIL, false, NULL,
		  0, domain, NULL, 0 },
		{ "check_rbl_from_domain('l', 'l.example.')", MAIL, true, NULL,
		  0, domain, NULL, 0 },
		{ "check_rbl_envfrom('l', 'l.example.')", MAIL, true, NULL, 0,
		  sender, NULL, 0 },
		{ "check_rbl_envfrom('l', 'l.example.')", MAIL, false, NULL, 0,
		  sender, NULL, EVAL_RULE_IPS_ONLY },
		{ "check_rbl_headers('l', 'l.example.')", MAIL, true, NULL, 0,
		  reply, NULL, 0 },
		{ "check_rbl_headers('l', 'l.example.')", MAIL, true, NULL, 0,
		  ip, NULL, 0 },
		{ "check_rbl_headers('l', 'l.example.')", MAIL, false, NULL, 0,
		  ip, NULL, EVAL_RULE_DOMAINS_ONLY },
		{ "check_rbl_headers('l', 'l.example.')", MAIL, false,
		  "rbl_headers EnvelopeFrom", 0, ip, NULL, 0 },
		{ "check_rbl_headers('l', 'l.example.', undef, 'From')", MAIL,
		  true, NULL, 0, from, NULL, 0 },
		{ "check_rbl_ns_from('l', 'l.example.')", MAIL, true, NULL, 0,
		  server, NULL, 0 },
		{ "check_rbl_rcvd('l', 'l.example.')", MAIL, true, NULL, 0,
		  "h.example.org.l.example A found 60 127.0.0.2\n", NULL, 0 },
		{ "check_rbl_rcvd('l', 'l.example.')", MAIL, true, NULL, 0,
		  FIRST, NULL, 0 },
		{ "check_rbl_rcvd('l', 'l.example.')", MAIL, false, NULL, 0,
		  MIDST, NULL, 0 },
	};

	SAMPLE_CHECK_ASKED(cases);
}
END_TEST

START_TEST(a_sender_is_gone_when_neither_kind_of_record_exists)
{
	static const struct asked_case cases[] = {
		{ "check_dns_sender()", MAIL, true, NULL, 0, "", NULL, 0 },
		{ "check_dns_sender()", MAIL, false, NULL, 0,
		  "sender.example.org MX found 60 10 mx.example.org\n", NULL,
		  0 },
		{ "check_dns_sender()", MAIL, false, NULL, 0,
		  "sender.example.org A failed 60\n"
		  "sender.example.org MX no_name 60\n",
		  NULL, 0 },
	};

	SAMPLE_CHECK_ASKED(cases);
}
END_TEST

#define VOUCHED                                                                \
	"Return-Path: <x@a--four.example.org>\n" HOP(                          \
	    "mail.example.com",                                                \
	    "192.0.2.9") "Accreditor: one, p=1; Two , three\nFrom: "           \
			 "a@example.org\n\nx\n"

START_TEST(only_named_accreditors_are_asked)
{
	static const struct asked_case cases[] = {
		{ "check_rbl_accreditor('l', 'l.example.', '127.0.0.2', 'one')",
		  VOUCHED, true, NULL, 0, LAST, NULL, 0 },
		{ "check_rbl_accreditor('l', 'l.example.', '127.0.0.2', "
		  "'three')",
		  VOUCHED, true, NULL, 0, LAST, NULL, 0 },
		{ "check_rbl_accreditor('l', 'l.example.', '127.0.0.2', "
		  "'four')",
		  VOUCHED, true, NULL, 0, LAST, NULL, 0 },
		{ "check_rbl_accreditor('l', 'l.example.', '127.0.0.2', "
		  "'five')",
		  VOUCHED, false, NULL, 0, LAST, NULL, 0 },
	};

	SAMPLE_CHECK_ASKED(cases);
}
END_TEST

START_TEST(settings_keep_questions_back)
{
	static const struct {
		const char *settings;
		bool want;
	} cases[] = {
		{ "skip_rbl_checks 1", false },
		{ "skip_rbl_checks 0", true },
		{ "dns_available no", false },
		{ "dns_available yes", true },
		{ "dns_available test: example.org", true },
		{ "dns_query_restriction deny l.example", false },
		{ "dns_query_restriction deny example", false },
		{ "dns_query_restriction deny *", false },
		{ "dns_query_restriction deny example\n"
		  "dns_query_restriction allow l.example",
		  true },
		{ "dns_query_restriction deny example\n"
		  "clear_dns_query_restriction",
		  true },
		{ "dns_query_restriction deny other.example", true },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct asked_case c = { "check_rbl('l', 'l.example.')",
			                MAIL,
			                cases[i].want,
			                cases[i].settings,
			                0,
			                LAST,
			                NULL,
			                0 };

		ck_assert_msg(sample_ask_with(&c) == c.want, "%s", c.settings);
	}
}
END_TEST

UNIT_MAIN("dnsbl", the_name_of_a_set_says_which_relays_count,
          rules_of_a_set_test_its_answers, what_is_no_listing_is_none,
          texts_are_listings_too, hosts_of_senders_are_asked_for,
          a_sender_is_gone_when_neither_kind_of_record_exists,
          only_named_accreditors_are_asked, settings_keep_questions_back)
