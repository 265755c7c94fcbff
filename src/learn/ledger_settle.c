/* SPDX-License-Identifier: Apache-2.0 */
/* Reports change their state, and take what they caused with them. */
#include "learn/ledger_private.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "base/e4.h"

/* ---- names and values ---- */

struct sv
ledger_said_name(struct arena *a, uint64_t key, struct sv who)
{
	return arena_printf(a, "said:%016" PRIx64 ":" SV_FMT, key, SV_ARG(who));
}

void
ledger_said(struct round *r, const struct campaign_keys *k, struct sv who,
            struct sv ret_ids[CAMPAIGN_KEYS])
{
	size_t places[CAMPAIGN_KEYS];

	round_next(r);
	for (unsigned i = 0; i < k->n; i++)
		places[i] = exchange_ask_value(
		    &r->x, ledger_said_name(r->arena, k->list[i], who));
	round_get(r);
	for (unsigned i = 0; i < k->n; i++)
		ret_ids[i] = exchange_answer(&r->x, places[i])->value;
}

bool
ledger_receipt(struct round *r, struct sv id, struct receipt *ret)
{
	struct sv value = round_value(r, receipt_name(r->arena, id));

	return value.n && receipt_read(value, r->arena, ret) == 0;
}

bool
ledger_trace(struct round *r, struct sv verdict_id, struct trace *ret)
{
	char name[TRACE_NAME];
	struct sv value =
	    round_value(r, arena_dup(r->arena, trace_name(verdict_id, name)));

	return value.n && trace_read(value, ret) == 0;
}

/* ---- notes ---- */

static void
append_note(struct round *r, struct sv id, const struct change_note *n)
{
	struct store_op *op = exchange_tell(&r->x, STORE_APPEND, SV("change"));
	struct buf text = BUF_INIT(STORE_VALUE_MAX);

	if (!op)
		return;
	change_note_write(n, &text);
	op->id = id;
	op->value = arena_dup(r->arena, buf_sv(&text));
	buf_done(&text);
}

void
ledger_note_campaign(struct round *r, const struct receipt *p,
                     enum recognition_state from, enum recognition_state to)
{
	const struct change_note n = {
		.kind = CHANGE_CAMPAIGN,
		.cause = p->entry.id,
		.ref = p->entry.verdict_id,
		.campaign = sv_str(p->campaign),
		.from = sv_str(recognition_word(from)),
		.to = sv_str(recognition_word(to)),
		.keys = &p->keys,
		.unix_ms = r->now_ms,
	};

	append_note(r, ARENA_JOIN(r->arena, p->entry.id, SV(":campaign")), &n);
}

void
ledger_note_appeal(struct round *r, const struct receipt *p)
{
	const struct change_note n = {
		.kind = CHANGE_APPEAL,
		.cause = p->entry.id,
		.ref = p->entry.verdict_id,
		.campaign = sv_str(p->campaign),
		.unix_ms = r->now_ms,
	};

	append_note(r, ARENA_JOIN(r->arena, p->entry.id, SV(":appeal")), &n);
}

static struct sv
note_id(struct round *r, const struct receipt *p)
{
	return arena_printf(r->arena, SV_FMT ":%lld", SV_ARG(p->entry.id),
	                    (long long)p->changes);
}

static int
total_of(enum receipt_state s)
{
	switch (s) {
	case RECEIPT_APPLIED:
	case RECEIPT_CONFIRMED:
		return 0;
	case RECEIPT_IGNORED:
		return 1;
	case RECEIPT_OVERTURNED:
		return 2;
	case RECEIPT_WITHDRAWN:
		return 3;
	case RECEIPT_ACCEPTED:
	case RECEIPT_STATES:
		break;
	}
	return -1;
}

static void
add_totals(struct round *r, const struct receipt *p, enum receipt_state from)
{
	int minus = total_of(from), plus = total_of(p->state);
	struct store_op *op;

	if (minus == plus)
		return;
	op = exchange_tell(
	    &r->x, STORE_ADD,
	    ARENA_JOIN(r->arena, SV("feedback:"),
	               sv_str(feedback_source_word(p->entry.source))));
	if (!op)
		return;
	if (minus >= 0)
		op->amounts[minus] = -1;
	if (plus >= 0)
		op->amounts[plus] = 1;
}

void
ledger_note(struct round *r, struct receipt *p, enum receipt_state from,
            struct sv cause)
{
	const struct change_note n = {
		.kind = CHANGE_REPORT,
		.report = p->entry.id,
		.cause = cause,
		.ref = p->entry.verdict_id,
		.campaign = sv_str(p->campaign),
		.from = sv_str(receipt_state_word(from)),
		.to = sv_str(receipt_state_word(p->state)),
		.unix_ms = r->now_ms,
	};
	const struct conf_feedback *conf = &r->ledger->conf->feedback;
	struct buf text = BUF_INIT(STORE_VALUE_MAX);
	struct store_op *op;

	p->changes++;
	add_totals(r, p, from);
	append_note(r, note_id(r, p), &n);
	op = exchange_tell(&r->x, STORE_SET,
	                   receipt_name(r->arena, p->entry.id));
	if (op) {
		receipt_write(p, &text);
		op->value = arena_dup(r->arena, buf_sv(&text));
		op->expires_ms = p->entry.unix_ms + conf->keep_ms;
	}
	buf_done(&text);
}

