/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trust in a reporter: the mean of a Beta distribution, (confirmed + prior) /
 * (all + priors), of reports that a review confirmed or overturned. Both decay.
 * Who the reporter is, is kept as a keyed digest alone.
 */
#ifndef LEARN_TRUST_H
#define LEARN_TRUST_H

#include "learn/exchange.h"

enum { TRUST_WHO_TEXT = 33 };

struct trust {
	struct sv name; /* "trust:WHO", of the counter */
	size_t place;   /* of its question */
	double confirmed, overturned;
	double mean; /* 0 to 1 */
	/* Evidence of one report: the logarithm of the odds that it is right,
	 * in units of what a mean of 0.9 gives. 0 for those who are as often
	 * wrong as right; TRUST_WEIGHT_MAX at most. */
	double weight;
	bool is_newcomer; /* no report of theirs was ever confirmed */
};

#define TRUST_WEIGHT_MAX 1.5

/* `who`: hexadecimal, as reporter_digest() makes it. */
void trust_gather(struct trust *t, struct sv who,
                  const struct conf_feedback *conf, struct exchange *x);
void trust_judge(struct trust *t, const struct conf_feedback *conf,
                 const struct exchange *x);
/* The same from numbers that are there already. */
void trust_compute(struct trust *t, const struct conf_feedback *conf);

/* Adds to what is known; negative numbers take back. */
void trust_learn(struct sv who, const struct conf_feedback *conf,
                 double confirmed, double overturned, struct exchange *x);

/* A keyed digest of a reporter or a network: nobody can try out addresses who
 * has not the key. "" stays "". */
char *reporter_digest(struct sv key, struct sv clear, char who[TRUST_WHO_TEXT]);

#endif
