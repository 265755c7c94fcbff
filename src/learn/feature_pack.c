/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What features_pack() writes: a byte of the version of this and of features;
 * identity; two bytes of the kinds that were left out, the low one first; and
 * for each kind that is there, in order:
 *
 *     number    two bytes: of its features
 *     buckets   bits: for each bucket of places a one for each feature in it,
 *               and a zero
 *     rests     bits: for each feature, which place of its bucket it is
 *
 * The low bits of a byte come first; buckets and rests begin a byte each. A
 * bucket is a power of two of places, such that there are one or two of them
 * for a feature (the code of Elias and Fano). So the number tells how many
 * bytes a kind takes, and nothing need be sorted.
 */
#include "learn/feature_pack.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/mem.h"

enum {
	PACK_VERSION = 1,
	VERSION_BYTE = PACK_VERSION << 4 | FEATURE_VERSION,
	NUMBER_BYTES = 2,
	HEAD_BYTES = 1 + FEATURE_IDENTITY + 2,
	PLACES = 1 << FEATURE_PACK_BITS,
};

_Static_assert(FEATURE_VERSION < 16, "versions share a byte");
_Static_assert(FEATURES_MAX < 1 << 16, "numbers fit");
_Static_assert(FEATURE_KINDS <= 16, "two bytes tell what was left out");

/* Who is missed least comes first. */
static const enum feature_kind drop_order[FEATURE_KINDS] = {
	FEATURE_SHORT_GRAM, FEATURE_HEADER_GRAM, FEATURE_PAIR,
	FEATURE_GRAM,       FEATURE_PERSONAL,    FEATURE_SHAPE,
	FEATURE_HEADER,     FEATURE_WORD,        FEATURE_URL,
};

/* How n features of a kind are written. */
struct layout {
	size_t n;
	unsigned rest_bits;
	size_t buckets;
	size_t buckets_bytes, rests_bytes;
};

static struct layout
lay_out(size_t n)
{
	struct layout l = { .n = n };

	if (n == 0)
		return l;
	while (l.rest_bits < FEATURE_PACK_BITS - 1 &&
	       (n << (l.rest_bits + 1)) < PLACES)
		l.rest_bits++;
	l.buckets = (size_t)PLACES >> l.rest_bits;
	l.buckets_bytes = (l.buckets + n + 7) / 8;
	l.rests_bytes = (n * l.rest_bits + 7) / 8;
	return l;
}

static size_t
layout_bytes(const struct layout *l)
{
	return NUMBER_BYTES + l->buckets_bytes + l->rests_bytes;
}

/* ---- writing ---- */

static void
put_number(unsigned char *p, size_t value)
{
	p[0] = (unsigned char)value;
	p[1] = (unsigned char)(value >> 8);
}

static inline uint32_t
place_of(uint64_t hash)
{
	return (uint32_t)(hash >> (64 - FEATURE_PACK_BITS));
}

/* Rests in the order of their buckets, and a one for each in `buckets`, which
 * is zero. `ends` has room for a number a bucket, and one more. */
static void
sort_rests(const struct feature_list *list, const struct layout *l,
           uint32_t *ends, uint32_t *rests, unsigned char *buckets)
{
	memset(ends, 0, (l->buckets + 1) * sizeof *ends);
	for (size_t i = 0; i < l->n; i++)
		ends[(place_of(list->hashes[i]) >> l->rest_bits) + 1]++;
	for (size_t b = 0; b < l->buckets; b++)
		ends[b + 1] += ends[b];
	for (size_t i = 0; i < l->n; i++) {
		uint32_t place = place_of(list->hashes[i]);
		uint32_t bucket = place >> l->rest_bits;
		uint32_t at = ends[bucket]++, bit = bucket + at;

		rests[at] = place & ((1U << l->rest_bits) - 1);
		buckets[bit / 8] |= (unsigned char)(1U << bit % 8);
	}
}

/* Returns where it ends. */
static unsigned char *
put_rests(const uint32_t *rests, const struct layout *l, unsigned char *p)
{
	uint64_t bits = 0;
	unsigned n = 0;

	for (size_t i = 0; i < l->n; i++) {
		bits |= (uint64_t)rests[i] << n;
		for (n += l->rest_bits; n >= 8; n -= 8) {
			*p++ = (unsigned char)bits;
			bits >>= 8;
		}
	}
	if (n)
		*p++ = (unsigned char)bits;
	return p;
}

/* The kinds to leave out, as a set. */
static unsigned
choose_dropped(const struct layout kinds[FEATURE_KINDS], size_t bytes_max,
               unsigned dropped)
{
	size_t bytes = HEAD_BYTES;

	for (int k = 0; k < FEATURE_KINDS; k++)
		if (!(dropped >> k & 1))
			bytes += layout_bytes(&kinds[k]);
	for (size_t i = 0; i < FEATURE_KINDS && bytes > bytes_max; i++)
		if (!(dropped >> drop_order[i] & 1)) {
			bytes -= layout_bytes(&kinds[drop_order[i]]);
			dropped |= 1U << drop_order[i];
		}
	return dropped;
}

