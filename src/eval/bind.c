/* SPDX-License-Identifier: Apache-2.0 */
/* From the text of a call to a call: functions by name, arguments by kind. */
#include <math.h>
#include <stdlib.h>

#include "eval/theme.h"

enum { NUMBER_BYTES_MAX = 40, REGEXES_MAX = 40 };

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

const struct regex *
eval_regex_add(struct eval_settings *s, struct sv text)
{
	struct match_pattern p = { .name = "eval" };
	struct diags diags = DIAGS_INIT;
	struct regex *regex;

	p.regex = regex_text(text, &p.flags);
	regex = regex_compile(&p, true, &diags);
	diags_done(&diags);
	if (regex)
		*VEC_ADD(&s->regexes) = regex;
	return regex;
}

static const char *
bind_regex(struct eval_settings *s, struct sv arg, const struct regex **ret)
{
	*ret = eval_regex_add(s, arg);
	return *ret ? NULL : "argument is no regular expression";
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
	call->function = eval_function_find(name, &call->plugin);
	if (!call->function)
		return EVAL_UNKNOWN;
	*ret_why = call->plugin->name;
	if (!eval_is_loaded(s, call->plugin))
		return EVAL_NOT_LOADED;
	*ret_why = read_args(s, args, call);
	if (!*ret_why)
		*ret_why = bind_args(s, call);
	if (!*ret_why && call->plugin->bind)
		*ret_why = call->plugin->bind(s, call);
	if (*ret_why)
		return EVAL_WRONG;
	bind_regexes(s, call);
	return EVAL_BOUND;
}

void
eval_call_set_rule(const struct eval_call *call, const struct eval_rule *rule)
{
	struct eval_call *own = (struct eval_call *)(uintptr_t)call;

	own->rule = *rule;
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
