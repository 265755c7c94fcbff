/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads one source line by line: comments, conditions, and one table that
 * says which function reads which directive.
 */
#include "rule/parse.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/e4.h"
#include "rule/condition.h"
#include "rule/lex.h"
#include "rule/vocabulary.h"

enum { BRANCHES_MAX = 100, INCLUDE_DEPTH_MAX = 10 };

struct branch {
	const char *word;
	int line;
	bool was_skipping; /* before the `if` */
	bool is_true;
	bool in_else;
};

struct directive {
	const char *word;
	void (*read)(struct parser *p, struct sv value);
	bool defines; /* a rule whose name stands first */
	const char *form;
	bool is_personal; /* users may say it of their own mail */
};

static void read_include(struct parser *p, struct sv value);
static void read_require_version(struct parser *p, struct sv value);

static const struct directive directives[] = {
	{ "header", define_header, true, "NAME HEADER =~ /REGEX/", false },
	{ "body", define_body, true, "NAME /REGEX/", false },
	{ "rawbody", define_rawbody, true, "NAME /REGEX/", false },
	{ "uri", define_uri, true, "NAME /REGEX/", false },
	{ "full", define_full, true, "NAME /REGEX/", false },
	{ "skeleton", define_skeleton, true, "NAME /REGEX/", false },
	{ "uri_skeleton", define_uri_skeleton, true, "NAME /REGEX/", false },
	{ "meta", define_meta, true, "NAME EXPRESSION", false },
	{ "mimeheader", define_mimeheader, true, "NAME HEADER =~ /REGEX/",
	  false },
	{ "uri_detail", define_uri_detail, true, "NAME KEY =~ /REGEX/", false },
	{ "askdns", define_askdns, true, "NAME QUERY TYPE", false },
	{ "list", define_list, true,
	  "NAME domain|address|url|text|network FILE", false },
	{ "score", set_score, false, "NAME POINTS", true },
	{ "describe", set_describe, false, "NAME TEXT", false },
	{ "subjprefix", set_subjprefix, false, "NAME TEXT", false },
	{ "tflags", set_tflags, false, "NAME FLAG...", false },
	{ "test", set_test, false, "NAME ok|fail TEXT", false },
	{ "ad_type", set_ad_type, false, "NAME WORD", false },
	{ "category", set_category, false, "NAME WORD", false },
	{ "priority", set_priority, false, "NAME NUMBER", false },
	{ "shortcircuit", set_shortcircuit, false, "NAME on|ham|spam|off",
	  false },
	{ "shortcircuit_ham_score", set_shortcircuit_ham_score, false, "POINTS",
	  false },
	{ "shortcircuit_spam_score", set_shortcircuit_spam_score, false,
	  "POINTS", false },
	{ "reuse", set_reuse, false, "NAME", false },
	{ "loadplugin", set_loadplugin, false, "PLUGIN", false },
	{ "tryplugin", set_tryplugin, false, "PLUGIN", false },
	{ "enable_compat", set_enable_compat, false, "NAME", false },
	{ "include", read_include, false, "FILE", false },
	{ "require_version", read_require_version, false, "VERSION", true },
	{ "replace_tag", set_replace_tag, false, "TAG REGEX", false },
	{ "replace_pre", set_replace_pre, false, "TAG REGEX", false },
	{ "replace_inter", set_replace_inter, false, "TAG REGEX", false },
	{ "replace_post", set_replace_post, false, "TAG REGEX", false },
	{ "replace_start", set_replace_start, false, "TEXT", false },
	{ "replace_end", set_replace_end, false, "TEXT", false },
	{ "replace_rules", set_replace_rules, false, "NAME...", false },
};

enum { N_DIRECTIVES = sizeof directives / sizeof *directives };

/* ---- diagnostics and names ---- */

static void
complain(struct parser *p, enum severity severity, const char *format,
         va_list ap)
{
	struct buf text = BUF_INIT(1024);

	buf_vaddf(&text, format, ap);
	diags_add(p->diags, severity, p->file, p->line, "%s", buf_str(&text));
	buf_done(&text);
}

void
parse_error(struct parser *p, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	complain(p, SEVERITY_ERROR, format, ap);
	va_end(ap);
}

void
parse_warning(struct parser *p, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	complain(p, SEVERITY_WARNING, format, ap);
	va_end(ap);
}

/* What the site says of a rule is where a user begins. Sub-rules have no
 * points: 1 stands for "on". */
static void
take_from_site(const struct parser *p, struct draft *d)
{
	const struct rule *r =
	    rule_set_find(p->drafts->site, sv_str(d->rule.name));

	if (!r)
		return;
	d->rule = *r;
	d->state = DRAFT_DEFINED;
	for (int i = 0; i < SCORE_SETS; i++)
		d->scores_e4[i] =
		    r->is_sub && !r->disabled ? E4_ONE : r->score_e4;
}

