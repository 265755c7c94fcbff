/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One signature, of whatever kind: DKIM-Signature (RFC 6376), and the two of
 * ARC, which are made in the same way (RFC 8617 section 4.1). Private to fact/.
 *
 *     dkim.c, arc.c        which signatures a mail has, and what they mean
 *     signature.c          reading one
 *     signature_check.c    verifying one
 *     dkim_key.c           its key
 */
#ifndef FACT_SIGNATURE_H
#define FACT_SIGNATURE_H

#include "fact/dkim.h"
#include "fact/tags.h"

enum signature_kind {
	SIGNATURE_DKIM,
	SIGNATURE_ARC_MESSAGE,
	SIGNATURE_ARC_SEAL, /* it covers fields of ARC, and no body */
};

struct dkim_work {
	enum signature_kind kind;
	struct mail_field *field;
	/* The value of b= with the white space around it: what the signature
	 * takes to be empty. A view of the field's value. */
	struct sv hole;
	struct sv bytes;       /* b=, decoded */
	struct sv body_sha256; /* bh= */
	size_t digest;         /* number of the body's */
	bool is_body_checked;
	struct sv question; /* for its key */
	struct tags tags;
	/* Of a seal: the fields it covers, which come before itself. */
	struct mail_field **sealed;
	size_t n_sealed;
};

/* Reads one, and asks the mail for the digest it needs. What is wrong is the
 * signature's status. */
void signature_read(struct signed_mail *mail, struct mail_field *field,
                    enum signature_kind kind, const struct conf_dkim *conf,
                    int64_t now_s, struct dkim_signature *ret);

/* Judges it, unless that is done. False: the key's answer is missing. */
bool signature_check(struct signed_mail *mail, struct dkim_signature *s,
                     const struct conf_dkim *conf, struct lookup *l);

/* Says what it deserves, for a reason (static). */
void signature_say(struct dkim_signature *s, enum dkim_status status,
                   const char *reason);

#endif
