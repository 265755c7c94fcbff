/* SPDX-License-Identifier: Apache-2.0 */
/* tamis check: judges files. */
#include "tamis/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "store/store.h"
#include "tamis/crew.h"
#include "tamis/learned.h"
#include "tamis/net.h"
#include "tamis/setup.h"

struct check_options {
	const char *conf, *engine;
	struct conf_list rules;
	struct input_options input;
	int64_t threads;
	enum engine engine_found;
	bool json, quiet, all_hits, learned;
	struct net_options net;
};

static int
check_engine(const struct command *self, struct check_options *o)
{
	if (!o->engine || engine_find(sv_str(o->engine), &o->engine_found))
		return OPTIONS_GO_ON;
	return options_error(self,
	                     "no engine '%s'; there are: auto, pcre2, gates, "
	                     "vectorscan",
	                     o->engine);
}

/* What the options say together. */
static int
check_options(const struct command *self, struct check_options *o)
{
	int result = input_options_check(self, &o->input);

	return result == OPTIONS_GO_ON ? check_engine(self, o) : result;
}

static int
parse(const struct command *self, int argc, char **argv,
      struct check_options *o, struct operands *ret)
{
	const struct option_row rows[] = {
		OPTION_ROW_CONFIG(&o->conf),
		OPTION_ROW_RULES(&o->rules),
		OPTION_ROW_JSON(&o->json, "print one JSON object an input"),
		{ 'j', "threads", "N", "judge N at once (default: the cores)",
		  OPTION_COUNT, &o->threads },
		OPTION_ROWS_INPUT(&o->input),
		OPTION_ROWS_NET(&o->net),
		OPTION_ROW_LEARNED(&o->learned),
		{ 0, "engine", "NAME",
		  "look for patterns with auto, pcre2, gates or vectorscan",
		  OPTION_TEXT, &o->engine },
		{ 0, "all-hits", NULL,
		  "decide every rule, and show sub-rules too", OPTION_FLAG,
		  &o->all_hits },
		{ 'q', "quiet", NULL, "no summary, no progress", OPTION_FLAG,
		  &o->quiet },
		{ 0 },
	};
	int result = options_parse(self, rows, argc, argv, ret);

	if (result != OPTIONS_GO_ON)
		return result;
	if (ret->n == 0)
		return options_error(self, "nothing to judge; name files or "
		                           "folders, or - for standard input");
	return check_options(self, o);
}

static void
print_summary(const struct tally *t)
{
	double seconds = (double)(clock_mono_us() - t->begin_mono_us) / 1e6;

	fprintf(stderr, "%zu judged:", t->done - t->unreadable);
	for (int v = 0; v < VERDICT_COUNT; v++)
		if (t->verdicts[v])
			fprintf(stderr, " %zu %s,", t->verdicts[v],
			        verdict_word(v));
	if (t->incomplete)
		fprintf(stderr, " %zu incomplete,", t->incomplete);
	if (t->unreadable)
		fprintf(stderr, " %zu unreadable,", t->unreadable);
	fprintf(stderr, " %.1f s, %.0f/s\n", seconds,
	        (double)t->done / (seconds > 1e-6 ? seconds : 1e-6));
}

static int
judge_operands(const struct check_options *o, const struct operands *operands,
               struct snapshot *snapshot)
{
	struct inputs inputs;
	struct check_job job = {
		.inputs = &inputs,
		.snapshot = snapshot,
		.images = image_pool_new(&snapshot->conf->image, NULL),
		.json = o->json,
		.all_hits = o->all_hits,
		.threads = crew_threads(o->threads),
		.out = term_open(stdout),
		.err = term_open(stderr),
	};
	struct tally tally;

	/* After the decoders of pictures, which are processes. */
	if (!learned_open(o->learned, snapshot->conf, &job.store)) {
		image_pool_free(job.images);
		return EXIT_INPUT;
	}
	inputs_init(&inputs, &o->input);
	for (size_t i = 0; i < operands->n; i++)
		inputs_add(&inputs, operands->list[i]);
	if (o->quiet)
		job.err.is_tty = false;
	tally = check_all(&job);
	tally.unreadable += inputs.unreadable;
	tally.done += inputs.unreadable;
	fflush(stdout);
	if (tally.done > 1 && !o->quiet)
		print_summary(&tally);
	inputs_done(&inputs);
	store_close(job.store);
	image_pool_free(job.images);
	if (tally.unreadable)
		return EXIT_INPUT;
	return tally.verdicts[VERDICT_ADVERTISING_SPAM] ||
	               tally.verdicts[VERDICT_OTHER_ABUSE]
	           ? EXIT_NO
	           : EXIT_YES;
}

int
check_run(const struct command *self, int argc, char **argv)
{
	struct check_options o = { 0 };
	struct operands operands;
	struct setup_changes changes;
	struct snapshot *snapshot;
	struct net *net;
	int result = parse(self, argc, argv, &o, &operands);

	if (result == OPTIONS_GO_ON) {
		result = EXIT_USAGE;
		changes = net_changes(&o.net);
		changes.engine = o.engine ? &o.engine_found : NULL;
		snapshot = setup_snapshot(o.conf, &o.rules, &changes);
		net = snapshot ? net_open(&o.net, snapshot) : NULL;
		if (net)
			result = judge_operands(&o, &operands, snapshot);
		snapshot_unref(snapshot);
		net_close(net);
	}
	free(o.rules.list);
	return result;
}
