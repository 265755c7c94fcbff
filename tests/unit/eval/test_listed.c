/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of senders, recipients, hosts and subjects; free addresses. */
#include "sample.h"

#define FROM(a) "From: Ann <" a ">\n"
#define TO(a)   "To: " a "\n"
#define RELAY(name, ip)                                                        \
	"Received: from x (" name " [" ip "]) by mx.example.org (Postfix) "    \
	"with ESMTP id 4ABC1234; Mon, 1 Jan 2024 00:00:00 +0000\n"
#define FREE "freemail_domains example.com free.example.*"

static const struct eval_case addresses[] = {
	{ "check_from_in_blocklist()", FROM("a@example.org") "\n", true,
	  "blocklist_from *@example.org", 0 },
	{ "check_from_in_blacklist()", FROM("a@example.org") "\n", true,
	  "blacklist_from A@EXAMPLE.org", 0 },
	{ "check_from_in_blocklist()", FROM("a@example.org") "\n", false,
	  "blocklist_from *@example.org\nunblocklist_from *@example.org", 0 },
	{ "check_from_in_blocklist()", FROM("a@example.org") "\n", false, NULL,
	  0 },
	{ "check_from_in_welcomelist()", FROM("a@b.example.org") "\n", true,
	  "welcomelist_from ?@*.example.org", 0 },
	{ "check_from_in_welcomelist()",
	  RELAY("mail.example.org", "192.0.2.1") FROM("a@example.org") "\n",
	  true, "welcomelist_from_rcvd a@example.org example.org", 0 },
	{ "check_from_in_welcomelist()",
	  RELAY("mail.example.net", "192.0.2.1") FROM("a@example.org") "\n",
	  false, "welcomelist_from_rcvd a@example.org example.org", 0 },
	{ "check_forged_in_welcomelist()",
	  RELAY("mail.example.net", "192.0.2.1") FROM("a@example.org") "\n",
	  true, "welcomelist_from_rcvd a@example.org example.org", 0 },
	{ "check_forged_in_welcomelist()",
	  RELAY("mail.example.net", "192.0.2.1") FROM("a@example.org") "\n",
	  false,
	  "welcomelist_from_rcvd a@example.org example.org\n"
	  "welcomelist_allows_relays a@example.org",
	  0 },
	{ "check_from_in_default_welcomelist()",
	  RELAY("unknown", "192.0.2.1") FROM("a@example.org") "\n", true,
	  "def_welcomelist_from_rcvd *@example.org [192.0.2.0]/24", 0 },
	{ "check_to_in_blocklist()", TO("b@example.org") "\n", true,
	  "blocklist_to b@example.org", 0 },
	{ "check_to_in_more_spam()", TO("b@example.org") "\n", true,
	  "more_spam_to b@example.org", 0 },
	{ "check_to_in_all_spam()", TO("b@example.org") "\n", false,
	  "more_spam_to b@example.org", 0 },
	{ "check_from_in_list('X')", FROM("a@example.org") "\n", true,
	  "enlist_addrlist (X) b@example.org *@example.org", 0 },
	{ "check_from_in_list('Y')", FROM("a@example.org") "\n", false,
	  "enlist_addrlist (X) *@example.org", 0 },
	{ "check_replyto_in_list('X')", "Reply-To: a@example.org\n\n", true,
	  "enlist_addrlist (X) *@example.org", 0 },
	{ "check_mailfrom_matches_rcvd()",
	  "Return-Path: <a@example.org>\n" RELAY("mail.example.org",
	                                         "192.0.2.1") "\n",
	  true, NULL, 0 },
	{ "check_mailfrom_matches_rcvd()",
	  "Return-Path: <a@example.org>\n" RELAY("mail.example.net",
	                                         "192.0.2.1") "\n",
	  false, NULL, 0 },
};

static const struct eval_case hosts[] = {
	{ "check_uri_host_listed('X')", "\nhttp://a.example.org/x\n", true,
	  "enlist_uri_host (X) example.org", VIEW_BODY },
	{ "check_uri_host_listed('X')", "\nhttp://a.example.org/x\n", false,
	  "enlist_uri_host (X) example.org !a.example.org", VIEW_BODY },
	{ "check_uri_host_listed('X')", "\nhttp://a.example.org/x\n", false,
	  "enlist_uri_host (X) example.org\ndelist_uri_host (X) example.org",
	  VIEW_BODY },
	{ "check_uri_host_in_blocklist()", "\nhttp://a.example.org/x\n", true,
	  "blocklist_uri_host example.org", VIEW_BODY },
	{ "check_uri_host_in_welcomelist()", "\nhttp://a.example.org/x\n",
	  false, "blocklist_uri_host example.org", VIEW_BODY },
};

