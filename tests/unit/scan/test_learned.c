/* SPDX-License-Identifier: Apache-2.0 */
/* What is remembered of messages bears on later ones. */
#include <jansson.h>
#include <stdio.h>

#include "../unit.h"
#include "fact/zone.h"
#include "scan/learned.h"
#include "store/store.h"

#define MINUTE_MS ((int64_t)60000)
#define DAY_MS    (24 * 60 * MINUTE_MS)

static const char site_rules[] = "body AD_WORD /buy now/i\n"
				 "score AD_WORD 12\n"
				 "body DUBIOUS /hello/i\n"
				 "score DUBIOUS 1.5\n";

static const char zone_text[] =
    "example.org TXT found 300 \"v=spf1 ip4:192.0.2.0/24 -all\"\n"
    "example.net TXT found 300 \"v=spf1 ip4:198.51.100.7 -all\"\n";

struct fixture {
	struct snapshot *snapshot;
	struct rule_worker *worker;
	struct arena *arena;
	struct zone *zone;
	struct store *store;
	struct scan scan;
	int64_t now_ms;
	bool test, all_hits;
};

static struct conf_store store_conf = {
	.backend = STORE_BACKEND_MEMORY,
	.bytes_max = 16 << 20,
	.commit_ms = 1000,
	.queue_max = 10000,
};

static void
fixture_open_rules(struct fixture *f, const char *conf_text,
                   const char *rules_text)
{
	struct diags diags = DIAGS_INIT;
	struct rule_sources sources = { 0 };
	struct conf *conf = conf_parse(sv_str(conf_text), "t.conf", &diags);
	struct rule_set *rules;
	char why[STORE_WHY];

	diags_print(&diags, stderr);
	ck_assert_ptr_nonnull(conf);
	rule_sources_add(&sources, "t.cf", sv_str(rules_text));
	rules = rule_set_compile(&sources, conf, &diags);
	ck_assert_ptr_nonnull(rules);
	rule_sources_done(&sources);
	*f = (struct fixture){
		.snapshot = snapshot_new(conf, rules),
		.worker = rule_worker_new(),
		.arena = arena_new(),
		.zone =
		    zone_read("zone", sv_str(zone_text), DNS_NO_NAME, &diags),
		.now_ms = 4000000000000,
	};
	diags_print(&diags, stderr);
	ck_assert_ptr_nonnull(f->zone);
	f->snapshot->sources.zone = f->zone;
	ck_assert_int_eq(store_open(&store_conf, &f->store, why), 0);
	diags_done(&diags);
}

static void
fixture_open(struct fixture *f, const char *conf_text)
{
	fixture_open_rules(f, conf_text, site_rules);
}

static void
fixture_close(struct fixture *f)
{
	store_close(f->store);
	arena_free(f->arena);
	rule_worker_free(f->worker);
	snapshot_unref(f->snapshot);
	zone_free(f->zone);
}

struct sent {
	const char *ip, *from, *to, *user, *mail;
	size_t n; /* bytes of the mail, if it has NULs */
};

static const struct scan *
receive(struct fixture *f, const struct sent *m)
{
	struct sv *to;

	arena_reset(f->arena);
	to = ARENA_NEW(f->arena, struct sv);
	*to = sv_str(m->to ? m->to : "bob@example.com");
	f->scan = (struct scan){
		.arena = f->arena,
		.snapshot = f->snapshot,
		.worker = f->worker,
		.channel = CHANNEL_SMTP,
		.surface = "mail",
		.envelope = { .client_ip = sv_str(m->ip ? m->ip : ""),
		              .from = sv_str(m->from ? m->from : ""),
		              .recipients = to,
		              .n_recipients = 1,
		              .auth_user = sv_str(m->user ? m->user : "") },
		.raw = sv_make(m->mail, m->n ? m->n : strlen(m->mail)),
		.unix_ms = f->now_ms,
		.store = f->store,
		.test = f->test,
		.all_hits = f->all_hits,
	};
	scan_run(&f->scan);
	learned_tell(&f->scan);
	return &f->scan;
}

static const char spam_mail[] = "From: Ann <Ann@Example.ORG>\n"
				"Subject: x\n\nbuy now http://bad.example/\n";
