/* SPDX-License-Identifier: Apache-2.0 */
/* The settings of the plugin URIDNSBL. */
#include "eval/uribl.h"

enum { HOSTS_LIMIT = 1000 };

enum { SWITCH_SKIP, SWITCH_MAILTO, SWITCH_DKIM };

static const char *
read_switch(struct eval_settings *s, int which, struct sv value)
{
	bool on;
	const char *wrong = ask_read_switch(value, &on);

	if (wrong)
		return wrong;
	if (which == SWITCH_SKIP)
		s->ask.skip_uribl = on;
	else if (which == SWITCH_MAILTO)
		s->ask.with_mailto = !on;
	else
		s->ask.without_dkim = !on;
	return NULL;
}

static const char *
read_skipped(struct eval_settings *s, int which, struct sv value)
{
	struct map *names =
	    ask_own_names(s, &s->ask.skipped,
	                  s->site ? s->site->ask.skipped : s->ask.skipped);
	struct sv word;

	if (!value.n)
		return "expected domains";
	while (sv_word(&value, &word))
		ask_name_set(names, word, which);
	return NULL;
}

static const char *
clear_skipped(struct eval_settings *s, int which, struct sv value)
{
	(void)which;
	if (value.n)
		return read_skipped(s, false, value);
	if (!s->site || s->ask.skipped != s->site->ask.skipped)
		map_free(s->ask.skipped);
	s->ask.skipped = map_new();
	return NULL;
}

static const char *
read_hosts_max(struct eval_settings *s, int which, struct sv value)
{
	uint64_t n;

	(void)which;
	if (!sv_u64(value, &n) || n > HOSTS_LIMIT)
		return "expected a number up to 1000";
	s->ask.hosts_max = (size_t)n;
	return NULL;
}

/* "RULE ZONE TYPE [SUB-TEST]" */
static const char *
read_list(struct eval_settings *s, int which, struct sv value)
{
	struct uri_list *list = ARENA_NEW(s->arena, struct uri_list);
	struct sv rule, zone, type;

	if (!sv_word(&value, &rule) || !sv_word(&value, &zone) ||
	    !sv_word(&value, &type))
		return "expected the name of a rule, a zone, A or TXT";
	if (!dns_name(s->arena, zone, &list->zone))
		return "the zone is no domain";
	if (!dns_type_find(type, &list->type) ||
	    (list->type != DNS_A && list->type != DNS_TXT))
		return "the type must be A or TXT";
	list->kind = (enum uri_list_kind)(which & ~WITH_SUBTEST);
	value = sv_trim(value);
	if (value.n && !(which & WITH_SUBTEST))
		return "there is no sub-test in this one";
	map_set(s->ask.uri_lists, rule, list);
	list->test.kind = SUBTEST_ANY;
	return which & WITH_SUBTEST ? subtest_read_range(value, &list->test)
	                            : NULL;
}

const struct eval_directive uribl_directives[] = {
	{ "skip_uribl_checks", read_switch, SWITCH_SKIP, true },
	{ "uridnsbl_skip_mailto", read_switch, SWITCH_MAILTO, false },
	{ "parse_dkim_uris", read_switch, SWITCH_DKIM, true },
	{ "uridnsbl_max_domains", read_hosts_max, 0, false },
	{ "uridnsbl_skip_domain", read_skipped, true, true },
	{ "clear_uridnsbl_skip_domain", clear_skipped, 0, true },
	{ "uridnsbl", read_list, BY_ADDRESS, false },
	{ "uridnssub", read_list, BY_ADDRESS | WITH_SUBTEST, false },
	{ "urirhsbl", read_list, BY_NAME, false },
	{ "urirhssub", read_list, BY_NAME | WITH_SUBTEST, false },
	{ "urinsrhsbl", read_list, BY_SERVER, false },
	{ "urinsrhssub", read_list, BY_SERVER | WITH_SUBTEST, false },
	{ "urifullnsrhsbl", read_list, BY_FULL_SERVER, false },
	{ "urifullnsrhssub", read_list, BY_FULL_SERVER | WITH_SUBTEST, false },
	{ NULL, NULL, 0, false },
};
