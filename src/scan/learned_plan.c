/* SPDX-License-Identifier: Apache-2.0 */
/* What greylisting and rates change of a plan. */
#include "scan/learned.h"

static void
put_off(struct scan *s, const char *reason, struct sv text)
{
	s->plan = (struct plan){
		.action = PLAN_TEMPFAIL,
		.reason = reason,
		.smtp_code = SV("451 4.7.1"),
		.smtp_text = text,
		.headers = s->plan.headers,
	};
}

static bool
is_taken(const struct plan *p)
{
	return p->action != PLAN_REJECT && p->action != PLAN_DISCARD &&
	       p->action != PLAN_TEMPFAIL;
}

static bool
exceeds_a_rate(const struct learned *l)
{
	bool exceeded = false;

	for (size_t i = 0; i < l->n_rates; i++)
		exceeded |= l->rates[i].is_exceeded;
	return exceeded;
}

/* Not by what this machine alone knows: a site may be known to others. */
static bool
is_greylisted(const struct scan *s)
{
	const struct learned *l = s->learned;
	const struct conf_greylist *conf = &s->snapshot->conf->greylist;

	return l->may_greylist && !l->is_partial &&
	       l->greylist.state < GREYLIST_PASSED && l->known.senders == 0 &&
	       !l->known.is_reply && !verdict_is_spam(s->verdict) &&
	       s->score_e4 >= conf->score_min_e4;
}

void
learned_plan(struct scan *s)
{
	struct learned *l = s->learned;

	if (!l || !is_taken(&s->plan))
		return;
	if (s->snapshot->conf->rate.action == RATE_TEMPFAIL &&
	    exceeds_a_rate(l)) {
		put_off(s, "rate.action",
		        SV("too many messages; try again later"));
		return;
	}
	l->is_greylisted = is_greylisted(s);
	if (l->is_greylisted)
		put_off(s, "greylist.enabled",
		        arena_printf(
			    s->arena, "greylisted; try again in %lld seconds",
			    (long long)(l->greylist.left_ms / 1000) + 1));
}

void
learned_verdict(struct scan *s)
{
	if (s->learned && s->verdict != VERDICT_SUSPECTED &&
	    !verdict_is_spam(s->verdict) &&
	    s->snapshot->conf->rate.action == RATE_SUSPECT &&
	    exceeds_a_rate(s->learned))
		s->verdict = VERDICT_SUSPECTED;
	if (s->learned)
		learned_recognize(s);
}
