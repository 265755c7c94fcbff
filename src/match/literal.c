/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Of each string its rarest four bytes in a row are its key. A bitmap says for
 * every four bytes of the text whether they can be a key; few can. Those are
 * looked up in a hash table, and the strings of that key compared.
 *
 * Keys are folded by setting the bit that tells upper from lower case, in all
 * bytes, whatever they are: that is one instruction, and confuses only what
 * the comparison tells apart again.
 *
 * When few rare bytes are enough to meet every key, those are looked for
 * instead, which is much faster; of a few hundred keys, a prefilter leaves few
 * places to look at.
 */
#include "match/literal.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "match/byteset.h"
#include "match/prefilter.h"
#include "match/rarity.h"
#include "match/vectorscan.h"

enum {
	KEY_BYTES = GATE_STRING_BYTES_MIN,
	BITMAP_BITS_PER_KEY = 16,
	BITMAP_LOG_MIN = 12,
	BITMAP_LOG_MAX = 23, /* 1 MiB */
};

#define KEY_FOLD 0x20202020u
#define KEY_MIX  0x9e3779b1u
#define KEY_NONE 0u /* folded keys have bits set */

struct entry { /* one string; those of one key stand together */
	uint32_t bytes, users, n_users; /* places in the pools */
	uint32_t caseless;
	uint8_t n, key_at;
	bool is_last; /* of its key */
};

struct slot {
	uint32_t key, entry;
};

struct literals {
	uint64_t *bitmap;
	unsigned bitmap_shift; /* 32 - log2 of its bits */
	struct slot *slots;
	uint32_t slots_mask;
	struct entry *entries;
	size_t n_entries;
	unsigned char *bytes;
	uint32_t *users;
	size_t memory;
	struct byteset rare;         /* n 0: none */
	uint8_t places[BYTESET_MAX]; /* bit i: byte i of a key is that one */
	bool has_prefilter;
	struct prefilter prefilter;    /* of keys */
	struct vectorscan *vectorscan; /* or NULL */
};

static uint32_t
key_at(const unsigned char *p)
{
	uint32_t key;

	memcpy(&key, p, sizeof key);
	return key | KEY_FOLD;
}

/* ---- building ---- */

struct draft {
	const struct literal *literal;
	uint32_t key;
	uint8_t key_at;
};

static unsigned
rarest_key(const struct literal *l)
{
	unsigned best = 0;
	double best_rate = 1;

	for (unsigned i = 0; i + KEY_BYTES <= l->n; i++) {
		double rate = rarity_of_text(l->bytes + i, KEY_BYTES);

		if (rate < best_rate) {
			best_rate = rate;
			best = i;
		}
	}
	return best;
}

static int
compare_strings(const struct literal *a, const struct literal *b)
{
	if (a->n != b->n)
		return a->n < b->n ? -1 : 1;
	if (a->caseless != b->caseless)
		return a->caseless < b->caseless ? -1 : 1;
	return memcmp(a->bytes, b->bytes, a->n);
}

static int
compare_drafts(const void *a, const void *b)
{
	const struct draft *da = a, *db = b;
	int order;

	if (da->key != db->key)
		return da->key < db->key ? -1 : 1;
	order = compare_strings(da->literal, db->literal);
	if (order)
		return order;
	return da->literal->user < db->literal->user   ? -1
	       : da->literal->user > db->literal->user ? 1
	                                               : 0;
}

static void
slots_put(struct literals *l, uint32_t key, uint32_t entry)
{
	uint32_t i = key * KEY_MIX & l->slots_mask;

	while (l->slots[i].key != KEY_NONE)
		i = (i + 1) & l->slots_mask;
	l->slots[i] = (struct slot){ key, entry };
	i = key * KEY_MIX >> l->bitmap_shift;
	l->bitmap[i >> 6] |= (uint64_t)1 << (i & 63);
}

