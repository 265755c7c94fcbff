/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plugins SPF and DMARC: what was found of the host that handed the mail
 * to our servers. Received-SPF fields are not believed; another filter's
 * results are, by name (results.trusted_authserv_ids of tamis.conf(5)).
 */
#include "eval/auth.h"
#include "fact/dmarc.h"
#include "fact/spf.h"

/* ---- SPF ---- */

struct spf_call {
	enum fact fact;
	enum spf_result result;
};

/* The null sender is not checked by its HELO name here: that is a check of its
 * own. */
static bool
is_result(struct eval_job *job, const struct eval_call *call)
{
	const struct spf_call *own = call->own;
	const struct spf_outcome *outcome;

	if (!auth_knows(job, own->fact))
		return false;
	outcome =
	    own->fact == FACT_SPF ? job->outside->spf : job->outside->spf_helo;
	if (!outcome || (own->fact == FACT_SPF && outcome->is_helo))
		return false;
	job->note = outcome->sender;
	return outcome->result == own->result;
}

/* check_spf_skipped_noenvfrom */
static bool
is_without_sender(struct eval_job *job, const struct eval_call *call)
{
	(void)call;
	return auth_knows(job, FACT_SPF) && !job->outside->has_sender;
}

static bool
is_listed(struct eval_job *job, const char *name)
{
	const struct globs *list = map_get(job->settings->lists, sv_str(name));

	return list && globs_has(list, eval_lower(job, job->outside->sender));
}

static bool
is_welcome(struct eval_job *job, const char *list, const char *auth_list)
{
	const struct facts *f = job->outside;

	if (!f || !f->sender.n ||
	    (!is_listed(job, list) && !is_listed(job, auth_list)) ||
	    !auth_knows(job, FACT_SPF))
		return false;
	job->note = f->sender;
	return f->spf && !f->spf->is_helo && f->spf->result == SPF_PASS;
}

/* check_for_spf_welcomelist_from */
static bool
in_welcomelist(struct eval_job *job, const struct eval_call *call)
{
	(void)call;
	return is_welcome(job, "welcomelist_from_spf", "welcomelist_auth");
}

/* check_for_def_spf_welcomelist_from */
static bool
in_default_welcomelist(struct eval_job *job, const struct eval_call *call)
{
	(void)call;
	return is_welcome(job, "def_welcomelist_from_spf",
	                  "def_welcomelist_auth");
}

/* "check_for_spf_helo_softfail": which identity, and which result. */
static const char *
bind_spf(struct eval_settings *s, struct eval_call *call)
{
	struct spf_call *own = ARENA_NEW(s->arena, struct spf_call);
	struct sv word = sv_str(call->function->name);

	if (call->function->run != is_result)
		return NULL;
	word = sv_from(word, strlen("check_for_spf_"));
	own->fact = sv_starts(word, SV("helo_")) ? FACT_SPF_HELO : FACT_SPF;
	if (own->fact == FACT_SPF_HELO)
		word = sv_from(word, strlen("helo_"));
	for (int i = 0; i < SPF_RESULTS; i++)
		if (sv_eq_str(word, spf_result_word((enum spf_result)i)))
			own->result = (enum spf_result)i;
	call->own = own;
	return NULL;
}

static const char *const lists[] = { "welcomelist_from_spf",
	                             "def_welcomelist_from_spf" };

static const char *
read_welcome(struct eval_settings *s, int which, struct sv value)
{
	return globs_add_words(listed_addresses(s, sv_str(lists[which])),
	                       value);
}

static const char *
read_unwelcome(struct eval_settings *s, int which, struct sv value)
{
	struct sv word;

	(void)which;
	while (sv_word(&value, &word))
		for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
			globs_remove(listed_addresses(s, sv_str(lists[i])),
			             word);
	return NULL;
}

