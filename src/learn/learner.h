/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one who writes a model. Only one process at a time has a learner of a
 * file (it holds a lock beside it, FILE.lock); readers never wait for it.
 * What was learned is in its memory until learner_publish() puts a new file
 * in the place of the old one, at once and for good: a reader, and whoever
 * comes after a power cut, has the one or the other.
 *
 * A message is learned once, however often it is given; given as the other
 * class, it is taken back and learned anew. One thread at a time.
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
	LEARNER_FORGOTTEN,
	LEARNER_UNKNOWN, /* it was not learned: nothing to forget */
	LEARNER_RESULTS,
};

enum learner_result learner_learn(struct learner *l, const struct features *f,
                                  enum model_class class);

/* Takes a message back; exactly, if it was learned with these features and
 * counts were not halved since. */
enum learner_result learner_forget(struct learner *l, const struct features *f);

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
