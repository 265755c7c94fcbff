/* SPDX-License-Identifier: Apache-2.0 */
/* What each rule costs, gathered from all scanners for `tamis rules stats`,
 * and how often each was true, which all scanners know. */
#ifndef TAMISD_COSTS_H
#define TAMISD_COSTS_H

#include "base/json.h"
#include "ingress/hit_table.h"
#include "tamisd/supervisor.h"

/* Most rules cost next to nothing. */
enum { COSTS_RULES_MAX = 300 };

/* In a scanner: puts those of a rule set into the file; E_IO. */
int costs_write(const struct rule_set *rs, int fd);

/* In the supervisor: asks all scanners that are ready, and adds the members
 * "messages" and "rules" with their sums. */
void costs_gather(struct supervisor *s, struct json *j);

/* In a scanner: puts the hits of a rule set into the file, as JSON; E_IO. */
int hits_write(const struct hit_table *t, const struct rule_set *rs, int fd);

/* In the supervisor: adds what a scanner that is ready says of the hits. False:
 * none is. */
bool hits_ask(struct supervisor *s, struct buf *out);

#endif
