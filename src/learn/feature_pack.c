/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What features_pack() writes: a byte of the version of features; identity;
 * two bytes of the kinds that were left out, the low one first; and a stream
 * of bits, the low ones of a byte first. For each kind that is there, it has
 * the number of its features (NUMBER_BITS), the width of rests (WIDTH_BITS),
 * and for each feature how far it is behind the one before: quotient, as so
 * many ones and a zero, and rest.
 */
#include "learn/feature_pack.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/mem.h"

enum {
	HEAD_BYTES = 1 + FEATURE_IDENTITY + 2,
	NUMBER_BITS = 16,
	WIDTH_BITS = 5,
	PLACES = 1 << FEATURE_PACK_BITS,
	KIND_BITS = 5,
	DIGIT_BITS = 9, /* three digits make a place and its kind */
	DIGITS = 1 << DIGIT_BITS,
};

_Static_assert(3 * DIGIT_BITS == FEATURE_PACK_BITS + KIND_BITS, "three digits");
_Static_assert(FEATURES_MAX < 1 << NUMBER_BITS, "numbers fit");
_Static_assert(FEATURE_KINDS <= 16, "two bytes tell what was left out");

/* Who is missed least comes first. */
static const enum feature_kind drop_order[FEATURE_KINDS] = {
	FEATURE_SHORT_GRAM, FEATURE_HEADER_GRAM, FEATURE_PAIR,
	FEATURE_GRAM,       FEATURE_PERSONAL,    FEATURE_SHAPE,
	FEATURE_HEADER,     FEATURE_WORD,        FEATURE_URL,
};

/* ---- writing ---- */

/* Places of one kind, sorted, and how they will be written. */
struct sorted {
	const uint32_t *places; /* the kind is above the place */
	size_t n;
	unsigned width; /* of rests */
	size_t bits;    /* of all of it */
};

static void
sort_by_digit(const uint32_t *from, size_t n, unsigned shift, uint32_t *to)
{
	uint32_t begin[DIGITS + 1] = { 0 };

	for (size_t i = 0; i < n; i++)
		begin[(from[i] >> shift) % DIGITS + 1]++;
	for (size_t d = 1; d < DIGITS; d++)
		begin[d] += begin[d - 1];
	for (size_t i = 0; i < n; i++)
		to[begin[(from[i] >> shift) % DIGITS]++] = from[i];
}

/* The places of all kinds, kind by kind, in `room`, which has 2 * n. */
static const uint32_t *
sort_places(const struct features *f, size_t n, uint32_t *room)
{
	uint32_t *other = room + n, *next = room;

	for (uint32_t k = 0; k < FEATURE_KINDS; k++)
		for (size_t i = 0; i < f->kinds[k].n; i++)
			*next++ = k << FEATURE_PACK_BITS |
			          (uint32_t)(f->kinds[k].hashes[i] >>
			                     (64 - FEATURE_PACK_BITS));
	sort_by_digit(room, n, 0, other);
	sort_by_digit(other, n, DIGIT_BITS, room);
	sort_by_digit(room, n, 2 * DIGIT_BITS, other);
	return other;
}

/* The width with which n numbers that end at PLACES are short: about the
 * logarithm of the mean of what lies between them. */
static unsigned
width_for(size_t n)
{
	unsigned width = 0;

	while (width < FEATURE_PACK_BITS - 1 && (n << (width + 1)) < PLACES)
		width++;
	return width;
}

static struct sorted
measure(const uint32_t *places, size_t n)
{
	struct sorted s = { places, n, width_for(n), NUMBER_BITS + WIDTH_BITS };
	uint32_t before = 0;

	for (size_t i = 0; i < n; i++) {
		uint32_t place = places[i] % PLACES;

		s.bits += ((place - before) >> s.width) + 1 + s.width;
		before = place;
	}
	return s;
}

struct bit_writer {
	unsigned char *p; /* where the next byte goes: there is room */
	uint64_t bits;
	unsigned n; /* fewer than 8 between calls */
};

/* At most 32 bits. */
static inline void
put(struct bit_writer *w, uint32_t value, unsigned n)
{
	w->bits |= (uint64_t)value << w->n;
	for (w->n += n; w->n >= 8; w->n -= 8) {
		*w->p++ = (unsigned char)w->bits;
		w->bits >>= 8;
	}
}

static void
put_kind(struct bit_writer *w, const struct sorted *s)
{
	uint32_t before = 0;

	put(w, (uint32_t)s->n, NUMBER_BITS);
	put(w, s->width, WIDTH_BITS);
	for (size_t i = 0; i < s->n; i++) {
		uint32_t place = s->places[i] % PLACES, gap = place - before;
		uint32_t quotient = gap >> s->width;

		for (; quotient >= 8; quotient -= 8)
			put(w, 0xff, 8);
		put(w, (1U << quotient) - 1, quotient + 1);
		put(w, gap & ((1U << s->width) - 1), s->width);
		before = place;
	}
}

