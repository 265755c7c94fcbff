/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fit: projected gradient steps with momentum (FISTA) on
 *
 *     sum of w * log(1 + exp(-y * (score - threshold))), y = 1 or -1,
 *     + 1/2 * PULL * sum of (points - points that the rule has)^2
 *
 * The length of each rule's step comes from a bound of the curvature that
 * holds everywhere, so there is nothing to tune and nothing that can diverge.
 * That the number of steps is bounded only means that points which say little
 * stay a little nearer to those they were; it is the same for all fits.
 */
#include "mass/fit.h"

#include <math.h>

enum { STEPS_MAX = 120 };

/* How hard it is to move a rule from the points it has: as if that many
 * messages said so. */
static const double PULL = 10;
/* The last step moved no rule by more. */
static const double STILL = 1e-3;

struct rule_state {
	double points, low, high; /* of now, and its bounds */
	double curvature;
	double spam, ham, count; /* messages it hit, and their matches */
};

struct fit {
	const struct mass_fit_data *d;
	const struct mass_fit_job *job;
	struct rule_state *rules;
	/* By rule: where the slopes are taken, and what they are. Small, as
	 * each step goes over all items. */
	double *tried, *slopes;
	double spam_weight, ham_weight; /* of a message */
	double spam, ham;               /* messages looked at */
};

static bool
is_left_out(const struct fit *f, const struct mass_fit_row *row)
{
	return f->job->left_out >> row->fold & 1;
}

/* ---- bounds ---- */

static void
count_row(struct fit *f, const struct mass_fit_row *row)
{
	double weight = row->spam * f->spam_weight + row->ham * f->ham_weight;
	double sum = 0;

	for (size_t i = row->begin; i < row->end; i++)
		sum += (double)f->d->items.list[i].count;
	for (size_t i = row->begin; i < row->end; i++) {
		const struct mass_fit_item *item = &f->d->items.list[i];
		struct rule_state *r = &f->rules[item->rule];
		double count = (double)item->count;

		r->spam += row->spam;
		r->ham += row->ham;
		r->count += count * (row->spam + row->ham);
		r->curvature += weight * count * sum / 4;
	}
}

/* What a hit of the rule says by itself: the logarithm of how much more likely
 * it is in spam, with the benefit of one standard error for what is rare. */
static double
evidence(const struct fit *f, const struct rule_state *r, double sign)
{
	double spam = (r->spam + 0.5) / (f->spam + 1);
	double ham = (r->ham + 0.5) / (f->ham + 1);

	return sign * log(spam / ham) +
	       sqrt(1 / (r->spam + 0.5) + 1 / (r->ham + 0.5));
}

/* No rule gets more points than its evidence alone is worth. */
static void
set_bounds(struct fit *f, size_t rule)
{
	const struct mass_fit_rule *of = &f->d->rules[rule];
	struct rule_state *r = &f->rules[rule];
	double most, hits = r->spam + r->ham;

	if (!of->is_fitted || hits == 0) {
		r->low = r->high = of->points;
		return;
	}
	most = evidence(f, r, of->is_nice ? -1 : 1) * hits / r->count;
	most = most < 0                    ? 0
	       : most > f->job->points_max ? f->job->points_max
	                                   : most;
	r->low = of->is_nice ? -most : 0;
	r->high = of->is_nice ? 0 : most;
	r->curvature += PULL;
}

static double
clip(const struct rule_state *r, double points)
{
	return points < r->low ? r->low : points > r->high ? r->high : points;
}

/* ---- steps ---- */

static double
row_tried(const struct fit *f, const struct mass_fit_row *row)
{
	const struct mass_fit_item *items = f->d->items.list;
	double sum = row->fixed;

	for (size_t i = row->begin; i < row->end; i++)
		sum += f->tried[items[i].rule] * (double)items[i].count;
	return sum;
}

