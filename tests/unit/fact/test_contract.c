/* SPDX-License-Identifier: Apache-2.0 */
/* What lists answer when they refuse to. */
#include "../unit.h"

#include "fact/contract.h"

START_TEST(codes_that_mean_us_are_known)
{
	static const struct {
		const char *zone, *answer;
		enum list_refusal want;
	} cases[] = {
		{ "zen.spamhaus.org", "127.0.0.2", LIST_ANSWERS },
		{ "zen.spamhaus.org", "127.255.255.252", LIST_WRONG_QUESTION },
		{ "zen.spamhaus.org", "127.255.255.254", LIST_PUBLIC_RESOLVER },
		{ "zen.spamhaus.org", "127.255.255.255", LIST_OVER_QUOTA },
		{ "zen.spamhaus.org", "127.255.255.7", LIST_BLOCKED },
		{ "other.example", "127.255.255.255", LIST_OVER_QUOTA },
		{ "other.example", "127.0.0.1", LIST_ANSWERS },
		{ "multi.uribl.com", "127.0.0.1", LIST_BLOCKED },
		{ "multi.uribl.com", "127.0.0.3", LIST_BLOCKED },
		{ "multi.uribl.com", "127.0.0.2", LIST_ANSWERS },
		{ "notmulti-uribl.com", "127.0.0.1", LIST_ANSWERS },
		{ "multi.surbl.org", "127.0.0.1", LIST_BLOCKED },
		{ "multi.surbl.org", "127.0.0.64", LIST_ANSWERS },
		{ "list.dnswl.org", "127.0.0.255", LIST_OVER_QUOTA },
		{ "list.dnswl.org", "127.0.10.255", LIST_OVER_QUOTA },
		{ "list.dnswl.org", "127.0.10.3", LIST_ANSWERS },
		{ "dbl.spamhaus.org", "127.0.1.255", LIST_WRONG_QUESTION },
		{ "dbl.spamhaus.org", "127.0.1.2", LIST_ANSWERS },
		{ "dbl.spamhaus.org", "2001:db8::1", LIST_ANSWERS },
	};
	struct ip ip;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		ck_assert_int_eq(ip_parse(sv_str(cases[i].answer), &ip), 0);
		ck_assert_msg(list_refusal_of(sv_str(cases[i].zone), &ip) ==
		                  cases[i].want,
		              "%s %s", cases[i].zone, cases[i].answer);
	}
}
END_TEST

START_TEST(texts_say_so_too)
{
	ck_assert_int_eq(
	    list_refusal_of_text(SV("black.uribl.com"),
	                         SV("127.0.0.1 -> Query Refused. See https")),
	    LIST_BLOCKED);
	ck_assert_int_eq(
	    list_refusal_of_text(
		SV("zen.spamhaus.org"),
		SV("Error: https://check.spamhaus.org/returnc/pub/")),
	    LIST_BLOCKED);
	ck_assert_int_eq(list_refusal_of_text(SV("zen.spamhaus.org"),
	                                      SV("https://listed.example")),
	                 LIST_ANSWERS);
}
END_TEST

START_TEST(a_wrong_question_is_no_reason_to_leave_a_list_alone)
{
	ck_assert(!list_refusal_is_lasting(LIST_ANSWERS));
	ck_assert(!list_refusal_is_lasting(LIST_WRONG_QUESTION));
	ck_assert(list_refusal_is_lasting(LIST_PUBLIC_RESOLVER));
	ck_assert_str_eq(list_refusal_word(LIST_OVER_QUOTA), "over quota");
}
END_TEST

UNIT_MAIN("contract", codes_that_mean_us_are_known, texts_say_so_too,
          a_wrong_question_is_no_reason_to_leave_a_list_alone)
