/* SPDX-License-Identifier: Apache-2.0 */
/* tamis hits: how often rules hit labelled mail, from logs of mass checks. */
#include "tamis/hits.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/e4.h"
#include "tamis/logs.h"
#include "tamis/setup.h"

enum { PERCENT = 100, JACCARD_MIN_PRESET = 50 };

bool
hits_is_wanted(const struct hits_options *o, const char *name, bool is_sub)
{
	if (is_sub && !o->sub_rules)
		return false;
	return !o->name || regexec(&o->pattern, name, 0, NULL, 0) == 0;
}

int
hits_print_json(const struct buf *out)
{
	if (out->full) {
		fprintf(stderr, "tamis: that is too much; ask for less with "
		                "--name, --min-hits or --limit\n");
		return EXIT_INPUT;
	}
	fwrite(out->p, 1, out->n, stdout);
	putchar('\n');
	return EXIT_YES;
}

static int
read_overlap(const struct command *self, struct hits_options *o)
{
	int64_t percent_e4 = JACCARD_MIN_PRESET * E4_ONE;

	if (o->min_overlap &&
	    (e4_parse(sv_str(o->min_overlap), &percent_e4) || percent_e4 <= 0 ||
	     percent_e4 > PERCENT * E4_ONE))
		return options_error(self,
		                     "--min-overlap wants a percentage above "
		                     "0, not '%s'",
		                     o->min_overlap);
	o->jaccard_min = (double)percent_e4 / E4_ONE / PERCENT;
	return OPTIONS_GO_ON;
}

static int
read_name(const struct command *self, struct hits_options *o)
{
	char why[200];
	int error;

	if (!o->name)
		return OPTIONS_GO_ON;
	error = regcomp(&o->pattern, o->name, REG_EXTENDED | REG_NOSUB);
	if (error == 0)
		return OPTIONS_GO_ON;
	regerror(error, &o->pattern, why, sizeof why);
	why[sizeof why - 1] = '\0';
	error = options_error(self, "--name '%s': %s", o->name, why);
	o->name = NULL;
	return error;
}

/* What the options say together. */
static int
check_options(const struct command *self, struct hits_options *o,
              const struct operands *logs)
{
	int result;

	if (logs->n == 0)
		return options_error(self, "no logs; name ham.log and "
		                           "spam.log, or their folder");
	if (!hits_can_sort(o->sort))
		return options_error(self,
		                     "cannot sort by '%s'; there are: rank, "
		                     "overall, spam, ham, so, score, name",
		                     o->sort);
	if (o->never && !o->rules.n)
		return options_error(self, "--never goes with --rules: logs "
		                           "hold only what hit");
	if (o->overlap + o->never + o->wrong > 1)
		return options_error(self, "--overlap, --never and --wrong "
		                           "exclude each other");
	result = read_overlap(self, o);
	return result == OPTIONS_GO_ON ? read_name(self, o) : result;
}

static int
parse(const struct command *self, int argc, char **argv, struct hits_options *o,
      struct operands *ret)
{
	const struct option_row rows[] = {
		OPTION_ROW_CONFIG(&o->conf),
		{ 'r', "rules", "DIR|FILE",
		  "take the points from these rules; may be repeated",
		  OPTION_LIST, &o->rules },
		OPTION_ROW_JSON(&o->json, "print one JSON object"),
		{ 0, "sort", "WORD",
		  "by rank (default), overall, spam, ham, so, score or name",
		  OPTION_TEXT, &o->sort },
		{ 0, "name", "REGEX", "only rules with such names", OPTION_TEXT,
		  &o->name },
		{ 0, "min-hits", "N", "only rules with N hits or more",
		  OPTION_COUNT, &o->min_hits },
		{ 'n', "limit", "N", "only the first N rows", OPTION_COUNT,
		  &o->limit },
		{ 0, "sub-rules", NULL, "those that begin with __ as well",
		  OPTION_FLAG, &o->sub_rules },
		{ 0, "never", NULL, "rules that hit nothing as well",
		  OPTION_FLAG, &o->never },
		{ 0, "wrong", NULL, "count only mail that was judged wrongly",
		  OPTION_FLAG, &o->wrong },
		{ 0, "overlap", NULL, "show which rules hit the same mail",
		  OPTION_FLAG, &o->overlap },
		{ 0, "min-overlap", "PERCENT",
		  "pairs that share this much of their hits (default: 50)",
		  OPTION_TEXT, &o->min_overlap },
		{ 0 },
	};
	int result = options_parse(self, rows, argc, argv, ret);

	return result == OPTIONS_GO_ON ? check_options(self, o, ret) : result;
}

static int
show(const struct command *self, const struct hits_options *o,
     const struct operands *operands, const struct rule_set *rules)
{
	struct mass_log *log = mass_log_new();
	int result = logs_read(self, operands, log);

	if (result == OPTIONS_GO_ON && !o->overlap &&
	    (log->n_spam == 0 || log->n_ham == 0))
		fprintf(stderr,
		        "tamis: there is no %s: S/O and RANK say "
		        "nothing\n",
		        log->n_spam == 0 ? "spam" : "ham");
	if (result == OPTIONS_GO_ON)
		result = o->overlap ? hits_print_overlap(o, log)
		                    : hits_print_rules(o, log, rules);
	mass_log_free(log);
	return result;
}

int
hits_run(const struct command *self, int argc, char **argv)
{
	struct hits_options o = { .sort = "rank" };
	struct operands operands;
	struct snapshot *snapshot = NULL;
	int result = parse(self, argc, argv, &o, &operands);

	if (result == OPTIONS_GO_ON && (o.rules.n || o.conf)) {
		snapshot = setup_snapshot(o.conf, &o.rules, NULL);
		if (!snapshot)
			result = EXIT_USAGE;
	}
	if (result == OPTIONS_GO_ON)
		result = show(self, &o, &operands,
		              snapshot ? snapshot->rules : NULL);
	snapshot_unref(snapshot);
	if (o.name)
		regfree(&o.pattern);
	free(o.rules.list);
	return result;
}
