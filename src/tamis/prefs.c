/* SPDX-License-Identifier: Apache-2.0 */
/* tamis prefs: what users and domains have said, and what is wrong with it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/map.h"
#include "base/mem.h"
#include "tamis/options.h"
#include "tamis/setup.h"

/* ---- one line of many ---- */

struct line {
	const char *file;
	int number;
	struct sv text;
};

/* What a later line with the same key replaces: "required_score", "score
 * NAME", "rewrite_header subject"; "" of those that add to each other. */
static void
replaced_key(struct sv text, struct buf *out)
{
	static const char *const single[] = {
		"required_score",    "required_hits",
		"report_safe",       "report_charset",
		"report_contact",    "report_hostname",
		"ok_locales",        "fold_headers",
		"report_wrap_width", NULL,
	};
	struct sv key, name;

	buf_reset(out);
	if (!sv_word(&text, &key))
		return;
	for (size_t i = 0; single[i]; i++)
		if (sv_eq_str(key, single[i]))
			buf_add(out, key);
	if ((sv_eq(key, SV("score")) || sv_eq(key, SV("rewrite_header"))) &&
	    sv_word(&text, &name))
		buf_addf(out, SV_FMT " " SV_FMT, SV_ARG(key), SV_ARG(name));
	if (sv_eq_str(buf_sv(out), "required_hits")) {
		buf_reset(out);
		buf_add_str(out, "required_score");
	}
}

/* "score NAME (1)" adds to what was said before. */
static bool
is_relative(struct sv text)
{
	return sv_find(text, SV(" (")) != SV_NOT_FOUND;
}

static bool
says_nothing(struct sv text)
{
	text = sv_trim(text);
	return text.n == 0 || text.p[0] == '#';
}

static const struct diag *
find_diag(const struct diags *diags, const struct line *line)
{
	for (size_t i = 0; i < diags->n; i++) {
		const struct diag *d = &diags->list[i];

		if (d->file && d->line == line->number &&
		    strcmp(d->file, line->file) == 0)
			return d;
	}
	return NULL;
}

static void
print_line(const struct line *line, const char *note, const char *what)
{
	printf("%s:%d\t%s" SV_FMT "%s%s%s\n", line->file, line->number,
	       *note ? "# " : "", SV_ARG(sv_trim(line->text)),
	       *note ? "  -- " : "", note, what);
}

/* ---- all of them ---- */

/* Calls `each` for all lines that say something. */
static void
each_line(const struct rule_sources *sources,
          void (*each)(void *ctx, const struct line *line), void *ctx)
{
	for (size_t i = 0; i < sources->n; i++) {
		const struct rule_source *s = &sources->list[i];
		struct sv rest = sv_make(s->text, s->bytes);
		struct line line = { .file = s->file };

		while (sv_line(&rest, &line.text)) {
			line.number++;
			if (!says_nothing(line.text))
				each(ctx, &line);
		}
	}
}

struct show {
	const struct diags *diags;
	struct map *last; /* by what is replaced: the last line's place */
	uintptr_t place;  /* of the line at hand among all, from 1 */
	struct buf key;
};

static void
note_last(void *ctx, const struct line *line)
{
	struct show *s = ctx;

	s->place++;
	replaced_key(line->text, &s->key);
	if (s->key.n && !is_relative(line->text) && !find_diag(s->diags, line))
		map_set(s->last, buf_sv(&s->key), (void *)s->place);
}

static void
show_line(void *ctx, const struct line *line)
{
	struct show *s = ctx;
	const struct diag *d = find_diag(s->diags, line);
	uintptr_t last;

	s->place++;
	replaced_key(line->text, &s->key);
	last = s->key.n ? (uintptr_t)map_get(s->last, buf_sv(&s->key)) : 0;
	if (d)
		print_line(line, "ignored: ", d->text);
	else if (last > s->place)
		print_line(line, "replaced further below", "");
	else
		print_line(line, "", "");
}

static void
show_sources(const struct rule_sources *sources, const struct diags *diags)
{
	struct show s = { .diags = diags,
		          .last = map_new(),
		          .key = BUF_INIT(1000) };

	each_line(sources, note_last, &s);
	s.place = 0;
	each_line(sources, show_line, &s);
	map_free(s.last);
	buf_done(&s.key);
}

