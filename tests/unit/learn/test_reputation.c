/* SPDX-License-Identifier: Apache-2.0 */
#include "signals.h"

#include <math.h>

#include "base/e4.h"
#include "learn/reputation.h"

static const struct reputation_caps caps = { 3 * E4_ONE, 2 * E4_ONE };

static const struct origin ann = {
	.ip = SV("192.0.2.7"),
	.asn = 64500,
	.from = SV("ann@example.org"),
	.from_domain = SV("example.org"),
	.envelope_from = SV("ann@example.org"),
	.spf_domain = SV("example.org"),
	.dkim_domains = { SV("example.org"), SV("example.net") },
	.n_dkim = 2,
	.url_domains = { SV("example.com") },
	.n_urls = 1,
};

static void
judge(struct signals *s, struct reputation *r, const struct origin *o)
{
	reputation_gather(r, o, &s->x);
	signals_ask(s);
	reputation_judge(r, &s->x, &caps);
}

/* `times` messages of that origin, an hour apart. */
static void
teach(struct signals *s, const struct origin *o, bool is_spam, double weight,
      int times)
{
	const struct reputation_lesson lesson = {
		.is_spam = is_spam,
		.weight = weight,
		.score_e4 = (is_spam ? 10 : -1) * E4_ONE,
		.is_new = true,
	};
	struct reputation r;

	for (int i = 0; i < times; i++) {
		judge(s, &r, o);
		reputation_learn(&r, &lesson, &s->x);
		signals_tell(s);
		signals_next(s, HOUR_MS);
	}
}

START_TEST(a_stranger_has_no_reputation)
{
	struct reputation r;
	struct signals s;

	signals_start(&s);
	judge(&s, &r, &ann);
	ck_assert_uint_eq(r.n, 8);
	ck_assert_int_eq(r.points_e4, 0);
	ck_assert_double_eq(r.confidence, 0);
	ck_assert_int_eq(reputation_history_e4(&r, 5 * E4_ONE, 0.5), 0);
	signals_end(&s);
}
END_TEST

START_TEST(reputation_grows_with_what_is_seen_up_to_a_cap)
{
	struct reputation once, often;
	struct signals s;

	signals_start(&s);
	teach(&s, &ann, true, 1, 1);
	judge(&s, &once, &ann);
	signals_next(&s, 0);
	teach(&s, &ann, true, 1, 50);
	judge(&s, &often, &ann);
	ck_assert_int_gt(once.points_e4, 0);
	ck_assert_int_gt(often.points_e4, once.points_e4);
	ck_assert_int_le(often.points_e4, caps.bad_e4);
	ck_assert_double_gt(often.confidence, 0.9);
	ck_assert_int_gt(reputation_signal_e4(&often, REPUTATION_IP), 8000);
	signals_end(&s);
}
END_TEST

START_TEST(good_mail_earns_a_good_name_where_it_is_vouched_for)
{
	struct origin forged = ann;
	struct reputation r;
	struct signals s;

	signals_start(&s);
	teach(&s, &ann, false, 1, 30);
	judge(&s, &r, &ann);
	ck_assert_int_lt(r.points_e4, -E4_ONE);
	ck_assert_int_ge(r.points_e4, -caps.good_e4);
	/* Somebody else with her address, from elsewhere. */
	forged.ip = SV("203.0.113.9");
	forged.asn = 64501;
	forged.spf_domain = SV("");
	forged.n_dkim = 0;
	signals_next(&s, 0);
	judge(&s, &r, &forged);
	ck_assert_int_eq(r.points_e4, 0);
	/* Good links vouch for nothing. */
	ck_assert_int_eq(reputation_signal_e4(&r, REPUTATION_URL), 0);
	signals_end(&s);
}
END_TEST

START_TEST(a_bad_link_tells_whoever_sends_it)
{
	struct origin other = {
		.ip = SV("2001:db8:1:2::3"),
		.url_domains = { SV("good.example"), SV("example.com") },
		.n_urls = 2,
	};
	struct reputation r;
	struct signals s;

	signals_start(&s);
	teach(&s, &ann, true, 1, 20);
	judge(&s, &r, &other);
	ck_assert_int_gt(reputation_signal_e4(&r, REPUTATION_URL), 5000);
	ck_assert_int_gt(r.points_e4, E4_ONE);
	signals_end(&s);
}
END_TEST

