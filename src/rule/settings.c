/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/settings.h"

#include <stdio.h>

#include "base/e4.h"
#include "rule/networks.h"

enum {
	TEMPLATE_BYTES_MAX = 32 * 1024, /* copied for each line */
	TEMPLATE_LINES_MAX = 500,
	LIST_MAX = 200,
};

static const char wrong_value[] = "invalid value";
static const char no_value[] = "the value is missing";
static const char not_alone[] = "must stand alone";

struct reader {
	struct rule_settings *s;
	struct arena *arena;
	struct sv value; /* trimmed; may be empty */
};

void
settings_default(struct rule_settings *ret)
{
	static struct settings_header checker = {
		"Checker-Version",
		"SpamAssassin _VERSION_ (_SUBVERSION_) on _HOSTNAME_",
	};

	*ret = (struct rule_settings){
		.required_e4 = 5 * E4_ONE,
		.headers_ham = { &checker, 1 },
		.headers_spam = { &checker, 1 },
		.report_safe = 1,
		.report_wrap_width = 75,
		.fold_headers = true,
		.report = "",
		.unsafe_report = "",
		.report_contact = "the administrator of that system",
		.report_charset = "UTF-8",
		.report_hostname = "",
		.version_tag = "",
		.rules_version = "",
	};
}

/* ---- values ---- */

static const char *
read_points(const struct reader *r, int64_t *ret_e4)
{
	struct sv text = r->value;

	if (text.n == 0)
		return no_value;
	if (text.p[text.n - 1] == '.')
		text.n--;
	return e4_parse(text, ret_e4) == 0 ? NULL
	                                   : "no number of at most 4 decimals";
}

static const char *
read_bool(const struct reader *r, bool *ret)
{
	if (r->value.n == 0)
		return no_value;
	if (sv_ieq_str(r->value, "yes") || sv_eq_str(r->value, "1"))
		*ret = true;
	else if (sv_ieq_str(r->value, "no") || sv_eq_str(r->value, "0"))
		*ret = false;
	else
		return "expected yes or no, 1 or 0";
	return NULL;
}

static const char *
read_string(const struct reader *r, const char **ret)
{
	if (r->value.n == 0)
		return no_value;
	*ret = arena_str(r->arena, r->value);
	return NULL;
}

static size_t
count_lines(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

/* One more line of a template; quotes around it keep blanks. */
static const char *
add_line(const struct reader *r, const char **template)
{
	struct sv line = r->value;

	if (line.n >= 2 && line.p[0] == '"' && line.p[line.n - 1] == '"' &&
	    sv_find_char(sv_sub(line, 1, line.n - 1), '"') == SV_NOT_FOUND)
		line = sv_sub(line, 1, line.n - 1);
	if (strlen(*template) + line.n > TEMPLATE_BYTES_MAX ||
	    count_lines(*template) >= TEMPLATE_LINES_MAX)
		return "template too long";
	*template =
	    arena_printf(r->arena, "%s" SV_FMT "\n", *template, SV_ARG(line)).p;
	return NULL;
}

static const char *
clear(const struct reader *r, const char **template)
{
	if (r->value.n)
		return not_alone;
	*template = "";
	return NULL;
}

/* ---- added headers ---- */

static void
remove_header(struct settings_headers *h, struct sv name)
{
	size_t n = 0;

	for (size_t i = 0; i < h->n; i++)
		if (!sv_ieq_str(name, h->list[i].name))
			h->list[n++] = h->list[i];
	h->n = n;
}

/* The list is copied, so that a copy of the settings keeps its own. */
static void
add_header(struct arena *a, struct settings_headers *h,
           const struct settings_header *header)
{
	h->list = arena_grow(a, h->list, h->n * sizeof *h->list,
	                     (h->n + 1) * sizeof *h->list);
	remove_header(h, sv_str(header->name));
	h->list[h->n++] = *header;
}

static void
own_list(struct arena *a, struct settings_headers *h)
{
	h->list = arena_grow(a, h->list, h->n * sizeof *h->list,
	                     (h->n + 1) * sizeof *h->list);
}

/* "\t", "\n" and "\\" as in C; other escapes are nothing. */
static const char *
unescape(struct arena *a, struct sv text)
{
	char *out = arena_str(a, text), *p = out;

	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] != '\\') {
			*p++ = text.p[i];
			continue;
		}
		if (++i == text.n) {
			*p++ = '\\';
			break;
		}
		if (text.p[i] == 't')
			*p++ = '\t';
		else if (text.p[i] == 'n')
			*p++ = '\n';
		else if (text.p[i] == '\\')
			*p++ = '\\';
	}
	*p = '\0';
	return out;
}

