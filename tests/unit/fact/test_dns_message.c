/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fact/ has the whole range of bad responses, over a real socket. */
#include "../unit.h"

#include "fact/dns_message.h"

/* The header and the question "a.example TXT" of a good response, with so many
 * answers and so many records of authority. */
#define HEAD(answers, authorities)                                             \
	"\x12\x34\x81\x80\0\1\0" answers "\0" authorities "\0\0"               \
	"\1a\7example\0\0\x10\0\1"
#define OWNER "\xc0\x0c" /* a.example, once more */

#define TEXT(string, ttl) OWNER "\0\x10\0\1\0\0\0" ttl "\0\3\2" string
#define SOA                                                                    \
	"\xc0\x0e\0\6\0\1\0\0\0\x50\0\x16\0\0\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0"   \
	"\4\0\0\0\x20"

static bool
read_message(struct arena *a, struct sv bytes, struct dns_message *ret)
{
	const struct dns_question q = { DNS_TXT, SV("a.example"), SV_NONE };

	return dns_message_read(a, bytes, &q, ret);
}

START_TEST(records_are_read)
{
	struct arena *a = arena_new();
	struct dns_message m;

	ck_assert(read_message(
	    a, SV(HEAD("\2", "\0") TEXT("xy", "\x40") TEXT("zz", "\x30")), &m));
	ck_assert_int_eq(m.answer.status, DNS_FOUND);
	ck_assert_uint_eq(m.answer.n_records, 2);
	ck_assert_uint_eq(m.answer.ttl_s, 0x30);
	ck_sv_eq(m.answer.records[0].text, "xy");
	ck_sv_eq(m.answer.records[1].text, "zz");
	arena_free(a);
}
END_TEST

START_TEST(a_no_lasts_as_long_as_the_zone_says)
{
	struct arena *a = arena_new();
	struct dns_message m;

	ck_assert(read_message(a, SV(HEAD("\0", "\1") SOA), &m));
	ck_assert_int_eq(m.answer.status, DNS_NO_DATA);
	ck_assert_uint_eq(m.answer.ttl_s, 0x20);
	ck_assert(read_message(a, SV(HEAD("\0", "\0")), &m));
	ck_assert_int_eq(m.answer.status, DNS_NO_DATA);
	ck_assert_uint_eq(m.answer.ttl_s, 0);
	arena_free(a);
}
END_TEST

START_TEST(an_alias_without_records_is_to_be_asked_for)
{
	static const char alias[] =
	    HEAD("\1", "\0") OWNER "\0\5\0\1\0\0\0\x40\0\4\1B"
				   "\xc0\x0e";
	struct arena *a = arena_new();
	struct dns_message m;

	ck_assert(read_message(a, SV(alias), &m));
	ck_sv_eq(m.alias, "b.example");
	ck_assert_uint_eq(m.answer.n_records, 0);
	ck_assert_uint_eq(m.answer.ttl_s, 0x40);
	ck_assert_uint_eq(m.n_aliases, 1);
	arena_free(a);
}
END_TEST

START_TEST(no_response_that_is_cut_short_is_believed)
{
	static const char whole[] =
	    HEAD("\2", "\1") TEXT("xy", "\x40") TEXT("zz", "\x30") SOA;
	struct arena *a = arena_new();
	struct dns_message m;

	ck_assert(read_message(a, SV(whole), &m));
	for (size_t n = 0; n < sizeof whole - 1; n++)
		ck_assert(!read_message(a, sv_make(whole, n), &m));
	arena_free(a);
}
END_TEST

START_TEST(what_was_not_asked_is_no_answer)
{
	static const struct sv table[] = {
		/* Another name, type, class; a question; cut; an error. */
		SV("\x12\x34\x81\x80\0\1\0\0\0\0\0\0\1b\7example\0\0\x10\0\1"),
		SV("\x12\x34\x81\x80\0\1\0\0\0\0\0\0\1a\7example\0\0\1\0\1"),
		SV("\x12\x34\x81\x80\0\1\0\0\0\0\0\0\1a\7example\0\0\x10\0\3"),
		SV("\x12\x34\1\x80\0\1\0\0\0\0\0\0\1a\7example\0\0\x10\0\1"),
		SV("\x12\x34\x83\x80\0\1\0\0\0\0\0\0\1a\7example\0\0\x10\0\1"),
		SV("\x12\x34\x81\x82\0\1\0\0\0\0\0\0\1a\7example\0\0\x10\0\1"),
		SV("\x12\x34\x91\x80\0\1\0\0\0\0\0\0\1a\7example\0\0\x10\0\1"),
		/* No question; two. */
		SV("\x12\x34\x81\x80\0\0\0\0\0\0\0\0\1a\7example\0\0\x10\0\1"),
		SV("\x12\x34\x81\x80\0\2\0\0\0\0\0\0\1a\7example\0\0\x10\0\1"),
		/* A label with a dot is not two labels. */
		SV("\x12\x34\x81\x80\0\1\0\0\0\0\0\0\x9"
		   "a.example\0\0\x10"
		   "\0\1"),
	};
	struct arena *a = arena_new();
	struct dns_message m;

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		ck_assert_msg(!read_message(a, table[i], &m), "%zu", i);
	arena_free(a);
}
END_TEST

UNIT_MAIN("dns_message", records_are_read, a_no_lasts_as_long_as_the_zone_says,
          an_alias_without_records_is_to_be_asked_for,
          no_response_that_is_cut_short_is_believed,
          what_was_not_asked_is_no_answer)
