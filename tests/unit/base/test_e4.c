/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include "base/e4.h"
#include "base/error.h"

START_TEST(numbers_are_read_exactly)
{
	static const struct {
		const char *text;
		int64_t value;
		const char *written, *written_1;
	} table[] = {
		{ "0", 0, "0", "0.0" },
		{ "-0", 0, "0", "0.0" },
		{ "5", 50000, "5", "5.0" },
		{ "+5", 50000, "5", "5.0" },
		{ "5.", 50000, "5", "5.0" },
		{ ".5", 5000, "0.5", "0.5" },
		{ "-.5", -5000, "-0.5", "-0.5" },
		{ "-0.001", -10, "-0.001", "-0.001" },
		{ "12.3456", 123456, "12.3456", "12.3456" },
		{ "12.345600", 123456, "12.3456", "12.3456" },
		{ " 3.10\t", 31000, "3.1", "3.1" },
		{ "100000", 1000000000, "100000", "100000.0" },
		{ "-100000.0000", -1000000000, "-100000", "-100000.0" },
		{ "0000000000000000000001", 10000, "1", "1.0" },
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		char text[E4_TEXT];
		int64_t value;

		ck_assert_int_eq(e4_parse(sv_str(table[i].text), &value), 0);
		ck_assert_int_eq(value, table[i].value);
		ck_assert_str_eq(e4_text(value, text), table[i].written);
		ck_assert_str_eq(e4_text_1(value, text), table[i].written_1);
	}
}
END_TEST

START_TEST(what_is_no_number_is_refused)
{
	static const struct {
		const char *text;
		int error;
	} table[] = {
		{ "", E_SYNTAX },
		{ ".", E_SYNTAX },
		{ "-", E_SYNTAX },
		{ "+-1", E_SYNTAX },
		{ "1e3", E_SYNTAX },
		{ "1,5", E_SYNTAX },
		{ "1.2.3", E_SYNTAX },
		{ "0x10", E_SYNTAX },
		{ "nan", E_SYNTAX },
		{ "1 2", E_SYNTAX },
		{ "0.00001", E_RANGE },
		{ "100000.0001", E_RANGE },
		{ "-100001", E_RANGE },
		{ "99999999999999999999999999", E_RANGE },
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		int64_t value = 7;

		ck_assert_msg(e4_parse(sv_str(table[i].text), &value) ==
		                  table[i].error,
		              "'%s'", table[i].text);
		ck_assert_int_eq(value, 7);
	}
}
END_TEST

START_TEST(the_extremes_can_be_written)
{
	char text[E4_TEXT];

	ck_assert_str_eq(e4_text(INT64_MAX, text), "922337203685477.5807");
	ck_assert_str_eq(e4_text(INT64_MIN, text), "-922337203685477.5808");
	ck_assert_str_eq(e4_text_1(INT64_MIN, text), "-922337203685477.5808");
}
END_TEST

UNIT_MAIN("base/e4", numbers_are_read_exactly, what_is_no_number_is_refused,
          the_extremes_can_be_written)
