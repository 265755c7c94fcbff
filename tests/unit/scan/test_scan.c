/* SPDX-License-Identifier: Apache-2.0 */
#include <jansson.h>

#include "../unit.h"
#include "base/mem.h"
#include "scan/scan.h"

static const char rules_text[] = "body AD_WORD /buy now/i\n"
				 "describe AD_WORD Urges to buy\n"
				 "score AD_WORD 3.1\n"
				 "ad_type AD_WORD direct_ad\n"
				 "category AD_WORD shopping\n"
				 "body PHISH_WORD /verify your account/i\n"
				 "score PHISH_WORD 6\n"
				 "category PHISH_WORD phishing\n"
				 "body __PART /part/\n"
				 "meta BOTH AD_WORD && __PART\n"
				 "score BOTH 2.0001\n";

struct fixture {
	struct snapshot *snapshot;
	struct rule_worker *worker;
	struct arena *arena;
	struct scan scan;
};

static void
fixture_open(struct fixture *f, const char *conf_text)
{
	struct diags diags = DIAGS_INIT;
	struct rule_sources sources = { 0 };
	struct conf *conf = conf_parse(sv_str(conf_text), "t.conf", &diags);
	struct rule_set *rules;

	diags_print(&diags, stderr);
	ck_assert_ptr_nonnull(conf);
	rule_sources_add(&sources, "t.cf", sv_str(rules_text));
	rules = rule_set_compile(&sources, conf, &diags);
	diags_print(&diags, stderr);
	ck_assert_ptr_nonnull(rules);
	rule_sources_done(&sources);
	diags_done(&diags);
	f->snapshot = snapshot_new(conf, rules);
	f->worker = rule_worker_new();
	f->arena = arena_new();
}

static const struct scan *
judge(struct fixture *f, const char *mail)
{
	arena_reset(f->arena);
	f->scan = (struct scan){
		.arena = f->arena,
		.snapshot = f->snapshot,
		.worker = f->worker,
		.channel = CHANNEL_SMTP,
		.surface = "mail",
		.raw = sv_str(mail),
	};
	scan_run(&f->scan);
	return &f->scan;
}

static void
fixture_close(struct fixture *f)
{
	arena_free(f->arena);
	rule_worker_free(f->worker);
	snapshot_unref(f->snapshot);
}

START_TEST(points_decide_between_the_verdicts)
{
	static const struct {
		const char *mail;
		enum verdict verdict;
		int64_t score_e4;
	} cases[] = {
		{ "Subject: x\r\n\r\nhello\r\n", VERDICT_LEGITIMATE, 0 },
		{ "Subject: x\r\n\r\nbuy now\r\n", VERDICT_SUSPECTED, 31000 },
		{ "Subject: x\r\n\r\nbuy now, part two\r\n",
		  VERDICT_ADVERTISING_SPAM, 51001 },
		{ "Subject: x\r\n\r\nverify your account\r\n",
		  VERDICT_OTHER_ABUSE, 60000 },
		{ "Subject: x\r\n\r\nverify your account, buy now, part\r\n",
		  VERDICT_OTHER_ABUSE, 111001 },
	};
	struct fixture f;

	fixture_open(&f, "");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct scan *s = judge(&f, cases[i].mail);

		ck_assert_msg(s->verdict == cases[i].verdict, "%zu: %s", i,
		              verdict_word(s->verdict));
		ck_assert_int_eq(s->score_e4, cases[i].score_e4);
		ck_assert_int_eq(s->n_missing, 0);
	}
	fixture_close(&f);
}
END_TEST

START_TEST(what_exceeds_a_limit_is_unknown_and_named)
{
	struct fixture f;
	const struct scan *s;

	fixture_open(&f, "message { headers_max = 10; }");
	s = judge(&f, "A: 1\nA: 1\nA: 1\nA: 1\nA: 1\nA: 1\nA: 1\nA: 1\n"
	              "A: 1\nA: 1\nA: 1\nA: 1\n\nhello\n");
	ck_assert_int_eq(s->verdict, VERDICT_UNKNOWN);
	ck_assert_uint_eq(s->n_missing, 1);
	ck_assert_str_eq(s->missing[0], "message.headers_max");
	fixture_close(&f);
}
END_TEST

