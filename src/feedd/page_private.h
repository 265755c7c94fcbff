/* SPDX-License-Identifier: Apache-2.0 */
/* The frame that all pages share. */
#ifndef FEEDD_PAGE_PRIVATE_H
#define FEEDD_PAGE_PRIVATE_H

#include "base/buf.h"

void page_begin(struct buf *out, const char *site, const char *heading);

/* `now_unix_ms` 0: a page that does not depend on the time. */
void page_end(struct buf *out, int64_t now_unix_ms);

#endif
