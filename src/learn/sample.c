/* SPDX-License-Identifier: Apache-2.0 */
#include "learn/sample.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/mem.h"

enum { HEAD_WORDS = FEATURE_IDENTITY / 4 + 1 + FEATURE_KINDS };

static size_t
roll(struct samples *s, size_t sides)
{
	s->dice = s->dice * UINT64_C(6364136223846793005) +
	          UINT64_C(1442695040888963407);
	return (size_t)(s->dice >> 33) % sides;
}

void
samples_done(struct samples *s)
{
	for (int class = 0; class < MODEL_CLASSES; class ++)
		for (size_t i = 0; i < s->n[class]; i++)
			free(s->list[class][i].slots);
	memset(s->n, 0, sizeof s->n);
}

static size_t
count_slots(const struct sample *sample)
{
	size_t n = 0;

	for (int k = 0; k < FEATURE_KINDS; k++)
		n += sample->n[k];
	return n;
}

/* Room for one more of the class. */
static struct sample *
make_room(struct samples *s, enum model_class class)
{
	struct sample *place;

	if (s->n[class] < SAMPLES_OF_CLASS)
		return &s->list[class][s->n[class]++];
	place = &s->list[class][roll(s, SAMPLES_OF_CLASS)];
	free(place->slots);
	return place;
}

void
samples_add(struct samples *s, const struct features *f, enum model_class class,
            unsigned bits)
{
	struct sample *place = make_room(s, class);
	uint32_t *slot = mem_alloc((features_count(f) + 1) * sizeof *slot);

	memcpy(place->identity, f->identity, sizeof place->identity);
	place->slots = slot;
	for (int k = 0; k < FEATURE_KINDS; k++) {
		const struct feature_list *list = &f->kinds[k];

		place->n[k] = (uint32_t)list->n;
		for (size_t i = 0; i < list->n; i++)
			*slot++ = (uint32_t)(list->hashes[i] >> (64 - bits));
	}
}

void
samples_remove(struct samples *s, const unsigned char *identity)
{
	for (int class = 0; class < MODEL_CLASSES; class ++)
		for (size_t i = 0; i < s->n[class]; i++) {
			struct sample *sample = &s->list[class][i];

			if (memcmp(sample->identity, identity,
			           FEATURE_IDENTITY) != 0)
				continue;
			free(sample->slots);
			*sample = s->list[class][--s->n[class]];
			return;
		}
}

const struct sample *
samples_pick(struct samples *s, enum model_class class)
{
	return s->n[class] ? &s->list[class][roll(s, s->n[class])] : NULL;
}

void
sample_features(struct arena *a, const struct sample *sample, unsigned bits,
                struct features *ret)
{
	const uint32_t *slot = sample->slots;

	*ret = (struct features){ 0 };
	memcpy(ret->identity, sample->identity, sizeof ret->identity);
	for (int k = 0; k < FEATURE_KINDS; k++) {
		struct feature_list *list = &ret->kinds[k];

		list->n = sample->n[k];
		list->hashes = ARENA_ARRAY(a, uint64_t, list->n + 1);
		for (size_t i = 0; i < list->n; i++)
			list->hashes[i] = (uint64_t)*slot++ << (64 - bits);
	}
}

/* ---- in files ---- */

static void
write_words(struct buf *out, const void *words, size_t n)
{
	if (n)
		buf_add(out, sv_make(words, n * sizeof(uint32_t)));
}

void
samples_write(const struct samples *s, struct buf *out)
{
	for (uint32_t class = 0; class < MODEL_CLASSES; class ++)
		for (size_t i = 0; i < s->n[class]; i++) {
			const struct sample *sample = &s->list[class][i];

			write_words(out, sample->identity,
			            FEATURE_IDENTITY / 4);
			write_words(out, &class, 1);
			write_words(out, sample->n, FEATURE_KINDS);
			write_words(out, sample->slots, count_slots(sample));
		}
}

/* Takes n words off the front. */
static bool
read_words(struct sv *bytes, void *ret, size_t n)
{
	if (n > bytes->n / sizeof(uint32_t))
		return false;
	if (n)
		memcpy(ret, bytes->p, n * sizeof(uint32_t));
	*bytes = sv_from(*bytes, n * sizeof(uint32_t));
	return true;
}

static int
read_one(struct samples *s, struct sv *bytes, unsigned bits)
{
	uint32_t head[HEAD_WORDS], class;
	struct sample sample;
	size_t n = 0;

	if (!read_words(bytes, head, HEAD_WORDS))
		return E_SYNTAX;
	memcpy(sample.identity, head, FEATURE_IDENTITY);
	class = head[FEATURE_IDENTITY / 4];
	memcpy(sample.n, &head[FEATURE_IDENTITY / 4 + 1], sizeof sample.n);
	for (int k = 0; k < FEATURE_KINDS; k++) {
		if (sample.n[k] > FEATURES_MAX)
			return E_SYNTAX;
		n += sample.n[k];
	}
	if (class >= MODEL_CLASSES || s->n[class] == SAMPLES_OF_CLASS)
		return E_SYNTAX;
	sample.slots = mem_calloc(n + 1, sizeof *sample.slots);
	s->list[class][s->n[class]++] = sample;
	if (!read_words(bytes, sample.slots, n))
		return E_SYNTAX;
	for (size_t i = 0; i < n; i++)
		if (sample.slots[i] >> bits)
			return E_SYNTAX;
	return 0;
}

int
samples_read(struct samples *s, struct sv bytes, unsigned bits)
{
	while (bytes.n)
		if (read_one(s, &bytes, bits))
			return E_SYNTAX;
	return 0;
}
