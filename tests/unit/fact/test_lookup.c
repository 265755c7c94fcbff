/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include "fact/zone.h"

/* ---- a source whose answers are on their way until they are released ---- */

struct slow {
	size_t tickets[8], n_asked, n_released, n_taken;
};

static const struct dns_answer *
slow_ask(void *ctx, struct arena *a, const struct dns_question *q,
         size_t ticket)
{
	struct slow *s = ctx;

	(void)a;
	(void)q;
	s->tickets[s->n_asked++] = ticket;
	return NULL;
}

static bool
slow_next(void *ctx, struct arena *a, int64_t deadline_mono_us,
          size_t *ret_ticket, const struct dns_answer **ret)
{
	struct slow *s = ctx;

	(void)a;
	(void)deadline_mono_us;
	if (s->n_taken == s->n_released)
		return false;
	*ret_ticket = s->tickets[s->n_taken++];
	*ret = dns_answer_bare(DNS_NO_NAME);
	return true;
}

static const struct lookup_source slow_source = { slow_ask, slow_next };

static const struct dns_answer *
ask(struct lookup *l, const char *name)
{
	return lookup_ask(l, DNS_A, sv_str(name), SV_NONE);
}

START_TEST(answers_that_are_late_stay_late)
{
	struct arena *a = arena_new();
	struct slow s = { 0 };
	struct lookup *l = lookup_new(a, &slow_source, &s, 10);

	ck_assert_ptr_null(ask(l, "a.example"));
	ck_assert_ptr_null(ask(l, "b.example"));
	ck_assert_ptr_null(ask(l, "A.example."));
	ck_assert_uint_eq(s.n_asked, 2);
	ck_assert_uint_eq(lookup_pending(l), 2);
	ck_assert(!lookup_wait(l, 0));
	s.n_released = 1;
	ck_assert(lookup_wait(l, 0));
	ck_assert_int_eq(ask(l, "a.example")->status, DNS_NO_NAME);
	ck_assert_ptr_null(ask(l, "b.example"));
	lookup_end(l);
	ck_assert_int_eq(ask(l, "b.example")->status, DNS_LATE);
	ck_assert_int_eq(ask(l, "c.example")->status, DNS_LATE);
	ck_assert_uint_eq(s.n_asked, 2);
	s.n_released = 2;
	ck_assert(!lookup_wait(l, 0));
	ck_assert_int_eq(ask(l, "b.example")->status, DNS_LATE);
	arena_free(a);
}
END_TEST

START_TEST(one_wait_takes_in_all_that_came)
{
	struct arena *a = arena_new();
	struct slow s = { 0 };
	struct lookup *l = lookup_new(a, &slow_source, &s, 10);

	ask(l, "a.example");
	ask(l, "b.example");
	ask(l, "c.example");
	s.n_released = 2;
	ck_assert(lookup_wait(l, 0));
	ck_assert_uint_eq(lookup_pending(l), 1);
	arena_free(a);
}
END_TEST

START_TEST(a_message_asks_no_more_than_it_may)
{
	struct arena *a = arena_new();
	struct slow s = { 0 };
	struct lookup *l = lookup_new(a, &slow_source, &s, 2);

	ask(l, "a.example");
	ask(l, "b.example");
	ck_assert_int_eq(ask(l, "c.example")->status, DNS_OVER_LIMIT);
	ck_assert_ptr_null(ask(l, "a.example"));
	ck_assert_int_eq(ask(l, "not..a.name")->status, DNS_NO_NAME);
	arena_free(a);
}
END_TEST

/* ---- zones ---- */

static const char zone_text[] =
    "# what is here\n"
    "\n"
    "example.org A found 300 192.0.2.1\n"
    "www.example.org CNAME found 300 web.example.org\n"
    "web.example.org CNAME found 300 example.org\n"
    "loop.example.org CNAME found 300 loop.example.org\n"
    "a.b.example.org TXT found 300 x\n"
    "*.wild.example.org A found 300 192.0.2.2\n"
    "there.wild.example.org TXT found 300 y\n"
    "bad.example.org A failed 0\n";

START_TEST(zones_answer_as_servers_do)
{
	static const struct {
		const char *name;
		enum dns_status status;
	} cases[] = {
		{ "example.org", DNS_FOUND },
		{ "www.example.org", DNS_FOUND },
		{ "loop.example.org", DNS_NO_DATA },
		{ "a.b.example.org", DNS_NO_DATA },
		{ "b.example.org", DNS_NO_DATA },
		{ "c.example.org", DNS_NO_NAME },
		{ "x.wild.example.org", DNS_FOUND },
		{ "y.x.wild.example.org", DNS_FOUND },
		{ "there.wild.example.org", DNS_NO_DATA },
		{ "x.there.wild.example.org", DNS_NO_NAME },
		{ "bad.example.org", DNS_FAILED },
		{ "org", DNS_NO_DATA },
		{ "net", DNS_NO_NAME },
	};
	struct arena *a = arena_new();
	struct diags diags = DIAGS_INIT;
	struct zone *z = zone_read("zone", SV(zone_text), DNS_NO_NAME, &diags);
	struct lookup *l;

	ck_assert_ptr_nonnull(z);
	l = lookup_new(a, &zone_source, z, 100);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_assert_msg(ask(l, cases[i].name)->status == cases[i].status,
		              "%s", cases[i].name);
	zone_free(z);
	arena_free(a);
}
END_TEST

START_TEST(zones_say_which_line_is_wrong)
{
	struct diags diags = DIAGS_INIT;

	ck_assert_ptr_null(zone_read("zone",
	                             SV("a.example A no_name 1\nb\n"
	                                "a.example A no_data 1\n"),
	                             DNS_NO_NAME, &diags));
	ck_assert_uint_eq(diags.errors, 2);
	ck_assert_int_eq(diags.list[0].line, 2);
	ck_assert_int_eq(diags.list[1].line, 3);
	diags_done(&diags);
}
END_TEST

UNIT_MAIN("lookup", answers_that_are_late_stay_late,
          one_wait_takes_in_all_that_came, a_message_asks_no_more_than_it_may,
          zones_answer_as_servers_do, zones_say_which_line_is_wrong)
