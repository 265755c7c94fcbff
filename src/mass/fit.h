/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Points for rules, fitted to labelled mail: those for which a logistic model
 * of "score minus threshold" explains the labels best, while each rule stays
 * within its bounds and, as far as the mail says nothing else, near the points
 * it has. docs/rescore.md has the whole story.
 *
 * Messages with the same hits are one row, so that a large log is a small
 * problem. Rows belong to folds; a fit may leave some folds out, to be tried on
 * them. Everything is deterministic. One thread at a time.
 */
#ifndef MASS_FIT_H
#define MASS_FIT_H

#include "mass/log.h"

struct mass_fit_rule {
	double points;  /* that it has; those of a rule that is not fitted, or
	                   that hit nothing, stay */
	bool is_fitted; /* has points that may be changed */
	bool is_nice;   /* they are 0 or below, else 0 or above */
};

struct mass_fit_item {
	uint32_t rule;
	float count; /* how often it gives its points */
};

struct mass_fit_row {
	size_t begin, end; /* of the items: rules that are fitted */
	double fixed;      /* points of the others */
	uint32_t spam, ham;
	unsigned fold;
};

struct mass_fit_data {
	struct mass_fit_rule *rules; /* by number of the log's rules */
	size_t n_rules;
	VEC(struct mass_fit_row) rows;
	VEC(struct mass_fit_item) items;
	size_t n_spam, n_ham; /* messages */
	unsigned n_folds;
};

enum { MASS_FOLDS_MAX = 20 };

/* Copies the rules, one for each of the log. Folds are made of chance, with
 * mails that hit the same together; or of mail of one source, by its folder. */
struct mass_fit_data *mass_fit_data_new(const struct mass_log *log,
                                        const struct mass_fit_rule *rules,
                                        unsigned n_folds, bool by_source);
void mass_fit_data_free(struct mass_fit_data *d); /* takes NULL */

struct mass_fit_job {
	uint32_t left_out; /* a bit for each fold that is not looked at */
	double threshold;
	double points_max; /* no rule gets more, or less than that below 0 */
	double ham_weight; /* how much more a ham in the wrong place matters */
};

/* Fits; `points` (by rule) is where to begin, and what comes out. */
void mass_fit(const struct mass_fit_data *d, const struct mass_fit_job *job,
              double *points);

/* The points of a row's fitted rules. */
double mass_fit_row_points(const struct mass_fit_data *d,
                           const struct mass_fit_row *row,
                           const double *points);

#endif
