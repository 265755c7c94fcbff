/* SPDX-License-Identifier: Apache-2.0 */
#include "sample.h"

#define DATE(d) "Date: " d "\n"
#define BY(d)   "Received: from a by b; " d "\n"
#define NOON    "Mon, 1 Jan 2024 12:00:00 +0000"

static const struct eval_case dates[] = {
	{ "check_for_shifted_date('undef', '-96')",
	  BY(NOON) DATE("Mon, 25 Dec 2023 12:00:00 +0000") "\n", true, NULL,
	  0 },
	{ "check_for_shifted_date('undef', '-96')", BY(NOON) DATE(NOON) "\n",
	  false, NULL, 0 },
	{ "check_for_shifted_date('3', '6')",
	  BY(NOON) DATE("Mon, 1 Jan 2024 17:00:00 +0000") "\n", true, NULL, 0 },
	{ "check_for_shifted_date('3', '6')",
	  BY(NOON) DATE("Mon, 1 Jan 2024 17:00:00 +0500") "\n", false, NULL,
	  0 },
	{ "check_for_shifted_date('3', '6')",
	  BY(NOON) DATE("Mon, 1 Jan 24 12:00:00 EST") "\n", true, NULL, 0 },
	{ "check_for_shifted_date('3', '6')",
	  DATE("Mon, 1 Jan 2024 17:00:00 +0000") "\n", false, NULL, 0 },
	/* the date of the oldest server says nothing of itself */
	{ "check_for_shifted_date('undef', '-96')",
	  BY(NOON) BY("Mon, 25 Dec 2023 12:00:00 +0000")
	      DATE("Mon, 25 Dec 2023 12:00:00 +0000") "\n",
	  true, NULL, 0 },
	{ "check_for_shifted_date('undef', '-96')",
	  BY(NOON) "Resent-" DATE(NOON)
	      DATE("Mon, 25 Dec 2023 12:00:00 +0000") "\n",
	  false, NULL, 0 },
	{ "received_within_months('undef', '2')", BY(NOON) DATE(NOON) "\n",
	  false, NULL, 0 },
	{ "received_within_months('2', 'undef')", BY(NOON) DATE(NOON) "\n",
	  true, NULL, 0 },
};

#define RECIPIENTS(a, b, c, d, e, f, g)                                        \
	"To: " a "@example.org, " b "@example.org, " c "@example.org, " d      \
	"@example.org, " e "@example.org, " f "@example.org, " g               \
	"@example.org\n"

static const struct eval_case people[] = {
	{ "sorted_recipients()",
	  RECIPIENTS("a", "b", "c", "d", "e", "f", "g") "\n", true, NULL, 0 },
	{ "sorted_recipients()",
	  RECIPIENTS("b", "a", "c", "d", "e", "f", "g") "\n", false, NULL, 0 },
	{ "similar_recipients('0.65', 'undef')",
	  RECIPIENTS("ann", "any", "anw", "anx", "anz", "anq", "anp") "\n",
	  true, NULL, 0 },
	{ "similar_recipients('0.65', 'undef')",
	  RECIPIENTS("a", "b", "c", "d", "e", "f", "g") "\n", false, NULL, 0 },
	{ "check_for_missing_to_header()", "\nx\n", true, NULL, 0 },
	{ "check_for_missing_to_header()", "Apparently-To: a@b.c\n\n", false,
	  NULL, 0 },
	{ "check_equal_from_domains()",
	  "Return-Path: <a@example.net>\nFrom: a@x.example.org\n\n", true, NULL,
	  0 },
	{ "check_equal_from_domains()",
	  "Return-Path: <a@y.example.org>\nFrom: a@x.example.org\n\n", false,
	  NULL, 0 },
	{ "check_for_matching_env_and_hdr_from()",
	  "Return-Path: <A@example.org>\nFrom: a@example.org\n\n", true, NULL,
	  0 },
	{ "check_ratware_envelope_from()",
	  "Return-Path: <x-example.org=ann@example.net>\n"
	  "To: ann@example.org\n\n",
	  true, NULL, 0 },
	{ "check_ratware_envelope_from()",
	  "Return-Path: <ann@example.net>\nTo: ann@example.org\n\n", false,
	  NULL, 0 },
	{ "check_ratware_name_id()",
	  "Message-Id: <ABCDEFGHIJKLMNOPQRSTUVWXYZAB.a@example.org>\n"
	  "From: \"Ann\" <a@example.org>\n\n",
	  true, NULL, 0 },
	{ "check_ratware_name_id()",
	  "Message-Id: <ABC.a@example.org>\nFrom: \"Ann\" <a@example.org>\n\n",
	  false, NULL, 0 },
};

