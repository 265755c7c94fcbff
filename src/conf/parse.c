/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The grammar, one token ahead:
 *
 *     file    = { section }
 *     section = WORD [ WORD ] "{" { WORD "=" value { "," value } ";" } "}"
 *     value   = WORD | STRING
 *
 * After an error the parser goes on behind the next ';' or '}', so that one
 * run finds all errors.
 */
#include <stdio.h>

#include "base/buf.h"
#include "base/sv.h"
#include "base/vec.h"
#include "conf/lex.h"
#include "conf/private.h"
#include "conf/value.h"

struct parser {
	struct conf *conf;
	struct diags *diags;
	struct lexer lexer;
	struct token next;
	int last_line;                    /* of the token before `next` */
	int section_lines[CONF_SECTIONS]; /* 0: not seen */
	/* of the section: what its options fill, and where each is set */
	void *base;
	int *lines;
};

#define complain(p, line, ...)                                                 \
	diags_add((p)->diags, SEVERITY_ERROR, (p)->lexer.file, (line),         \
	          __VA_ARGS__)

static struct token
take(struct parser *p)
{
	struct token t = p->next;

	p->last_line = t.line;
	p->next = lex_next(&p->lexer);
	return t;
}

static bool
is_mark(const struct parser *p, char mark)
{
	return p->next.kind == TOKEN_MARK && p->next.text.p[0] == mark;
}

static bool
is_value(const struct parser *p)
{
	return p->next.kind == TOKEN_WORD || p->next.kind == TOKEN_STRING;
}

static bool
take_mark(struct parser *p, char mark)
{
	if (!is_mark(p, mark))
		return false;
	take(p);
	return true;
}

/* Nobody reads more errors than are kept. */
static bool
at_end(const struct parser *p)
{
	return p->next.kind == TOKEN_END || p->diags->n >= DIAGS_MAX;
}

/* To behind the next ';', or before the '}' of the section. */
static void
skip_setting(struct parser *p)
{
	while (!at_end(p) && !is_mark(p, '}'))
		if (take_mark(p, ';'))
			return;
		else
			take(p);
}

/* To behind the next '}'. */
static void
skip_section(struct parser *p)
{
	while (!at_end(p) && !take_mark(p, '}'))
		take(p);
}

/* ---- names that do not exist ---- */

enum { SUGGEST_MAX = 2 }; /* edits between a name and the one that is meant */

static void
unknown_section(struct parser *p, const struct token *name)
{
	const char *best = NULL;
	size_t best_distance = SUGGEST_MAX + 1;

	for (int i = 0; i < CONF_SECTIONS; i++) {
		size_t d = sv_distance(
		    name->text, sv_str(conf_sections[i].name), SUGGEST_MAX);

		if (d < best_distance) {
			best_distance = d;
			best = conf_sections[i].name;
		}
	}
	complain(p, name->line, "unknown section '" SV_FMT "'%s%s%s",
	         SV_ARG(name->text), best ? "; did you mean '" : "",
	         best ? best : "", best ? "'?" : "");
}

/* The option meant by an unknown key: the most similar of the section, else
 * the one of that very name in another section; or NULL. */
static const struct conf_option *
suggest_option(const char *section, struct sv key)
{
	const struct conf_option *best = NULL;
	size_t best_distance = SUGGEST_MAX + 1;

	for (int i = 0; i < CONF_OPTIONS; i++) {
		const struct conf_option *o = &conf_options[i];
		bool here = strcmp(o->section, section) == 0;
		size_t d = SUGGEST_MAX + 1;

		if (here)
			d = sv_distance(key, sv_str(o->key), SUGGEST_MAX);
		else if (!best && sv_eq_str(key, o->key))
			best = o;
		if (d < best_distance) {
			best_distance = d;
			best = o;
		}
	}
	return best;
}

static void
unknown_option(struct parser *p, const char *section, const struct token *key)
{
	const struct conf_option *o = suggest_option(section, key->text);

	if (!o)
		complain(p, key->line,
		         "unknown option '" SV_FMT "' in section %s",
		         SV_ARG(key->text), section);
	else
		complain(p, key->line,
		         "unknown option '" SV_FMT
		         "' in section %s; did you mean %s.%s?",
		         SV_ARG(key->text), section, o->section, o->key);
}

