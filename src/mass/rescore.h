/* SPDX-License-Identifier: Apache-2.0 */
/*
 * New points for rules, and how good they are: what is said of them comes from
 * messages that had no part in their making (nested cross-validation). Of
 * several fits, which differ in how much ham matters, and of several scales of
 * each, that one is taken that lets the least spam pass while false positives
 * stay below a bound.
 */
#ifndef MASS_RESCORE_H
#define MASS_RESCORE_H

#include "mass/fit.h"

struct mass_rescore_options {
	double threshold;  /* a score of at least that is spam */
	double points_max; /* of a rule */
	double fp_max;     /* of ham, as a fraction */
	double lambda;     /* how many missed spams one lost ham is worth */
	/* Told how much of the work is done; or NULL. */
	void (*progress)(void *ctx, size_t done, size_t total);
	void *ctx;
};

/* How labelled messages were judged. */
struct mass_outcome {
	size_t spam, ham;               /* messages */
	size_t missed, lost;            /* spam as ham, ham as spam */
	double spam_points, ham_points; /* sums of scores */
};

/* Messages by score: below 0, [0, 1), ..., and all above. */
enum { MASS_BINS = 22 };

struct mass_histogram {
	size_t spam[MASS_BINS], ham[MASS_BINS];
};

struct mass_rescore {
	double *points; /* by rule, of the log; rounded to 0.001, and not 0
	                   unless they were */
	double ham_weight, scale; /* of the fit that was taken */
	/* On messages that had no part in it. */
	struct mass_outcome before, after;
	struct mass_histogram before_histogram, after_histogram;
	/* What is saved, in missed spams, and the standard error of that. */
	double gain, gain_error;
	bool is_bounded; /* fp_max holds */
	bool is_better;  /* is_bounded, and the gain is above twice its error */
};

/* `d` has at least 3 folds. Takes time: seconds for each 10,000 messages. */
struct mass_rescore *mass_rescore_new(const struct mass_fit_data *d,
                                      const struct mass_rescore_options *o);
void mass_rescore_free(struct mass_rescore *r); /* takes NULL */

/* Total cost ratio: spam without a filter to what the filter costs, a lost ham
 * being worth `lambda` spams (Androutsopoulos et al. 2000). 0: it costs
 * nothing. */
double mass_outcome_tcr(const struct mass_outcome *o, double lambda);

/* Between which shares of `n`, with 95 % confidence, the true share is of which
 * `k` were seen (Wilson 1927). */
void mass_share_bounds(size_t k, size_t n, double *ret_low, double *ret_high);

#endif
