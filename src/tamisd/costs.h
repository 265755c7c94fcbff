/* SPDX-License-Identifier: Apache-2.0 */
/* What each rule costs, gathered from all scanners for `tamis rules stats`. */
#ifndef TAMISD_COSTS_H
#define TAMISD_COSTS_H

#include "base/json.h"
#include "tamisd/supervisor.h"

/* Most rules cost next to nothing; an answer must fit into a socket. */
enum { COSTS_RULES_MAX = 300 };

/* In a scanner: puts those of a rule set into the file; E_IO. */
int costs_write(const struct rule_set *rs, int fd);

/* In the supervisor: asks all scanners that are ready, and adds the members
 * "messages" and "rules" with their sums. */
void costs_gather(struct supervisor *s, struct json *j);

#endif
