/* SPDX-License-Identifier: Apache-2.0 */
#include "signals.h"

#include <math.h>
#include <stdio.h>

#include "base/e4.h"
#include "learn/ledger.h"
#include "learn/log_trim.h"

/* A ledger over a store in memory, and what it told. */
struct bench {
	struct signals s;
	struct conf *conf;
	struct ledger *ledger;
	unsigned told, reports;
};

static void
note_told(void *ctx, const struct receipt *r, const struct trace *t)
{
	(void)r;
	(void)t;
	++*(unsigned *)ctx;
}

static void
open_ledger(struct bench *b)
{
	const struct ledger_options options = {
		.store = b->s.store,
		.conf = b->conf,
		.tell = note_told,
		.ctx = &b->told,
	};

	b->ledger = ledger_new(&options);
}

static void
start(struct bench *b)
{
	struct diags diags = DIAGS_INIT;

	*b = (struct bench){ 0 };
	signals_start(&b->s);
	b->conf = conf_load(NULL, &diags);
	ck_assert_ptr_nonnull(b->conf);
	open_ledger(b);
}

static void
end(struct bench *b)
{
	ledger_free(b->ledger);
	conf_unref(b->conf);
	signals_end(&b->s);
}

/* ---- messages ---- */

/* "...00NN" of campaign C: its text keys are those of the campaign, but for
 * one, and the key of its whole text is its own. */
static struct sv
verdict_id(struct bench *b, unsigned campaign, unsigned message)
{
	return arena_printf(b->s.arena, "0190f2a0-0000-7000-%04x-%012x",
	                    0x8000 + campaign, message);
}

static void
write_trace(struct bench *b, unsigned campaign, unsigned message)
{
	struct trace t = {
		.unix_ms = b->s.now_ms,
		.own_score_e4 = 3 * E4_ONE,
		.keys = { .n = CAMPAIGN_TEXT_KEYS + 1,
		          .n_text = CAMPAIGN_TEXT_KEYS,
		          .quorum = 3 },
		.subjects = { { .name = SV("ip:192.0.2.1") } },
		.n_subjects = 1,
	};
	struct buf value = BUF_INIT(STORE_VALUE_MAX);
	char name[TRACE_NAME];
	struct store_op *op;

	for (unsigned i = 0; i <= CAMPAIGN_TEXT_KEYS; i++)
		t.keys.list[i] = 1000 * campaign + i + 1;
	t.keys.list[0] += 100000 * (message + 1);
	t.keys.list[CAMPAIGN_TEXT_KEYS] += 100000 * (message + 1);
	trace_write(&t, &value);
	signals_next(&b->s, 0);
	op = exchange_tell(&b->s.x, STORE_SET,
	                   trace_name(verdict_id(b, campaign, message), name));
	op->value = buf_sv(&value);
	op->expires_ms = b->s.now_ms + 14 * DAY_MS;
	signals_tell(&b->s);
	buf_done(&value);
}

/* ---- reports ---- */

/* Reporter `who` of network `net`; 0: it has no address. The id of the report
 * is returned. */
static struct sv
submit_as(struct bench *b, unsigned campaign, unsigned message,
          enum feedback_kind kind, unsigned who, unsigned net,
          bool is_correction)
{
	struct feedback f = {
		.verdict_id = verdict_id(b, campaign, message),
		.kind = kind,
		.by = arena_printf(b->s.arena, "reporter %u", who),
		.is_person = true,
		.is_correction = is_correction,
		.node = "a",
		.unix_ms = b->s.now_ms,
	};
	struct feedback_answer answer;

	if (net)
		f.network = arena_printf(b->s.arena, "10.%u.%u.%u", net >> 8,
		                         net & 255, 1 + who % 250);
	snprintf(f.id, sizeof f.id, "0190f2a0-0000-7000-a000-%012x",
	         ++b->reports);
	write_trace(b, campaign, message);
	ck_assert_int_eq(
	    feedback_submit(b->s.store, &b->conf->feedback, &f, &answer), 0);
	return arena_dup(b->s.arena, sv_str(answer.id));
}

