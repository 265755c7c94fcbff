/* SPDX-License-Identifier: Apache-2.0 */
/* Corrections by the operator, as sub-commands of the program. */
#ifndef FEEDD_CORRECT_H
#define FEEDD_CORRECT_H

#include "feedd/database.h"

/* Lists batches whose counts touch a period: "2026-11-22", or its first and
 * last day or minute with a "/" between. Returns the exit code. */
int correct_list(struct database *s, const char *period);

/* Prints a batch that is counted as the correction of it: with an id of its
 * own, and `supersedes`. Returns the exit code. */
int correct_show(struct database *s, const char *id);

/* Takes a batch from a file, which must have `supersedes`. */
int correct_take(struct database *s, const char *path);

#endif
