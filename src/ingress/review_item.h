/* SPDX-License-Identifier: Apache-2.0 */
/* Items of the review queue as they are kept. Private to review*.c. */
#ifndef INGRESS_REVIEW_ITEM_H
#define INGRESS_REVIEW_ITEM_H

#include "ingress/review.h"

/* What writes an item; its texts are in the arena. */
struct store_op review_item_op(const struct review_item *item,
                               const struct conf *conf, struct arena *a);

/* Texts are in the arena. E_SYNTAX. */
int review_read(struct sv json, struct arena *a, struct review_item *ret)
    __attribute__((warn_unused_result));

#endif
