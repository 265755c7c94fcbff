/* SPDX-License-Identifier: Apache-2.0 */
/* What the test suite of RFC 7208 (tests/spf/) does not say: how results are
 * told to people, what is asked, and what becomes of late answers. */
#include "../unit.h"

#include "base/vec.h"
#include "fact/spf.h"
#include "fact/zone.h"

static const char zone_text[] =
    "example.org TXT found 300 \"v=spf1 a:h.example.org include:b.example "
    "-all exp=why.example.org\"\n"
    "h.example.org A found 300 192.0.2.1\n"
    "why.example.org TXT found 300 \"%{i} of %{h} at %{r}, %{t}\"\n"
    "b.example TXT found 300 \"v=spf1 mx ip4:192.0.2.0/28 ?all\"\n"
    "b.example MX found 300 10 m1.example 20 m2.example\n"
    "m1.example A found 300 192.0.2.40\n"
    "m2.example A found 300 192.0.2.41\n"
    "wrong.example TXT found 300 \"v=spf1 a:h.example.org ip4:192.0.2.300\"\n"
    "two.example TXT found 300 \"v=spf1 -all\" \"v=spf1 +all\"\n"
    "late.example TXT timed_out 0\n"
    "xn--bcher-kva.example TXT found 300 \"v=spf1 +all\"\n"
    "void.example TXT found 300 \"v=spf1 a:v1.example a:v2.example "
    "a:v3.example "
    "-all\"\n"
    "loop.example TXT found 300 \"v=spf1 include:loop.example -all\"\n"
    "many.example TXT found 300 \"v=spf1 mx:e1.example mx:e2.example "
    "mx:e3.example mx:e4.example mx:e5.example mx:e6.example mx:e7.example "
    "mx:e8.example mx:e9.example mx:e10.example mx:e11.example "
    "mx:e12.example -all\"\n";

/* ---- a source that is slow, and counts ---- */

struct slow {
	struct zone *zone;
	VEC(size_t) tickets;
	VEC(const struct dns_answer *) answers;
	size_t n_taken;
};

static const struct dns_answer *
slow_ask(void *ctx, struct arena *a, const struct dns_question *q,
         size_t ticket)
{
	struct slow *s = ctx;

	*VEC_ADD(&s->tickets) = ticket;
	*VEC_ADD(&s->answers) = zone_source.ask(s->zone, a, q, ticket);
	return NULL;
}

static bool
slow_next(void *ctx, struct arena *a, int64_t deadline_mono_us,
          size_t *ret_ticket, const struct dns_answer **ret)
{
	struct slow *s = ctx;

	(void)a;
	(void)deadline_mono_us;
	if (s->n_taken == s->tickets.n)
		return false;
	*ret_ticket = s->tickets.list[s->n_taken];
	*ret = s->answers.list[s->n_taken++];
	return true;
}

static const struct lookup_source slow_source = { slow_ask, slow_next };

/* ---- checks ---- */

struct tried {
	struct arena *arena;
	struct slow slow;
	struct lookup *lookup;
};

static struct tried
tried_new(void)
{
	struct diags diags = DIAGS_INIT;
	struct tried t = { .arena = arena_new() };

	t.slow.zone = zone_read("test", sv_str(zone_text), DNS_NO_NAME, &diags);
	ck_assert_ptr_nonnull(t.slow.zone);
	return t;
}

static void
tried_free(struct tried *t)
{
	zone_free(t->slow.zone);
	VEC_DONE(&t->slow.tickets);
	VEC_DONE(&t->slow.answers);
	arena_free(t->arena);
}

static struct spf_query
query_of(const char *ip, const char *sender)
{
	struct spf_query q = {
		.sender = sv_str(sender),
		.helo = SV("mx.example.org"),
		.receiver = SV("mail.example.net"),
		.unix_s = 1700000000,
		.is_explained = true,
	};

	ck_assert_int_eq(ip_parse(sv_str(ip), &q.ip), 0);
	return q;
}

