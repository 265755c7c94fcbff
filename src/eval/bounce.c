/* SPDX-License-Identifier: Apache-2.0 */
/* The plugin VBounce: a bounce of mail that one's own servers have sent quotes
 * a Received field of theirs. */
#include "eval/theme.h"

static const char *
read_relays(struct eval_settings *s, int which, struct sv value)
{
	struct globs *set = eval_own_globs(
	    s, &s->bounce_relays, s->site ? s->site->bounce_relays : NULL);

	(void)which;
	return globs_add_words(set, value);
}

/* have_any_bounce_relays */
static bool
have_relays(struct eval_job *job, const struct eval_call *call)
{
	(void)call;
	return globs_count(job->settings->bounce_relays) > 0;
}

/* "> Received:" */
static bool
is_received(struct sv line)
{
	while (line.n && (line.p[0] == '>' || line.p[0] == ' '))
		line = sv_from(line, 1);
	return sv_istarts(line, SV("Received:"));
}

/* A word with a dot, between blanks, that is one of the relays. */
static bool
has_relay(struct eval_job *job, struct sv line)
{
	struct sv word;

	while (sv_word(&line, &word))
		if (word.n > 2 &&
		    sv_find_char(sv_sub(word, 1, word.n - 1), '.') !=
		        SV_NOT_FOUND &&
		    globs_has(job->settings->bounce_relays,
		              eval_lower(job, word))) {
			job->note = word;
			return true;
		}
	return false;
}

/* All lines, and the folded ones that belong to them. */
static bool
quotes_relay(struct eval_job *job, struct sv text)
{
	bool in_field = false;
	struct sv line;

	while (sv_line(&text, &line)) {
		if (line.n == 0 || !sv_is_blank(line.p[0]))
			in_field = is_received(line);
		if (in_field && has_relay(job, line))
			return true;
	}
	return false;
}

/* check_welcomelist_bounce_relays */
static bool
bounced_by_relay(struct eval_job *job, const struct eval_call *call)
{
	const struct view *v = &job->message->views[VIEW_BODY];

	if (!have_relays(job, call))
		return false;
	for (size_t i = 0; i < v->n; i++)
		if (is_received(v->elements[i]) &&
		    has_relay(job, v->elements[i]))
			return true;
	return quotes_relay(job, job->message->parts[0].raw);
}

static const struct eval_function functions[] = {
	{ "have_any_bounce_relays", "", have_relays, NULL },
	{ "check_welcomelist_bounce_relays", "", bounced_by_relay, NULL },
	{ "check_whitelist_bounce_relays", "", bounced_by_relay, NULL },
	{ NULL, NULL, NULL, NULL },
};

static const struct eval_directive directives[] = {
	{ "welcomelist_bounce_relays", read_relays, 0, true },
	{ "whitelist_bounce_relays", read_relays, 0, true },
	{ NULL, NULL, 0, false },
};

const struct eval_plugin eval_plugin_bounce = {
	.name = "VBounce",
	.is_default = true,
	.functions = functions,
	.directives = directives,
};
