/* SPDX-License-Identifier: Apache-2.0 */
/* What one report leads to. */
#include "learn/campaign_private.h"
#include "learn/ledger_private.h"

#include <math.h>

#include "base/digest.h"
#include "base/e4.h"

/* Evidence below that is none. */
enum { AMOUNT_MIN_E4 = 10 };

/* A report on its way. */
struct step {
	struct round *round;
	struct receipt receipt;
	struct trace trace;
	bool has_trace;
	int64_t age_ms; /* of the campaign; 0: not known */
};

/* ---- the campaign ---- */

/* A message of too little text is a campaign of its own. */
static void
use_own_key(struct step *s)
{
	char digest[DIGEST_TEXT];
	uint64_t key = 0;

	digest_sha256(s->receipt.entry.verdict_id, digest);
	for (int i = 0; i < 16; i++)
		key = key << 4 | (uint64_t)sv_hex_value(digest[i]);
	s->receipt.keys = (struct campaign_keys){
		.list = { key },
		.n = 1,
		.quorum = 1,
	};
}

static bool
find_campaign(struct step *s)
{
	s->has_trace =
	    ledger_trace(s->round, s->receipt.entry.verdict_id, &s->trace);
	if (!s->has_trace)
		return false;
	s->receipt.keys = s->trace.keys;
	if (s->receipt.keys.n == 0)
		use_own_key(s);
	s->receipt.counted = (1U << s->receipt.keys.n) - 1;
	return true;
}

/* How far the campaign is spread. */
static double
volume(struct step *s)
{
	struct campaign c = { .keys = s->receipt.keys };
	struct exchange *x = &s->round->x;

	exchange_begin(x, s->round->arena, s->round->now_ms);
	campaign_gather_keys(&c, x);
	exchange_get(x, s->round->ledger->store);
	campaign_judge_keys(&c, x);
	memcpy(s->receipt.campaign, c.id, sizeof c.id);
	s->age_ms = c.age_ms;
	return c.volume;
}

/* Signs besides reports: those of the message that was reported, and how many
 * there were of its kind. */
static bool
has_sign(struct step *s)
{
	const struct conf_recognition *conf =
	    &s->round->ledger->conf->recognition;

	return volume(s) >= (double)conf->spread ||
	       s->trace.own_score_e4 >= conf->rule_score_e4;
}

static void
ask_recognition(struct step *s, struct recognition *ret)
{
	const struct conf *conf = s->round->ledger->conf;
	bool sign = has_sign(s);

	round_next(s->round);
	recognition_gather(ret, &s->receipt.keys, conf->feedback.half_life_ms,
	                   &s->round->x);
	round_get(s->round);
	recognition_judge(ret, &conf->recognition, &s->round->x, sign);
}

/* ---- ends ---- */

/* Everything about a report is one batch, whose id says that it was. */
static void
finish(struct step *s)
{
	struct round *r = s->round;
	const struct ledger_options *o = &r->ledger->options;
	struct sv id = s->receipt.entry.id;

	ledger_note(r, &s->receipt, RECEIPT_ACCEPTED, id);
	if (o->tell && !map_get(r->ledger->told, id)) {
		o->tell(o->ctx, &s->receipt, s->has_trace ? &s->trace : NULL);
		map_set(r->ledger->told, id, r->ledger);
	}
	round_put(r, ARENA_JOIN(r->arena, SV("applied:"), id));
	r->applied++;
}

static void
ignore(struct step *s, enum receipt_why why)
{
	s->receipt.state = RECEIPT_IGNORED;
	s->receipt.why = why;
	s->receipt.amount_e4 = 0;
	s->receipt.is_counted = false;
	round_next(s->round);
	finish(s);
}

/* ---- spam and ham ---- */

static void
say(struct step *s)
{
	const struct receipt *p = &s->receipt;
	const struct conf_feedback *conf = &s->round->ledger->conf->feedback;

	for (unsigned i = 0; i < p->keys.n; i++) {
		struct store_op *op;

		if (!(p->counted >> i & 1))
			continue;
		op = exchange_tell(&s->round->x, STORE_SET,
		                   ledger_said_name(s->round->arena,
		                                    p->keys.list[i],
		                                    p->entry.who));
		if (!op)
			return;
		op->value = p->entry.id;
		op->expires_ms = s->round->now_ms + conf->window_ms;
	}
}