static void
add_row_slope(const struct fit *f, const struct mass_fit_row *row)
{
	const struct mass_fit_item *items = f->d->items.list;
	double spam = 1 / (1 + exp(f->job->threshold - row_tried(f, row)));
	double slope = row->ham * f->ham_weight * spam -
	               row->spam * f->spam_weight * (1 - spam);

	for (size_t i = row->begin; i < row->end; i++)
		f->slopes[items[i].rule] += slope * (double)items[i].count;
}

static void
find_slopes(const struct fit *f)
{
	const struct mass_fit_data *d = f->d;

	for (size_t i = 0; i < d->n_rules; i++)
		f->slopes[i] = PULL * (f->tried[i] - d->rules[i].points);
	for (size_t i = 0; i < d->rows.n; i++)
		if (d->rows.list[i].begin < d->rows.list[i].end &&
		    !is_left_out(f, &d->rows.list[i]))
			add_row_slope(f, &d->rows.list[i]);
}

/* One step from where the slopes were taken. Returns how far the points went;
 * sets how much they went against what momentum had made of them. */
static double
step(const struct fit *f, double momentum, double *ret_against)
{
	double farthest = 0;

	*ret_against = 0;
	for (size_t i = 0; i < f->d->n_rules; i++) {
		struct rule_state *r = &f->rules[i];
		double before = r->points, moved;

		if (r->low == r->high) {
			r->points = f->tried[i] = r->low;
			continue;
		}
		r->points = clip(r, f->tried[i] - f->slopes[i] / r->curvature);
		moved = r->points - before;
		*ret_against +=
		    (f->tried[i] - r->points) * moved * r->curvature;
		f->tried[i] = r->points + momentum * moved;
		if (fabs(moved) > farthest)
			farthest = fabs(moved);
	}
	return farthest;
}

static void
descend(const struct fit *f)
{
	double pace = 1;

	for (int i = 0; i < STEPS_MAX; i++) {
		double next = (1 + sqrt(1 + 4 * pace * pace)) / 2;
		double against, farthest;

		find_slopes(f);
		farthest = step(f, (pace - 1) / next, &against);
		pace = next;
		if (against > 0) { /* too fast: begin again from here */
			for (size_t k = 0; k < f->d->n_rules; k++)
				f->tried[k] = f->rules[k].points;
			pace = 1;
		}
		if (farthest < STILL)
			break;
	}
}

void
mass_fit(const struct mass_fit_data *d, const struct mass_fit_job *job,
         double *points)
{
	struct fit f = { .d = d, .job = job };

	f.rules = mem_calloc(d->n_rules + 1, sizeof *f.rules);
	f.tried = mem_calloc(d->n_rules + 1, sizeof *f.tried);
	f.slopes = mem_calloc(d->n_rules + 1, sizeof *f.slopes);
	for (size_t i = 0; i < d->rows.n; i++)
		if (!is_left_out(&f, &d->rows.list[i])) {
			f.spam += d->rows.list[i].spam;
			f.ham += d->rows.list[i].ham;
		}
	/* All ham weighs ham_weight times what all spam does. */
	f.spam_weight = 1;
	f.ham_weight = f.ham > 0 ? job->ham_weight * f.spam / f.ham : 0;
	for (size_t i = 0; i < d->rows.n; i++)
		if (!is_left_out(&f, &d->rows.list[i]))
			count_row(&f, &d->rows.list[i]);
	for (size_t i = 0; i < d->n_rules; i++) {
		set_bounds(&f, i);
		f.rules[i].points = f.tried[i] = clip(&f.rules[i], points[i]);
	}
	descend(&f);
	for (size_t i = 0; i < d->n_rules; i++)
		points[i] = f.rules[i].points;
	free(f.rules);
	free(f.tried);
	free(f.slopes);
}

double
mass_fit_row_points(const struct mass_fit_data *d,
                    const struct mass_fit_row *row, const double *points)
{
	double sum = 0;

	for (size_t i = row->begin; i < row->end; i++)
		sum += points[d->items.list[i].rule] *
		       (double)d->items.list[i].count;
	return sum;
}