/* ---- settings ---- */

static void
set_option(struct parser *p, int index, const struct token *key,
           const struct sv *items, size_t n)
{
	const struct conf_option *o = &conf_options[index];
	struct buf allowed = BUF_INIT(1000);
	size_t bad;

	if (p->lines[index]) {
		complain(p, key->line, "%s.%s is set twice, first on line %d",
		         o->section, o->key, p->lines[index]);
		return;
	}
	p->lines[index] = key->line;
	if (n > 1 && !o->is_list)
		complain(p, key->line, "%s.%s takes one value, not a list",
		         o->section, o->key);
	else if (n > VALUE_ITEMS_MAX)
		complain(p, key->line, "%s.%s has more than %d values",
		         o->section, o->key, VALUE_ITEMS_MAX);
	else if (!value_read(p->base, o, items, n, p->conf->priv->arena,
	                     &bad)) {
		value_allowed(o, &allowed);
		complain(p, key->line, "%s.%s cannot be '" SV_FMT "': it is %s",
		         o->section, o->key, SV_ARG(sv_sub(items[bad], 0, 100)),
		         buf_str(&allowed));
	}
	buf_done(&allowed);
}

/* Takes what must follow the last value. False when more follows, so that the
 * value is not what was meant. */
static bool
end_setting(struct parser *p, const struct token *key)
{
	if (take_mark(p, ';'))
		return true;
	if (is_value(p) && p->next.line == p->last_line) {
		complain(p, p->next.line,
		         "'" SV_FMT "' after the value of " SV_FMT
		         ": text with spaces needs quotes",
		         SV_ARG(sv_sub(p->next.text, 0, 100)),
		         SV_ARG(key->text));
		skip_setting(p);
		return false;
	}
	complain(p, p->last_line, "';' is missing after the value of " SV_FMT,
	         SV_ARG(key->text));
	if (!is_value(p))
		skip_setting(p);
	return true;
}

/* The values behind '='. `index` CONF_NONE: they are only skipped. */
static void
parse_values(struct parser *p, int index, const struct token *key)
{
	VEC(struct sv) items = { 0 };
	bool bad = false;

	do {
		if (!is_value(p)) {
			complain(p, p->last_line,
			         "a value is missing for " SV_FMT,
			         SV_ARG(key->text));
			skip_setting(p);
			goto out;
		}
		bad |= p->next.bad;
		*VEC_ADD(&items) = take(p).text;
	} while (take_mark(p, ','));
	/* Behind a broken string, a missing ';' may be inside it. */
	if (bad)
		take_mark(p, ';');
	else if (end_setting(p, key) && index != CONF_NONE)
		set_option(p, index, key, items.list, items.n);
out:
	VEC_DONE(&items);
}

static void
parse_setting(struct parser *p, const char *section)
{
	struct token key = take(p);
	int index = schema_option(sv_str(section), key.text);

	if (key.kind != TOKEN_WORD) {
		complain(p, key.line,
		         "'" SV_FMT "' where the name of an option belongs",
		         SV_ARG(sv_sub(key.text, 0, 100)));
		if (key.kind != TOKEN_MARK || key.text.p[0] != ';')
			skip_setting(p);
		return;
	}
	if (key.bad) {
		skip_setting(p);
		return;
	}
	key.text = sv_sub(key.text, 0, 100);
	if (is_mark(p, '{')) {
		complain(p, key.line,
		         "section '" SV_FMT "' inside section %s: sections "
		         "do not nest",
		         SV_ARG(key.text), section);
		skip_section(p);
		return;
	}
	if (index == CONF_NONE)
		unknown_option(p, section, &key);
	if (take_mark(p, '=')) {
		parse_values(p, index, &key);
		return;
	}
	complain(p, key.line, "'=' is missing after '" SV_FMT "'",
	         SV_ARG(key.text));
	skip_setting(p);
}

/* The name of a section, or CONF_NONE with an error. */
static int
find_section(struct parser *p, const struct token *name)
{
	int index = schema_section(name->text);

	if (index == CONF_NONE) {
		unknown_section(p, name);
		return CONF_NONE;
	}
	if (p->section_lines[index] &&
	    !schema_is_named(conf_sections[index].name))
		complain(p, name->line,
		         "section '%s' stands here again, first on line %d",
		         conf_sections[index].name, p->section_lines[index]);
	else
		p->section_lines[index] = name->line;
	return index;
}

