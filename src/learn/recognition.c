/* SPDX-License-Identifier: Apache-2.0 */
#include "learn/recognition.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/e4.h"

/* Counts decay from the first moment on: three of yesterday are still three. */
#define COUNT_SLACK 0.5

static const char *const words[RECOGNITION_STATES] = { "none", "suspected",
	                                               "spam" };

const char *
recognition_word(enum recognition_state s)
{
	return words[s];
}

enum recognition_state
recognition_find(struct sv word)
{
	int s = 0;

	while (s < RECOGNITION_STATES && !sv_eq_str(word, words[s]))
		s++;
	return (enum recognition_state)s;
}

struct sv
recognition_name(struct arena *a, uint64_t key)
{
	return arena_printf(a, "evidence:%016" PRIx64, key);
}

void
recognition_gather(struct recognition *r, const uint64_t *keys, size_t n,
                   int64_t half_life_ms, struct exchange *x)
{
	*r = (struct recognition){ 0 };
	for (; r->n < n && r->n < RECOGNITION_KEYS; r->n++)
		r->places[r->n] = exchange_ask_counter(
		    x, recognition_name(x->arena, keys[r->n]), half_life_ms);
}

static double
net(const struct store_read *answer)
{
	return answer->sums[EVIDENCE_SPAM] - answer->sums[EVIDENCE_HAM];
}

/* The most evidence first; a review that acquits comes before all. */
static int
compare_answers(const void *a, const void *b)
{
	double na = net(*(const struct store_read *const *)a);
	double nb = net(*(const struct store_read *const *)b);

	return na > nb ? -1 : na < nb;
}

size_t
recognition_rank(size_t n)
{
	return n ? (3 * n + 7) / 8 - 1 : 0;
}

static double
at_least_0(double value)
{
	return value > 1e-9 ? value : 0; /* what was taken back has decayed */
}

static bool
has_count(double count, int64_t limit)
{
	return count >= (double)limit - COUNT_SLACK;
}

enum recognition_state
recognition_state(const struct recognition *r,
                  const struct conf_recognition *conf)
{
	double e4 = (r->spam - r->ham) * E4_ONE;

	if (!conf->enabled)
		return RECOGNITION_NONE;
	if (r->is_reviewed)
		return e4 > 0 ? RECOGNITION_SPAM : RECOGNITION_NONE;
	if (r->has_sign && e4 >= (double)conf->spam_e4 &&
	    has_count(r->reporters, conf->spam_reporters))
		return RECOGNITION_SPAM;
	if (e4 >= (double)conf->suspected_e4 &&
	    has_count(r->reporters, conf->suspected_reporters))
		return RECOGNITION_SUSPECTED;
	return RECOGNITION_NONE;
}

void
recognition_judge(struct recognition *r, const struct conf_recognition *conf,
                  const struct exchange *x, bool has_sign)
{
	const struct store_read *sorted[RECOGNITION_KEYS], *one;

	r->has_sign = has_sign;
	if (r->n == 0)
		return;
	for (size_t i = 0; i < r->n; i++)
		sorted[i] = exchange_answer(x, r->places[i]);
	qsort(sorted, r->n, sizeof *sorted, compare_answers);
	/* Whom a review acquits is acquitted by as many keys. */
	one = sorted[r->n - 1 - recognition_rank(r->n)];
	if (net(one) > -RECOGNITION_REVIEWED)
		one = sorted[recognition_rank(r->n)];
	r->spam = at_least_0(one->sums[EVIDENCE_SPAM]);
	r->ham = at_least_0(one->sums[EVIDENCE_HAM]);
	r->reporters = at_least_0(one->sums[EVIDENCE_REPORTERS]);
	r->defenders = at_least_0(one->sums[EVIDENCE_DEFENDERS]);
	r->is_reviewed = fabs(r->spam - r->ham) >= RECOGNITION_REVIEWED;
	r->state = recognition_state(r, conf);
}
