/* SPDX-License-Identifier: Apache-2.0 */
/* SPF records (RFC 7208 sections 4.5, 4.6, 5, 6): text to terms. */
#ifndef FACT_SPF_RECORD_H
#define FACT_SPF_RECORD_H

#include "base/ip.h"
#include "fact/spf.h"

enum spf_mechanism {
	SPF_ALL,
	SPF_INCLUDE,
	SPF_A,
	SPF_MX,
	SPF_PTR,
	SPF_IP4,
	SPF_IP6,
	SPF_EXISTS,
	SPF_MECHANISMS,
};

struct spf_term {
	enum spf_mechanism mechanism;
	enum spf_result result; /* when it matches */
	struct sv text;         /* as it stands in the record */
	struct sv domain;       /* a domain-spec; "": the current domain */
	struct ip_net net;      /* ip4, ip6 */
	unsigned bits4, bits6;  /* a, mx: how much of an address counts */
};

struct spf_record {
	struct sv terms;                   /* for spf_record_next() */
	struct sv redirect, redirect_text; /* a domain-spec, the modifier */
	struct sv exp;                     /* a domain-spec; "": none */
};

/* Whether it is a record of this version at all (section 4.5). */
bool spf_record_is(struct sv text);

/* Reads one; what *ret refers to is in the text. NULL, or what is wrong, in
 * words; then *ret_term is the term that is. */
const char *spf_record_read(struct sv text, struct spf_record *ret,
                            struct sv *ret_term);

/* The next mechanism of the terms of a record that was found right; false at
 * their end. Mechanisms are not kept: a record is read again in each call of
 * spf_check(), and nothing of it should take memory. */
bool spf_record_next(struct sv *terms, struct spf_term *ret);

#endif