static const char good_mail[] =
    "From: Ann <ann@example.org>\nSubject: x\n\nfine\n";

static const struct reputation_subject *
subject(const struct scan *s, const char *name)
{
	const struct reputation *r = &s->learned->reputation;

	for (size_t i = 0; i < r->n; i++)
		if (sv_eq_str(r->subjects[i].name, name))
			return &r->subjects[i];
	return NULL;
}

START_TEST(a_sender_earns_a_name)
{
	const struct sent spam = { .ip = "192.0.2.7",
		                   .from = "ann@example.org",
		                   .mail = spam_mail };
	const struct sent good = { .ip = "192.0.2.7",
		                   .from = "ann@example.org",
		                   .mail = good_mail };
	struct fixture f;
	const struct scan *s;
	int64_t first_e4;

	fixture_open(&f, "");
	s = receive(&f, &good);
	ck_assert_int_eq(s->score_e4, 0);
	ck_assert(origin_is_aligned(&s->learned->origin));
	ck_assert_ptr_nonnull(subject(s, "domain:example.org"));
	ck_assert_ptr_nonnull(
	    subject(s, "identity:ann@example.org|d:example.org"));
	ck_assert_ptr_nonnull(subject(s, "network:192.0.2.0/24"));
	for (int i = 0; i < 100; i++)
		s = receive(&f, &spam);
	ck_assert_ptr_nonnull(subject(s, "url:bad.example"));
	ck_assert_int_gt(s->learned->reputation.points_e4, 10000);
	s = receive(&f, &good);
	first_e4 = s->score_e4;
	ck_assert_int_gt(first_e4, 10000);
	ck_assert_int_le(first_e4, 25000);
	/* A name is forgotten. */
	f.now_ms += 100 * DAY_MS;
	s = receive(&f, &good);
	ck_assert_int_lt(s->score_e4, first_e4);
	fixture_close(&f);
}
END_TEST

START_TEST(nobody_uses_the_name_of_others)
{
	const struct sent spam = { .ip = "192.0.2.7",
		                   .from = "ann@example.org",
		                   .mail = spam_mail };
	const struct sent forged = { .ip = "203.0.113.5",
		                     .from = "ann@example.org",
		                     .mail = good_mail };
	struct fixture f;
	const struct scan *s;

	fixture_open(&f, "");
	for (int i = 0; i < 100; i++)
		receive(&f, &spam);
	s = receive(&f, &forged);
	ck_assert(!origin_is_aligned(&s->learned->origin));
	ck_assert_ptr_null(subject(s, "domain:example.org"));
	ck_assert_ptr_nonnull(
	    subject(s, "identity:ann@example.org|n:203.0.113.0/24"));
	ck_assert_int_eq(s->score_e4, 0);
	fixture_close(&f);
}
END_TEST

START_TEST(tests_teach_nothing)
{
	const struct sent spam = { .ip = "192.0.2.7",
		                   .from = "ann@example.org",
		                   .mail = spam_mail };
	struct fixture f;

	fixture_open(&f, "");
	f.test = true;
	for (int i = 0; i < 100; i++)
		receive(&f, &spam);
	ck_assert_int_eq(receive(&f, &spam)->learned->reputation.points_e4, 0);
	fixture_close(&f);
}
END_TEST

START_TEST(a_message_without_a_store_is_judged_as_ever)
{
	const struct sent good = { .ip = "192.0.2.7",
		                   .from = "ann@example.org",
		                   .mail = good_mail };
	struct fixture f;
	struct store *store;

	fixture_open(&f, "");
	store = f.store;
	f.store = NULL;
	ck_assert_ptr_null(receive(&f, &good)->learned);
	f.store = store;
	fixture_close(&f);
}
END_TEST

