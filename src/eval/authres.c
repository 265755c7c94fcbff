/* SPDX-License-Identifier: Apache-2.0 */
/* The plugin AuthRes: what servers we trust have found out of SPF, DKIM and
 * the like. */
#include "eval/authres_field.h"
#include "eval/theme.h"

enum { FIELDS_MAX = 100 };

/* ---- settings ---- */

static const char *
read_networks(struct eval_settings *s, int which, struct sv value)
{
	static const char *const words[] = {
		[AUTHRES_INTERNAL] = "internal",
		[AUTHRES_TRUSTED] = "trusted",
		[AUTHRES_ALL] = "all",
	};

	(void)which;
	for (int i = 0; i <= AUTHRES_ALL; i++)
		if (sv_ieq_str(value, words[i])) {
			s->authres.networks = i;
			return NULL;
		}
	return "expected internal, trusted or all";
}

enum { TRUSTED, IGNORED };

static const char *
read_authserv(struct eval_settings *s, int which, struct sv value)
{
	struct map *list =
	    which == TRUSTED ? s->authres.trusted : s->authres.ignored;
	struct sv word;

	while (sv_word(&value, &word)) {
		char *name = arena_str(s->arena, word);

		for (char *p = name; *p; p++)
			*p = sv_lower_char(*p);
		map_set(list, sv_str(name), s);
	}
	return NULL;
}

void
authres_init(struct eval_settings *s)
{
	s->authres.trusted = map_new();
	s->authres.ignored = map_new();
}

void
authres_done(struct eval_settings *s)
{
	map_free(s->authres.trusted);
	map_free(s->authres.ignored);
}

/* ---- messages ---- */

struct authres {
	struct sv results[AUTHRES_METHODS]; /* .p NULL: there is none */
	size_t n_fields;
};

static const char *
read_field(struct eval_job *job, struct sv text, bool is_arc,
           struct authres_field *field)
{
	const struct authres_settings *settings = &job->settings->authres;
	const char *wrong = authres_read_authserv(text, is_arc, field);
	struct sv server = eval_lower(job, field->authserv);

	if (wrong)
		return wrong;
	if (map_count(settings->trusted) && !map_get(settings->trusted, server))
		return "authserv not trusted";
	if (map_get(settings->ignored, server))
		return "ignored authserv";
	return authres_read(text, is_arc, field);
}

static void
add_field(struct eval_job *job, struct authres *a, struct sv name,
          struct sv text)
{
	struct authres_field field;
	const char *wrong;

	eval_remark(job, "authres", "parsing " SV_FMT ": " SV_FMT, SV_ARG(name),
	            SV_ARG(text));
	wrong = read_field(job, text, sv_istarts(name, SV("ARC-")), &field);
	if (wrong) {
		struct sv server = eval_lower(job, field.authserv);

		eval_remark(job, "authres", "skipping header, %s: " SV_FMT,
		            wrong, SV_ARG(server));
		return;
	}
	for (size_t i = 0; i < field.n; i++) {
		struct sv *known = &a->results[field.results[i].method];

		if (!known->p || sv_eq_str(field.results[i].value, "pass"))
			*known = field.results[i].value;
	}
}

static void
remark_results(struct eval_job *job, const struct authres *a)
{
	struct sv all = SV("");

	for (size_t i = 0; i < AUTHRES_METHODS; i++)
		if (a->results[i].p)
			all = arena_printf(job->arena, SV_FMT " %s=" SV_FMT,
			                   SV_ARG(all), authres_method(i),
			                   SV_ARG(a->results[i]));
	if (a->n_fields == 0)
		eval_remark(job, "authres",
		            "no Authentication-Results headers found");
	else if (all.n)
		eval_remark(job, "authres", "results:" SV_FMT, SV_ARG(all));
	else
		eval_remark(job, "authres", "no results");
}

static const struct authres *
authres_of(struct eval_job *job)
{
	static const char *const selectors[] = {
		[AUTHRES_INTERNAL] = "ALL-INTERNAL",
		[AUTHRES_TRUSTED] = "ALL-TRUSTED",
		[AUTHRES_ALL] = "ALL",
	};
	struct authres *a = job->facts[FACTS_AUTHRES];
	struct sv rest, line, name;

	if (a)
		return a;
	a = job->facts[FACTS_AUTHRES] = ARENA_NEW(job->arena, struct authres);
	rest = eval_header(job, selectors[job->settings->authres.networks]);
	while (sv_split(&rest, '\n', &line) && a->n_fields < FIELDS_MAX) {
		sv_split(&line, ':', &name);
		line = sv_trim(line);
		if ((sv_ieq_str(name, "Authentication-Results") ||
		     sv_ieq_str(name, "ARC-Authentication-Results")) &&
		    line.n) {
			a->n_fields++;
			add_field(job, a, name, line);
		}
	}
	remark_results(job, a);
	return a;
}

static void
remark(struct eval_job *job)
{
	authres_of(job);
}

/* check_authres_result */
static bool
has_result(struct eval_job *job, const struct eval_call *call)
{
	const struct authres *a = authres_of(job);
	struct sv want = eval_lower(job, call->args[1].text), result = SV_NONE;
	size_t method = authres_method_find(call->args[0].text);

	if (method < AUTHRES_METHODS)
		result = a->results[method];
	if (sv_eq_str(want, "missing"))
		return !result.p;
	job->note = result;
	return result.p && sv_eq(want, result);
}

static const struct eval_function functions[] = {
	{ "check_authres_result", "tt", has_result, NULL },
	{ NULL, NULL, NULL, NULL },
};

static const struct eval_directive directives[] = {
	{ "authres_networks", read_networks, 0, false },
	{ "authres_trusted_authserv", read_authserv, TRUSTED, false },
	{ "authres_ignored_authserv", read_authserv, IGNORED, false },
	{ NULL, NULL, 0, false },
};

const struct eval_plugin eval_plugin_authres = {
	.name = "AuthRes",
	.is_default = false,
	.functions = functions,
	.directives = directives,
	.remark = remark,
};
