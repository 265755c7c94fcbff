/* SPDX-License-Identifier: Apache-2.0 */
/* What `tamis dns test` finds out about resolvers and DNS lists. */
#ifndef TAMIS_DNS_TEST_H
#define TAMIS_DNS_TEST_H

#include "fact/contract.h"
#include "fact/dns.h"
#include "scan/scan.h"

/* The zones of the lists that the rules of a snapshot ask, in the arena:
 * found by judging a message that gives them all a reason to. */
struct dns_zone_names {
	struct sv *list;
	size_t n;
};
struct dns_zone_names dns_zones_of_rules(struct arena *a,
                                         const struct snapshot *snapshot);

struct dns_resolver_report {
	struct dns_resolver resolver;
	const char *public_name; /* NULL: it is not a public one */
	/* The top-level domain "org" exists: what does it know of it? */
	enum dns_status known;
	int64_t latency_us; /* of a question that it has just answered */
	/* Of a name that does not exist: not DNS_NO_NAME is bad news. */
	enum dns_status missing;
};

void dns_test_resolver(const struct conf *conf,
                       const struct dns_resolver *resolver,
                       struct dns_resolver_report *ret);

/* Whether something is wrong with it; `why` gets what. */
bool dns_resolver_is_bad(const struct dns_resolver_report *r,
                         char why[DNS_WHY]);

/* The entries that a list has for tests (RFC 5782 section 5). */
enum dns_entry {
	DNS_ENTRY_ADDRESS,    /* 127.0.0.2: is listed */
	DNS_ENTRY_V6,         /* ::ffff:127.0.0.2: is */
	DNS_ENTRY_NAME,       /* test: is */
	DNS_ENTRY_NO_ADDRESS, /* 127.0.0.1: is not */
	DNS_ENTRY_NO_NAME,    /* invalid: is not */
	DNS_ENTRIES,
};

struct dns_list_report {
	struct sv zone;
	enum dns_status answers[DNS_ENTRIES];
	enum list_refusal refusal; /* the worst of its answers */
	char refusal_text[IP_TEXT];
};

/* Asks all of them at once. */
void dns_test_lists(const struct conf *conf, struct arena *a,
                    const struct dns_zone_names *zones,
                    struct dns_list_report *ret);

/* Whether answers of this list must not be relied on; `why` gets that, or
 * what else there is to say. */
bool dns_list_is_bad(const struct dns_list_report *r, char why[DNS_WHY]);

#endif
