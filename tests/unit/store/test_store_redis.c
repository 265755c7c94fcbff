/* SPDX-License-Identifier: Apache-2.0 */
/* Several nodes on one Redis; Redis away, hanging, emptied, back. */
#include "fixture.h"

/* A second node on the same server. */
static void
start_other(struct fixture *f, const struct fixture *first)
{
	*f = (struct fixture){ .dir = "store-XXXXXX" };
	ck_assert_ptr_nonnull(mkdtemp(f->dir));
	f->conf = first->conf;
	f->conf.dir = f->dir;
	f->arena = arena_new();
	fixture_open(f);
}

static bool
reaches(struct fixture *f, const char *name, double want, int ms)
{
	for (int i = 0; i < ms / 10; i++) {
		if (sum(f, name, 0, NOW_MS) == want)
			return true;
		fixture_sleep_ms(10);
	}
	return false;
}

START_TEST(nodes_see_each_other_within_a_second)
{
	struct fixture a, b;

	fixture_start(&a, STORE_BACKEND_REDIS);
	start_other(&b, &a);
	add(&a, "n", 0, 3, NOW_MS);
	add(&b, "n", 0, 4, NOW_MS);
	ck_assert(reaches(&a, "n", 7, 1000));
	ck_assert(reaches(&b, "n", 7, 1000));
	set(&a, STORE_SET, "v", "x", 0, NOW_MS);
	settle(&a);
	ck_assert_str_eq(value(&b, "v", NOW_MS), "x");
	fixture_end(&b);
	fixture_end(&a);
}
END_TEST

START_TEST(an_outage_costs_nothing)
{
	struct store_read r = { .name = SV("n") };
	struct fixture a, b;
	int64_t begin;

	fixture_start(&a, STORE_BACKEND_REDIS);
	start_other(&b, &a);
	store_close(a.store);
	a.conf.redis_timeout_ms = 50;
	fixture_open(&a);
	add(&a, "n", 0, 1, NOW_MS);
	add(&b, "n", 0, 2, NOW_MS);
	settle(&a);
	settle(&b);
	kill(a.redis, SIGSTOP);
	/* Answers are those of this machine, and say so. */
	begin = clock_mono_us();
	ck_assert(!store_get(a.store, a.arena, NOW_MS, &r, 1));
	ck_assert_double_eq(r.sums[0], 1);
	for (int i = 0; i < 1000; i++) {
		add(&a, "n", 0, 1, NOW_MS);
		add(&b, "n", 0, 1, NOW_MS);
		if (i % 100 == 0) {
			store_flush(a.store);
			ck_assert(!store_get(a.store, a.arena, NOW_MS, &r, 1));
		}
	}
	/* It is not waited for again and again. */
	ck_assert_int_lt(clock_mono_us() - begin, 6000000);
	kill(a.redis, SIGCONT);
	ck_assert(reaches(&a, "n", 2003, 20000));
	ck_assert(reaches(&b, "n", 2003, 20000));
	settle(&a);
	settle(&b);
	ck_assert_double_eq(sum(&a, "n", 0, NOW_MS), 2003);
	fixture_end(&b);
	fixture_end(&a);
}
END_TEST

START_TEST(what_waits_outlives_the_process)
{
	struct fixture f;

	fixture_start(&f, STORE_BACKEND_REDIS);
	add(&f, "n", 0, 5, NOW_MS);
	settle(&f);
	fixture_stop_redis(&f);
	add(&f, "n", 0, 7, NOW_MS);
	fixture_reopen(&f);
	ck_assert_double_eq(sum(&f, "n", 0, NOW_MS), 12);
	fixture_reopen(&f);
	/* A server that lost all: what it had is gone, what waited comes. */
	fixture_start_redis(&f);
	ck_assert(reaches(&f, "n", 7, 20000));
	fixture_end(&f);
}
END_TEST

START_TEST(a_batch_with_an_id_counts_once_on_all_nodes)
{
	const struct store_op op = { .kind = STORE_ADD,
		                     .name = SV("n"),
		                     .amounts = { 1 } };
	struct fixture a, b;

	fixture_start(&a, STORE_BACKEND_REDIS);
	start_other(&b, &a);
	for (int i = 0; i < 20; i++) {
		char id[20];

		snprintf(id, sizeof id, "id-%d", i);
		put_ops(&a, &op, 1, NOW_MS, id);
		put_ops(&b, &op, 1, NOW_MS, id);
		if (i % 5 == 0)
			settle(&a);
	}
	settle(&a);
	settle(&b);
	ck_assert_double_eq(sum(&a, "n", 0, NOW_MS), 20);
	fixture_end(&b);
	fixture_end(&a);
}
END_TEST

START_TEST(the_backlog_is_bounded)
{
	struct store_status s;
	struct fixture f;
	char name[40];

	fixture_start(&f, STORE_BACKEND_REDIS);
	store_close(f.store);
	f.conf.backlog_bytes_max = 64 << 10;
	fixture_open(&f);
	fixture_stop_redis(&f);
	for (int i = 0; i < 5000; i++) {
		snprintf(name, sizeof name, "k:%d", i);
		add(&f, name, 0, 1, NOW_MS);
		if (i % 500 == 0)
			store_flush(f.store);
	}
	store_flush(f.store);
	store_status(f.store, &s);
	ck_assert_uint_gt(s.backlog, 100);
	ck_assert_uint_gt(s.backlog_lost, 1000);
	ck_assert_uint_eq(s.backlog + s.backlog_lost, 5000);
	ck_assert(!s.redis_up);
	fixture_end(&f);
}
END_TEST

START_TEST(without_a_server_these_tests_say_nothing)
{
	if (!fixture_has_redis())
		return;
	ck_assert_int_eq(access("/usr/bin/redis-server", X_OK), 0);
}
END_TEST

int
main(void)
{
	const unit_test tests[] = {
		nodes_see_each_other_within_a_second,
		an_outage_costs_nothing,
		what_waits_outlives_the_process,
		a_batch_with_an_id_counts_once_on_all_nodes,
		the_backlog_is_bounded,
	};
	const unit_test none[] = { without_a_server_these_tests_say_nothing };

	return fixture_has_redis() ? unit_run("store_redis", tests,
	                                      sizeof tests / sizeof *tests)
	                           : unit_run("store_redis", none, 1);
}
