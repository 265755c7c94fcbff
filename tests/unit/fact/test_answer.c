/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include <string.h>

#include "base/error.h"
#include "fact/answer.h"

static struct arena *arena;

static void
begin(void)
{
	arena = arena_new();
}

static void
end(void)
{
	arena_free(arena);
}

START_TEST(lines_come_back_as_they_were)
{
	static const char *const lines[] = {
		"example.org TXT found 300 \"v=spf1 -all\" \"\" \"a\\\"b\\\\\"",
		"example.org TXT found 300 \"\\000\\255\\007\"",
		"example.org MX found 300 10 mx.example.org 20 b.example.org",
		"example.org MX found 5 0 \"\"",
		"example.org A found 300 192.0.2.1 192.0.2.2",
		"example.org AAAA found 300 2001:db8::1",
		"example.org NS found 4294967295 ns.example.org",
		"1.2.0.192.in-addr.arpa PTR found 300 mail.example.org",
		"7.2.0.192.list.example A no_name 60",
		"example.org SOA no_data 0",
		"example.org A failed 0",
		"example.org A timed_out 0",
		"example.org A suspended 0",
		"example.org A late 0",
		"example.org A over_limit 0",
		"\"a b.example\" A no_name 1",
		"\"#a.example\" A no_name 1",
	};
	struct dns_question q;
	struct dns_answer r;
	struct buf out;

	begin();
	buf_init(&out, 1000);
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		buf_reset(&out);
		ck_assert_int_eq(
		    dns_answer_read(arena, sv_str(lines[i]), &q, &r), 0);
		dns_answer_write(&q, dns_answer_copy(arena, &r), &out);
		ck_assert_str_eq(buf_str(&out), lines[i]);
	}
	buf_done(&out);
	end();
}
END_TEST

START_TEST(wrong_lines_are_refused)
{
	static const char *const lines[] = {
		"",
		"example.org",
		"example.org A",
		"example.org A found",
		"example.org A found x",
		"example.org A found 4294967296 192.0.2.1",
		"example.org A found 300",
		"example.org A no_name 300 192.0.2.1",
		"example.org A found 300 2001:db8::1",
		"example.org AAAA found 300 192.0.2.1",
		"example.org A found 300 mail.example.org",
		"example.org MX found 300 mail.example.org",
		"example.org MX found 300 10",
		"example.org NS found 300 a..b",
		"example.org TXT found 300 \"open",
		"example.org TXT found 300 \"\\25\"",
		"example.org TXT found 300 \"\\256\"",
		"example.org TXT found 300 \"\\",
		"example.org X found 300 a",
		"example.org A maybe 300",
		"example..org A no_name 300",
		". A no_name 300",
	};
	struct dns_question q;
	struct dns_answer r;

	begin();
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		ck_assert_msg(dns_answer_read(arena, sv_str(lines[i]), &q,
		                              &r) == E_SYNTAX,
		              "%s", lines[i]);
	end();
}
END_TEST

START_TEST(there_is_a_limit_to_records)
{
	struct buf line;
	struct dns_question q;
	struct dns_answer r;

	begin();
	buf_init(&line, 10000);
	buf_add_str(&line, "example.org TXT found 1");
	for (int i = 0; i < DNS_RECORDS_MAX; i++)
		buf_add_str(&line, " a");
	ck_assert_int_eq(dns_answer_read(arena, buf_sv(&line), &q, &r), 0);
	ck_assert_uint_eq(r.n_records, DNS_RECORDS_MAX);
	buf_add_str(&line, " a");
	ck_assert_int_eq(dns_answer_read(arena, buf_sv(&line), &q, &r),
	                 E_LIMIT);
	buf_done(&line);
	end();
}
END_TEST

START_TEST(names_are_normal)
{
	char label[65], name[256];
	struct sv ret;

	begin();
	ck_assert(dns_name(arena, SV("Example.ORG."), &ret));
	ck_assert(sv_eq_str(ret, "example.org"));
	ck_assert(dns_name(arena, SV("_dmarc.*.x"), &ret));
	ck_assert(!dns_name(arena, SV(""), &ret));
	ck_assert(!dns_name(arena, SV("."), &ret));
	ck_assert(!dns_name(arena, SV(".a"), &ret));
	ck_assert(!dns_name(arena, SV("a..b"), &ret));
	ck_assert(!dns_name(arena, SV("a.."), &ret));
	memset(label, 'a', 64);
	ck_assert(dns_name(arena, sv_make(label, 63), &ret));
	ck_assert(!dns_name(arena, sv_make(label, 64), &ret));
	for (int i = 0; i < 256; i++)
		name[i] = i % 2 ? '.' : 'a';
	ck_assert(dns_name(arena, sv_make(name, 253), &ret));
	ck_assert(!dns_name(arena, sv_make(name, 255), &ret));
	end();
}
END_TEST

START_TEST(addresses_are_reversed)
{
	struct ip ip;

	begin();
	ck_assert_int_eq(ip_parse(SV("192.0.2.7"), &ip), 0);
	ck_assert(sv_eq_str(dns_reversed(arena, &ip, SV("list.example")),
	                    "7.2.0.192.list.example"));
	ck_assert_int_eq(ip_parse(SV("2001:db8:1:2:3:4:567:89ab"), &ip), 0);
	ck_assert(sv_eq_str(dns_reversed(arena, &ip, SV("x")),
	                    "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0."
	                    "2.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.x"));
	end();
}
END_TEST

UNIT_MAIN("answer", lines_come_back_as_they_were, wrong_lines_are_refused,
          there_is_a_limit_to_records, names_are_normal, addresses_are_reversed)