static bool
is_header_name(struct sv name)
{
	for (size_t i = 0; i < name.n; i++)
		if (!sv_is_alnum(name.p[i]) && name.p[i] != '_' &&
		    name.p[i] != '-')
			return false;
	return name.n > 0;
}

struct header_line { /* "ham|spam|all NAME TEXT" */
	bool ham, spam;
	struct sv name, text;
};

static const char *
read_header_line(const struct reader *r, struct header_line *ret)
{
	struct sv rest = r->value, which = SV_NONE;

	*ret = (struct header_line){ .text = SV_NONE };
	sv_word(&rest, &which);
	ret->ham = sv_eq_str(which, "ham") || sv_eq_str(which, "all");
	ret->spam = sv_eq_str(which, "spam") || sv_eq_str(which, "all");
	if (!ret->ham && !ret->spam)
		return "expected ham, spam or all first";
	if (!sv_word(&rest, &ret->name) || !is_header_name(ret->name))
		return "invalid name of a header";
	ret->text = sv_trim(rest);
	return NULL;
}

static const char *
set_add_header(const struct reader *r)
{
	struct rule_settings *s = r->s;
	struct settings_header header;
	struct header_line line;
	const char *wrong = read_header_line(r, &line);
	struct sv text = line.text;

	if (wrong)
		return wrong;
	if (s->headers_ham.n >= LIST_MAX || s->headers_spam.n >= LIST_MAX)
		return "too many headers";
	if (text.n >= 2 && text.p[0] == '"' && text.p[text.n - 1] == '"')
		text = sv_sub(text, 1, text.n - 1);
	header.name = arena_str(r->arena, line.name);
	header.text = unescape(r->arena, text);
	if (line.ham)
		add_header(r->arena, &s->headers_ham, &header);
	if (line.spam)
		add_header(r->arena, &s->headers_spam, &header);
	return NULL;
}

/* Checker-Version stays: it says who changed the mail. */
static const char *
set_remove_header(const struct reader *r)
{
	struct header_line line;
	const char *wrong = read_header_line(r, &line);

	if (wrong)
		return wrong;
	if (line.text.n)
		return wrong_value;
	if (sv_eq_str(line.name, "Checker-Version"))
		return NULL;
	own_list(r->arena, &r->s->headers_ham);
	own_list(r->arena, &r->s->headers_spam);
	if (line.ham)
		remove_header(&r->s->headers_ham, line.name);
	if (line.spam)
		remove_header(&r->s->headers_spam, line.name);
	return NULL;
}

static const char *
set_clear_headers(const struct reader *r)
{
	const struct settings_headers old = r->s->headers_ham;
	struct settings_headers *ham = &r->s->headers_ham,
				*spam = &r->s->headers_spam;

	if (r->value.n)
		return not_alone;
	*ham = *spam = (struct settings_headers){ NULL, 0 };
	for (size_t i = 0; i < old.n && !ham->n; i++)
		if (sv_ieq_str(SV("checker-version"), old.list[i].name)) {
			add_header(r->arena, ham, &old.list[i]);
			add_header(r->arena, spam, &old.list[i]);
		}
	return NULL;
}

static const char *
set_rewrite_header(const struct reader *r)
{
	struct rule_settings *s = r->s;
	struct sv rest = r->value, name;
	const char **tag;
	char *text;

	if (!sv_word(&rest, &name))
		return no_value;
	rest = sv_trim(rest);
	if (sv_ieq_str(name, "subject"))
		tag = &s->rewrite_subject;
	else if (sv_ieq_str(name, "from"))
		tag = &s->rewrite_from;
	else if (sv_ieq_str(name, "to"))
		tag = &s->rewrite_to;
	else
		return "only Subject, From and To can be rewritten";
	*tag = NULL;
	if (rest.n == 0)
		return NULL;
	text = arena_str(r->arena, rest);
	if (tag != &s->rewrite_subject) /* it will be a comment */
		for (char *p = text; *p; p++)
			*p = (char)(*p == '(' ? '[' : *p == ')' ? ']' : *p);
	*tag = text;
	return NULL;
}

/* ---- the rest ---- */

static const char *
set_required_score(const struct reader *r)
{
	const char *wrong = read_points(r, &r->s->required_e4);

	r->s->has_required |= !wrong;
	return wrong;
}

