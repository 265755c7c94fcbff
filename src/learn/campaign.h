/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Campaigns: messages that say nearly the same. A campaign is its set of keys,
 * hashes of what its messages say; there is no table of clusters. Messages
 * that are near-duplicates have most keys in common, unrelated ones none, and
 * those that share no more than a signature or a footer a few. What is known
 * is counted for each key; a message is of a campaign if `quorum` of its keys
 * were seen before, and has the counts that the quorum agrees upon, so that no
 * key alone says anything. docs/campaigns.md has how keys are made.
 *
 *     campaign_sign(&c, secret, message, arena);       CPU only
 *     campaign_gather(&c, secret, &scene, x);     exchange_get(x, store);
 *     campaign_judge(&c, secret, x);              ... c.volume ...
 *     campaign_learn(&c, secret, verdict_id, x);  exchange_put(x, store);
 *
 * Keys are made with a secret that is kept in the store: all who share the
 * store have the same, and nobody else can say which texts have which keys.
 */
#ifndef LEARN_CAMPAIGN_H
#define LEARN_CAMPAIGN_H

#include "base/uuid.h"
#include "learn/exchange.h"
#include "learn/origin.h"
#include "message/message.h"

enum {
	CAMPAIGN_TEXT_KEYS = 12, /* samples of the text */
	CAMPAIGN_KEYS = 14,      /* and all of it; and where links lead */
	CAMPAIGN_COUNTED = 8,    /* of the text keys: those with counters */
	CAMPAIGN_ID_TEXT = 17,
	CAMPAIGN_TRACKED = 3, /* of the text keys: those that know who */
	CAMPAIGN_LISTED = 3,  /* messages: from there on people are told */
	CAMPAIGN_TARGETS = 4, /* of one message, that count */
	CAMPAIGN_SECRET_BYTES = 32,
};
#define CAMPAIGN_HALF_LIFE_MS ((int64_t)86400000)

/* ---- the secret ---- */

/* Of one process; any thread. */
struct campaign_secret;
struct campaign_secret *campaign_secret_new(void);
void campaign_secret_free(struct campaign_secret *s); /* takes NULL */

/* Asks the store for it, and makes one if there is none yet; waits for the
 * disk then. False: there is none that all agree upon, as Redis is away; it is
 * asked for again by campaign_gather(). */
bool campaign_secret_load(struct campaign_secret *s, struct store *store,
                          int64_t now_ms);

/* ---- keys ---- */

struct campaign_keys {
	/* Text keys, that of the whole text, that of links; none is 0. */
	uint64_t list[CAMPAIGN_KEYS];
	unsigned n;      /* 0: too little text, or no secret */
	unsigned n_text; /* of these: CAMPAIGN_TEXT_KEYS or 0 */
	unsigned quorum; /* how many must agree; fewer for longer texts */
};

/* What the quorum of keys agrees upon, of values for each of them: the
 * quorum-th largest. The whole text counts alone. */
double campaign_quorum(const struct campaign_keys *k,
                       const double values[CAMPAIGN_KEYS]);

/* Whether two messages are of one campaign. */
bool campaign_is_same(const struct campaign_keys *a,
                      const struct campaign_keys *b);

/* ---- a message ---- */

/* Where it is from and whom it is for; must outlive the campaign. */
struct campaign_scene {
	const struct origin *origin;
	const struct sv *targets; /* recipients; or the site of a post */
	size_t n_targets;
};

struct campaign {
	struct campaign_keys keys;

	/* After judging; without this message. All decay. */
	char id[CAMPAIGN_ID_TEXT]; /* for people: that of most variants; "" */
	double volume;             /* messages */
	double senders, targets, networks; /* distinct ones */
	double
	    sender_targets; /* distinct targets of this sender, of any text */
	int64_t age_ms;     /* since the first; 0: not known */

	/* Private. */
	uint64_t seed;
	size_t places[CAMPAIGN_KEYS], sender_place, secret_place;
	double volumes[CAMPAIGN_KEYS]; /* 0 of those without a counter */
	struct campaign_seen {
		uint64_t of; /* hash of what is counted, and for what */
		size_t place;
		double there; /* how much of it counts already */
	} seen[CAMPAIGN_TRACKED][2 + CAMPAIGN_TARGETS],
	    sender_seen[CAMPAIGN_TARGETS];
	unsigned n_targets;
	uint64_t sender;
};

/* Which keys a message has; they hang from nothing. `secret` NULL: none. */
void campaign_sign(struct campaign *c, struct campaign_secret *secret,
                   const struct message *m, struct arena *a);

void campaign_gather(struct campaign *c, struct campaign_secret *secret,
                     const struct campaign_scene *scene, struct exchange *x);
void campaign_judge(struct campaign *c, struct campaign_secret *secret,
                    const struct exchange *x);

/* That this message came; `verdict_id` is what people look it up by. */
void campaign_learn(const struct campaign *c, struct campaign_secret *secret,
                    struct sv verdict_id, struct exchange *x);

#endif
