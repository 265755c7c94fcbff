/* SPDX-License-Identifier: Apache-2.0 */
/* What all backends have in common; each test runs on each of them. */
#include "fixture.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>

static const enum store_backend backends[] = {
	STORE_BACKEND_MEMORY,
	STORE_BACKEND_LMDB,
	STORE_BACKEND_REDIS,
};

static size_t
count_backends(void)
{
	return sizeof backends / sizeof *backends - !fixture_has_redis();
}

/* Redis goes by its own clock. */
static bool
expires_as_told(const struct fixture *f)
{
	return f->conf.backend != STORE_BACKEND_REDIS;
}

#define EACH_BACKEND(f)                                                        \
	for (size_t each = 0; each < count_backends(); each++)                 \
		for (bool once = (fixture_start(f, backends[each]), true);     \
		     once; fixture_end(f), once = false)

#define ck_near(a, b)                                                          \
	ck_assert_double_eq_tol(a, b, 1e-9 * (1 + fabs((double)(b))))

/* ---- counters ---- */

START_TEST(what_is_added_is_there_at_once_and_afterwards)
{
	struct fixture f;

	EACH_BACKEND(&f)
	{
		ck_near(sum(&f, "ip:192.0.2.1", DAY_MS, NOW_MS), 0);
		add(&f, "ip:192.0.2.1", DAY_MS, 2, NOW_MS);
		add(&f, "ip:192.0.2.1", DAY_MS, 3, NOW_MS);
		ck_near(sum(&f, "ip:192.0.2.1", DAY_MS, NOW_MS), 5);
		settle(&f);
		ck_near(sum(&f, "ip:192.0.2.1", DAY_MS, NOW_MS), 5);
		add(&f, "ip:192.0.2.1", DAY_MS, -1, NOW_MS);
		ck_near(sum(&f, "ip:192.0.2.1", DAY_MS, NOW_MS), 4);
		ck_near(sum(&f, "ip:192.0.2.2", DAY_MS, NOW_MS), 0);
	}
}
END_TEST

START_TEST(a_counter_has_several_sums)
{
	const struct store_op op = {
		.kind = STORE_ADD,
		.name = SV("domain:example.org"),
		.half_life_ms = DAY_MS,
		.amounts = { 1, 2.5, 0, -4 },
	};
	struct fixture f;

	EACH_BACKEND(&f)
	{
		struct store_read r = { .name = op.name,
			                .half_life_ms = DAY_MS };

		for (int i = 0; i < 3; i++) {
			put_ops(&f, &op, 1, NOW_MS, "");
			settle(&f);
		}
		ck_assert(store_get(f.store, f.arena, NOW_MS, &r, 1));
		ck_assert(r.found);
		for (int i = 0; i < STORE_FIELDS; i++)
			ck_near(r.sums[i], 3 * op.amounts[i]);
	}
}
END_TEST

START_TEST(a_counter_halves_in_its_half_life)
{
	struct fixture f;

	EACH_BACKEND(&f)
	{
		add(&f, "k", DAY_MS, 8, NOW_MS);
		settle(&f);
		ck_near(sum(&f, "k", DAY_MS, NOW_MS + DAY_MS), 4);
		add(&f, "k", DAY_MS, 1, NOW_MS + DAY_MS);
		ck_near(sum(&f, "k", DAY_MS, NOW_MS + 2 * DAY_MS), 2.5);
		settle(&f);
		ck_near(sum(&f, "k", DAY_MS, NOW_MS + 2 * DAY_MS), 2.5);
		/* Long idle, it is gone. */
		if (expires_as_told(&f))
			ck_near(sum(&f, "k", DAY_MS, NOW_MS + 12 * DAY_MS), 0);
	}
}
END_TEST

START_TEST(counters_live_through_many_epochs)
{
	struct fixture f;

	EACH_BACKEND(&f)
	{
		double want = 0;

		for (int day = 0; day < 100; day += 5) {
			want = want / 32 + 1;
			add(&f, "k", DAY_MS, 1, NOW_MS + day * DAY_MS);
			if (day % 10)
				settle(&f);
		}
		ck_near(sum(&f, "k", DAY_MS, NOW_MS + 95 * DAY_MS), want);
	}
}
END_TEST

