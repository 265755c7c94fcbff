/* SPDX-License-Identifier: Apache-2.0 */
/* The plugin Phishing: links that feeds of phishing sites name. */
#include <stdlib.h>

#include "eval/theme.h"
#include "message/url.h"

enum { SCORE_COLUMN = 1, SCORE_PRESET = 6, SLASHES_MIN = 4 };

static const struct feed {
	const char *name;
	bool has_title; /* the first line names the columns */
	int column;     /* of the URL; -1: it is all of the line */
	bool has_score;
} feeds[] = {
	{ "OpenPhish", false, -1, false },
	{ "PhishTank", true, 1, false },
	{ "PhishStats", true, 2, true },
};

/* ---- settings ---- */

static const char *
read_feed(struct eval_settings *s, int which, struct sv text)
{
	s->phishing.texts[which] = text;
	return NULL;
}

static const char *
read_score(struct eval_settings *s, int which, struct sv value)
{
	char text[20];

	(void)which;
	if (value.n == 0 || value.n >= sizeof text)
		return "expected a number";
	memcpy(text, value.p, value.n);
	text[value.n] = '\0';
	s->phishing.score_min = strtod(text, NULL);
	return NULL;
}

static const char *
read_noparam(struct eval_settings *s, int which, struct sv value)
{
	(void)which;
	s->phishing.without_params = sv_eq_str(value, "1");
	return NULL;
}

void
phishing_init(struct eval_settings *s)
{
	s->phishing.urls = map_new();
	s->phishing.score_min = SCORE_PRESET;
}

void
phishing_done(struct eval_settings *s)
{
	map_free(s->phishing.urls);
}

/* ---- feeds ---- */

static struct sv
without_params(const struct phishing_settings *p, struct sv url)
{
	return p->without_params ? sv_sub(url, 0, sv_find_char(url, '?')) : url;
}

/* Without the quotes, wherever they are. */
static struct sv
column_of(struct arena *a, struct sv line, int column)
{
	struct sv item = SV("");
	char *p, *out;

	for (int i = 0; i <= column; i++)
		if (!sv_split(&line, ',', &item))
			return SV("");
	p = out = arena_str(a, item);
	for (size_t i = 0; i < item.n; i++)
		if (item.p[i] != '"')
			*out++ = item.p[i];
	*out = '\0';
	return sv_make(p, (size_t)(out - p));
}

/* The host of an http URL; "" when it has none. */
static struct sv
host_of(struct sv url)
{
	size_t scheme = sv_find(url, SV("://")), end = 0;

	if (scheme == SV_NOT_FOUND)
		return SV("");
	url = sv_from(url, scheme + 3);
	while (end < url.n && !strchr("/?#:", url.p[end]))
		end++;
	return sv_sub(url, 0, end);
}

static void
add_line(struct eval_settings *s, const struct feed *f, struct sv line)
{
	struct phishing_settings *p = &s->phishing;
	struct sv url = line, key;

	if (sv_starts(sv_trim(line), SV("#")))
		return;
	if (f->column >= 0)
		url = column_of(s->arena, line, f->column);
	if (f->has_score && strtod(column_of(s->arena, line, SCORE_COLUMN).p,
	                           NULL) <= p->score_min)
		return;
	if (host_of(url).n == 0)
		return;
	key = arena_dup(s->arena, without_params(p, url));
	if (!map_get(p->urls, key))
		map_set(p->urls, key, (void *)(uintptr_t)f);
}

void
phishing_finish(struct eval_settings *s)
{
	for (size_t i = 0; i < sizeof feeds / sizeof *feeds; i++) {
		struct sv rest = s->phishing.texts[i], line;

		if (feeds[i].has_title)
			sv_line(&rest, &line);
		while (sv_line(&rest, &line))
			add_line(s, &feeds[i], line);
		s->phishing.texts[i] = SV_NONE;
	}
}

/* ---- messages ---- */

static const struct feed *
find(const struct phishing_settings *p, struct sv url)
{
	struct sv key = without_params(p, url);

	/* "https://example.org/go?to=..." says nothing without its end */
	if (p->without_params && sv_count(key, '/') < SLASHES_MIN)
		return NULL;
	return map_get(p->urls, key);
}

/* check_phishing */
static bool
is_phishing(struct eval_job *job, const struct eval_call *call)
{
	const struct message *m = job->message;

	(void)call;
	for (size_t i = 0; i < m->n_uris; i++) {
		const struct message_uri *u = &m->uris[i];

		if (!(u->types & (URI_A | URI_PARSED)) || u->n_hosts == 0 ||
		    sv_istarts(u->uri, SV("mailto:")))
			continue;
		for (size_t k = 0; k < u->n_cleaned; k++) {
			const struct feed *f =
			    find(&job->settings->phishing, u->cleaned[k]);

			if (!f)
				continue;
			job->note =
			    arena_printf(job->arena, "%s (" SV_FMT ")", f->name,
			                 SV_ARG(u->hosts[0].domain));
			return true;
		}
	}
	return false;
}

static const struct eval_function functions[] = {
	{ "check_phishing", "", is_phishing, NULL },
	{ NULL, NULL, NULL, NULL },
};

static const struct eval_directive directives[] = {
	{ "phishing_openphish_feed", read_feed, 0 | DIRECTIVE_FILE, false },
	{ "phishing_phishtank_feed", read_feed, 1 | DIRECTIVE_FILE, false },
	{ "phishing_phishstats_feed", read_feed, 2 | DIRECTIVE_FILE, false },
	{ "phishing_phishstats_minscore", read_score, 0, false },
	{ "phishing_uri_noparam", read_noparam, 0, false },
	{ NULL, NULL, 0, false },
};

const struct eval_plugin eval_plugin_phishing = {
	.name = "Phishing",
	.is_default = false,
	.functions = functions,
	.directives = directives,
};
