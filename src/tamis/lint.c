/* SPDX-License-Identifier: Apache-2.0 */
/* tamis lint: compiles rules, says what is wrong, runs their test lines. */
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/json.h"
#include "tamis/lint.h"
#include "tamis/options.h"
#include "tamis/setup.h"
#include "tamis/term.h"

enum { OUTPUT_BYTES_MAX = 16 << 20 };

struct lint {
	struct diags diags;
	size_t rules, tests;
};

static const char *const severity_words[] = {
	[SEVERITY_NOTE] = "note",
	[SEVERITY_WARNING] = "warning",
	[SEVERITY_ERROR] = "error",
};

struct rule_set *
lint_compile(const struct rule_sources *sources, const struct conf *conf,
             struct diags *diags, size_t *ret_tests)
{
	struct rule_set *rules = rule_set_compile(sources, conf, diags);

	*ret_tests = 0;
	if (rules) {
		rule_set_lint(rules, diags);
		*ret_tests = rule_set_run_tests(rules, diags);
	}
	return rules;
}

static void
lint_sources(struct lint *l, const struct conf *conf,
             const struct conf_list *paths)
{
	struct rule_sources sources;
	struct rule_set *rules = NULL;

	if (setup_sources(conf, paths, &sources, &l->diags) == 0)
		rules = lint_compile(&sources, conf, &l->diags, &l->tests);
	rule_sources_done(&sources);
	if (rules)
		l->rules = rule_set_count(rules);
	rule_set_unref(rules);
}

/* {"rules","tests","errors","warnings","diagnostics":[{"file","line",
 * "severity","text"}]}: what an editor needs. */
static void
print_json(const struct lint *l)
{
	struct buf out = BUF_INIT(OUTPUT_BYTES_MAX);
	struct json j = json_start(&out);

	json_begin_object(&j, NULL);
	json_int(&j, "rules", (int64_t)l->rules);
	json_int(&j, "tests", (int64_t)l->tests);
	json_int(&j, "errors", (int64_t)l->diags.errors);
	json_int(&j, "warnings", (int64_t)l->diags.warnings);
	json_begin_array(&j, "diagnostics");
	for (size_t i = 0; i < l->diags.n; i++) {
		const struct diag *d = &l->diags.list[i];

		json_begin_object(&j, NULL);
		if (d->file)
			json_text(&j, "file", d->file);
		json_int(&j, "line", d->line);
		json_text(&j, "severity", severity_words[d->severity]);
		json_text(&j, "text", d->text);
		json_end(&j);
	}
	json_end(&j);
	json_end(&j);
	printf("%s\n", buf_str(&out));
	buf_done(&out);
}

static void
print_text(const struct lint *l)
{
	struct term term = term_open(stdout);
	bool bad = l->diags.errors > 0, doubt = l->diags.warnings > 0;

	diags_print(&l->diags, stdout);
	printf("%s%zu rules, %zu tests, %zu errors, %zu warnings%s\n",
	       term_tone(&term, bad     ? TONE_BAD
	                        : doubt ? TONE_DOUBT
	                                : TONE_GOOD),
	       l->rules, l->tests, l->diags.errors, l->diags.warnings,
	       term_plain(&term));
}

int
lint_run(const struct command *self, int argc, char **argv)
{
	const char *given = NULL;
	bool json = false, strict = false;
	const struct option_row rows[] = {
		OPTION_ROW_CONFIG(&given),
		OPTION_ROW_JSON(&json, "print one JSON object, for editors"),
		{ 0, "strict", NULL, "warnings are errors", OPTION_FLAG,
		  &strict },
		{ 0 },
	};
	struct lint l = { .diags = DIAGS_INIT };
	struct operands operands;
	struct conf *conf;
	int result = options_parse(self, rows, argc, argv, &operands);

	if (result != OPTIONS_GO_ON)
		return result;
	conf = setup_conf(given);
	if (!conf)
		return EXIT_USAGE;
	lint_sources(&l, conf,
	             &(struct conf_list){ operands.list, operands.n });
	if (json)
		print_json(&l);
	else
		print_text(&l);
	result =
	    l.diags.errors || (strict && l.diags.warnings) ? EXIT_NO : EXIT_YES;
	diags_done(&l.diags);
	conf_unref(conf);
	return result;
}
