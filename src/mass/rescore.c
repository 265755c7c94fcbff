/* SPDX-License-Identifier: Apache-2.0 */
#include "mass/rescore.h"

#include <math.h>

enum { N_WEIGHTS = 3, N_SCALES = 26 };

/* A ham this far below the threshold counts as a quarter of a lost one: some
 * like it will be above. */
static const double NEAR = 0.5;

/* From "as likely as not" to "a lost ham is unheard of". */
static const double weights[N_WEIGHTS] = { 4, 32, 256 };

/* 1.00, 0.98, ... */
static double
scale_at(size_t i)
{
	return 1 - 0.02 * (double)i;
}

/* Fits with all weights, and without one or two folds. As a fit without f and
 * g serves both, there are half as many as it seems. */
struct study {
	const struct mass_fit_data *d;
	const struct mass_rescore_options *o;
	/* [fold f][fold g <= f][weight][rule]; f = g: without f alone. */
	double *points;
};

/* What is taken of the fits. */
struct choice {
	size_t weight, scale;
};

static double *
points_at(const struct study *s, unsigned f, unsigned g, size_t weight)
{
	size_t pair =
	    f > g ? (size_t)f * (f + 1) / 2 + g : (size_t)g * (g + 1) / 2 + f;

	return s->points + (pair * N_WEIGHTS + weight) * s->d->n_rules;
}

/* Each weight begins where the one before it ended. */
static void
fit_ladder(const struct study *s, uint32_t left_out, double *points)
{
	size_t n = s->d->n_rules;

	for (size_t w = 0; w < N_WEIGHTS; w++) {
		struct mass_fit_job job = {
			.left_out = left_out,
			.threshold = s->o->threshold,
			.points_max = s->o->points_max,
			.ham_weight = weights[w],
		};
		double *now = points + w * n;

		for (size_t i = 0; i < n; i++)
			now[i] = w ? now[i - n] : s->d->rules[i].points;
		mass_fit(s->d, &job, now);
	}
}

static size_t
count_pairs(const struct mass_fit_data *d)
{
	return (size_t)d->n_folds * (d->n_folds + 1) / 2;
}

static void
fit_all(const struct study *s)
{
	size_t done = 0;

	for (unsigned f = 0; f < s->d->n_folds; f++)
		for (unsigned g = 0; g <= f; g++) {
			fit_ladder(s, 1U << f | 1U << g, points_at(s, f, g, 0));
			if (s->o->progress)
				s->o->progress(s->o->ctx, ++done,
				               count_pairs(s->d) + 1);
		}
}

/* ---- choosing ---- */

/* How a choice does on folds it does not know. */
struct tally {
	size_t ham, missed;
	double lost; /* with what came near to it */
};

static void
count_row(const struct study *s, const struct mass_fit_row *row, double fitted,
          struct tally *tallies)
{
	for (size_t i = 0; i < N_SCALES; i++) {
		double over =
		    row->fixed + scale_at(i) * fitted - s->o->threshold;

		tallies[i].ham += row->ham;
		if (row->ham)
			tallies[i].lost += row->ham / (1 + exp(-over / NEAR));
		if (over < 0)
			tallies[i].missed += row->spam;
	}
}

static bool
is_better(const struct study *s, const struct tally *a, const struct tally *b)
{
	bool a_holds = a->lost <= s->o->fp_max * (double)a->ham;
	bool b_holds = b->lost <= s->o->fp_max * (double)b->ham;

	if (a_holds && b_holds)
		return a->missed < b->missed;
	return a_holds != b_holds ? a_holds : a->lost < b->lost;
}

/* The best choice for a fit without the fold `without` (or with all, when that
 * is none): judged by fits that lack one fold more, on that fold. */
static struct choice
choose(const struct study *s, unsigned without)
{
	struct tally tallies[N_WEIGHTS * N_SCALES] = { 0 };
	const struct mass_fit_data *d = s->d;
	size_t best = 0;

	for (size_t i = 0; i < d->rows.n; i++) {
		const struct mass_fit_row *row = &d->rows.list[i];
		unsigned f = without < d->n_folds ? without : row->fold;

		if (row->fold == without)
			continue;
		for (size_t w = 0; w < N_WEIGHTS; w++)
			count_row(s, row,
			          mass_fit_row_points(
				      d, row, points_at(s, f, row->fold, w)),
			          &tallies[w * N_SCALES]);
	}
	for (size_t i = 1; i < N_WEIGHTS * N_SCALES; i++)
		if (is_better(s, &tallies[i], &tallies[best]))
			best = i;
	return (struct choice){ best / N_SCALES, best % N_SCALES };
}

/* ---- the points ---- */

/* To 0.001. Never to 0, which would switch the rule off. */
static double
rounded(double points, double before)
{
	double thousandths = round(points * 1000);

	if (thousandths == 0 && before != 0)
		thousandths = before < 0 ? -1 : 1;
	return thousandths / 1000;
}

static void
set_points(const struct study *s, const double *fitted, double scale,
           double *points)
{
	for (size_t i = 0; i < s->d->n_rules; i++) {
		const struct mass_fit_rule *rule = &s->d->rules[i];

		points[i] = rule->is_fitted
		                ? rounded(fitted[i] * scale, rule->points)
		                : rule->points;
	}
}

