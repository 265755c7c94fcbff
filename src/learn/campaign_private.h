/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of campaigns share; private to campaign*.c. */
#ifndef LEARN_CAMPAIGN_PRIVATE_H
#define LEARN_CAMPAIGN_PRIVATE_H

#include "learn/campaign.h"
#include "learn/shingle.h"

/* ---- the secret ---- */

#define CAMPAIGN_SECRET_NAME "campaign-secret"

struct campaign_seeds {
	struct shingle_seed shingles;
	uint64_t names; /* of senders and targets, of links */
};
_Static_assert(sizeof(struct campaign_seeds) == CAMPAIGN_SECRET_BYTES,
               "all of the secret is used");

/* False: none is known. Takes NULL. */
bool campaign_secret_seeds(struct campaign_secret *s,
                           struct campaign_seeds *ret);

/* With a message now and then: asks whether it is still the same. */
size_t campaign_secret_ask(struct campaign_secret *s, struct exchange *x);
void campaign_secret_answer(struct campaign_secret *s, size_t place,
                            const struct exchange *x);
void campaign_secret_tell(struct campaign_secret *s, size_t place,
                          struct exchange *x);

/* ---- keys ---- */

/* What is asked of the keys alone, and what follows of it. */
void campaign_gather_keys(struct campaign *c, struct exchange *x);
void campaign_judge_keys(struct campaign *c, const struct exchange *x);

/* ---- distinct ones ---- */

/*
 * How many distinct ones came is a sum of what each is worth: 1 when it has
 * just come, less later, as all decays. Each has a slot, which is a counter
 * with what it is worth now; when it comes, what is missing to 1 is added to
 * the slot and to the sum. Both only ever add up, so that machines that do so
 * at the same time may make it 2, which the next one corrects.
 */
enum {
	CAMPAIGN_SLOTS = 1024, /* those who share one count once */
};

/* How many make a sum, as some share a slot (linear counting). */
double campaign_distinct(double sum);

#endif