static struct sv
submit(struct bench *b, unsigned message, enum feedback_kind kind, unsigned who)
{
	return submit_as(b, 1, message, kind, who, who, false);
}

static size_t
apply(struct bench *b)
{
	struct ledger_step step;
	size_t n = 0;

	do {
		ck_assert_int_eq(ledger_step(b->ledger, b->s.now_ms, &step), 0);
		ck_assert(!step.is_failing);
		n += step.applied;
	} while (step.is_more);
	return n;
}

static struct receipt
receipt_of(struct bench *b, struct sv id)
{
	struct store_read r = { .name = receipt_name(b->s.arena, id),
		                .is_value = true };
	struct receipt p;

	store_get(b->s.store, b->s.arena, b->s.now_ms, &r, 1);
	ck_assert(r.found);
	ck_assert_int_eq(receipt_read(r.value, b->s.arena, &p), 0);
	return p;
}

/* What a message of the campaign that nobody has seen yet would be. */
static struct recognition
recognize(struct bench *b, unsigned campaign)
{
	struct campaign_keys keys = { .n = CAMPAIGN_TEXT_KEYS + 1,
		                      .n_text = CAMPAIGN_TEXT_KEYS,
		                      .quorum = 3 };
	struct recognition r;

	for (unsigned i = 0; i <= CAMPAIGN_TEXT_KEYS; i++)
		keys.list[i] = 1000 * campaign + i + 1;
	signals_next(&b->s, 0);
	recognition_gather(&r, &keys, b->conf->feedback.half_life_ms, &b->s.x);
	signals_ask(&b->s);
	recognition_judge(&r, &b->conf->recognition, &b->s.x, true);
	return r;
}

static void
check_state(struct bench *b, enum recognition_state state)
{
	ck_assert_str_eq(recognition_word(recognize(b, 1).state),
	                 recognition_word(state));
}

static struct sv
reporter_name(struct bench *b, struct sv report)
{
	return ARENA_JOIN(b->s.arena, SV("trust:"),
	                  receipt_of(b, report).entry.who);
}

static struct trust
trust_of(struct bench *b, struct sv report)
{
	struct store_read r = {
		.name = reporter_name(b, report),
		.half_life_ms = b->conf->feedback.trust_half_life_ms,
	};
	struct trust t = { 0 };

	store_get(b->s.store, b->s.arena, b->s.now_ms, &r, 1);
	t.confirmed = r.sums[0];
	t.overturned = r.sums[1];
	trust_compute(&t, &b->conf->feedback);
	return t;
}

static double
spam_of_client(struct bench *b)
{
	struct store_read r = { .name = SV("ip:192.0.2.1"),
		                .half_life_ms = 7 * DAY_MS };

	store_get(b->s.store, b->s.arena, b->s.now_ms, &r, 1);
	return r.sums[0];
}

/* ---- tests ---- */

START_TEST(honest_reports_make_a_campaign_suspected_and_then_spam)
{
	struct bench b;

	start(&b);
	submit(&b, 1, FEEDBACK_SPAM, 1);
	ck_assert_uint_eq(apply(&b), 1);
	check_state(&b, RECOGNITION_NONE);
	submit(&b, 2, FEEDBACK_SPAM, 2);
	apply(&b);
	check_state(&b, RECOGNITION_SUSPECTED);
	submit(&b, 3, FEEDBACK_SPAM, 3);
	apply(&b);
	check_state(&b, RECOGNITION_SPAM);
	ck_assert_uint_eq(b.told, 3);
	ck_assert_double_gt(spam_of_client(&b), 0.9);
	end(&b);
}
END_TEST

START_TEST(a_thousand_of_one_network_change_nothing)
{
	struct recognition r;
	struct bench b;

	start(&b);
	for (unsigned i = 0; i < 1000; i++)
		submit_as(&b, 1, i % 40, FEEDBACK_SPAM, 1000 + i, 7, false);
	ck_assert_uint_eq(apply(&b), 1000);
	check_state(&b, RECOGNITION_NONE);
	r = recognize(&b, 1);
	ck_assert_double_le(r.spam, 0.5 + 1e-6);
	ck_assert_double_le(r.reporters, 1 + 1e-6);
	end(&b);
}
END_TEST

