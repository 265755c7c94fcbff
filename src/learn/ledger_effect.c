/* SPDX-License-Identifier: Apache-2.0 */
/* What a report that counts adds to counters, and how that is taken back. */
#include "learn/ledger_private.h"

#include <inttypes.h>
#include <math.h>

#include "base/e4.h"

bool
effect_is_there(enum receipt_state s)
{
	return s == RECEIPT_APPLIED || s == RECEIPT_CONFIRMED;
}

/* ---- names ---- */

static struct sv
network_name(struct arena *a, uint64_t key, struct sv network)
{
	return arena_printf(a, "evidence-net:%016" PRIx64 ":" SV_FMT, key,
	                    SV_ARG(network));
}

static struct sv
newcomers_name(struct arena *a, uint64_t key)
{
	return arena_printf(a, "evidence-new:%016" PRIx64, key);
}

/* ---- asking ---- */

void
effect_gather(struct round *r, const struct receipt *p,
              struct effect_places *ret)
{
	int64_t half_ms = r->ledger->conf->feedback.half_life_ms;
	struct exchange *x = &r->x;

	for (unsigned i = 0; i < p->keys.n; i++) {
		uint64_t key = p->keys.list[i];

		ret->evidence[i] = exchange_ask_counter(
		    x, recognition_name(x->arena, key), half_ms);
		ret->network[i] = EXCHANGE_NONE;
		if (p->entry.network.n)
			ret->network[i] = exchange_ask_counter(
			    x, network_name(x->arena, key, p->entry.network),
			    half_ms);
		ret->newcomers[i] = exchange_ask_counter(
		    x, newcomers_name(x->arena, key), half_ms);
	}
}

void
effect_use(const struct round *r, const struct receipt *p,
           const struct effect_places *at, struct effect_use *ret)
{
	bool spam = entry_is_spam(&p->entry);
	int sum = spam ? EVIDENCE_SPAM : EVIDENCE_HAM;
	int count = spam ? EVIDENCE_REPORTERS : EVIDENCE_DEFENDERS;

	*ret = (struct effect_use){ 0 };
	for (unsigned i = 0; i < p->keys.n; i++) {
		const double *network =
		    exchange_answer(&r->x, at->network[i])->sums;
		const double *newcomers =
		    exchange_answer(&r->x, at->newcomers[i])->sums;

		if (!(p->counted >> i & 1))
			continue;
		ret->network = fmax(ret->network, network[sum]);
		ret->newcomers = fmax(ret->newcomers, newcomers[sum]);
		/* After two half-lives one may be counted again. */
		ret->has_reporter |= network[count] > 0.25;
	}
}

/* ---- telling ---- */

/* What is left of 1 that was added at that time. */
static double
left_of_one(int64_t then_ms, int64_t now_ms, int64_t half_life_ms)
{
	if (half_life_ms <= 0 || now_ms <= then_ms)
		return 1;
	return exp2(-(double)(now_ms - then_ms) / (double)half_life_ms);
}

static void
tell_counter(struct round *r, const struct receipt *p, struct sv name, int sign)
{
	int64_t half_ms = r->ledger->conf->feedback.half_life_ms;
	bool spam = entry_is_spam(&p->entry);
	double left = sign * left_of_one(p->applied_ms, r->now_ms, half_ms);
	struct store_op *op = exchange_tell(&r->x, STORE_ADD, name);

	if (!op)
		return;
	op->half_life_ms = half_ms;
	op->amounts[spam ? EVIDENCE_SPAM : EVIDENCE_HAM] =
	    left * (double)p->amount_e4 / E4_ONE;
	op->amounts[spam ? EVIDENCE_REPORTERS : EVIDENCE_DEFENDERS] =
	    left * p->is_counted;
}

static void
tell_evidence(struct round *r, const struct receipt *p, int sign)
{
	struct arena *a = r->arena;

	if (p->amount_e4 == 0 && !p->is_counted)
		return;
	for (unsigned i = 0; i < p->keys.n; i++) {
		uint64_t key = p->keys.list[i];

		if (!(p->counted >> i & 1))
			continue;
		tell_counter(r, p, recognition_name(a, key), sign);
		if (p->entry.network.n)
			tell_counter(
			    r, p, network_name(a, key, p->entry.network), sign);
		if (p->is_newcomer)
			tell_counter(r, p, newcomers_name(a, key), sign);
	}
}

/* The subjects of a trace, as reputation_learn() wants them. */
static void
read_subjects(const struct trace *t, struct reputation *ret)
{
	*ret = (struct reputation){ 0 };
	for (size_t i = 0; i < t->n_subjects; i++) {
		struct sv name = t->subjects[i].name, rest = name, kind;
		struct reputation_subject *s = &ret->subjects[ret->n];

		sv_split(&rest, ':', &kind);
		s->kind = reputation_kind_find(kind);
		s->name = name;
		/* So that it learns of ham, too: see reputation.c. */
		s->spam = 1;
		if (s->kind < REPUTATION_KINDS)
			ret->n++;
	}
}

/* A report is a lesson of its evidence's weight, of 1 at most. */
static void
tell_reputation(struct round *r, const struct receipt *p, const struct trace *t,
                int sign)
{
	const struct reputation_lesson lesson = {
		.is_spam = entry_is_spam(&p->entry),
		.weight = sign * fmin(1, (double)p->amount_e4 / E4_ONE),
	};
	size_t before = r->x.n_ops;
	struct reputation subjects;

	if (!r->ledger->conf->feedback.teach || p->amount_e4 == 0)
		return;
	read_subjects(t, &subjects);
	reputation_learn(&subjects, &lesson, &r->x);
	for (size_t i = before; i < r->x.n_ops; i++) {
		struct store_op *op = &r->x.ops[i];
		double left =
		    left_of_one(p->applied_ms, r->now_ms, op->half_life_ms);

		for (int f = 0; f < STORE_FIELDS; f++)
			op->amounts[f] *= left;
	}
}

void
effect_tell(struct round *r, const struct receipt *p, const struct trace *t,
            int sign)
{
	tell_evidence(r, p, sign);
	if (t)
		tell_reputation(r, p, t, sign);
}
