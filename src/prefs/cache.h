/* SPDX-License-Identifier: Apache-2.0 */
/* What is remembered of preferences: so many, of so many bytes, for some time.
 * What nobody asked for the longest goes first. Any thread. Private to
 * prefs/. */
#ifndef PREFS_CACHE_H
#define PREFS_CACHE_H

#include "prefs/prefs.h"

struct prefs_cache;

struct prefs_cache *prefs_cache_new(size_t entries_max, size_t bytes_max);
void prefs_cache_free(struct prefs_cache *c); /* takes NULL */

/* A reference, or NULL; *ret_fresh: its time is not over yet. */
struct prefs *prefs_cache_get(struct prefs_cache *c, struct sv key,
                              int64_t now_us, bool *ret_fresh);

/* Takes over no reference. `bytes` is what is added to memory by it. */
void prefs_cache_put(struct prefs_cache *c, struct sv key, struct prefs *p,
                     size_t bytes, int64_t expires_us);

#endif
