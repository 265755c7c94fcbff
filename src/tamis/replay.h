/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Judging a message again as it was: with the envelope, the time, the answers
 * and the signals of the store that its verdict record has. What comes out may
 * differ only as far as rules, configuration or the classifier have changed
 * since.
 */
#ifndef TAMIS_REPLAY_H
#define TAMIS_REPLAY_H

#include <jansson.h>

#include "tamis/judge.h"

struct replay;

/* Reads the record, which outlives it; NULL with the reason in `why`. From now
 * on the snapshot asks the answers of the record. */
struct replay *replay_new(const json_t *record, struct snapshot *snapshot,
                          char why[JUDGE_WHY]);
void replay_free(struct replay *r); /* takes NULL */

/* Judges the message, which is in a file; NULL with the reason in `why`. */
const struct scan *replay_run(struct replay *r, struct judge *judge,
                              const char *path, char why[JUDGE_WHY]);

/* Says how the scan differs from the record, one difference a line; returns
 * how many there are. */
size_t replay_compare(const struct replay *r, const struct scan *scan);

#endif