static struct draft *
draft_of(struct parser *p, struct sv name)
{
	struct draft *d = map_get(p->drafts->by_name, name);

	if (d)
		return d;
	d = ARENA_NEW(p->drafts->arena, struct draft);
	d->rule.name = arena_str(p->drafts->arena, name);
	d->rule.describe = d->rule.ad_type = d->rule.category = "";
	d->rule.needs = "";
	d->rule.subject_prefix = "";
	d->rule.is_sub = sv_starts(name, SV("__"));
	d->parts_to = PARTS_ALL;
	d->first_file = p->file;
	d->first_line = p->line;
	map_set(p->drafts->by_name, name, d);
	if (p->drafts->site)
		take_from_site(p, d);
	*VEC_ADD(&p->drafts->mentioned) = d;
	return d;
}

struct draft *
parse_name(struct parser *p, struct sv *value)
{
	struct sv name;

	if (!sv_word(value, &name)) {
		parse_error(p, "expected the name of a rule");
		return NULL;
	}
	if (!lex_is_name(name)) {
		parse_error(p,
		            "'" SV_FMT "' is no name of a rule: letters, "
		            "digits and _, at most %d",
		            SV_ARG(sv_sub(name, 0, LEX_NAME_BYTES_MAX)),
		            LEX_NAME_BYTES_MAX);
		return NULL;
	}
	*value = sv_trim(*value);
	return draft_of(p, name);
}

/* ---- conditions ---- */

static void
open_branch(struct parser *p, const char *word, const struct condition *c)
{
	struct branch *b;

	if (p->branches.n == BRANCHES_MAX) {
		parse_error(p, "more than %d conditions in each other",
		            BRANCHES_MAX);
		return;
	}
	b = VEC_ADD(&p->branches);
	b->word = word;
	b->line = p->line;
	b->was_skipping = p->skipping;
	b->is_true = c->is_true;
	if (!p->skipping && !c->is_true && c->missing.n &&
	    !map_set(p->said_once, c->missing, p))
		diags_add(p->diags, SEVERITY_NOTE, p->file, p->line,
		          "skipped up to the end of the condition: tamis has "
		          "no " SV_FMT " (said once for each file)",
		          SV_ARG(c->missing));
	p->skipping = p->skipping || !c->is_true;
}

static struct condition
condition_here(const struct parser *p)
{
	return (struct condition){
		.evals = p->drafts->site ? rule_set_evals(p->drafts->site)
		                         : p->drafts->evals,
		.compat = p->drafts->compat,
	};
}

static void
read_if(struct parser *p, struct sv value)
{
	struct condition c = condition_here(p);
	const char *wrong = condition_read(value, &c);

	if (wrong)
		parse_error(p, "if: %s", wrong);
	open_branch(p, "if", &c);
}

static void
read_ifplugin(struct parser *p, struct sv value)
{
	struct condition c = condition_here(p);
	struct sv name;

	if (!sv_word(&value, &name) || sv_trim(value).n) {
		parse_error(p, "expected: ifplugin PLUGIN");
		name = SV_NONE;
	}
	condition_plugin(name, &c);
	open_branch(p, "ifplugin", &c);
}

static struct branch *
current_branch(struct parser *p, struct sv value, const char *word)
{
	if (value.n)
		parse_error(p, "%s must stand alone", word);
	if (p->branches.n == 0) {
		parse_error(p, "%s without if", word);
		return NULL;
	}
	return &p->branches.list[p->branches.n - 1];
}

/* Tamis' own: the condition counts if none before it was true. */
static void
read_elsif(struct parser *p, struct sv value)
{
	struct condition c = condition_here(p);
	const char *wrong = condition_read(value, &c);
	struct branch *b = current_branch(p, SV_NONE, "elsif");

	if (!b)
		return;
	if (wrong)
		parse_error(p, "elsif: %s", wrong);
	if (b->in_else)
		parse_error(p, "elsif behind the else of the %s in line %d",
		            b->word, b->line);
	p->skipping = b->was_skipping || b->is_true || !c.is_true;
	b->is_true |= c.is_true;
}

static void
read_else(struct parser *p, struct sv value)
{
	struct branch *b = current_branch(p, value, "else");

	if (!b)
		return;
	if (b->in_else)
		parse_error(p, "second else of the %s in line %d", b->word,
		            b->line);
	b->in_else = true;
	p->skipping = b->was_skipping || b->is_true;
}