/* Those that are not dropped, at p, where there is room; returns their end. */
static unsigned char *
put_kinds(const struct features *f, const struct layout kinds[FEATURE_KINDS],
          unsigned dropped, unsigned char *p)
{
	size_t most = 0, buckets = 0;
	uint32_t *ends, *rests;

	for (int k = 0; k < FEATURE_KINDS; k++) {
		most = kinds[k].n > most ? kinds[k].n : most;
		buckets =
		    kinds[k].buckets > buckets ? kinds[k].buckets : buckets;
	}
	ends = mem_alloc((buckets + 1 + most) * sizeof *ends);
	rests = ends + buckets + 1;
	for (int k = 0; k < FEATURE_KINDS; k++) {
		if (dropped >> k & 1)
			continue;
		put_number(p, kinds[k].n);
		p += NUMBER_BYTES;
		memset(p, 0, kinds[k].buckets_bytes);
		sort_rests(&f->kinds[k], &kinds[k], ends, rests, p);
		p = put_rests(rests, &kinds[k], p + kinds[k].buckets_bytes);
	}
	free(ends);
	return p;
}

void
features_pack(const struct features *f, size_t bytes_max, struct buf *out)
{
	size_t left = out->max - out->n;
	struct layout kinds[FEATURE_KINDS];
	unsigned char *p;
	unsigned dropped;

	bytes_max = bytes_max < left ? bytes_max : left;
	if (bytes_max < FEATURE_PACK_BYTES_MIN) {
		out->full = true;
		return;
	}
	for (int k = 0; k < FEATURE_KINDS; k++)
		kinds[k] = lay_out(f->kinds[k].n);
	dropped = choose_dropped(kinds, bytes_max, f->dropped);
	p = (unsigned char *)buf_room(out, bytes_max);
	*p++ = VERSION_BYTE;
	memcpy(p, f->identity, FEATURE_IDENTITY);
	put_number(p + FEATURE_IDENTITY, dropped);
	p = put_kinds(f, kinds, dropped, p + FEATURE_IDENTITY + 2);
	*p = '\0';
	out->n = (size_t)((char *)p - out->p);
}

/* ---- reading ---- */

static size_t
get_number(struct sv bytes)
{
	return (size_t)(unsigned char)bytes.p[0] |
	       (size_t)(unsigned char)bytes.p[1] << 8;
}

/* At most 32 bits, all of which are there. */
static uint32_t
get_bits(struct sv bytes, size_t at, unsigned n)
{
	uint32_t value = 0;

	for (unsigned i = 0; i < n; i++, at++)
		value |=
		    (uint32_t)((unsigned char)bytes.p[at / 8] >> (at % 8) & 1)
		    << i;
	return value;
}

/* Reads one kind off the front. */
static int
get_kind(struct sv *rest, struct arena *a, struct feature_list *ret)
{
	struct sv buckets, rests;
	struct layout l;
	size_t n, bucket = 0;

	if (rest->n < NUMBER_BYTES)
		return E_SYNTAX;
	n = get_number(*rest);
	if (n > FEATURES_MAX)
		return E_SYNTAX;
	l = lay_out(n);
	if (rest->n < layout_bytes(&l))
		return E_SYNTAX;
	buckets = sv_from(*rest, NUMBER_BYTES);
	rests = sv_from(buckets, l.buckets_bytes);
	*rest = sv_from(rests, l.rests_bytes);
	ret->hashes = ARENA_ARRAY(a, uint64_t, n + 1);
	for (size_t bit = 0; bit < l.buckets + n; bit++) {
		uint64_t place;

		if (get_bits(buckets, bit, 1) == 0) {
			bucket++;
			continue;
		}
		if (ret->n == n || bucket == l.buckets)
			return E_SYNTAX;
		place = (uint64_t)bucket << l.rest_bits |
		        get_bits(rests, ret->n * l.rest_bits, l.rest_bits);
		ret->hashes[ret->n++] = place << (64 - FEATURE_PACK_BITS);
	}
	return ret->n == n ? 0 : E_SYNTAX;
}

int
features_unpack(struct sv packed, struct arena *a, struct features *ret)
{
	struct sv rest = sv_from(packed, HEAD_BYTES);

	*ret = (struct features){ 0 };
	if (packed.n < HEAD_BYTES || packed.p[0] != VERSION_BYTE)
		return E_SYNTAX;
	memcpy(ret->identity, packed.p + 1, sizeof ret->identity);
	ret->dropped =
	    (unsigned)get_number(sv_from(packed, 1 + FEATURE_IDENTITY));
	if (ret->dropped >> FEATURE_KINDS)
		return E_SYNTAX;
	for (int k = 0; k < FEATURE_KINDS; k++)
		if (!(ret->dropped >> k & 1) &&
		    get_kind(&rest, a, &ret->kinds[k]))
			return E_SYNTAX;
	return features_count(ret) <= FEATURES_MAX && rest.n == 0 ? 0
	                                                          : E_SYNTAX;
}
