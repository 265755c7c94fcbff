/* SPDX-License-Identifier: Apache-2.0 */
/* The queue before a backend, and the thread that empties it. */
#include "store/store.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "store/backend.h"

/* Committed at once when that many changes wait, or half the queue: the more
 * go together, the more share a page. */
enum { COMMIT_CHANGES = 10000 };

struct store {
	const struct conf_store *conf;
	struct backend *backend;
	pthread_mutex_t lock;
	pthread_cond_t work, done;
	pthread_t thread;
	struct queue *open;    /* being filled */
	struct queue *closing; /* being applied, or NULL */
	bool hurry;            /* do not wait for the interval */
	bool must_commit;      /* even nothing */
	bool stopping;
	struct store_status status;
	_Atomic uint64_t local_reads;
};

/* ---- writing ---- */

/* With the lock held; it is released meanwhile. */
static void
commit(struct store *s)
{
	struct queue *q = s->open;
	char why[STORE_WHY] = "";
	int64_t begin = clock_mono_us(), took_us;
	int result;

	s->closing = q;
	s->open = queue_new();
	s->hurry = false;
	s->must_commit = false;
	pthread_mutex_unlock(&s->lock);
	result = s->backend->apply(s->backend, q, clock_unix_ms(), why);
	took_us = clock_mono_us() - begin;
	pthread_mutex_lock(&s->lock);
	s->closing = NULL;
	s->status.commits++;
	if (s->status.commit_us_max < took_us)
		s->status.commit_us_max = took_us;
	if (result) {
		s->status.lost += q->n;
		snprintf(s->status.why, sizeof s->status.why, "%s", why);
	}
	q->is_done = true;
	q->result = result;
	pthread_cond_broadcast(&s->done);
	if (!q->waiting)
		queue_free(q); /* else the last who waits does */
}

static void
wait_for_work(struct store *s)
{
	int64_t end_ns = clock_mono_ns() + s->conf->commit_ms * 1000000;
	struct timespec end = { end_ns / 1000000000, end_ns % 1000000000 };

	while (!s->stopping && !s->hurry)
		if (pthread_cond_timedwait(&s->work, &s->lock, &end) ==
		    ETIMEDOUT)
			break;
}

