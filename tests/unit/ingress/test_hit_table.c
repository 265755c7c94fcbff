/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../unit.h"
#include "base/mem.h"
#include "ingress/hit_table.h"

static const char first_rules[] = "body A /a/\nscore A 3\n"
				  "body B /b/\nscore B 1\n"
				  "body __C /c/\n"
				  "body D /d/\ntflags D shadow\n"
				  "body E /e/\nscore E 0\n"
				  "body __F /f/\ntflags __F shadow\n";
/* A is the same, B is not. */
static const char next_rules[] = "body A /a/\nscore A 1\n"
				 "body B /bb/\n";

static struct rule_set *
compile(const char *text)
{
	struct diags diags = DIAGS_INIT;
	struct conf *conf = conf_parse(SV(""), "t.conf", &diags);
	struct rule_sources sources = { 0 };
	struct rule_set *rs;

	rule_sources_add(&sources, "test.cf", sv_str(text));
	rs = rule_set_compile(&sources, conf, &diags);
	ck_assert_ptr_nonnull(rs);
	conf_unref(conf);
	rule_sources_done(&sources);
	diags_done(&diags);
	return rs;
}

/* A judged message of which these rules are true; shadows in small letters. */
static void
count(struct hit_table *t, const struct rule_set *rs, enum verdict verdict,
      int64_t unix_ms, const char *hits)
{
	struct rule_hit list[10], shadows[10];
	struct rule_result r = { .hits = list, .shadow_hits = shadows };
	struct scan s = { .rules = &r, .verdict = verdict, .unix_ms = unix_ms };

	for (; *hits; hits++) {
		char name[] = { *hits & ~32, 0 };
		const struct rule *rule = rule_set_find(rs, sv_str(name));

		if (*hits & 32)
			shadows[r.n_shadow_hits++].rule = rule;
		else
			list[r.n_hits++].rule = rule;
	}
	hit_table_count(t, &s);
}

static struct hit_count
look(const struct hit_table *t, const struct rule_set *rs, const char *name)
{
	struct hit_count c = { 0 };

	ck_assert_msg(hit_table_get(t, rule_set_find(rs, sv_str(name)), &c),
	              "%s is not counted", name);
	return c;
}

START_TEST(hits_are_counted_by_the_verdict)
{
	struct hit_table *t = hit_table_open(NULL, 0, 0);
	struct rule_set *rs = compile(first_rules);
	struct hit_count c;

	hit_table_admit(t, rs, 1000);
	count(t, rs, VERDICT_ADVERTISING_SPAM, 2000, "ABd");
	count(t, rs, VERDICT_OTHER_ABUSE, 5000, "A");
	count(t, rs, VERDICT_SUSPECTED, 4000, "Ad");
	count(t, rs, VERDICT_UNKNOWN, 6000, "");
	c = look(t, rs, "A");
	ck_assert_uint_eq(c.spam, 2);
	ck_assert_uint_eq(c.ham, 1);
	ck_assert_uint_eq(c.spam_judged, 2);
	ck_assert_uint_eq(c.ham_judged, 2);
	ck_assert_int_eq(c.since_unix_ms, 1000);
	ck_assert_int_eq(c.last_unix_ms, 5000);
	c = look(t, rs, "D");
	ck_assert_uint_eq(c.spam, 1);
	ck_assert_uint_eq(c.ham, 1);
	c = look(t, rs, "__F");
	ck_assert_uint_eq(c.spam + c.ham, 0);
	ck_assert_int_eq(c.last_unix_ms, 0);
	ck_assert(!hit_table_get(t, rule_set_find(rs, SV("__C")), &c));
	ck_assert(!hit_table_get(t, rule_set_find(rs, SV("E")), &c));
	hit_table_close(t);
	rule_set_unref(rs);
}
END_TEST

START_TEST(counts_stay_with_a_definition_and_outlive_processes)
{
	char path[] = "hit-table-XXXXXX";
	struct rule_set *first = compile(first_rules);
	struct rule_set *next = compile(next_rules);
	struct hit_table *t;
	struct hit_count c;
	int status, fd = mkstemp(path);

	close(fd);
	t = hit_table_open(path, (unsigned)-1, (unsigned)-1);
	hit_table_admit(t, first, 1000);
	if (fork() == 0) {
		count(t, first, VERDICT_ADVERTISING_SPAM, 2000, "AB");
		kill(getpid(), 9);
	}
	wait(&status);
	hit_table_admit(t, next, 3000);
	count(t, next, VERDICT_ADVERTISING_SPAM, 4000, "AB");
	hit_table_close(t);
	t = hit_table_open(path, (unsigned)-1, (unsigned)-1);
	c = look(t, next, "A");
	ck_assert_uint_eq(c.spam, 2);
	ck_assert_uint_eq(c.spam_judged, 2);
	c = look(t, next, "B");
	ck_assert_uint_eq(c.spam, 1);
	ck_assert_uint_eq(c.spam_judged, 1);
	ck_assert_int_eq(c.since_unix_ms, 3000);
	hit_table_close(t);
	unlink(path);
	rule_set_unref(first);
	rule_set_unref(next);
}
END_TEST

START_TEST(rules_out_of_use_for_long_are_forgotten)
{
	char path[] = "hit-table-XXXXXX";
	struct rule_set *first = compile(first_rules);
	struct rule_set *next = compile(next_rules);
	struct hit_table *t;
	struct hit_count c;
	int fd = mkstemp(path);

	close(fd);
	t = hit_table_open(path, (unsigned)-1, (unsigned)-1);
	hit_table_admit(t, first, 1000);
	count(t, first, VERDICT_ADVERTISING_SPAM, 2000, "AB");
	hit_table_admit(t, next, 1000 + 91LL * 24 * 3600 * 1000);
	hit_table_close(t);
	t = hit_table_open(path, (unsigned)-1, (unsigned)-1);
	ck_assert_uint_eq(look(t, next, "A").spam, 1);
	ck_assert(!hit_table_get(t, rule_set_find(first, SV("B")), &c));
	hit_table_close(t);
	unlink(path);
	rule_set_unref(first);
	rule_set_unref(next);
}
END_TEST

START_TEST(a_full_table_counts_what_it_has)
{
	struct hit_table *t = hit_table_open(NULL, 0, 0);
	struct buf text = BUF_INIT(16 << 20);
	struct rule_set *rs;
	struct hit_count c;
	size_t known = 0;

	for (unsigned i = 0; i < HIT_TABLE_ENTRIES + 1000; i++)
		buf_addf(&text, "meta R%u 0\n", i);
	rs = compile(buf_str(&text));
	hit_table_admit(t, rs, 1000);
	for (size_t i = 0; i < rule_set_count(rs); i++)
		known += hit_table_get(t, rule_set_rule(rs, i), &c);
	ck_assert_uint_le(known, HIT_TABLE_ENTRIES);
	ck_assert_uint_gt(known, HIT_TABLE_ENTRIES / 2);
	hit_table_close(t);
	rule_set_unref(rs);
	buf_done(&text);
}
END_TEST

UNIT_MAIN("hit_table", hits_are_counted_by_the_verdict,
          counts_stay_with_a_definition_and_outlive_processes,
          rules_out_of_use_for_long_are_forgotten,
          a_full_table_counts_what_it_has)
