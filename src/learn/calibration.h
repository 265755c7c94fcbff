/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From scores to probabilities. Messages are judged by what others taught;
 * what they scored is counted in a bin of their class. The probability is the
 * logistic curve that explains those counts best, with as much ham as spam:
 * so a site with little spam does not find all new mail to be ham.
 */
#ifndef LEARN_CALIBRATION_H
#define LEARN_CALIBRATION_H

#include <stdint.h>

enum { CALIBRATION_BINS = 64 };

struct calibration {
	uint32_t bins[2][CALIBRATION_BINS]; /* of ham, of spam */
	float slope, offset; /* log odds are slope * (score - offset) */
};

void calibration_init(struct calibration *c);

/* The bin of a score. */
unsigned calibration_bin(float score);

/* Fits the curve anew. */
void calibration_fit(struct calibration *c);

/* 0 to 1, neither of them; of a score that is not a number, 0.5. */
float calibration_probability(const struct calibration *c, float score);

#endif