static void *
run(void *ctx)
{
	struct store *s = ctx;

	pthread_mutex_lock(&s->lock);
	while (!s->stopping || s->open->n) {
		wait_for_work(s);
		if (s->open->n || s->must_commit)
			commit(s);
	}
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

/* With the lock held: whether one more fits. */
static bool
has_room(struct store *s, size_t n)
{
	bool fits = s->open->n < (size_t)s->conf->queue_max;

	s->status.batches++;
	if (!fits)
		s->status.lost += n;
	return fits;
}

/* With the lock held, after something was queued. */
static int
queued(struct store *s, int64_t now_ms)
{
	char why[STORE_WHY] = "";
	int result;

	if (!s->backend->is_immediate)
		return 0;
	result = s->backend->apply(s->backend, s->open, now_ms, why);
	queue_free(s->open);
	s->open = queue_new();
	return result;
}

static int
enqueue(struct store *s, const struct store_batch *b)
{
	if (!has_room(s, b->n))
		return E_LIMIT;
	queue_add(s->open, b);
	return queued(s, b->unix_ms);
}

static void
hurry(struct store *s)
{
	if (!s->hurry)
		pthread_cond_signal(&s->work);
	s->hurry = true;
}

static int
wait_for(struct store *s, struct queue *q)
{
	int result;

	q->waiting++;
	while (!q->is_done)
		pthread_cond_wait(&s->done, &s->lock);
	result = q->result;
	if (--q->waiting == 0)
		queue_free(q);
	return result;
}

static bool
is_much(const struct store *s)
{
	return s->open->n >= COMMIT_CHANGES ||
	       s->open->n >= (size_t)s->conf->queue_max / 2;
}

int
store_write(struct store *s, const struct store_batch *b)
{
	int result = queue_check(b);

	if (result)
		return result;
	pthread_mutex_lock(&s->lock);
	result = enqueue(s, b);
	if (is_much(s))
		hurry(s);
	pthread_mutex_unlock(&s->lock);
	return result;
}

int
store_put_item(struct store *s, const struct store_item *item)
{
	int result = E_LIMIT;

	pthread_mutex_lock(&s->lock);
	if (has_room(s, 1))
		result = queue_add_item(s->open, item);
	if (result == 0)
		result = queued(s, clock_unix_ms());
	if (is_much(s))
		hurry(s);
	pthread_mutex_unlock(&s->lock);
	return result;
}

int
store_commit(struct store *s, const struct store_batch *b)
{
	int result = queue_check(b);

	if (result)
		return result;
	pthread_mutex_lock(&s->lock);
	result = enqueue(s, b);
	if (result == 0 && !s->backend->is_immediate) {
		hurry(s);
		result = wait_for(s, s->open);
	}
	pthread_mutex_unlock(&s->lock);
	return result;
}

void
store_flush(struct store *s)
{
	pthread_mutex_lock(&s->lock);
	if (!s->backend->is_immediate) {
		/* Queues are emptied one after the other. */
		hurry(s);
		s->must_commit = true;
		(void)wait_for(s, s->open);
	}
	pthread_mutex_unlock(&s->lock);
}

/* ---- reading ---- */

/* A copy of what waits for a key, or NULL. */
static const struct change *
waiting(const struct queue *q, const struct cell_key *key, struct arena *a)
{
	const struct change *c =
	    q && q->n ? queue_find(q, cell_key_sv(key)) : NULL;
	struct change *copy;

	if (!c)
		return NULL;
	copy = ARENA_NEW(a, struct change);
	*copy = *c;
	copy->cell.value = arena_dup(a, c->cell.value);
	return copy;
}

/* Puts it on top of what was read. */
static void
overlay(const struct change *c, const struct cell_key *key, int64_t now_ms,
        struct arena *a, struct store_read *r)
{
	struct store_read more = { .is_value = r->is_value };

	if (c->kind == STORE_DROP) {
		r->found = false;
		r->value = SV("");
	} else if (c->kind == STORE_SET || (r->is_value && !r->found)) {
		backend_answer(key, &c->cell, now_ms, a, r);
	} else if (!r->is_value &&
	           backend_answer(key, &c->cell, now_ms, a, &more)) {
		for (int i = 0; i < STORE_FIELDS; i++)
			r->sums[i] += more.sums[i];
		r->found = true;
	}
}

static void
make_keys(struct store_read *reads, size_t n, struct cell_key *keys)
{
	for (size_t i = 0; i < n; i++) {
		struct store_read *r = &reads[i];

		if (r->is_value)
			cell_key_plain(CELL_VALUE, r->name, &keys[i]);
		else
			cell_key_counter(r->name, r->half_life_ms, &keys[i]);
		r->found = false;
		r->value = SV("");
		memset(r->sums, 0, sizeof r->sums);
	}
}

/* The view and the queues as of one moment: a queue that is being applied
 * counts unless the view has it. */
static void *
begin_read(struct store *s, const struct cell_key *keys, size_t n,
           const struct change **changes, struct arena *a)
{
	uint64_t version = 0, applied = 0;
	const struct queue *closing;
	void *view;

	pthread_mutex_lock(&s->lock);
	view = s->backend->begin(s->backend, &version);
	closing = s->closing;
	if (closing)
		applied = atomic_load(&closing->version);
	if (applied && version >= applied)
		closing = NULL;
	for (size_t i = 0; i < n; i++) {
		changes[2 * i] = waiting(closing, &keys[i], a);
		changes[2 * i + 1] = waiting(s->open, &keys[i], a);
	}
	s->status.failed_reads += !view;
	pthread_mutex_unlock(&s->lock);
	return view;
}

static bool
get_behind(struct store *s, struct arena *a, int64_t now_ms,
           const struct cell_key *keys, struct store_read *reads, size_t n)
{
	const struct change **changes =
	    ARENA_ARRAY(a, const struct change *, 2 * n);
	void *view = begin_read(s, keys, n, changes, a);
	bool is_shared = true;

	if (view) {
		is_shared = s->backend->read(s->backend, view, a, now_ms, keys,
		                             reads, n);
		s->backend->end(s->backend, view);
	}
	for (size_t i = 0; i < 2 * n; i++)
		if (changes[i])
			overlay(changes[i], &keys[i / 2], now_ms, a,
			        &reads[i / 2]);
	return is_shared && view;
}

bool
store_get(struct store *s, struct arena *a, int64_t now_ms,
          struct store_read *reads, size_t n)
{
	struct cell_key *keys = ARENA_ARRAY(a, struct cell_key, n);
	bool result;

	make_keys(reads, n, keys);
	if (!s->backend->is_immediate) {
		result = get_behind(s, a, now_ms, keys, reads, n);
		if (!result)
			atomic_fetch_add(&s->local_reads, 1);
		return result;
	}
	pthread_mutex_lock(&s->lock);
	result = s->backend->read(s->backend, NULL, a, now_ms, keys, reads, n);
	pthread_mutex_unlock(&s->lock);
	return result;
}

/* ---- whole tables ---- */

/* Immediate backends are one thread's at a time. */
static void
enter(struct store *s)
{
	if (s->backend->is_immediate)
		pthread_mutex_lock(&s->lock);
}

static void
leave(struct store *s)
{
	if (s->backend->is_immediate)
		pthread_mutex_unlock(&s->lock);
}

int
store_read_log(struct store *s, struct sv log, const struct store_entry *behind,
               size_t max, int (*each)(void *ctx, const struct store_entry *e),
               void *ctx)
{
	int result;

	enter(s);
	result = s->backend->read_log(s->backend, log, behind, max, each, ctx);
	leave(s);
	return result;
}

int
store_trim_log(struct store *s, struct sv log, int64_t before_ms, size_t max,
               size_t *ret_n)
{
	int result;

	*ret_n = 0;
	enter(s);
	result = s->backend->trim_log(s->backend, log, before_ms, max, ret_n);
	leave(s);
	return result;
}

int
store_walk(struct store *s, struct sv prefix, int64_t now_ms,
           int (*each)(void *ctx, const struct store_item *item), void *ctx)
{
	const struct backend_walk walk = { prefix, now_ms, each, ctx };
	int result;

	enter(s);
	result = s->backend->walk(s->backend, &walk);
	leave(s);
	return result;
}

void
store_status(struct store *s, struct store_status *ret)
{
	pthread_mutex_lock(&s->lock);
	*ret = s->status;
	ret->backend = s->conf->backend;
	ret->local_reads = atomic_load(&s->local_reads);
	s->backend->status(s->backend, ret);
	pthread_mutex_unlock(&s->lock);
}

uint64_t
store_sweep(struct store *s, int64_t now_ms)
{
	uint64_t n;

	enter(s);
	n = s->backend->sweep(s->backend, now_ms);
	leave(s);
	return n;
}

/* ---- opening ---- */

static struct backend *
backend_open(const struct conf_store *conf, char why[STORE_WHY])
{
	switch (conf->backend) {
	case STORE_BACKEND_LMDB:
		return lmdb_open(conf, why);
	case STORE_BACKEND_REDIS:
		return redis_open(conf, why);
	case STORE_BACKEND_MEMORY:
		break;
	}
	return memory_open(conf);
}

static void
start_thread(struct store *s)
{
	pthread_condattr_t attr;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&s->work, &attr);
	pthread_condattr_destroy(&attr);
	pthread_cond_init(&s->done, NULL);
	pthread_mutex_init(&s->lock, NULL);
	if (!s->backend->is_immediate &&
	    pthread_create(&s->thread, NULL, run, s))
		mem_die("cannot start a thread");
}

int
store_open(const struct conf_store *conf, struct store **ret,
           char why[STORE_WHY])
{
	struct backend *b;
	struct store *s;

	*why = '\0';
	*ret = NULL;
	b = backend_open(conf, why);
	if (!b)
		return E_IO;
	s = mem_calloc(1, sizeof *s);
	s->conf = conf;
	s->backend = b;
	s->open = queue_new();
	start_thread(s);
	*ret = s;
	return 0;
}

void
store_close(struct store *s)
{
	if (!s)
		return;
	if (!s->backend->is_immediate) {
		pthread_mutex_lock(&s->lock);
		s->stopping = true;
		pthread_cond_signal(&s->work);
		pthread_mutex_unlock(&s->lock);
		pthread_join(s->thread, NULL);
	}
	s->backend->close(s->backend);
	queue_free(s->open);
	pthread_cond_destroy(&s->work);
	pthread_cond_destroy(&s->done);
	pthread_mutex_destroy(&s->lock);
	free(s);
}
