/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "sample.h"

START_TEST(without_samples_the_score_is_the_log_odds)
{
	struct calibration c;

	calibration_init(&c);
	calibration_fit(&c);
	ck_assert_float_eq_tol(calibration_probability(&c, 0), 0.5F, 1e-5F);
	ck_assert_float_eq_tol(calibration_probability(&c, 1), 0.731F, 1e-3F);
}
END_TEST

START_TEST(probability_grows_with_the_score)
{
	struct calibration c;
	float before = 0;

	calibration_init(&c);
	for (unsigned i = 0; i < CALIBRATION_BINS; i++) {
		c.bins[0][i] = CALIBRATION_BINS - i;
		c.bins[1][i] = i;
	}
	calibration_fit(&c);
	for (float score = -15; score < 15; score += 0.5F) {
		float p = calibration_probability(&c, score);

		ck_assert(p > before && p < 1);
		before = p;
	}
}
END_TEST

/* Ham scores 4 and spam 8: the middle is 6, whatever their numbers. */
START_TEST(the_curve_is_where_the_classes_meet)
{
	struct calibration c;

	for (unsigned spam = 100; spam <= 10000; spam *= 10) {
		calibration_init(&c);
		c.bins[0][calibration_bin(4)] = 1000;
		c.bins[0][calibration_bin(7)] = 100;
		c.bins[1][calibration_bin(8)] = spam;
		c.bins[1][calibration_bin(5)] = spam / 10;
		calibration_fit(&c);
		ck_assert_float_eq_tol(c.offset, 6.25F, 0.6F);
		ck_assert(calibration_probability(&c, 4) < 0.2F);
		ck_assert(calibration_probability(&c, 8.5F) > 0.8F);
	}
}
END_TEST

START_TEST(what_is_no_number_is_even_odds)
{
	struct calibration c;

	calibration_init(&c);
	ck_assert_float_eq(calibration_probability(&c, NAN), 0.5F);
	ck_assert_uint_eq(calibration_bin(NAN), 0);
	ck_assert_uint_eq(calibration_bin(INFINITY), CALIBRATION_BINS - 1);
	ck_assert_uint_eq(calibration_bin(-INFINITY), 0);
}
END_TEST

UNIT_MAIN("calibration", without_samples_the_score_is_the_log_odds,
          probability_grows_with_the_score, the_curve_is_where_the_classes_meet,
          what_is_no_number_is_even_odds)
