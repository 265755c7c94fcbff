/* SPDX-License-Identifier: Apache-2.0 */
#include "learn/shingle.h"

#include <xxhash.h>

#include "base/utf8.h"
#include "message/fold.h"

enum {
	WEIGHT_WORD = 4,
	WORD_BYTES_MAX = 24, /* of ASCII: longer ones are no words */
	WIDE_BYTES_MAX = 72,
};

uint64_t
shingle_mix(uint64_t x)
{
	/* The finalizer of splitmix64. */
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	return x ^ x >> 31;
}

uint64_t
shingle_hash(uint64_t seed, struct sv bytes)
{
	return XXH3_64bits_withSeed(bytes.p, bytes.n, seed);
}

/* ---- words ---- */

/* What a character weighs that is a word of its own, in writing without
 * blanks; 0: it is none. About what it tells, in quarters of a word. */
static unsigned
own_weight(uint32_t c)
{
	if ((c >= 0x3400 && c < 0xa000) || (c >= 0xf900 && c < 0xfb00) ||
	    (c >= 0x20000 && c < 0x32000))
		return 3; /* Han */
	if ((c >= 0x3041 && c < 0x3100) || (c >= 0xac00 && c < 0xd7b0))
		return 2; /* kana, Hangul */
	if ((c >= 0x0e01 && c < 0x0f00) || (c >= 0x1000 && c < 0x10a0) ||
	    (c >= 0x1780 && c < 0x1800))
		return 1; /* Thai, Lao, Burmese, Khmer */
	return 0;
}

/* Signs between words: emoji, too, which senders sprinkle at will. */
static bool
is_sign(uint32_t c)
{
	return c < 0xc0 || (c >= 0x2000 && c < 0x2c00) ||
	       (c >= 0x2e00 && c < 0x2e80) || (c >= 0x3000 && c < 0x3041) ||
	       (c >= 0xd800 && c < 0xf900) || (c >= 0xfe00 && c < 0xfe70) ||
	       (c >= 0xff00 && c < 0x20000 && (c < 0x10000 || c >= 0x1f000)) ||
	       c >= 0xe0000;
}

enum piece { PIECE_SIGN, PIECE_LETTER, PIECE_OWN };

static enum piece
piece_of(struct sv s, size_t *ret_width, unsigned *ret_weight)
{
	uint32_t c;

	*ret_width = 1;
	if ((unsigned char)s.p[0] < 0x80)
		return sv_is_alnum(s.p[0]) ? PIECE_LETTER : PIECE_SIGN;
	*ret_width = utf8_width(s);
	if (*ret_width == 0) {
		*ret_width = 1;
		return PIECE_LETTER; /* of a charset that is not known */
	}
	c = utf8_code(s, *ret_width);
	*ret_weight = own_weight(c);
	if (*ret_weight)
		return PIECE_OWN;
	return is_sign(c) ? PIECE_SIGN : PIECE_LETTER;
}

struct words {
	const struct shingle_seed *seed;
	uint64_t *list;
	unsigned char *weights;
	size_t n;
};

static void
add_word(struct words *w, struct sv word, unsigned weight)
{
	if (w->n == SHINGLE_WORDS_MAX)
		return;
	w->weights[w->n] = (unsigned char)weight;
	w->list[w->n++] = shingle_hash(w->seed->words, word);
}

/* Whether it is one that each copy of a text has, as far as can be told. */
static bool
is_steady(struct sv word)
{
	if (word.n < 2 || word.n > WIDE_BYTES_MAX ||
	    (word.n > WORD_BYTES_MAX && sv_ascii_span(word) == word.n))
		return false;
	for (size_t i = 0; i < word.n; i++)
		if (sv_is_digit(word.p[i]))
			return false;
	return true;
}

/* How long the address is that s begins with: of a web page, or what stands
 * around "@"; 0: there is a word, of n bytes. */
