/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DMARC (RFC 7489, np= of RFC 9091): whether the domain in From is that of
 * SPF or DKIM, and what its owner wants done where it is not. With
 * dmarc.tree_walk, organisations are found as the successor of RFC 7489 does:
 * by asking, without the Public Suffix List.
 *
 *     dmarc = dmarc_read(mail, &conf->dmarc);
 *     done = dmarc_check(dmarc, &evidence, lookup);    as lookup.h has it
 *
 * dmarc_ask() sends its questions ahead, while SPF and DKIM are still waiting
 * for answers to theirs.
 */
#ifndef FACT_DMARC_H
#define FACT_DMARC_H

#include "fact/arc.h"
#include "fact/spf.h"

enum dmarc_status {             /* RFC 7489 section 11.2 */
	            DMARC_NONE, /* no policy was found */
	            DMARC_PASS,
	            DMARC_FAIL,
	            DMARC_TEMPERROR,
	            DMARC_PERMERROR, /* From does not name one domain, for
	                                instance */
	            DMARC_STATUS_COUNT,
};
const char *dmarc_status_word(enum dmarc_status s);
bool dmarc_status_find(struct sv word, enum dmarc_status *ret);

enum dmarc_policy {
	DMARC_POLICY_NONE,
	DMARC_POLICY_QUARANTINE,
	DMARC_POLICY_REJECT,
	DMARC_POLICY_COUNT,
};
const char *dmarc_policy_word(enum dmarc_policy p);
bool dmarc_policy_find(struct sv word, enum dmarc_policy *ret);

/* A policy record, with its defaults filled in. */
struct dmarc_record {
	enum dmarc_policy p, sp, np;
	bool has_sp, has_np;
	bool is_dkim_strict, is_spf_strict; /* adkim=s, aspf=s */
	unsigned pct;
	bool is_testing; /* t=y */
	char psd;        /* 'y', 'n', or 'u' */
	struct sv rua;   /* where its owner wants reports; or "" */
};

/* E_SYNTAX: it is none, or says nothing. */
int dmarc_record_read(struct sv text, struct dmarc_record *ret)
    __attribute__((warn_unused_result));

/* What is known of the sender. */
struct dmarc_evidence {
	const struct spf_outcome *spf; /* NULL: not looked at; and so on */
	const struct dkim *dkim;
	const struct arc *arc;
};

struct dmarc {
	enum dmarc_status status;
	const char *reason; /* a static text; "" of a pass */

	struct sv domain;        /* in From; small letters, A-labels; or "" */
	struct sv policy_domain; /* whose record it is; or "" */
	struct dmarc_record record;
	enum dmarc_policy policy; /* that its owner asks for: p, sp or np */
	/* What is to be done: none unless the status is fail; weaker than the
	 * policy for the part that pct= spares, for t=y, and where a trusted
	 * forwarder vouches. */
	enum dmarc_policy disposition;
	bool is_sampled_out; /* spared by pct= or t=y */
	bool is_vouched;     /* a trusted forwarder found a pass */
	bool spf_is_aligned, dkim_is_aligned; /* each with a pass */
	struct sv dkim_domain; /* of the signature that is aligned */
	bool is_reported;      /* by another filter: see results.h */

	struct dmarc_work *work; /* private to dmarc.c */
};

struct dmarc *dmarc_read(const struct signed_mail *mail,
                         const struct conf_dmarc *conf);

void dmarc_ask(struct dmarc *dmarc, struct lookup *l);

/* False: call it again when an answer has come. */
bool dmarc_check(struct dmarc *dmarc, const struct dmarc_evidence *evidence,
                 struct lookup *l);

#endif