START_TEST(strangers_of_many_networks_count_as_a_few)
{
	struct recognition r;
	struct bench b;

	start(&b);
	for (unsigned i = 0; i < 300; i++)
		submit_as(&b, 1, i % 40, FEEDBACK_SPAM, 1000 + i, 1 + i, false);
	apply(&b);
	r = recognize(&b, 1);
	ck_assert_double_le(r.spam, 1 + 1e-6);
	/* A few who say that it is not spam are as many. */
	for (unsigned i = 0; i < 3; i++)
		submit_as(&b, 1, i, FEEDBACK_HAM, 5000 + i, 500 + i, false);
	apply(&b);
	check_state(&b, RECOGNITION_NONE);
	end(&b);
}
END_TEST

START_TEST(who_says_it_twice_counts_once)
{
	struct sv second;
	struct bench b;

	start(&b);
	submit(&b, 1, FEEDBACK_SPAM, 1);
	second = submit(&b, 2, FEEDBACK_SPAM, 1);
	apply(&b);
	ck_assert_int_eq(receipt_of(&b, second).state, RECEIPT_IGNORED);
	ck_assert_int_eq(receipt_of(&b, second).why, RECEIPT_REPEATED);
	ck_assert_double_lt(recognize(&b, 1).reporters, 1.01);
	/* Of another campaign they may speak. */
	second = submit_as(&b, 2, 1, FEEDBACK_SPAM, 1, 1, false);
	apply(&b);
	ck_assert_int_eq(receipt_of(&b, second).state, RECEIPT_APPLIED);
	end(&b);
}
END_TEST

START_TEST(who_changes_their_mind_has_said_the_last_thing)
{
	struct sv first, second;
	struct recognition r;
	struct bench b;

	start(&b);
	first = submit(&b, 1, FEEDBACK_SPAM, 1);
	second = submit(&b, 1, FEEDBACK_HAM, 1);
	apply(&b);
	ck_assert_int_eq(receipt_of(&b, first).state, RECEIPT_WITHDRAWN);
	ck_assert_int_eq(receipt_of(&b, second).state, RECEIPT_APPLIED);
	r = recognize(&b, 1);
	ck_assert_double_eq_tol(r.spam, 0, 1e-9);
	ck_assert_double_gt(r.ham, 0.3);
	end(&b);
}
END_TEST

START_TEST(a_report_can_be_withdrawn_by_who_made_it)
{
	struct sv report, other;
	struct bench b;

	start(&b);
	report = submit(&b, 1, FEEDBACK_SPAM, 1);
	other = submit(&b, 1, FEEDBACK_WITHDRAWN, 2);
	apply(&b);
	ck_assert_int_eq(receipt_of(&b, other).why, RECEIPT_NOT_THEIRS);
	ck_assert_double_gt(spam_of_client(&b), 0.3);
	signals_next(&b.s, 10 * DAY_MS);
	submit(&b, 1, FEEDBACK_WITHDRAWN, 1);
	apply(&b);
	ck_assert_int_eq(receipt_of(&b, report).state, RECEIPT_WITHDRAWN);
	ck_assert_double_eq_tol(recognize(&b, 1).spam, 0, 1e-9);
	ck_assert_double_eq_tol(spam_of_client(&b), 0, 1e-9);
	/* They may think again. */
	report = submit(&b, 1, FEEDBACK_SPAM, 1);
	apply(&b);
	ck_assert_int_eq(receipt_of(&b, report).state, RECEIPT_APPLIED);
	end(&b);
}
END_TEST

