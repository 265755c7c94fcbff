/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include "base/breaker.h"

enum { MIDDLE = 0x7fffffff }; /* as random number: pauses as they are */

static const struct breaker_rules rules = { 3, 1000, 3000 };

static void
open_at(struct breaker *b, int64_t now_us)
{
	*b = (struct breaker){ 0 };
	ck_assert(!breaker_bad(b, &rules, now_us, MIDDLE));
	ck_assert(!breaker_bad(b, &rules, now_us, MIDDLE));
	ck_assert(breaker_bad(b, &rules, now_us, MIDDLE));
}

START_TEST(failures_in_a_row_open_it)
{
	struct breaker b = { 0 };

	ck_assert(breaker_lets(&b, 0));
	breaker_bad(&b, &rules, 0, MIDDLE);
	breaker_bad(&b, &rules, 0, MIDDLE);
	ck_assert(!breaker_good(&b));
	breaker_bad(&b, &rules, 0, MIDDLE);
	breaker_bad(&b, &rules, 0, MIDDLE);
	ck_assert(breaker_lets(&b, 0));
	ck_assert(breaker_bad(&b, &rules, 0, MIDDLE));
	ck_assert(!breaker_lets(&b, 0));
	ck_assert(!breaker_lets(&b, 990));
}
END_TEST

START_TEST(after_the_pause_one_may_try)
{
	struct breaker b;

	open_at(&b, 0);
	ck_assert(breaker_lets(&b, 1001));
	ck_assert(!breaker_lets(&b, 1001));
	ck_assert(breaker_good(&b));
	ck_assert(breaker_lets(&b, 1001));
	ck_assert_uint_eq(b.failures, 0);
}
END_TEST

START_TEST(a_failed_try_doubles_the_pause_up_to_a_bound)
{
	static const int64_t pauses[] = { 1000, 2000, 3000, 3000 };
	int64_t now = 0;
	struct breaker b;

	open_at(&b, now);
	for (size_t i = 0; i < sizeof pauses / sizeof *pauses; i++) {
		ck_assert_int_eq(b.pause_us, pauses[i]);
		ck_assert(!breaker_lets(&b, now + pauses[i] - 10));
		now += pauses[i] + 1;
		ck_assert(breaker_lets(&b, now));
		ck_assert(!breaker_bad(&b, &rules, now, MIDDLE));
	}
}
END_TEST

START_TEST(failures_from_before_change_nothing)
{
	struct breaker b;

	open_at(&b, 0);
	for (int i = 0; i < 100; i++)
		ck_assert(!breaker_bad(&b, &rules, 500, MIDDLE));
	ck_assert_int_eq(b.pause_us, 1000);
	ck_assert(breaker_lets(&b, 1001));
}
END_TEST

START_TEST(a_try_that_is_lost_is_followed_by_another)
{
	struct breaker b;

	open_at(&b, 0);
	ck_assert(breaker_lets(&b, 1001));
	ck_assert(!breaker_lets(&b, 2000));
	ck_assert(breaker_lets(&b, 2001));
}
END_TEST

START_TEST(pauses_differ_by_a_quarter)
{
	struct breaker b;

	open_at(&b, 0);
	b.is_open = false;
	breaker_bad(&b, &rules, 0, 0);
	ck_assert_int_eq(b.retry_us, 750);
	b.is_open = false;
	breaker_bad(&b, &rules, 0, UINT32_MAX);
	ck_assert_int_eq(b.retry_us, 1250);
}
END_TEST

UNIT_MAIN("breaker", failures_in_a_row_open_it, after_the_pause_one_may_try,
          a_failed_try_doubles_the_pause_up_to_a_bound,
          failures_from_before_change_nothing,
          a_try_that_is_lost_is_followed_by_another, pauses_differ_by_a_quarter)
