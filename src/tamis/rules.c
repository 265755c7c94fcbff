/* SPDX-License-Identifier: Apache-2.0 */
/* tamis rules: lists the rules in force, or shows some. */
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/mem.h"
#include "tamis/channel.h"
#include "tamis/look.h"
#include "tamis/options.h"
#include "tamis/rules.h"
#include "tamis/setup.h"
#include "tamis/term.h"

enum {
	OUTPUT_BYTES_MAX = 256 << 20,
	NAME_COLUMNS = 40,
	FILE_COLUMNS = 32,
};

static const char *
type_word(enum rule_type type)
{
	static const char *const words[] = {
		[RULE_HEADER] = "header",
		[RULE_BODY] = "body",
		[RULE_RAWBODY] = "rawbody",
		[RULE_URI] = "uri",
		[RULE_FULL] = "full",
		[RULE_META] = "meta",
		[RULE_SKELETON] = "skeleton",
		[RULE_URI_SKELETON] = "uri_skeleton",
		[RULE_MIMEHEADER] = "mimeheader",
		[RULE_URI_DETAIL] = "uri_detail",
		[RULE_LIST] = "list",
		[RULE_ASKDNS] = "askdns",
	};

	return words[type];
}

static void
write_rule(struct json *j, const struct rule *r)
{
	json_begin_object(j, NULL);
	json_text(j, "name", r->name);
	json_text(j, "type", type_word(r->type));
	json_e4(j, "score", r->score_e4);
	json_text(j, "category", r->category);
	json_text(j, "ad_type", r->ad_type);
	json_text(j, "file", r->file);
	json_int(j, "line", r->line);
	json_bool(j, "shadow", rule_is_shadow(r));
	json_text(j, "definition", r->definition);
	json_text(j, "needs", r->needs);
	json_text(j, "describe", r->describe);
	json_end(j);
}

static void
print_json(const struct rule *const *rules, size_t n)
{
	struct buf out = BUF_INIT(OUTPUT_BYTES_MAX);
	struct json j = json_start(&out);

	json_begin_array(&j, NULL);
	for (size_t i = 0; i < n; i++)
		write_rule(&j, rules[i]);
	json_end(&j);
	fwrite(out.p, 1, out.n, stdout);
	putchar('\n');
	buf_done(&out);
}

static void
print_list(const struct rule *const *rules, size_t n)
{
	struct term term = term_open(stdout);
	struct arena *a = arena_new();
	struct table t;

	table_init(&t, a, "llrlll");
	table_cell(&t, SV("name"));
	table_cell(&t, SV("type"));
	table_cell(&t, SV("score"));
	table_cell(&t, SV("category"));
	table_cell(&t, SV("defined at"));
	table_cell(&t, SV("describe"));
	for (size_t i = 0; i < n; i++) {
		const struct rule *r = rules[i];
		struct sv at = arena_printf(a, "%s:%d", r->file, r->line);
		char score[LOOK_SCORE];

		table_cell(&t, term_text(a, sv_str(r->name), NAME_COLUMNS));
		table_cellf(&t, "%s", type_word(r->type));
		table_cellf(&t, "%s", look_score(r, score));
		table_cell(&t, sv_str(r->category));
		table_cell(&t,
		           term_tail(a, at, term.is_tty ? FILE_COLUMNS : 0));
		table_cell(&t, sv_str(r->describe));
	}
	table_print(&t, &term, 0, true);
	arena_free(a);
}

static void
print_one(const struct term *term, const struct rule *r)
{
	char score[E4_TEXT];

	term_print(term, TONE_BOLD, r->name);
	printf("\n  defined    %s:%d\n  definition %s %s\n", r->file, r->line,
	       type_word(r->type), r->definition);
	if (r->is_sub)
		printf("  score      none: a sub-rule, for metas\n");
	else
		printf("  score      %s\n", e4_text_1(r->score_e4, score));
	if (rule_is_shadow(r))
		printf("  shadow     yes: counted, and gives no points\n");
	if (strcmp(r->needs, "network") == 0)
		printf("  needs      network: DNS is asked\n");
	else if (strcmp(r->needs, "classifier") == 0)
		printf("  needs      classifier: tamis learn teaches it\n");
	else if (strcmp(r->needs, "signals") == 0)
		printf("  needs      signals: the store is asked\n");
	else if (*r->needs)
		printf("  needs      %s: nobody is asked yet, it is not true\n",
		       r->needs);
	if (r->multiple && r->maxhits)
		printf("  multiple   at most %u\n", r->maxhits);
	else if (r->multiple)
		printf("  multiple   yes\n");
	if (*r->category)
		printf("  category   %s\n", r->category);
	if (*r->ad_type)
		printf("  ad_type    %s\n", r->ad_type);
	if (*r->describe)
		printf("  describe   %s\n", r->describe);
}