static void
make_tables(struct literals *l, size_t keys)
{
	unsigned log = BITMAP_LOG_MIN;
	size_t slots = 8;

	while (log < BITMAP_LOG_MAX &&
	       ((size_t)1 << log) < keys * BITMAP_BITS_PER_KEY)
		log++;
	while (slots < keys * 2)
		slots *= 2;
	l->bitmap_shift = 32 - log;
	l->bitmap = mem_calloc((size_t)1 << (log - 6), sizeof *l->bitmap);
	l->slots = mem_calloc(slots, sizeof *l->slots);
	l->slots_mask = (uint32_t)slots - 1;
	l->memory += ((size_t)1 << log) / 8 + slots * sizeof *l->slots;
}

static size_t
count_keys(const struct draft *drafts, size_t n)
{
	size_t keys = 0;

	for (size_t i = 0; i < n; i++)
		keys += i == 0 || drafts[i].key != drafts[i - 1].key;
	return keys;
}

static void
add_entries(struct literals *l, const struct draft *drafts, size_t n)
{
	uint32_t n_bytes = 0;

	for (size_t i = 0; i < n; i++) {
		const struct literal *lit = drafts[i].literal;
		bool is_first = i == 0 || drafts[i].key != drafts[i - 1].key;
		struct entry *e = l->entries + l->n_entries;

		l->users[i] = lit->user;
		if (!is_first &&
		    compare_strings(lit, drafts[i - 1].literal) == 0) {
			e[-1].n_users++;
			continue;
		}
		*e = (struct entry){
			n_bytes,         (uint32_t)i,      1,   lit->caseless,
			(uint8_t)lit->n, drafts[i].key_at, true
		};
		memcpy(l->bytes + n_bytes, lit->bytes, lit->n);
		n_bytes += lit->n;
		if (is_first)
			slots_put(l, drafts[i].key, (uint32_t)l->n_entries);
		else
			e[-1].is_last = false;
		l->n_entries++;
	}
}

/* ---- rare bytes ---- */

/* The sum of their chances from which the bitmap is as good. */
static const double RARE_RATE_MAX = 0.02;

static bool
add_rare(struct literals *l, unsigned char byte, unsigned place)
{
	unsigned i = 0;

	while (i < l->rare.n && l->rare.list[i] != byte)
		i++;
	if (i == BYTESET_MAX)
		return false;
	if (i == l->rare.n)
		l->rare.list[l->rare.n++] = byte;
	l->places[i] |= (uint8_t)(1u << place);
	return true;
}

static double
chance_of_either_case(unsigned char byte)
{
	unsigned char upper = (unsigned char)(byte & ~0x20);

	return (double)rarity_chance[byte] + (double)rarity_chance[upper];
}

/* Keys are folded, so each byte stands for two. */
static bool
add_rarest(struct literals *l, uint32_t key)
{
	unsigned char bytes[KEY_BYTES];
	unsigned best = 0;

	memcpy(bytes, &key, sizeof key);
	for (unsigned i = 1; i < KEY_BYTES; i++)
		if (chance_of_either_case(bytes[i]) <
		    chance_of_either_case(bytes[best]))
			best = i;
	return add_rare(l, bytes[best], best) &&
	       add_rare(l, (unsigned char)(bytes[best] & ~0x20), best);
}

static void
find_rare_bytes(struct literals *l)
{
	double rate = 0;
	bool enough = true;

	for (uint32_t i = 0; i <= l->slots_mask && enough; i++)
		if (l->slots[i].key != KEY_NONE)
			enough = add_rarest(l, l->slots[i].key);
	for (unsigned i = 0; i < l->rare.n; i++)
		rate += (double)rarity_chance[l->rare.list[i]];
	if (!enough || rate > RARE_RATE_MAX)
		l->rare.n = 0;
}

/* ---- the prefilter ---- */

/* All bytes that, folded, are the first ones of the key. */
static struct gate_window
window_of_key(uint32_t key)
{
	struct gate_window w = { .n = PREFILTER_BYTES };
	unsigned char bytes[KEY_BYTES];

	memcpy(bytes, &key, sizeof key);
	for (unsigned k = 0; k < PREFILTER_BYTES; k++) {
		byte_class_add(&w.classes[k], bytes[k]);
		byte_class_add(&w.classes[k], bytes[k] & ~0x20);
	}
	return w;
}

