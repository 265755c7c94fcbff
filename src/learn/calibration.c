/* SPDX-License-Identifier: Apache-2.0 */
#include "learn/calibration.h"

#include <math.h>
#include <string.h>

/* Scores beyond are in the outermost bins. */
#define SCORE_MAX    16.0F
#define LOG_ODDS_MAX 16.0F

enum { STEPS = 60 };

/* Until there is something to fit, and what the fit is drawn to: as if so
 * many messages had said that the score is right as it is. */
static const double prior_weight = 10;

void
calibration_init(struct calibration *c)
{
	memset(c, 0, sizeof *c);
	c->slope = 1;
}

unsigned
calibration_bin(float score)
{
	float place = (score + SCORE_MAX) * CALIBRATION_BINS / (2 * SCORE_MAX);

	if (!(place > 0))
		return 0;
	return place < CALIBRATION_BINS ? (unsigned)place
	                                : CALIBRATION_BINS - 1;
}

static double
middle(unsigned bin)
{
	return ((double)bin + 0.5) * 2 * SCORE_MAX / CALIBRATION_BINS -
	       SCORE_MAX;
}

static double
logistic(double x)
{
	return 1 / (1 + exp(-x));
}

/* Newton's method on log odds a * score + b, towards a = 1, b = 0. */
struct fit {
	double a, b;
	double grad_a, grad_b, aa, ab, bb;
};

static void
fit_add(struct fit *f, double score, double target, double weight)
{
	double p = logistic(f->a * score + f->b), g = weight * (p - target);
	double h = weight * p * (1 - p) + 1e-9;

	f->grad_a += g * score;
	f->grad_b += g;
	f->aa += h * score * score;
	f->ab += h * score;
	f->bb += h;
}

static void
fit_step(struct fit *f)
{
	double det = f->aa * f->bb - f->ab * f->ab, da, db, share;

	if (!(det > 1e-12))
		return;
	da = (f->grad_a * f->bb - f->grad_b * f->ab) / det;
	db = (f->grad_b * f->aa - f->grad_a * f->ab) / det;
	/* Far from the goal only a part of the way, in the same direction. */
	share = fmin(1, 0.5 / (fabs(da) + fabs(db) / 8 + 1e-9));
	f->a = fmax(0.05, fmin(5, f->a - share * da));
	f->b -= share * db;
}

void
calibration_fit(struct calibration *c)
{
	struct fit f = { .a = 1 };
	double n[2] = { 0, 0 };

	for (int class = 0; class < 2; class ++)
		for (unsigned i = 0; i < CALIBRATION_BINS; i++)
			n[class] += c->bins[class][i];
	for (int step = 0; step < STEPS; step++) {
		f = (struct fit){ .a = f.a, .b = f.b };
		f.grad_a = prior_weight * (f.a - 1);
		f.grad_b = prior_weight * f.b;
		f.aa = f.bb = prior_weight;
		for (int class = 0; class < 2; class ++)
			for (unsigned i = 0;
			     n[class] > 0 && i < CALIBRATION_BINS; i++)
				if (c->bins[class][i])
					fit_add(&f, middle(i), class,
					        c->bins[class][i] *
					            (n[0] + n[1]) /
					            (2 * n[class]));
		fit_step(&f);
	}
	c->slope = (float)f.a;
	c->offset = (float)(-f.b / f.a);
}

float
calibration_probability(const struct calibration *c, float score)
{
	float x = c->slope * (score - c->offset);

	if (!isfinite(x))
		return 0.5F;
	x = fmaxf(-LOG_ODDS_MAX, fminf(LOG_ODDS_MAX, x));
	return 1 / (1 + expf(-x));
}