START_TEST(a_review_overturns_and_can_be_withdrawn_itself)
{
	struct sv spam[3], ham;
	struct trust before;
	struct bench b;

	start(&b);
	for (unsigned i = 0; i < 3; i++)
		spam[i] = submit(&b, i, FEEDBACK_SPAM, 1 + i);
	ham = submit(&b, 1, FEEDBACK_HAM, 9);
	apply(&b);
	before = trust_of(&b, spam[0]);
	check_state(&b, RECOGNITION_SUSPECTED);
	submit_as(&b, 1, 1, FEEDBACK_HAM, 50, 0, true);
	apply(&b);
	check_state(&b, RECOGNITION_NONE);
	ck_assert_double_eq_tol(recognize(&b, 1).spam, 0, 1e-9);
	for (unsigned i = 0; i < 3; i++) {
		ck_assert_int_eq(receipt_of(&b, spam[i]).state,
		                 RECEIPT_OVERTURNED);
		ck_assert_double_lt(trust_of(&b, spam[i]).mean, before.mean);
	}
	ck_assert_int_eq(receipt_of(&b, ham).state, RECEIPT_CONFIRMED);
	ck_assert_double_gt(trust_of(&b, ham).mean, before.mean);
	/* Later ones do not count, either way. */
	ham = submit(&b, 5, FEEDBACK_SPAM, 70);
	apply(&b);
	ck_assert_int_eq(receipt_of(&b, ham).why, RECEIPT_REVIEWED);
	/* The review was wrong, and is taken back: all is as it was. */
	signals_next(&b.s, DAY_MS);
	submit_as(&b, 1, 1, FEEDBACK_WITHDRAWN, 50, 0, false);
	apply(&b);
	ck_assert_int_eq(receipt_of(&b, spam[0]).state, RECEIPT_APPLIED);
	ck_assert_double_eq_tol(trust_of(&b, spam[0]).mean, before.mean, 1e-6);
	check_state(&b, RECOGNITION_SUSPECTED);
	/* And the opposite one convicts without any other sign. */
	submit_as(&b, 1, 2, FEEDBACK_SPAM, 51, 0, true);
	apply(&b);
	ck_assert_int_eq(receipt_of(&b, spam[1]).state, RECEIPT_CONFIRMED);
	check_state(&b, RECOGNITION_SPAM);
	end(&b);
}
END_TEST

START_TEST(an_overturned_reporter_counts_for_less)
{
	struct sv report;
	struct bench b;

	start(&b);
	submit(&b, 1, FEEDBACK_SPAM, 1);
	submit_as(&b, 1, 1, FEEDBACK_HAM, 50, 0, true);
	report = submit_as(&b, 2, 1, FEEDBACK_SPAM, 1, 1, false);
	apply(&b);
	ck_assert_int_eq(receipt_of(&b, report).why, RECEIPT_NO_TRUST);
	ck_assert_double_eq_tol(recognize(&b, 2).reporters, 0, 1e-9);
	end(&b);
}
END_TEST

START_TEST(programs_are_no_reporters)
{
	struct feedback f = { .kind = FEEDBACK_SPAM };
	struct feedback_answer answer;
	struct recognition r;
	struct bench b;

	start(&b);
	write_trace(&b, 1, 1);
	f.verdict_id = verdict_id(&b, 1, 1);
	f.unix_ms = b.s.now_ms;
	f.node = "a";
	for (unsigned i = 0; i < 50; i++) {
		f.by = arena_printf(b.s.arena, "program %u", i);
		f.network = arena_printf(b.s.arena, "10.0.%u.1", i);
		ck_assert_int_eq(
		    feedback_submit(b.s.store, &b.conf->feedback, &f, &answer),
		    0);
	}
	apply(&b);
	r = recognize(&b, 1);
	ck_assert_double_eq_tol(r.reporters, 0, 1e-9);
	check_state(&b, RECOGNITION_NONE);
	end(&b);
}
END_TEST

