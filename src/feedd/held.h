/* SPDX-License-Identifier: Apache-2.0 */
/* Batches that wait for somebody's word: tamis-feedd --held and so on. */
#ifndef FEEDD_HELD_H
#define FEEDD_HELD_H

#include "feedd/database.h"

/* Prints one a line: when it came, the batch, its items. Returns the exit
 * code; what went wrong is on standard error. */
int held_list(struct database *s);

/* Counts the batch with this identifier, or drops it; with an asterisk after
 * the name of a node and its slash: all that are held of it. */
int held_review(struct database *s, const char *id, bool is_good);

#endif
