/* SPDX-License-Identifier: Apache-2.0 */
/* Which rules hit the same messages: pairs of rules, among the messages of one
 * label. */
#ifndef MASS_OVERLAP_H
#define MASS_OVERLAP_H

#include "mass/log.h"

enum { MASS_OVERLAPS_MAX = 1000000 };

/* Of the bits that say which rule hit which message. */
#define MASS_OVERLAP_BYTES_MAX ((size_t)1 << 32)

struct mass_overlap {
	uint32_t a, b;           /* rules; a hit at least as much as b */
	uint32_t hits_a, hits_b; /* messages */
	uint32_t both;
	double jaccard; /* both / messages that either hit: 0 to 1 */
};

struct mass_overlaps {
	VEC(struct mass_overlap) pairs; /* the highest Jaccard index first */
	bool cut; /* there are more than MASS_OVERLAPS_MAX; these are some */
};

enum mass_interest {
	MASS_IGNORED, /* left out */
	MASS_PARTNER, /* in pairs with those of interest */
	MASS_OF_INTEREST,
};

struct mass_overlap_job {
	const struct mass_log *log;
	bool is_spam;                       /* the label */
	const enum mass_interest *interest; /* by number of the rule */
	uint32_t hits_min;                  /* of each rule; at least 1 */
	double jaccard_min;                 /* above 0 */
};

/* Finds all pairs with at least that much in common, one of them at least of
 * interest. E_LIMIT when there are too many rules and messages for memory. */
int mass_overlaps_find(const struct mass_overlap_job *job,
                       struct mass_overlaps *ret)
    __attribute__((warn_unused_result));
void mass_overlaps_done(struct mass_overlaps *o);

#endif