/* The kinds to leave out, as a set. */
static unsigned
choose_dropped(const struct sorted kinds[FEATURE_KINDS], size_t bytes_max,
               unsigned dropped)
{
	size_t bits = 0;

	for (int k = 0; k < FEATURE_KINDS; k++)
		if (!(dropped >> k & 1))
			bits += kinds[k].bits;
	for (size_t i = 0;
	     i < FEATURE_KINDS && HEAD_BYTES + (bits + 7) / 8 > bytes_max; i++)
		if (!(dropped >> drop_order[i] & 1)) {
			bits -= kinds[drop_order[i]].bits;
			dropped |= 1U << drop_order[i];
		}
	return dropped;
}

void
features_pack(const struct features *f, size_t bytes_max, struct buf *out)
{
	size_t n = features_count(f), left = out->max - out->n;
	uint32_t *room = mem_alloc(2 * (n + 1) * sizeof *room);
	const uint32_t *next = sort_places(f, n, room);
	struct sorted kinds[FEATURE_KINDS];
	struct bit_writer w = { 0 };
	unsigned dropped;

	bytes_max = bytes_max < left ? bytes_max : left;
	out->full |= bytes_max < FEATURE_PACK_BYTES_MIN;
	if (bytes_max < FEATURE_PACK_BYTES_MIN) {
		free(room);
		return;
	}
	for (int k = 0; k < FEATURE_KINDS; k++) {
		kinds[k] = measure(next, f->kinds[k].n);
		next += kinds[k].n;
	}
	dropped = choose_dropped(kinds, bytes_max, f->dropped);
	w.p = (unsigned char *)buf_room(out, bytes_max);
	put(&w, FEATURE_VERSION, 8);
	for (size_t i = 0; i < FEATURE_IDENTITY; i++)
		put(&w, f->identity[i], 8);
	put(&w, dropped, 16);
	for (int k = 0; k < FEATURE_KINDS; k++)
		if (!(dropped >> k & 1))
			put_kind(&w, &kinds[k]);
	put(&w, 0, 7); /* what is left of the last byte */
	*w.p = '\0';
	out->n = (size_t)((char *)w.p - out->p);
	free(room);
}

/* ---- reading ---- */

struct bit_reader {
	struct sv bytes;
	size_t at; /* bits */
	bool failed;
};

static uint32_t
get(struct bit_reader *r, unsigned n)
{
	uint32_t value = 0;

	if (n > 8 * r->bytes.n - r->at) {
		r->failed = true;
		return 0;
	}
	for (unsigned i = 0; i < n; i++, r->at++)
		value |= (uint32_t)((unsigned char)r->bytes.p[r->at / 8] >>
		                        (r->at % 8) &
		                    1)
		         << i;
	return value;
}

/* How many ones there are before a zero. */
static uint32_t
get_ones(struct bit_reader *r)
{
	uint32_t n = 0;

	while (get(r, 1))
		n++;
	return n;
}

static int
get_kind(struct bit_reader *r, struct arena *a, struct feature_list *ret)
{
	size_t n = get(r, NUMBER_BITS);
	unsigned width = get(r, WIDTH_BITS);
	uint64_t place = 0;

	if (r->failed || n > FEATURES_MAX || width >= FEATURE_PACK_BITS ||
	    n * (1 + width) > 8 * r->bytes.n - r->at)
		return E_SYNTAX;
	ret->hashes = ARENA_ARRAY(a, uint64_t, n + 1);
	while (ret->n < n) {
		place += (uint64_t)get_ones(r) << width;
		place += get(r, width);
		if (r->failed || place >> FEATURE_PACK_BITS)
			return E_SYNTAX;
		ret->hashes[ret->n++] = place << (64 - FEATURE_PACK_BITS);
	}
	return 0;
}

int
features_unpack(struct sv packed, struct arena *a, struct features *ret)
{
	struct bit_reader r = {
		.bytes = sv_from(packed, 1 + FEATURE_IDENTITY),
	};

	*ret = (struct features){ 0 };
	if (packed.n < HEAD_BYTES || packed.p[0] != FEATURE_VERSION)
		return E_SYNTAX;
	memcpy(ret->identity, packed.p + 1, sizeof ret->identity);
	ret->dropped = get(&r, 16);
	if (ret->dropped >> FEATURE_KINDS)
		return E_SYNTAX;
	for (int k = 0; k < FEATURE_KINDS; k++)
		if (!(ret->dropped >> k & 1) && get_kind(&r, a, &ret->kinds[k]))
			return E_SYNTAX;
	return features_count(ret) <= FEATURES_MAX && 8 * r.bytes.n - r.at < 8
	           ? 0
	           : E_SYNTAX;
}