START_TEST(the_dubious_are_asked_to_come_again)
{
	const struct sent m = { .ip = "203.0.113.5",
		                .from = "eve@example.info",
		                .mail = "From: eve@example.info\n\nhello\n" };
	const struct sent clean = { .ip = "203.0.114.5",
		                    .from = "eve@example.info",
		                    .mail =
		                        "From: eve@example.info\n\nfine\n" };
	const struct sent ours = { .ip = "203.0.115.5",
		                   .from = "bob@example.com",
		                   .user = "bob",
		                   .mail = "From: bob@example.com\n\nhello\n" };
	struct fixture f;

	fixture_open(&f, "greylist { enabled = yes; }");
	ck_assert_int_eq(receive(&f, &clean)->plan.action, PLAN_ACCEPT);
	ck_assert_int_eq(receive(&f, &ours)->plan.action, PLAN_ACCEPT);
	ck_assert_int_eq(receive(&f, &m)->plan.action, PLAN_TEMPFAIL);
	ck_assert_str_eq(f.scan.plan.reason, "greylist.enabled");
	f.now_ms += MINUTE_MS;
	ck_assert_int_eq(receive(&f, &m)->plan.action, PLAN_TEMPFAIL);
	f.now_ms += 4 * MINUTE_MS;
	ck_assert_int_eq(receive(&f, &m)->plan.action, PLAN_ACCEPT);
	ck_assert_int_eq(receive(&f, &m)->learned->greylist.state,
	                 GREYLIST_KNOWN);
	fixture_close(&f);
}
END_TEST

START_TEST(whom_users_wrote_to_is_known)
{
	const struct sent ours = {
		.ip = "203.0.115.5",
		.from = "Bob@example.com",
		.to = "Ann@Example.org",
		.user = "bob",
		.mail = "From: Bob@example.com\nMessage-ID: <1@bob>\n\nfine\n"
	};
	const struct sent back = {
		.ip = "192.0.2.9",
		.from = "ann@example.org",
		.mail = "From: ann@example.org\nIn-Reply-To: <1@bob>\n"
			"References: <0@x> <1@bob>\n\nhello\n"
	};
	const struct sent forged = { .ip = "203.0.113.9",
		                     .from = "ann@example.org",
		                     .mail =
		                         "From: ann@example.org\n\nhello\n" };
	struct fixture f;
	const struct scan *s;

	fixture_open(&f, "greylist { enabled = yes; }");
	ck_assert_uint_eq(receive(&f, &back)->learned->known.senders, 0);
	receive(&f, &ours);
	s = receive(&f, &back);
	ck_assert_uint_eq(s->learned->known.senders, 1);
	ck_assert(s->learned->known.is_reply);
	ck_assert_int_eq(s->plan.action, PLAN_ACCEPT);
	s = receive(&f, &forged);
	ck_assert_uint_eq(s->learned->known.senders, 0);
	ck_assert(!s->learned->known.is_reply);
	fixture_close(&f);
}
END_TEST

START_TEST(who_sends_too_much_is_told_of_once)
{
	const struct sent m = { .ip = "203.0.113.5",
		                .from = "eve@example.info",
		                .mail = "From: eve@example.info\n\nfine\n" };
	struct fixture f;
	const struct scan *s;
	unsigned news = 0;

	fixture_open(&f, "rate { limits = \"sender 3/1h\", \"user 3/1h\"; "
	                 "action = suspect; }");
	for (int i = 0; i < 6; i++) {
		s = receive(&f, &m);
		ck_assert_uint_eq(s->learned->n_rates, 1);
		ck_assert_int_eq(s->learned->rates[0].is_exceeded, i >= 3);
		ck_assert_int_eq(s->verdict, i >= 3 ? VERDICT_SUSPECTED
		                                    : VERDICT_LEGITIMATE);
		news += s->learned->rates[0].is_news;
	}
	ck_assert_uint_eq(news, 1);
	fixture_close(&f);
}
END_TEST

static const struct rule_hit *
hit(const struct scan *s, const char *name)
{
	for (size_t i = 0; i < s->rules->n_hits; i++)
		if (strcmp(s->rules->hits[i].rule->name, name) == 0)
			return &s->rules->hits[i];
	return NULL;
}

/* The score is 12 for spam, 1.5 for a greeting; AWL goes half of the way to
 * the mean, whatever order the rules are in. */
