/* SPDX-License-Identifier: Apache-2.0 */
/* What the store remembers: the plugins AWL and TxRep, and functions of our
 * own. */
#include "learn/signals.h"

#include <math.h>

#include "base/e4.h"
#include "eval/theme.h"

static const struct signals *
signals_of(const struct eval_job *job)
{
	static const struct signals none;
	const struct message_envelope *e = job->mail->envelope;

	return e && e->signals ? e->signals : &none;
}

/* ---- AWL and TxRep: the history of a sender ---- */

void
history_init(struct eval_settings *s)
{
	s->history = (struct history_settings){
		.is_on = { [HISTORY_AWL] = true },
		.factor = { 0.5, 0.5 },
	};
}

static const char *
read_use(struct eval_settings *s, int which, struct sv value)
{
	bool on = sv_eq_str(value, "1") || sv_ieq_str(value, "yes");

	if (!on && !sv_eq_str(value, "0") && !sv_ieq_str(value, "no"))
		return "expected 0 or 1";
	s->history.is_on[which] = on;
	return NULL;
}

static const char *
read_factor(struct eval_settings *s, int which, struct sv value)
{
	int64_t factor_e4;

	if (e4_parse(value, &factor_e4) || factor_e4 < 0 || factor_e4 > E4_ONE)
		return "expected a number from 0 to 1";
	s->history.factor[which] = (double)factor_e4 / E4_ONE;
	return NULL;
}

static bool
has_history(struct eval_job *job, int which)
{
	const struct reputation *r = signals_of(job)->reputation;
	char text[E4_TEXT];

	if (!job->settings->history.is_on[which] || !r || r->messages < 0.5)
		return false;
	job->note =
	    arena_printf(job->arena, "mean %s of %.0f",
	                 e4_text_1(r->mean_score_e4, text), r->messages);
	return true;
}

static bool
check_awl(struct eval_job *job, const struct eval_call *call)
{
	(void)call;
	return has_history(job, HISTORY_AWL);
}

static bool
check_txrep(struct eval_job *job, const struct eval_call *call)
{
	(void)call;
	return has_history(job, HISTORY_TXREP);
}

static int64_t
awl_points_e4(struct eval_job *job, const struct eval_call *call,
              int64_t others_e4)
{
	(void)call;
	return reputation_history_e4(
	    signals_of(job)->reputation, others_e4,
	    job->settings->history.factor[HISTORY_AWL]);
}

static int64_t
txrep_points_e4(struct eval_job *job, const struct eval_call *call,
                int64_t others_e4)
{
	(void)call;
	return reputation_history_e4(
	    signals_of(job)->reputation, others_e4,
	    job->settings->history.factor[HISTORY_TXREP]);
}

static const struct eval_function awl[] = {
	{ "check_from_in_auto_welcomelist", "", check_awl, NULL },
	{ "check_from_in_auto_whitelist", "", check_awl, NULL },
	{ NULL, NULL, NULL, NULL },
};

static const struct eval_directive awl_directives[] = {
	{ "use_auto_welcomelist", read_use, HISTORY_AWL, true },
	{ "use_auto_whitelist", read_use, HISTORY_AWL, true },
	{ "auto_welcomelist_factor", read_factor, HISTORY_AWL, true },
	{ "auto_whitelist_factor", read_factor, HISTORY_AWL, true },
	{ NULL, NULL, 0, false },
};

const struct eval_plugin eval_plugin_awl = {
	.name = "AWL",
	.source = EVAL_SIGNALS,
	.functions = awl,
	.directives = awl_directives,
	.points_e4 = awl_points_e4,
};

static const struct eval_function txrep[] = {
	{ "check_senders_reputation", "", check_txrep, NULL },
	{ NULL, NULL, NULL, NULL },
};

static const struct eval_directive txrep_directives[] = {
	{ "use_txrep", read_use, HISTORY_TXREP, true },
	{ "txrep_factor", read_factor, HISTORY_TXREP, true },
	{ NULL, NULL, 0, false },
};

const struct eval_plugin eval_plugin_txrep = {
	.name = "TxRep",
	.source = EVAL_SIGNALS,
	.functions = txrep,
	.directives = txrep_directives,
	.points_e4 = txrep_points_e4,
};

/* ---- our own ---- */

/* What bind() makes of the first argument. */
struct own {
	enum reputation_kind reputation;
	enum rate_kind rate;
};

/* check_reputation('KIND', 'MIN'[, 'MAX']): of signals from -1 to 1. */
static bool
check_reputation(struct eval_job *job, const struct eval_call *call)
{
	const struct reputation *r = signals_of(job)->reputation;
	const struct own *own = call->own;
	double signal;

	if (!r || !reputation_has(r, own->reputation))
		return false;
	signal = (double)reputation_signal_e4(r, own->reputation) / E4_ONE;
	if (!eval_at_least(call, 1, signal) || !eval_at_most(call, 2, signal))
		return false;
	job->note = arena_printf(job->arena, SV_FMT " %.2f",
	                         SV_ARG(call->args[0].text), signal);
	return true;
}

static bool
check_known_sender(struct eval_job *job, const struct eval_call *call)
{
	const struct known *k = signals_of(job)->known;

	(void)call;
	return k && k->senders;
}

static bool
check_known_reply(struct eval_job *job, const struct eval_call *call)
{
	const struct known *k = signals_of(job)->known;

	(void)call;
	return k && k->is_reply;
}

/* check_rate('KIND'): whether a limit of that kind is exceeded. */
static bool
check_rate(struct eval_job *job, const struct eval_call *call)
{
	const struct signals *s = signals_of(job);
	const struct own *own = call->own;

	for (size_t i = 0; i < s->n_rates; i++) {
		const struct rate *r = &s->rates[i];

		if (!r->is_exceeded ||
		    strcmp(r->limit->kind, rate_kind_word(own->rate)) != 0)
			continue;
		job->note =
		    arena_printf(job->arena, "%s %.0f of %.0f", r->limit->kind,
		                 r->used, r->limit->limit);
		return true;
	}
	return false;
}

static const char *
bind_kind(struct eval_settings *s, struct eval_call *call)
{
	struct own *own = ARENA_NEW(s->arena, struct own);

	call->own = own;
	if (call->function->run == check_reputation) {
		own->reputation = reputation_kind_find(call->args[0].text);
		return own->reputation == REPUTATION_KINDS
		           ? "the first argument is none of ip, network, asn, "
		             "domain, dkim, url, account, identity"
		           : NULL;
	}
	if (call->function->run == check_rate) {
		own->rate = rate_kind_find(call->args[0].text);
		return own->rate == RATE_KINDS
		           ? "the argument is none of sender, account, "
		             "network, user"
		           : NULL;
	}
	return NULL;
}

static const struct eval_function functions[] = {
	{ "check_reputation", "tn?n", check_reputation, NULL },
	{ "check_known_sender", "", check_known_sender, NULL },
	{ "check_known_reply", "", check_known_reply, NULL },
	{ "check_rate", "t", check_rate, NULL },
	{ NULL, NULL, NULL, NULL },
};

const struct eval_plugin eval_plugin_signals = {
	.name = "TamisSignals",
	.is_default = true,
	.is_own = true,
	.source = EVAL_SIGNALS,
	.functions = functions,
	.bind = bind_kind,
};
