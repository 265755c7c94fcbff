/* SPDX-License-Identifier: Apache-2.0 */
/* A store in memory, and the exchange of one message at a time. */
#ifndef LEARN_SIGNALS_H
#define LEARN_SIGNALS_H

#include "../unit.h"

#include "learn/exchange.h"

#define HOUR_MS ((int64_t)3600000)
#define DAY_MS  (24 * HOUR_MS)

struct signals {
	struct conf_store conf;
	struct store *store;
	struct arena *arena;
	struct exchange x;
	int64_t now_ms;
};

static inline void
signals_start(struct signals *s)
{
	char why[STORE_WHY];

	*s = (struct signals){
		.conf = { .backend = STORE_BACKEND_MEMORY,
		          .bytes_max = 16 << 20,
		          .commit_ms = 1000,
		          .queue_max = 10000 },
		.arena = arena_new(),
		.now_ms = 4000000000000, /* long after today */
	};
	ck_assert_int_eq(store_open(&s->conf, &s->store, why), 0);
	exchange_begin(&s->x, s->arena, s->now_ms);
}

static inline void
signals_end(struct signals *s)
{
	store_close(s->store);
	arena_free(s->arena);
}

/* The next message, some time later. */
static inline void
signals_next(struct signals *s, int64_t later_ms)
{
	s->now_ms += later_ms;
	exchange_begin(&s->x, s->arena, s->now_ms);
}

static inline void
signals_ask(struct signals *s)
{
	ck_assert(exchange_get(&s->x, s->store));
}

static inline void
signals_tell(struct signals *s)
{
	ck_assert_int_eq(exchange_put(&s->x, s->store), 0);
}

#endif
