/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include "base/buf.h"

START_TEST(an_empty_buffer_is_an_empty_string)
{
	struct buf b = BUF_INIT(10);

	ck_assert_str_eq(buf_str(&b), "");
	ck_assert_uint_eq(buf_sv(&b).n, 0);
	buf_reset(&b);
	buf_done(&b);
	ck_assert(buf_add(&b, SV_NONE));
	ck_assert_str_eq(buf_str(&b), "");
	buf_done(&b);
}
END_TEST

START_TEST(content_is_always_followed_by_a_nul_byte)
{
	struct buf b = BUF_INIT(1000);

	for (int i = 0; i < 500; i++) {
		ck_assert(buf_add_char(&b, 'x'));
		ck_assert_uint_eq(strlen(buf_str(&b)), b.n);
	}
	buf_done(&b);
}
END_TEST

START_TEST(the_bound_is_hard_and_keeps_what_fits)
{
	struct buf b = BUF_INIT(5);

	ck_assert(buf_add_str(&b, "abc"));
	ck_assert(!b.full);
	ck_assert(!buf_add_str(&b, "defg"));
	ck_assert(b.full);
	ck_assert_str_eq(buf_str(&b), "abcde");
	ck_assert(!buf_add_char(&b, 'x'));
	ck_assert(!buf_addf(&b, "%d", 1));
	ck_assert(buf_add(&b, SV_NONE));
	ck_assert_str_eq(buf_str(&b), "abcde");
	ck_assert_uint_le(b.size, 6);
	buf_done(&b);
}
END_TEST

START_TEST(filling_to_the_bound_is_not_full)
{
	struct buf b = BUF_INIT(3);

	ck_assert(buf_add_str(&b, "abc"));
	ck_assert(!b.full);
	buf_done(&b);
}
END_TEST

START_TEST(a_bound_of_zero_takes_nothing)
{
	struct buf b = BUF_INIT(0);

	ck_assert(buf_add_str(&b, ""));
	ck_assert(!buf_add_char(&b, 'x'));
	ck_assert_str_eq(buf_str(&b), "");
	buf_done(&b);
}
END_TEST

START_TEST(the_largest_bound_is_no_trap)
{
	struct buf b = BUF_INIT(SIZE_MAX);

	ck_assert(buf_add_str(&b, "abc"));
	ck_assert_str_eq(buf_str(&b), "abc");
	buf_done(&b);
}
END_TEST

START_TEST(formatted_text_may_be_longer_than_any_local_array)
{
	struct buf b = BUF_INIT(10000);

	ck_assert(buf_addf(&b, "%05d|%s", 42, "x"));
	ck_assert_str_eq(buf_str(&b), "00042|x");
	ck_assert(buf_addf(&b, "%0*d", 5000, 7));
	ck_assert_uint_eq(b.n, 5007);
	ck_assert_int_eq(b.p[5006], '7');
	ck_assert(!buf_addf(&b, "%0*d", 5000, 7));
	ck_assert_uint_eq(b.n, 10000);
	buf_done(&b);
}
END_TEST

START_TEST(room_is_given_up_to_the_bound)
{
	struct buf b = BUF_INIT(8);
	char *to = buf_room(&b, 8);

	ck_assert_ptr_nonnull(to);
	memcpy(to, "12345678", 8);
	b.n += 8;
	ck_assert_ptr_null(buf_room(&b, 1));
	ck_assert(b.full);
	ck_sv_eq(buf_sv(&b), "12345678");
	buf_reset(&b);
	ck_assert(!b.full);
	ck_assert_ptr_nonnull(buf_room(&b, 1));
	buf_done(&b);
}
END_TEST

START_TEST(taken_content_belongs_to_the_caller)
{
	struct buf b = BUF_INIT(8);
	char *p;

	buf_add_str(&b, "abc");
	p = buf_take(&b);
	ck_assert_str_eq(p, "abc");
	ck_assert_uint_eq(b.n, 0);
	ck_assert_uint_eq(b.max, 8);
	free(p);
	p = buf_take(&b);
	ck_assert_str_eq(p, "");
	free(p);
}
END_TEST

START_TEST(numbers_are_written_in_decimal_digits)
{
	struct buf b = BUF_INIT(100);

	buf_add_int(&b, 0);
	buf_add_int(&b, -1);
	buf_add_int(&b, 4711);
	ck_assert_str_eq(buf_str(&b), "0-14711");
	buf_reset(&b);
	buf_add_int(&b, INT64_MIN);
	buf_add_char(&b, ' ');
	buf_add_int(&b, INT64_MAX);
	ck_assert_str_eq(buf_str(&b),
	                 "-9223372036854775808 9223372036854775807");
	buf_done(&b);
}
END_TEST

UNIT_MAIN("base/buf", an_empty_buffer_is_an_empty_string,
          content_is_always_followed_by_a_nul_byte,
          the_bound_is_hard_and_keeps_what_fits,
          filling_to_the_bound_is_not_full, a_bound_of_zero_takes_nothing,
          the_largest_bound_is_no_trap,
          formatted_text_may_be_longer_than_any_local_array,
          room_is_given_up_to_the_bound, taken_content_belongs_to_the_caller,
          numbers_are_written_in_decimal_digits)
