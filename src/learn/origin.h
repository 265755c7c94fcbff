/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a message is from, as plain values: what signals are about. Names are
 * in small letters; what is not known is "" or 0.
 */
#ifndef LEARN_ORIGIN_H
#define LEARN_ORIGIN_H

#include "base/arena.h"

enum { ORIGIN_DOMAINS_MAX = 16 };

struct origin {
	struct sv ip;            /* of the client that is not ours */
	uint32_t asn;            /* its autonomous system */
	struct sv from;          /* address of the From field */
	struct sv from_domain;   /* its registered domain */
	struct sv envelope_from; /* address; "" for the null sender */
	/* Registered domains that vouch for it. */
	struct sv spf_domain; /* of the envelope, if SPF passes */
	struct sv dkim_domains[ORIGIN_DOMAINS_MAX]; /* valid signatures */
	size_t n_dkim;
	struct sv url_domains[ORIGIN_DOMAINS_MAX];
	size_t n_urls;
	struct sv account; /* authenticated user, or author of a post */
};

/* "192.0.2.0/24", "2001:db8:1::/48"; "" for what is no address. */
struct sv origin_network(struct arena *a, struct sv ip);

/* Whether the domain of From is vouched for, by SPF or DKIM: whoever uses it
 * may (relaxed alignment, RFC 7489 3.1). */
bool origin_is_aligned(const struct origin *o);

/* What stays the same when a sender uses another of its hosts: the domain
 * that is vouched for, else the network. "d:example.org", "n:192.0.2.0/24". */
struct sv origin_site(struct arena *a, const struct origin *o);

#endif