static const struct eval_case texts[] = {
	{ "subject_is_all_caps()", "Subject: BUY THIS TODAY\n\n", true, NULL,
	  0 },
	{ "subject_is_all_caps()", "Subject: Re: BUY IT\n\n", false, NULL, 0 },
	{ "subject_is_all_caps()", "Subject: BUY THIS today\n\n", false, NULL,
	  0 },
	{ "subject_is_all_caps()", "Subject: BUYTHISTODAY\n\n", false, NULL,
	  0 },
	{ "subject_is_all_caps()", "Subject: =?koi8-r?q?BUY_THIS_TODAY?=\n\n",
	  false, NULL, 0 },
	{ "check_for_to_in_subject('user')",
	  "To: ann@example.org\nSubject: ann, look\n\n", true, NULL, 0 },
	{ "check_for_to_in_subject('user')",
	  "To: ann@example.org\nSubject: re: ann\n\n", true, NULL, 0 },
	{ "check_for_to_in_subject('user')",
	  "To: ann@example.org\nSubject: for ann, look\n\n", false, NULL, 0 },
	{ "check_for_to_in_subject('address')",
	  "To: ann@example.org\nSubject: (ann@example.org)\n\n", true, NULL,
	  0 },
	{ "check_illegal_chars('Subject', '0.0', '2')",
	  "Subject: \xe4\xf6\xfc\n\n", true, NULL, 0 },
	{ "check_illegal_chars('Subject', '0.0', '2')",
	  "Subject: \xc3\xa4\xc3\xb6\n\n", false, NULL, 0 },
	{ "check_illegal_chars('Subject', '0.0', '1')", "Subject: 5 \xa3\n\n",
	  false, NULL, 0 },
	{ "check_header_count_range('Subject', '2', '9')",
	  "Subject: a\nSubject: b\n\n", true, NULL, 0 },
	{ "check_header_count_range('Subject', '2', '9')",
	  "Subject: a\nSubject: a\n\n", false, NULL, 0 },
	{ "check_unresolved_template()", "X-Id: %RANDOM_WORD\n\n", true, NULL,
	  0 },
	{ "check_unresolved_template()", "Subject: %RANDOM_WORD\n\n", false,
	  NULL, 0 },
	{ "check_for_faraway_charset_in_headers()",
	  "Subject: =?koi8-r?q?x?=\n\n", true, "ok_locales en", 0 },
	{ "check_for_faraway_charset_in_headers()",
	  "Subject: =?koi8-r?q?x?=\n\n", false, "ok_locales ru", 0 },
	{ "check_outlook_message_id()",
	  "Message-Id: <000001da3caa$00000000$00000000@a>\n" DATE(NOON) "\n",
	  false, NULL, 0 },
	{ "check_outlook_message_id()",
	  "Message-Id: <000012345678$00000000$00000000@a>\n" DATE(NOON) "\n",
	  true, NULL, 0 },
	{ "check_messageid_not_usable()",
	  "List-Unsubscribe: <mailto:leave-x@example.org>\nReceived: x\n\n",
	  true, NULL, 0 },
	{ "check_messageid_not_usable()", "Received: x\n\n", false, NULL, 0 },
	{ "gated_through_received_hdr_remover()", "\nx\n", true, NULL, 0 },
	{ "gated_through_received_hdr_remover()", "Received: x\n\n", false,
	  NULL, 0 },
};

#define AT(server) "Received: from a by " server "; x\n"

static const struct eval_case providers[] = {
	{ "check_for_forged_yahoo_received_headers()",
	  AT("mx.example.org") "From: a@yahoo.com\n\n", true, NULL, 0 },
	{ "check_for_forged_yahoo_received_headers()",
	  AT("web1.mail.yahoo.com via HTTP") "From: a@yahoo.com\n\n", false,
	  NULL, 0 },
	{ "check_for_forged_gmail_received_headers()",
	  AT("mx.example.org") "From: a@gmail.com\n\n", true, NULL, 0 },
	{ "check_for_forged_gmail_received_headers()",
	  AT("mx.example.org") "X-Received: by 10.1.2.3 with SMTP id x\n"
	                       "From: a@gmail.com\n\n",
	  false, NULL, 0 },
	{ "check_for_no_hotmail_received_headers()",
	  AT("mx.example.org") "From: a@hotmail.com\n\n", true, NULL, 0 },
	{ "check_for_forged_hotmail_received_headers()",
	  "Received: from x.hotmail.com by y; x\n\n", true, NULL, 0 },
	{ "check_for_forged_juno_received_headers()",
	  AT("mx.example.org") "From: a@juno.com\n\n", true, NULL, 0 },
	{ "check_for_forged_juno_received_headers()",
	  "Received: from x cookie.juno.com by y; x\nX-Mailer: Juno 5\n"
	  "X-Originating-IP: 192.0.2.1\nFrom: a@juno.com\n\n",
	  false, NULL, 0 },
	{ "check_for_forged_eudoramail_received_headers()",
	  AT("mx.example.org") "From: a@eudoramail.com\n\n", true, NULL, 0 },
	{ "check_for_fake_aol_relay_in_rcvd()",
	  "Received: from rly-ab12.mx.example.com by y; x\n\n", true, NULL, 0 },
	{ "check_for_fake_aol_relay_in_rcvd()",
	  "Received: from rly-ab12.mx.example.com (v1/AOL-1.2.3) by y\n\n",
	  false, NULL, 0 },
};

START_TEST(dates_are_compared_with_those_of_servers)
{
	SAMPLE_CHECK(dates);
}
END_TEST

START_TEST(senders_and_recipients_are_compared)
{
	SAMPLE_CHECK(people);
}
END_TEST

START_TEST(texts_of_headers_are_judged)
{
	SAMPLE_CHECK(texts);
}
END_TEST

START_TEST(mail_of_providers_bears_their_marks)
{
	SAMPLE_CHECK(providers);
}
END_TEST

UNIT_MAIN("eval_header", dates_are_compared_with_those_of_servers,
          senders_and_recipients_are_compared, texts_of_headers_are_judged,
          mail_of_providers_bears_their_marks)