START_TEST(the_order_of_adding_does_not_matter)
{
	static const int days[2][4] = { { 0, 40, 7, 3 }, { 40, 3, 0, 7 } };
	struct fixture f;

	EACH_BACKEND(&f)
	{
		for (int i = 0; i < 4; i++) {
			add(&f, "a", 7 * DAY_MS, 1,
			    NOW_MS + days[0][i] * DAY_MS);
			add(&f, "b", 7 * DAY_MS, 1,
			    NOW_MS + days[1][i] * DAY_MS);
			settle(&f);
		}
		ck_near(sum(&f, "a", 7 * DAY_MS, NOW_MS + 41 * DAY_MS),
		        sum(&f, "b", 7 * DAY_MS, NOW_MS + 41 * DAY_MS));
	}
}
END_TEST

START_TEST(without_a_half_life_nothing_decays)
{
	struct fixture f;

	EACH_BACKEND(&f)
	{
		add(&f, "k", 0, 3, NOW_MS);
		add(&f, "k", DAY_MS, 5, NOW_MS);
		settle(&f);
		ck_near(sum(&f, "k", 0, NOW_MS + 300 * DAY_MS), 3);
		/* Another half-life is another counter. */
		ck_near(sum(&f, "k", DAY_MS, NOW_MS), 5);
	}
}
END_TEST

/* ---- values ---- */

START_TEST(a_value_is_there_until_it_expires)
{
	struct fixture f;

	EACH_BACKEND(&f)
	{
		ck_assert_str_eq(value(&f, "v", NOW_MS), "-");
		set(&f, STORE_SET, "v", "one", NOW_MS + 1000, NOW_MS);
		ck_assert_str_eq(value(&f, "v", NOW_MS), "one");
		settle(&f);
		ck_assert_str_eq(value(&f, "v", NOW_MS), "one");
		if (expires_as_told(&f))
			ck_assert_str_eq(value(&f, "v", NOW_MS + 1000), "-");
		set(&f, STORE_SET, "v", "two", 0, NOW_MS);
		ck_assert_str_eq(value(&f, "v", NOW_MS), "two");
		ck_assert_str_eq(value(&f, "v", NOW_MS + 999 * DAY_MS), "two");
		set(&f, STORE_DROP, "v", "", 0, NOW_MS);
		ck_assert_str_eq(value(&f, "v", NOW_MS), "-");
		settle(&f);
		ck_assert_str_eq(value(&f, "v", NOW_MS), "-");
	}
}
END_TEST

START_TEST(a_new_value_is_set_only_where_there_is_none)
{
	int64_t now_ms = clock_unix_ms();
	struct fixture f;

	EACH_BACKEND(&f)
	{
		set(&f, STORE_SET_NEW, "v", "one", now_ms + DAY_MS, now_ms);
		set(&f, STORE_SET_NEW, "v", "two", now_ms + DAY_MS, now_ms);
		ck_assert_str_eq(value(&f, "v", now_ms), "one");
		settle(&f);
		set(&f, STORE_SET_NEW, "v", "two", now_ms + DAY_MS, now_ms);
		ck_assert_str_eq(value(&f, "v", now_ms), "one");
		settle(&f);
		ck_assert_str_eq(value(&f, "v", now_ms), "one");
		set(&f, STORE_DROP, "v", "", 0, now_ms);
		set(&f, STORE_SET_NEW, "v", "three", now_ms + DAY_MS, now_ms);
		settle(&f);
		ck_assert_str_eq(value(&f, "v", now_ms), "three");
	}
}
END_TEST

/* ---- batches and logs ---- */

START_TEST(a_batch_with_an_id_counts_once)
{
	const struct store_op ops[] = {
		{ .kind = STORE_ADD, .name = SV("n"), .amounts = { 1 } },
		{ .kind = STORE_APPEND,
		  .name = SV("log"),
		  .id = SV("a"),
		  .value = SV("text") },
	};
	struct fixture f;

	EACH_BACKEND(&f)
	{
		for (int i = 0; i < 3; i++) {
			put_ops(&f, ops, 2, NOW_MS, "batch-1");
			put_ops(&f, ops, 1, NOW_MS, "batch-2");
			if (i)
				settle(&f);
		}
		ck_near(sum(&f, "n", 0, NOW_MS), 2);
	}
}
END_TEST

