/* SPDX-License-Identifier: Apache-2.0 */
#include "learn/reputation.h"

#include <math.h>

#include "base/e4.h"

#define DAY_MS ((int64_t)86400000)

/* The sums of a counter. */
enum { SUM_SPAM, SUM_HAM, SUM_SCORES, SUM_MESSAGES };

#define VERDICT_WEIGHT 0.1

static const struct kind {
	const char *word;
	int64_t half_life_ms;
	double prior;  /* messages until half of it is believed */
	double weight; /* among the kinds */
	bool only_bad; /* a good name of it helps nobody */
} kinds[REPUTATION_KINDS] = {
	[REPUTATION_IP] = { "ip", 7 * DAY_MS, 3, 1, false },
	[REPUTATION_NETWORK] = { "network", 14 * DAY_MS, 10, 0.5, false },
	[REPUTATION_ASN] = { "asn", 30 * DAY_MS, 50, 0.25, false },
	[REPUTATION_DOMAIN] = { "domain", 30 * DAY_MS, 3, 1, false },
	[REPUTATION_DKIM] = { "dkim", 30 * DAY_MS, 5, 0.75, false },
	[REPUTATION_URL] = { "url", 7 * DAY_MS, 5, 1, true },
	[REPUTATION_ACCOUNT] = { "account", 30 * DAY_MS, 3, 1.25, false },
	[REPUTATION_IDENTITY] = { "identity", 60 * DAY_MS, 2, 1.5, false },
};

const char *
reputation_kind_word(enum reputation_kind k)
{
	return kinds[k].word;
}

enum reputation_kind
reputation_kind_find(struct sv word)
{
	int k = 0;

	while (k < REPUTATION_KINDS && !sv_eq_str(word, kinds[k].word))
		k++;
	return (enum reputation_kind)k;
}

/* ---- gathering ---- */

static void
add_subject(struct reputation *r, enum reputation_kind k, struct sv name,
            struct exchange *x)
{
	struct reputation_subject *s;

	if (name.n == 0 || r->n == REPUTATION_SUBJECTS_MAX)
		return;
	name = ARENA_JOIN(x->arena, sv_str(kinds[k].word), SV(":"), name);
	for (size_t i = 0; i < r->n; i++)
		if (sv_eq(r->subjects[i].name, name))
			return;
	s = &r->subjects[r->n++];
	*s = (struct reputation_subject){ .kind = k, .name = name };
	s->place = exchange_ask_counter(x, name, kinds[k].half_life_ms);
}

void
reputation_gather(struct reputation *r, const struct origin *o,
                  struct exchange *x)
{
	struct sv network = origin_network(x->arena, o->ip);

	*r = (struct reputation){ 0 };
	add_subject(r, REPUTATION_IP, network.n ? o->ip : SV(""), x);
	add_subject(r, REPUTATION_NETWORK, network, x);
	if (o->asn)
		add_subject(r, REPUTATION_ASN,
		            arena_printf(x->arena, "%u", o->asn), x);
	if (origin_is_aligned(o))
		add_subject(r, REPUTATION_DOMAIN, o->from_domain, x);
	add_subject(r, REPUTATION_ACCOUNT, o->account, x);
	if (o->from.n)
		add_subject(r, REPUTATION_IDENTITY,
		            ARENA_JOIN(x->arena, o->from, SV("|"),
		                       origin_site(x->arena, o)),
		            x);
	for (size_t i = 0; i < o->n_dkim; i++)
		add_subject(r, REPUTATION_DKIM, o->dkim_domains[i], x);
	for (size_t i = 0; i < o->n_urls; i++)
		add_subject(r, REPUTATION_URL, o->url_domains[i], x);
}

/* ---- judging ---- */

static double
at_least_0(double value)
{
	return value > 0 ? value : 0; /* what was taken back has decayed */
}

