/* SPDX-License-Identifier: Apache-2.0 */
#include "tamis/spamassassin_options.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

enum kind {
	FLAG,
	NEGATABLE,       /* --x, --no-x and --nox; has no effect here */
	TEXT,            /* with an argument */
	LIST,            /* the same, any number of times */
	OPTIONAL_TEXT,   /* the argument may be left out */
	OPTIONAL_NUMBER, /* the same */
	IGNORED,         /* without effect here */
	REMOVED,         /* SpamAssassin refuses it, too */
	ABSENT,          /* tamis cannot do it; an argument if `takes_text` */
};

struct row {
	const char *names; /* "test-mode|test|t" */
	enum kind kind;
	size_t offset; /* of the value, in struct spamassassin_options */
	bool takes_text;
};

#define AT(member) offsetof(struct spamassassin_options, member)

static const struct row rows[] = {
	{ "add-addr-to-blocklist|add-addr-to-blacklist", ABSENT, 0, true },
	{ "add-addr-to-welcomelist|add-addr-to-whitelist", ABSENT, 0, true },
	{ "remove-addr-from-welcomelist|remove-addr-from-whitelist", ABSENT, 0,
	  true },
	{ "add-to-blocklist|add-to-blacklist", ABSENT, 0, false },
	{ "add-to-welcomelist|add-to-whitelist|W", ABSENT, 0, false },
	{ "remove-from-welcomelist|remove-from-whitelist|R", ABSENT, 0, false },
	{ "username|u", IGNORED, 0, true },
	{ "configpath|config-file|config-dir|c|C", TEXT, AT(configpath), true },
	{ "siteconfigpath", TEXT, AT(siteconfigpath), true },
	{ "prefspath|prefs-file|p", TEXT, AT(prefspath), true },
	{ "create-prefs", NEGATABLE, 0, false },
	{ "x", IGNORED, 0, false },
	{ "pre", LIST, AT(pre), true },
	{ "cf", LIST, AT(cf), true },
	{ "debug|D", OPTIONAL_TEXT, AT(debug), true },
	{ "error-code|exit-code|e", OPTIONAL_NUMBER, AT(has_error_code), true },
	{ "help|h|?", FLAG, AT(help), false },
	{ "version|V", FLAG, AT(version), false },
	{ "lint", FLAG, AT(lint), false },
	{ "net", IGNORED, 0, false },
	{ "4|ipv4only|ipv4-only|ipv4", IGNORED, 0, false },
	{ "6", IGNORED, 0, false },
	{ "local-only|local|L", FLAG, AT(local), false },
	{ "mbox|mbx", FLAG, AT(mbox), false },
	{ "progress", FLAG, AT(progress), false },
	{ "remove-markup|despamassassinify|d", FLAG, AT(remove_markup), false },
	{ "report|r", FLAG, AT(report), false },
	{ "revoke|k", FLAG, AT(revoke), false },
	{ "test-mode|test|t", FLAG, AT(test_mode), false },
	{ "pipe|P", IGNORED, 0, false },
	{ "stop-at-threshold|S", IGNORED, 0, false },
	{ "log-to-mbox|l", IGNORED, 0, false },
	{ "F", REMOVED, 0, true },
	{ "add-from", REMOVED, 0, false },
	{ "warning-from|w", REMOVED, 0, true },
	{ "whitelist-factory|M", REMOVED, 0, true },
};

/* Where the reading is. */
struct line {
	char **list; /* what is left of the command line */
	size_t n;
	struct spamassassin_options *options;
	char *why;
};

static const struct row *
find_row(struct sv name)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sv names = sv_str(rows[i].names), one;

		while (sv_split(&names, '|', &one))
			if (sv_eq(one, name))
				return &rows[i];
		if (rows[i].kind == NEGATABLE &&
		    (sv_eq(name, SV("no-create-prefs")) ||
		     sv_eq(name, SV("nocreate-prefs"))))
			return &rows[i];
	}
	return NULL;
}

static int
fail(struct line *l, const char *what, struct sv name)
{
	snprintf(l->why, SPAMASSASSIN_WHY, "%s: " SV_FMT, what, SV_ARG(name));
	return E_SYNTAX;
}

static const char *
take_next(struct line *l)
{
	if (l->n == 0)
		return NULL;
	l->n--;
	return *l->list++;
}

