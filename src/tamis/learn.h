/* SPDX-License-Identifier: Apache-2.0 */
/* The pieces of `tamis learn`. */
#ifndef TAMIS_LEARN_H
#define TAMIS_LEARN_H

#include "learn/learner.h"
#include "tamis/inputs.h"

enum learn_action { LEARN_HAM, LEARN_SPAM, LEARN_FORGET };

struct learn_job {
	struct conf *conf;
	struct learner *learner;
	enum learn_action action;
	const char *domain; /* or NULL */
	bool quiet;
	size_t results[LEARNER_RESULTS], unreadable;
};

/* Learns all inputs in their order; false, with a word to standard error,
 * when the model could not be written. */
bool learn_inputs(struct learn_job *job, const struct inputs *inputs);

/* What a model knows, for people or as JSON; `path` is its file. */
void learn_print_status(const struct model *m, const struct conf *conf,
                        bool json);

/* Reads FILE: a model that was exported takes the place of this one; of a
 * backup of sa-learn it says what there is. Returns an exit code. */
int learn_import(struct learner *l, const char *file);

/* Writes the model to FILE. */
int learn_export(const char *model, const char *file);

/* Puts the model in force; an exit code. */
int learn_publish(struct learner *l, const struct conf *conf);

#endif
