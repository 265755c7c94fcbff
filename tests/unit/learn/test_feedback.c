/* SPDX-License-Identifier: Apache-2.0 */
#include "signals.h"

#include "base/e4.h"
#include "learn/receipt.h"

#define ID     "0190f2a0-0000-7000-8000-000000000001"
#define REPORT "0190f2a0-0000-7000-8000-0000000000aa"

static struct conf *conf;

static void
start(struct signals *s)
{
	struct diags diags = DIAGS_INIT;

	signals_start(s);
	conf = conf_load(NULL, &diags);
	ck_assert_ptr_nonnull(conf);
}

static void
end(struct signals *s)
{
	conf_unref(conf);
	signals_end(s);
}

/* Makes a verdict known. */
static void
trace(struct signals *s, const char *id)
{
	struct store_op *op = exchange_tell(
	    &s->x, STORE_SET, arena_printf(s->arena, "trace:%s", id));

	op->value = SV("{}");
	op->expires_ms = s->now_ms + DAY_MS;
	signals_tell(s);
	signals_next(s, 0);
}

static struct feedback
report(const struct signals *s)
{
	return (struct feedback){
		.id = REPORT,
		.verdict_id = SV(ID),
		.kind = FEEDBACK_SPAM,
		.source = FEEDBACK_BY_HTTP,
		.by = SV("ann@example.org"),
		.network = SV("192.0.2.7"),
		.reason = SV("abuse"),
		.is_person = true,
		.node = "a",
		.unix_ms = s->now_ms,
	};
}

static int
count_entry(void *ctx, const struct store_entry *e)
{
	(void)e;
	++*(int *)ctx;
	return 0;
}

static int
entries(struct signals *s)
{
	int n = 0;

	ck_assert_int_eq(store_read_log(s->store, SV("feedback"), NULL, 100,
	                                count_entry, &n),
	                 0);
	return n;
}

START_TEST(a_report_needs_a_verdict)
{
	struct feedback_answer answer;
	struct feedback f;
	struct signals s;

	start(&s);
	f = report(&s);
	ck_assert_int_eq(feedback_submit(s.store, &conf->feedback, &f, &answer),
	                 E_UNKNOWN);
	ck_assert_ptr_nonnull(answer.why);
	f.verdict_id = SV("what?");
	ck_assert_int_eq(feedback_submit(s.store, &conf->feedback, &f, &answer),
	                 E_SYNTAX);
	ck_assert_int_eq(entries(&s), 0);
	end(&s);
}
END_TEST

START_TEST(a_report_is_there_once_however_often_it_is_sent)
{
	struct feedback_answer answer;
	struct feedback f;
	struct signals s;

	start(&s);
	trace(&s, ID);
	f = report(&s);
	ck_assert_int_eq(feedback_submit(s.store, &conf->feedback, &f, &answer),
	                 0);
	ck_assert(!answer.is_repeated);
	ck_assert_str_eq(answer.id, REPORT);
	ck_assert_int_eq(feedback_submit(s.store, &conf->feedback, &f, &answer),
	                 0);
	ck_assert(answer.is_repeated);
	ck_assert_int_eq(entries(&s), 1);
	/* The same id for something else is an error. */
	f.kind = FEEDBACK_HAM;
	ck_assert_int_eq(feedback_submit(s.store, &conf->feedback, &f, &answer),
	                 E_EXISTS);
	f = report(&s);
	f.by = SV("bob@example.org");
	ck_assert_int_eq(feedback_submit(s.store, &conf->feedback, &f, &answer),
	                 E_EXISTS);
	/* Without an id it is another report. */
	f.id[0] = '\0';
	ck_assert_int_eq(feedback_submit(s.store, &conf->feedback, &f, &answer),
	                 0);
	ck_assert_int_eq(entries(&s), 2);
	end(&s);
}
END_TEST

static int
read_entry(void *ctx, const struct store_entry *e)
{
	struct feedback_entry *entry = ctx;
	static struct arena *arena;

	arena_free(arena);
	arena = arena_new();
	ck_assert(sv_find(e->value, SV("ann@")) == SV_NOT_FOUND);
	ck_assert(sv_find(e->value, SV("192.0.2")) == SV_NOT_FOUND);
	return feedback_read(e->value, arena, entry);
}

START_TEST(names_are_kept_as_digests_alone)
{
	struct feedback_answer answer;
	struct feedback_entry entry;
	struct feedback f;
	struct signals s;

	start(&s);
	trace(&s, ID);
	f = report(&s);
	ck_assert_int_eq(feedback_submit(s.store, &conf->feedback, &f, &answer),
	                 0);
	ck_assert_int_eq(store_read_log(s.store, SV("feedback"), NULL, 1,
	                                read_entry, &entry),
	                 0);
	ck_assert_uint_eq(entry.who.n, TRUST_WHO_TEXT - 1);
	ck_assert_uint_eq(entry.network.n, TRUST_WHO_TEXT - 1);
	ck_assert(sv_eq(entry.id, SV(REPORT)));
	ck_assert(sv_eq(entry.reason, SV("no_consent")));
	ck_assert(entry.is_person && !entry.is_correction);
	end(&s);
}
END_TEST

START_TEST(what_is_no_report_is_refused)
{
	static const char *const bad[] = {
		"",
		"{}",
		"[]",
		"{\"id\":1}",
		"{\"id\":\"" REPORT "\"}",
		"{\"id\":\"" REPORT "\",\"ref\":\"" ID
		"\",\"type\":\"loud\",\"source\":\"http\"}",
	};
	struct arena *a = arena_new();
	struct feedback_entry entry;
	struct receipt receipt;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		ck_assert_int_eq(feedback_read(sv_str(bad[i]), a, &entry),
		                 E_SYNTAX);
		ck_assert_int_eq(receipt_read(sv_str(bad[i]), a, &receipt),
		                 E_SYNTAX);
	}
	arena_free(a);
}
END_TEST

