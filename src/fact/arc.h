/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Authenticated Received Chain (RFC 8617): what each server on the way of
 * a mail found, sealed by it, so that a forwarder's word can be taken where
 * its changes broke DKIM and its address broke SPF.
 *
 *     arc = arc_read(mail, &conf->arc, &conf->dkim);
 *     done = arc_check(arc, lookup);       as lookup.h has it
 *
 * Call arc_read() and dkim_read() before checking either: the body is then
 * read once for both.
 */
#ifndef FACT_ARC_H
#define FACT_ARC_H

#include "fact/dkim.h"
#include "fact/results.h"

enum arc_status { ARC_NONE, ARC_PASS, ARC_FAIL, ARC_STATUS_COUNT };
const char *arc_status_word(enum arc_status s);

/* One server's three fields. */
struct arc_set {
	unsigned instance;             /* i=, from 1 */
	enum arc_status cv;            /* what it says of those before it */
	struct results *results;       /* what it found; NULL: unreadable */
	struct dkim_signature message; /* ARC-Message-Signature */
	struct dkim_signature seal;    /* ARC-Seal */
	struct arc_work *work;         /* private to arc.c */
};

struct arc {
	enum arc_status status;
	const char *reason;   /* a static text; "" of a pass */
	bool is_temporary;    /* failed for want of a key's answer */
	struct arc_set *sets; /* by instance; only of whole chains */
	size_t n_sets;
	unsigned oldest_pass; /* the first instance since which the message
	                         has not changed; 0: from the beginning, or
	                         the chain is not valid */
	struct signed_mail *mail;
	const struct conf_arc *conf;
	const struct conf_dkim *dkim_conf;
};

struct arc *arc_read(struct signed_mail *mail, const struct conf_arc *conf,
                     const struct conf_dkim *dkim_conf);

/* False: call it again when an answer has come. */
bool arc_check(struct arc *arc, struct lookup *l);

/* The earliest set of a valid chain that was sealed by a trusted forwarder
 * (arc.trusted_forwarders), as were all after it; or NULL. */
const struct arc_set *arc_trusted(const struct arc *arc);

/* Whether a trusted forwarder found that DMARC passes for the domain: its
 * set; or NULL. */
const struct arc_set *arc_vouches(const struct arc *arc, struct sv domain);

#endif
