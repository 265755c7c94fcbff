/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"
#include "ingress/session.h"

static struct counters counters;
static _Atomic unsigned in_flight;
static struct ingress ingress;

static struct session *
open_session(const char *conf_text)
{
	struct diags diags = DIAGS_INIT;
	struct rule_sources none = { 0 };
	struct conf *conf = conf_parse(sv_str(conf_text), "t.conf", &diags);
	struct rule_set *rules;

	ck_assert_ptr_nonnull(conf);
	rule_sources_add(&none, "t.cf", SV("body WORD /word/\nscore WORD 1\n"));
	rules = rule_set_compile(&none, conf, &diags);
	ck_assert_ptr_nonnull(rules);
	rule_sources_done(&none);
	diags_done(&diags);
	atomic_store(&in_flight, 0);
	ingress_init(&ingress, snapshot_new(conf, rules), &counters, NULL,
	             &in_flight);
	return session_new(&ingress);
}

static void
close_session(struct session *s)
{
	session_free(s);
	snapshot_unref(ingress.snapshot);
}

START_TEST(addresses_lose_their_brackets)
{
	ck_sv_eq(session_address(SV("<a@example.org>")), "a@example.org");
	ck_sv_eq(session_address(SV("<>")), "");
	ck_sv_eq(session_address(SV("<a@example.org")), "a@example.org");
	ck_sv_eq(session_address(SV(" b@example.org ")), "b@example.org");
}
END_TEST

START_TEST(a_mail_is_put_together_as_it_came)
{
	struct session *s = open_session("");

	session_begin(s, SV("a@example.org"));
	session_recipient(s, SV("b@example.com"));
	session_header(s, SV("Subject"), SV(" one\n two"));
	session_header(s, SV("X"), SV(""));
	session_body(s, SV("word\r\n"));
	ck_sv_eq(buf_sv(&s->raw), "Subject: one\n two\r\nX:\r\n\r\nword\r\n");
	ck_assert_int_eq(session_judge(s)->score_e4, 10000);
	session_end(s);
	ck_assert_uint_eq(atomic_load(&in_flight), 0);
	close_session(s);
}
END_TEST

START_TEST(results_of_a_filter_that_is_believed_stay)
{
	struct session *s =
	    open_session("results { trusted_authserv_ids = MX.example.net; }");

	session_begin(s, SV("a@example.org"));
	s->authserv_id = SV("mx.example.net");
	session_header(s, SV("Authentication-Results"),
	               SV(" mx.example.net; dkim=pass"));
	ck_assert_uint_eq(s->forged_results.n, 0);
	close_session(s);
}
END_TEST

START_TEST(forged_marks_are_counted_and_not_judged)
{
	struct session *s = open_session("");

	session_begin(s, SV("a@example.org"));
	s->authserv_id = SV("mx.example.net");
	session_header(s, SV("x-spam-status"), SV(" No"));
	session_header(s, SV("X-Spam-Flag"), SV(" NO"));
	session_header(s, SV("X-Spam-Status"), SV(" No"));
	session_header(s, SV("Authentication-Results"),
	               SV(" other.example; none"));
	session_header(s, SV("Authentication-Results"),
	               SV(" MX.example.net; dkim=pass"));
	session_header(s, SV("Authentication-Results"),
	               SV(" mx.example.net.evil.example; none"));
	session_header(s, SV("Authentication-Results"),
	               SV("\tmx.example.net/1; spf=pass"));
	ck_assert_uint_eq(s->own_headers[OWN_STATUS], 2);
	ck_assert_uint_eq(s->own_headers[OWN_FLAG], 1);
	ck_assert_uint_eq(s->own_headers[OWN_SCORE], 0);
	ck_assert_uint_eq(s->forged_results.n, 2);
	ck_assert_uint_eq(s->forged_results.list[0], 2);
	ck_assert_uint_eq(s->forged_results.list[1], 4);
	ck_assert_uint_eq(sv_ifind(buf_sv(&s->raw), SV("x-spam")),
	                  SV_NOT_FOUND);
	close_session(s);
}
END_TEST