static int
rules_list(const struct rule_set *rs, bool json)
{
	size_t n = rule_set_count(rs);
	const struct rule **rules = mem_calloc(n + 1, sizeof *rules);

	for (size_t i = 0; i < n; i++)
		rules[i] = rule_set_rule(rs, i);
	if (json)
		print_json(rules, n);
	else
		print_list(rules, n);
	free(rules);
	return EXIT_YES;
}

static int
rules_show(const struct rule_set *rs, char **names, size_t n, bool json)
{
	const struct rule **rules = mem_calloc(n + 1, sizeof *rules);
	struct term term = term_open(stdout);
	size_t found = 0;

	for (size_t i = 0; i < n; i++) {
		rules[found] = rule_set_find(rs, sv_str(names[i]));
		if (rules[found])
			found++;
		else
			fprintf(stderr, "tamis: no rule '%s'\n", names[i]);
	}
	if (json)
		print_json(rules, found);
	for (size_t i = 0; i < found && !json; i++)
		print_one(&term, rules[i]);
	free(rules);
	return found == n ? EXIT_YES : EXIT_INPUT;
}

static int
rules_stats(const char *given, const struct conf_list *paths,
            const struct operands *files, const struct rules_stats_options *o)
{
	struct snapshot *snapshot;
	struct conf *conf;
	int result = EXIT_USAGE;

	if (files->n) {
		snapshot = setup_snapshot(given, paths, NULL);
		if (snapshot)
			result = rules_stats_files(snapshot, files, o);
		snapshot_unref(snapshot);
	} else {
		conf = setup_conf(given);
		if (conf)
			result = rules_stats_daemon(conf, o);
		conf_unref(conf);
	}
	return result;
}

static int
rules_print(const char *given, const struct conf_list *paths,
            const struct operands *operands, bool json)
{
	struct snapshot *snapshot = setup_snapshot(given, paths, NULL);
	int result = EXIT_USAGE;

	if (snapshot && operands->n == 1)
		result = rules_list(snapshot->rules, json);
	else if (snapshot)
		result = rules_show(snapshot->rules, operands->list + 1,
		                    operands->n - 1, json);
	snapshot_unref(snapshot);
	return result;
}

/* Words with a command line of their own. */
static const struct command channel_commands[] = {
	{ "rules update", "[NAME...] [-c CONF] [--force]",
	  "fetch newer rules of the channels, try them, put them in force",
	  channel_update_run },
	{ "rules rollback", "NAME [VERSION] [-c CONF]",
	  "put the version of a channel before this one in force, or that one",
	  channel_rollback_run },
	{ "rules channels", "[-c CONF] [--json]",
	  "list the channels that rules come from, and their versions",
	  channel_list_run },
	{ "rules pack",
	  "DIR -k SECRET-KEY -o FILE [--name NAME] [--serial N] [--needs V]",
	  "make and sign a bundle of a folder of rules", channel_pack_run },
	{ "rules keygen", "FILE",
	  "make a key to sign bundles with: FILE.sec and FILE.pub",
	  channel_keygen_run },
	{ 0 },
};

static const struct command *
channel_command(const char *word)
{
	const struct command *c = channel_commands;

	while (c->name && strcmp(c->name + sizeof "rules", word) != 0)
		c++;
	return c->name ? c : NULL;
}

static int
rules_print_run(const struct command *self, int argc, char **argv)
{
	const char *given = NULL, *word;
	struct conf_list paths = { 0 };
	struct input_options input = { 0 };
	struct rules_stats_options stats = { .input = &input };
	const struct option_row rows[] = {
		OPTION_ROW_CONFIG(&given),
		OPTION_ROW_RULES(&paths),
		OPTION_ROW_JSON(&stats.json, "print JSON"),
		{ 0, "hits", NULL, "stats: how often each rule was true",
		  OPTION_FLAG, &stats.hits },
		{ 0, "never", NULL, "stats: the rules that never were",
		  OPTION_FLAG, &stats.never },
		OPTION_ROWS_INPUT(&input),
		{ 0 },
	};
	struct operands operands, files;
	int result = options_parse(self, rows, argc, argv, &operands);

	if (result == OPTIONS_GO_ON)
		result = input_options_check(self, &input);
	if (result != OPTIONS_GO_ON)
		goto out;
	word = operands.n ? operands.list[0] : "";
	files = (struct operands){ operands.list + 1, operands.n - 1 };
	if (strcmp(word, "stats") == 0)
		result = rules_stats(given, &paths, &files, &stats);
	else if ((strcmp(word, "list") == 0 && operands.n == 1) ||
	         (strcmp(word, "show") == 0 && operands.n > 1))
		result = rules_print(given, &paths, &operands, stats.json);
	else
		result = options_error(self, "wants `list`, or `show` and the "
		                             "names of rules, or `stats`, "
		                             "`update`, `rollback`, "
		                             "`channels`, `pack`, `keygen`");
out:
	free(paths.list);
	return result;
}

int
rules_run(const struct command *self, int argc, char **argv)
{
	const struct command *c = argc > 1 ? channel_command(argv[1]) : NULL;

	if (c)
		return c->run(c, argc - 1, argv + 1);
	return rules_print_run(self, argc, argv);
}