/* The report that this reporter has made about the campaign already; "". */
static struct sv
said_before(struct step *s)
{
	struct sv ids[CAMPAIGN_KEYS];
	struct receipt *p = &s->receipt;
	double said[CAMPAIGN_KEYS] = { 0 };
	struct sv last = SV("");

	ledger_said(s->round, &p->keys, p->entry.who, ids);
	for (unsigned i = 0; i < p->keys.n; i++) {
		if (ids[i].n == 0)
			continue;
		p->counted &= ~(1U << i);
		said[i] = 1;
		last = ids[i];
	}
	return p->counted == 0 || campaign_quorum(&p->keys, said) > 0 ? last
	                                                              : SV("");
}

/* Whoever changes their mind takes back what they said. */
static bool
settle_before(struct step *s)
{
	struct sv before = said_before(s);
	struct receipt old;

	if (before.n == 0)
		return true;
	if (!ledger_receipt(s->round, before, &old))
		return true;
	if (entry_is_spam(&old.entry) == entry_is_spam(&s->receipt.entry) &&
	    old.entry.is_correction >= s->receipt.entry.is_correction)
		return false;
	if (old.entry.is_correction)
		ledger_settle_campaign(s->round, &old, true);
	ledger_settle(s->round, &old, RECEIPT_WITHDRAWN, s->receipt.entry.id);
	s->receipt.counted = (1U << s->receipt.keys.n) - 1;
	return true;
}

static int64_t
to_e4(double value)
{
	return value > 0 ? llround(value * E4_ONE) : 0;
}

static int64_t
least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* How much of it counts, by trust and caps; with asked answers. */
static enum receipt_why
weigh(struct step *s, const struct trust *trust,
      const struct effect_places *places)
{
	const struct conf_feedback *conf = &s->round->ledger->conf->feedback;
	struct receipt *p = &s->receipt;
	bool person = p->entry.is_person;
	int64_t weight_e4 =
	    person ? to_e4(trust->weight)
		   : to_e4(trust->weight * (double)conf->automation_weight_e4 /
	                   E4_ONE);
	int64_t cap_e4 = conf->network_cap_e4;
	struct effect_use use;

	effect_use(s->round, p, places, &use);
	p->trust_e4 = to_e4(trust->mean);
	p->is_newcomer = trust->is_newcomer || !person;
	p->amount_e4 = weight_e4;
	if (weight_e4 < AMOUNT_MIN_E4)
		return RECEIPT_NO_TRUST;
	if (cap_e4 < weight_e4)
		cap_e4 = weight_e4;
	if (p->entry.network.n)
		p->amount_e4 = least(p->amount_e4, cap_e4 - to_e4(use.network));
	p->is_counted = person && !use.has_reporter;
	if (p->amount_e4 < AMOUNT_MIN_E4)
		return RECEIPT_NETWORK_CAP;
	if (p->is_newcomer)
		p->amount_e4 = least(p->amount_e4, conf->newcomer_cap_e4 -
		                                       to_e4(use.newcomers));
	return p->amount_e4 < AMOUNT_MIN_E4 ? RECEIPT_NEWCOMER_CAP
	                                    : RECEIPT_COUNTS;
}

static void
weigh_correction(struct receipt *p)
{
	p->trust_e4 = E4_ONE;
	p->amount_e4 = (int64_t)RECOGNITION_REVIEW * E4_ONE;
	p->is_counted = true;
	p->why = RECEIPT_COUNTS;
}

/* What the state will be, once this report counts. */
static enum recognition_state
state_with(const struct recognition *before, const struct receipt *p,
           const struct conf_recognition *conf)
{
	struct recognition after = *before;
	double amount = (double)p->amount_e4 / E4_ONE;

	if (entry_is_spam(&p->entry)) {
		after.spam += amount;
		after.reporters += p->is_counted;
	} else {
		after.ham += amount;
		after.defenders += p->is_counted;
	}
	after.is_reviewed =
	    fabs(after.spam - after.ham) >= RECOGNITION_REVIEWED;
	return recognition_state(&after, conf);
}