static void
read_endif(struct parser *p, struct sv value)
{
	struct branch *b = current_branch(p, value, "endif");

	if (!b)
		return;
	p->skipping = b->was_skipping;
	p->branches.n--;
}

static const struct directive conditions[] = {
	{ "if", read_if, false, "CONDITION", true },
	{ "ifplugin", read_ifplugin, false, "PLUGIN", true },
	{ "elsif", read_elsif, false, "CONDITION", true },
	{ "else", read_else, false, "", true },
	{ "endif", read_endif, false, "", true },
};

/* ---- lines ---- */

static const struct directive *
find_directive(const struct directive *list, size_t n, struct sv key)
{
	for (size_t i = 0; i < n; i++)
		if (sv_eq_str(key, list[i].word))
			return &list[i];
	return NULL;
}

static int
compare_words(const void *a, const void *b)
{
	return strcmp(a, *(const char *const *)b);
}

static bool
has_no_effect(struct sv key)
{
	char text[LEX_KEY + 1];
	size_t n = 0;

	while (vocabulary_no_effect[n])
		n++;
	snprintf(text, sizeof text, SV_FMT, SV_ARG(key));
	return sv_starts(key, SV("bayes_stopword_")) ||
	       bsearch(text, vocabulary_no_effect, n,
	               sizeof *vocabulary_no_effect, compare_words);
}

/* All directives that have an effect, then those of SpamAssassin. */
static void
unknown_directive(struct parser *p, struct sv key)
{
	const char *words[N_DIRECTIVES + 1] = { NULL }, *meant;

	for (size_t i = 0; i < N_DIRECTIVES; i++)
		words[i] = directives[i].word;
	meant = vocabulary_suggest(words, key);
	if (!meant)
		meant = vocabulary_suggest(eval_setting_words(p->drafts->arena),
		                           key);
	if (!meant)
		meant = vocabulary_suggest(vocabulary_no_effect, key);
	parse_error(p, "unknown directive '" SV_FMT "'%s", SV_ARG(key),
	            vocabulary_hint(p->drafts->arena, meant));
}

static const struct rule_source *
find_source(const struct drafts *drafts, struct sv path, bool is_list)
{
	const struct rule_sources *s = drafts->sources;

	for (size_t i = 0; s && i < s->n; i++)
		if (s->list[i].is_list == is_list &&
		    sv_eq_str(path, s->list[i].file))
			return &s->list[i];
	return NULL;
}

static void
read_setting(struct parser *p, struct sv key, struct sv value)
{
	const struct rule_set *site = p->drafts->site;
	const struct rule_source *file = NULL;
	const char *wrong;

	if (eval_setting_takes_file(key)) {
		file = find_source(p->drafts, value, true);
		if (!file) {
			parse_warning(p, SV_FMT ": cannot read " SV_FMT,
			              SV_ARG(key), SV_ARG(value));
			return;
		}
		value = sv_make(file->text, file->bytes);
	}
	if (!p->drafts->evals)
		p->drafts->evals = rule_set_evals_over(site, p->drafts->arena);
	wrong = eval_setting_read(p->drafts->evals, key, value);
	if (wrong)
		parse_error(p, SV_FMT ": %s", SV_ARG(key), wrong);
}

/* Whether the line is a user's and not for users to say. */
static bool
is_forbidden(const struct parser *p, const struct directive *d, struct sv key)
{
	if (!p->drafts->site)
		return false;
	if (d)
		return !d->is_personal;
	return (settings_has(key) && !settings_is_personal(key)) ||
	       (eval_setting_is(key) && !eval_setting_is_personal(key));
}

static void
forbid(struct parser *p, const struct directive *d, struct sv key)
{
	if (d && d->defines)
		parse_error(p,
		            "rules of users are not supported: '" SV_FMT
		            "' is ignored",
		            SV_ARG(key));
	else
		parse_error(p, "'" SV_FMT "' is for the site alone to say",
		            SV_ARG(key));
}

static void
read_other(struct parser *p, struct sv key, struct sv value)
{
	const char *wrong;

	if (settings_has(key)) {
		wrong = settings_read(&p->drafts->settings, p->drafts->arena,
		                      key, value);
		if (wrong)
			parse_error(p, SV_FMT ": %s", SV_ARG(key), wrong);
	} else if (eval_setting_is(key)) {
		read_setting(p, key, value);
	} else if (has_no_effect(key)) {
		if (!map_set(p->said_once, key, p))
			parse_warning(p,
			              SV_FMT " has no effect here (said once "
			                     "for each file)",
			              SV_ARG(key));
	} else {
		unknown_directive(p, key);
	}
}

