/* SPDX-License-Identifier: Apache-2.0 */
/* Trying a version of a channel before it comes into force. */
#include <stdio.h>

#include "tamis/channel.h"
#include "tamis/drift.h"
#include "tamis/lint.h"

enum { SWITCH_BYTES_MAX = 256 << 10 };

/* All rules of the configuration; with other content of one file, or not. */
static struct snapshot *
compile(const struct conf *conf, const struct rule_stand_in *stand_in,
        struct diags *diags, size_t *ret_tests)
{
	struct rule_sources sources = { 0 };
	struct rule_set *rules = NULL;

	if (rule_sources_read_as(&conf->rule.paths, stand_in, &sources,
	                         diags) == 0)
		rules = lint_compile(&sources, conf, diags, ret_tests);
	rule_sources_done(&sources);
	if (!rules)
		return NULL;
	return snapshot_new(conf_ref((struct conf *)(uintptr_t)conf), rules);
}

static struct snapshot *
compile_next(const struct conf *conf, const struct channel_store *store,
             uint64_t serial, struct diags *diags, size_t *ret_tests)
{
	struct buf text = BUF_INIT(SWITCH_BYTES_MAX);
	struct snapshot *next = NULL;
	char path[STORE_PATH], why[BUNDLE_WHY];
	struct rule_stand_in stand_in;

	channel_store_switch_path(store->dir, store->name, path);
	if (channel_store_switch_text(store, serial, &text, why)) {
		diags_add(diags, SEVERITY_ERROR, NULL, 0, "%s", why);
	} else {
		stand_in = (struct rule_stand_in){ path, buf_sv(&text) };
		next = compile(conf, &stand_in, diags, ret_tests);
	}
	buf_done(&text);
	return next;
}

static void
print_errors(const struct diags *diags)
{
	for (size_t i = 0; i < diags->n; i++) {
		struct diags one = { .list = &diags->list[i], .n = 1 };

		if (diags->list[i].severity == SEVERITY_ERROR)
			diags_print(&one, stdout);
	}
}

/* What the new rules would have made of recent messages. */
static int
try_drift(const struct conf *conf, struct snapshot *next, bool force,
          char why[TRIAL_WHY])
{
	struct diags diags = DIAGS_INIT;
	struct snapshot *old;
	struct drift drift;
	int result = 0;
	size_t tests;

	old = compile(conf, NULL, &diags, &tests);
	diags_done(&diags);
	if (!old) {
		printf("  drift      not known: the rules in force have "
		       "errors\n");
		return 0;
	}
	drift_init(&drift);
	drift_try_history(&drift, old, next, &diags);
	drift_try_samples(&drift, old, next);
	diags_print(&diags, stdout);
	drift_print(&drift);
	if (drift_is_too_much(&drift, conf->channel.drift_percent) && !force) {
		snprintf(why, TRIAL_WHY,
		         "more than %d %% of recent verdicts would change "
		         "(channel.drift_max; --force takes it all the same)",
		         (int)conf->channel.drift_percent);
		result = E_RANGE;
	}
	drift_done(&drift);
	diags_done(&diags);
	snapshot_unref(old);
	return result;
}

int
channel_try(const struct conf *conf, const struct channel_store *store,
            uint64_t serial, bool force, char why[TRIAL_WHY])
{
	bool first = channel_store_current(store->dir, store->name) == 0;
	struct diags diags = DIAGS_INIT;
	struct snapshot *next;
	size_t tests = 0;
	int result = 0;

	next = compile_next(conf, store, serial, &diags, &tests);
	print_errors(&diags);
	printf("  lint       %zu rules, %zu tests, %zu errors, %zu warnings\n",
	       next ? rule_set_count(next->rules) : 0, tests, diags.errors,
	       diags.warnings);
	if (diags.errors) {
		diags_first(&diags, why, TRIAL_WHY);
		result = E_SYNTAX;
	} else if (next) {
		result = try_drift(conf, next, force || first, why);
	}
	snapshot_unref(next);
	diags_done(&diags);
	return result;
}
