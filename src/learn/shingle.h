/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of a message as numbers, and samples of runs of them that near-
 * duplicates have in common (min-hash of shingles). What is looked at is what
 * a reader takes for the message's own text: folded (message/fold.h), without
 * what is hidden, quoted lines, a signature or a footer, and of alternatives
 * only the last. Numbers, links, addresses and long strings are left out, as
 * they are what senders vary.
 */
#ifndef LEARN_SHINGLE_H
#define LEARN_SHINGLE_H

#include "message/message.h"

enum {
	SHINGLE_SAMPLES = 12,
	SHINGLE_TEXT_BYTES = 8192, /* looked at, of a message */
	SHINGLE_WORDS_MAX = 2000,
	/* What a shingle weighs at least: three words, or four Han
	 * characters, or twelve letters of scripts without blanks. */
	SHINGLE_WEIGHT = 12,
};

struct shingle_seed {
	uint64_t words, samples, whole;
};

struct shingles {
	uint64_t samples[SHINGLE_SAMPLES]; /* of the text; if n is not 0 */
	uint64_t whole;                    /* all words in their order */
	size_t n;                          /* shingles */
	size_t weight;                     /* of all words */
};

/* Linear in the text; what it needs meanwhile is in the arena. */
void shingles_make(const struct shingle_seed *seed, const struct message *m,
                   struct arena *a, struct shingles *ret);

/* The same of a text by itself, taken as it stands. */
void shingles_of_text(const struct shingle_seed *seed, struct sv text,
                      struct arena *a, struct shingles *ret);

/* Spreads the bits of a number over all of it; a permutation. */
uint64_t shingle_mix(uint64_t x);

/* A keyed number for any bytes. */
uint64_t shingle_hash(uint64_t seed, struct sv bytes);

#endif
