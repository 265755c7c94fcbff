/* SPDX-License-Identifier: Apache-2.0 */
/* Greylisting, rates, known senders. */
#include "signals.h"

#include "learn/greylist.h"
#include "learn/known.h"
#include "learn/rate.h"

#define MINUTE_MS ((int64_t)60000)

/* ---- greylisting ---- */

static const struct greylist_times times = { 5 * MINUTE_MS, DAY_MS,
	                                     36 * DAY_MS };

static enum greylist_state
try(struct signals *s, const struct origin *o, const char *recipient)
{
	struct greylist g;

	signals_next(s, 0);
	greylist_gather(&g, o, sv_str(recipient), &s->x);
	signals_ask(s);
	greylist_judge(&g, &s->x, &times);
	greylist_learn(&g, &s->x, &times);
	signals_tell(s);
	ck_assert((g.left_ms > 0) ==
	          (g.state == GREYLIST_NEW || g.state == GREYLIST_EARLY));
	return g.state;
}

START_TEST(who_comes_back_is_known)
{
	struct origin o = { .ip = SV("192.0.2.7"),
		            .envelope_from = SV("ann@example.org") };
	struct signals s;

	signals_start(&s);
	ck_assert_int_eq(try(&s, &o, "bob@example.net"), GREYLIST_NEW);
	signals_next(&s, MINUTE_MS);
	ck_assert_int_eq(try(&s, &o, "bob@example.net"), GREYLIST_EARLY);
	signals_next(&s, 4 * MINUTE_MS);
	/* Another host of the same network. */
	o.ip = SV("192.0.2.99");
	ck_assert_int_eq(try(&s, &o, "bob@example.net"), GREYLIST_PASSED);
	ck_assert_int_eq(try(&s, &o, "eve@example.net"), GREYLIST_KNOWN);
	signals_next(&s, 40 * DAY_MS);
	ck_assert_int_eq(try(&s, &o, "bob@example.net"), GREYLIST_NEW);
	signals_end(&s);
}
END_TEST

START_TEST(who_comes_back_too_late_is_new)
{
	const struct origin o = { .ip = SV("192.0.2.7"),
		                  .envelope_from = SV("ann@example.org") };
	struct signals s;

	signals_start(&s);
	ck_assert_int_eq(try(&s, &o, "bob@example.net"), GREYLIST_NEW);
	signals_next(&s, 2 * DAY_MS);
	ck_assert_int_eq(try(&s, &o, "bob@example.net"), GREYLIST_NEW);
	signals_end(&s);
}
END_TEST

START_TEST(a_domain_that_is_vouched_for_may_use_any_host)
{
	struct origin o = { .ip = SV("192.0.2.7"),
		            .from_domain = SV("example.org"),
		            .envelope_from = SV("ann@example.org"),
		            .dkim_domains = { SV("example.org") },
		            .n_dkim = 1 };
	struct signals s;

	signals_start(&s);
	ck_assert_int_eq(try(&s, &o, "bob@example.net"), GREYLIST_NEW);
	signals_next(&s, 10 * MINUTE_MS);
	o.ip = SV("2001:db8::1");
	ck_assert_int_eq(try(&s, &o, "bob@example.net"), GREYLIST_PASSED);
	o.ip = SV("203.0.113.1");
	o.envelope_from = SV("carl@example.org");
	ck_assert_int_eq(try(&s, &o, "eve@example.net"), GREYLIST_KNOWN);
	o.n_dkim = 0; /* nobody vouches for it */
	ck_assert_int_eq(try(&s, &o, "eve@example.net"), GREYLIST_NEW);
	signals_end(&s);
}
END_TEST

/* ---- rates ---- */

START_TEST(a_rate_is_exceeded_and_told_once)
{
	static const struct rate_limit limit = { "account", 10, HOUR_MS };
	struct signals s;
	int exceeded = 0, news = 0;

	signals_start(&s);
	for (int i = 0; i < 30; i++) {
		struct rate r;

		signals_next(&s, 1000);
		rate_gather(&r, &limit, SV("ann"), &s.x);
		signals_ask(&s);
		rate_judge(&r, 1, &s.x);
		rate_learn(&r, &s.x);
		signals_tell(&s);
		exceeded += r.is_exceeded;
		news += r.is_news;
	}
	ck_assert_int_ge(exceeded, 19);
	ck_assert_int_le(exceeded, 20);
	ck_assert_int_eq(news, 1);
	signals_end(&s);
}
END_TEST