static size_t
address_length(struct sv s, size_t n)
{
	struct sv rest = sv_from(s, n);
	size_t i;

	if (!sv_starts(rest, SV("://")) && !sv_starts(rest, SV("@")) &&
	    !(sv_starts(rest, SV(".")) && sv_eq_str(sv_sub(s, 0, n), "www")))
		return 0;
	for (i = n; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80 ||
		    !(sv_is_alnum(s.p[i]) ||
		      sv_find_char(SV("-._~:/?#@!$&*+,;=%"), s.p[i]) !=
		          SV_NOT_FOUND))
			break;
	return i;
}

/* The length of the word that s begins with. Nearly all of it is ASCII, which
 * need not be taken apart. */
static size_t
word_length(struct sv s)
{
	size_t n = 0, width;
	unsigned weight;

	for (;;) {
		while (n < s.n && sv_is_alnum(s.p[n]))
			n++;
		if (n == s.n ||
		    piece_of(sv_from(s, n), &width, &weight) != PIECE_LETTER)
			return n;
		n += width;
	}
}

static void
find_words(struct words *w, struct sv s)
{
	while (s.n && w->n < SHINGLE_WORDS_MAX) {
		unsigned weight = 0;
		size_t n, address;

		switch (piece_of(s, &n, &weight)) {
		case PIECE_OWN:
			add_word(w, sv_sub(s, 0, n), weight);
			break;
		case PIECE_SIGN:
			if (s.p[0] == '@') /* somebody's name */
				n += word_length(sv_from(s, 1));
			break;
		case PIECE_LETTER:
			n = word_length(s);
			address = address_length(s, n);
			if (address == 0 && is_steady(sv_sub(s, 0, n)))
				add_word(w, sv_sub(s, 0, n), WEIGHT_WORD);
			if (address)
				n = address;
			break;
		}
		s = sv_from(s, n);
	}
}

/* ---- samples ---- */

/* One multiplier a sample gives it an order of its own. */
static void
make_multipliers(uint64_t seed, uint64_t ret[SHINGLE_SAMPLES])
{
	for (unsigned i = 0; i < SHINGLE_SAMPLES; i++)
		ret[i] = shingle_mix(seed + i * 0x9e3779b97f4a7c15) | 1;
}

static void
take_samples(const struct words *w, struct shingles *ret)
{
	uint64_t multipliers[SHINGLE_SAMPLES];
	size_t to = 0;
	unsigned weight = 0;

	make_multipliers(w->seed->samples, multipliers);
	memset(ret->samples, 0xff, sizeof ret->samples);
	for (size_t from = 0; from < w->n; from++) {
		uint64_t hash = 0;

		while (to < w->n && weight < SHINGLE_WEIGHT)
			weight += w->weights[to++];
		if (weight < SHINGLE_WEIGHT)
			break;
		for (size_t i = from; i < to; i++)
			hash = shingle_mix(hash + w->list[i]);
		for (unsigned i = 0; i < SHINGLE_SAMPLES; i++) {
			uint64_t sample = hash * multipliers[i];

			if (sample < ret->samples[i])
				ret->samples[i] = sample;
		}
		ret->n++;
		weight -= w->weights[from];
	}
}

void
shingles_of_text(const struct shingle_seed *seed, struct sv text,
                 struct arena *a, struct shingles *ret)
{
	struct words w = {
		.seed = seed,
		.list = ARENA_ARRAY(a, uint64_t, SHINGLE_WORDS_MAX),
		.weights = ARENA_ARRAY(a, unsigned char, SHINGLE_WORDS_MAX),
	};

	*ret = (struct shingles){ .whole = seed->whole };
	find_words(&w, fold_text(a, text).text);
	for (size_t i = 0; i < w.n; i++) {
		ret->whole = shingle_mix(ret->whole + w.list[i]);
		ret->weight += w.weights[i];
	}
	take_samples(&w, ret);
}
