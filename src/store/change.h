/* SPDX-License-Identifier: Apache-2.0 */
/* Changes as bytes: what waits for Redis outlives the process. Private to
 * store/. */
#ifndef STORE_CHANGE_H
#define STORE_CHANGE_H

#include "base/buf.h"
#include "store/queue.h"

void change_write(const struct change *c, struct buf *out);
/* Cuts one off the front; the texts point into it. E_SYNTAX. */
int change_read(struct sv *rest, struct change *ret)
    __attribute__((warn_unused_result));

void change_group_write(const struct change_group *g, struct buf *out);
/* The list is in the arena. */
int change_group_read(struct sv bytes, struct arena *a,
                      struct change_group *ret)
    __attribute__((warn_unused_result));

#endif