START_TEST(a_rule_draws_the_score_to_the_history)
{
	static const char rules[] =
	    "loadplugin Mail::SpamAssassin::Plugin::AWL\n"
	    "header AWL eval:check_from_in_auto_welcomelist()\n"
	    "tflags AWL userconf noautolearn\n"
	    "body AD_WORD /buy now/\nscore AD_WORD 12\n"
	    "body DUBIOUS /hello/\nscore DUBIOUS 1.5\n";
	const struct sent spam = { .ip = "192.0.2.7",
		                   .from = "ann@example.org",
		                   .mail = spam_mail };
	const struct sent hello = { .ip = "192.0.2.7",
		                    .from = "ann@example.org",
		                    .mail =
		                        "From: ann@example.org\n\nhello\n" };
	struct fixture f;
	const struct scan *s;

	fixture_open_rules(&f, "reputation { bad_max = 0; good_max = 0; }",
	                   rules);
	s = receive(&f, &spam);
	ck_assert_ptr_null(hit(s, "AWL"));
	s = receive(&f, &spam);
	ck_assert_int_eq(hit(s, "AWL")->score_e4, 0);
	f.test = true;
	s = receive(&f, &hello);
	ck_assert_int_eq(hit(s, "AWL")->score_e4, 52500);
	ck_assert_int_eq(s->score_e4, 67500);
	ck_assert_int_eq(learned_base_e4(s), 15000);
	f.all_hits = true;
	s = receive(&f, &hello);
	ck_assert_int_eq(s->score_e4, 67500);
	fixture_close(&f);
}
END_TEST

START_TEST(rules_ask_what_is_known)
{
	static const char rules[] =
	    "header BAD_LINK eval:check_reputation('url', '0.2')\n"
	    "score BAD_LINK 1\n"
	    "header GOOD_LINK eval:check_reputation('url', '-1', '0.1')\n"
	    "header OFTEN eval:check_rate('network')\nscore OFTEN 0.5\n"
	    "meta BOTH BAD_LINK && OFTEN\nscore BOTH 0.25\n"
	    "body AD_WORD /buy now/\nscore AD_WORD 12\n";
	const struct sent spam = { .ip = "192.0.2.7",
		                   .from = "ann@example.org",
		                   .mail = spam_mail };
	struct fixture f;
	const struct scan *s;

	fixture_open_rules(&f, "rate { limits = \"network 3/1h\"; }", rules);
	s = receive(&f, &spam);
	ck_assert_ptr_null(hit(s, "BAD_LINK"));
	ck_assert_ptr_nonnull(hit(s, "GOOD_LINK"));
	for (int i = 0; i < 40; i++)
		s = receive(&f, &spam);
	ck_assert_ptr_nonnull(hit(s, "BAD_LINK"));
	ck_assert_ptr_null(hit(s, "GOOD_LINK"));
	ck_assert_ptr_nonnull(hit(s, "OFTEN"));
	ck_assert_ptr_nonnull(hit(s, "BOTH"));
	ck_assert_int_eq(learned_base_e4(s), 120000);
	fixture_close(&f);
}
END_TEST

/* Whatever a stranger writes is a name, and no more. */
START_TEST(hostile_names_are_names)
{
	static const char mail[] =
	    "From: \"x\" <a\0b|d:example.org@\xff\xfe.example>\n"
	    "From: second@example.org\n"
	    "In-Reply-To: <<<<>><a\0><\nReferences: <>>><\n\n"
	    "http://\x01.example/ hello\n";
	struct fixture f;
	const struct sent m = { .ip = "192.0.2.7",
		                .from = "a|b@\x01\xff|n:192.0.2.0/24",
		                .to = "|@||",
		                .mail = mail,
		                .n = sizeof mail - 1 };
	const struct sent nobody = { .mail = "\n\nhello\n" };

	fixture_open(&f, "greylist { enabled = yes; } rate { limits = "
	                 "\"sender 1/1h\", \"network 1/1h\", "
	                 "\"account 1/1h\", \"user 1/1h\"; }");
	for (int i = 0; i < 3; i++) {
		const struct scan *s = receive(&f, &m);

		ck_assert_uint_eq(s->learned->origin.from_domain.n, 0);
		ck_assert(!origin_is_aligned(&s->learned->origin));
		ck_assert_uint_eq(receive(&f, &nobody)->learned->n_rates, 0);
	}
	fixture_close(&f);
}
END_TEST