static void
make_prefilter(struct literals *l)
{
	struct gate_window *windows =
	    mem_calloc(l->slots_mask + 1, sizeof *windows);
	size_t n = 0;

	for (uint32_t i = 0; i <= l->slots_mask; i++)
		if (l->slots[i].key != KEY_NONE)
			windows[n++] = window_of_key(l->slots[i].key);
	l->has_prefilter = prefilter_make(windows, n, &l->prefilter);
	free(windows);
}

/* ---- with Vectorscan ---- */

static void
compile_vectorscan(struct literals *l)
{
	struct sv *strings = mem_calloc(l->n_entries + 1, sizeof *strings);
	bool *is_caseless = mem_calloc(l->n_entries + 1, sizeof *is_caseless);

	for (size_t i = 0; i < l->n_entries; i++) {
		const struct entry *e = &l->entries[i];

		strings[i] = sv_make((const char *)l->bytes + e->bytes, e->n);
		is_caseless[i] = e->caseless != 0;
	}
	l->vectorscan = vectorscan_new(strings, is_caseless, l->n_entries);
	l->memory += vectorscan_bytes(l->vectorscan);
	free(strings);
	free(is_caseless);
}

struct literals *
literals_new(const struct literal *list, size_t n, bool use_vectorscan)
{
	struct literals *l = mem_calloc(1, sizeof *l);
	struct draft *drafts = mem_alloc((n + 1) * sizeof *drafts);
	size_t n_bytes = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned at = rarest_key(&list[i]);

		drafts[i] =
		    (struct draft){ &list[i], key_at(list[i].bytes + at),
			            (uint8_t)at };
		n_bytes += list[i].n;
	}
	if (n)
		qsort(drafts, n, sizeof *drafts, compare_drafts);
	make_tables(l, count_keys(drafts, n));
	l->entries = mem_alloc((n + 1) * sizeof *l->entries);
	l->bytes = mem_alloc(n_bytes + 1);
	l->users = mem_alloc((n + 1) * sizeof *l->users);
	l->memory += n * (sizeof *l->entries + sizeof *l->users) + n_bytes;
	add_entries(l, drafts, n);
	find_rare_bytes(l);
	if (!l->rare.n)
		make_prefilter(l);
	if (use_vectorscan)
		compile_vectorscan(l);
	free(drafts);
	return l;
}

void
literals_free(struct literals *l)
{
	if (!l)
		return;
	vectorscan_free(l->vectorscan);
	free(l->bitmap);
	free(l->slots);
	free(l->entries);
	free(l->bytes);
	free(l->users);
	free(l);
}

size_t
literals_bytes(const struct literals *l)
{
	return l ? l->memory : 0;
}

/* ---- scanning ---- */

struct scan {
	const struct literals *l;
	struct sv text;
	void (*found)(void *ctx, uint32_t user, size_t begin);
	void *ctx;
};

static bool
is_here(const struct literals *l, const struct entry *e,
        const unsigned char *text)
{
	const unsigned char *bytes = l->bytes + e->bytes;
	uint32_t caseless = e->caseless;

	for (unsigned i = 0; i < e->n; i++, caseless >>= 1)
		if ((text[i] | (caseless & 1) << 5) != bytes[i])
			return false;
	return true;
}

static void
compare(const struct scan *s, const struct entry *e, size_t begin)
{
	const struct literals *l = s->l;

	if (begin + e->n > s->text.n ||
	    !is_here(l, e, (const unsigned char *)s->text.p + begin))
		return;
	for (uint32_t u = 0; u < e->n_users; u++)
		s->found(s->ctx, l->users[e->users + u], begin);
}

/* A key may stand at `at`. */
static void __attribute__((noinline)) look(const struct scan *s, size_t at)
{
	const struct literals *l = s->l;
	uint32_t key = key_at((const unsigned char *)s->text.p + at);
	uint32_t i = key * KEY_MIX & l->slots_mask;
	const struct entry *e;

	while (l->slots[i].key != key) {
		if (l->slots[i].key == KEY_NONE)
			return;
		i = (i + 1) & l->slots_mask;
	}
	e = &l->entries[l->slots[i].entry];
	for (bool more = true; more; more = !e++->is_last)
		if (at >= e->key_at)
			compare(s, e, at - e->key_at);
}