struct seen {
	char text[400];
	int stop_after;
	struct store_entry last;
	char last_id[STORE_ID_MAX];
};

static int
see(void *ctx, const struct store_entry *e)
{
	struct seen *s = ctx;
	size_t n = strlen(s->text);

	snprintf(s->text + n, sizeof s->text - n, SV_FMT "=" SV_FMT " ",
	         SV_ARG(e->id), SV_ARG(e->value));
	memcpy(s->last_id, e->id.p, e->id.n);
	s->last =
	    (struct store_entry){ e->unix_ms, { s->last_id, e->id.n }, SV("") };
	return --s->stop_after == 0;
}

static void
append(struct fixture *f, const char *log, const char *id, const char *text,
       int64_t now_ms)
{
	const struct store_op op = {
		.kind = STORE_APPEND,
		.name = sv_str(log),
		.id = sv_str(id),
		.value = sv_str(text),
	};

	put_ops(f, &op, 1, now_ms, "");
}

START_TEST(a_log_has_its_entries_once_and_in_order)
{
	struct fixture f;

	EACH_BACKEND(&f)
	{
		struct seen all = { 0 }, two = { 0 }, rest = { 0 };

		append(&f, "log", "b", "2", NOW_MS + 5);
		append(&f, "log", "a", "1", NOW_MS + 5);
		append(&f, "log", "c", "3", NOW_MS + 9);
		append(&f, "other", "x", "9", NOW_MS);
		append(&f, "log", "z", "0", NOW_MS);
		settle(&f);
		append(&f, "log", "a", "again", NOW_MS + 77);
		settle(&f);
		ck_assert_int_eq(
		    store_read_log(f.store, SV("log"), NULL, 99, see, &all), 0);
		ck_assert_str_eq(all.text, "z=0 a=1 b=2 c=3 ");
		ck_assert_int_eq(
		    store_read_log(f.store, SV("log"), NULL, 2, see, &two), 0);
		ck_assert_str_eq(two.text, "z=0 a=1 ");
		rest.stop_after = 1;
		ck_assert_int_eq(store_read_log(f.store, SV("log"), &two.last,
		                                99, see, &rest),
		                 1);
		ck_assert_str_eq(rest.text, "b=2 ");
	}
}
END_TEST

START_TEST(a_log_is_trimmed_from_its_beginning)
{
	struct fixture f;

	EACH_BACKEND(&f)
	{
		struct seen some = { 0 }, others = { 0 }, again = { 0 };
		size_t n;

		append(&f, "log", "b", "2", NOW_MS + 5);
		append(&f, "log", "a", "1", NOW_MS + 5);
		append(&f, "log", "c", "3", NOW_MS + 9);
		append(&f, "log", "z", "0", NOW_MS);
		append(&f, "lo", "x", "9", NOW_MS);
		append(&f, "log2", "y", "9", NOW_MS);
		settle(&f);
		ck_assert_int_eq(
		    store_trim_log(f.store, SV("log"), NOW_MS + 9, 2, &n), 0);
		ck_assert_uint_eq(n, 2); /* no more at once */
		ck_assert_int_eq(
		    store_read_log(f.store, SV("log"), NULL, 99, see, &some),
		    0);
		ck_assert_str_eq(some.text, "b=2 c=3 ");
		ck_assert_int_eq(
		    store_trim_log(f.store, SV("log"), NOW_MS + 9, 99, &n), 0);
		ck_assert_uint_eq(n, 1);
		ck_assert_int_eq(
		    store_trim_log(f.store, SV("none"), NOW_MS + 9, 99, &n), 0);
		ck_assert_uint_eq(n, 0);
		ck_assert_int_eq(
		    store_read_log(f.store, SV("lo"), NULL, 99, see, &others),
		    0);
		ck_assert_str_eq(others.text, "x=9 ");
		/* Nothing of an entry stays, so it is a new one. */
		append(&f, "log", "a", "new", NOW_MS + 20);
		append(&f, "log", "c", "old", NOW_MS + 20);
		settle(&f);
		ck_assert_int_eq(
		    store_read_log(f.store, SV("log"), NULL, 99, see, &again),
		    0);
		ck_assert_str_eq(again.text, "c=3 a=new ");
	}
}
END_TEST

