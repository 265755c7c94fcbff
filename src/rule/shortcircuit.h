/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `shortcircuit`: a rule that is true ends the judging. Rules have turns, by
 * priority and what they look at, as in SpamAssassin; what would have come
 * after the turn of that rule is no hit. All is decided all the same: it
 * changes what a message is found to be, not what that costs. Private to rule/.
 */
#ifndef RULE_SHORTCIRCUIT_H
#define RULE_SHORTCIRCUIT_H

#include "rule/set.h"

/* Defines the rule SHORTCIRCUIT, when it is needed and nobody did. */
void shortcircuit_define(struct drafts *drafts, struct diags *diags);

/* After the metas are compiled. Without a rule that ends the judging nothing
 * is made. */
void shortcircuit_make(struct rule_set *rs, const struct drafts *drafts);

/* Takes away what would not have been run, if a rule ended the judging, and
 * adds the hit SHORTCIRCUIT, for which `hits` has room. */
void shortcircuit_apply(const struct rule_set *rs, bool with_subs,
                        struct rule_result *result);

#endif