static void
judge_subject(struct reputation_subject *s, const struct store_read *answer)
{
	double prior = kinds[s->kind].prior, all;

	s->spam = at_least_0(answer->sums[SUM_SPAM]);
	s->ham = at_least_0(answer->sums[SUM_HAM]);
	all = s->spam + s->ham;
	s->confidence = all / (all + prior);
	s->signal = (s->spam - s->ham) / (all + prior);
	if (kinds[s->kind].only_bad && s->signal < 0)
		s->signal = s->confidence = 0;
}

/* The one of its kind that says most: of many links one bad one counts. */
static const struct reputation_subject *
strongest(const struct reputation *r, enum reputation_kind kind)
{
	const struct reputation_subject *best = NULL;

	for (size_t i = 0; i < r->n; i++) {
		const struct reputation_subject *s = &r->subjects[i];

		if (s->kind == kind &&
		    (!best || fabs(s->signal) > fabs(best->signal)))
			best = s;
	}
	return best;
}

/* A mean of the kinds by weight and confidence, believed as much as the one
 * that is known best. */
static void
judge_together(struct reputation *r)
{
	double sum = 0, weights = 0;

	for (int k = 0; k < REPUTATION_KINDS; k++) {
		const struct reputation_subject *s =
		    strongest(r, (enum reputation_kind)k);

		if (!s)
			continue;
		sum += kinds[k].weight * s->signal;
		weights += kinds[k].weight * s->confidence;
		if (r->confidence < s->confidence)
			r->confidence = s->confidence;
	}
	if (weights > 0)
		r->signal = sum / weights * r->confidence;
}

void
reputation_judge(struct reputation *r, const struct exchange *x,
                 const struct reputation_caps *caps)
{
	for (size_t i = 0; i < r->n; i++) {
		struct reputation_subject *s = &r->subjects[i];
		const struct store_read *answer = exchange_answer(x, s->place);

		judge_subject(s, answer);
		if (s->kind != REPUTATION_IDENTITY)
			continue;
		r->messages = at_least_0(answer->sums[SUM_MESSAGES]);
		if (r->messages > 1e-6)
			r->mean_score_e4 = llround(answer->sums[SUM_SCORES] /
			                           r->messages * E4_ONE);
	}
	judge_together(r);
	r->points_e4 = llround(
	    r->signal * (double)(r->signal > 0 ? caps->bad_e4 : caps->good_e4));
}

bool
reputation_has(const struct reputation *r, enum reputation_kind kind)
{
	return strongest(r, kind);
}

int64_t
reputation_signal_e4(const struct reputation *r, enum reputation_kind kind)
{
	const struct reputation_subject *s = strongest(r, kind);

	return s ? llround(s->signal * E4_ONE) : 0;
}

int64_t
reputation_history_e4(const struct reputation *r, int64_t score_e4,
                      double factor)
{
	if (r->messages <= 1e-6)
		return 0;
	return llround((double)(r->mean_score_e4 - score_e4) * factor);
}

/* ---- learning ---- */

double
reputation_verdict_weight(int64_t score_e4, int64_t threshold_e4)
{
	double distance = fabs((double)(score_e4 - threshold_e4)),
	       sure = (double)threshold_e4 / 2;

	if (threshold_e4 <= 0 || distance <= sure)
		return 0;
	return VERDICT_WEIGHT * fmin(1, (distance - sure) / sure);
}

void
reputation_learn(const struct reputation *r,
                 const struct reputation_lesson *lesson, struct exchange *x)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct reputation_subject *s = &r->subjects[i];
		bool counts = lesson->is_new && s->kind == REPUTATION_IDENTITY;
		struct store_op *op;

		if ((lesson->weight == 0 && !counts) ||
		    (kinds[s->kind].only_bad && !lesson->is_spam &&
		     s->spam == 0))
			continue; /* the links of all good mail: too many */
		op = exchange_tell(x, STORE_ADD, s->name);
		if (!op)
			return;
		op->half_life_ms = kinds[s->kind].half_life_ms;
		op->amounts[lesson->is_spam ? SUM_SPAM : SUM_HAM] =
		    lesson->weight;
		if (!counts)
			continue;
		op->amounts[SUM_SCORES] = (double)lesson->score_e4 / E4_ONE;
		op->amounts[SUM_MESSAGES] = 1;
	}
}
