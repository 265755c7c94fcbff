/* SPDX-License-Identifier: Apache-2.0 */
/* Folders of rules, as people and as sa-update make them. */
#include "../unit.h"

#include "../report/folder.h"
#include "base/file.h"
#include "rule/rule.h"

static void
put(const char *dir, const char *name, const char *text)
{
	char path[4096];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	*strrchr(path, '/') = '\0';
	ck_assert_int_eq(file_mkdirs(path, 0755), 0);
	path[strlen(path)] = '/';
	ck_assert_int_eq(file_replace(path, sv_str(text), 0644), 0);
}

/* The form of a folder of sa-update, before the rules of the site. */
static char *
sa_update_folder(void)
{
	char *dir = folder_new();

	put(dir, "updates/updates_example_org/10_a.cf",
	    "body A /a/\nscore A 1\n");
	put(dir, "updates/updates_example_org/20_b.cf",
	    "body B /b/\nscore A 2\n");
	put(dir, "updates/updates_example_org/MIRRORED.BY", "http://x\n");
	put(dir, "updates/updates_example_org.cf",
	    "# UPDATE version 1929999\n"
	    "include updates_example_org/20_b.cf\n"
	    "include updates_example_org/10_a.cf\n");
	put(dir, "updates/updates_example_org.pre", "# UPDATE version 1\n");
	return dir;
}

static struct rule_set *
compile(const char *dir, const struct rule_stand_in *stand_in,
        struct diags *diags)
{
	struct conf *conf = conf_parse(SV(""), NULL, diags);
	const struct conf_list paths = { (char *[]){ (char *)(uintptr_t)dir },
		                         1 };
	struct rule_sources sources = { 0 };
	struct rule_set *rules;

	ck_assert_int_eq(
	    rule_sources_read_as(&paths, stand_in, &sources, diags), 0);
	rules = rule_set_compile(&sources, conf, diags);
	rule_sources_done(&sources);
	conf_unref(conf);
	return rules;
}

START_TEST(a_folder_of_sa_update_is_read_as_its_cf_file_says)
{
	struct diags diags = DIAGS_INIT;
	char *dir = sa_update_folder();
	struct rule_set *rules = compile(dir, NULL, &diags);
	const struct rule_channel *channel;

	ck_assert_ptr_nonnull(rules);
	ck_assert_uint_eq(diags.n, 0); /* nothing was read twice */
	ck_assert_uint_eq(rule_set_count(rules), 2);
	/* in the order of the include lines, not of the names */
	ck_assert_int_eq(rule_set_find(rules, SV("A"))->score_e4, 10000);
	ck_assert_uint_eq(rule_set_channels(rules, &channel), 1);
	ck_assert_str_eq(channel->name, "updates_example_org");
	ck_assert_uint_eq(channel->version, 1929999);
	ck_assert_int_eq(channel->created_ms, 0);
	rule_set_unref(rules);
	folder_remove(dir);
}
END_TEST

START_TEST(a_file_included_from_beside_it_counts_in_both_places)
{
	struct diags diags = DIAGS_INIT;
	char *dir = folder_new();
	struct rule_set *rules;

	put(dir, "a.cf", "include b.cf\nscore B 1\n");
	put(dir, "b.cf", "body B /b/\nscore B 2\n");
	rules = compile(dir, NULL, &diags);
	ck_assert_int_eq(rule_set_find(rules, SV("B"))->score_e4, 20000);
	rule_set_unref(rules);
	diags_done(&diags);
	folder_remove(dir);
}
END_TEST

START_TEST(a_stand_in_stands_for_one_file)
{
	struct diags diags = DIAGS_INIT;
	char *dir = folder_new(), path[4096];
	struct rule_stand_in stand_in = { path, SV("include .v/2.cf\n") };
	struct rule_set *rules;

	put(dir, "acme.cf", "include .v/1.cf\n");
	put(dir, ".v/1.cf", "body V1 /1/\n");
	put(dir, ".v/2.cf", "body V2 /2/\n");
	snprintf(path, sizeof path, "%s/acme.cf", dir);
	rules = compile(dir, &stand_in, &diags);
	ck_assert_ptr_nonnull(rule_set_find(rules, SV("V2")));
	ck_assert_ptr_null(rule_set_find(rules, SV("V1")));
	rule_set_unref(rules);
	folder_remove(dir);
}
END_TEST

UNIT_MAIN("source", a_folder_of_sa_update_is_read_as_its_cf_file_says,
          a_file_included_from_beside_it_counts_in_both_places,
          a_stand_in_stands_for_one_file)
