/* SPDX-License-Identifier: Apache-2.0 */
/* A store of each backend, in a folder of its own. */
#ifndef STORE_FIXTURE_H
#define STORE_FIXTURE_H

#include "../unit.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "store/store.h"

#define DAY_MS ((int64_t)86400000)
#define NOW_MS ((int64_t)4000000000000) /* long after today */

struct fixture {
	char dir[64];
	char address[1100]; /* of Redis */
	pid_t redis;        /* its server; 0: none */
	struct conf_store conf;
	struct store *store;
	struct arena *arena;
};

static inline void
fixture_open(struct fixture *f)
{
	char why[STORE_WHY];

	ck_assert_msg(store_open(&f->conf, &f->store, why) == 0, "%s", why);
}

static inline void
fixture_sleep_ms(long ms)
{
	nanosleep(&(struct timespec){ ms / 1000, ms % 1000 * 1000000 }, NULL);
}

static inline bool
fixture_has_redis(void)
{
#ifdef HAVE_HIREDIS
	return access("/usr/bin/redis-server", X_OK) == 0;
#else
	return false;
#endif
}

/* A server of its own, which keeps nothing on the disk. */
static inline void
fixture_start_redis(struct fixture *f)
{
	const char *path = f->address + 5; /* behind "unix:" */

	f->redis = fork();
	if (f->redis == 0) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, 1);
		dup2(null, 2);
		execl("/usr/bin/redis-server", "redis-server", "--port", "0",
		      "--unixsocket", path, "--save", "", "--appendonly", "no",
		      (char *)NULL);
		_exit(1);
	}
	for (int i = 0; i < 500 && access(path, F_OK); i++)
		fixture_sleep_ms(10);
	ck_assert_int_eq(access(path, F_OK), 0);
}

static inline void
fixture_stop_redis(struct fixture *f)
{
	if (!f->redis)
		return;
	kill(f->redis, SIGCONT);
	kill(f->redis, SIGKILL);
	waitpid(f->redis, NULL, 0);
	unlink(f->address + 5);
	f->redis = 0;
}

static inline void
fixture_start(struct fixture *f, enum store_backend backend)
{
	char cwd[1000];

	*f = (struct fixture){ .dir = "store-XXXXXX" };
	ck_assert_ptr_nonnull(mkdtemp(f->dir));
	ck_assert_ptr_nonnull(getcwd(cwd, sizeof cwd));
	snprintf(f->address, sizeof f->address, "unix:%s/%s/redis.sock", cwd,
	         f->dir);
	if (backend == STORE_BACKEND_REDIS)
		fixture_start_redis(f);
	f->conf = (struct conf_store){
		.backend = backend,
		.dir = f->dir,
		.bytes_max = 16 << 20,
		.commit_ms = 10,
		.queue_max = 100000,
		.redis = f->address,
		.redis_prefix = "t:",
		.redis_password_file = "",
		.redis_timeout_ms = 1000,
		.backlog_bytes_max = 1 << 20,
	};
	f->arena = arena_new();
	fixture_open(f);
}

static inline void
fixture_reopen(struct fixture *f)
{
	store_close(f->store);
	fixture_open(f);
}

static inline void
fixture_end(struct fixture *f)
{
	char path[100];

	store_close(f->store);
	arena_free(f->arena);
	fixture_stop_redis(f);
	snprintf(path, sizeof path, "%s/sending.lock", f->dir);
	unlink(path);
	snprintf(path, sizeof path, "%s/data.mdb", f->dir);
	unlink(path);
	snprintf(path, sizeof path, "%s/lock.mdb", f->dir);
	unlink(path);
	rmdir(f->dir);
}

/* ---- shorthand ---- */

/* All is written, and with Redis, there. */
static inline void
settle(struct fixture *f)
{
	struct store_status s;

	store_flush(f->store);
	for (int i = 0; i < 1000; i++) {
		store_status(f->store, &s);
		if (s.backlog == 0)
			return;
		fixture_sleep_ms(5);
	}
	ck_abort_msg("nothing arrives at Redis: %s", s.why);
}

static inline void
put_ops(struct fixture *f, const struct store_op *ops, size_t n, int64_t now_ms,
        const char *once)
{
	const struct store_batch b = {
		.ops = ops,
		.n = n,
		.unix_ms = now_ms,
		.once = sv_str(once),
	};

	ck_assert_int_eq(store_write(f->store, &b), 0);
}

static inline void
add(struct fixture *f, const char *name, int64_t half_ms, double amount,
    int64_t now_ms)
{
	const struct store_op op = {
		.kind = STORE_ADD,
		.name = sv_str(name),
		.half_life_ms = half_ms,
		.amounts = { amount },
	};

	put_ops(f, &op, 1, now_ms, "");
}

static inline double
sum(struct fixture *f, const char *name, int64_t half_ms, int64_t now_ms)
{
	struct store_read r = { .name = sv_str(name), .half_life_ms = half_ms };

	store_get(f->store, f->arena, now_ms, &r, 1);
	return r.sums[0];
}

static inline void
set(struct fixture *f, enum store_op_kind kind, const char *name,
    const char *value, int64_t expires_ms, int64_t now_ms)
{
	const struct store_op op = {
		.kind = kind,
		.name = sv_str(name),
		.value = sv_str(value),
		.expires_ms = expires_ms,
	};

	put_ops(f, &op, 1, now_ms, "");
}

/* "-": there is none. */
static inline const char *
value(struct fixture *f, const char *name, int64_t now_ms)
{
	struct store_read r = { .name = sv_str(name), .is_value = true };

	store_get(f->store, f->arena, now_ms, &r, 1);
	return r.found ? r.value.p : "-";
}

#endif
