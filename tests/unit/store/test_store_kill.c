/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A process that writes is killed again and again, at random. What it had
 * acknowledged is there, once; what it sends again is not counted twice.
 */
#include "fixture.h"

#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>

enum { OPERATIONS = 10000, IN_ONE_GO = 20 };

/* Shared with the child; it outlives it. */
struct progress {
	_Atomic int acknowledged;
};

/* Operation i: a counter and an entry of a log, in a batch with an id. */
static int
operate(struct fixture *f, int i)
{
	char id[20];
	const struct store_op ops[] = {
		{ .kind = STORE_ADD, .name = SV("n"), .amounts = { 1, i } },
		{ .kind = STORE_APPEND,
		  .name = SV("log"),
		  .id = sv_make(id,
		                (size_t)snprintf(id, sizeof id, "op-%06d", i)),
		  .value = SV("done") },
	};
	const struct store_batch b = {
		.ops = ops, .n = 2, .unix_ms = NOW_MS + i, .once = ops[1].id
	};

	return (i + 1) % IN_ONE_GO ? store_write(f->store, &b)
	                           : store_commit(f->store, &b);
}

static void
work(struct fixture *f, struct progress *p)
{
	fixture_open(f);
	for (int i = atomic_load(&p->acknowledged); i < OPERATIONS; i++) {
		if (operate(f, i))
			_exit(1);
		if ((i + 1) % IN_ONE_GO == 0)
			atomic_store(&p->acknowledged, i + 1);
	}
	_exit(0);
}

static int
count_entry(void *ctx, const struct store_entry *e)
{
	int *n = ctx;
	char want[20];

	snprintf(want, sizeof want, "op-%06d", (*n)++);
	ck_sv_eq(e->id, want);
	return 0;
}

static int
run_and_kill(struct fixture *f, struct progress *p, unsigned *seed,
             long *pause_max_ms)
{
	long pause_ms = rand_r(seed) % *pause_max_ms;
	int before = atomic_load(&p->acknowledged);
	pid_t pid = fork();
	int status;

	if (pid == 0)
		work(f, p);
	fixture_sleep_ms(pause_ms);
	kill(pid, SIGKILL);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	/* Slow machines need longer to get anywhere. */
	if (atomic_load(&p->acknowledged) == before && *pause_max_ms < 2000)
		*pause_max_ms += 10;
	return WIFSIGNALED(status) ? 1 : 0;
}

/* What the counter and the log have to say in the end. */
static void
check_all(struct fixture *f)
{
	struct store_read r = { .name = SV("n") };
	int entries = 0;

	fixture_open(f);
	settle(f);
	ck_assert(store_get(f->store, f->arena, NOW_MS, &r, 1));
	ck_assert_double_eq(r.sums[0], OPERATIONS);
	ck_assert_double_eq(r.sums[1],
	                    (double)OPERATIONS * (OPERATIONS - 1) / 2);
	ck_assert_int_eq(store_read_log(f->store, SV("log"), NULL,
	                                2 * OPERATIONS, count_entry, &entries),
	                 0);
	ck_assert_int_eq(entries, OPERATIONS);
}

/* Redis stops for longer than anybody waits for it. */
static void
disturb_redis(struct fixture *f, unsigned *seed)
{
	if (!f->redis || rand_r(seed) % 4)
		return;
	kill(f->redis, SIGSTOP);
	fixture_sleep_ms(rand_r(seed) % 100);
	kill(f->redis, SIGCONT);
}

static void
survive(enum store_backend backend)
{
	struct progress *p = mmap(NULL, sizeof *p, PROT_READ | PROT_WRITE,
	                          MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	long pause_max_ms = 60;
	unsigned seed = 7;
	struct fixture f;
	int kills = 0;

	fixture_start(&f, backend);
	store_close(f.store);
	f.conf.redis_timeout_ms = 30;
	while (atomic_load(&p->acknowledged) < OPERATIONS) {
		kills += run_and_kill(&f, p, &seed, &pause_max_ms);
		disturb_redis(&f, &seed);
	}
	ck_assert_int_gt(kills, 3);
	check_all(&f);
	fixture_end(&f);
}

START_TEST(ten_thousand_operations_survive_random_kills)
{
	survive(STORE_BACKEND_LMDB);
}
END_TEST

START_TEST(and_so_they_do_on_their_way_to_redis)
{
	if (fixture_has_redis())
		survive(STORE_BACKEND_REDIS);
}
END_TEST

UNIT_MAIN("store_kill", ten_thousand_operations_survive_random_kills,
          and_so_they_do_on_their_way_to_redis)
