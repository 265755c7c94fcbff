/* SPDX-License-Identifier: Apache-2.0 */
/* tamis explain: why a message got its verdict. What is a file is judged
 * now; what looks like an id is looked up in the history. */
#include "tamis/explain.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "report/report.h"
#include "tamis/inputs.h"
#include "tamis/setup.h"

enum { RECORD_BYTES_MAX = 16 << 20, ID_BYTES_MIN = 8 };

struct explain {
	struct snapshot *snapshot;
	struct image_pool *images; /* or NULL */
	struct input_options input;
	size_t printed;
};

static void
explain_record(struct explain *x, struct sv text, const char *name,
               const struct scan *scan)
{
	json_t *record = json_loadb(text.p, text.n, JSON_ALLOW_NUL, NULL);
	struct explanation e = {
		.term = term_open(stdout),
		.arena = arena_new(),
		.name = name,
		.record = record,
		.scan = scan,
		.rules = x->snapshot->rules,
	};

	if (x->printed++)
		printf("\n");
	if (record)
		explain_print(&e);
	json_decref(record);
	arena_free(e.arena);
}

static int
explain_input(struct explain *x, struct judge *judge,
              const struct judge_input *input)
{
	struct buf name = BUF_INIT(8192), record = BUF_INIT(RECORD_BYTES_MAX);
	char why[JUDGE_WHY];
	const struct scan *scan = judge_run(judge, input, why);

	input_name(input, &name);
	if (scan) {
		scan_record(scan, &record);
		explain_record(x, buf_sv(&record), buf_str(&name), scan);
	} else {
		fprintf(stderr, "tamis: %s: %s\n", buf_str(&name), why);
	}
	buf_done(&record);
	buf_done(&name);
	return scan ? EXIT_YES : EXIT_INPUT;
}

static int
explain_files(struct explain *x, const char *operand)
{
	struct inputs inputs;
	struct judge *judge =
	    judge_new(x->snapshot, x->images, JUDGE_ALL_HITS);
	int result = EXIT_YES;

	inputs_init(&inputs, &x->input);
	inputs_add(&inputs, operand);
	if (inputs.unreadable)
		result = EXIT_INPUT;
	for (size_t i = 0; i < inputs.n; i++)
		if (explain_input(x, judge, &inputs.list[i]))
			result = EXIT_INPUT;
	inputs_done(&inputs);
	judge_free(judge);
	return result;
}

static int
take_record(void *ctx, struct sv record)
{
	explain_record(ctx, record, NULL, NULL);
	return 0;
}

static int
explain_id(struct explain *x, const char *id)
{
	struct diags diags = DIAGS_INIT;
	size_t before = x->printed;

	history_each(x->snapshot->conf, id, NULL, 1, take_record, x, &diags);
	diags_print(&diags, stderr);
	if (x->printed == before && diags.n == 0)
		fprintf(stderr,
		        "tamis: the history has no record %s, or several\n",
		        id);
	diags_done(&diags);
	return x->printed > before ? EXIT_YES : EXIT_INPUT;
}

static bool
looks_like_id(const char *operand)
{
	return strlen(operand) >= ID_BYTES_MIN &&
	       strspn(operand, "0123456789abcdef-") == strlen(operand) &&
	       access(operand, F_OK) != 0;
}

int
explain_run(const struct command *self, int argc, char **argv)
{
	const char *given = NULL;
	struct conf_list paths = { 0 };
	struct explain x = { 0 };
	const struct option_row rows[] = {
		OPTION_ROW_CONFIG(&given),
		OPTION_ROW_RULES(&paths),
		OPTION_ROWS_INPUT(&x.input),
		{ 0 },
	};
	struct operands operands;
	int result = options_parse(self, rows, argc, argv, &operands);

	if (result == OPTIONS_GO_ON)
		result = operands.n ? input_options_check(self, &x.input)
		                    : options_error(self, "wants a file, or "
		                                          "the id of a record");
	if (result != OPTIONS_GO_ON)
		goto out;
	result = EXIT_USAGE;
	x.snapshot = setup_snapshot(given, &paths, NULL);
	if (!x.snapshot)
		goto out;
	x.images = image_pool_new(&x.snapshot->conf->image, NULL);
	result = EXIT_YES;
	for (size_t i = 0; i < operands.n; i++) {
		const char *operand = operands.list[i];

		if (looks_like_id(operand) ? explain_id(&x, operand)
		                           : explain_files(&x, operand))
			result = EXIT_INPUT;
	}
	image_pool_free(x.images);
	snapshot_unref(x.snapshot);
out:
	free(paths.list);
	return result;
}
