/* SPDX-License-Identifier: Apache-2.0 */
/* tamis rescore: fits the points of rules to labelled mail. */
#include "tamis/rescore.h"

#include <errno.h>
#include <math.h>
#include <regex.h>
#include <stdio.h>

#include "base/e4.h"
#include "base/file.h"
#include "tamis/logs.h"
#include "tamis/progress.h"
#include "tamis/setup.h"
#include "tamis/term.h"

enum {
	FOLDS = 5,
	CF_BYTES_MAX = 64 << 20,
	MESSAGES_MIN = 100, /* of each label: less says nothing */
};
static const double LAMBDA = 50, FP_MAX_PERCENT = 0.1;

struct rescore {
	const struct command *self;
	const char *conf, *out, *fp_max, *points_max;
	struct conf_list rules, keep;
	int64_t folds;
	bool json, by_source;
	struct mass_rescore_options options;
	regex_t *patterns; /* of keep */
	size_t n_patterns;
};

/* ---- options ---- */

static bool
read_number(const char *text, double low, double high, double *ret)
{
	struct sv value = sv_str(text);
	int64_t e4;

	if (sv_iends(value, SV("%")))
		value.n--;
	if (e4_parse(value, &e4))
		return false;
	*ret = (double)e4 / E4_ONE;
	return *ret >= low && *ret <= high;
}

static int
read_keep(struct rescore *r)
{
	char why[200];

	r->patterns = mem_calloc(r->keep.n + 1, sizeof *r->patterns);
	for (; r->n_patterns < r->keep.n; r->n_patterns++) {
		regex_t *p = &r->patterns[r->n_patterns];
		int error = regcomp(p, r->keep.list[r->n_patterns],
		                    REG_EXTENDED | REG_NOSUB);

		if (!error)
			continue;
		regerror(error, p, why, sizeof why);
		return options_error(r->self, "--keep %s: %s",
		                     r->keep.list[r->n_patterns], why);
	}
	return OPTIONS_GO_ON;
}

static int
read_options(struct rescore *r, const struct conf *conf)
{
	double percent = FP_MAX_PERCENT;
	double threshold = (double)conf->scan.threshold_e4 / E4_ONE;

	r->options = (struct mass_rescore_options){
		.threshold = threshold,
		.points_max = threshold * 0.9,
		.lambda = LAMBDA,
	};
	if (r->fp_max && !read_number(r->fp_max, 0, 100, &percent))
		return options_error(
		    r->self, "--max-fp wants a percentage, such as 0.1");
	if (r->points_max &&
	    !read_number(r->points_max, 0.001, 1000, &r->options.points_max))
		return options_error(r->self,
		                     "--max-points wants a number above 0");
	if (r->folds < 3 || r->folds > MASS_FOLDS_MAX)
		return options_error(r->self, "--folds can be 3 to %d",
		                     MASS_FOLDS_MAX);
	r->options.fp_max = percent / 100;
	return read_keep(r);
}

/* ---- logs ---- */

static int
read_logs(const struct rescore *r, const struct operands *operands,
          struct mass_log *log)
{
	int result = logs_read(r->self, operands, log);

	if (result == OPTIONS_GO_ON &&
	    (log->n_spam < MESSAGES_MIN || log->n_ham < MESSAGES_MIN)) {
		fprintf(stderr,
		        "tamis: %zu spam and %zu ham are too few: %d of each "
		        "are the least\n",
		        log->n_spam, log->n_ham, MESSAGES_MIN);
		result = EXIT_INPUT;
	}
	return result;
}

/* ---- rules ---- */

static bool
is_asked(const struct rescore *r, const char *name)
{
	for (size_t i = 0; i < r->n_patterns; i++)
		if (regexec(&r->patterns[i], name, 0, NULL, 0) == 0)
			return true;
	return false;
}

static enum rescore_keep
why_kept(const struct rescore *r, const struct rule *rule)
{
	double threshold = r->options.threshold;

	if (!rule)
		return KEEP_UNKNOWN;
	if (rule->is_sub || rule->disabled)
		return KEEP_NO_POINTS;
	if (rule_is_shadow(rule) || sv_starts(sv_str(rule->name), SV("T_")))
		return KEEP_TRIAL;
	if (rule->tflags & TFLAG_USERCONF || rule->shortcircuit)
		return KEEP_USER;
	if (fabs((double)rule->score_e4 / E4_ONE) >= threshold)
		return KEEP_ALONE;
	return is_asked(r, rule->name) ? KEEP_ASKED : KEEP_NOT;
}

static struct mass_fit_rule *
look_up_rules(const struct rescore *r, struct rescore_page *page)
{
	size_t n = page->log->rules.n;
	struct mass_fit_rule *list = mem_calloc(n + 1, sizeof *list);

	for (size_t i = 0; i < n; i++) {
		const char *name = page->log->rules.list[i].name;
		const struct rule *rule =
		    rule_set_find(page->rules, sv_str(name));
		enum rescore_keep why = why_kept(r, rule);

		page->kept[why]++;
		list[i].is_fitted = why == KEEP_NOT;
		if (!rule || rule->disabled || rule_is_shadow(rule))
			continue;
		list[i].points = (double)rule->score_e4 / E4_ONE;
		list[i].is_nice =
		    rule->score_e4 < 0 || rule->tflags & TFLAG_NICE;
	}
	return list;
}