static const struct eval_function spf_functions[] = {
	{ "check_for_spf_pass", "", is_result, NULL },
	{ "check_for_spf_neutral", "", is_result, NULL },
	{ "check_for_spf_none", "", is_result, NULL },
	{ "check_for_spf_fail", "", is_result, NULL },
	{ "check_for_spf_softfail", "", is_result, NULL },
	{ "check_for_spf_permerror", "", is_result, NULL },
	{ "check_for_spf_temperror", "", is_result, NULL },
	{ "check_for_spf_helo_pass", "", is_result, NULL },
	{ "check_for_spf_helo_neutral", "", is_result, NULL },
	{ "check_for_spf_helo_none", "", is_result, NULL },
	{ "check_for_spf_helo_fail", "", is_result, NULL },
	{ "check_for_spf_helo_softfail", "", is_result, NULL },
	{ "check_for_spf_helo_permerror", "", is_result, NULL },
	{ "check_for_spf_helo_temperror", "", is_result, NULL },
	{ "check_for_spf_welcomelist_from", "", in_welcomelist, NULL },
	{ "check_for_spf_whitelist_from", "", in_welcomelist, NULL },
	{ "check_for_def_spf_welcomelist_from", "", in_default_welcomelist,
	  NULL },
	{ "check_for_def_spf_whitelist_from", "", in_default_welcomelist,
	  NULL },
	{ "check_spf_skipped_noenvfrom", "", is_without_sender, NULL },
	{ NULL, NULL, NULL, NULL },
};

static const struct eval_directive spf_directives[] = {
	{ "welcomelist_from_spf", read_welcome, 0, true },
	{ "whitelist_from_spf", read_welcome, 0, true },
	{ "def_welcomelist_from_spf", read_welcome, 1, true },
	{ "def_whitelist_from_spf", read_welcome, 1, true },
	{ "unwelcomelist_from_spf", read_unwelcome, 0, true },
	{ "unwhitelist_from_spf", read_unwelcome, 0, true },
	{ NULL, NULL, 0, false },
};

static const char *const spf_features[] = { "has_check_for_spf_errors",
	                                    "has_check_spf_skipped_noenvfrom",
	                                    NULL };

const struct eval_plugin eval_plugin_spf = {
	.name = "SPF",
	.is_default = true,
	.source = EVAL_NETWORK,
	.functions = spf_functions,
	.directives = spf_directives,
	.features = spf_features,
	.bind = bind_spf,
};

/* ---- DMARC ---- */

static const struct dmarc *
known_dmarc(struct eval_job *job)
{
	return auth_knows(job, FACT_DMARC) ? job->outside->dmarc : NULL;
}

/* check_dmarc_pass */
static bool
passes(struct eval_job *job, const struct eval_call *call)
{
	const struct dmarc *d = known_dmarc(job);

	(void)call;
	return d && d->status == DMARC_PASS;
}

/* check_dmarc_missing */
static bool
is_missing(struct eval_job *job, const struct eval_call *call)
{
	const struct dmarc *d = known_dmarc(job);

	(void)call;
	return d && d->status == DMARC_NONE;
}

static bool
fails_with(struct eval_job *job, enum dmarc_policy disposition)
{
	const struct dmarc *d = known_dmarc(job);

	if (!d || d->status != DMARC_FAIL || d->disposition != disposition)
		return false;
	job->note = d->domain;
	return true;
}

static bool
is_rejected(struct eval_job *job, const struct eval_call *call)
{
	(void)call;
	return fails_with(job, DMARC_POLICY_REJECT);
}

static bool
is_quarantined(struct eval_job *job, const struct eval_call *call)
{
	(void)call;
	return fails_with(job, DMARC_POLICY_QUARANTINE);
}

static bool
is_let_pass(struct eval_job *job, const struct eval_call *call)
{
	(void)call;
	return fails_with(job, DMARC_POLICY_NONE);
}

static const struct eval_function dmarc_functions[] = {
	{ "check_dmarc_pass", "", passes, NULL },
	{ "check_dmarc_reject", "", is_rejected, NULL },
	{ "check_dmarc_quarantine", "", is_quarantined, NULL },
	{ "check_dmarc_none", "", is_let_pass, NULL },
	{ "check_dmarc_missing", "", is_missing, NULL },
	{ NULL, NULL, NULL, NULL },
};

const struct eval_plugin eval_plugin_dmarc = {
	.name = "DMARC",
	.is_default = true,
	.source = EVAL_NETWORK,
	.functions = dmarc_functions,
};
