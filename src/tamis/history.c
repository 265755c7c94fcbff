/* SPDX-License-Identifier: Apache-2.0 */
/* tamis history: what was judged, newest first. */
#include <inttypes.h>
#include <stdio.h>

#include "report/report.h"
#include "tamis/look.h"
#include "tamis/member.h"
#include "tamis/options.h"
#include "tamis/setup.h"
#include "tamis/term.h"

enum { FROM_COLUMNS = 32 };

struct list {
	struct arena *arena;
	struct table table;
	bool json;
	size_t n;
};

static void
add_row(struct list *l, const json_t *root)
{
	const json_t *message = json_object_get(root, "message");
	const json_t *envelope = json_object_get(root, "envelope");
	const json_t *plan = json_object_get(root, "plan");
	struct sv from = member_text(envelope, "from");

	if (!from.n)
		from = member_text(message, "from");
	table_cell(&l->table, member_text(root, "time"));
	table_cell(&l->table, member_text(root, "id"));
	table_cell(&l->table, member_text(root, "verdict"));
	table_cellf(&l->table, "%.1f",
	            json_number_value(json_object_get(root, "score")));
	table_cell(&l->table, member_text(plan, "action"));
	table_cell(&l->table, member_text(root, "surface"));
	table_cell(&l->table, term_text(l->arena, from, FROM_COLUMNS));
	table_cell(&l->table, member_text(message, "subject"));
}

static int
take_record(void *ctx, struct sv record)
{
	struct list *l = ctx;
	json_t *root;

	l->n++;
	if (l->json) {
		printf(SV_FMT "\n", SV_ARG(record));
		return 0;
	}
	root = json_loadb(record.p, record.n, JSON_ALLOW_NUL, NULL);
	if (root)
		add_row(l, root);
	json_decref(root);
	return 0;
}

static int
print_history(const struct conf *conf, const char *verdict, size_t limit,
              bool json)
{
	static const char *const head[] = { "time",   "id",      "verdict",
		                            "score",  "plan",    "surface",
		                            "sender", "subject", NULL };
	struct diags diags = DIAGS_INIT;
	struct term term = term_open(stdout);
	struct list l = { .arena = arena_new(), .json = json };
	int result;

	table_init(&l.table, l.arena, "lllrllll");
	for (const char *const *h = head; *h; h++)
		table_cell(&l.table, sv_str(*h));
	result =
	    history_each(conf, NULL, verdict, limit, take_record, &l, &diags);
	if (l.n && !json)
		table_print(&l.table, &term, 0, true);
	diags_print(&diags, stderr);
	if (result == 0 && l.n == 0)
		fprintf(stderr, "tamis: the history has no such record\n");
	diags_done(&diags);
	arena_free(l.arena);
	return result ? EXIT_INPUT : EXIT_YES;
}

int
history_run(const struct command *self, int argc, char **argv)
{
	const char *given = NULL, *verdict = NULL;
	int64_t limit = 50;
	bool json = false;
	const struct option_row rows[] = {
		OPTION_ROW_CONFIG(&given),
		{ 0, "verdict", "V", "only this verdict", OPTION_TEXT,
		  &verdict },
		{ 'n', "limit", "N", "at most N records (50)", OPTION_COUNT,
		  &limit },
		OPTION_ROW_JSON(&json, "print verdict records, one a line"),
		{ 0 },
	};
	struct operands operands;
	enum verdict ignored;
	struct conf *conf;
	int result = options_parse(self, rows, argc, argv, &operands);

	if (result != OPTIONS_GO_ON)
		return result;
	if (operands.n)
		return options_error(self, "takes no operands (tamis explain "
		                           "ID shows one record)");
	if (verdict && look_verdict(sv_str(verdict), &ignored))
		return options_error(self,
		                     "no verdict '%s'; there are: "
		                     "legitimate, advertising_spam, "
		                     "other_abuse, suspected, unknown",
		                     verdict);
	conf = setup_conf(given);
	if (!conf)
		return EXIT_USAGE;
	result = print_history(conf, verdict, (size_t)limit, json);
	conf_unref(conf);
	return result;
}