static inline uint64_t
can_be_key(const struct literals *l, const unsigned char *p)
{
	uint32_t hash = key_at(p) * KEY_MIX >> l->bitmap_shift;

	return l->bitmap[hash >> 6] >> (hash & 63);
}

/* Four places at a time: mostly none of them is one. */
static void
scan_bitmap(const struct scan *s, size_t from)
{
	const struct literals *l = s->l;
	const unsigned char *p = (const unsigned char *)s->text.p;
	size_t i = from;

	for (; i + 3 + KEY_BYTES <= s->text.n; i += 4) {
		uint64_t a = can_be_key(l, p + i);
		uint64_t b = can_be_key(l, p + i + 1);
		uint64_t c = can_be_key(l, p + i + 2);
		uint64_t d = can_be_key(l, p + i + 3);

		if (__builtin_expect(!((a | b | c | d) & 1), 1))
			continue;
		if (a & 1)
			look(s, i);
		if (b & 1)
			look(s, i + 1);
		if (c & 1)
			look(s, i + 2);
		if (d & 1)
			look(s, i + 3);
	}
	for (; i + KEY_BYTES <= s->text.n; i++)
		if (can_be_key(l, p + i) & 1)
			look(s, i);
}

static void
look_if_key(void *ctx, size_t at)
{
	const struct scan *s = ctx;

	if (can_be_key(s->l, (const unsigned char *)s->text.p + at) & 1)
		look(s, at);
}

/* The prefilter looks at fewer bytes than a key has. */
static void
scan_marked(struct scan *s)
{
	size_t n = s->text.n > KEY_BYTES - PREFILTER_BYTES
	               ? s->text.n - (KEY_BYTES - PREFILTER_BYTES)
	               : 0;

	scan_bitmap(s, prefilter_each(&s->l->prefilter, sv_sub(s->text, 0, n),
	                              look_if_key, s));
}

/* Several bytes can lead to the same key: it is looked at once. Places are
 * KEY_BYTES behind each other at most. */
static void
look_once(const struct scan *s, size_t at, uint8_t *seen, size_t *seen_from)
{
	if (at >= *seen_from + 8) {
		size_t ahead = at - *seen_from - KEY_BYTES;

		*seen = ahead < 8 ? (uint8_t)(*seen >> ahead) : 0;
		*seen_from += ahead;
	}
	if (*seen >> (at - *seen_from) & 1)
		return;
	*seen |= (uint8_t)(1u << (at - *seen_from));
	look(s, at);
}

static void
scan_rare(const struct scan *s)
{
	const struct literals *l = s->l;
	size_t at = 0, seen_from = 0;
	uint8_t seen = 0; /* bit i: seen_from + i */

	for (; (at = byteset_next(&l->rare, s->text, at)) < s->text.n; at++)
		for (unsigned i = 0; i < l->rare.n; i++)
			for (unsigned place = KEY_BYTES; place-- > 0;)
				if ((unsigned char)s->text.p[at] ==
				        l->rare.list[i] &&
				    l->places[i] >> place & 1 && at >= place &&
				    at - place + KEY_BYTES <= s->text.n)
					look_once(s, at - place, &seen,
					          &seen_from);
}

static void
on_vectorscan(void *ctx, uint32_t string, size_t end)
{
	const struct scan *s = ctx;
	const struct entry *e = &s->l->entries[string];

	compare(s, e, end - e->n);
}

void
literals_scan(const struct literals *l, void **scratch, struct sv text,
              void (*found)(void *ctx, uint32_t user, size_t begin), void *ctx)
{
	struct scan s = { l, text, found, ctx };

	if (l->vectorscan)
		vectorscan_scan(l->vectorscan, scratch, text, on_vectorscan,
		                &s);
	else if (l->rare.n)
		scan_rare(&s);
	else if (l->has_prefilter)
		scan_marked(&s);
	else
		scan_bitmap(&s, 0);
}