static bool
is_number(const char *text)
{
	uint64_t n;

	return sv_u64(sv_str(*text == '-' ? text + 1 : text), &n) &&
	       n <= INT32_MAX;
}

/* An argument that may be left out is there when the next word looks like
 * one. */
static const char *
take_optional(struct line *l, enum kind kind)
{
	if (l->n == 0 ||
	    (kind == OPTIONAL_NUMBER ? !is_number(*l->list) : **l->list == '-'))
		return NULL;
	return take_next(l);
}

static void
list_add(struct conf_list *list, const char *text)
{
	list->list =
	    mem_realloc(list->list, (list->n + 1) * sizeof *list->list);
	list->list[list->n++] = (char *)(uintptr_t)text;
}

static void
set(struct line *l, const struct row *row, const char *argument)
{
	struct spamassassin_options *o = l->options;
	void *value = (char *)o + row->offset;

	switch (row->kind) {
	case FLAG:
		*(bool *)value = true;
		break;
	case TEXT:
		*(const char **)value = argument;
		break;
	case LIST:
		list_add(value, argument);
		break;
	case OPTIONAL_TEXT:
		o->debug = true;
		o->debug_areas = argument ? argument : "";
		break;
	case OPTIONAL_NUMBER:
		o->has_error_code = true;
		o->error_code = argument ? strtol(argument, NULL, 10) : 0;
		break;
	case REMOVED:
		o->removed = true;
		break;
	case ABSENT:
		o->absent = row->names;
		break;
	case NEGATABLE:
	case IGNORED:
		break;
	}
}

static int
take_option(struct line *l, struct sv name, const char *attached)
{
	const struct row *row = find_row(name);
	const char *argument = attached;

	if (!row)
		return fail(l, "Unknown option", name);
	if (attached && !row->takes_text)
		return fail(l, "Option does not take an argument", name);
	if (!attached &&
	    (row->kind == OPTIONAL_TEXT || row->kind == OPTIONAL_NUMBER))
		argument = take_optional(l, row->kind);
	else if (!attached && row->takes_text)
		argument = take_next(l);
	if (!argument && row->takes_text && row->kind != OPTIONAL_TEXT &&
	    row->kind != OPTIONAL_NUMBER && row->kind != REMOVED)
		return fail(l, "Option requires an argument", name);
	if (argument && row->kind == OPTIONAL_NUMBER && !is_number(argument))
		return fail(l, "Not a number", sv_str(argument));
	set(l, row, argument);
	return 0;
}

/* "-tL", "-Ddir", "-e5": letters up to one that takes the rest. */
static int
take_letters(struct line *l, const char *letters)
{
	int result = 0;

	for (; *letters && result == 0; letters++) {
		struct sv name = sv_make(letters, 1);
		const struct row *row = find_row(name);
		const char *rest = letters + 1;

		if (!row || !row->takes_text || !*rest) {
			result = take_option(l, name, NULL);
			continue;
		}
		if (row->kind == OPTIONAL_NUMBER && !is_number(rest)) {
			result = take_option(l, name, "0");
			continue;
		}
		return take_option(l, name, *rest == '=' ? rest + 1 : rest);
	}
	return result;
}

static int
take_long(struct line *l, const char *text)
{
	struct sv name = sv_str(text);
	size_t equals = sv_find_char(name, '=');

	if (equals == SV_NOT_FOUND)
		return take_option(l, name, NULL);
	return take_option(l, sv_sub(name, 0, equals), text + equals + 1);
}

int
spamassassin_options_read(int argc, char **argv,
                          struct spamassassin_options *ret,
                          char why[SPAMASSASSIN_WHY])
{
	struct line l = { argv + 1, argc > 0 ? (size_t)argc - 1 : 0, ret, why };
	bool only_targets = false;
	const char *word;
	int result = 0;

	*ret = (struct spamassassin_options){ 0 };
	while (result == 0 && (word = take_next(&l))) {
		if (only_targets || word[0] != '-' || !word[1])
			list_add(&ret->targets, word);
		else if (strcmp(word, "--") == 0)
			only_targets = true;
		else if (word[1] == '-')
			result = take_long(&l, word + 2);
		else
			result = take_letters(&l, word + 1);
	}
	return result;
}

void
spamassassin_options_done(struct spamassassin_options *o)
{
	free(o->pre.list);
	free(o->cf.list);
	free(o->targets.list);
}
