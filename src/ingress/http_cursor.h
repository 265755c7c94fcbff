/* SPDX-License-Identifier: Apache-2.0 */
/* Where a client has read a log to, as text: "MILLISECONDS.ID". */
#ifndef INGRESS_HTTP_CURSOR_H
#define INGRESS_HTTP_CURSOR_H

#include "base/arena.h"
#include "store/store.h"

/* "" is the beginning. E_SYNTAX. */
int http_cursor_read(struct sv text, struct store_entry *ret)
    __attribute__((warn_unused_result));
struct sv http_cursor_text(struct arena *a, const struct store_entry *e);

#endif
