/* SPDX-License-Identifier: Apache-2.0 */
/* The fixed vocabularies of the feed. What is in none of them cannot leave
 * the machine: it is counted as "other". */
#ifndef RECORD_WORDS_H
#define RECORD_WORDS_H

#include "base/sv.h"
#include "record/shape.h"

enum words {
	WORDS_CHANNEL,
	WORDS_SURFACE,
	WORDS_VERDICT,
	WORDS_ACTION,
	WORDS_AD_TYPE,
	WORDS_CATEGORY,
	WORDS_COUNTRY,   /* of the client; beside its words SHAPE_COUNTRY */
	WORDS_ASN,       /* the same; SHAPE_ASN */
	WORDS_MECHANISM, /* of authentication */
	WORDS_AUTH,      /* its result (RFC 8601), or that nobody looked */
	WORDS_EVIDENCE,  /* what weighed the most */
	WORDS_ROUTE,     /* the class of the sending side */
	WORDS_FEEDBACK,  /* what a report says */
	WORDS_SOURCE,    /* how it came */
	WORDS_REASON,    /* why */
	WORDS_BY,        /* how a verdict came to be corrected */
	WORDS_STATE,     /* what a campaign was recognised as */
	WORDS_WITHIN,    /* how long that took */
	WORDS_RULE,      /* no list: SHAPE_RULE */
	WORDS_CAMPAIGN,  /* no list: SHAPE_PSEUDONYM */
	WORDS_COUNT,
};
enum { RULE_NAME_MAX = SHAPE_RULE_MAX };

/* "other" is in all of them. */
bool words_have(enum words list, struct sv word);

/* All words of a list, NULL-terminated; none for those without. */
const char *const *words_list(enum words list);

/* Categories about harm rather than advertising: the verdict other_abuse. */
bool words_is_abuse(struct sv category);

/* `word` itself, or "other". Borrowed. */
struct sv words_known(enum words list, struct sv word);

/* The word of WORDS_WITHIN for that many seconds. */
struct sv words_within(uint64_t seconds);

#endif