START_TEST(what_is_too_large_is_refused)
{
	static char big[STORE_VALUE_MAX + 1];
	const struct store_op op = {
		.kind = STORE_SET,
		.name = SV("v"),
		.value = { big, sizeof big },
	};
	const struct store_batch b = { .ops = &op, .n = 1, .unix_ms = NOW_MS };
	struct fixture f;

	EACH_BACKEND(&f)
	ck_assert_int_eq(store_write(f.store, &b), E_LIMIT);
}
END_TEST

START_TEST(long_names_stay_apart)
{
	char a[1001], b[1001];
	struct fixture f;

	memset(a, 'x', 1000);
	memset(b, 'x', 1000);
	a[1000] = b[1000] = '\0';
	b[999] = 'y';
	EACH_BACKEND(&f)
	{
		add(&f, a, DAY_MS, 1, NOW_MS);
		add(&f, b, DAY_MS, 2, NOW_MS);
		settle(&f);
		ck_near(sum(&f, a, DAY_MS, NOW_MS), 1);
		ck_near(sum(&f, b, DAY_MS, NOW_MS), 2);
	}
}
END_TEST

static int
count_item(void *ctx, const struct store_item *item)
{
	int *n = ctx;

	n[item->kind]++;
	return 0;
}

START_TEST(all_can_be_listed_by_prefix)
{
	struct fixture f;

	EACH_BACKEND(&f)
	{
		struct store_status status;
		int n[4] = { 0 };

		add(&f, "ip:1", DAY_MS, 1, NOW_MS);
		add(&f, "ip:2", DAY_MS, 1, NOW_MS);
		add(&f, "domain:1", DAY_MS, 1, NOW_MS);
		set(&f, STORE_SET, "ip:3", "x", 0, NOW_MS);
		append(&f, "log", "a", "b", NOW_MS);
		settle(&f);
		store_walk(f.store, SV("ip:"), NOW_MS, count_item, n);
		ck_assert_int_eq(n[STORE_ITEM_COUNTER], 2);
		ck_assert_int_eq(n[STORE_ITEM_VALUE], 1);
		ck_assert_int_eq(n[STORE_ITEM_ENTRY], 0);
		store_walk(f.store, SV("log"), NOW_MS, count_item, n);
		ck_assert_int_eq(n[STORE_ITEM_ENTRY], 1);
		store_status(f.store, &status);
		ck_assert_int_eq(status.counters, 3);
		ck_assert_int_eq(status.values, 1);
		ck_assert_int_eq(status.entries, 1);
		ck_assert_int_eq(store_sweep(f.store, NOW_MS + 20 * DAY_MS), 3);
	}
}
END_TEST

/* ---- room ---- */

START_TEST(a_full_store_forgets_what_is_idle_and_goes_on)
{
	int64_t now_ms = clock_unix_ms();
	static char text[401];
	struct fixture f;

	EACH_BACKEND(&f)
	{
		struct store_status status;
		char name[40];

		if (!expires_as_told(&f))
			continue; /* it has no bound of ours */
		memset(text, 'x', sizeof text - 1);
		for (int i = 0; i < 60000; i++) {
			snprintf(name, sizeof name, "v:%d", i * 7919 % 60000);
			set(&f, STORE_SET, name, text, now_ms + DAY_MS + i,
			    now_ms);
			add(&f, "steady", DAY_MS, 1, now_ms);
			if (i % 500 == 0)
				store_flush(f.store);
		}
		settle(&f);
		store_status(f.store, &status);
		ck_assert_str_eq(status.why, "");
		ck_assert_int_eq(status.lost, 0);
		ck_assert_uint_gt(status.evicted, 10000);
		ck_assert_uint_le(status.used_bytes, 16 << 20);
		ck_assert_uint_gt(status.values, 5000);
		ck_assert_str_ne(value(&f, name, now_ms), "-");
		ck_near(sum(&f, "steady", DAY_MS, now_ms), 60000);
	}
}
END_TEST

/* ---- threads and processes ---- */

enum { THREADS = 4, ADDS = 3000 };

