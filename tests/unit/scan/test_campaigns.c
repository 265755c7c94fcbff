/* SPDX-License-Identifier: Apache-2.0 */
/* Posts and mails of one campaign, as they are judged; and their traces. */
#include <stdio.h>

#include "../unit.h"
#include "base/json.h"
#include "learn/feature_pack.h"
#include "learn/trace.h"
#include "scan/learned.h"

static const char advert[] =
    "Our shop has watches of all famous makers for a tenth of what you would "
    "pay elsewhere. Every watch is new, and is sent to your home within two "
    "days. Order this week and choose a second one for nothing at all.";

static const char rules_text[] =
    "body AD /for nothing/\n"
    "score AD 12\n"
    "header SEEN eval:check_campaign('volume', '0.5')\n"
    "score SEEN 0.5\n"
    "header YOUNG eval:check_campaign('age', '0', '1.5')\n"
    "score YOUNG 0.25\n"
    "header MANY eval:check_campaign('senders', '5')\n"
    "score MANY 1\n";

static struct conf_store store_conf = {
	.backend = STORE_BACKEND_MEMORY,
	.bytes_max = 16 << 20,
	.commit_ms = 1000,
	.queue_max = 10000,
};

struct fixture {
	struct snapshot *snapshot;
	struct rule_worker *worker;
	struct arena *arena;
	struct store *store;
	struct campaign_secret *secret;
	struct scan scan;
	int64_t now_ms;
	bool test;
};

static void
fixture_open(struct fixture *f, const char *conf_text)
{
	struct diags diags = DIAGS_INIT;
	struct rule_sources sources = { 0 };
	struct conf *conf = conf_parse(sv_str(conf_text), "t.conf", &diags);
	struct rule_set *rules;
	char why[STORE_WHY];

	ck_assert_ptr_nonnull(conf);
	rule_sources_add(&sources, "t.cf", sv_str(rules_text));
	rules = rule_set_compile(&sources, conf, &diags);
	ck_assert_ptr_nonnull(rules);
	rule_sources_done(&sources);
	*f = (struct fixture){
		.snapshot = snapshot_new(conf, rules),
		.worker = rule_worker_new(),
		.arena = arena_new(),
		.secret = campaign_secret_new(),
		.now_ms = 4000000000000,
	};
	ck_assert_int_eq(store_open(&store_conf, &f->store, why), 0);
	ck_assert(campaign_secret_load(f->secret, f->store, f->now_ms));
	diags_done(&diags);
}

static void
fixture_close(struct fixture *f)
{
	campaign_secret_free(f->secret);
	store_close(f->store);
	arena_free(f->arena);
	rule_worker_free(f->worker);
	snapshot_unref(f->snapshot);
}

static const struct scan *
receive(struct fixture *f, const char *text)
{
	struct message_post *post;
	struct scan *s = &f->scan;

	arena_reset(f->arena);
	post = ARENA_NEW(f->arena, struct message_post);
	post->text = sv_str(text);
	post->author = SV("ann");
	*s = (struct scan){
		.arena = f->arena,
		.snapshot = f->snapshot,
		.worker = f->worker,
		.channel = CHANNEL_HTTP,
		.surface = "comment",
		.envelope = { .client_ip = SV("192.0.2.1") },
		.post = post,
		.store = f->store,
		.secret = f->secret,
		.test = f->test,
		.unix_ms = f->now_ms += 1000,
	};
	scan_run(s);
	ck_assert(learned_tell(s));
	return s;
}

static struct sv
record_of(const struct scan *s)
{
	struct buf out = BUF_INIT(1 << 20);
	struct sv text;

	scan_record(s, &out);
	text = arena_dup(s->arena, buf_sv(&out));
	buf_done(&out);
	return text;
}

