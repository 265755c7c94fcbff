/* SPDX-License-Identifier: Apache-2.0 */
#include "tamis/spamassassin_rules.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "tamis/setup.h"
#include "tamis/spamassassin_say.h"

enum { ROUNDS_MAX = 16, LANGUAGE = 21 };

static const char *const rules_paths[] = {
	"/var/lib/spamassassin/4.000001",
	"/usr/share/spamassassin",
	"/usr/local/share/spamassassin",
	NULL,
};
static const char *const site_paths[] = {
	"/etc/spamassassin",
	"/etc/mail/spamassassin",
	"/usr/local/etc/spamassassin",
	NULL,
};

/* ---- files ---- */

static void
list_take(struct conf_list *list, char *path)
{
	list->list =
	    mem_realloc(list->list, (list->n + 1) * sizeof *list->list);
	list->list[list->n++] = path;
}

static bool
is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISDIR(st.st_mode);
}

/* Updates of SpamAssassin's own rules come before those of others. */
static int
compare_names(const struct dirent **a, const struct dirent **b)
{
	static const char first[] = "updates_spamassassin_org.cf";

	if (strcmp((*a)->d_name, first) == 0)
		return -1;
	if (strcmp((*b)->d_name, first) == 0)
		return 1;
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* The files of a folder, not those below it; or the file itself, which counts
 * as rules. */
static void
add_files(struct conf_list *list, const char *path, const char *suffix)
{
	struct dirent **entries;
	int n;

	if (is_file(path)) {
		if (strcmp(suffix, ".cf") == 0)
			list_take(list, mem_strdup(path));
		return;
	}
	n = scandir(path, &entries, NULL, compare_names);
	if (n < 0)
		return;
	for (int i = 0; i < n; i++) {
		struct buf file = BUF_INIT(4096);

		buf_addf(&file, "%s/%s", path, entries[i]->d_name);
		if (sv_iends(sv_str(entries[i]->d_name), sv_str(suffix)) &&
		    is_file(buf_str(&file)))
			list_take(list, buf_take(&file));
		buf_done(&file);
		free(entries[i]);
	}
	free(entries);
}

static const char *
first_existing(const char *given, const char *const *paths)
{
	for (; !given && *paths; paths++)
		if (access(*paths, R_OK) == 0)
			given = *paths;
	return given;
}

static void
add_preferences(struct conf_list *list, const char *given)
{
	const char *home = getenv("HOME");
	struct buf path = BUF_INIT(4096);

	if (given)
		buf_add_str(&path, given);
	else if (home)
		buf_addf(&path, "%s/.spamassassin/user_prefs", home);
	if (is_file(buf_str(&path)))
		list_take(list, buf_take(&path));
	buf_done(&path);
}

/* Without SpamAssassin's rules on the machine: ours. */
static void
list_files(const struct spamassassin_options *o, const struct conf *conf,
           struct conf_list *list)
{
	const char *rules = first_existing(o->configpath, rules_paths);
	const char *site = first_existing(o->siteconfigpath, site_paths);

	if (site)
		add_files(list, site, ".pre");
	if (rules)
		add_files(list, rules, ".pre");
	if (rules)
		add_files(list, rules, ".cf");
	for (size_t i = 0; !rules && i < conf->rule.paths.n; i++)
		add_files(list, conf->rule.paths.list[i], ".cf");
	if (site)
		add_files(list, site, ".cf");
	add_preferences(list, o->prefspath);
	for (size_t i = 0; i < list->n; i++)
		say_debug("config", "read file %s", list->list[i]);
}

static void
add_lines(struct rule_sources *sources, const struct conf_list *lines,
          const char *name)
{
	struct buf text = BUF_INIT(16 << 20);

	for (size_t i = 0; i < lines->n; i++)
		buf_addf(&text, "%s\n", lines->list[i]);
	if (text.n)
		rule_sources_add(sources, name, buf_sv(&text));
	buf_done(&text);
}

static void
read_sources(const struct spamassassin_options *o, const struct conf *conf,
             struct rule_sources *ret, struct diags *diags)
{
	struct rule_sources files = { 0 };
	struct conf_list list = { 0 };

	*ret = (struct rule_sources){ 0 };
	add_lines(ret, &o->pre, "(--pre)");
	list_files(o, conf, &list);
	if (list.n && rule_sources_read(&list, &files, diags) == 0)
		rule_sources_take(ret, &files);
	rule_sources_done(&files);
	add_lines(ret, &o->cf, "(--cf)");
	for (size_t i = 0; i < list.n; i++)
		free(list.list[i]);
	free(list.list);
}

/* ---- compiling ---- */

/* Makes a comment of line `number`; false: there is no such line. */
static bool
blank_line(struct rule_source *source, int number)
{
	struct sv rest = sv_make(source->text, source->bytes), line;

	for (int n = 1; sv_line(&rest, &line); n++)
		if (n == number && line.n) {
			source->text[line.p - source->text] = '#';
			return true;
		}
	return false;
}

static bool
blank_errors(struct rule_sources *sources, const struct diags *diags)
{
	bool any = false;

	for (size_t i = 0; i < diags->n; i++) {
		const struct diag *d = &diags->list[i];

		if (d->severity != SEVERITY_ERROR || !d->file)
			continue;
		for (size_t s = 0; s < sources->n; s++)
			if (strcmp(sources->list[s].file, d->file) == 0)
				any |= blank_line(&sources->list[s], d->line);
	}
	return any;
}

static void
say_diags(const struct diags *diags)
{
	for (size_t i = 0; i < diags->n; i++) {
		const struct diag *d = &diags->list[i];

		if (d->severity == SEVERITY_ERROR)
			say_warning("config: %s, skipping, in \"%s\" line %d",
			            d->text, d->file ? d->file : "", d->line);
		else
			say_debug("config", "%s, in \"%s\" line %d", d->text,
			          d->file ? d->file : "", d->line);
	}
}

/* A wrong line must not take the others with it, as in SpamAssassin: it is
 * left out, and the rest compiled again. */
static struct rule_set *
compile(struct rule_sources *sources, const struct conf *conf,
        size_t *ret_issues)
{
	struct rule_set *rules = NULL;
	bool again = true;

	*ret_issues = 0;
	for (int i = 0; again && !rules && i < ROUNDS_MAX; i++) {
		struct diags diags = DIAGS_INIT;

		rules = rule_set_compile(sources, conf, &diags);
		*ret_issues += diags.errors;
		if (diags.errors || rules)
			say_diags(&diags);
		again = blank_errors(sources, &diags);
		diags_done(&diags);
	}
	return rules;
}

/* As the environment has it, "fr_CH" of "fr_CH.UTF-8", or else `usual`. */
static const char *
own_language(const char *usual)
{
	static char language[LANGUAGE];
	static const char *const names[] = { "LANGUAGE", "LC_ALL",
		                             "LC_MESSAGES", "LANG" };
	const char *value = "";

	for (size_t i = 0; !*value && i < sizeof names / sizeof *names; i++)
		if (getenv(names[i]))
			value = getenv(names[i]);
	snprintf(language, sizeof language, "%.*s",
	         (int)strcspn(value, ":@.+,"), value);
	return !*language || strcmp(language, "C") == 0 ||
	               strcmp(language, "POSIX") == 0
	           ? usual
	           : language;
}

struct snapshot *
spamassassin_rules(const struct spamassassin_options *o, size_t *ret_issues)
{
	const struct setup_changes changes = { .asks_not = o->local };
	struct conf *conf = setup_conf(NULL);
	struct diags diags = DIAGS_INIT;
	struct rule_sources sources;
	struct rule_set *rules = NULL;

	if (!conf)
		return NULL;
	setup_change(conf, &changes);
	conf->rule.language = own_language(conf->rule.language);
	read_sources(o, conf, &sources, &diags);
	say_diags(&diags);
	if (sources.n)
		rules = compile(&sources, conf, ret_issues);
	else
		say_warning("config: no rules were found");
	diags_done(&diags);
	rule_sources_done(&sources);
	if (rules)
		return snapshot_new(conf, rules);
	conf_unref(conf);
	return NULL;
}
