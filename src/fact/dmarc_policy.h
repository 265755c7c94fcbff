/* SPDX-License-Identifier: Apache-2.0 */
/* Whose policy it is, and which domain is the organisation's. Private to
 * fact/. */
#ifndef FACT_DMARC_POLICY_H
#define FACT_DMARC_POLICY_H

#include "fact/dmarc.h"

enum dmarc_found {
	DMARC_PENDING, /* an answer is missing */
	DMARC_FOUND,
	DMARC_ABSENT,
	DMARC_UNREADABLE,
	DMARC_UNANSWERED, /* and it will not come */
};

struct dmarc_published {
	struct sv domain; /* whose record it is */
	struct dmarc_record record;
	enum dmarc_policy policy; /* for the domain that was asked for */
};

/* The policy for a domain (RFC 7489 section 6.6.3). All questions go out at
 * once. What is found hangs from the lookup, and from the arena. */
enum dmarc_found dmarc_policy(struct arena *a, struct lookup *l,
                              struct sv domain, bool tree_walk,
                              struct dmarc_published *ret);

/* The domain of the organisation. False: an answer is missing. */
bool dmarc_organisation(struct arena *a, struct lookup *l, struct sv domain,
                        bool tree_walk, struct sv *ret);

#endif