static struct spf_outcome
try(struct tried *t, const struct spf_query *q)
{
	struct spf_outcome ret;

	t->lookup =
	    lookup_new(t->arena, &zone_source, t->slow.zone, SPF_QUESTIONS_MAX);
	ck_assert(spf_check(t->arena, t->lookup, q, &ret));
	return ret;
}

START_TEST(results_have_a_reason_in_words)
{
	static const struct {
		const char *ip, *sender, *result, *term, *reason;
	} cases[] = {
		{ "192.0.2.1", "a@example.org", "pass", "a:h.example.org",
		  "\"a:h.example.org\" in the record of example.org matches "
		  "192.0.2.1" },
		{ "192.0.2.2", "a@example.org", "pass", "include:b.example",
		  "\"include:b.example\" in the record of example.org matches "
		  "192.0.2.2" },
		{ "192.0.2.99", "a@b.example", "neutral", "?all",
		  "\"?all\" in the record of b.example matches 192.0.2.99" },
		{ "192.0.2.1", "a@wrong.example", "permerror", "",
		  "\"ip4:192.0.2.300\" in the record of wrong.example is "
		  "wrong: this is no IPv4 network" },
		{ "192.0.2.1", "a@two.example", "permerror", "",
		  "two.example has more than one SPF record" },
		{ "192.0.2.1", "a@none.example", "none", "",
		  "none.example has no SPF record" },
		{ "192.0.2.1", "a@late.example", "temperror", "",
		  "no answer for the TXT records of late.example (timed_out)" },
		{ "192.0.2.1", "a@void.example", "permerror", "a:v3.example",
		  "more than 2 questions found nothing, the last for A of "
		  "v3.example" },
		{ "192.0.2.1", "a@loop.example", "permerror",
		  "include:loop.example",
		  "more than 10 terms need questions: \"include:loop.example\" "
		  "in the record of loop.example is one too many" },
		{ "192.0.2.1", "a@[192.0.2.1]", "none", "",
		  "\"[192.0.2.1]\" is no domain name" },
		{ "192.0.2.1",
		  "a@b\xc3\xbc"
		  "cher.example",
		  "pass", "+all",
		  "\"+all\" in the record of xn--bcher-kva.example matches "
		  "192.0.2.1" },
	};
	struct tried t = tried_new();

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct spf_query q = query_of(cases[i].ip, cases[i].sender);
		struct spf_outcome o = try(&t, &q);

		ck_assert_str_eq(spf_result_word(o.result), cases[i].result);
		ck_sv_eq(o.reason, cases[i].reason);
		ck_sv_eq(o.term, cases[i].term);
	}
	tried_free(&t);
}
END_TEST

START_TEST(a_fail_is_explained_when_that_is_wanted)
{
	struct tried t = tried_new();
	struct spf_query q = query_of("192.0.2.99", "a@example.org");
	struct spf_outcome o = try(&t, &q);

	ck_assert_int_eq(o.result, SPF_FAIL);
	ck_sv_eq(o.explanation, "192.0.2.99 of mx.example.org at "
	                        "mail.example.net, 1700000000");
	q.is_explained = false;
	o = try(&t, &q);
	ck_assert_int_eq(o.result, SPF_FAIL);
	ck_sv_eq(o.explanation, "");
	tried_free(&t);
}
END_TEST

START_TEST(the_null_sender_is_the_name_of_helo)
{
	struct tried t = tried_new();
	struct spf_query q = query_of("192.0.2.1", "");
	struct spf_outcome o;

	q.helo = SV("Example.ORG");
	o = try(&t, &q);
	ck_assert(o.is_helo);
	ck_sv_eq(o.sender, "postmaster@Example.ORG");
	ck_sv_eq(o.domain, "example.org");
	ck_assert_int_eq(o.result, SPF_PASS);
	tried_free(&t);
}
END_TEST

