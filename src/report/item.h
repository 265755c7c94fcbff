/* SPDX-License-Identifier: Apache-2.0 */
/* A verdict record (docs/verdict-record.md) as reporters need it. */
#ifndef REPORT_ITEM_H
#define REPORT_ITEM_H

#include "record/record.h"

enum { ITEM_RULES_MAX = 200 };

struct item {
	json_t *root; /* owns all texts */
	struct sv id, node, ruleset;
	struct sv client_ip, from; /* "" when not known */
	double score, threshold;
	struct sv rules[ITEM_RULES_MAX]; /* scored ones */
	struct record_item counted;      /* its rules are those above */
};

/* False when the text is no verdict record: no JSON object with an id and a
 * time. What else is missing is empty or 0. On success item_done() it. */
bool item_read(struct sv record, struct item *ret)
    __attribute__((warn_unused_result));
void item_done(struct item *i);

#endif