START_TEST(reputation_fades)
{
	struct reputation now, later;
	struct signals s;

	signals_start(&s);
	teach(&s, &ann, true, 1, 20);
	judge(&s, &now, &ann);
	signals_next(&s, 60 * DAY_MS);
	judge(&s, &later, &ann);
	ck_assert_int_lt(later.points_e4, now.points_e4);
	ck_assert_int_lt(reputation_signal_e4(&later, REPUTATION_IP), 500);
	signals_end(&s);
}
END_TEST

START_TEST(a_person_outweighs_our_own_verdicts)
{
	struct reputation r;
	struct signals s;

	signals_start(&s);
	teach(&s, &ann, true,
	      reputation_verdict_weight(20 * E4_ONE, 5 * E4_ONE), 10);
	teach(&s, &ann, false, 1, 3);
	judge(&s, &r, &ann);
	ck_assert_int_lt(r.points_e4, 0);
	signals_end(&s);
}
END_TEST

START_TEST(what_was_learned_can_be_taken_back)
{
	struct reputation r;
	struct signals s;

	signals_start(&s);
	for (int i = 0; i < 2; i++) {
		const struct reputation_lesson lesson = {
			.is_spam = true,
			.weight = i ? -1 : 1,
		};

		judge(&s, &r, &ann);
		reputation_learn(&r, &lesson, &s.x);
		signals_tell(&s);
		signals_next(&s, 0);
	}
	judge(&s, &r, &ann);
	ck_assert_int_eq(r.points_e4, 0);
	signals_end(&s);
}
END_TEST

START_TEST(verdicts_near_the_threshold_teach_nothing)
{
	static const struct {
		double score, weight;
	} cases[] = {
		{ 5, 0 },     { 7, 0 },       { 3, 0 },   { 10, 0.1 },
		{ 100, 0.1 }, { 8.75, 0.05 }, { 0, 0.1 }, { -9, 0.1 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_assert_double_eq_tol(
		    reputation_verdict_weight(
			(int64_t)(cases[i].score * E4_ONE), 5 * E4_ONE),
		    cases[i].weight, 1e-9);
	ck_assert_double_eq(reputation_verdict_weight(9 * E4_ONE, 0), 0);
}
END_TEST

START_TEST(scores_are_drawn_to_the_history_of_an_identity)
{
	struct reputation r;
	struct signals s;

	signals_start(&s);
	teach(&s, &ann, false, 0, 10); /* scores alone */
	judge(&s, &r, &ann);
	ck_assert_int_eq(r.mean_score_e4, -E4_ONE);
	ck_assert_double_eq_tol(r.messages, 10, 0.1);
	ck_assert_int_eq(reputation_history_e4(&r, 7 * E4_ONE, 0.5),
	                 -4 * E4_ONE);
	ck_assert_int_eq(r.points_e4, 0);
	signals_end(&s);
}
END_TEST

START_TEST(kinds_have_names)
{
	for (int k = 0; k < REPUTATION_KINDS; k++)
		ck_assert_int_eq(
		    reputation_kind_find(
			sv_str(reputation_kind_word((enum reputation_kind)k))),
		    k);
	ck_assert_int_eq(reputation_kind_find(SV("shoe")), REPUTATION_KINDS);
}
END_TEST

START_TEST(networks_are_24_or_48_bits)
{
	struct arena *a = arena_new();

	ck_sv_eq(origin_network(a, SV("192.0.2.7")), "192.0.2.0/24");
	ck_sv_eq(origin_network(a, SV("2001:db8:1:2::3")), "2001:db8:1::/48");
	ck_sv_eq(origin_network(a, SV("nonsense")), "");
	ck_sv_eq(origin_network(a, SV("")), "");
	arena_free(a);
}
END_TEST

UNIT_MAIN("reputation", a_stranger_has_no_reputation,
          reputation_grows_with_what_is_seen_up_to_a_cap,
          good_mail_earns_a_good_name_where_it_is_vouched_for,
          a_bad_link_tells_whoever_sends_it, reputation_fades,
          a_person_outweighs_our_own_verdicts,
          what_was_learned_can_be_taken_back,
          verdicts_near_the_threshold_teach_nothing,
          scores_are_drawn_to_the_history_of_an_identity, kinds_have_names,
          networks_are_24_or_48_bits)