/* ---- the outcome ---- */

/* Points are whole ten-thousandths, and sums of them as doubles nearly. */
static bool
reaches(double score, double threshold)
{
	return score > threshold - 0.00005;
}

static size_t
bin_of(double score)
{
	score += 0.00005;
	return score < 0.00005          ? 0
	       : score >= MASS_BINS - 2 ? MASS_BINS - 1
	                                : (size_t)score + 1;
}

static void
add_outcome(struct mass_outcome *o, struct mass_histogram *h,
            const struct mass_fit_row *row, double score, double threshold)
{
	size_t bin = bin_of(score);

	o->spam += row->spam;
	o->ham += row->ham;
	o->spam_points += score * row->spam;
	o->ham_points += score * row->ham;
	if (reaches(score, threshold))
		o->lost += row->ham;
	else
		o->missed += row->spam;
	h->spam[bin] += row->spam;
	h->ham[bin] += row->ham;
}

/* What it saves that a row is judged otherwise now. */
static void
add_gain(const struct study *s, struct mass_rescore *r,
         const struct mass_fit_row *row, bool was_spam, bool is_spam)
{
	double sign = is_spam ? 1 : -1;

	if (was_spam == is_spam)
		return;
	r->gain += sign * (row->spam - s->o->lambda * row->ham);
	r->gain_error += row->spam + s->o->lambda * s->o->lambda * row->ham;
}

static void
try_fold(const struct study *s, unsigned fold, const double *before,
         double *points, struct mass_rescore *r)
{
	const struct mass_fit_data *d = s->d;
	struct choice c = choose(s, fold);

	set_points(s, points_at(s, fold, fold, c.weight), scale_at(c.scale),
	           points);
	for (size_t i = 0; i < d->rows.n; i++) {
		const struct mass_fit_row *row = &d->rows.list[i];
		double was = row->fixed + mass_fit_row_points(d, row, before);
		double is = row->fixed + mass_fit_row_points(d, row, points);

		if (row->fold != fold)
			continue;
		add_outcome(&r->before, &r->before_histogram, row, was,
		            s->o->threshold);
		add_outcome(&r->after, &r->after_histogram, row, is,
		            s->o->threshold);
		add_gain(s, r, row, reaches(was, s->o->threshold),
		         reaches(is, s->o->threshold));
	}
}

static void
try_all(const struct study *s, struct mass_rescore *r)
{
	size_t n = s->d->n_rules;
	double *before = mem_calloc(n + 1, sizeof *before);
	double *points = mem_calloc(n + 1, sizeof *points);

	for (size_t i = 0; i < n; i++)
		before[i] = s->d->rules[i].points;
	for (unsigned f = 0; f < s->d->n_folds; f++)
		try_fold(s, f, before, points, r);
	r->gain_error = sqrt(r->gain_error);
	r->is_bounded =
	    (double)r->after.lost <= s->o->fp_max * (double)r->after.ham;
	r->is_better = r->is_bounded && r->gain > 2 * r->gain_error;
	free(before);
	free(points);
}

/* The points for use, of all messages. */
static void
fit_final(const struct study *s, struct mass_rescore *r)
{
	size_t n = s->d->n_rules;
	double *fitted = mem_calloc(N_WEIGHTS * n + 1, sizeof *fitted);
	struct choice c = choose(s, s->d->n_folds);

	fit_ladder(s, 0, fitted);
	r->ham_weight = weights[c.weight];
	r->scale = scale_at(c.scale);
	set_points(s, fitted + c.weight * n, r->scale, r->points);
	free(fitted);
}

struct mass_rescore *
mass_rescore_new(const struct mass_fit_data *d,
                 const struct mass_rescore_options *o)
{
	struct mass_rescore *r = mem_calloc(1, sizeof *r);
	struct study s = { .d = d, .o = o };

	r->points = mem_calloc(d->n_rules + 1, sizeof *r->points);
	s.points = mem_calloc(count_pairs(d) * N_WEIGHTS * d->n_rules + 1,
	                      sizeof *s.points);
	fit_all(&s);
	try_all(&s, r);
	fit_final(&s, r);
	free(s.points);
	return r;
}

void
mass_rescore_free(struct mass_rescore *r)
{
	if (!r)
		return;
	free(r->points);
	free(r);
}

double
mass_outcome_tcr(const struct mass_outcome *o, double lambda)
{
	double cost = lambda * (double)o->lost + (double)o->missed;

	return cost > 0 ? (double)o->spam / cost : 0;
}

void
mass_share_bounds(size_t k, size_t n, double *ret_low, double *ret_high)
{
	const double z = 1.959964;
	double share = n ? (double)k / (double)n : 0, size = n ? (double)n : 1;
	double middle = share + z * z / (2 * size);
	double reach =
	    z * sqrt(share * (1 - share) / size + z * z / (4 * size * size));

	*ret_low = k ? (middle - reach) / (1 + z * z / size) : 0;
	*ret_high = k < n ? (middle + reach) / (1 + z * z / size) : 1;
}
