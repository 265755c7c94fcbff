/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The logs of the store lose what nobody reads any more: reports and changes
 * behind feedback.keep (and never before feedback.window is over), the review
 * queue behind review.time. Whoever applies the reports calls it, as only they
 * know what has been read.
 */
#ifndef LEARN_LOG_TRIM_H
#define LEARN_LOG_TRIM_H

#include "store/store.h"

/* Changes are kept from `unread_ms` on, whatever their age; INT64_MAX: all
 * were read. Adds to *ret_n how many entries were removed; takes no longer than
 * some thousand of them do, and true says that there may be more. */
bool log_trim(struct store *s, const struct conf *conf, int64_t unread_ms,
              int64_t now_ms, size_t *ret_n);

#endif
