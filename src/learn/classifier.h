/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The classifier as those use it who judge: a model file, read as a whole.
 * When a learner has put another file in its place, that is read instead, at
 * most once in CLASSIFIER_LOOK_US and by one thread, while the others go
 * on with the old one; a file that is damaged is not taken. Any thread.
 *
 * Without a file, or as long as too little was learned, a message is not
 * judged at all: "untrained" is no probability.
 */
#ifndef LEARN_CLASSIFIER_H
#define LEARN_CLASSIFIER_H

#include "base/arena.h"
#include "learn/model.h"

struct classifier;

enum { CLASSIFIER_LOOK_US = 1000000 };

/* Never fails: what is not there yet may come. `messages_min` is how many of
 * either class must have been learned. The path is copied. */
struct classifier *classifier_new(const char *path, int64_t messages_min);
void classifier_free(struct classifier *c); /* takes NULL */

/* What is wrong with the file, if it was refused; or "". Copied to `text`,
 * which is returned. */
enum { CLASSIFIER_WHY = 256 };
const char *classifier_problem(struct classifier *c, char text[CLASSIFIER_WHY]);

enum classifier_state {
	CLASSIFIER_OFF,       /* by the configuration */
	CLASSIFIER_UNTRAINED, /* too little was learned, or nothing */
	CLASSIFIER_JUDGED,
	CLASSIFIER_STATES,
};
const char *classifier_state_word(enum classifier_state state);

/* What one feature had to do with it. */
struct classifier_reason {
	struct sv name; /* "word \"casino\"" */
	float score;    /* log odds; above 0: for spam */
};

enum { CLASSIFIER_REASONS = 10 };

struct classification {
	enum classifier_state state;
	float probability; /* that it is spam, if that is as likely as ham */
	float confidence;  /* 0 to 1: how much of the message was ever seen */
	struct model_score score;
	uint64_t generation; /* of the model */
	uint64_t learned[MODEL_CLASSES];
	size_t features;
	/* These; NULL: it was not looked at. */
	const struct features *made;
	struct classifier_reason reasons[CLASSIFIER_REASONS];
	size_t n_reasons; /* 0 unless the source asks for names */
};

/* The weightiest reasons come first. Memory is the arena's. */
void classifier_judge(struct classifier *c, struct arena *a,
                      const struct feature_source *source,
                      struct classification *ret);

/* The same by a model that is in memory. */
void classifier_judge_by(const struct model *m, int64_t messages_min,
                         struct arena *a, const struct feature_source *source,
                         struct classification *ret);

#endif
