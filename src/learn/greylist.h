/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Greylisting: who sends for the first time is asked to come again later. It
 * goes by the site, a domain that SPF or DKIM vouches for, else a network, and
 * not by the address: large senders come back from another host. A site that
 * came back once is known from then on.
 */
#ifndef LEARN_GREYLIST_H
#define LEARN_GREYLIST_H

#include "learn/exchange.h"
#include "learn/origin.h"

struct greylist_times {
	int64_t delay_ms;  /* until it may come back */
	int64_t window_ms; /* until it has to be back */
	int64_t keep_ms;   /* how long a site is known */
};

enum greylist_state {
	GREYLIST_NEW,    /* the first time */
	GREYLIST_EARLY,  /* back too soon */
	GREYLIST_PASSED, /* back in time: known from now on */
	GREYLIST_KNOWN,
};

const char *greylist_state_word(enum greylist_state state);
/* GREYLIST_KNOWN for what is none of its words. */
enum greylist_state greylist_state_find(struct sv word);

struct greylist {
	struct sv site, triplet; /* names of values */
	size_t site_place, triplet_place;
	enum greylist_state state;
	int64_t left_ms; /* NEW, EARLY: until it may come back */
};

void greylist_gather(struct greylist *g, const struct origin *o,
                     struct sv recipient, struct exchange *x);
void greylist_judge(struct greylist *g, const struct exchange *x,
                    const struct greylist_times *times);
void greylist_learn(const struct greylist *g, struct exchange *x,
                    const struct greylist_times *times);

#endif