START_TEST(a_steady_rate_below_the_limit_is_fine)
{
	static const struct rate_limit limit = { "sender", 66, HOUR_MS };
	struct signals s;
	struct rate r;

	signals_start(&s);
	for (int i = 0; i < 600; i++) { /* 60 an hour */
		signals_next(&s, MINUTE_MS);
		rate_gather(&r, &limit, SV("ann"), &s.x);
		signals_ask(&s);
		rate_judge(&r, 1, &s.x);
		ck_assert(!r.is_exceeded);
		rate_learn(&r, &s.x);
		signals_tell(&s);
	}
	ck_assert_double_eq_tol(r.used, 60, 1.5);
	rate_gather(&r, &limit, SV(""), &s.x);
	rate_judge(&r, 1000, &s.x);
	ck_assert(!r.is_exceeded);
	signals_end(&s);
}
END_TEST

/* ---- known senders ---- */

START_TEST(whom_we_wrote_to_may_write_back)
{
	const struct sv bob = SV("bob@example.net"),
			ann = SV("ann@example.org"), id = SV("<1@example.org>"),
			other = SV("<2@x.example>");
	const struct known_mail out = { .from = ann,
		                        .addresses = &bob,
		                        .n_addresses = 1,
		                        .ids = &id,
		                        .n_ids = 1 };
	struct known_mail in = { .from = bob,
		                 .addresses = &ann,
		                 .n_addresses = 1,
		                 .from_is_aligned = true,
		                 .ids = &other,
		                 .n_ids = 1 };
	struct signals s;
	struct known k;

	signals_start(&s);
	known_learn(&out, &s.x, 90 * DAY_MS);
	signals_tell(&s);
	signals_next(&s, DAY_MS);
	known_gather(&k, &in, &s.x);
	signals_ask(&s);
	known_judge(&k, &s.x);
	ck_assert_uint_eq(k.senders, 1);
	ck_assert(!k.is_reply);
	/* In his name, and with an identifier only he can know. */
	in.from_is_aligned = false;
	in.ids = &id;
	signals_next(&s, 0);
	known_gather(&k, &in, &s.x);
	signals_ask(&s);
	known_judge(&k, &s.x);
	ck_assert_uint_eq(k.senders, 0);
	ck_assert(k.is_reply);
	signals_end(&s);
}
END_TEST

START_TEST(an_exchange_is_bounded)
{
	struct signals s;
	size_t place = 0;

	signals_start(&s);
	for (int i = 0; i < EXCHANGE_READS_MAX + 5; i++)
		place =
		    exchange_ask_value(&s.x, arena_printf(s.arena, "%d", i));
	ck_assert_uint_eq(place, EXCHANGE_NONE);
	ck_assert(!exchange_answer(&s.x, place)->found);
	for (int i = 0; i < EXCHANGE_OPS_MAX; i++)
		ck_assert_ptr_nonnull(exchange_tell(&s.x, STORE_DROP, SV("x")));
	ck_assert_ptr_null(exchange_tell(&s.x, STORE_DROP, SV("x")));
	signals_end(&s);
}
END_TEST

START_TEST(the_same_question_is_asked_once_and_never_late)
{
	struct signals s;
	size_t place;

	signals_start(&s);
	place = exchange_ask_value(&s.x, SV("x"));
	ck_assert_uint_eq(exchange_ask_value(&s.x, SV("x")), place);
	ck_assert_uint_ne(exchange_ask_counter(&s.x, SV("x"), DAY_MS), place);
	ck_assert_uint_eq(s.x.n_reads, 2);
	signals_ask(&s);
	ck_assert_uint_eq(exchange_ask_value(&s.x, SV("x")), place);
	ck_assert_uint_eq(exchange_ask_value(&s.x, SV("y")), EXCHANGE_NONE);
	signals_end(&s);
}
END_TEST

UNIT_MAIN("signals", who_comes_back_is_known, who_comes_back_too_late_is_new,
          a_domain_that_is_vouched_for_may_use_any_host,
          a_rate_is_exceeded_and_told_once,
          a_steady_rate_below_the_limit_is_fine,
          whom_we_wrote_to_may_write_back, an_exchange_is_bounded,
          the_same_question_is_asked_once_and_never_late)
