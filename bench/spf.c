/* SPDX-License-Identifier: Apache-2.0 */
/* CPU time of one SPF check whose answers are known: with all there at once,
 * and with each wave of questions answered before the next call. */
#include <stdio.h>
#include <stdlib.h>

#include "base/vec.h"
#include "fact/spf.h"
#include "fact/zone.h"
#include "measure.h"

enum { ROUNDS = 20000, QUESTIONS_MAX = 300 };

static const char zone_text[] =
    "short.example TXT found 300 \"v=spf1 mx -all\"\n"
    "short.example MX found 300 10 mx.short.example\n"
    "mx.short.example A found 300 192.0.2.1\n"
    "hosted.example TXT found 300 \"v=spf1 include:_spf.provider.example "
    "~all\"\n"
    "_spf.provider.example TXT found 300 \"v=spf1 "
    "include:_b1.provider.example include:_b2.provider.example "
    "include:_b3.provider.example ~all\"\n"
    "_b1.provider.example TXT found 300 \"v=spf1 ip4:198.18.0.0/20 "
    "ip4:198.18.64.0/18 ip4:198.19.0.0/19 ip4:198.19.32.0/19 "
    "ip4:203.0.113.0/24 ip4:198.51.100.0/24 ip4:10.1.0.0/16 ip4:10.2.0.0/16 "
    "ip4:10.3.0.0/16 ip4:10.4.0.0/16 ip4:10.5.0.0/16 ~all\"\n"
    "_b2.provider.example TXT found 300 \"v=spf1 ip6:2001:db8:4000::/36 "
    "ip6:2001:db8:4800::/40 ip6:2001:db8:5000::/36 ip6:2001:db8:6000::/36 "
    "ip6:2001:db8:7000::/36 ip6:2001:db8:8000::/36 ~all\"\n"
    "_b3.provider.example TXT found 300 \"v=spf1 ip4:172.16.0.0/19 "
    "ip4:172.16.32.0/20 ip4:172.16.64.0/18 ip4:192.0.2.0/24 ~all\"\n"
    "large.example TXT found 300 \"v=spf1 a mx a:a1.example a:a2.example "
    "include:hosted.example exists:%{ir}.%{v}.%{l1r-}.lists.example "
    "-all\"\n"
    "large.example A found 300 192.0.2.77\n"
    "large.example MX found 300 10 a1.example 20 a2.example\n"
    "a1.example A found 300 192.0.2.78\n"
    "a2.example A found 300 192.0.2.79\n"
    "*.lists.example A found 300 127.0.0.2\n";

/* ---- answers that come when they are waited for ---- */

struct late {
	struct zone *zone;
	VEC(size_t) tickets;
	VEC(const struct dns_answer *) answers;
	size_t taken;
};

static const struct dns_answer *
late_ask(void *ctx, struct arena *a, const struct dns_question *q,
         size_t ticket)
{
	struct late *l = ctx;

	*VEC_ADD(&l->tickets) = ticket;
	*VEC_ADD(&l->answers) = zone_source.ask(l->zone, a, q, ticket);
	return NULL;
}

static bool
late_next(void *ctx, struct arena *a, int64_t deadline_mono_us,
          size_t *ret_ticket, const struct dns_answer **ret)
{
	struct late *l = ctx;

	(void)a;
	(void)deadline_mono_us;
	if (l->taken == l->tickets.n)
		return false;
	*ret_ticket = l->tickets.list[l->taken];
	*ret = l->answers.list[l->taken++];
	return true;
}

static const struct lookup_source late_source = { late_ask, late_next };

/* ---- measuring ---- */

static struct spf_outcome
check(struct arena *a, struct late *late, bool is_late,
      const struct spf_query *q, unsigned *ret_calls)
{
	struct lookup *l =
	    lookup_new(a, is_late ? &late_source : &zone_source,
	               is_late ? (void *)late : late->zone, QUESTIONS_MAX);
	struct spf_outcome outcome;
	bool done;

	*ret_calls = 0;
	late->tickets.n = late->answers.n = late->taken = 0;
	do {
		done = spf_check(a, l, q, &outcome);
		++*ret_calls;
	} while (!done && lookup_wait(l, 1));
	return outcome;
}

static void
measure(struct late *late, const char *domain, const char *ip, bool is_late)
{
	struct arena *a = arena_new();
	struct spf_query q = { .sender = sv_str(domain),
		               .helo = SV("mx.example") };
	struct spf_outcome o;
	int64_t begin;
	unsigned calls = 0;

	if (ip_parse(sv_str(ip), &q.ip) != 0)
		abort();
	begin = measure_ns(CLOCK_THREAD_CPUTIME_ID);
	for (int i = 0; i < ROUNDS; i++) {
		arena_reset(a);
		o = check(a, late, is_late, &q, &calls);
	}
	printf("  %-16s %-10s %6s %8u %6u %8.2f\n", domain,
	       spf_result_word(o.result), is_late ? "waves" : "once", o.lookups,
	       calls,
	       (double)(measure_ns(CLOCK_THREAD_CPUTIME_ID) - begin) / ROUNDS /
	           1000);
	arena_free(a);
}

int
main(void)
{
	static const struct {
		const char *domain, *ip;
	} rows[] = {
		{ "short.example", "192.0.2.1" },
		{ "hosted.example", "192.0.2.1" },
		{ "large.example", "192.0.2.1" },
		{ "large.example", "100.64.0.1" },
		{ "none.example", "192.0.2.1" },
	};
	struct diags diags = DIAGS_INIT;
	struct late late = { .zone = zone_read("bench", SV(zone_text),
		                               DNS_NO_NAME, &diags) };

	if (!late.zone)
		abort();
	printf("  %-16s %-10s %6s %8s %6s %8s\n", "domain", "result", "source",
	       "lookups", "calls", "us/check");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		for (int is_late = 0; is_late < 2; is_late++)
			measure(&late, rows[i].domain, rows[i].ip, is_late);
	VEC_DONE(&late.tickets);
	VEC_DONE(&late.answers);
	zone_free(late.zone);
	return 0;
}
