/* SPDX-License-Identifier: Apache-2.0 */
/* From the text of a call to a call: functions by name, arguments by kind. */
#include <math.h>
#include <stdlib.h>

#include "eval/theme.h"

enum { NUMBER_BYTES_MAX = 40, REGEXES_MAX = 40 };

static const struct eval_plugin *const plugins[] = {
	&eval_plugin_header,       &eval_plugin_spoof,
	&eval_plugin_virus,        &eval_plugin_pdf,
	&eval_plugin_ole,          &eval_plugin_html,
	&eval_plugin_https,        &eval_plugin_uri,
	&eval_plugin_images,       &eval_plugin_listed,
	&eval_plugin_freemail,     &eval_plugin_bounce,
	&eval_plugin_body,         &eval_plugin_subject,
	&eval_plugin_subject_old,  &eval_plugin_mime,
	&eval_plugin_relay,        &eval_plugin_dnseval,
	&eval_plugin_uridnsbl,     &eval_plugin_spf,
	&eval_plugin_dkim,         &eval_plugin_dmarc,
	&eval_plugin_hashbl,       &eval_plugin_askdns,
	&eval_plugin_asn,          &eval_plugin_short_urls,
	&eval_plugin_bayes,        &eval_plugin_awl,
	&eval_plugin_txrep,        &eval_plugin_textcat,
	&eval_plugin_pyzor,        &eval_plugin_razor2,
	&eval_plugin_dcc,          &eval_plugin_accessdb,
	&eval_plugin_phishing,     &eval_plugin_shortcircuit,
	&eval_plugin_check,        &eval_plugin_mime_header,
	&eval_plugin_replace_tags, &eval_plugin_uri_detail,
};

enum { N_PLUGINS = sizeof plugins / sizeof *plugins };

/* ---- what there is ---- */

/* "FreeMail" of "Mail::SpamAssassin::Plugin::FreeMail..."; *ret_rest is what
 * stands behind it. */
static const struct eval_plugin *
find_plugin(struct sv name, struct sv *ret_rest)
{
	const struct sv prefix = SV("Mail::SpamAssassin::Plugin::");
	size_t end;

	if (!sv_starts(name, prefix))
		return NULL;
	name = sv_from(name, prefix.n);
	end = sv_find(name, SV("::"));
	*ret_rest = end == SV_NOT_FOUND ? SV_NONE : sv_from(name, end + 2);
	name = sv_sub(name, 0, end);
	for (size_t i = 0; i < N_PLUGINS; i++)
		if (sv_eq_str(name, plugins[i]->name))
			return plugins[i];
	return NULL;
}

enum eval_plugin_state
eval_plugin_find(struct sv name)
{
	struct sv rest;
	const struct eval_plugin *p = find_plugin(name, &rest);

	if (!p || rest.n)
		return EVAL_PLUGIN_UNKNOWN;
	return p->is_default ? EVAL_PLUGIN_DEFAULT : EVAL_PLUGIN_OPTIONAL;
}

bool
eval_has_feature(struct sv name)
{
	struct sv feature;
	const struct eval_plugin *p = find_plugin(name, &feature);

	if (!p || !p->is_default)
		return false; /* loaded by nobody */
	for (size_t i = 0; p->features && p->features[i]; i++)
		if (sv_eq_str(feature, p->features[i]))
			return true;
	return false;
}

static const struct eval_directive *
find_directive(struct sv key)
{
	for (size_t i = 0; i < N_PLUGINS; i++)
		for (const struct eval_directive *d = plugins[i]->directives;
		     d && d->word; d++)
			if (sv_eq_str(key, d->word))
				return d;
	return NULL;
}

bool
eval_setting_is(struct sv key)
{
	return find_directive(key) != NULL;
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

	return d->read(s, d->which, value);
}

static const struct eval_function *
find_function(struct sv name, const struct eval_plugin **ret_plugin)
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

/* ---- arguments ---- */

/* As Perl reads a text as a number: what it begins with counts. */
static double
read_number(struct sv text)
{
	char digits[NUMBER_BYTES_MAX + 1];
	size_t n = 0;

	text = sv_trim(text);
	while (n < text.n && n < NUMBER_BYTES_MAX &&
	       (sv_is_digit(text.p[n]) || strchr("+-.eE", text.p[n]))) {
		digits[n] = text.p[n];
		n++;
	}
	digits[n] = '\0';
	if (n == 0 && sv_istarts(text, SV("inf")))
		return INFINITY;
	return strtod(digits, NULL);
}

static bool
is_bare_char(char c)
{
	return sv_is_alnum(c) || c == '.' || c == ':' || c == '-';
}

/* Cuts one argument off, with the comma behind it: in quotes of either kind,
 * without any escapes, or a bare word. */
static bool
cut_arg(struct sv *text, struct sv *ret_arg)
{
	struct sv s = sv_trim(*text);
	size_t n = 0, from = 0;

	if (s.n && (s.p[0] == '\'' || s.p[0] == '"')) {
		from = 1;
		n = sv_find_char(sv_from(s, 1), s.p[0]);
		if (n == SV_NOT_FOUND)
			return false;
	} else {
		while (n < s.n && is_bare_char(s.p[n]))
			n++;
		if (n == 0)
			return false;
	}
	*ret_arg = sv_sub(s, from, from + n);
	s = sv_trim(sv_from(s, n + 2 * from));
	if (s.n && s.p[0] != ',')
		return false;
	*text = sv_from(s, 1);
	return true;
}

