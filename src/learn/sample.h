/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Samples: the features of a few messages that were learned, some of either
 * class, so that a learner can look at them again. Whoever learns a folder of
 * spam, and then one of ham, would otherwise find all to be ham: regressions
 * follow what they have seen last.
 *
 * A sample has places of features only, and no text. In a file each is a row
 * of numbers: identity (4), class, how many places of each kind, the places.
 */
#ifndef LEARN_SAMPLE_H
#define LEARN_SAMPLE_H

#include "base/arena.h"
#include "base/buf.h"
#include "learn/model.h"

enum { SAMPLES_OF_CLASS = 128 };

struct sample {
	unsigned char identity[FEATURE_IDENTITY];
	uint32_t n[FEATURE_KINDS];
	uint32_t *slots; /* of all kinds, one behind the other */
};

struct samples {
	struct sample list[MODEL_CLASSES][SAMPLES_OF_CLASS];
	size_t n[MODEL_CLASSES];
	uint64_t dice;
};

void samples_done(struct samples *s); /* releases the memory; none is left */

/* Keeps a message, instead of another one if there are enough. */
void samples_add(struct samples *s, const struct features *f,
                 enum model_class class, unsigned bits);

/* If it is there. */
void samples_remove(struct samples *s, const unsigned char *identity);

/* One of that class, by chance but the same on any machine; NULL: none. */
const struct sample *samples_pick(struct samples *s, enum model_class class);

/* What features_make() found, as far as a model of those bits tells. */
void sample_features(struct arena *a, const struct sample *sample,
                     unsigned bits, struct features *ret);

void samples_write(const struct samples *s, struct buf *out);

/* E_SYNTAX: not what samples_write() makes. `s` is empty before. */
int samples_read(struct samples *s, struct sv bytes, unsigned bits);

#endif
