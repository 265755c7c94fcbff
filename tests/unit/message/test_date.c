/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "base/error.h"
#include "message/date.h"
#include "parse.h"

START_TEST(dates_are_read_as_programs_write_them)
{
	static const struct {
		const char *value, *utc;
	} cases[] = {
		{ "Thu, 22 Aug 2002 17:13:01 +0100", "2002-08-22T16:13:01" },
		{ "22 Aug 2002 17:13 -0000", "2002-08-22T17:13:00" },
		{ "Fri, 21 Nov 1997 09(comment):   55  :  06 -0600",
		  "" }, /* space in the time is too obsolete */
		{ "Thu,22 Aug 02 17:13:01 EST", "2002-08-22T22:13:01" },
		{ "22 Aug 98 17:13:01 GMT", "1998-08-22T17:13:01" },
		{ "22 Aug 102 17:13:01 GMT", "2002-08-22T17:13:01" },
		{ "22 Aug 2002 17:13:01 A", "2002-08-22T17:13:01" },
		{ "22 Aug 2002 17:13:01 PDT (x (y) z)", "2002-08-23T00:13:01" },
		{ "22 Aug 2002 17:13:01 GMT+0200", "2002-08-22T15:13:01" },
		{ "22 Aug 2002 17:13:01 +02:30", "2002-08-22T14:43:01" },
		{ "22 Aug 2002 17:13:01 -5", "2002-08-22T22:13:01" },
		{ "22 August 2002 17:13:01 +0000", "2002-08-22T17:13:01" },
		{ "22-Aug-2002 17:13:01 +0000", "2002-08-22T17:13:01" },
		{ "Thu Aug 22 17:13:01 2002", "2002-08-22T17:13:01" },
		{ "Thu Aug 22 17:13:01 CEST 2002", "2002-08-22T15:13:01" },
		{ "Aug 22, 2002 5:13 PM", "2002-08-22T17:13:00" },
		{ "Aug 22, 2002 12:13 AM", "2002-08-22T00:13:00" },
		{ "2002-08-22T17:13:01Z", "2002-08-22T17:13:01" },
		{ "2002-08-22 17:13:01.5 +0100", "2002-08-22T16:13:01" },
		{ "29 Feb 2000 23:59:60 +0000", "2000-03-01T00:00:00" },
		{ "1 Jan 1970 00:00:00 +0000", "1970-01-01T00:00:00" },
		{ "31 Dec 1969 23:59:59 +0000", "1969-12-31T23:59:59" },
		/* nonsense */
		{ "", "" },
		{ "yesterday", "" },
		{ "22 Aug 2002", "" },
		{ "30 Feb 2002 17:13:01 +0000", "" },
		{ "29 Feb 1900 17:13:01 +0000", "" },
		{ "22 Aug 2002 25:13:01 +0000", "" },
		{ "22 Aug 2002 17:61:01 +0000", "" },
		{ "22 Aug 2002 17:13:01 +9900", "" },
		{ "22 Aug 1802 17:13:01 +0000", "" },
		{ "22 Aug 99999999999 17:13:01 +0000", "" },
		{ "((((((((((", "" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *wrong = NULL;
		char text[CLOCK_TEXT] = "";
		int64_t time_s = 0;
		int result =
		    date_parse(sv_str(cases[i].value), &time_s, &wrong);

		if (result == 0)
			clock_text(time_s * 1000, text);
		ck_assert_msg(strncmp(text, cases[i].utc, 19) == 0,
		              "%s is read as %s, not %s", cases[i].value, text,
		              cases[i].utc);
		ck_assert((result == 0) == (wrong == NULL));
	}
}
END_TEST

START_TEST(what_is_wrong_with_a_date_is_said)
{
	const char *wrong = "";
	int64_t time_s;

	ck_assert_int_eq(date_parse(SV("nonsense"), &time_s, &wrong), E_SYNTAX);
	ck_assert_str_eq(wrong, "it has no day, month or year");
	ck_assert_int_eq(
	    date_parse(SV("31 Apr 2002 00:00:00 +0000"), &time_s, &wrong),
	    E_RANGE);
	ck_assert_str_eq(wrong, "the month has no such day");
	ck_assert_int_eq(date_parse(SV("x"), &time_s, NULL), E_SYNTAX);
}
END_TEST

UNIT_MAIN("date", dates_are_read_as_programs_write_them,
          what_is_wrong_with_a_date_is_said)
