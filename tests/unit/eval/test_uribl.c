/* SPDX-License-Identifier: Apache-2.0 */
/* The plugin URIDNSBL: hosts in URIs, and lists of them. */
#include "sample.h"

#define MAIL                                                                   \
	"From: a@example.org\nDKIM-Signature: v=1; d=signer.com;\n"            \
	"\ts=x; bh=y; b=z\nSubject: x\n"                                       \
	"Content-Type: text/html\n\n"                                          \
	"<a href=\"http://www.shop.com/x\">buy</a>\n"                          \
	"<a href=\"mailto:x@mailed.com\">mail</a>\n"                           \
	"<img src=\"http://203.0.113.9/y.gif\">\n"

#define CASE(list, zone, want, flags)                                          \
	{                                                                      \
		"check_uridnsbl('RULE')", MAIL, want, list "\n", VIEW_BODY,    \
		    zone "\n", NULL, flags                                     \
	}

START_TEST(lists_of_names_are_asked_for_domains)
{
	static const struct asked_case cases[] = {
		CASE("urirhsbl RULE u.example. A",
		     "shop.com.u.example A found 60 127.0.0.2", true, 0),
		CASE("urirhsbl RULE u.example. A",
		     "www.shop.com.u.example A found 60 127.0.0.2", false, 0),
		CASE("urirhsbl RULE u.example. A",
		     "www.shop.com.u.example A found 60 127.0.0.2", true,
		     EVAL_RULE_NOTRIM),
		CASE("urirhsbl RULE u.example. TXT",
		     "shop.com.u.example TXT found 60 \"yes\"", true, 0),
		CASE("urirhsbl RULE u.example. A",
		     "signer.com.u.example A found 60 127.0.0.2", true, 0),
		CASE("parse_dkim_uris 0\nurirhsbl RULE u.example. A",
		     "signer.com.u.example A found 60 127.0.0.2", false, 0),
		CASE("urirhsbl RULE u.example. A",
		     "mailed.com.u.example A found 60 127.0.0.2", false, 0),
		CASE("uridnsbl_skip_mailto 0\nurirhsbl RULE u.example. A",
		     "mailed.com.u.example A found 60 127.0.0.2", true, 0),
		CASE("urirhsbl RULE u.example. A",
		     "9.113.0.203.u.example A found 60 127.0.0.2", true, 0),
		CASE("urirhsbl RULE u.example. A",
		     "9.113.0.203.u.example A found 60 127.0.0.2", true,
		     EVAL_RULE_IPS_ONLY),
		CASE("urirhsbl RULE u.example. A",
		     "9.113.0.203.u.example A found 60 127.0.0.2", false,
		     EVAL_RULE_DOMAINS_ONLY),
		CASE("urirhsbl RULE u.example. A",
		     "shop.com.u.example A found 60 127.0.0.2", false,
		     EVAL_RULE_IPS_ONLY),
		CASE("urirhsbl RULE u.example. A",
		     "shop.com.u.example A found 60 10.0.0.2", false, 0),
		CASE("urirhsbl OTHER u.example. A",
		     "shop.com.u.example A found 60 127.0.0.2", false, 0),
	};

	SAMPLE_CHECK_ASKED(cases);
}
END_TEST

START_TEST(sub_tests_are_numbers_and_ranges)
{
	static const struct {
		const char *test, *answer;
		bool want;
	} cases[] = {
		{ "2", "127.0.0.2", true },
		{ "2", "127.0.0.6", true },
		{ "2", "127.0.0.4", false },
		{ "0x10", "127.0.0.16", true },
		{ "2", "10.0.0.2", false },
		{ "127.0.1.2", "127.0.1.2", true },
		{ "127.0.1.2", "127.0.1.3", false },
		{ "127.0.1.20-127.0.1.39", "127.0.1.20", true },
		{ "127.0.1.20-127.0.1.39", "127.0.1.39", true },
		{ "127.0.1.20-127.0.1.39", "127.0.1.40", false },
		{ "127.0.1.0/255.255.255.0", "127.0.1.77", true },
		{ "127.0.1.0/255.255.255.0", "127.0.2.77", false },
		{ "0.0.0.16/0.0.0.16", "127.0.0.24", true },
		{ "0x10/0x10", "127.0.0.8", false },
		{ "127.255.255.254", "127.255.255.254", true },
		{ "4", "127.255.255.254", false },
		{ "0.0.0.0-255.255.255.255", "127.255.255.254", false },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf zone = BUF_INIT(200), list = BUF_INIT(200);
		struct asked_case c = { .call = "check_uridnsbl('RULE')",
			                .mail = MAIL,
			                .view = VIEW_BODY };

		buf_addf(&zone, "shop.com.u.example A found 60 %s\n",
		         cases[i].answer);
		buf_addf(&list, "urirhssub RULE u.example. A %s\n",
		         cases[i].test);
		c.zone = buf_str(&zone);
		c.settings = buf_str(&list);
		ck_assert_msg(sample_ask_with(&c) == cases[i].want, "%s %s",
		              cases[i].test, cases[i].answer);
		buf_done(&zone);
		buf_done(&list);
	}
}
END_TEST

