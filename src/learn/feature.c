/* SPDX-License-Identifier: Apache-2.0 */
#include "learn/feature.h"

#include <endian.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/buf.h"

static const char *const kind_words[FEATURE_KINDS] = {
	[FEATURE_GRAM] = "text",
	[FEATURE_HEADER_GRAM] = "header text",
	[FEATURE_WORD] = "word",
	[FEATURE_PAIR] = "pair",
	[FEATURE_SHORT_GRAM] = "characters",
	[FEATURE_SHAPE] = "shape",
	[FEATURE_HEADER] = "header",
	[FEATURE_URL] = "url",
	[FEATURE_PERSONAL] = "domain",
};

const char *
feature_kind_word(enum feature_kind kind)
{
	return kind_words[kind];
}

_Static_assert(FEATURE_GRAM_BYTES == sizeof(uint32_t), "a load has a gram");

void
feature_begin(struct feature_maker *f, enum feature_kind kind, size_t n)
{
	struct feature_list *list = &f->out->kinds[kind];
	size_t slots = 16;

	if (n > FEATURE_SEEN / 2)
		n = FEATURE_SEEN / 2;
	while (slots < 2 * n)
		slots *= 2;
	f->kind = kind;
	f->size = n;
	f->seen_max = slots - 1;
	memset(f->seen, 0, slots * sizeof *f->seen);
	list->hashes = ARENA_ARRAY(f->arena, uint64_t, n + 1);
	if (f->names)
		list->names = ARENA_ARRAY(f->arena, struct sv, n + 1);
}

/* Whether a hash is new; two of the same tag and place are taken for one,
 * which is as rare as it is harmless. */
static inline bool
remember(struct feature_maker *f, uint64_t hash)
{
	uint32_t tag = (uint32_t)(hash >> 20) | 1;
	size_t i = (size_t)hash & f->seen_max;

	while (f->seen[i]) {
		if (f->seen[i] == tag)
			return false;
		i = (i + 1) & f->seen_max;
	}
	f->seen[i] = tag;
	return true;
}

static struct sv
make_name(const struct feature_maker *f, struct sv label, struct sv piece)
{
	piece = sv_sub(piece, 0, FEATURE_NAME_BYTES);
	return arena_printf(f->arena, "%s " SV_FMT "%s\"" SV_FMT "\"",
	                    kind_words[f->kind], SV_ARG(label),
	                    label.n ? " " : "", SV_ARG(piece));
}

static inline void
add_hash(struct feature_maker *f, uint64_t hash, struct sv label,
         struct sv piece)
{
	struct feature_list *list = &f->out->kinds[f->kind];

	if (list->n == f->size || !remember(f, hash))
		return;
	if (list->names)
		list->names[list->n] = make_name(f, label, piece);
	list->hashes[list->n++] = hash;
}

struct feature_label
feature_label(const struct feature_maker *f, struct sv word)
{
	uint64_t seed = (uint64_t)f->kind + 1;

	if (word.n)
		seed = XXH3_64bits_withSeed(word.p, word.n, seed);
	return (struct feature_label){ word, seed };
}

/* All bits of the product depend on all of x. */
static inline uint64_t
mix(uint64_t x)
{
	x = (x ^ (x >> 32)) * 0xd6e8feb86659fd93;
	x = (x ^ (x >> 32)) * 0xd6e8feb86659fd93;
	return x ^ (x >> 32);
}

static inline uint64_t
load(const char *p, size_t n)
{
	uint64_t x = 0;

	memcpy(&x, p, n);
	return le64toh(x);
}

/* Of two words at most: what is shorter than both overlaps. */
static inline uint64_t
hash_short(struct sv s, uint64_t seed)
{
	uint64_t first, last;

	if (s.n >= 8) {
		first = load(s.p, 8);
		last = load(s.p + s.n - 8, 8);
	} else if (s.n >= 4) {
		first = load(s.p, 4);
		last = load(s.p + s.n - 4, 4);
	} else if (s.n >= 2) {
		first = load(s.p, 2);
		last = load(s.p + s.n - 2, 2);
	} else {
		first = s.n ? load(s.p, 1) : 0;
		last = 0;
	}
	return mix((mix(first + seed) ^ last) + s.n);
}