START_TEST(a_killed_ledger_counts_nothing_twice)
{
	struct ledger_totals totals[FEEDBACK_SOURCES];
	struct recognition before, after;
	struct bench b;

	start(&b);
	for (unsigned i = 0; i < 30; i++)
		submit(&b, i, i % 4 ? FEEDBACK_SPAM : FEEDBACK_HAM, 1 + i);
	apply(&b);
	before = recognize(&b, 1);
	for (int i = 0; i < 3; i++) {
		ledger_free(b.ledger);
		open_ledger(&b);
		ck_assert_uint_eq(apply(&b), 0);
	}
	after = recognize(&b, 1);
	ck_assert_double_eq(before.spam, after.spam);
	ck_assert_double_eq(before.ham, after.ham);
	ledger_totals(b.s.store, b.s.now_ms, totals);
	ck_assert_double_eq(totals[0].counting + totals[0].ignored, 30);
	ck_assert_uint_eq(b.told, 30);
	end(&b);
}
END_TEST

START_TEST(an_appeal_asks_and_decides_nothing)
{
	struct sv report;
	struct bench b;

	start(&b);
	submit(&b, 1, FEEDBACK_SPAM, 1);
	report = submit(&b, 1, FEEDBACK_APPEAL, 2);
	apply(&b);
	ck_assert_int_eq(receipt_of(&b, report).state, RECEIPT_APPLIED);
	ck_assert_double_eq_tol(recognize(&b, 1).ham, 0, 1e-9);
	end(&b);
}
END_TEST

static int
count_entry(void *ctx, const struct store_entry *e)
{
	(void)e;
	++*(unsigned *)ctx;
	return 0;
}

static unsigned
entries(struct bench *b, const char *log)
{
	unsigned n = 0;

	ck_assert_int_eq(store_read_log(b->s.store, sv_str(log), NULL, SIZE_MAX,
	                                count_entry, &n),
	                 0);
	return n;
}

START_TEST(logs_lose_what_is_old_and_was_read)
{
	int64_t old_ms, keep_ms;
	size_t n = 0;
	struct bench b;

	start(&b);
	keep_ms = b.conf->feedback.keep_ms;
	submit(&b, 1, FEEDBACK_SPAM, 1);
	apply(&b);
	old_ms = b.s.now_ms;
	b.s.now_ms += keep_ms;
	submit(&b, 2, FEEDBACK_SPAM, 2);
	apply(&b);
	ck_assert_uint_eq(entries(&b, "feedback"), 2);
	ck_assert_uint_eq(entries(&b, "change"), 2);
	/* On the last day of its time, one is there still. */
	ck_assert(!log_trim(b.s.store, b.conf, INT64_MAX, b.s.now_ms, &n));
	ck_assert_uint_eq(n, 0);
	/* Then it goes, but for a change that was not read. */
	ck_assert(!log_trim(b.s.store, b.conf, old_ms, b.s.now_ms + 1000, &n));
	ck_assert_uint_eq(n, 1);
	ck_assert_uint_eq(entries(&b, "feedback"), 1);
	ck_assert_uint_eq(entries(&b, "change"), 2);
	ck_assert(
	    !log_trim(b.s.store, b.conf, INT64_MAX, b.s.now_ms + 1000, &n));
	ck_assert_uint_eq(n, 2);
	ck_assert_uint_eq(entries(&b, "change"), 1);
	check_state(&b, RECOGNITION_NONE);
	submit(&b, 3, FEEDBACK_SPAM, 3);
	ck_assert_uint_eq(apply(&b), 1);
	check_state(&b, RECOGNITION_SUSPECTED);
	end(&b);
}
END_TEST

UNIT_MAIN("ledger", logs_lose_what_is_old_and_was_read,
          honest_reports_make_a_campaign_suspected_and_then_spam,
          a_thousand_of_one_network_change_nothing,
          strangers_of_many_networks_count_as_a_few,
          who_says_it_twice_counts_once,
          who_changes_their_mind_has_said_the_last_thing,
          a_report_can_be_withdrawn_by_who_made_it,
          a_review_overturns_and_can_be_withdrawn_itself,
          an_overturned_reporter_counts_for_less, programs_are_no_reporters,
          a_killed_ledger_counts_nothing_twice,
          an_appeal_asks_and_decides_nothing)
