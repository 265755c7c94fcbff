/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A model: what a classifier has learned, as one block of bytes, which is
 * also its file: header, slots, ledger, samples.
 *
 * Features share slots by their hash. A slot has a weight, for logistic
 * regression, and counts of the ham and spam that had it. Three experts judge
 * by them, each of its own kind, and are wrong about different mails:
 *
 *     grams    logistic regression on runs of four bytes
 *     tokens   logistic regression on words, fields, URLs
 *     counts   the odds of all these, multiplied
 *
 * The score is the sum of their log odds; calibration.h makes a probability
 * of it. Features of one kind weigh together as much as any other kind, and
 * short texts as much as long ones: all are divided by the square root of
 * their number.
 *
 * The ledger has one entry for each message that counts: how far it moved
 * either regression, so that it can be taken back. The samples are features
 * of some of them (sample.h).
 *
 * The file is of the machine's own byte order; another is refused.
 */
#ifndef LEARN_MODEL_H
#define LEARN_MODEL_H

#include <stdint.h>

#include "base/sv.h"
#include "learn/calibration.h"
#include "learn/feature.h"

enum {
	MODEL_VERSION = 3,
	MODEL_BITS_MIN = 10,
	MODEL_BITS_MAX = 22,  /* as packed features tell no more */
	MODEL_COUNT_UNIT = 4, /* what a message of full weight counts */
	MODEL_LEDGER_MAX = 1 << 24,
	MODEL_SAMPLES_BYTES_MAX = 64 << 20,
};

enum model_class { MODEL_HAM, MODEL_SPAM, MODEL_CLASSES };

enum model_expert { EXPERT_GRAMS, EXPERT_TOKENS, EXPERT_REGRESSIONS };

struct model_slot {
	float weight;
	uint16_t seen[MODEL_CLASSES]; /* in units: MODEL_COUNT_UNIT */
};

struct model_entry {
	unsigned char identity[FEATURE_IDENTITY];
	float step[EXPERT_REGRESSIONS]; /* what its features were moved by */
	uint32_t time;                  /* seconds since 1970 */
	uint8_t class;                  /* of enum model_class */
	uint8_t units;                  /* what it counts */
	uint8_t unused[2];
};

struct model_header {
	char magic[8];
	uint32_t version, byte_order, features, bits;
	uint64_t generation; /* one more with each file that is written */
	uint64_t entries;
	uint64_t samples_bytes, samples_dice;
	uint64_t learned[MODEL_CLASSES]; /* messages that count */
	uint64_t forgotten;
	/* The same in units, halved when counts in slots were. */
	uint32_t counted[MODEL_CLASSES];
	float bias[EXPERT_REGRESSIONS];
	struct calibration calibration;
	uint64_t unix_ms; /* when it was written */
	uint64_t slots_sum, entries_sum, samples_sum;
	uint64_t header_sum; /* of all before it: last */
};

/* Where slots begin: the header takes that much of the file. */
enum { MODEL_HEADER_BYTES = 4096 };

struct model {
	const struct model_header *header;
	const struct model_slot *slots;
	const struct model_entry *entries;
	struct sv samples;
};

size_t model_bytes(const struct model_header *h);

/* The largest table in so many bytes, within the bounds. */
unsigned model_bits_for(int64_t bytes);

/* Whether the bytes are a model of this version: NULL, or what is wrong. Then
 * *ret refers to them. Every bit is summed; nothing that a stranger may have
 * written is trusted but its sums, so that scores stay bounded whatever it
 * says. */
const char *model_read(struct sv bytes, struct model *ret);

/* Sets the sums of a header that goes before those parts, as it is written;
 * their numbers must be in it. */
void model_seal(struct model_header *header, const struct model *parts);

static inline size_t
model_slot_of(const struct model_header *h, uint64_t hash)
{
	return (size_t)(hash >> (64 - h->bits));
}

/* ---- scores ---- */

/* How much the features of a kind add to an expert. */
extern const float model_kind_weight[FEATURE_KINDS];
extern const float model_kind_count_weight[FEATURE_KINDS];

static inline enum model_expert
model_kind_expert(enum feature_kind kind)
{
	return kind == FEATURE_GRAM || kind == FEATURE_HEADER_GRAM
	           ? EXPERT_GRAMS
	           : EXPERT_TOKENS;
}

struct model_score {
	float regression[EXPERT_REGRESSIONS]; /* log odds, above 0: spam */
	float counts;
	float sum;
	/* Of words, fields and URLs, those that were ever learned: 0 to 1. */
	float known;
};

/* All finite, and between -MODEL_SCORE_MAX and that. */
#define MODEL_SCORE_MAX 100.0F
void model_score(const struct model *m, const struct features *f,
                 struct model_score *ret);

/* What one feature of that kind adds to the sum, when the message has n of
 * that kind, used of which say anything in counts. */
struct model_weight {
	float regression, counts;
};
struct model_weight model_weigh(const struct model *m, enum feature_kind kind,
                                uint64_t hash);

/* How many of a kind say anything to the counts. */
size_t model_counting(const struct model *m, const struct features *f,
                      enum feature_kind kind);

#endif