struct crowd {
	struct fixture *f;
	_Atomic int acknowledged, begun;
	_Atomic bool over;
};

static void *
add_many(void *ctx)
{
	struct crowd *c = ctx;

	for (int i = 0; i < ADDS; i++) {
		atomic_fetch_add(&c->begun, 1);
		add(c->f, "n", 0, 1, NOW_MS);
		atomic_fetch_add(&c->acknowledged, 1);
	}
	return NULL;
}

/* Whatever is being committed meanwhile, nothing is missing or there twice. */
static void *
watch(void *ctx)
{
	struct crowd *c = ctx;
	struct arena *a = arena_new();

	while (!atomic_load(&c->over)) {
		struct store_read r = { .name = SV("n") };
		int low = atomic_load(&c->acknowledged), high;

		store_get(c->f->store, a, NOW_MS, &r, 1);
		high = atomic_load(&c->begun);
		ck_assert_int_ge((int)r.sums[0], low);
		ck_assert_int_le((int)r.sums[0], high);
		arena_reset(a);
	}
	arena_free(a);
	return NULL;
}

START_TEST(readers_see_each_add_once_while_it_is_being_written)
{
	struct fixture f;

	EACH_BACKEND(&f)
	{
		struct crowd c = { .f = &f };
		pthread_t threads[THREADS], watcher;

		if (f.conf.backend == STORE_BACKEND_REDIS)
			continue; /* what is on its way may be missing */

		pthread_create(&watcher, NULL, watch, &c);
		for (int i = 0; i < THREADS; i++)
			pthread_create(&threads[i], NULL, add_many, &c);
		for (int i = 0; i < THREADS; i++)
			pthread_join(threads[i], NULL);
		atomic_store(&c.over, true);
		pthread_join(watcher, NULL);
		ck_near(sum(&f, "n", 0, NOW_MS), THREADS * ADDS);
		settle(&f);
		ck_near(sum(&f, "n", 0, NOW_MS), THREADS * ADDS);
	}
}
END_TEST

START_TEST(what_was_committed_is_there_after_a_restart)
{
	struct fixture f;

	fixture_start(&f, STORE_BACKEND_LMDB);
	add(&f, "n", DAY_MS, 2, NOW_MS);
	set(&f, STORE_SET, "v", "x", 0, NOW_MS);
	fixture_reopen(&f);
	ck_near(sum(&f, "n", DAY_MS, NOW_MS), 2);
	ck_assert_str_eq(value(&f, "v", NOW_MS), "x");
	fixture_end(&f);
}
END_TEST

START_TEST(several_processes_share_a_data_base)
{
	struct fixture f;
	int status;

	fixture_start(&f, STORE_BACKEND_LMDB);
	store_close(f.store);
	for (int p = 0; p < 3; p++)
		if (fork() == 0) {
			fixture_open(&f);
			for (int i = 0; i < 500; i++) {
				add(&f, "n", 0, 1, NOW_MS);
				if (i % 100 == 0)
					settle(&f);
			}
			store_close(f.store);
			_exit(0);
		}
	for (int p = 0; p < 3; p++) {
		ck_assert_int_gt(wait(&status), 0);
		ck_assert_int_eq(status, 0);
	}
	fixture_open(&f);
	ck_near(sum(&f, "n", 0, NOW_MS), 1500);
	fixture_end(&f);
}
END_TEST

UNIT_MAIN("store", what_is_added_is_there_at_once_and_afterwards,
          a_counter_has_several_sums, a_counter_halves_in_its_half_life,
          counters_live_through_many_epochs,
          the_order_of_adding_does_not_matter,
          without_a_half_life_nothing_decays, a_value_is_there_until_it_expires,
          a_new_value_is_set_only_where_there_is_none,
          a_batch_with_an_id_counts_once,
          a_log_has_its_entries_once_and_in_order,
          a_log_is_trimmed_from_its_beginning, what_is_too_large_is_refused,
          long_names_stay_apart, all_can_be_listed_by_prefix,
          a_full_store_forgets_what_is_idle_and_goes_on,
          readers_see_each_add_once_while_it_is_being_written,
          what_was_committed_is_there_after_a_restart,
          several_processes_share_a_data_base)
