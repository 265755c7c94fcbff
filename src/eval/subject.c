/* SPDX-License-Identifier: Apache-2.0 */
/* The plugin WelcomeListSubject: subjects that are always, or never, welcome.
 */
#include "eval/theme.h"

enum { WELCOME, BLOCK };

static const char *
read_subject(struct eval_settings *s, int which, struct sv value)
{
	struct globs *set = eval_own_globs(
	    s, &s->subjects[which], s->site ? s->site->subjects[which] : NULL);

	/* it may stand anywhere in the subject */
	return globs_add(set,
	                 arena_printf(s->arena, "*" SV_FMT "*", SV_ARG(value)))
	           ? NULL
	           : globs_too_many;
}

static bool
has_subject(struct eval_job *job, int which)
{
	struct sv subject = eval_header(job, "Subject");

	return subject.n && globs_has(job->settings->subjects[which],
	                              eval_lower(job, subject));
}

/* check_subject_in_welcomelist */
static bool
in_welcomelist(struct eval_job *job, const struct eval_call *call)
{
	(void)call;
	return has_subject(job, WELCOME);
}

/* check_subject_in_blocklist */
static bool
in_blocklist(struct eval_job *job, const struct eval_call *call)
{
	(void)call;
	return has_subject(job, BLOCK);
}

static const struct eval_function functions[] = {
	{ "check_subject_in_welcomelist", "", in_welcomelist, NULL },
	{ "check_subject_in_whitelist", "", in_welcomelist, NULL },
	{ "check_subject_in_blocklist", "", in_blocklist, NULL },
	{ "check_subject_in_blacklist", "", in_blocklist, NULL },
	{ NULL, NULL, NULL, NULL },
};

static const struct eval_directive directives[] = {
	{ "welcomelist_subject", read_subject, WELCOME, true },
	{ "whitelist_subject", read_subject, WELCOME, true },
	{ "blocklist_subject", read_subject, BLOCK, true },
	{ "blacklist_subject", read_subject, BLOCK, true },
	{ NULL, NULL, 0, false },
};

const struct eval_plugin eval_plugin_subject = {
	.name = "WelcomeListSubject",
	.is_default = true,
	.functions = functions,
	.directives = directives,
};
