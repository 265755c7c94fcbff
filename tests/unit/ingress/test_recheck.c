/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An engine that overlooks a pattern is caught. This program is linked with
 * --wrap for match_begin() and match_candidates(): the matcher's own functions
 * are __real_..., and rules get what those here say.
 */
#include <pthread.h>

#include "../unit.h"
#include "ingress/recheck.h"

#include "base/mem.h"
#include "match/match.h"

static bool is_blind;               /* the engine overlooks everything */
static bool is_out_of_time;         /* it is, and PCRE2 is not */
static _Thread_local bool is_alone; /* PCRE2 */

unsigned __real_match_begin(struct match_worker *w, const struct match_set *set,
                            const struct match_job *job);
unsigned __wrap_match_begin(struct match_worker *w, const struct match_set *set,
                            const struct match_job *job);
const unsigned *__real_match_candidates(const struct match_worker *w,
                                        size_t *ret_n);
const unsigned *__wrap_match_candidates(const struct match_worker *w,
                                        size_t *ret_n);

unsigned
__wrap_match_begin(struct match_worker *w, const struct match_set *set,
                   const struct match_job *job)
{
	struct match_job hurried = *job;

	is_alone = job->ungated;
	if (is_out_of_time && !is_alone)
		hurried.deadline_mono_us = 1;
	return __real_match_begin(w, set, &hurried);
}

const unsigned *
__wrap_match_candidates(const struct match_worker *w, size_t *ret_n)
{
	const unsigned *ids = __real_match_candidates(w, ret_n);

	if (is_blind && !is_alone)
		*ret_n = 0;
	return ids;
}

static const char rules[] = "body A /buy now/\nscore A 3\n"
			    "body B /something else/\nscore B 1\n";

struct fixture {
	struct counters counters;
	struct recheck *recheck;
	struct snapshot *snapshot;
	struct arena *arena;
};

static void
fixture_open(struct fixture *f, const char *conf_text)
{
	struct diags diags = DIAGS_INIT;
	struct rule_sources sources = { 0 };
	struct conf *conf = conf_parse(sv_str(conf_text), "t.conf", &diags);
	struct rule_set *rs;

	ck_assert_ptr_nonnull(conf);
	rule_sources_add(&sources, "t.cf", sv_str(rules));
	rs = rule_set_compile(&sources, conf, &diags);
	ck_assert_ptr_nonnull(rs);
	rule_sources_done(&sources);
	diags_done(&diags);
	*f = (struct fixture){ .snapshot = snapshot_new(conf, rs),
		               .arena = arena_new() };
	f->recheck = recheck_new(&f->counters);
}

static void
fixture_close(struct fixture *f)
{
	recheck_free(f->recheck);
	snapshot_unref(f->snapshot);
	arena_free(f->arena);
}

/* Judges a mail and gives it to the thread; returns the score. */
static int64_t
judge(struct fixture *f, struct rule_worker *w, struct arena *a)
{
	struct scan s = {
		.arena = a,
		.snapshot = f->snapshot,
		.worker = w,
		.channel = CHANNEL_SMTP,
		.surface = "mail",
		.raw = SV("Subject: hello\n\nbuy now\n"),
	};

	scan_run(&s);
	recheck_offer(f->recheck, &s);
	recheck_drain(f->recheck);
	return s.score_e4;
}

static int64_t
judge_one(struct fixture *f)
{
	struct rule_worker *w = rule_worker_new();
	int64_t score_e4 = judge(f, w, f->arena);

	rule_worker_free(w);
	return score_e4;
}

START_TEST(a_sound_engine_is_left_alone)
{
	struct fixture f;

	fixture_open(&f, "match { engine = gates; recheck_every = 2; }");
	for (int i = 0; i < 6; i++)
		ck_assert_int_eq(judge_one(&f), 30000);
	ck_assert_uint_eq(counter_get(&f.counters, COUNTER_rechecked), 3);
	ck_assert_uint_eq(counter_get(&f.counters, COUNTER_recheck_failed), 0);
	ck_assert(!rule_set_is_distrusted(f.snapshot->rules));
	fixture_close(&f);
}
END_TEST

START_TEST(an_engine_that_overlooks_a_rule_is_used_no_more)
{
	struct fixture f;

	fixture_open(&f, "match { engine = gates; recheck_every = 2; }");
	is_blind = true;
	ck_assert_int_eq(judge_one(&f), 0); /* wrong, and nobody knows */
	ck_assert_int_eq(judge_one(&f), 0);
	ck_assert_uint_eq(counter_get(&f.counters, COUNTER_recheck_failed), 1);
	ck_assert(rule_set_is_distrusted(f.snapshot->rules));
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(judge_one(&f), 30000);
	/* There is nothing to be found out any more. */
	ck_assert_uint_eq(counter_get(&f.counters, COUNTER_rechecked), 1);
	is_blind = false;
	fixture_close(&f);
}
END_TEST

START_TEST(an_engine_that_is_out_of_time_is_not_to_blame)
{
	struct fixture f;

	fixture_open(&f, "match { engine = gates; recheck_every = 2; }");
	is_out_of_time = true;
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(judge_one(&f), 0);
	is_out_of_time = false;
	ck_assert_uint_eq(counter_get(&f.counters, COUNTER_rechecked), 2);
	ck_assert_uint_eq(counter_get(&f.counters, COUNTER_recheck_failed), 0);
	ck_assert(!rule_set_is_distrusted(f.snapshot->rules));
	fixture_close(&f);
}
END_TEST

START_TEST(nothing_is_looked_at_again_when_nobody_wants_it)
{
	struct fixture f;

	fixture_open(&f, "match { engine = gates; recheck_every = 0; }");
	is_blind = true;
	for (int i = 0; i < 4; i++)
		judge_one(&f);
	ck_assert_uint_eq(counter_get(&f.counters, COUNTER_rechecked), 0);
	is_blind = false;
	fixture_close(&f);
}
END_TEST

enum { THREADS = 4, MESSAGES = 200 };

static void *
judge_many(void *ctx)
{
	struct fixture *f = ctx;
	struct rule_worker *w = rule_worker_new();
	struct arena *a = arena_new();

	for (int i = 0; i < MESSAGES; i++) {
		ck_assert_int_eq(judge(f, w, a), 30000);
		arena_reset(a);
	}
	arena_free(a);
	rule_worker_free(w);
	return NULL;
}

START_TEST(many_threads_offer_and_the_queue_stays_short)
{
	pthread_t threads[THREADS];
	struct fixture f;

	fixture_open(&f, "match { engine = gates; recheck_every = 3; }");
	for (int i = 0; i < THREADS; i++)
		ck_assert_int_eq(
		    pthread_create(&threads[i], NULL, judge_many, &f), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	recheck_drain(f.recheck);
	ck_assert_uint_gt(counter_get(&f.counters, COUNTER_rechecked), 0);
	ck_assert_uint_le(counter_get(&f.counters, COUNTER_rechecked),
	                  THREADS * MESSAGES / 3);
	fixture_close(&f);
}
END_TEST

UNIT_MAIN("recheck", a_sound_engine_is_left_alone,
          an_engine_that_overlooks_a_rule_is_used_no_more,
          an_engine_that_is_out_of_time_is_not_to_blame,
          nothing_is_looked_at_again_when_nobody_wants_it,
          many_threads_offer_and_the_queue_stays_short)