START_TEST(the_record_says_of_which_campaign_it_is)
{
	const struct scan *s;
	struct fixture f;

	fixture_open(&f, "");
	s = receive(&f, advert);
	ck_assert(s->learned->campaign.volume == 0);
	s = receive(&f, advert);
	ck_assert_double_eq_tol(s->learned->campaign.volume, 1, 0.01);
	ck_assert(sv_find(record_of(s), SV("\"campaign\": {\"id\": \"")) !=
	              SV_NOT_FOUND ||
	          sv_find(record_of(s), SV("\"campaign\":{\"id\":\"")) !=
	              SV_NOT_FOUND);
	fixture_close(&f);
}
END_TEST

START_TEST(rules_ask_for_its_counts)
{
	const int64_t ad_e4 = 120000;
	const struct scan *s;
	struct fixture f;

	fixture_open(&f, "reputation { enabled = no; }");
	ck_assert_int_eq(receive(&f, advert)->score_e4, ad_e4);
	ck_assert_int_eq(receive(&f, advert)->score_e4, ad_e4 + 5000 + 2500);
	s = receive(&f, advert);
	ck_assert_int_eq(s->score_e4, ad_e4 + 5000);
	/* Points of campaigns are none that teach. */
	ck_assert_int_eq(learned_base_e4(s), ad_e4);
	fixture_close(&f);
}
END_TEST

START_TEST(tests_count_for_nothing)
{
	struct fixture f;

	fixture_open(&f, "");
	f.test = true;
	receive(&f, advert);
	receive(&f, advert);
	f.test = false;
	ck_assert(receive(&f, advert)->learned->campaign.volume == 0);
	fixture_close(&f);
}
END_TEST

START_TEST(it_can_be_turned_off)
{
	struct fixture f;

	fixture_open(&f, "campaign { enabled = no; }");
	receive(&f, advert);
	ck_assert(receive(&f, advert)->learned->campaign.keys.n == 0);
	fixture_close(&f);
}
END_TEST

/* Of the message judged last. */
static bool
read_trace(struct fixture *f, struct trace *ret)
{
	char name[TRACE_NAME];
	struct store_read r = { .name = trace_name(sv_str(f->scan.id), name),
		                .is_value = true };

	store_get(f->store, f->arena, f->now_ms, &r, 1);
	return r.found && trace_read(r.value, ret) == 0;
}

START_TEST(a_trace_has_what_a_report_needs)
{
	struct fixture f;
	struct features features;
	struct trace t;

	fixture_open(&f, "");
	receive(&f, advert);
	ck_assert(read_trace(&f, &t));
	ck_assert_uint_eq(t.verdict, VERDICT_ADVERTISING_SPAM);
	ck_assert_uint_eq(t.channel, CHANNEL_HTTP);
	ck_assert_int_eq(t.unix_ms, f.now_ms);
	ck_sv_eq(t.surface, "comment");
	ck_assert_mem_eq(&t.keys, &f.scan.learned->campaign.keys,
	                 sizeof t.keys);
	ck_assert_uint_gt(t.n_subjects, 0);
	ck_assert(t.subjects[0].is_learned);
	ck_assert_int_gt(t.learned_e4, 0);
	ck_assert_int_eq(features_unpack(t.features, f.arena, &features), 0);
	ck_assert_uint_gt(features.kinds[FEATURE_WORD].n, 10);
	f.now_ms += f.snapshot->conf->feedback.window_ms + 1000;
	ck_assert(!read_trace(&f, &t));
	fixture_close(&f);
}
END_TEST

START_TEST(a_test_leaves_a_trace_only_if_told_to)
{
	struct fixture f;
	struct trace t;

	fixture_open(&f, "");
	f.test = true;
	receive(&f, advert);
	ck_assert(!read_trace(&f, &t));
	ck_assert_int_eq(learned_trace(&f.scan), 0);
	ck_assert(read_trace(&f, &t));
	ck_assert_int_eq(t.learned_e4, 0);
	f.test = false;
	ck_assert(receive(&f, advert)->learned->campaign.volume == 0);
	fixture_close(&f);
}
END_TEST

UNIT_MAIN("campaigns", rules_ask_for_its_counts,
          the_record_says_of_which_campaign_it_is, tests_count_for_nothing,
          it_can_be_turned_off, a_trace_has_what_a_report_needs,
          a_test_leaves_a_trace_only_if_told_to)
