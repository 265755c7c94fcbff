/* SPDX-License-Identifier: Apache-2.0 */
/* The table of plugins: which there are, which are loaded, and what of them
 * is found by its name. */
#include "eval/theme.h"

static const struct eval_plugin *const plugins[] = {
	&eval_plugin_header,       &eval_plugin_spoof,
	&eval_plugin_virus,        &eval_plugin_pdf,
	&eval_plugin_ole,          &eval_plugin_html,
	&eval_plugin_https,        &eval_plugin_uri,
	&eval_plugin_images,       &eval_plugin_listed,
	&eval_plugin_freemail,     &eval_plugin_bounce,
	&eval_plugin_body,         &eval_plugin_subject,
	&eval_plugin_mime,         &eval_plugin_relay,
	&eval_plugin_dnseval,      &eval_plugin_uridnsbl,
	&eval_plugin_spf,          &eval_plugin_dkim,
	&eval_plugin_dmarc,        &eval_plugin_hashbl,
	&eval_plugin_askdns,       &eval_plugin_asn,
	&eval_plugin_short_urls,   &eval_plugin_bayes,
	&eval_plugin_awl,          &eval_plugin_txrep,
	&eval_plugin_textcat,      &eval_plugin_pyzor,
	&eval_plugin_razor2,       &eval_plugin_dcc,
	&eval_plugin_accessdb,     &eval_plugin_phishing,
	&eval_plugin_shortcircuit, &eval_plugin_check,
	&eval_plugin_mime_header,  &eval_plugin_replace_tags,
	&eval_plugin_uri_detail,   &eval_plugin_test,
	&eval_plugin_spamcop,      &eval_plugin_autolearn,
	&eval_plugin_authres,      &eval_plugin_signals,
	&eval_plugin_campaigns,
};

enum { N_PLUGINS = sizeof plugins / sizeof *plugins };

void
plugins_init(struct eval_settings *s)
{
	s->is_loaded = ARENA_ARRAY(s->arena, bool, N_PLUGINS);
	for (size_t i = 0; i < N_PLUGINS; i++)
		s->is_loaded[i] = plugins[i]->is_default;
}

/* "FreeMail" of "Mail::SpamAssassin::Plugin::FreeMail..."; *ret_rest is what
 * stands behind it. N_PLUGINS: there is none. */
static size_t
find_plugin(struct sv name, struct sv *ret_rest)
{
	const struct sv prefix = SV("Mail::SpamAssassin::Plugin::");
	size_t end;

	if (!sv_starts(name, prefix))
		return N_PLUGINS;
	name = sv_from(name, prefix.n);
	end = sv_find(name, SV("::"));
	*ret_rest = end == SV_NOT_FOUND ? SV_NONE : sv_from(name, end + 2);
	name = sv_sub(name, 0, end);
	if (sv_eq_str(name, "WhiteListSubject")) /* before 4.0 */
		name = SV("WelcomeListSubject");
	if (sv_eq_str(name, "Dmarc"))
		name = SV("DMARC");
	for (size_t i = 0; i < N_PLUGINS; i++)
		if (sv_eq_str(name, plugins[i]->name))
			return i;
	return N_PLUGINS;
}

bool
eval_plugin_load(struct eval_settings *s, struct sv name)
{
	struct sv rest;
	size_t i = find_plugin(name, &rest);

	if (i == N_PLUGINS || rest.n)
		return false;
	s->is_loaded[i] = true;
	return true;
}

void
eval_plugins_unload(struct eval_settings *s)
{
	for (size_t i = 0; i < N_PLUGINS; i++)
		s->is_loaded[i] = plugins[i]->is_own;
}

bool
eval_plugin_is_loaded(const struct eval_settings *s, struct sv name)
{
	struct sv rest;
	size_t i = find_plugin(name, &rest);

	return i < N_PLUGINS && rest.n == 0 && s->is_loaded[i];
}

bool
eval_is_loaded(const struct eval_settings *s, const struct eval_plugin *p)
{
	for (size_t i = 0; i < N_PLUGINS; i++)
		if (plugins[i] == p)
			return s->is_loaded[i];
	return false;
}

bool
eval_can_feature(const struct eval_settings *s, struct sv name)
{
	struct sv feature;
	size_t i = find_plugin(name, &feature);
	const char *const *list;

	if (i == N_PLUGINS || !s->is_loaded[i] || !plugins[i]->features)
		return false;
	for (list = plugins[i]->features; *list; list++)
		if (sv_eq_str(feature, *list))
			return true;
	return false;
}

bool
eval_has_feature(const struct eval_settings *s, struct sv name)
{
	struct sv feature;
	size_t i = find_plugin(name, &feature);
	const struct eval_function *f;
	const char *const *list;

	if (i == N_PLUGINS || !s->is_loaded[i])
		return false;
	for (f = plugins[i]->functions; f->name; f++)
		if (sv_eq_str(feature, f->name))
			return true;
	for (list = plugins[i]->features; list && *list; list++)
		if (sv_eq_str(feature, *list + (**list == '!')))
			return true;
	return false;
}

static const struct eval_directive *
find_directive(struct sv key)
{
	for (size_t i = 0; i < N_PLUGINS; i++)
		for (const struct eval_directive *d = plugins[i]->directives;
		     d && d->word; d++)
			if (d->which & DIRECTIVE_PREFIX
			        ? sv_starts(key, sv_str(d->word))
			        : sv_eq_str(key, d->word))
				return d;
	return NULL;
}

bool
eval_setting_is(struct sv key)
{
	return find_directive(key) != NULL;
}

bool
eval_setting_is_personal(struct sv key)
{
	const struct eval_directive *d = find_directive(key);

	return d && d->is_personal;
}

bool
eval_setting_takes_file(struct sv key)
{
	const struct eval_directive *d = find_directive(key);

	return d && d->which & DIRECTIVE_FILE;
}

const char *const *
eval_setting_words(struct arena *a)
{
	const char **words;
	size_t n = 0;

	for (size_t i = 0; i < N_PLUGINS; i++)
		for (const struct eval_directive *d = plugins[i]->directives;
		     d && d->word; d++)
			n++;
	words = ARENA_ARRAY(a, const char *, n + 1);
	n = 0;
	for (size_t i = 0; i < N_PLUGINS; i++)
		for (const struct eval_directive *d = plugins[i]->directives;
		     d && d->word; d++)
			words[n++] = d->word;
	return words;
}

const char *
eval_setting_read(struct eval_settings *s, struct sv key, struct sv value)
{
	const struct eval_directive *d = find_directive(key);

	if (d->which & DIRECTIVE_PREFIX)
		value = ARENA_JOIN(s->arena, sv_from(key, strlen(d->word)),
		                   SV(" "), value);
	return d->read(s, d->which & ~(DIRECTIVE_FILE | DIRECTIVE_PREFIX),
	               value);
}

const struct eval_function *
eval_function_find(struct sv name, const struct eval_plugin **ret_plugin)
{
	for (size_t i = 0; i < N_PLUGINS; i++)
		for (const struct eval_function *f = plugins[i]->functions;
		     f->name; f++)
			if (sv_eq_str(name, f->name)) {
				*ret_plugin = plugins[i];
				return f;
			}
	return NULL;
}

size_t
eval_remarks(struct eval_job *job, const struct eval_remark **ret)
{
	for (size_t i = 0; i < N_PLUGINS; i++)
		if (plugins[i]->remark && job->settings->is_loaded[i])
			plugins[i]->remark(job);
	*ret = job->remarks;
	return job->n_remarks;
}