/* How many messages have another score in the log; it may be rounded. */
static size_t
count_others(const struct mass_log *log, const struct mass_fit_rule *rules)
{
	size_t n = 0;

	for (size_t i = 0; i < log->messages.n; i++) {
		const struct mass_message *m = &log->messages.list[i];
		const struct mass_hit *hits = mass_log_hits(log, m);
		double sum = 0;

		for (uint32_t k = 0; k < m->n_hits; k++)
			sum += rules[hits[k].rule].points * hits[k].count;
		n += fabs(sum - (double)m->score_e4 / E4_ONE) > 1;
	}
	return n;
}

/* ---- all of it ---- */

static int
write_file(const struct rescore *r, const struct rescore_page *page)
{
	struct buf text = BUF_INIT(CF_BYTES_MAX);
	int result = EXIT_YES;

	rescore_write(page, &text);
	if (file_replace(r->out, buf_sv(&text), 0644)) {
		fprintf(stderr, "tamis: %s: %s\n", r->out, strerror(errno));
		result = EXIT_INPUT;
	}
	buf_done(&text);
	return result;
}

static void
show_progress(void *ctx, size_t done, size_t total)
{
	struct progress *p = ctx;

	p->total = total;
	progress_show(p, done);
}

static struct mass_rescore *
fit(const struct rescore *r, const struct mass_fit_data *data)
{
	struct term err = term_open(stderr);
	struct progress progress = progress_start(err.is_tty, 1);
	struct mass_rescore_options o = r->options;
	struct mass_rescore *result;

	o.progress = show_progress;
	o.ctx = &progress;
	result = mass_rescore_new(data, &o);
	progress_end(&progress);
	return result;
}

static int
rescore_log(const struct rescore *r, const struct mass_log *log,
            const struct rule_set *rules)
{
	struct rescore_page page = { .log = log,
		                     .rules = rules,
		                     .options = &r->options };
	struct mass_fit_rule *list = look_up_rules(r, &page);
	struct mass_fit_data *data =
	    mass_fit_data_new(log, list, (unsigned)r->folds, r->by_source);
	struct mass_rescore *result = fit(r, data);
	int status = EXIT_NO;

	page.data = data;
	page.result = result;
	page.n_other = count_others(log, list);
	if (r->json)
		rescore_print_json(&page);
	else
		rescore_print(&page);
	if (result->is_better)
		status = r->out ? write_file(r, &page) : EXIT_YES;
	mass_rescore_free(result);
	mass_fit_data_free(data);
	free(list);
	return status;
}

static int
rescore(struct rescore *r, const struct operands *logs)
{
	struct snapshot *snapshot = setup_snapshot(r->conf, &r->rules, NULL);
	struct mass_log *log = mass_log_new();
	int result = EXIT_USAGE;

	if (snapshot)
		result = read_options(r, snapshot->conf);
	if (result == OPTIONS_GO_ON)
		result = read_logs(r, logs, log);
	if (result == OPTIONS_GO_ON)
		result = rescore_log(r, log, snapshot->rules);
	mass_log_free(log);
	snapshot_unref(snapshot);
	return result;
}

int
rescore_run(const struct command *self, int argc, char **argv)
{
	struct rescore r = { .self = self, .folds = FOLDS };
	const struct option_row rows[] = {
		OPTION_ROW_CONFIG(&r.conf),
		OPTION_ROW_RULES(&r.rules),
		{ 'k', "keep", "REGEX",
		  "leave the points of these rules; may be repeated",
		  OPTION_LIST, &r.keep },
		{ 0, "max-fp", "PERCENT",
		  "ham that may be taken for spam; 0.1 by default", OPTION_TEXT,
		  &r.fp_max },
		{ 0, "max-points", "N",
		  "the most a rule may get; 0.9 of the threshold by default",
		  OPTION_TEXT, &r.points_max },
		{ 0, "folds", "N", "parts for cross-validation; 5 by default",
		  OPTION_COUNT, &r.folds },
		{ 0, "by-source", NULL,
		  "try mail of a folder on points from other folders",
		  OPTION_FLAG, &r.by_source },
		{ 'o', "output", "FILE",
		  "write score lines here, if they are better", OPTION_TEXT,
		  &r.out },
		OPTION_ROW_JSON(&r.json, "print one JSON object"),
		{ 0 },
	};
	struct operands logs;
	int result = options_parse(self, rows, argc, argv, &logs);

	if (result == OPTIONS_GO_ON && logs.n == 0)
		result = options_error(self, "no logs; name ham.log and "
		                             "spam.log, or their folder");
	if (result == OPTIONS_GO_ON)
		result = rescore(&r, &logs);
	for (size_t i = 0; i < r.n_patterns; i++)
		regfree(&r.patterns[i]);
	free(r.patterns);
	free(r.keep.list);
	free(r.rules.list);
	return result;
}