static void
note_campaign(struct step *s, enum recognition_state from,
              enum recognition_state to)
{
	const struct ledger *l = s->round->ledger;

	ledger_note_campaign(s->round, &s->receipt, from, to);
	if (l->options.tell_campaign && !map_get(l->told, s->receipt.entry.id))
		l->options.tell_campaign(l->options.ctx, &s->receipt, to,
		                         s->age_ms);
}

static void
weigh_and_finish(struct step *s, const struct recognition *before)
{
	const struct conf *conf = s->round->ledger->conf;
	struct receipt *p = &s->receipt;
	struct effect_places places;
	enum recognition_state to;
	struct trust trust;

	round_next(s->round);
	effect_gather(s->round, p, &places);
	trust_gather(&trust, p->entry.who, &conf->feedback, &s->round->x);
	round_get(s->round);
	trust_judge(&trust, &conf->feedback, &s->round->x);
	p->why = weigh(s, &trust, &places);
	if (p->entry.is_correction)
		weigh_correction(p);
	if (p->amount_e4 < AMOUNT_MIN_E4)
		p->amount_e4 = 0;
	if (p->is_counted)
		p->why = RECEIPT_COUNTS;
	p->state = p->why ? RECEIPT_IGNORED : RECEIPT_APPLIED;
	round_next(s->round);
	say(s);
	if (p->state == RECEIPT_APPLIED) {
		effect_tell(s->round, p, &s->trace, 1);
		to = state_with(before, p, &conf->recognition);
		if (to != before->state)
			note_campaign(s, before->state, to);
	}
	finish(s);
}

static void
apply_opinion(struct step *s)
{
	struct receipt *p = &s->receipt;
	struct recognition before;

	if (!settle_before(s)) {
		ignore(s, RECEIPT_REPEATED);
		return;
	}
	ask_recognition(s, &before);
	if (p->entry.is_correction) {
		ledger_settle_campaign(s->round, p, false);
	} else if (before.is_reviewed) {
		ignore(s, RECEIPT_REVIEWED);
		return;
	}
	weigh_and_finish(s, &before);
}

/* ---- the others ---- */

static void
apply_withdrawal(struct step *s)
{
	struct receipt *p = &s->receipt;
	struct sv ids[CAMPAIGN_KEYS];
	struct receipt old;
	bool found = false;

	ledger_said(s->round, &p->keys, p->entry.who, ids);
	for (unsigned i = 0; i < p->keys.n && !found; i++)
		found = ids[i].n && ledger_receipt(s->round, ids[i], &old) &&
		        old.state != RECEIPT_OVERTURNED &&
		        old.state != RECEIPT_WITHDRAWN;
	if (!found) {
		ignore(s, RECEIPT_NOT_THEIRS);
		return;
	}
	if (old.entry.is_correction)
		ledger_settle_campaign(s->round, &old, true);
	ledger_settle(s->round, &old, RECEIPT_WITHDRAWN, p->entry.id);
	p->state = RECEIPT_APPLIED;
	round_next(s->round);
	finish(s);
}

/* An appeal asks for a review and decides nothing. */
static void
apply_appeal(struct step *s)
{
	s->receipt.state = RECEIPT_APPLIED;
	round_next(s->round);
	ledger_note_appeal(s->round, &s->receipt);
	finish(s);
}

void
ledger_apply(struct round *r, struct sv id)
{
	struct step s = { .round = r };
	struct receipt *p = &s.receipt;

	if (!ledger_receipt(r, id, p) || p->state != RECEIPT_ACCEPTED)
		return;
	p->applied_ms = r->now_ms;
	if (!find_campaign(&s)) {
		ignore(&s, RECEIPT_EXPIRED);
		return;
	}
	if (p->entry.is_correction && p->entry.kind == FEEDBACK_APPEAL)
		p->entry.kind = FEEDBACK_HAM;
	switch (p->entry.kind) {
	case FEEDBACK_SPAM:
	case FEEDBACK_HAM:
		apply_opinion(&s);
		break;
	case FEEDBACK_WITHDRAWN:
		apply_withdrawal(&s);
		break;
	case FEEDBACK_APPEAL:
	case FEEDBACK_KINDS:
		apply_appeal(&s);
		break;
	}
}