START_TEST(a_truncated_message_is_named_once)
{
	struct fixture f;

	fixture_open(&f, "");
	judge(&f, "Subject: x\r\n\r\nhello\r\n");
	f.scan.truncated = true;
	scan_run(&f.scan);
	ck_assert_int_eq(f.scan.verdict, VERDICT_UNKNOWN);
	ck_assert_uint_eq(f.scan.n_missing, 1);
	ck_assert_str_eq(f.scan.missing[0], "message.bytes_max");
	fixture_close(&f);
}
END_TEST

START_TEST(a_text_that_no_pattern_saw_to_its_end_is_named)
{
	char mail[3000] = "Subject: x\r\nX-Long: ";
	struct fixture f;
	const struct scan *s;

	fixture_open(&f, "match { element_bytes_max = 1k; }");
	memset(mail + strlen(mail), 'a', 1500);
	strcat(mail, "\r\n\r\nhello\r\n");
	s = judge(&f, mail);
	ck_assert_uint_eq(s->n_missing, 0); /* no rule looks at that header */
	memset(mail, 0, sizeof mail);
	strcpy(mail, "Subject: x\r\n\r\n");
	memset(mail + strlen(mail), 'a', 1500);
	s = judge(&f, mail);
	ck_assert_int_eq(s->verdict, VERDICT_UNKNOWN);
	ck_assert_str_eq(s->missing[0], "match.element_bytes_max");
	fixture_close(&f);
}
END_TEST

START_TEST(paragraphs_beyond_the_limit_of_a_view_are_not_looked_at)
{
	struct buf mail = BUF_INIT(100000);
	struct fixture f;
	const struct scan *s;

	fixture_open(&f, "match { view_bytes_max = 2k; }");
	buf_add_str(&mail, "Subject: x\r\n\r\n");
	for (int i = 0; i < 100; i++)
		buf_add_str(&mail, "some paragraph of some words\r\n\r\n");
	buf_add_str(&mail, "verify your account\r\n");
	s = judge(&f, buf_str(&mail));
	ck_assert_int_eq(s->verdict, VERDICT_UNKNOWN);
	ck_assert_uint_eq(s->n_missing, 1);
	ck_assert_str_eq(s->missing[0], "match.view_bytes_max");
	ck_assert_int_eq(s->score_e4, 0);
	fixture_close(&f);
	buf_done(&mail);
}
END_TEST

START_TEST(the_plan_follows_verdict_and_score)
{
	struct fixture f;
	const struct scan *s;

	fixture_open(&f, "plan { advertising_spam = tag; "
	                 "subject_tag = \"[SPAM]\"; reject_score = 11; "
	                 "reject_code = \"554 5.7.1\"; "
	                 "reject_text = \"%v %s 100%% %i\"; }");
	s = judge(&f, "Subject: x\r\n\r\nbuy now, part two\r\n");
	ck_assert_int_eq(s->plan.action, PLAN_TAG);
	ck_sv_eq(s->plan.subject_tag, "[SPAM]");
	ck_assert_str_eq(s->plan.reason, "plan.advertising_spam");
	s = judge(&f, "Subject: x\r\n\r\nverify your account, buy now, part");
	ck_assert_int_eq(s->plan.action, PLAN_REJECT);
	ck_assert_str_eq(s->plan.reason, "plan.reject_score");
	ck_sv_eq(s->plan.smtp_code, "554 5.7.1");
	ck_assert(
	    sv_starts(s->plan.smtp_text, SV("other_abuse 11.1001 100% ")));
	ck_assert(sv_iends(s->plan.smtp_text, sv_str(s->id)));
	fixture_close(&f);
}
END_TEST

START_TEST(the_record_is_valid_json_and_tells_all)
{
	struct buf out = BUF_INIT(100000);
	struct fixture f;
	const json_t *hits, *hit;
	json_t *record;

	fixture_open(&f, "node { name = mx1; }");
	judge(&f, "Subject: \"\x01\xff\r\n\r\nnow: BUY NOW\r\n");
	f.scan.envelope.from = SV("a\"b@example.org");
	scan_record(&f.scan, &out);
	record = json_loadb(out.p, out.n, JSON_REJECT_DUPLICATES, NULL);
	ck_assert_ptr_nonnull(record);
	ck_assert_str_eq(json_string_value(json_object_get(record, "node")),
	                 "mx1");
	ck_assert_str_eq(json_string_value(json_object_get(record, "id")),
	                 f.scan.id);
	hits = json_object_get(record, "hits");
	ck_assert_uint_eq(json_array_size(hits), 1);
	hit = json_array_get(hits, 0);
	ck_assert_str_eq(json_string_value(json_object_get(hit, "rule")),
	                 "AD_WORD");
	ck_assert_str_eq(json_string_value(json_object_get(hit, "match")),
	                 "BUY NOW");
	ck_assert_str_eq(json_string_value(json_object_get(hit, "file")),
	                 "t.cf");
	ck_assert_int_eq(json_integer_value(json_object_get(hit, "line")), 1);
	json_decref(record);
	buf_done(&out);
	fixture_close(&f);
}
END_TEST

