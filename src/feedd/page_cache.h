/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers to anybody, kept while nothing has changed that they were made of:
 * whoever asks puts all of that into the key. Any thread.
 */
#ifndef FEEDD_PAGE_CACHE_H
#define FEEDD_PAGE_CACHE_H

#include "base/buf.h"

struct page_cache;

struct page_cache *page_cache_new(void);
void page_cache_free(struct page_cache *c); /* takes NULL */

/* Adds the body that is kept under `key` to `out`; false: none is. */
bool page_cache_get(struct page_cache *c, struct sv key, struct buf *out);

/* Keeps a copy; the oldest ones go. */
void page_cache_put(struct page_cache *c, struct sv key, struct sv body);

#endif