/* ---- the sub-commands ---- */

static int
say_failure(const struct prefs_found *found)
{
	if (!found->failed)
		return EXIT_YES;
	fprintf(stderr, "tamis prefs: cannot read from %s: %s\n", found->failed,
	        found->why);
	return EXIT_INPUT;
}

static int
show(const struct snapshot *s, const char *name)
{
	struct prefs_found found;
	struct diags diags = DIAGS_INIT;
	struct rule_overlay *o;
	int code;

	prefs_find(s->prefs, sv_str(name), &found);
	code = say_failure(&found);
	if (found.prefs) {
		o = rule_overlay_read(s->rules, &found.prefs->sources, s->conf,
		                      &diags);
		show_sources(&found.prefs->sources, &diags);
		rule_overlay_free(o);
	} else if (code == EXIT_YES) {
		fprintf(stderr,
		        "tamis prefs: nothing is said of '%s': the site's own "
		        "settings count\n",
		        name);
	}
	prefs_unref(found.prefs);
	diags_done(&diags);
	return code;
}

static void
lint_sources(const struct snapshot *s, const struct rule_sources *sources,
             struct diags *diags)
{
	rule_overlay_free(rule_overlay_read(s->rules, sources, s->conf, diags));
}

static int
lint_file(const struct snapshot *s, const char *path, struct diags *diags)
{
	struct buf text = BUF_INIT((size_t)s->conf->prefs.bytes_max);
	struct rule_sources sources = { 0 };
	int result;

	errno = 0;
	result = file_read(path, &text);
	if (result == E_LIMIT)
		diags_add(diags, SEVERITY_ERROR, path, 0,
		          "longer than prefs.bytes_max");
	else if (result)
		fprintf(stderr, "tamis prefs: %s: %s\n", path, strerror(errno));
	rule_sources_add(&sources, path, buf_sv(&text));
	lint_sources(s, &sources, diags);
	rule_sources_done(&sources);
	buf_done(&text);
	return result && result != E_LIMIT ? EXIT_INPUT : EXIT_YES;
}

static int
lint_name(const struct snapshot *s, const char *name, struct diags *diags)
{
	struct prefs_found found;
	int code;

	prefs_find(s->prefs, sv_str(name), &found);
	code = say_failure(&found);
	if (found.prefs)
		lint_sources(s, &found.prefs->sources, diags);
	prefs_unref(found.prefs);
	return code;
}

static int
lint(const struct snapshot *s, const char *what)
{
	struct diags diags = DIAGS_INIT;
	int code = strchr(what, '/') || access(what, F_OK) == 0
	               ? lint_file(s, what, &diags)
	               : lint_name(s, what, &diags);

	diags_print(&diags, stdout);
	if (code == EXIT_YES && diags.errors + diags.warnings)
		code = EXIT_NO;
	diags_done(&diags);
	return code;
}

int
prefs_run(const struct command *self, int argc, char **argv)
{
	const char *given = NULL;
	struct conf_list rules = { 0 };
	const struct option_row rows[] = {
		OPTION_ROW_CONFIG(&given),
		OPTION_ROW_RULES(&rules),
		{ 0 },
	};
	struct operands operands;
	struct snapshot *s;
	int result = options_parse(self, rows, argc, argv, &operands);
	bool is_show;

	if (result != OPTIONS_GO_ON)
		return result;
	is_show = operands.n > 0 && strcmp(operands.list[0], "show") == 0;
	if (operands.n < 2 || (is_show && operands.n > 2) ||
	    (!is_show && strcmp(operands.list[0], "lint") != 0))
		return options_error(self, "wants show NAME, or lint and names "
		                           "or files");
	s = setup_snapshot(given, &rules, NULL);
	free(rules.list);
	if (!s)
		return EXIT_USAGE;
	result = is_show ? show(s, operands.list[1]) : EXIT_YES;
	for (size_t i = 1; i < operands.n && !is_show; i++) {
		int code = lint(s, operands.list[i]);

		result = code > result ? code : result;
	}
	snapshot_unref(s);
	return result;
}
