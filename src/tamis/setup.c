/* SPDX-License-Identifier: Apache-2.0 */
#include "tamis/setup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

enum { DEADLINE_MS = 3600 * 1000 };

const char *
setup_conf_path(const char *given)
{
	const char *environment = getenv("TAMIS_CONFIG");

	if (!given && environment && *environment)
		given = environment;
	return conf_find(given);
}

struct conf *
setup_conf(const char *given)
{
	struct diags diags = DIAGS_INIT;
	struct conf *conf = conf_load(setup_conf_path(given), &diags);

	diags_print(&diags, stderr);
	diags_done(&diags);
	return conf;
}

/* The items of TAMIS_RULES, as views into it made C strings. */
static int
read_environment(const char *value, struct rule_sources *ret,
                 struct diags *diags)
{
	struct conf_list list = { 0 };
	struct sv rest = sv_str(value), item;
	int result;

	while (sv_split(&rest, ':', &item)) {
		if (item.n == 0)
			continue;
		list.list =
		    mem_realloc(list.list, (list.n + 1) * sizeof *list.list);
		list.list[list.n++] = mem_dup(item.p, item.n);
	}
	result = rule_sources_read(&list, ret, diags);
	for (size_t i = 0; i < list.n; i++)
		free(list.list[i]);
	free(list.list);
	return result;
}

/* Nobody named a path: those of the defaults need not be there. */
static bool
is_absent(const struct conf_list *paths)
{
	for (size_t i = 0; i < paths->n; i++)
		if (access(paths->list[i], F_OK) == 0)
			return false;
	return true;
}

static void
add_absent(const struct conf_list *paths, struct diags *diags)
{
	struct buf list = BUF_INIT(1000);

	for (size_t i = 0; i < paths->n; i++)
		buf_addf(&list, "%s%s", i ? ", " : "", paths->list[i]);
	diags_add(diags, SEVERITY_ERROR, NULL, 0,
	          "there are no rules: nothing at %s (rule.paths); name some "
	          "with --rules, or in the configuration",
	          list.n ? buf_str(&list) : "any path");
	buf_done(&list);
}

int
setup_sources(const struct conf *conf, const struct conf_list *given,
              struct rule_sources *ret, struct diags *diags)
{
	const char *environment = getenv("TAMIS_RULES");
	int result;

	*ret = (struct rule_sources){ 0 };
	if (given && given->n)
		result = rule_sources_read(given, ret, diags);
	else if (environment && *environment)
		result = read_environment(environment, ret, diags);
	else if (is_absent(&conf->rule.paths)) {
		add_absent(&conf->rule.paths, diags);
		return E_UNKNOWN;
	} else {
		result = rule_sources_read(&conf->rule.paths, ret, diags);
	}
	if (result == 0 && ret->n == 0) {
		diags_add(diags, SEVERITY_ERROR, NULL, 0,
		          "there are no rules: no *.cf file in the folders "
		          "that were named");
		return E_UNKNOWN;
	}
	return result;
}

/* Warnings are the business of `tamis lint`: here only how many there are. */
static void
print_errors(const struct diags *diags)
{
	for (size_t i = 0; i < diags->n; i++) {
		struct diags one = { .list = &diags->list[i], .n = 1 };

		if (diags->list[i].severity == SEVERITY_ERROR)
			diags_print(&one, stderr);
	}
	if (diags->warnings)
		fprintf(stderr,
		        "tamis: %zu warnings in the rules (tamis lint shows "
		        "them)\n",
		        diags->warnings);
}

/* Takes the reference to conf over, which may be NULL. */
static struct snapshot *
compile(struct conf *conf, const struct conf_list *given_rules)
{
	struct diags diags = DIAGS_INIT;
	struct rule_sources sources;
	struct rule_set *rules = NULL;

	if (!conf)
		return NULL;
	if (setup_sources(conf, given_rules, &sources, &diags) == 0)
		rules = rule_set_compile(&sources, conf, &diags);
	rule_sources_done(&sources);
	print_errors(&diags);
	diags_done(&diags);
	if (rules)
		return snapshot_new(conf, rules);
	conf_unref(conf);
	return NULL;
}

static bool
environment_forbids(void)
{
	const char *net = getenv("TAMIS_NET");

	return net && strcmp(net, "no") == 0;
}

void
setup_change(struct conf *conf, const struct setup_changes *changes)
{
	if (changes->engine)
		conf->match.engine = *changes->engine;
	if (changes->asks_not || environment_forbids())
		conf->dns.enabled = false;
	if (changes->asks)
		conf->dns.enabled = true;
}

struct snapshot *
setup_snapshot(const char *given_conf, const struct conf_list *given_rules,
               const struct setup_changes *changes)
{
	static const struct setup_changes none;
	struct conf *conf = setup_conf(given_conf);

	if (conf)
		setup_change(conf, changes ? changes : &none);
	return compile(conf, given_rules);
}

struct snapshot *
setup_snapshot_patient(const char *given_conf,
                       const struct conf_list *given_rules)
{
	struct conf *conf = setup_conf(given_conf);

	if (conf) {
		conf->match.pattern_cpu_max_ms = 0;
		conf->match.message_cpu_max_ms = 0;
		conf->scan.deadline_ms = DEADLINE_MS;
		conf->dns.enabled = false;
	}
	return compile(conf, given_rules);
}
