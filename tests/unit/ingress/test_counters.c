/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../unit.h"
#include "ingress/http.h"

static char path[] = "counters-XXXXXX";

static struct counters *
open_fresh(void)
{
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	close(fd);
	return counters_open(path, (unsigned)-1, (unsigned)-1);
}

START_TEST(counts_outlive_the_process_that_made_them)
{
	struct counters *c = open_fresh();
	int status;

	ck_assert_ptr_nonnull(c);
	counter_add(c, COUNTER_messages, 2);
	if (fork() == 0) {
		counter_add(c, COUNTER_messages, 3);
		kill(getpid(), 9);
	}
	wait(&status);
	c = counters_open(path, (unsigned)-1, (unsigned)-1);
	ck_assert_uint_eq(counter_get(c, COUNTER_messages), 5);
	unlink(path);
}
END_TEST

START_TEST(a_file_of_something_else_starts_again_at_zero)
{
	struct counters *c;
	FILE *f;

	open_fresh();
	f = fopen(path, "w");
	for (int i = 0; i < 1000; i++)
		fputs("not counters ", f);
	fclose(f);
	c = counters_open(path, (unsigned)-1, (unsigned)-1);
	ck_assert_ptr_nonnull(c);
	ck_assert_uint_eq(counter_get(c, COUNTER_messages), 0);
	unlink(path);
}
END_TEST

START_TEST(rules_over_their_limits_are_counted_until_there_is_no_room)
{
	struct counters c = { 0 };
	char name[20];
	uint64_t n;

	ck_assert_uint_eq(counter_add_over_limit(&c, "A"), 1);
	ck_assert_uint_eq(counter_add_over_limit(&c, "B"), 1);
	ck_assert_uint_eq(counter_add_over_limit(&c, "A"), 2);
	ck_assert_str_eq(counter_over_limit(&c, 0, &n), "A");
	ck_assert_uint_eq(n, 2);
	ck_assert_ptr_null(counter_over_limit(&c, 2, &n));
	ck_assert_ptr_null(counter_over_limit(&c, COUNTER_RULES, &n));
	for (int i = 0; i < COUNTER_RULES; i++) {
		snprintf(name, sizeof name, "C%d", i);
		counter_add_over_limit(&c, name);
	}
	ck_assert_str_eq(counter_over_limit(&c, COUNTER_RULES, &n), "other");
	ck_assert_uint_eq(n, 2);
	ck_assert_uint_eq(counter_add_over_limit(&c, "B"), 2);
}
END_TEST

/* Rules of a channel, and others. */
static struct snapshot *
sample_snapshot(void)
{
	struct diags diags = DIAGS_INIT;
	struct conf *conf = conf_parse(SV(""), NULL, &diags);
	struct rule_sources sources = { 0 };
	struct rule_set *rules;

	rule_sources_add(&sources, "rules/acme.cf",
	                 SV("# UPDATE version 17\n"
	                    "# created 2026-03-30T10:00:00Z\n"));
	rule_sources_add(&sources, "rules/own.cf", SV("body A /a/\n"));
	rules = rule_set_compile(&sources, conf, &diags);
	rule_sources_done(&sources);
	diags_done(&diags);
	return snapshot_new(conf, rules);
}

START_TEST(metrics_end_with_eof_and_name_every_counter)
{
	struct counters c = { 0 };
	_Atomic unsigned in_flight = 7;
	struct ingress in;
	struct buf out = BUF_INIT(100000);

	ingress_init(&in, sample_snapshot(), &c, NULL, &in_flight);
	counter_add(&c, COUNTER_cpu_us, 1500001);
	metrics_write(&in, &out);
	ck_assert(sv_iends(buf_sv(&out), SV("tamis_in_flight 7\n# EOF\n")));
	ck_assert_ptr_nonnull(
	    strstr(buf_str(&out), "tamis_cpu_seconds_total 1.500001\n"));
	ck_assert_ptr_nonnull(strstr(
	    buf_str(&out), "tamis_channel_version{channel=\"acme\"} 17\n"));
	ck_assert_ptr_nonnull(strstr(
	    buf_str(&out),
	    "tamis_channel_created_seconds{channel=\"acme\"} 1774864800\n"));
	for (int i = 0; i < COUNTER_COUNT; i++)
		ck_assert_msg(strstr(buf_str(&out), counter_helps[i]) != NULL,
		              "%s", counter_names[i]);
	buf_done(&out);
	snapshot_unref(in.snapshot);
}
END_TEST

UNIT_MAIN("counters", counts_outlive_the_process_that_made_them,
          a_file_of_something_else_starts_again_at_zero,
          rules_over_their_limits_are_counted_until_there_is_no_room,
          metrics_end_with_eof_and_name_every_counter)