/* ---- one report ---- */

/* What a state says about its reporter. */
static void
tell_trust(struct round *r, const struct receipt *p, enum receipt_state s,
           double sign)
{
	const struct conf_feedback *conf = &r->ledger->conf->feedback;

	if (s == RECEIPT_CONFIRMED)
		trust_learn(p->entry.who, conf, sign, 0, &r->x);
	else if (s == RECEIPT_OVERTURNED)
		trust_learn(p->entry.who, conf, 0, sign, &r->x);
}

static double
left_of_trust(const struct round *r, const struct receipt *p)
{
	int64_t half_ms = r->ledger->conf->feedback.trust_half_life_ms;

	if (half_ms <= 0)
		return 1;
	return exp2(-(double)(r->now_ms - p->settled_ms) / (double)half_ms);
}

/* So that the round knows of them what it is about to change. */
static void
gather(struct round *r, const struct receipt *p)
{
	const struct conf_feedback *conf = &r->ledger->conf->feedback;
	struct effect_places places;
	struct trust trust;

	round_next(r);
	effect_gather(r, p, &places);
	trust_gather(&trust, p->entry.who, conf, &r->x);
	round_get(r);
}

/* One who has withdrawn a report may make another. */
static void
unsay(struct round *r, const struct receipt *p)
{
	for (unsigned i = 0; i < p->keys.n; i++)
		if (p->counted >> i & 1)
			exchange_tell(&r->x, STORE_DROP,
			              ledger_said_name(r->arena,
			                               p->keys.list[i],
			                               p->entry.who));
}

void
ledger_settle(struct round *r, struct receipt *p, enum receipt_state to,
              struct sv cause)
{
	enum receipt_state from = p->state;
	bool was = effect_is_there(from), is = effect_is_there(to);
	struct trace trace;
	bool has_trace = ledger_trace(r, p->entry.verdict_id, &trace);

	if (from == to)
		return;
	gather(r, p);
	if (was != is)
		effect_tell(r, p, has_trace ? &trace : NULL, is ? 1 : -1);
	tell_trust(r, p, from, -left_of_trust(r, p));
	tell_trust(r, p, to, 1);
	if (to == RECEIPT_WITHDRAWN)
		unsay(r, p);
	p->state = to;
	p->settled_ms = r->now_ms;
	snprintf(p->settled_by, sizeof p->settled_by, SV_FMT, SV_ARG(cause));
	ledger_note(r, p, from, cause);
	round_put(r, ARENA_JOIN(r->arena, SV("settled:"), note_id(r, p)));
}

/* ---- all of a campaign ---- */

struct ids {
	VEC(struct sv) list;
	struct arena *arena;
};

static int
collect_id(void *ctx, const struct store_entry *e)
{
	struct ids *ids = ctx;

	*VEC_ADD(&ids->list) = arena_dup(ids->arena, e->id);
	return 0;
}

/* What a report was before anybody settled it. */
static enum receipt_state
unsettled(const struct receipt *p)
{
	return p->why == RECEIPT_COUNTS ? RECEIPT_APPLIED : RECEIPT_IGNORED;
}

/* A review judges reporters by what they said first. */
static bool
is_judged(const struct receipt *p)
{
	return p->state != RECEIPT_ACCEPTED && p->state != RECEIPT_WITHDRAWN &&
	       p->why != RECEIPT_REPEATED && p->why != RECEIPT_REVIEWED &&
	       p->why != RECEIPT_NOT_THEIRS && p->why != RECEIPT_EXPIRED &&
	       (p->entry.kind == FEEDBACK_SPAM ||
	        p->entry.kind == FEEDBACK_HAM);
}

static enum receipt_state
verdict_on(const struct receipt *p, const struct receipt *correction,
           bool is_undone)
{
	if (is_undone)
		return sv_eq(sv_str(p->settled_by), correction->entry.id)
		           ? unsettled(p)
		           : p->state;
	return entry_is_spam(&p->entry) == entry_is_spam(&correction->entry)
	           ? RECEIPT_CONFIRMED
	           : RECEIPT_OVERTURNED;
}

static void
settle_one(struct round *r, struct sv id, const struct receipt *correction,
           bool is_undone)
{
	struct receipt p;

	if (sv_eq(id, correction->entry.id) || !ledger_receipt(r, id, &p) ||
	    !is_judged(&p) || !campaign_is_same(&correction->keys, &p.keys))
		return;
	ledger_settle(r, &p, verdict_on(&p, correction, is_undone),
	              correction->entry.id);
}

/* The log is read once: reviews are rare, and what was reported within the
 * window is not much. */
void
ledger_settle_campaign(struct round *r, const struct receipt *p, bool is_undone)
{
	const struct conf_feedback *conf = &r->ledger->conf->feedback;
	const struct store_entry behind = {
		.unix_ms = r->now_ms - conf->window_ms,
	};
	struct ids ids = { .arena = r->arena };

	if (store_read_log(r->ledger->store, SV("feedback"), &behind, SIZE_MAX,
	                   collect_id, &ids))
		r->is_failing = true;
	for (size_t i = 0; i < ids.list.n; i++)
		settle_one(r, ids.list.list[i], p, is_undone);
	VEC_DONE(&ids.list);
}
