/* SPDX-License-Identifier: Apache-2.0 */
/* What a model makes of a message. */
#include <math.h>

#include "learn/model.h"

const float model_kind_weight[FEATURE_KINDS] = {
	[FEATURE_GRAM] = 1.5F,    [FEATURE_HEADER_GRAM] = 1,
	[FEATURE_WORD] = 1,       [FEATURE_PAIR] = 1,
	[FEATURE_SHORT_GRAM] = 1, [FEATURE_SHAPE] = 1,
	[FEATURE_HEADER] = 1,     [FEATURE_URL] = 1,
	[FEATURE_PERSONAL] = 1,
};

/* Runs of bytes overlap: their odds are not for multiplying. What is learned
 * for one domain is a matter of the regression, too. */
const float model_kind_count_weight[FEATURE_KINDS] = {
	[FEATURE_WORD] = 0.35F,  [FEATURE_PAIR] = 0.15F,
	[FEATURE_SHAPE] = 0.35F, [FEATURE_HEADER] = 0.3F,
	[FEATURE_URL] = 0.35F,
};

/* A feature that was seen n times counts as if it had been seen this often
 * more, in ham and spam alike (Robinson's s, with x = 0.5). */
static const float smoothing = 0.6F;

/* Features nearer to even odds say nothing. */
static const float deviation_min = 0.1F;

static float
bounded(float x)
{
	if (!isfinite(x))
		return 0;
	return fmaxf(-MODEL_SCORE_MAX, fminf(MODEL_SCORE_MAX, x));
}

/* Log odds by the counts; 0: it says nothing. */
static float
count_odds(const struct model_header *h, const struct model_slot *slot)
{
	float ham = (float)slot->seen[MODEL_HAM];
	float spam = (float)slot->seen[MODEL_SPAM];
	float n = (ham + spam) / MODEL_COUNT_UNIT, p;

	if (n == 0)
		return 0;
	ham /= (float)h->counted[MODEL_HAM] + MODEL_COUNT_UNIT;
	spam /= (float)h->counted[MODEL_SPAM] + MODEL_COUNT_UNIT;
	p = (smoothing * 0.5F + n * spam / (ham + spam)) / (smoothing + n);
	if (fabsf(p - 0.5F) < deviation_min)
		return 0;
	return logf(p / (1 - p));
}

/* Slots are all over memory: those of later features are fetched while
 * earlier ones are added. */
enum { AHEAD = 16 };

/* Sums of one kind. */
struct kind_sum {
	float weights, odds;
	size_t odd, known;
};

static struct kind_sum
sum_kind(const struct model *m, const struct feature_list *list, bool counts)
{
	struct kind_sum sum = { 0 };

	for (size_t i = 0; i < list->n; i++) {
		if (i + AHEAD < list->n)
			__builtin_prefetch(&m->slots[model_slot_of(
			    m->header, list->hashes[i + AHEAD])]);
		const struct model_slot *slot =
		    &m->slots[model_slot_of(m->header, list->hashes[i])];
		float odds;

		sum.weights += slot->weight;
		if (!counts)
			continue;
		sum.known += slot->seen[0] || slot->seen[1];
		odds = count_odds(m->header, slot);
		sum.odds += odds;
		sum.odd += odds != 0;
	}
	return sum;
}

void
model_score(const struct model *m, const struct features *f,
            struct model_score *ret)
{
	size_t known = 0, all = 0;

	*ret = (struct model_score){ 0 };
	for (int e = 0; e < EXPERT_REGRESSIONS; e++)
		ret->regression[e] = m->header->bias[e];
	for (int k = 0; k < FEATURE_KINDS; k++) {
		const struct feature_list *list = &f->kinds[k];
		bool counts = model_kind_count_weight[k] > 0;
		struct kind_sum sum;

		if (list->n == 0)
			continue;
		sum = sum_kind(m, list, counts);
		ret->regression[model_kind_expert(k)] +=
		    model_kind_weight[k] * sum.weights / sqrtf((float)list->n);
		if (sum.odd)
			ret->counts += model_kind_count_weight[k] * sum.odds /
			               sqrtf((float)sum.odd);
		known += sum.known;
		all += counts ? list->n : 0;
	}
	ret->known = all ? (float)known / (float)all : 0;
	ret->counts = bounded(ret->counts);
	ret->sum = ret->counts;
	for (int e = 0; e < EXPERT_REGRESSIONS; e++) {
		ret->regression[e] = bounded(ret->regression[e]);
		ret->sum += ret->regression[e];
	}
	ret->sum = bounded(ret->sum);
}

struct model_weight
model_weigh(const struct model *m, enum feature_kind kind, uint64_t hash)
{
	const struct model_slot *slot =
	    &m->slots[model_slot_of(m->header, hash)];

	return (struct model_weight){
		.regression = model_kind_weight[kind] * bounded(slot->weight),
		.counts = model_kind_count_weight[kind] > 0
		              ? model_kind_count_weight[kind] *
		                    count_odds(m->header, slot)
		              : 0,
	};
}

size_t
model_counting(const struct model *m, const struct features *f,
               enum feature_kind kind)
{
	return sum_kind(m, &f->kinds[kind], true).odd;
}