static const struct eval_case subjects[] = {
	{ "check_subject_in_welcomelist()", "Subject: Minutes of May\n\n", true,
	  "welcomelist_subject minutes of", 0 },
	{ "check_subject_in_blocklist()", "Subject: Minutes of May\n\n", true,
	  "blocklist_subject min*may", 0 },
	{ "check_subject_in_blocklist()", "Subject: Minutes of May\n\n", false,
	  "welcomelist_subject minutes of", 0 },
	{ "check_subject_in_blocklist()", "\nx\n", false, "blocklist_subject *",
	  0 },
};

static const struct eval_case free_ones[] = {
	{ "check_freemail_from()", FROM("a@example.com") "\n", true, FREE, 0 },
	{ "check_freemail_from()", FROM("a@free.example.net") "\n", true, FREE,
	  0 },
	{ "check_freemail_from()", FROM("a@example.org") "\n", false, FREE, 0 },
	{ "check_freemail_from()", FROM("support@example.com") "\n", false,
	  FREE, 0 },
	{ "check_freemail_from()", FROM("a@example.com") "\n", false,
	  FREE "\nfreemail_welcomelist a@example.com", 0 },
	{ "check_freemail_from()", FROM("a@example.com") "\n", false, NULL, 0 },
	{ "check_freemail_from('\\d@')", FROM("a1@example.com") "\n", true,
	  FREE, 0 },
	{ "check_freemail_from('\\d@')", FROM("a@example.com") "\n", false,
	  FREE, 0 },
	{ "check_freemail_header('Reply-To')", "Reply-To: b@example.com\n\n",
	  true, FREE, 0 },
	{ "check_freemail_header('Reply-To')", FROM("b@example.com") "\n",
	  false, FREE, 0 },
	{ "check_freemail_replyto('replyto')",
	  FROM("a@example.com") "Reply-To: b@example.com\n\n", true, FREE, 0 },
	{ "check_freemail_replyto('replyto')",
	  FROM("a@example.com") "Reply-To: a@example.com\n\n", false, FREE, 0 },
	{ "check_freemail_replyto('reply')",
	  FROM("a@example.com") "\nwrite to b@example.com soon\n", true, FREE,
	  0 },
	{ "check_freemail_replyto('replyto')",
	  FROM("a@example.com") "\nwrite to b@example.com soon\n", false, FREE,
	  0 },
	{ "check_freemail_replyto('reply')",
	  "Return-Path: <news-bounces@example.org>\n" FROM(
	      "a@example.com") "\nwrite to b@example.com soon\n",
	  false, FREE, 0 },
	{ "check_freemail_body()", "\nwrite to b@example.com soon\n", true,
	  FREE, 0 },
	{ "check_freemail_body()", "\nFrom: <b@example.com>\n", false, FREE,
	  0 },
	{ "check_freemail_body()", "\nb@example.com subject: x\n", false, FREE,
	  0 },
	{ "check_freemail_body()", "\nhttp://x.example.org/?b@example.com\n",
	  false, FREE, 0 },
	{ "check_freemail_body()",
	  "\na@example.com b@example.com c@example.com d@example.com\n", false,
	  FREE, 0 },
};

static const struct eval_case bounces[] = {
	{ "have_any_bounce_relays()", "\nx\n", true,
	  "welcomelist_bounce_relays mx*.example.org", 0 },
	{ "have_any_bounce_relays()", "\nx\n", false, NULL, 0 },
	{ "check_welcomelist_bounce_relays()",
	  "\n> Received: from a\n>  by mx1.example.org with SMTP\n", false,
	  "welcomelist_bounce_relays other.example.org", 0 },
	{ "check_welcomelist_bounce_relays()",
	  "\nReceived: from a\n by mx1.example.org with SMTP\n", true,
	  "welcomelist_bounce_relays mx*.example.org", 0 },
};

START_TEST(addresses_are_found_in_lists)
{
	SAMPLE_CHECK(addresses);
}
END_TEST

START_TEST(hosts_are_found_in_lists)
{
	SAMPLE_CHECK(hosts);
}
END_TEST

START_TEST(subjects_are_found_in_lists)
{
	SAMPLE_CHECK(subjects);
}
END_TEST

START_TEST(free_addresses_are_told_from_others)
{
	SAMPLE_CHECK(free_ones);
}
END_TEST

START_TEST(bounces_name_the_relay)
{
	SAMPLE_CHECK(bounces);
}
END_TEST

UNIT_MAIN("eval_listed", addresses_are_found_in_lists, hosts_are_found_in_lists,
          subjects_are_found_in_lists, free_addresses_are_told_from_others,
          bounces_name_the_relay)
