/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one who writes a model. Only one process at a time has a learner of a
 * file (it holds a lock beside it, FILE.lock); readers never wait for it.
 * What was learned is in its memory until learner_publish() puts a new file
 * in the place of the old one, at once and for good: a reader, and whoever
 * comes after a power cut, has the one or the other.
 *
 * A message is learned once, however often it is given; given as the other
 * class, it is taken back and learned anew. Features that were packed
 * (feature_pack.h) are as good as those of the message: it is the same one.
 *
 * Lessons have a weight, above 0 and at most 1: how far whoever gives them is
 * believed. It says how far the model moves, and who is heard: a lesson that
 * contradicts one of more weight changes nothing. One thread at a time.
 */
#ifndef LEARN_LEARNER_H
#define LEARN_LEARNER_H

#include "learn/model.h"

struct learner;

enum { LEARNER_WHY = 256 };

struct learner_options {
	const char *path;  /* NULL: in memory only */
	unsigned bits;     /* of a new model; one that is there keeps its own */
	size_t ledger_max; /* messages that can be taken back */
	/* While another process learns: how long to wait for it, and what to
	 * call before, if anything. */
	int64_t wait_ms;
	void (*waits)(const char *path);
};

/* NULL with the reason in `why`: locked by another, unreadable, damaged. */
struct learner *learner_open(const struct learner_options *options,
                             char why[LEARNER_WHY]);

/* Forgets what was not published; takes NULL. */
void learner_close(struct learner *l);

enum learner_result {
	LEARNER_LEARNED,
	LEARNER_CORRECTED, /* it was of the other class until now */
	LEARNER_KNOWN,     /* it was learned before: nothing changes */
	LEARNER_OVERRULED, /* by a lesson of more weight: nothing changes */
	LEARNER_FORGOTTEN,
	LEARNER_UNKNOWN, /* it was not learned: nothing to forget */
	LEARNER_RESULTS,
};

/* A lesson of the same class and more weight takes the place of the one that
 * is there (LEARNER_LEARNED). */
enum learner_result learner_learn(struct learner *l, const struct features *f,
                                  enum model_class class, float weight);

/* Takes a message back, if it was learned with that weight or less; exactly,
 * if with these features and counts were not halved since. Of packed
 * features, kinds that were left out stay as they are. */
enum learner_result learner_forget(struct learner *l, const struct features *f,
                                   float weight);

/* Fits the calibration and replaces the file, with those permissions. E_IO
 * with errno. */
int learner_publish(struct learner *l, int mode)
    __attribute__((warn_unused_result));

/* As it is in memory; valid until the learner changes. */
struct model learner_model(const struct learner *l);

/* Starts from nothing: what was learned is gone with the next publication. */
void learner_reset(struct learner *l);

/* Takes over a model that was exported. */
void learner_replace(struct learner *l, const struct model *m);

#endif