void
feature_add(struct feature_maker *f, struct feature_label label,
            struct sv piece)
{
	add_hash(f,
	         piece.n <= 16
	             ? hash_short(piece, label.seed)
	             : XXH3_64bits_withSeed(piece.p, piece.n, label.seed),
	         label.word, piece);
}

void
feature_add_one(struct feature_maker *f, const char *label, struct sv piece)
{
	feature_add(f, feature_label(f, sv_str(label)), piece);
}

void
feature_add_hash(struct feature_maker *f, struct feature_label label,
                 uint64_t hash, struct sv piece)
{
	add_hash(f, mix(hash + label.seed), label.word, piece);
}

void
feature_add_number(struct feature_maker *f, const char *label, size_t number)
{
	char digits[24];
	size_t n = sizeof digits;

	do {
		digits[--n] = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	feature_add_one(f, label, sv_make(digits + n, sizeof digits - n));
}

void
feature_add_grams(struct feature_maker *f, struct sv text)
{
	uint64_t seed = ((uint64_t)f->kind + 1) << 40;
	uint32_t bytes;

	for (size_t i = 0; i + FEATURE_GRAM_BYTES <= text.n; i++) {
		memcpy(&bytes, text.p + i, sizeof bytes);
		add_hash(f, mix(be32toh(bytes) ^ seed), SV(""),
		         sv_make(text.p + i, FEATURE_GRAM_BYTES));
	}
}

struct sv
feature_lower(struct arena *a, struct sv text)
{
	char *lower = arena_str(a, text);

	for (size_t i = 0; i < text.n; i++)
		lower[i] = sv_lower_char(lower[i]);
	return sv_make(lower, text.n);
}

size_t
features_count(const struct features *f)
{
	size_t n = 0;

	for (int k = 0; k < FEATURE_KINDS; k++)
		n += f->kinds[k].n;
	return n;
}

/* ---- identity ---- */

static void
digest_add(XXH3_state_t *digest, struct sv text)
{
	XXH3_128bits_update(digest, text.p ? text.p : "", text.n);
	XXH3_128bits_update(digest, "", 1);
}

static void
make_identity(const struct message *m, struct features *ret)
{
	static const char *const names[] = { "Message-ID", "Date", "From" };
	XXH3_state_t digest;
	XXH128_canonical_t result;

	XXH3_128bits_reset(&digest);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const struct message_header *h = message_header(m, names[i]);

		digest_add(&digest, h ? h->value : SV(""));
	}
	for (size_t i = 0; i < m->views[VIEW_BODY].n; i++)
		digest_add(&digest, m->views[VIEW_BODY].elements[i]);
	XXH128_canonicalFromHash(&result, XXH3_128bits_digest(&digest));
	memcpy(ret->identity, result.digest, sizeof ret->identity);
}

/* ---- for one domain ---- */

/* Words and URLs once more, for those who share a domain: what is an offer
 * to one is business to the other. */
static void
make_personal(struct feature_maker *f, struct sv domain)
{
	static const enum feature_kind of[] = { FEATURE_WORD, FEATURE_URL };
	struct feature_list *list = &f->out->kinds[FEATURE_PERSONAL];
	struct feature_label label;

	feature_begin(f, FEATURE_PERSONAL,
	              f->out->kinds[of[0]].n + f->out->kinds[of[1]].n + 1);
	label = feature_label(f, feature_lower(f->arena, domain));
	feature_add(f, label, SV(""));
	for (size_t i = 0; i < 2; i++) {
		const struct feature_list *from = &f->out->kinds[of[i]];

		for (size_t k = 0; k < from->n; k++) {
			size_t before = list->n;

			feature_add_hash(f, label, from->hashes[k], SV(""));
			if (list->names && list->n > before)
				list->names[before] = arena_printf(
				    f->arena, SV_FMT ": " SV_FMT,
				    SV_ARG(label.word), SV_ARG(from->names[k]));
		}
	}
}

void
features_make(struct arena *a, const struct feature_source *source,
              struct features *ret)
{
	uint32_t seen[FEATURE_SEEN];
	struct feature_maker f = {
		.arena = a,
		.out = ret,
		.names = source->names,
		.seen = seen,
	};

	*ret = (struct features){ 0 };
	features_make_text(&f, source->message);
	features_make_header(&f, source);
	features_make_urls(&f, source->message);
	if (source->domain.n)
		make_personal(&f, source->domain);
	make_identity(source->message, ret);
}
