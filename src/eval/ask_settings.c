/* SPDX-License-Identifier: Apache-2.0 */
/* Settings about DNS in general, and of the plugin DNSEval. */
#include "base/error.h"
#include "eval/ask.h"

enum { BLOCK_ZONES_MAX = 20 };

static const char *
read_skip(struct eval_settings *s, int which, struct sv value)
{
	(void)which;
	return ask_read_switch(value, &s->ask.skip_rbl);
}

/* "yes", "no", "test: NAME...": of these only "no" says something here. */
static const char *
read_available(struct eval_settings *s, int which, struct sv value)
{
	(void)which;
	if (!sv_ieq_str(value, "yes") && !sv_ieq_str(value, "1") &&
	    !sv_ieq_str(value, "no") && !sv_ieq_str(value, "0") &&
	    !sv_istarts(value, SV("test")))
		return "expected yes, no or test";
	s->ask.is_off = sv_ieq_str(value, "no") || sv_ieq_str(value, "0");
	return NULL;
}

static struct sv
strip_dots(struct sv name)
{
	if (name.n && name.p[0] == '.')
		name = sv_from(name, 1);
	if (name.n && name.p[name.n - 1] == '.')
		name.n--;
	return name;
}

static const char *
read_restriction(struct eval_settings *s, int which, struct sv value)
{
	struct sv word = SV_NONE;
	bool deny;

	(void)which;
	sv_word(&value, &word);
	deny = sv_ieq_str(word, "deny");
	if ((!deny && !sv_ieq_str(word, "allow")) || !sv_trim(value).n)
		return "expected allow or deny, and domains";
	while (sv_word(&value, &word))
		ask_name_set(s->ask.restricted, strip_dots(word), deny);
	return NULL;
}

static const char *
clear_restrictions(struct eval_settings *s, int which, struct sv value)
{
	(void)which;
	if (value.n)
		return "must stand alone";
	map_free(s->ask.restricted);
	s->ask.restricted = map_new();
	return NULL;
}

static const char *
read_block_rule(struct eval_settings *s, int which, struct sv value)
{
	struct ask_zones *zones;
	struct sv rule, word;

	(void)which;
	if (!sv_word(&value, &rule) || !sv_trim(value).n)
		return "expected the name of a rule, and domains";
	zones = map_get(s->ask.block_rules, rule);
	if (!zones) {
		zones = ARENA_NEW(s->arena, struct ask_zones);
		zones->list = ARENA_ARRAY(s->arena, struct sv, BLOCK_ZONES_MAX);
		map_set(s->ask.block_rules, rule, zones);
	}
	while (sv_word(&value, &word)) {
		struct sv zone;

		if (zones->n == BLOCK_ZONES_MAX)
			return "too many domains";
		if (!dns_name(s->arena, strip_dots(word), &zone))
			return "expected domains";
		zones->list[zones->n++] = zone;
	}
	return NULL;
}

static const char *
read_rbl_headers(struct eval_settings *s, int which, struct sv value)
{
	(void)which;
	s->ask.rbl_headers = arena_dup(s->arena, value);
	return NULL;
}

const struct eval_directive ask_rbl_directives[] = {
	{ "skip_rbl_checks", read_skip, 0, true },
	{ "dns_available", read_available, 0, false },
	{ "dns_query_restriction", read_restriction, 0, false },
	{ "clear_dns_query_restriction", clear_restrictions, 0, false },
	{ "clear_dns_query_restrictions", clear_restrictions, 0, false },
	{ "dns_block_rule", read_block_rule, 0, false },
	{ "rbl_headers", read_rbl_headers, 0, false },
	{ NULL, NULL, 0, false },
};