/* Makes what the options of the section fill; `label` is its name, or "". */
static bool
begin_section(struct parser *p, int index, const struct token *label)
{
	struct conf *c = p->conf;
	char text[41];

	p->base = c;
	p->lines = c->priv->lines;
	if (!schema_is_named(conf_sections[index].name))
		return true;
	snprintf(text, sizeof text, SV_FMT, SV_ARG(label->text));
	for (size_t i = 0; i < c->n_reporters; i++)
		if (strcmp(c->reporters[i].name, text) == 0) {
			complain(p, label->line,
			         "section '%s %s' stands here again",
			         conf_sections[index].name, text);
			return false;
		}
	if (c->n_reporters >= CONF_REPORTERS_MAX - CONF_SHORT_FORMS) {
		complain(p, label->line, "more than %d sections '%s'",
		         CONF_REPORTERS_MAX - CONF_SHORT_FORMS,
		         conf_sections[index].name);
		return false;
	}
	p->base = conf_add_reporter(c, text);
	p->lines = c->priv->reporter_lines[c->n_reporters - 1];
	return true;
}

/* Names are those of files, and must not be those of short forms. */
static bool
is_label(struct sv s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!sv_is_alnum(s.p[i]) && s.p[i] != '-' && s.p[i] != '_')
			return false;
	for (int t = REPORTER_HISTORY; t <= REPORTER_HTTP; t++)
		if (sv_eq_str(s, reporter_word((enum reporter_type)t)))
			return false;
	return s.n > 0 && s.n <= 40;
}

/* Takes the name of a section that has one; false with an error. */
static bool
take_label(struct parser *p, const struct token *name, struct token *ret)
{
	int index = schema_section(name->text);
	bool named =
	    index != CONF_NONE && schema_is_named(conf_sections[index].name);

	*ret = (struct token){ .text = SV(""), .line = name->line };
	if (named && p->next.kind == TOKEN_WORD) {
		*ret = take(p);
		if (is_label(ret->text))
			return true;
		complain(p, ret->line,
		         "'" SV_FMT "' cannot be the name of a section '%s': "
		         "letters, digits, '-' and '_', and none of history, "
		         "file, syslog, http",
		         SV_ARG(sv_sub(ret->text, 0, 100)),
		         conf_sections[index].name);
		return false;
	}
	if (named)
		complain(p, name->line,
		         "section '%s' needs a name: '%s NAME "
		         "{ ... }'",
		         conf_sections[index].name, conf_sections[index].name);
	return !named;
}

static void
parse_section(struct parser *p)
{
	struct token name = take(p), label;
	bool labelled;
	int index;

	name.text = sv_sub(name.text, 0, 100);
	if (name.kind == TOKEN_WORD && is_mark(p, '=')) {
		complain(p, name.line, "option '" SV_FMT "' is in no section",
		         SV_ARG(name.text));
		skip_setting(p);
		return;
	}
	labelled = name.kind != TOKEN_WORD || take_label(p, &name, &label);
	if (name.kind != TOKEN_WORD || !is_mark(p, '{')) {
		if (!name.bad)
			complain(p, name.line,
			         "'" SV_FMT "' where 'section { ... }' belongs",
			         SV_ARG(name.text));
		return;
	}
	take(p);
	index = find_section(p, &name);
	if (index == CONF_NONE || !labelled ||
	    !begin_section(p, index, &label)) {
		skip_section(p);
		return;
	}
	while (!at_end(p) && !is_mark(p, '}'))
		parse_setting(p, conf_sections[index].name);
	if (!take_mark(p, '}') && p->next.kind == TOKEN_END)
		complain(p, name.line, "section '%s' has no closing '}'",
		         conf_sections[index].name);
}

void
parse_text(struct conf *c, struct sv text, struct diags *diags)
{
	struct parser p = {
		.conf = c,
		.diags = diags,
		.lexer = { text, 1, c->priv->file, diags, c->priv->arena },
	};

	take(&p);
	while (!at_end(&p))
		parse_section(&p);
}
