/* SPDX-License-Identifier: Apache-2.0 */
/* A store of each backend, in a folder of its own. */
#ifndef STORE_FIXTURE_H
#define STORE_FIXTURE_H

#include "../unit.h"

#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "store/store.h"

#define DAY_MS ((int64_t)86400000)
#define NOW_MS ((int64_t)4000000000000) /* long after today */

struct fixture {
	char dir[64];
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
fixture_start(struct fixture *f, enum store_backend backend)
{
	*f = (struct fixture){ .dir = "store-XXXXXX" };
	ck_assert_ptr_nonnull(mkdtemp(f->dir));
	f->conf = (struct conf_store){
		.backend = backend,
		.dir = f->dir,
		.bytes_max = 16 << 20,
		.commit_ms = 10,
		.queue_max = 100000,
		.redis = "",
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
	snprintf(path, sizeof path, "%s/data.mdb", f->dir);
	unlink(path);
	snprintf(path, sizeof path, "%s/lock.mdb", f->dir);
	unlink(path);
	rmdir(f->dir);
}

/* ---- shorthand ---- */

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
