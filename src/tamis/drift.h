/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What other rules would have made of recent messages. The history keeps
 * verdict records, not messages: there, the rules that a record names get
 * their new points (none, if they are gone), which is an approximation: what
 * new or rewritten rules would have found is not known. Sample messages, if
 * there are any, are judged by both rule sets.
 */
#ifndef TAMIS_DRIFT_H
#define TAMIS_DRIFT_H

#include "base/map.h"
#include "scan/scan.h"

enum drift_class {
	DRIFT_LEGITIMATE,
	DRIFT_SUSPECTED,
	DRIFT_SPAM,
	DRIFT_CLASSES
};

/* Fewer messages say nothing about a percentage. */
enum { DRIFT_MESSAGES_MIN = 20 };

struct drift_count {
	size_t messages, changed;
	size_t from_to[DRIFT_CLASSES][DRIFT_CLASSES];
};

struct drift_mover {
	const char *rule;
	size_t messages;   /* for which its points are others */
	int64_t sum_e4;    /* of the differences */
	int64_t weight_e4; /* the same without their signs */
};

struct drift {
	struct arena *arena;
	struct map *movers;
	struct drift_count history, samples;
	size_t unreadable; /* samples */
};

void drift_init(struct drift *d);
void drift_done(struct drift *d);

/* Tries the newest records of the history, if there is one. */
void drift_try_history(struct drift *d, const struct snapshot *old,
                       const struct snapshot *next, struct diags *diags);

/* Judges the mails of channel.samples, if there is such a folder. */
void drift_try_samples(struct drift *d, struct snapshot *old,
                       struct snapshot *next);

/* Whether more than `percent` of the history's or of the samples' verdicts
 * change. */
bool drift_is_too_much(const struct drift *d, int64_t percent);

void drift_print(const struct drift *d);

#endif
