/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DKIM signatures (RFC 6376, with RFC 8301's limits and RFC 8463's algorithm).
 *
 *     mail = signed_mail_read(arena, raw, &conf->message);
 *     dkim = dkim_read(mail, &conf->dkim, now_s);
 *     done = dkim_check(dkim, lookup);     as lookup.h has it
 *
 * dkim_read() needs no keys: what is wrong with a signature for itself is
 * known after it, and the question for its key is known.
 */
#ifndef FACT_DKIM_H
#define FACT_DKIM_H

#include "fact/lookup.h"
#include "fact/signed_mail.h"

/* RFC 8601 section 2.7.1. */
enum dkim_status {
	DKIM_NONE,      /* not judged yet */
	DKIM_PASS,      /* valid */
	DKIM_FAIL,      /* what it covers has changed, or it has expired */
	DKIM_POLICY,    /* not good enough: a weak key, rsa-sha1, ... */
	DKIM_NEUTRAL,   /* it cannot be read */
	DKIM_TEMPERROR, /* the key could not be asked for */
	DKIM_PERMERROR, /* something that is needed is not there, or wrong */
	DKIM_STATUS_COUNT,
};
const char *dkim_status_word(enum dkim_status s);
bool dkim_status_find(struct sv word, enum dkim_status *ret);

enum dkim_algorithm {
	DKIM_RSA_SHA256,
	DKIM_RSA_SHA1, /* never valid: RFC 8301 section 3.1 */
	DKIM_ED25519_SHA256,
	DKIM_ALGORITHM_COUNT, /* no such algorithm */
};
const char *dkim_algorithm_word(enum dkim_algorithm a); /* "rsa-sha256" */

/* One signature. What could not be read is "" or 0. */
struct dkim_signature {
	enum dkim_status status;
	const char *reason; /* why, a static text in words; "" of a pass */

	struct sv domain;    /* d=, in small letters */
	struct sv selector;  /* s= */
	struct sv identity;  /* i=, else "@" and the domain */
	struct sv signature; /* b=, without white space */
	enum dkim_algorithm algorithm;
	bool is_header_relaxed, is_body_relaxed; /* c= */
	const struct sv *covered;                /* h=, with repetitions */
	size_t n_covered;
	int64_t signed_s, expires_s; /* t=, x=: seconds since 1970; 0: none */
	bool has_length;             /* l= */
	uint64_t length;

	bool is_expired;
	uint64_t uncovered_bytes; /* of the canonical body, behind l= */
	unsigned key_bits;        /* 0: no key was read */
	bool is_testing;          /* the key says t=y: the domain only tries */
	bool is_strict;           /* it says t=s: i= must be of d= itself */

	struct dkim_work *work; /* private to fact/ */
};

struct dkim {
	struct dkim_signature *signatures; /* from the top of the header */
	size_t n;
	size_t n_left_out; /* more than the limit allows */
	bool is_reported;  /* by another filter: see results.h */
	struct signed_mail *mail;
	const struct conf_dkim *conf;
};

/* `now_s`: when the mail came, in seconds since 1970, for x= and t=. */
struct dkim *dkim_read(struct signed_mail *mail, const struct conf_dkim *conf,
                       int64_t now_s);

/* Judges all signatures. False: call it again when an answer has come. */
bool dkim_check(struct dkim *dkim, struct lookup *l);

/* What the mail as a whole deserves: that of the best signature, a pass before
 * a temporary error before all others; DKIM_NONE without signatures. */
enum dkim_status dkim_best(const struct dkim *dkim);

/* The first valid signature of the domain or, `or_below`, of one below it;
 * or NULL. */
const struct dkim_signature *dkim_find(const struct dkim *dkim,
                                       struct sv domain, bool or_below);

#endif
