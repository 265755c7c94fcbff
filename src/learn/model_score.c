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

/* Runs of bytes overlap: their odds are for multiplying only in part. What is
 * learned for one domain is a matter of the regression. */
const float model_kind_count_weight[FEATURE_KINDS] = {
	[FEATURE_GRAM] = 0.1F,        [FEATURE_HEADER_GRAM] = 0.15F,
	[FEATURE_WORD] = 0.52F,       [FEATURE_PAIR] = 0.22F,
	[FEATURE_SHORT_GRAM] = 0.15F, [FEATURE_SHAPE] = 0.52F,
	[FEATURE_HEADER] = 0.45F,     [FEATURE_URL] = 0.52F,
};

/* Each class is counted as if this much of a message more had been seen of it
 * with a feature, and as much without. So the odds are bounded by how much was
 * learned of the class of which less was: what the first hundred pieces of ham
 * have, and the first spam has not, says little about spam. */
static const float smoothing = 0.1F * MODEL_COUNT_UNIT;

/* Features nearer to even odds say nothing. */
static const float odds_min = 3;

static float
bounded(float x)
{
	if (!isfinite(x))
		return 0;
	return fmaxf(-MODEL_SCORE_MAX, fminf(MODEL_SCORE_MAX, x));
}

/* By how much odds are larger as less was learned of spam than of ham. */
static float
count_balance(const struct model_header *h)
{
	return ((float)h->counted[MODEL_HAM] + 2 * smoothing) /
	       ((float)h->counted[MODEL_SPAM] + 2 * smoothing);
}

static bool
was_seen(const struct model_slot *slot)
{
	return slot->seen[MODEL_HAM] || slot->seen[MODEL_SPAM];
}

/* Odds by the counts; 1: it says nothing. */
static inline float
count_odds(const struct model_slot *slot, float balance)
{
	float ham = (float)slot->seen[MODEL_HAM] + smoothing;
	float spam = ((float)slot->seen[MODEL_SPAM] + smoothing) * balance;
	bool is_even = spam < odds_min * ham && ham < odds_min * spam;

	return is_even || !was_seen(slot) ? 1 : spam / ham;
}

/* Of runs of bytes and characters, nearly all were seen somewhere. */
static bool
is_whole(enum feature_kind kind)
{
	return kind != FEATURE_GRAM && kind != FEATURE_HEADER_GRAM &&
	       kind != FEATURE_SHORT_GRAM && kind != FEATURE_PERSONAL;
}

/* Slots are all over memory: those of later features are fetched while
 * earlier ones are added. */
enum { AHEAD = 16 };

static const struct model_slot *
slot_at(const struct model *m, const struct feature_list *list, size_t i)
{
	if (i + AHEAD < list->n)
		__builtin_prefetch(&m->slots[model_slot_of(
		    m->header, list->hashes[i + AHEAD])]);
	return &m->slots[model_slot_of(m->header, list->hashes[i])];
}

static float
sum_weights(const struct model *m, const struct feature_list *list)
{
	float sum = 0;

	for (size_t i = 0; i < list->n; i++)
		sum += slot_at(m, list, i)->weight;
	return sum;
}

/* Sums of one kind. */
struct kind_sum {
	float weights, log_odds;
	size_t odd, seen;
};

/* The logarithm is of the product of so many odds, which is far from what a
 * double can hold. */
enum { FACTORS = 16 };

static struct kind_sum
sum_kind(const struct model *m, const struct feature_list *list)
{
	float balance = count_balance(m->header);
	struct kind_sum sum = { 0 };
	double product = 1;

	for (size_t i = 0; i < list->n; i++) {
		const struct model_slot *slot = slot_at(m, list, i);
		float odds = count_odds(slot, balance);

		sum.weights += slot->weight;
		sum.seen += was_seen(slot);
		sum.odd += odds != 1;
		product *= (double)odds;
		if (i % FACTORS == FACTORS - 1) {
			sum.log_odds += (float)log(product);
			product = 1;
		}
	}
	sum.log_odds += (float)log(product);
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
		struct kind_sum sum = { 0 };

		if (list->n == 0)
			continue;
		if (model_kind_count_weight[k] > 0)
			sum = sum_kind(m, list);
		else
			sum.weights = sum_weights(m, list);
		ret->regression[model_kind_expert(k)] +=
		    model_kind_weight[k] * sum.weights / sqrtf((float)list->n);
		if (sum.odd)
			ret->counts += model_kind_count_weight[k] *
			               sum.log_odds / sqrtf((float)sum.odd);
		if (is_whole(k)) {
			known += sum.seen;
			all += list->n;
		}
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
		.counts =
		    model_kind_count_weight[kind] > 0
			? model_kind_count_weight[kind] *
			      logf(count_odds(slot, count_balance(m->header)))
			: 0,
	};
}

size_t
model_counting(const struct model *m, const struct features *f,
               enum feature_kind kind)
{
	return sum_kind(m, &f->kinds[kind]).odd;
}
