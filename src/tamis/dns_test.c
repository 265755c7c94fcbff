/* SPDX-License-Identifier: Apache-2.0 */
#include "tamis/dns_test.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/random.h>

#include "base/clock.h"
#include "fact/public_resolver.h"

enum { PATIENCE = 2 }; /* times dns.deadline, as nobody's mail waits */

struct asked {
	enum dns_type type;
	struct sv name, zone;
};

/* ---- asking ---- */

static bool
look_up(struct lookup *l, const struct asked *list, size_t n,
        enum dns_status *ret, const struct dns_answer **ret_answers)
{
	bool done = true;

	for (size_t i = 0; i < n; i++) {
		const struct dns_answer *answer =
		    lookup_ask(l, list[i].type, list[i].name, list[i].zone);

		done &= answer != NULL;
		ret_answers[i] = answer;
		ret[i] = answer ? answer->status : DNS_LATE;
	}
	return done;
}

/* All of them at once; returns how long it took, in microseconds. */
static int64_t
ask(const struct conf *conf, struct dns *d, struct arena *a,
    const struct asked *list, size_t n, enum dns_status *ret,
    const struct dns_answer **ret_answers)
{
	struct dns_batch *b = dns_batch_new(d);
	struct lookup *l = lookup_new(a, &dns_source, b, n);
	int64_t began_us = clock_mono_us();
	int64_t end_us = began_us + conf->dns.deadline_ms * 1000 * PATIENCE;
	int64_t took_us;

	while (!look_up(l, list, n, ret, ret_answers) && lookup_wait(l, end_us))
		;
	took_us = clock_mono_us() - began_us;
	lookup_end(l);
	look_up(l, list, n, ret, ret_answers);
	dns_batch_free(b);
	return took_us;
}

/* ---- resolvers ---- */

static struct sv
missing_name(struct arena *a)
{
	uint64_t random = 0;

	/* Without it the name is one that does not exist, either. */
	if (getrandom(&random, sizeof random, 0) < 0)
		random = 0;
	return arena_printf(a, "tamis-%016" PRIx64 ".com", random);
}

/* Asks a resolver that has nothing in its cache of ours. */
static bool
ask_resolver(const struct conf *conf, struct arena *a, const struct asked *list,
             size_t n, enum dns_status *ret, int64_t *ret_took_us)
{
	const struct dns_answer *answers[2];
	char why[DNS_WHY];
	struct dns *d = dns_new(conf, NULL, why);

	if (!d) {
		fprintf(stderr, "tamis: %s\n", why);
		return false;
	}
	*ret_took_us = ask(conf, d, a, list, n, ret, answers);
	dns_free(d);
	return true;
}

void
dns_test_resolver(const struct conf *conf, const struct dns_resolver *resolver,
                  struct dns_resolver_report *ret)
{
	struct arena *a = arena_new();
	const struct asked list[] = {
		{ DNS_NS, SV("org"), SV_NONE },
		{ DNS_A, missing_name(a), SV_NONE },
	};
	enum dns_status statuses[2] = { DNS_FAILED, DNS_FAILED };
	struct conf one = *conf;
	char address[IP_TEXT], text[IP_TEXT + 10];
	char *texts[] = { text };

	*ret = (struct dns_resolver_report){
		.resolver = *resolver,
		.public_name = public_resolver_name(&resolver->ip),
		.known = DNS_FAILED,
		.missing = DNS_FAILED,
	};
	snprintf(text, sizeof text, "[%s]:%u", ip_text(&resolver->ip, address),
	         resolver->port);
	one.dns.resolvers = (struct conf_list){ texts, 1 };
	if (ask_resolver(&one, a, list, 2, statuses, &ret->latency_us)) {
		ret->known = statuses[0];
		ret->missing = statuses[1];
	}
	/* Once more: how quick it is when it need not ask others. */
	if (dns_is_known(ret->known))
		ask_resolver(&one, a, list, 1, statuses, &ret->latency_us);
	arena_free(a);
}