START_TEST(the_way_through_the_records_can_be_traced)
{
	static const struct {
		unsigned depth;
		const char *domain, *term, *said;
	} steps[] = {
		{ 0, "example.org", "",
		  "v=spf1 a:h.example.org include:b.example -all "
		  "exp=why.example.org" },
		{ 0, "example.org", "a:h.example.org", "does not match" },
		{ 0, "example.org", "include:b.example", "matches" },
		{ 1, "b.example", "", "v=spf1 mx ip4:192.0.2.0/28 ?all" },
		{ 1, "b.example", "mx", "does not match" },
		{ 1, "b.example", "ip4:192.0.2.0/28", "matches" },
	};
	struct tried t = tried_new();
	struct spf_query q = query_of("192.0.2.2", "a@example.org");
	struct spf_outcome o;

	q.is_traced = true;
	o = try(&t, &q);
	ck_assert_uint_eq(o.n_steps, sizeof steps / sizeof *steps);
	for (size_t i = 0; i < o.n_steps; i++) {
		ck_assert_uint_eq(o.steps[i].depth, steps[i].depth);
		ck_sv_eq(o.steps[i].domain, steps[i].domain);
		ck_sv_eq(o.steps[i].term, steps[i].term);
		ck_sv_eq(o.steps[i].said, steps[i].said);
	}
	tried_free(&t);
}
END_TEST

/* ---- asking ahead ---- */

/* How often answers must be waited for, each time for all that were asked. */
static size_t
waves_of(struct tried *t, const struct spf_query *q, struct spf_outcome *ret)
{
	size_t waves = 0;

	t->lookup = lookup_new(t->arena, &slow_source, &t->slow, 1000);
	while (!spf_check(t->arena, t->lookup, q, ret)) {
		ck_assert(lookup_wait(t->lookup, 1));
		waves++;
	}
	return waves;
}

START_TEST(the_questions_of_a_record_are_asked_together)
{
	struct tried t = tried_new();
	struct spf_query q = query_of("192.0.2.99", "a@example.org");
	struct spf_outcome o;

	/* the record; A and the include; its MX; their addresses; exp */
	ck_assert_uint_eq(waves_of(&t, &q, &o), 5);
	ck_assert_int_eq(o.result, SPF_FAIL);
	ck_assert_uint_eq(t.slow.tickets.n, 7);
	tried_free(&t);
}
END_TEST

START_TEST(what_the_limits_keep_from_being_reached_is_not_asked)
{
	struct tried t = tried_new();
	struct spf_query q = query_of("192.0.2.99", "a@many.example");
	struct spf_outcome o;

	waves_of(&t, &q, &o);
	ck_assert_int_eq(o.result, SPF_PERMERROR);
	ck_assert_uint_eq(t.slow.tickets.n, 1 + SPF_LOOKUPS_MAX);
	tried_free(&t);
}
END_TEST

START_TEST(nothing_is_asked_behind_a_term_that_matches)
{
	struct tried t = tried_new();
	struct spf_query q = query_of("192.0.2.5", "a@b.example");
	struct spf_outcome o;

	ck_assert_uint_eq(waves_of(&t, &q, &o), 3);
	ck_assert_int_eq(o.result, SPF_PASS);
	tried_free(&t);
}
END_TEST

START_TEST(an_answer_that_is_late_is_a_temperror)
{
	struct tried t = tried_new();
	struct spf_query q = query_of("192.0.2.99", "a@example.org");
	struct spf_outcome o;

	t.lookup = lookup_new(t.arena, &slow_source, &t.slow, 1000);
	ck_assert(!spf_check(t.arena, t.lookup, &q, &o));
	ck_assert(lookup_wait(t.lookup, 1));
	ck_assert(!spf_check(t.arena, t.lookup, &q, &o));
	lookup_end(t.lookup);
	ck_assert(spf_check(t.arena, t.lookup, &q, &o));
	ck_assert_int_eq(o.result, SPF_TEMPERROR);
	ck_sv_eq(o.reason, "no answer for the A records of h.example.org "
	                   "(late)");
	tried_free(&t);
}
END_TEST

UNIT_MAIN("spf", results_have_a_reason_in_words,
          a_fail_is_explained_when_that_is_wanted,
          the_null_sender_is_the_name_of_helo,
          the_way_through_the_records_can_be_traced,
          the_questions_of_a_record_are_asked_together,
          what_the_limits_keep_from_being_reached_is_not_asked,
          nothing_is_asked_behind_a_term_that_matches,
          an_answer_that_is_late_is_a_temperror)
