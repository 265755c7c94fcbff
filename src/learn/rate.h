/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rates: how much somebody sends, against limits. The counter decays so that
 * at a steady rate it holds what came within the window: there is no edge to
 * wait for, and a burst is forgotten slowly.
 */
#ifndef LEARN_RATE_H
#define LEARN_RATE_H

#include "learn/exchange.h"

struct rate_limit {
	const char *kind;  /* "sender", "account", "network", "user" */
	double limit;      /* messages, or recipients, within ... */
	int64_t window_ms; /* ... this time */
};

struct rate {
	const struct rate_limit *limit;
	struct sv name, alert; /* of a counter, of a value */
	size_t place, alert_place;
	double used; /* with what is asked for */
	double asked;
	bool is_exceeded;
	bool is_news; /* exceeded, and not told within this window yet */
};

/* `whom` "": nobody; then nothing is exceeded. */
void rate_gather(struct rate *r, const struct rate_limit *limit, struct sv whom,
                 struct exchange *x);
/* Whether `count` more may come. */
void rate_judge(struct rate *r, double count, const struct exchange *x);
/* What was asked for counts, exceeded or not; news are told once. */
void rate_learn(const struct rate *r, struct exchange *x);

#endif
