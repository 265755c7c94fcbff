/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Features in few bytes, to be kept with a verdict: when somebody reports the
 * message later, it is learned from these, and the text need not be kept.
 * They tell places of a model (model.h) and no text.
 *
 * A feature is the first FEATURE_PACK_BITS of its hash, more than any model
 * looks at, so that a model learns the same from packed features as from the
 * message. Those of a kind are a set, in the code of Elias and Fano: 11 to 14
 * bits each.
 */
#ifndef LEARN_FEATURE_PACK_H
#define LEARN_FEATURE_PACK_H

#include "base/buf.h"
#include "learn/feature.h"

enum {
	FEATURE_PACK_BITS = 22,
	FEATURE_PACK_BYTES = 3100, /* what keeping one message should cost */
	FEATURE_PACK_BYTES_MIN = 32,
};

/* Adds at most bytes_max bytes to `out`, fewer if it has not so much room,
 * and nothing (out->full) below FEATURE_PACK_BYTES_MIN. If there is more, whole
 * kinds are left out: characters, header text, pairs, text, domain, shapes,
 * header, words and URLs, in this order, as long as need be. */
void features_pack(const struct features *f, size_t bytes_max, struct buf *out);

/* Hashes without names; ret->dropped are the kinds that were left out.
 * E_SYNTAX: not what features_pack() wrote, or of another version of
 * features. For bytes of any origin. */
int features_unpack(struct sv packed, struct arena *a, struct features *ret);

#endif
