/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/tag_values.h"

#include "eval/auth.h"
#include "eval/tag.h"
#include "eval/uribl.h"

static void
add_value(struct tag_values *v, struct sv value)
{
	value = sv_trim(value);
	for (size_t i = 0; i < v->n; i++)
		if (sv_eq(v->list[i], value))
			return;
	if (value.n && v->n < TAG_VALUES_MAX)
		v->list[v->n++] = value;
}

/* ---- tags of several values ---- */

static bool
uri_host_tag(struct eval_job *job, struct tag_values *v)
{
	const struct uri_hosts *hosts = uri_hosts(job);

	for (size_t i = 0; i < hosts->n; i++)
		add_value(v, hosts->list[i].host);
	return true;
}

static bool
uri_domain_tag(struct eval_job *job, struct tag_values *v)
{
	const struct uri_hosts *hosts = uri_hosts(job);

	for (size_t i = 0; i < hosts->n; i++)
		add_value(v, hosts->list[i].domain);
	return true;
}

/* Of all valid signatures. */
static bool
add_signatures(struct eval_job *job, struct tag_values *v,
               struct sv (*part)(const struct dkim_signature *s))
{
	const struct dkim *dkim = auth_dkim(job);

	if (!dkim)
		return true;
	if (!auth_knows(job, FACT_DKIM))
		return false;
	for (size_t i = 0; i < dkim->n; i++)
		if (auth_is_valid(job, &dkim->signatures[i]))
			add_value(v, part(&dkim->signatures[i]));
	return true;
}

static struct sv
domain_of(const struct dkim_signature *s)
{
	return s->domain;
}

static struct sv
selector_of(const struct dkim_signature *s)
{
	return s->selector;
}

static struct sv
identity_of(const struct dkim_signature *s)
{
	return s->identity;
}

static bool
dkim_domain_tag(struct eval_job *job, struct tag_values *v)
{
	return add_signatures(job, v, domain_of);
}

static bool
dkim_selector_tag(struct eval_job *job, struct tag_values *v)
{
	return add_signatures(job, v, selector_of);
}

static bool
dkim_identity_tag(struct eval_job *job, struct tag_values *v)
{
	return add_signatures(job, v, identity_of);
}

/* False: not known yet. */
static const struct {
	const char *name;
	bool (*add)(struct eval_job *job, struct tag_values *v);
} tags[] = {
	{ "URIHOSTS", uri_host_tag },
	{ "URIDOMAINS", uri_domain_tag },
	{ "DKIMDOMAIN", dkim_domain_tag },
	{ "DKIMSELECTOR", dkim_selector_tag },
	{ "DKIMIDENTITY", dkim_identity_tag },
};

/* What rules captured; false: their texts were not read yet. */
static bool
add_captured(struct eval_job *job, struct tag_values *v)
{
	struct sv value;

	if (!job->captured)
		return false;
	for (size_t i = 0; i < TAG_VALUES_MAX &&
	                   job->captured(job->captured_ctx, v->name, i, &value);
	     i++)
		add_value(v, value);
	return true;
}

static bool
fill(struct eval_job *job, struct tag_values *v)
{
	const struct tag_source source = {
		job->arena,
		job->message,
		job->mail->envelope,
	};
	struct sv lines, line;

	for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
		if (sv_eq_str(v->name, tags[i].name))
			return tags[i].add(job, v);
	if (!tag_of_message(&source, v->name, v->argument, &lines))
		return add_captured(job, v);
	if (sv_eq_str(v->name, "AUTHORDOMAIN"))
		while (sv_word(&lines, &line))
			add_value(v, line);
	else if (sv_split(&lines, '\n', &line)) /* HEADER: the first */
		add_value(v, line);
	return true;
}

const struct tag_values *
tag_values(struct eval_job *job, struct sv name, struct sv argument)
{
	struct tag_values *v = job->facts[FACTS_TAGS];

	for (; v; v = v->next)
		if (sv_eq(v->name, name) && sv_eq(v->argument, argument))
			return v;
	v = ARENA_NEW(job->arena, struct tag_values);
	v->name = name;
	v->argument = argument;
	if (!fill(job, v)) {
		job->is_open = true;
		return NULL;
	}
	v->next = job->facts[FACTS_TAGS];
	job->facts[FACTS_TAGS] = v;
	return v;
}