bool
dns_resolver_is_bad(const struct dns_resolver_report *r, char why[DNS_WHY])
{
	const char *what = "";

	if (!dns_is_known(r->known) && !dns_is_known(r->missing))
		what = r->known == DNS_FAILED ? "refuses to answer"
		                              : "does not answer";
	else if (r->known != DNS_FOUND)
		what = "does not know the top-level domain org: it does not "
		       "ask others (recursion), or has no way to them";
	else if (r->missing == DNS_FOUND)
		what = "has addresses for names that do not exist: with it, "
		       "lists seem to list everything";
	else if (r->missing != DNS_NO_NAME)
		what = "does not say that a name does not exist";
	else if (r->public_name)
		what = "is a public one: many lists refuse to answer it";
	snprintf(why, DNS_WHY, "%s%s%s%s", what, r->public_name ? " (" : "",
	         r->public_name ? r->public_name : "",
	         r->public_name ? ")" : "");
	return *what;
}

/* ---- lists ---- */

/* In the order of enum dns_entry. The second is ::ffff:127.0.0.2. */
static const struct sv entry_names[DNS_ENTRIES] = {
	SV("2.0.0.127"),
	SV("2.0.0.0.0.0.f.7.f.f.f.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0"),
	SV("test"),
	SV("1.0.0.127"),
	SV("invalid"),
};

static void
note_refusal(struct dns_list_report *r, const struct dns_answer *answer)
{
	for (size_t i = 0; i < answer->n_records; i++) {
		const struct ip *ip = &answer->records[i].ip;
		enum list_refusal refusal = list_refusal_of(r->zone, ip);

		if (!list_refusal_is_lasting(refusal))
			continue;
		r->refusal = refusal;
		ip_text(ip, r->refusal_text);
	}
}

void
dns_test_lists(const struct conf *conf, struct arena *a,
               const struct dns_zone_names *zones, struct dns_list_report *ret)
{
	size_t n = zones->n * DNS_ENTRIES;
	struct asked *list = ARENA_ARRAY(a, struct asked, n + 1);
	enum dns_status *statuses = ARENA_ARRAY(a, enum dns_status, n + 1);
	const struct dns_answer **answers =
	    ARENA_ARRAY(a, const struct dns_answer *, n + 1);
	char why[DNS_WHY];
	struct dns *d = dns_new(conf, NULL, why);

	for (size_t i = 0; i < n; i++) {
		struct sv zone = zones->list[i / DNS_ENTRIES];

		list[i] = (struct asked){
			DNS_A,
			ARENA_JOIN(a, entry_names[i % DNS_ENTRIES], SV("."),
			           zone),
			zone,
		};
		statuses[i] = DNS_FAILED;
		answers[i] = dns_answer_bare(DNS_FAILED);
	}
	if (d)
		ask(conf, d, a, list, n, statuses, answers);
	else
		fprintf(stderr, "tamis: %s\n", why);
	for (size_t i = 0; i < n; i++) {
		struct dns_list_report *r = &ret[i / DNS_ENTRIES];

		if (i % DNS_ENTRIES == 0)
			*r = (struct dns_list_report){
				.zone = zones->list[i / DNS_ENTRIES],
			};
		r->answers[i % DNS_ENTRIES] = statuses[i];
		if (statuses[i] == DNS_FOUND)
			note_refusal(r, answers[i]);
	}
	dns_free(d);
}

static bool
is_silent(const struct dns_list_report *r)
{
	for (int i = 0; i < DNS_ENTRIES; i++)
		if (dns_is_known(r->answers[i]))
			return false;
	return true;
}

bool
dns_list_is_bad(const struct dns_list_report *r, char why[DNS_WHY])
{
	const enum dns_status *is = r->answers;
	bool bad = true;

	if (r->refusal != LIST_ANSWERS) {
		snprintf(why, DNS_WHY, "refuses: %s (%s)",
		         list_refusal_word(r->refusal), r->refusal_text);
	} else if (is_silent(r)) {
		snprintf(why, DNS_WHY, "does not answer (%s)",
		         dns_status_word(is[DNS_ENTRY_ADDRESS]));
	} else if (is[DNS_ENTRY_NO_ADDRESS] == DNS_FOUND ||
	           is[DNS_ENTRY_NO_NAME] == DNS_FOUND) {
		snprintf(why, DNS_WHY,
		         "lists what must not be listed: it has ended, or the "
		         "resolver makes things up");
	} else {
		bad = false;
		snprintf(why, DNS_WHY, "%s",
		         is[DNS_ENTRY_ADDRESS] == DNS_FOUND ||
		                 is[DNS_ENTRY_V6] == DNS_FOUND ||
		                 is[DNS_ENTRY_NAME] == DNS_FOUND
		             ? ""
		             : "has no entries for tests: works, or not");
	}
	return bad;
}
