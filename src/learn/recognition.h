/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Recognition: what people have reported on a campaign, and what follows for
 * the next message of it. A campaign is its keys (learn/campaign.h); evidence
 * is kept for each of them, and a message has what the quorum of its keys
 * agrees upon: what it shares by chance with others convicts nobody.
 *
 *     recognition_gather(&r, &c.keys, conf->feedback.half_life_ms, x);
 *     exchange_get(x, store);
 *     recognition_judge(&r, &conf->recognition, x, has_independent_signal);
 *
 * A review weighs so much that it needs no other sign.
 */
#ifndef LEARN_RECOGNITION_H
#define LEARN_RECOGNITION_H

#include "learn/campaign.h"

/* What a review adds, and from where on only one can have said it. */
#define RECOGNITION_REVIEW   100.0
#define RECOGNITION_REVIEWED 20.0

enum recognition_state {
	RECOGNITION_NONE,
	RECOGNITION_SUSPECTED,
	RECOGNITION_SPAM,
	RECOGNITION_STATES,
};
const char *recognition_word(enum recognition_state s);
/* RECOGNITION_STATES: there is none of that name. */
enum recognition_state recognition_find(struct sv word);

/* The sums of the counter of a key. */
enum { EVIDENCE_SPAM, EVIDENCE_HAM, EVIDENCE_REPORTERS, EVIDENCE_DEFENDERS };

struct recognition {
	size_t places[CAMPAIGN_KEYS];
	struct campaign_keys keys;
	double spam, ham; /* evidence, in reporters with a trust of 0.9 */
	double reporters; /* independent ones who say it is spam */
	double defenders; /* who say it is not */
	bool is_reviewed; /* somebody decided, either way */
	bool has_sign;    /* besides reports */
	enum recognition_state state;
};

/* "evidence:KEY", of a counter. */
struct sv recognition_name(struct arena *a, uint64_t key);

void recognition_gather(struct recognition *r, const struct campaign_keys *keys,
                        int64_t half_life_ms, struct exchange *x);
/* With recognition.enabled off, the state is RECOGNITION_NONE. */
void recognition_judge(struct recognition *r,
                       const struct conf_recognition *conf,
                       const struct exchange *x, bool has_sign);

/* The state that follows from what is set in `r`. */
enum recognition_state recognition_state(const struct recognition *r,
                                         const struct conf_recognition *conf);

#endif