START_TEST(uribl_says_by_a_bit_that_it_refuses)
{
	static const struct asked_case cases[] = {
		CASE("urirhssub RULE multi.uribl.com. A 1",
		     "*.multi.uribl.com A found 60 127.0.0.1", true, 0),
		CASE("urirhssub RULE multi.uribl.com. A 2",
		     "*.multi.uribl.com A found 60 127.0.0.3", false, 0),
		CASE("urirhssub RULE multi.uribl.com. A 2",
		     "*.multi.uribl.com A found 60 127.0.0.2", true, 0),
		CASE("urirhsbl RULE black.uribl.com. A",
		     "*.black.uribl.com A found 60 127.0.0.1", false, 0),
	};

	SAMPLE_CHECK_ASKED(cases);
}
END_TEST

START_TEST(addresses_and_name_servers_are_followed)
{
#define ADDRESS "www.shop.com A found 60 192.0.2.1\n"
#define SERVER                                                                 \
	"shop.com NS found 60 ns.host.net\n"                                   \
	"ns.host.net A found 60 192.0.2.2\n"
#define BY_ADDRESS "1.2.0.192.z.example A found 60 127.0.0.2"
#define BY_SERVER  "2.2.0.192.z.example A found 60 127.0.0.2"
	static const struct asked_case cases[] = {
		CASE("uridnsbl RULE z.example. A", ADDRESS BY_ADDRESS, true,
		     EVAL_RULE_A),
		CASE("uridnsbl RULE z.example. A", ADDRESS SERVER BY_ADDRESS,
		     false, 0),
		CASE("uridnsbl RULE z.example. A", ADDRESS SERVER BY_SERVER,
		     true, 0),
		CASE("uridnsbl RULE z.example. A", ADDRESS SERVER BY_SERVER,
		     true, EVAL_RULE_NS),
		CASE("uridnsbl RULE z.example. A", ADDRESS SERVER BY_SERVER,
		     false, EVAL_RULE_A),
		CASE("uridnsbl RULE z.example. A", ADDRESS SERVER BY_SERVER,
		     true, EVAL_RULE_A | EVAL_RULE_NS),
		CASE("uridnssub RULE z.example. A 127.0.0.3",
		     ADDRESS BY_ADDRESS, false, EVAL_RULE_A),
		CASE("urinsrhsbl RULE u.example. A",
		     SERVER "host.net.u.example A found 60 127.0.0.2", true, 0),
		CASE("urinsrhssub RULE u.example. A 4",
		     SERVER "host.net.u.example A found 60 127.0.0.2", false,
		     0),
		CASE("urifullnsrhsbl RULE u.example. A",
		     SERVER "ns.host.net.u.example A found 60 127.0.0.2", true,
		     0),
		CASE("urifullnsrhssub RULE u.example. A 2",
		     SERVER "ns.host.net.u.example A found 60 127.0.0.2", true,
		     0),
	};

	SAMPLE_CHECK_ASKED(cases);
}
END_TEST

START_TEST(settings_leave_hosts_out)
{
	static const char listed[] =
	    "shop.com.u.example A found 60 127.0.0.2\n";
	static const struct {
		const char *settings;
		bool want;
	} cases[] = {
		{ "uridnsbl_skip_domain shop.com", false },
		{ "uridnsbl_skip_domain WWW.shop.com x.org", false },
		{ "uridnsbl_skip_domain com", true },
		{ "uridnsbl_skip_domain shop.com\n"
		  "clear_uridnsbl_skip_domain shop.com",
		  true },
		{ "uridnsbl_skip_domain shop.com\nclear_uridnsbl_skip_domain",
		  true },
		{ "uridnsbl_max_domains 0", false },
		{ "uridnsbl_max_domains 1", true },
		{ "skip_uribl_checks 1", false },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf settings = BUF_INIT(300);
		struct asked_case c = { .call = "check_uridnsbl('RULE')",
			                .mail = MAIL,
			                .view = VIEW_BODY,
			                .zone = listed };

		buf_addf(&settings, "urirhsbl RULE u.example. A\n%s\n",
		         cases[i].settings);
		c.settings = buf_str(&settings);
		ck_assert_msg(sample_ask_with(&c) == cases[i].want, "%s",
		              c.settings);
		buf_done(&settings);
	}
}
END_TEST

START_TEST(wrong_lines_are_refused)
{
	static const char *const wrong[] = {
		"RULE",
		"RULE zone.example",
		"RULE zone.example MX",
		"RULE zone.example A",
		"RULE zone.example A x",
		"RULE zone.example A 1-x",
		"RULE zone.example A 0x123456789",
	};
	struct eval_settings *s = eval_settings_new();

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		ck_assert_msg(eval_setting_read(s, SV("urirhssub"),
		                                sv_str(wrong[i])) != NULL,
		              "%s", wrong[i]);
	ck_assert(eval_setting_read(s, SV("urirhsbl"),
	                            SV("RULE zone.example A 2")) != NULL);
	eval_settings_free(s);
}
END_TEST

UNIT_MAIN("uribl", lists_of_names_are_asked_for_domains,
          sub_tests_are_numbers_and_ranges, uribl_says_by_a_bit_that_it_refuses,
          addresses_and_name_servers_are_followed, settings_leave_hosts_out,
          wrong_lines_are_refused)