START_TEST(trust_follows_what_was_confirmed_and_overturned)
{
	struct trust t = { .confirmed = 0 };
	struct signals s;
	double stranger;

	start(&s);
	trust_compute(&t, &conf->feedback);
	stranger = t.weight;
	ck_assert_double_eq_tol(t.mean, 2.0 / 3, 1e-9);
	ck_assert(t.is_newcomer && stranger > 0.3 && stranger < 0.33);
	t.confirmed = 7;
	trust_compute(&t, &conf->feedback);
	ck_assert_double_eq_tol(t.mean, 0.9, 1e-9);
	ck_assert_double_eq_tol(t.weight, 1, 1e-9);
	ck_assert(!t.is_newcomer);
	t.confirmed = 0;
	t.overturned = 1;
	trust_compute(&t, &conf->feedback);
	ck_assert_double_eq(t.weight, 0);
	t.confirmed = 1e9;
	trust_compute(&t, &conf->feedback);
	ck_assert_double_eq(t.weight, TRUST_WEIGHT_MAX);
	end(&s);
}
END_TEST

static void
add_evidence(struct signals *s, uint64_t key, double spam, double ham,
             double reporters)
{
	struct store_op *op =
	    exchange_tell(&s->x, STORE_ADD, recognition_name(s->arena, key));

	op->half_life_ms = conf->feedback.half_life_ms;
	op->amounts[EVIDENCE_SPAM] = spam;
	op->amounts[EVIDENCE_HAM] = ham;
	op->amounts[EVIDENCE_REPORTERS] = reporters;
}

static enum recognition_state
recognize(struct signals *s, const uint64_t *list, unsigned n, bool sign)
{
	struct campaign_keys keys = { .n = n, .n_text = n - 1, .quorum = 3 };
	struct recognition r;

	memcpy(keys.list, list, n * sizeof *list);
	recognition_gather(&r, &keys, conf->feedback.half_life_ms, &s->x);
	signals_ask(s);
	recognition_judge(&r, &conf->recognition, &s->x, sign);
	signals_next(s, 0);
	return r.state;
}

START_TEST(recognition_needs_reporters_evidence_and_a_sign)
{
	static const uint64_t keys[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	struct signals s;

	start(&s);
	ck_assert_int_eq(recognize(&s, keys, 8, true), RECOGNITION_NONE);
	for (size_t i = 0; i < 8; i++)
		add_evidence(&s, keys[i], 0.7, 0, 2);
	signals_tell(&s);
	signals_next(&s, 0);
	ck_assert_int_eq(recognize(&s, keys, 8, true), RECOGNITION_SUSPECTED);
	for (size_t i = 0; i < 8; i++)
		add_evidence(&s, keys[i], 0.3, 0, 1);
	signals_tell(&s);
	signals_next(&s, 0);
	ck_assert_int_eq(recognize(&s, keys, 8, false), RECOGNITION_SUSPECTED);
	ck_assert_int_eq(recognize(&s, keys, 8, true), RECOGNITION_SPAM);
	/* A day later the three are still three. */
	signals_next(&s, DAY_MS);
	ck_assert_int_eq(recognize(&s, keys, 8, true), RECOGNITION_SPAM);
	for (size_t i = 0; i < 8; i++)
		add_evidence(&s, keys[i], 0, 0.9, 0);
	signals_tell(&s);
	signals_next(&s, 0);
	ck_assert_int_eq(recognize(&s, keys, 8, true), RECOGNITION_NONE);
	end(&s);
}
END_TEST

START_TEST(what_is_shared_by_chance_convicts_nobody)
{
	static const uint64_t spam[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	static const uint64_t chance[] = { 1, 2, 30, 40, 50, 60, 70, 80 };
	static const uint64_t variant[] = { 1, 2, 3, 40, 50, 60, 70, 80 };
	struct signals s;

	start(&s);
	for (size_t i = 0; i < 8; i++)
		add_evidence(&s, spam[i], 2, 0, 3);
	signals_tell(&s);
	signals_next(&s, 0);
	ck_assert_int_eq(recognize(&s, chance, 8, true), RECOGNITION_NONE);
	ck_assert_int_eq(recognize(&s, variant, 8, true), RECOGNITION_SPAM);
	end(&s);
}
END_TEST

START_TEST(a_review_needs_no_other_sign_and_acquits)
{
	static const uint64_t spam[] = { 1, 2, 3, 4 };
	static const uint64_t ham[] = { 11, 12, 13, 14 };
	struct signals s;

	start(&s);
	for (size_t i = 0; i < 4; i++) {
		add_evidence(&s, spam[i], RECOGNITION_REVIEW, 0, 0);
		add_evidence(&s, ham[i], 5, RECOGNITION_REVIEW, 9);
	}
	signals_tell(&s);
	signals_next(&s, 0);
	ck_assert_int_eq(recognize(&s, spam, 4, false), RECOGNITION_SPAM);
	ck_assert_int_eq(recognize(&s, ham, 4, true), RECOGNITION_NONE);
	end(&s);
}
END_TEST

UNIT_MAIN("feedback", a_report_needs_a_verdict,
          a_report_is_there_once_however_often_it_is_sent,
          names_are_kept_as_digests_alone, what_is_no_report_is_refused,
          trust_follows_what_was_confirmed_and_overturned,
          recognition_needs_reporters_evidence_and_a_sign,
          what_is_shared_by_chance_convicts_nobody,
          a_review_needs_no_other_sign_and_acquits)
