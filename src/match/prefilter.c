/* SPDX-License-Identifier: Apache-2.0 */
#include "match/prefilter.h"

#include <string.h>

#include "match/rarity.h"

enum {
	BUCKETS = 8,
	LANES = 16,
	WINDOWS_MAX = 500, /* more than these leave too many places */
};

/* Of all places; with more left, looking at them twice does not pay. */
static const double RATE_MAX = 0.6;

/* ---- making ---- */

struct bucket {
	struct byte_class classes[PREFILTER_BYTES];
	double rate;
};

static double
rate_of(const struct byte_class *classes)
{
	double rate = 1;

	for (unsigned k = 0; k < PREFILTER_BYTES; k++)
		rate *= rarity_of_class(&classes[k]);
	return rate;
}

static struct bucket
with_window(const struct bucket *b, const struct gate_window *w)
{
	static const struct byte_class any = BYTE_CLASS_ANY;
	struct bucket more = *b;

	for (unsigned k = 0; k < PREFILTER_BYTES; k++)
		byte_class_unite(&more.classes[k],
		                 k < w->n ? &w->classes[k] : &any);
	more.rate = rate_of(more.classes);
	return more;
}

/* Each into the bucket that becomes worse by it the least. */
static void
fill_buckets(struct bucket *buckets, const struct gate_window *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct bucket best = { .rate = 0 };
		double best_loss = 2;
		unsigned into = 0;

		for (unsigned k = 0; k < BUCKETS; k++) {
			struct bucket more = with_window(&buckets[k], &list[i]);
			double loss = more.rate - buckets[k].rate;

			if (loss < best_loss) {
				best = more;
				best_loss = loss;
				into = k;
			}
		}
		buckets[into] = best;
	}
}

static void
add_bucket(struct prefilter *f, const struct bucket *b, unsigned bit)
{
	for (unsigned k = 0; k < PREFILTER_BYTES; k++)
		for (unsigned byte = 0; byte < 256; byte++)
			if (byte_class_has(&b->classes[k],
			                   (unsigned char)byte)) {
				f->low[k][byte & 15] |= (unsigned char)bit;
				f->high[k][byte >> 4] |= (unsigned char)bit;
			}
}

/* The chance that a place is left, by the halves of bytes. */
static double
rate_left(const struct prefilter *f)
{
	double sum = 0;

	for (unsigned bit = 1; bit < 1 << BUCKETS; bit <<= 1) {
		struct byte_class left[PREFILTER_BYTES] = { 0 };

		for (unsigned k = 0; k < PREFILTER_BYTES; k++)
			for (unsigned byte = 0; byte < 256; byte++)
				if (f->low[k][byte & 15] &
				    f->high[k][byte >> 4] & bit)
					byte_class_add(&left[k],
					               (unsigned char)byte);
		sum += rate_of(left);
	}
	return sum;
}

/* Without the instruction for it, looking up is slow. */
static bool
is_fast(void)
{
#if defined __x86_64__
	return __builtin_cpu_supports("ssse3");
#else
	return true;
#endif
}

bool
prefilter_make(const struct gate_window *list, size_t n, struct prefilter *ret)
{
	struct bucket buckets[BUCKETS] = { 0 };

	if (n > WINDOWS_MAX || !is_fast())
		return false;
	fill_buckets(buckets, list, n);
	*ret = (struct prefilter){ 0 };
	for (unsigned k = 0; k < BUCKETS; k++)
		add_bucket(ret, &buckets[k], 1U << k);
	return rate_left(ret) <= RATE_MAX;
}

/* ---- marking ---- */

typedef unsigned char lanes __attribute__((vector_size(LANES)));

static inline lanes
look_up(lanes table, lanes index)
{
#if defined __clang__
	lanes found;

	for (unsigned i = 0; i < LANES; i++)
		found[i] = table[index[i]];
	return found;
#else
	return __builtin_shuffle(table, index);
#endif
}

static unsigned char
mark_one(const struct prefilter *f, const unsigned char *p)
{
	unsigned char mark = UINT8_MAX;

	for (unsigned k = 0; k < PREFILTER_BYTES; k++)
		mark &= f->low[k][p[k] & 15] & f->high[k][p[k] >> 4];
	return mark;
}

#if defined __x86_64__
__attribute__((target("ssse3")))
#endif
void
prefilter_mark(const struct prefilter *f, const unsigned char *text, size_t n,
               unsigned char *marks)
{
	lanes low[PREFILTER_BYTES], high[PREFILTER_BYTES];
	size_t i = 0;

	memcpy(low, f->low, sizeof low);
	memcpy(high, f->high, sizeof high);
	for (; i + LANES <= n; i += LANES) {
		lanes left = { 0 };

		left = ~left;
		for (unsigned k = 0; k < PREFILTER_BYTES; k++) {
			lanes block;

			memcpy(&block, text + i + k, LANES);
			left &= look_up(low[k], block & 15) &
			        look_up(high[k], block >> 4);
		}
		memcpy(marks + i, &left, LANES);
	}
	for (; i < n; i++)
		marks[i] = mark_one(f, text + i);
}
