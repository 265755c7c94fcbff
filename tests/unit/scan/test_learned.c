/* SPDX-License-Identifier: Apache-2.0 */
/* What is remembered of messages bears on later ones. */
#include <stdio.h>

#include "../unit.h"
#include "base/json.h"
#include "fact/zone.h"
#include "scan/learned.h"
#include "store/store.h"

#define MINUTE_MS ((int64_t)60000)
#define DAY_MS    (24 * 60 * MINUTE_MS)

static const char rules_text[] = "body AD_WORD /buy now/i\n"
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
	bool test;
};

static struct conf_store store_conf = {
	.backend = STORE_BACKEND_MEMORY,
	.bytes_max = 16 << 20,
	.commit_ms = 1000,
	.queue_max = 10000,
};

static void
fixture_open(struct fixture *f, const char *conf_text)
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
		.raw = sv_str(m->mail),
		.unix_ms = f->now_ms,
		.store = f->store,
		.test = f->test,
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

UNIT_MAIN("learned", a_sender_earns_a_name, nobody_uses_the_name_of_others,
          tests_teach_nothing, a_message_without_a_store_is_judged_as_ever,
          the_dubious_are_asked_to_come_again, whom_users_wrote_to_is_known,
          who_sends_too_much_is_told_of_once)