START_TEST(nothing_of_one_message_stays_for_the_next)
{
	struct session *s = open_session("");

	session_begin(s, SV("a@example.org"));
	session_recipient(s, SV("b@example.com"));
	session_header(s, SV("Subject"), SV(" word"));
	session_header(s, SV("X-Spam-Flag"), SV(" NO"));
	session_body(s, SV("word"));
	session_begin(s, SV("c@example.org"));
	ck_assert_uint_eq(atomic_load(&in_flight), 1);
	ck_assert_uint_eq(s->recipients.n, 0);
	ck_assert_uint_eq(s->own_headers[OWN_FLAG], 0);
	ck_assert(!s->has_subject);
	ck_assert_uint_eq(s->raw.n, 0);
	session_end(s);
	close_session(s);
}
END_TEST

START_TEST(events_outside_a_message_are_ignored)
{
	struct session *s = open_session("");

	session_recipient(s, SV("b@example.com"));
	session_header(s, SV("Subject"), SV(" word"));
	session_body(s, SV("word"));
	session_end(s);
	ck_assert_uint_eq(atomic_load(&in_flight), 0);
	close_session(s);
}
END_TEST

START_TEST(a_mail_over_the_limit_is_cut_and_incomplete)
{
	struct session *s = open_session("message { bytes_max = 64k; }");
	const struct scan *scan;
	char chunk[1000];

	memset(chunk, 'a', sizeof chunk);
	session_begin(s, SV("a@example.org"));
	for (int i = 0; i < 100; i++)
		session_body(s, sv_make(chunk, sizeof chunk));
	ck_assert_uint_le(s->raw.n, 65536);
	scan = session_judge(s);
	ck_assert_int_eq(scan->verdict, VERDICT_UNKNOWN);
	ck_assert_str_eq(scan->missing[0], "message.bytes_max");
	close_session(s);
}
END_TEST

START_TEST(too_many_at_once_are_not_judged)
{
	struct session *s = open_session("scan { in_flight_max = 1; }");
	struct session *t = session_new(&ingress);

	session_begin(s, SV("a@example.org"));
	session_begin(t, SV("b@example.org"));
	ck_assert(!s->overload);
	ck_assert(t->overload);
	session_free(t);
	session_begin(s, SV("a@example.org"));
	ck_assert(!s->overload);
	close_session(s);
}
END_TEST

START_TEST(a_swap_leaves_messages_under_way_alone)
{
	struct session *s = open_session("");
	struct rule_sources none = { 0 };
	struct diags diags = DIAGS_INIT;
	struct conf *conf = conf_parse(SV(""), "t.conf", &diags);

	session_begin(s, SV("a@example.org"));
	session_body(s, SV("word\r\n"));
	rule_sources_add(&none, "t.cf", SV(""));
	ingress_swap(&ingress,
	             snapshot_new(conf, rule_set_compile(&none, conf, &diags)));
	ck_assert_int_eq(session_judge(s)->score_e4, 10000);
	session_begin(s, SV("a@example.org"));
	session_body(s, SV("word\r\n"));
	ck_assert_int_eq(session_judge(s)->score_e4, 0);
	rule_sources_done(&none);
	diags_done(&diags);
	close_session(s);
}
END_TEST

UNIT_MAIN("session", addresses_lose_their_brackets,
          a_mail_is_put_together_as_it_came,
          results_of_a_filter_that_is_believed_stay,
          forged_marks_are_counted_and_not_judged,
          nothing_of_one_message_stays_for_the_next,
          events_outside_a_message_are_ignored,
          a_mail_over_the_limit_is_cut_and_incomplete,
          too_many_at_once_are_not_judged,
          a_swap_leaves_messages_under_way_alone)