static const char *
set_report_safe(const struct reader *r)
{
	static const struct settings_header report = { "Report", "_REPORT_" };
	struct settings_headers *spam = &r->s->headers_spam;

	if (r->value.n == 0)
		return no_value;
	if (r->value.n > 1 || r->value.p[0] < '0' || r->value.p[0] > '2')
		return "expected 0, 1 or 2";
	r->s->report_safe = (unsigned)(r->value.p[0] - '0');
	for (size_t i = 0; i < spam->n; i++)
		if (sv_ieq_str(SV("report"), spam->list[i].name))
			return NULL;
	if (r->s->report_safe == 0)
		add_header(r->arena, spam, &report);
	return NULL;
}

static const char *
set_report_wrap_width(const struct reader *r)
{
	int64_t width_e4;
	const char *wrong = read_points(r, &width_e4);

	if (wrong)
		return wrong;
	if (width_e4 < 0)
		return wrong_value;
	r->s->report_wrap_width = (unsigned)(width_e4 / E4_ONE);
	return NULL;
}

static const char *
set_fold_headers(const struct reader *r)
{
	return read_bool(r, &r->s->fold_headers);
}

static const char *
set_report(const struct reader *r)
{
	return add_line(r, &r->s->report);
}

static const char *
set_unsafe_report(const struct reader *r)
{
	return add_line(r, &r->s->unsafe_report);
}

static const char *
set_clear_report(const struct reader *r)
{
	return clear(r, &r->s->report);
}

static const char *
set_clear_unsafe_report(const struct reader *r)
{
	return clear(r, &r->s->unsafe_report);
}

static const char *
set_report_contact(const struct reader *r)
{
	return read_string(r, &r->s->report_contact);
}

static const char *
set_report_hostname(const struct reader *r)
{
	return read_string(r, &r->s->report_hostname);
}

static const char *
set_report_charset(const struct reader *r)
{
	return read_string(r, &r->s->report_charset);
}

static const char *
set_copy_headers(const struct reader *r)
{
	struct settings_names *h = &r->s->copy_headers;
	struct sv rest = r->value, name;

	if (rest.n == 0)
		return no_value;
	while (sv_word(&rest, &name)) {
		if (h->n >= LIST_MAX)
			return "too many headers";
		h->list = arena_grow(r->arena, h->list, h->n * sizeof *h->list,
		                     (h->n + 1) * sizeof *h->list);
		h->list[h->n++] = arena_str(r->arena, name);
	}
	return NULL;
}

static const char *
set_version_tag(const struct reader *r)
{
	const char *old = r->s->version_tag;
	char *tag;

	if (r->value.n == 0)
		return no_value;
	tag = arena_str(r->arena, r->value);
	for (char *p = tag; *p; p++) {
		*p = sv_lower_char(*p);
		if (!sv_is_alnum(*p) && *p != '.')
			*p = '_';
	}
	r->s->version_tag =
	    arena_printf(r->arena, "%s%s%s", old, *old ? "-" : "", tag).p;
	return NULL;
}

static const struct setting {
	const char *key;
	const char *(*read)(const struct reader *r);
} settings[] = {
	{ "required_score", set_required_score },
	{ "required_hits", set_required_score },
	{ "report_safe", set_report_safe },
	{ "report_wrap_width", set_report_wrap_width },
	{ "fold_headers", set_fold_headers },
	{ "report", set_report },
	{ "clear_report_template", set_clear_report },
	{ "unsafe_report", set_unsafe_report },
	{ "clear_unsafe_report_template", set_clear_unsafe_report },
	{ "report_contact", set_report_contact },
	{ "report_hostname", set_report_hostname },
	{ "report_charset", set_report_charset },
	{ "report_safe_copy_headers", set_copy_headers },
	{ "rewrite_header", set_rewrite_header },
	{ "add_header", set_add_header },
	{ "remove_header", set_remove_header },
	{ "clear_headers", set_clear_headers },
	{ "version_tag", set_version_tag },
};

static const struct setting *
find_setting(struct sv key)
{
	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
		if (sv_eq_str(key, settings[i].key))
			return &settings[i];
	return NULL;
}

bool
settings_has(struct sv key)
{
	return find_setting(key) || networks_has(key);
}

bool
settings_is_personal(struct sv key)
{
	const struct setting *setting = find_setting(key);

	return setting && setting->read != set_version_tag;
}

const char *
settings_read(struct rule_settings *s, struct arena *a, struct sv key,
              struct sv value)
{
	const struct setting *setting = find_setting(key);
	const struct reader r = { s, a, sv_trim(value) };

	if (setting)
		return setting->read(&r);
	return networks_has(key) ? networks_read(&s->networks, a, key, r.value)
	                         : "unknown setting";
}
