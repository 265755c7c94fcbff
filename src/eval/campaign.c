/* SPDX-License-Identifier: Apache-2.0 */
/* How many messages said nearly the same, for rules. */
#include "learn/campaign.h"

#include "eval/theme.h"
#include "learn/signals.h"

static double
age_s(const struct campaign *c)
{
	return (double)c->age_ms / 1000;
}

#define COUNT(name)                                                            \
	static double name(const struct campaign *c)                           \
	{                                                                      \
		return c->name;                                                \
	}

COUNT(volume)
COUNT(senders)
COUNT(targets)
COUNT(networks)
COUNT(sender_targets)

static const struct count {
	const char *word;
	double (*get)(const struct campaign *c);
} counts[] = {
	{ "volume", volume },   { "senders", senders },
	{ "targets", targets }, { "networks", networks },
	{ "age", age_s },       { "sender-targets", sender_targets },
};

enum { COUNTS = sizeof counts / sizeof *counts };

/* check_campaign('WHAT', 'MIN'[, 'MAX']). */
static bool
check_campaign(struct eval_job *job, const struct eval_call *call)
{
	const struct message_envelope *e = job->mail->envelope;
	const struct campaign *c =
	    e && e->signals ? e->signals->campaign : NULL;
	const struct count *const *count = call->own;
	double value;

	if (!c)
		return false;
	value = (*count)->get(c);
	if (value <= 0 || !eval_at_least(call, 1, value) ||
	    !eval_at_most(call, 2, value))
		return false;
	job->note = arena_printf(job->arena, "%s %.0f", (*count)->word, value);
	return true;
}

static const char *
bind_count(struct eval_settings *s, struct eval_call *call)
{
	const struct count **own = ARENA_NEW(s->arena, const struct count *);

	call->own = own;
	for (size_t i = 0; i < COUNTS; i++) {
		*own = &counts[i];
		if (sv_eq_str(call->args[0].text, counts[i].word))
			return NULL;
	}
	return "the first argument is none of volume, senders, targets, "
	       "networks, age, sender-targets";
}

static const struct eval_function functions[] = {
	{ "check_campaign", "tn?n", check_campaign, NULL },
	{ NULL, NULL, NULL, NULL },
};

const struct eval_plugin eval_plugin_campaigns = {
	.name = "TamisCampaigns",
	.is_default = true,
	.is_own = true,
	.source = EVAL_SIGNALS,
	.functions = functions,
	.bind = bind_count,
};