START_TEST(the_way_of_a_mail_is_in_its_record)
{
	struct buf out = BUF_INIT(100000);
	struct fixture f;
	json_t *record, *relay;

	fixture_open(&f, "message { relays_max = 1; }");
	arena_reset(f.arena);
	f.scan = (struct scan){
		.arena = f.arena,
		.snapshot = f.snapshot,
		.worker = f.worker,
		.channel = CHANNEL_SMTP,
		.surface = "mail",
		.envelope = { .client_ip = SV("192.0.2.7"),
		              .helo = SV("a.example.org"),
		              .auth_user = SV("joe"),
		              .tls = true },
		.raw = SV("Received: from b (c [192.0.2.8]) by d; Mon\r\n"
		          "Received: from e (f [192.0.2.9]) by g; Mon\r\n"
		          "Subject: x\r\n\r\nx\r\n"),
	};
	scan_run(&f.scan);
	ck_assert_uint_eq(f.scan.n_missing, 1);
	ck_assert_str_eq(f.scan.missing[0], "message.relays_max");
	scan_record(&f.scan, &out);
	record = json_loadb(out.p, out.n, 0, NULL);
	ck_assert_uint_eq(json_array_size(json_object_get(record, "relays")),
	                  2);
	relay = json_array_get(json_object_get(record, "relays"), 0);
	ck_assert_str_eq(json_string_value(json_object_get(relay, "ip")),
	                 "192.0.2.7");
	ck_assert_str_eq(json_string_value(json_object_get(relay, "trust")),
	                 "internal");
	ck_assert_str_eq(json_string_value(json_object_get(relay, "auth")),
	                 "ESMTPSA");
	ck_assert(json_is_true(json_object_get(relay, "tls")));
	relay = json_array_get(json_object_get(record, "relays"), 1);
	ck_assert_str_eq(json_string_value(json_object_get(relay, "trust")),
	                 "untrusted");
	json_decref(record);
	buf_done(&out);
	fixture_close(&f);
}
END_TEST

START_TEST(headers_are_folded_and_exact)
{
	struct fixture f;
	struct sv status;

	fixture_open(&f, "");
	judge(&f, "Subject: x\r\n\r\nbuy now, part two\r\n");
	status = scan_status_header(&f.scan);
	ck_assert(sv_starts(status, SV("Yes, score=5.1001 required=5.0 "
	                               "verdict=advertising_spam\n\t"
	                               "tests=AD_WORD,BOTH\n\tid=")));
	ck_sv_eq(scan_level_header(&f.scan), "*****");
	fixture_close(&f);
}
END_TEST

START_TEST(a_post_and_a_mail_of_one_text_get_the_same_points)
{
	const struct message_post post = { .text = SV("buy now, part two") };
	struct fixture f;

	fixture_open(&f, "");
	judge(&f, "");
	f.scan.post = &post;
	f.scan.channel = CHANNEL_HTTP;
	scan_run(&f.scan);
	ck_assert_int_eq(f.scan.score_e4, 51001);
	ck_assert_int_eq(f.scan.verdict, VERDICT_ADVERTISING_SPAM);
	fixture_close(&f);
}
END_TEST

START_TEST(unknown_surfaces_are_other)
{
	ck_assert_str_eq(surface_word(SV("Comment")), "comment");
	ck_assert_str_eq(surface_word(SV("private-message")),
	                 "private-message");
	ck_assert_str_eq(surface_word(SV("carrier pigeon")), "other");
	ck_assert_str_eq(surface_word(SV_NONE), "other");
}
END_TEST

UNIT_MAIN("scan", points_decide_between_the_verdicts,
          what_exceeds_a_limit_is_unknown_and_named,
          a_truncated_message_is_named_once,
          a_text_that_no_pattern_saw_to_its_end_is_named,
          paragraphs_beyond_the_limit_of_a_view_are_not_looked_at,
          the_plan_follows_verdict_and_score,
          the_record_is_valid_json_and_tells_all,
          the_way_of_a_mail_is_in_its_record, headers_are_folded_and_exact,
          a_post_and_a_mail_of_one_text_get_the_same_points,
          unknown_surfaces_are_other)