/* For this version of the language alone, or one that a build put in. */
static void
read_require_version(struct parser *p, struct sv value)
{
	if (sv_eq_str(value, "4.000001") || sv_eq_str(value, "@@VERSION@@"))
		return;
	parse_warning(p,
	              "the rest of the file is for version " SV_FMT
	              " of SpamAssassin, and not read: this is 4.000001",
	              SV_ARG(value));
	p->is_over = true;
}

/* Files in files are few, and each is a call of parse_source(). */
static void
read_include(struct parser *p, struct sv value)
{
	struct drafts *d = p->drafts;
	struct sv path = list_path(d->arena, p->file, value);
	const struct rule_source *source = find_source(d, path, false);

	if (!source)
		parse_error(p, "include: there is no " SV_FMT, SV_ARG(path));
	else if (d->include_depth == INCLUDE_DEPTH_MAX ||
	         ++d->n_includes > INCLUDES_MAX)
		parse_error(p,
		            "more than %d files included in each other, "
		            "or %d in all",
		            INCLUDE_DEPTH_MAX, INCLUDES_MAX);
	else {
		d->include_depth++;
		parse_source(source, d, p->diags);
		d->include_depth--;
	}
}

/* A rule behind a false condition is remembered, so that what mentions it
 * can be told from a misspelling. */
static void
skip_definition(struct parser *p, struct sv value)
{
	struct sv name;
	struct draft *d;

	if (!sv_word(&value, &name) || !lex_is_name(name))
		return;
	d = draft_of(p, name);
	if (d->state == DRAFT_MENTIONED)
		d->state = DRAFT_SKIPPED;
}

static void
read_directive(struct parser *p, struct sv key, struct sv value)
{
	const struct directive *d =
	    find_directive(directives, N_DIRECTIVES, key);

	if (p->skipping) {
		if (d && d->defines)
			skip_definition(p, value);
	} else if (is_forbidden(p, d, key)) {
		forbid(p, d, key);
	} else if (!d) {
		read_other(p, key, value);
	} else if (value.n == 0) {
		parse_error(p, "expected: %s %s", d->word, d->form);
	} else {
		d->read(p, value);
	}
}

/* "lang xx DIRECTIVE": of other languages than ours, it is read over. */
static bool
cut_language(const struct parser *p, struct sv *line)
{
	struct sv rest = *line, word, language;
	char key[LEX_KEY];

	if (!sv_word(&rest, &word) || !sv_eq_str(lex_key(word, key), "lang"))
		return true;
	if (!sv_word(&rest, &language) ||
	    !sv_istarts(sv_str(p->drafts->language), language))
		return false;
	*line = sv_trim(rest);
	return true;
}

static void
read_line(struct parser *p, struct sv line)
{
	const struct directive *condition;
	char text[LEX_KEY];
	struct sv word, key;

	if (!cut_language(p, &line) || !sv_word(&line, &word))
		return;
	key = lex_key(word, text);
	line = sv_trim(line);
	condition = find_directive(conditions,
	                           sizeof conditions / sizeof *conditions, key);
	if (condition)
		condition->read(p, line);
	else
		read_directive(p, key, line);
}

/* "# UPDATE version 123": of the channel the file came from. */
static void
note_update(struct parser *p, struct sv raw)
{
	const struct sv mark = SV("# UPDATE version ");
	struct rule_settings *s = &p->drafts->settings;
	struct sv version;
	uint64_t number;

	if (p->drafts->site || !sv_starts(raw, mark))
		return;
	version = sv_from(raw, mark.n);
	if (sv_u64(version, &number))
		s->rules_version =
		    arena_printf(p->drafts->arena, "%s%s" SV_FMT,
		                 s->rules_version, *s->rules_version ? "," : "",
		                 SV_ARG(version))
			.p;
}

void
parse_source(const struct rule_source *source, struct drafts *drafts,
             struct diags *diags)
{
	struct parser p = {
		.drafts = drafts,
		.diags = diags,
		.file = arena_str(drafts->arena, sv_str(source->file)),
		.said_once = map_new(),
	};
	struct sv rest = sv_make(source->text, source->bytes), raw;
	struct buf line = BUF_INIT(LEX_LINE_BYTES_MAX);

	while (!p.is_over && sv_line(&rest, &raw)) {
		p.line++;
		note_update(&p, raw);
		if (lex_line(raw, &line))
			read_line(&p, buf_sv(&line));
		else
			parse_error(&p, "line longer than %d KiB",
			            LEX_LINE_BYTES_MAX >> 10);
	}
	while (p.branches.n && !p.is_over) {
		struct branch *b = &p.branches.list[--p.branches.n];

		p.line = b->line;
		parse_error(&p, "%s without endif", b->word);
	}
	VEC_DONE(&p.branches);
	map_free(p.said_once);
	buf_done(&line);
}
