/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Vectorscan's search for literals, where this build and this processor have
 * it; private to match/. Its search for regular expressions is not used: some
 * builds miss matches.
 */
#ifndef MATCH_VECTORSCAN_H
#define MATCH_VECTORSCAN_H

#include "base/sv.h"

bool vectorscan_is_available(void);

struct vectorscan;

/* String i is strings[i]; any case where is_caseless[i]. NULL when it is not
 * available, or cannot do that. */
struct vectorscan *vectorscan_new(const struct sv *strings,
                                  const bool *is_caseless, size_t n);
void vectorscan_free(struct vectorscan *v); /* takes NULL */
size_t vectorscan_bytes(const struct vectorscan *v);

/* Calls back with the end of each. *scratch belongs to a thread, is NULL at
 * first, and is good for all of them. */
void vectorscan_scan(const struct vectorscan *v, void **scratch, struct sv text,
                     void (*found)(void *ctx, uint32_t string, size_t end),
                     void *ctx);
void vectorscan_scratch_free(void *scratch); /* takes NULL */

#endif
