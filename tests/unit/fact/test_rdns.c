/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include "fact/rdns.h"
#include "fact/zone.h"

static const char zone_text[] =
    "1.2.0.192.in-addr.arpa PTR found 300 mx.example.org\n"
    "mx.example.org A found 300 192.0.2.1\n"
    "2.2.0.192.in-addr.arpa PTR found 300 other.example.org mx2.example.org\n"
    "other.example.org A found 300 192.0.2.99\n"
    "mx2.example.org A found 300 192.0.2.2\n"
    "3.2.0.192.in-addr.arpa PTR found 300 other.example.org\n"
    "4.2.0.192.in-addr.arpa PTR timed_out 0\n"
    "5.2.0.192.in-addr.arpa PTR found 300 late.example.org\n"
    "late.example.org A timed_out 0\n"
    "6.2.0.192.in-addr.arpa PTR found 300 a.example b.example c.example "
    "d.example e.example\n"
    "e.example A found 300 192.0.2.6\n"
    "5.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa "
    "PTR found 300 six.example.org\n"
    "six.example.org AAAA found 300 2001:db8::25\n";

struct asked {
	struct arena *arena;
	struct zone *zone;
	size_t questions;
};

static struct asked
asked_new(void)
{
	struct diags diags = DIAGS_INIT;
	struct asked t = { arena_new(), NULL, 0 };

	t.zone = zone_read("test", sv_str(zone_text), DNS_NO_NAME, &diags);
	ck_assert_ptr_nonnull(t.zone);
	return t;
}

static void
asked_free(struct asked *t)
{
	zone_free(t->zone);
	arena_free(t->arena);
}

static struct rdns
check(struct asked *t, const char *address, const char *helo)
{
	struct lookup *l = lookup_new(t->arena, &zone_source, t->zone, 100);
	const struct dns_question *q;
	const struct dns_answer *answer;
	struct rdns ret;
	struct ip ip;
	size_t pos = 0;

	ck_assert_int_eq(ip_parse(sv_str(address), &ip), 0);
	ck_assert(rdns_check(t->arena, l, &ip, sv_str(helo), &ret));
	for (t->questions = 0; lookup_next(l, &pos, &q, &answer);)
		t->questions++;
	return ret;
}

START_TEST(a_name_counts_when_it_leads_back)
{
	static const struct {
		const char *ip, *name, *has, *confirmed, *iprev;
	} cases[] = {
		{ "192.0.2.1", "mx.example.org", "yes", "yes", "pass" },
		{ "192.0.2.2", "mx2.example.org", "yes", "yes", "pass" },
		{ "192.0.2.3", "other.example.org", "yes", "no", "fail" },
		{ "192.0.2.4", "", "unknown", "unknown", "temperror" },
		{ "192.0.2.5", "late.example.org", "yes", "unknown",
		  "temperror" },
		{ "192.0.2.6", "a.example", "yes", "no", "fail" },
		{ "192.0.2.7", "", "no", "no", "permerror" },
		{ "2001:db8::25", "six.example.org", "yes", "yes", "pass" },
	};
	struct asked t = asked_new();

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct rdns r = check(&t, cases[i].ip, "mx.example.org");

		ck_sv_eq(r.name, cases[i].name);
		ck_assert_str_eq(rdns_answer_word(r.has_name), cases[i].has);
		ck_assert_str_eq(rdns_answer_word(r.is_confirmed),
		                 cases[i].confirmed);
		ck_assert_str_eq(rdns_iprev_word(r.iprev), cases[i].iprev);
		ck_assert_uint_le(t.questions, RDNS_QUESTIONS_MAX);
	}
	asked_free(&t);
}
END_TEST

START_TEST(a_helo_is_a_name_that_exists_and_leads_to_the_client)
{
	static const struct {
		const char *helo, *kind, *exists, *is_client;
		bool is_name;
	} cases[] = {
		{ "MX.Example.ORG", "name", "yes", "yes", true },
		{ "mx.example.org.", "name", "yes", "yes", true },
		{ "mx2.example.org", "name", "yes", "no", false },
		{ "six.example.org", "name", "yes", "no", false },
		{ "gone.example.org", "name", "no", "no", false },
		{ "late.example.org", "name", "unknown", "unknown", false },
		{ "localhost", "short", "no", "no", false },
		{ "", "none", "no", "no", false },
		{ "[192.0.2.1]", "literal", "no", "yes", false },
		{ "[192.0.2.2]", "literal", "no", "no", false },
		{ "[IPv6:2001:db8::1]", "literal", "no", "no", false },
		{ "192.0.2.1", "address", "no", "yes", false },
		{ "a..b", "wrong", "no", "no", false },
		{ "exa mple.org", "wrong", "no", "no", false },
		{ "192.0.2.300", "wrong", "no", "no", false },
	};
	struct asked t = asked_new();

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct rdns r = check(&t, "192.0.2.1", cases[i].helo);

		ck_assert_str_eq(rdns_helo_word(r.helo_kind), cases[i].kind);
		ck_assert_str_eq(rdns_answer_word(r.helo_exists),
		                 cases[i].exists);
		ck_assert_str_eq(rdns_answer_word(r.helo_is_client),
		                 cases[i].is_client);
		ck_assert_int_eq(r.helo_is_name, cases[i].is_name);
	}
	asked_free(&t);
}
END_TEST

UNIT_MAIN("rdns", a_name_counts_when_it_leads_back,
          a_helo_is_a_name_that_exists_and_leads_to_the_client)
