/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include <math.h>

#include "store/cell.h"
#include "store/decay.h"

#define DAY_MS ((int64_t)86400000)

START_TEST(weights_double_each_half_life)
{
	uint32_t epoch = decay_epoch(400 * DAY_MS, 86400);
	double at = decay_weight(400 * DAY_MS, 86400, epoch);

	ck_assert_int_eq(epoch, 12);
	ck_assert_double_eq_tol(decay_weight(401 * DAY_MS, 86400, epoch),
	                        2 * at, 1e-6 * at);
	ck_assert_double_eq_tol(decay_weight(400 * DAY_MS, 86400, epoch + 1) *
	                            exp2(32),
	                        at, 1e-6 * at);
	ck_assert_double_eq(decay_weight(400 * DAY_MS, 0, 0), 1);
}
END_TEST

START_TEST(odd_times_and_half_lives_are_finite)
{
	static const int64_t times[] = { INT64_MIN, -1, 0, 1, INT64_MAX };
	static const uint32_t halves[] = { 0, 1, UINT32_MAX };

	for (int t = 0; t < 5; t++)
		for (int h = 0; h < 3; h++) {
			uint32_t epoch = decay_epoch(times[t], halves[h]);

			(void)decay_weight(times[t], halves[h], epoch);
		}
	ck_assert_uint_eq(decay_half_s(-5), 0);
	ck_assert_uint_eq(decay_half_s(1), 1);
	ck_assert_uint_eq(decay_half_s(INT64_MAX / 2), UINT32_MAX);
}
END_TEST

START_TEST(a_cell_comes_back_from_its_bytes)
{
	char bytes[CELL_HEAD_BYTES + STORE_VALUE_MAX];
	struct cell c = { .expires_ms = -7,
		          .epoch = 9,
		          .sums = { 1, 2, 3, 4 } };
	struct cell_key counter, value;
	struct cell back;
	size_t n;

	cell_key_counter(SV("k"), DAY_MS, &counter);
	cell_key_plain(CELL_VALUE, SV("k"), &value);
	n = cell_write(cell_key_sv(&counter), &c, bytes);
	ck_assert_int_eq(
	    cell_read(cell_key_sv(&counter), sv_make(bytes, n), &back), 0);
	ck_assert_int_eq(back.expires_ms, -7);
	ck_assert_uint_eq(back.epoch, 9);
	ck_assert_double_eq(back.sums[3], 4);
	ck_assert_int_eq(
	    cell_read(cell_key_sv(&counter), sv_make(bytes, n - 1), &back),
	    E_SYNTAX);
	c.value = SV("text");
	n = cell_write(cell_key_sv(&value), &c, bytes);
	ck_assert_int_eq(
	    cell_read(cell_key_sv(&value), sv_make(bytes, n), &back), 0);
	ck_sv_eq(back.value, "text");
	ck_assert_int_eq(cell_read(cell_key_sv(&value), SV("short"), &back),
	                 E_SYNTAX);
}
END_TEST

START_TEST(sums_that_are_no_numbers_are_refused)
{
	char bytes[CELL_COUNTER_BYTES];
	struct cell c = { .sums = { NAN } };
	struct cell_key key;
	struct cell back;

	cell_key_counter(SV("k"), DAY_MS, &key);
	cell_write(cell_key_sv(&key), &c, bytes);
	ck_assert_int_eq(
	    cell_read(cell_key_sv(&key), sv_make(bytes, sizeof bytes), &back),
	    E_SYNTAX);
}
END_TEST

START_TEST(keys_come_apart_again)
{
	struct cell_key key;
	struct sv name;
	uint32_t half_s;
	char kind;

	cell_key_counter(sv_make("a\0b", 3), 90000, &key);
	ck_assert(cell_key_read(cell_key_sv(&key), &kind, &name, &half_s));
	ck_assert_int_eq(kind, CELL_COUNTER);
	ck_assert_uint_eq(name.n, 3);
	ck_assert_uint_eq(half_s, 90);
	ck_assert(!cell_key_read(SV("c123"), &kind, &name, &half_s));
	ck_assert(!cell_key_read(SV(""), &kind, &name, &half_s));
	ck_assert(!cell_key_read(SV("?x"), &kind, &name, &half_s));
}
END_TEST

UNIT_MAIN("cell", weights_double_each_half_life,
          odd_times_and_half_lives_are_finite, a_cell_comes_back_from_its_bytes,
          sums_that_are_no_numbers_are_refused, keys_come_apart_again)