START_TEST(an_author_of_posts_has_a_name)
{
	struct message_post post = { .text = SV("buy now"),
		                     .author = SV("Eve\0x"),
		                     .email = SV("eve@example.org") };
	struct fixture f;

	fixture_open(&f, "rate { limits = \"account 2/1h\"; }");
	for (int i = 0; i < 60; i++) {
		arena_reset(f.arena);
		f.scan = (struct scan){
			.arena = f.arena,
			.snapshot = f.snapshot,
			.worker = f.worker,
			.channel = CHANNEL_HTTP,
			.surface = "comment",
			.envelope = { .client_ip = SV("2001:db8:1:2::3") },
			.post = &post,
			.unix_ms = f.now_ms,
			.store = f.store,
		};
		scan_run(&f.scan);
		learned_tell(&f.scan);
	}
	ck_assert(f.scan.learned->rates[0].is_exceeded);
	ck_assert_ptr_null(subject(&f.scan, "domain:example.org"));
	ck_assert_ptr_nonnull(subject(&f.scan, "network:2001:db8:1::/48"));
	ck_assert_int_gt(f.scan.learned->reputation.points_e4, 10000);
	fixture_close(&f);
}
END_TEST

START_TEST(ten_thousand_recipients_count_as_such)
{
	struct fixture f;
	struct sv *to;

	fixture_open(&f, "rate { limits = \"sender 5000/1h\"; }");
	to = ARENA_ARRAY(f.arena, struct sv, 10000);
	for (size_t i = 0; i < 10000; i++)
		to[i] = arena_printf(f.arena, "u%zu@example.com", i);
	f.scan = (struct scan){
		.arena = f.arena,
		.snapshot = f.snapshot,
		.worker = f.worker,
		.channel = CHANNEL_SMTP,
		.surface = "mail",
		.envelope = { .client_ip = SV("192.0.2.7"),
		              .from = SV("ann@example.org"),
		              .recipients = to,
		              .n_recipients = 10000 },
		.raw = sv_str(good_mail),
		.unix_ms = f.now_ms,
		.store = f.store,
	};
	scan_run(&f.scan);
	ck_assert(f.scan.learned->rates[0].is_exceeded);
	ck_assert_double_eq(f.scan.learned->rates[0].used, 10000);
	ck_assert_uint_lt(f.scan.learned->exchange.n_reads, 40);
	fixture_close(&f);
}
END_TEST

START_TEST(the_record_tells_what_was_learned)
{
	const struct sent m = { .ip = "203.0.113.5",
		                .from = "eve@example.info",
		                .mail = "From: eve@example.info\n\nhello\n" };
	struct fixture f;
	struct buf out = BUF_INIT(1 << 20);
	const struct scan *s;
	json_t *root, *signals;

	fixture_open(&f, "greylist { enabled = yes; } "
	                 "rate { limits = \"sender 1/1h\"; }");
	receive(&f, &m);
	s = receive(&f, &m);
	scan_record(s, &out);
	root = json_loadb(buf_sv(&out).p, buf_sv(&out).n, 0, NULL);
	ck_assert_ptr_nonnull(root);
	signals = json_object_get(root, "signals");
	ck_assert_uint_gt(
	    json_array_size(json_object_get(
		json_object_get(signals, "reputation"), "subjects")),
	    1);
	ck_assert(json_is_true(json_object_get(
	    json_array_get(json_object_get(signals, "rates"), 0), "alert")));
	ck_assert_str_eq(json_string_value(json_object_get(
			     json_object_get(signals, "greylist"), "state")),
	                 "early");
	ck_assert(json_is_false(
	    json_object_get(json_object_get(signals, "known"), "reply")));
	json_decref(root);
	buf_done(&out);
	fixture_close(&f);
}
END_TEST

UNIT_MAIN("learned", a_sender_earns_a_name, nobody_uses_the_name_of_others,
          tests_teach_nothing, a_message_without_a_store_is_judged_as_ever,
          the_dubious_are_asked_to_come_again, whom_users_wrote_to_is_known,
          who_sends_too_much_is_told_of_once,
          a_rule_draws_the_score_to_the_history, rules_ask_what_is_known,
          hostile_names_are_names, an_author_of_posts_has_a_name,
          ten_thousand_recipients_count_as_such,
          the_record_tells_what_was_learned)
