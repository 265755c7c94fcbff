/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A mail as it was before a filter marked it: taken out of the report that
 * holds it, or without X-Spam-* fields and with the fields that they say were
 * changed (X-Spam-Prev-Subject and so on) put back.
 */
#ifndef SCAN_UNMARK_H
#define SCAN_UNMARK_H

#include "base/arena.h"
#include "base/buf.h"

/* Appends it to `out`; all other bytes stay as they are. `subject_tag`, as
 * "[SPAM]", is removed from a subject that no field tells the former one of;
 * or "". */
void unmark_mail(struct arena *a, struct sv mail, struct sv subject_tag,
                 struct buf *out);

#endif
