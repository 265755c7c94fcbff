/* SPDX-License-Identifier: Apache-2.0 */
#include "learn/recognition.h"

#include <math.h>

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
	return exchange_name(a, SV("evidence:"), key);
}

void
recognition_gather(struct recognition *r, const struct campaign_keys *keys,
                   int64_t half_life_ms, struct exchange *x)
{
	*r = (struct recognition){ .keys = *keys };
	for (unsigned i = 0; i < keys->n; i++)
		r->places[i] = exchange_ask_counter(
		    x, recognition_name(x->arena, keys->list[i]), half_life_ms);
}

/*
 * Of each sum what enough keys have, or up to twice as much if one has it: each
 * report is on the keys of the variant that was reported, and few keys are in
 * all of these. What is agreed upon bounds it, so that a key that many texts
 * have adds nothing where the others say nothing.
 */
static double
agreed(const struct recognition *r, const struct exchange *x, int sum)
{
	double values[CAMPAIGN_KEYS] = { 0 }, most = 0, value;

	for (unsigned i = 0; i < r->keys.n; i++) {
		values[i] = exchange_answer(x, r->places[i])->sums[sum];
		most = fmax(most, values[i]);
	}
	value = fmin(most, 2 * campaign_quorum(&r->keys, values));
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
	r->has_sign = has_sign;
	if (r->keys.n == 0)
		return;
	r->spam = agreed(r, x, EVIDENCE_SPAM);
	r->ham = agreed(r, x, EVIDENCE_HAM);
	r->reporters = agreed(r, x, EVIDENCE_REPORTERS);
	r->defenders = agreed(r, x, EVIDENCE_DEFENDERS);
	r->is_reviewed = fabs(r->spam - r->ham) >= RECOGNITION_REVIEWED;
	r->state = recognition_state(r, conf);
}