/* NULL, or what is wrong. */
static const char *
read_args(struct eval_settings *s, struct sv text, struct eval_call *call)
{
	struct sv arg;

	while (sv_trim(text).n) {
		if (call->n_args == EVAL_ARGS_MAX)
			return "too many arguments";
		if (!cut_arg(&text, &arg))
			return "arguments are numbers, words or texts in "
			       "quotes, with commas between";
		arg = arena_dup(s->arena, arg);
		call->args[call->n_args++] =
		    (struct eval_arg){ arg, read_number(arg) };
	}
	return NULL;
}

/* "/.../i", or the expression alone. */
static struct sv
regex_text(struct sv arg, unsigned *ret_flags)
{
	size_t end = arg.n;

	*ret_flags = 0;
	if (arg.n < 2 || arg.p[0] != '/')
		return arg;
	while (end > 1 && strchr("imsx", arg.p[end - 1]))
		end--;
	if (end < 2 || arg.p[end - 1] != '/')
		return arg;
	for (size_t i = end; i < arg.n; i++)
		*ret_flags |= arg.p[i] == 'i'   ? MATCH_CASELESS
		              : arg.p[i] == 'm' ? MATCH_MULTILINE
		              : arg.p[i] == 's' ? MATCH_DOTALL
		                                : MATCH_EXTENDED;
	return sv_sub(arg, 1, end - 1);
}

static const char *
bind_regex(struct eval_settings *s, struct sv arg, const struct regex **ret)
{
	struct match_pattern p = { .name = "eval" };
	struct diags diags = DIAGS_INIT;
	struct regex *regex;

	p.regex = regex_text(arg, &p.flags);
	regex = regex_compile(&p, true, &diags);
	diags_done(&diags);
	if (!regex)
		return "argument is no regular expression";
	*VEC_ADD(&s->regexes) = regex;
	*ret = regex;
	return NULL;
}

static const char *
bind_arg(struct eval_settings *s, char kind, struct sv arg,
         struct eval_call *call)
{
	if (kind == 'r')
		return bind_regex(s, arg, &call->regex);
	if (kind != 'h' && kind != 'w' && kind != 'a')
		return NULL;
	if (kind == 'w' && sv_find(arg, SV(":raw")) == SV_NOT_FOUND)
		arg = arena_printf(s->arena, SV_FMT ":raw", SV_ARG(arg));
	if (kind == 'a' && sv_find(arg, SV(":addr")) == SV_NOT_FOUND)
		arg = arena_printf(s->arena, SV_FMT ":addr", SV_ARG(arg));
	call->selector = eval_selector_add(s, arg);
	return call->selector ? NULL : "argument is no header";
}

/* How many arguments a function takes. */
static void
count_args(const char *kinds, size_t *ret_min, size_t *ret_max)
{
	const char *optional = strchr(kinds, '?');
	size_t n = strlen(kinds);

	*ret_min = optional ? (size_t)(optional - kinds) : n;
	*ret_max = optional ? n - 1 : n;
	if (n && kinds[n - 1] == '*') {
		*ret_max = EVAL_ARGS_MAX;
		*ret_min -= !optional;
	}
}

static const char *
bind_args(struct eval_settings *s, struct eval_call *call)
{
	const char *kind = call->function->args, *wrong = NULL;
	size_t min, max;

	count_args(kind, &min, &max);
	if (call->n_args < min)
		return "too few arguments";
	if (call->n_args > max)
		return "too many arguments";
	for (size_t i = 0; i < call->n_args && *kind && !wrong; kind++)
		if (*kind != '?')
			wrong = bind_arg(s, *kind, call->args[i++].text, call);
	return wrong;
}

/* Expressions of functions are compiled once for all rules; they compile. */
static const struct regex *
own_regex(struct eval_settings *s, const char *text)
{
	const struct regex *regex = map_get(s->by_regex, sv_str(text));

	if (regex)
		return regex;
	if (bind_regex(s, sv_str(text), &regex))
		mem_die("an expression of eval/ does not compile");
	map_set(s->by_regex, sv_str(text), (void *)(uintptr_t)regex);
	return regex;
}

static void
bind_regexes(struct eval_settings *s, struct eval_call *call)
{
	const char *const *texts = call->function->regexes;
	const struct regex **list;
	size_t n = 0;

	if (!texts)
		return;
	while (texts[n])
		n++;
	list = ARENA_ARRAY(s->arena, const struct regex *, n);
	for (size_t i = 0; i < n; i++)
		list[i] = own_regex(s, texts[i]);
	call->regexes = list;
}

enum eval_bound
eval_bind(struct eval_settings *s, struct sv text, enum view_kind view,
          const struct eval_call **ret, const char **ret_why)
{
	size_t open = sv_find_char(text, '(');
	struct eval_call *call = ARENA_NEW(s->arena, struct eval_call);
	struct sv name = sv_trim(sv_sub(text, 0, open)), args = SV("");

	*ret = call;
	call->view = view;
	if (open != SV_NOT_FOUND) {
		args = sv_trim(sv_from(text, open + 1));
		if (args.n == 0 || args.p[args.n - 1] != ')') {
			*ret_why = "expected a \")\" at the end";
			return EVAL_WRONG;
		}
		args.n--;
	}
	call->function = find_function(name, &call->plugin);
	if (!call->function)
		return EVAL_UNKNOWN;
	*ret_why = read_args(s, args, call);
	if (!*ret_why)
		*ret_why = bind_args(s, call);
	if (*ret_why)
		return EVAL_WRONG;
	bind_regexes(s, call);
	return EVAL_BOUND;
}

enum eval_source
eval_source(const struct eval_call *call)
{
	return call->plugin->source;
}

const char *
eval_plugin_name(const struct eval_call *call)
{
	return call->plugin->name;
}
