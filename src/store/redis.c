/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "store/decay.h"
#include "store/redis_private.h"

/* By then a sum of the epoch before is one in a million of what it was. */
enum { OLD_HALVES = 20 };

static struct redis *
redis_of(struct backend *b)
{
	return (struct redis *)((char *)b - offsetof(struct redis, backend));
}

static struct backend *
local_of(struct backend *b)
{
	return &redis_of(b)->local->backend;
}

/* ---- connections ---- */

static const struct breaker_rules breaker_rules = {
	.failures = 4,
	.pause_us = 1000 * 1000,
	.pause_max_us = 30 * 1000 * 1000,
};

/* Whoever was let through says how it went; with the lock. */
static void
tell_breaker(struct redis *r, bool good)
{
	if (good)
		breaker_good(&r->breaker);
	else
		breaker_bad(&r->breaker, &breaker_rules, clock_mono_us(),
		            breaker_random());
}

struct redis_link *
redis_borrow(struct redis *r, char why[STORE_WHY])
{
	int64_t now_us = clock_mono_us();
	int64_t deadline_us = now_us + r->conf->redis_timeout_ms * 1000;
	struct redis_link *l = NULL;

	bool lets;

	pthread_mutex_lock(&r->lock);
	lets = breaker_lets(&r->breaker, now_us);
	if (lets && r->n_idle)
		l = r->idle[--r->n_idle];
	pthread_mutex_unlock(&r->lock);
	if (!lets)
		return NULL;
	if (!l)
		l = redis_link_open(&r->server, deadline_us, why);
	if (l) {
		redis_link_deadline(l, deadline_us);
		return l;
	}
	pthread_mutex_lock(&r->lock);
	tell_breaker(r, false);
	pthread_mutex_unlock(&r->lock);
	return NULL;
}

void
redis_return(struct redis *r, struct redis_link *l, bool good)
{
	pthread_mutex_lock(&r->lock);
	tell_breaker(r, good);
	if (good && r->n_idle < REDIS_IDLE_MAX) {
		r->idle[r->n_idle++] = l;
		l = NULL;
	}
	pthread_mutex_unlock(&r->lock);
	redis_link_close(l);
}

/* ---- keys ---- */

struct sv
redis_key_make(const struct redis *r, char kind, struct sv name,
               struct redis_key *key)
{
	int n = snprintf(key->bytes, sizeof key->bytes,
	                 "%.100s%c:", r->conf->redis_prefix, kind);

	name = sv_sub(name, 0, STORE_NAME_MAX);
	memcpy(key->bytes + n, name.p, name.n);
	key->n = (size_t)n + name.n;
	return sv_make(key->bytes, key->n);
}

struct sv
redis_key_cell(const struct redis *r, struct sv cell_key, uint32_t epoch,
               struct redis_key *key)
{
	uint32_t half_s = 0;
	struct sv name = SV("");
	char kind = CELL_VALUE;
	int n;

	cell_key_read(cell_key, &kind, &name, &half_s);
	if (kind != CELL_COUNTER)
		return redis_key_make(r, kind, name, key);
	n = snprintf(key->bytes, sizeof key->bytes,
	             "%.100sc:%u:%u:", r->conf->redis_prefix, half_s, epoch);
	memcpy(key->bytes + n, name.p, name.n);
	key->n = (size_t)n + name.n;
	return sv_make(key->bytes, key->n);
}

/* ---- reading ---- */

static void
ask_counter(struct redis *r, struct redis_link *l, struct sv cell_key,
            uint32_t epoch)
{
	struct redis_key key;

	REDIS_SEND(l, SV("HMGET"), redis_key_cell(r, cell_key, epoch, &key),
	           SV("0"), SV("1"), SV("2"), SV("3"));
}

/* The epochs to ask for: that of now, and the one before while it matters. */
static int
epochs_of(const struct store_read *read, int64_t now_ms, uint32_t epochs[2])
{
	uint32_t half_s = decay_half_s(read->half_life_ms);

	epochs[0] = decay_epoch(now_ms, half_s);
	if (epochs[0] == 0 ||
	    decay_weight(now_ms, half_s, epochs[0]) > exp2(OLD_HALVES))
		return 1;
	epochs[1] = epochs[0] - 1;
	return 2;
}

static bool
take_sums(const struct redis_answer *answer, uint32_t epoch, struct cell *into)
{
	struct cell c = { .epoch = epoch };
	bool found = false;
	char text[64];

	for (size_t i = 0; i < STORE_FIELDS && i < answer->n; i++) {
		struct sv s = answer->list[i];

		if (!s.p || s.n >= sizeof text)
			continue;
		memcpy(text, s.p, s.n);
		text[s.n] = '\0';
		c.sums[i] = strtod(text, NULL);
		found |= isfinite(c.sums[i]);
	}
	if (found)
		cell_merge(into, &c);
	return found;
}

/* What Redis has of a counter, and what waits here. */
static int
read_counter(struct redis *r, struct redis_link *l, MDB_txn *view,
             bool has_backlog, int64_t now_ms, const struct cell_key *key,
             struct store_read *read, char why[STORE_WHY])
{
	struct cell c = { 0 }, waits;
	struct redis_answer answer;
	uint32_t epochs[2];
	int n = epochs_of(read, now_ms, epochs);

	for (int i = 0; i < n; i++) {
		if (redis_link_receive(l, &answer, why))
			return E_REMOTE;
		if (answer.kind == REDIS_LIST &&
		    take_sums(&answer, epochs[i], &c))
			read->found = true;
		if (has_backlog &&
		    backlog_find(r->local, view, cell_key_sv(key), epochs[i],
		                 &waits)) {
			cell_merge(&c, &waits);
			read->found = true;
		}
	}
	cell_sums(&c, decay_half_s(read->half_life_ms), now_ms, read->sums);
	return 0;
}

static int
read_value(struct redis_link *l, struct arena *a, struct store_read *read,
           char why[STORE_WHY])
{
	struct redis_answer answer;

	if (redis_link_receive(l, &answer, why))
		return E_REMOTE;
	read->found = answer.kind == REDIS_TEXT;
	if (read->found)
		read->value = arena_dup(a, answer.text);
	return 0;
}

static int
ask_and_read(struct redis *r, struct redis_link *l, MDB_txn *view,
             struct arena *a, int64_t now_ms, const struct cell_key *keys,
             struct store_read *reads, size_t n)
{
	bool has_backlog = backlog_count(r->local, view) > 0;
	char why[STORE_WHY];
	int result = 0;

	for (size_t i = 0; i < n; i++) {
		struct redis_key key;
		uint32_t epochs[2];
		int n_epochs;

		if (reads[i].is_value) {
			REDIS_SEND(
			    l, SV("GET"),
			    redis_key_cell(r, cell_key_sv(&keys[i]), 0, &key));
			continue;
		}
		n_epochs = epochs_of(&reads[i], now_ms, epochs);
		for (int e = 0; e < n_epochs; e++)
			ask_counter(r, l, cell_key_sv(&keys[i]), epochs[e]);
	}
	for (size_t i = 0; i < n && result == 0; i++)
		result = reads[i].is_value
		             ? read_value(l, a, &reads[i], why)
		             : read_counter(r, l, view, has_backlog, now_ms,
		                            &keys[i], &reads[i], why);
	return result;
}

static void
clear_answers(struct store_read *reads, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		reads[i].found = false;
		reads[i].value = SV("");
		memset(reads[i].sums, 0, sizeof reads[i].sums);
	}
}

static bool
redis_read(struct backend *b, void *view, struct arena *a, int64_t now_ms,
           const struct cell_key *keys, struct store_read *reads, size_t n)
{
	struct redis *r = redis_of(b);
	char why[STORE_WHY];
	struct redis_link *l = redis_borrow(r, why);
	bool good =
	    l && ask_and_read(r, l, view, a, now_ms, keys, reads, n) == 0;

	if (l)
		redis_return(r, l, good);
	if (good)
		return true;
	clear_answers(reads, n);
	lmdb_read(&r->local->backend, view, a, now_ms, keys, reads, n);
	return false;
}

/* ---- logs ---- */

struct log_page {
	VEC(struct store_entry) entries;
	struct arena *arena;
};

/* "id", "score", ... to entries without values. */
static void
take_order(const struct redis_answer *answer, struct log_page *page)
{
	for (size_t i = 0; i + 1 < answer->n; i += 2) {
		struct sv score = answer->list[i + 1];
		char text[32];

		if (!answer->list[i].p || score.n >= sizeof text)
			continue;
		memcpy(text, score.p, score.n);
		text[score.n] = '\0';
		*VEC_ADD(&page->entries) = (struct store_entry){
			.unix_ms = (int64_t)strtod(text, NULL),
			.id = arena_dup(page->arena, answer->list[i]),
		};
	}
}

/* Entries of the same time come again in the next page: sorted by id, as
 * sorted sets are. */
static int
read_page(struct redis *r, struct redis_link *l, struct sv log, int64_t from_ms,
          size_t offset, size_t max, struct log_page *page, char why[STORE_WHY])
{
	struct redis_answer answer;
	struct redis_key key;
	char from[24], skip[24], count[24];

	snprintf(from, sizeof from, "%lld", (long long)from_ms);
	snprintf(skip, sizeof skip, "%zu", offset);
	snprintf(count, sizeof count, "%zu", max);
	REDIS_SEND(l, SV("ZRANGEBYSCORE"), redis_key_make(r, 'l', log, &key),
	           sv_str(from), SV("+inf"), SV("WITHSCORES"), SV("LIMIT"),
	           sv_str(skip), sv_str(count));
	if (redis_link_receive(l, &answer, why))
		return E_REMOTE;
	take_order(&answer, page);
	for (size_t i = 0; i < page->entries.n; i++)
		REDIS_SEND(l, SV("HGET"), redis_key_make(r, 'e', log, &key),
		           page->entries.list[i].id);
	for (size_t i = 0; i < page->entries.n; i++) {
		if (redis_link_receive(l, &answer, why))
			return E_REMOTE;
		page->entries.list[i].value =
		    arena_dup(page->arena,
		              answer.kind == REDIS_TEXT ? answer.text : SV(""));
	}
	return 0;
}

enum { PAGE = 500 };

static int
read_pages(struct redis *r, struct redis_link *l, struct sv log,
           const struct store_entry *behind, size_t max,
           int (*each)(void *ctx, const struct store_entry *e), void *ctx,
           int *ret_result)
{
	struct log_page page = { .arena = arena_new() };
	char why[STORE_WHY];
	int result = 0;

	*ret_result = 0;
	for (size_t offset = 0; max && *ret_result == 0; offset += PAGE) {
		arena_reset(page.arena);
		page.entries.n = 0;
		redis_link_deadline(l, clock_mono_us() + 5000000);
		result = read_page(r, l, log, behind ? behind->unix_ms : 0,
		                   offset, PAGE, &page, why);
		for (size_t i = 0;
		     i < page.entries.n && max && !result && *ret_result == 0;
		     i++) {
			const struct store_entry *e = &page.entries.list[i];

			if (behind && e->unix_ms == behind->unix_ms &&
			    sv_cmp(e->id, behind->id) <= 0)
				continue;
			*ret_result = each(ctx, e);
			max--;
		}
		if (result || page.entries.n < PAGE)
			break;
	}
	VEC_DONE(&page.entries);
	arena_free(page.arena);
	return result;
}

static int
redis_read_log(struct backend *b, struct sv log,
               const struct store_entry *behind, size_t max,
               int (*each)(void *ctx, const struct store_entry *e), void *ctx)
{
	struct redis *r = redis_of(b);
	char why[STORE_WHY];
	struct redis_link *l = redis_borrow(r, why);
	int result, answer;

	if (!l)
		return lmdb_read_log(local_of(b), log, behind, max, each, ctx);
	result = read_pages(r, l, log, behind, max, each, ctx, &answer);
	redis_return(r, l, result == 0);
	return result ? result : answer;
}

/* Answers to what was sent, of which the last says whether it was done. */
static int
receive_all(struct redis_link *l, size_t n)
{
	struct redis_answer answer = { .kind = REDIS_NOTHING };
	char why[STORE_WHY];

	for (size_t i = 0; i < n; i++)
		if (redis_link_receive(l, &answer, why))
			return E_REMOTE;
	return answer.kind == REDIS_REFUSAL ? E_REMOTE : 0;
}

static int
trim_page(struct redis *r, struct redis_link *l, struct sv log,
          int64_t before_ms, size_t max, size_t *ret_n)
{
	struct redis_key order, values;
	struct redis_answer found;
	struct arena *a = arena_new();
	char until[24], count[24], why[STORE_WHY];
	struct sv *ids;
	int result = 0;

	snprintf(until, sizeof until, "(%lld", (long long)before_ms);
	snprintf(count, sizeof count, "%zu", max);
	redis_link_deadline(l, clock_mono_us() + 5000000);
	REDIS_SEND(l, SV("ZRANGEBYSCORE"), redis_key_make(r, 'l', log, &order),
	           SV("-inf"), sv_str(until), SV("LIMIT"), SV("0"),
	           sv_str(count));
	if (redis_link_receive(l, &found, why)) {
		arena_free(a);
		return E_REMOTE;
	}
	*ret_n = found.n;
	ids = ARENA_ARRAY(a, struct sv, found.n + 1);
	for (size_t i = 0; i < found.n; i++)
		ids[i] = arena_dup(a, found.list[i]);
	REDIS_SEND(l, SV("MULTI"));
	for (size_t i = 0; i < *ret_n; i++) {
		REDIS_SEND(l, SV("ZREM"), redis_key_make(r, 'l', log, &order),
		           ids[i]);
		REDIS_SEND(l, SV("HDEL"), redis_key_make(r, 'e', log, &values),
		           ids[i]);
	}
	REDIS_SEND(l, SV("EXEC"));
	result = receive_all(l, 2 * *ret_n + 2);
	arena_free(a);
	return result;
}

/* This machine has a copy of its own. */
static int
redis_trim_log(struct backend *b, struct sv log, int64_t before_ms, size_t max,
               size_t *ret_n)
{
	struct redis *r = redis_of(b);
	char why[STORE_WHY];
	struct redis_link *l = redis_borrow(r, why);
	size_t own = 0;
	int result = E_REMOTE, local;

	if (l) {
		result = trim_page(r, l, log, before_ms,
		                   max < PAGE ? max : PAGE, ret_n);
		redis_return(r, l, result == 0);
	}
	if (result)
		*ret_n = 0;
	local = lmdb_trim_log(local_of(b), log, before_ms, max, &own);
	if (own > *ret_n)
		*ret_n = own;
	return result ? result : local;
}

/* ---- what is as with LMDB ---- */

static void *
redis_begin(struct backend *b, uint64_t *ret_version)
{
	return lmdb_begin(local_of(b), ret_version);
}

static void
redis_end(struct backend *b, void *view)
{
	lmdb_end(local_of(b), view);
}

static int
redis_apply(struct backend *b, struct queue *q, int64_t now_ms,
            char why[STORE_WHY])
{
	struct redis *r = redis_of(b);
	int result = lmdb_apply(local_of(b), q, now_ms, why);

	pthread_mutex_lock(&r->lock);
	r->has_work = true;
	pthread_cond_signal(&r->wake);
	pthread_mutex_unlock(&r->lock);
	return result;
}

/* Sends after each write, and every now and then for what could not be sent
 * before, perhaps by a process that is gone. */
static void *
send_always(void *ctx)
{
	struct redis *r = ctx;
	bool last = false;

	while (!last) {
		char why[STORE_WHY] = "";
		int64_t end_ns = clock_mono_ns() + r->conf->commit_ms * 1000000;
		struct timespec end = { end_ns / 1000000000,
			                end_ns % 1000000000 };

		pthread_mutex_lock(&r->lock);
		if (!r->has_work && !r->stopping)
			pthread_cond_timedwait(&r->wake, &r->lock, &end);
		r->has_work = false;
		last = r->stopping;
		pthread_mutex_unlock(&r->lock);
		redis_send(r, why);
		pthread_mutex_lock(&r->lock);
		if (*why)
			snprintf(r->why, sizeof r->why, "%s", why);
		pthread_mutex_unlock(&r->lock);
	}
	return NULL;
}

static void
start_sender(struct redis *r)
{
	pthread_condattr_t attr;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&r->wake, &attr);
	pthread_condattr_destroy(&attr);
	if (pthread_create(&r->sender, NULL, send_always, r))
		mem_die("cannot start a thread");
}

static void
stop_sender(struct redis *r)
{
	pthread_mutex_lock(&r->lock);
	r->stopping = true;
	pthread_cond_signal(&r->wake);
	pthread_mutex_unlock(&r->lock);
	pthread_join(r->sender, NULL);
	pthread_cond_destroy(&r->wake);
}

static int
redis_walk(struct backend *b, const struct backend_walk *w)
{
	return lmdb_walk(local_of(b), w);
}

static uint64_t
redis_sweep(struct backend *b, int64_t now_ms)
{
	return lmdb_sweep(local_of(b), now_ms);
}

static void
redis_status(struct backend *b, struct store_status *ret)
{
	struct redis *r = redis_of(b);
	struct redis_link *l;
	char why[STORE_WHY];
	MDB_txn *view;

	lmdb_status(local_of(b), ret);
	if (mdb_txn_begin(r->local->env, NULL, MDB_RDONLY, &view) == 0) {
		ret->backlog = backlog_count(r->local, view);
		ret->backlog_lost = lmdb_meta_get(r->local, view, "lost");
		mdb_txn_abort(view);
	}
	pthread_mutex_lock(&r->lock);
	if (!*ret->why)
		memcpy(ret->why, r->why, sizeof ret->why);
	pthread_mutex_unlock(&r->lock);
	l = redis_borrow(r, why);
	ret->redis_up = l != NULL;
	if (l)
		redis_return(r, l, true);
}

/* ---- opening ---- */

static void
redis_free(struct redis *r)
{
	for (size_t i = 0; i < r->n_idle; i++)
		redis_link_close(r->idle[i]);
	if (r->send_fd >= 0)
		close(r->send_fd);
	lmdb_free(r->local);
	pthread_mutex_destroy(&r->lock);
	free(r);
}

static void
redis_close(struct backend *b)
{
	stop_sender(redis_of(b));
	redis_free(redis_of(b));
}

/* The key of this node's number. */
static int
find_node(struct redis *r)
{
	MDB_val k = lmdb_val(SV("node")), v;
	struct redis_key key;
	MDB_txn *view;
	int result;

	if (mdb_txn_begin(r->local->env, NULL, MDB_RDONLY, &view))
		return E_IO;
	result = mdb_get(view, r->local->meta, &k, &v) ? E_IO : 0;
	if (result == 0)
		snprintf(r->node, sizeof r->node, SV_FMT,
		         SV_ARG(redis_key_make(r, 'n', lmdb_sv(v), &key)));
	mdb_txn_abort(view);
	return result;
}

struct backend *
redis_open(const struct conf_store *conf, char why[STORE_WHY])
{
	struct lmdb *local = (struct lmdb *)lmdb_open(conf, why);
	struct redis *r;
	char path[4200];

	if (!local)
		return NULL;
	local->table.passed = backlog_change;
	local->table.passed_group = backlog_group;
	r = mem_calloc(1, sizeof *r);
	r->local = local;
	r->conf = conf;
	r->backend = (struct backend){
		.begin = redis_begin,
		.read = redis_read,
		.end = redis_end,
		.apply = redis_apply,
		.read_log = redis_read_log,
		.trim_log = redis_trim_log,
		.walk = redis_walk,
		.status = redis_status,
		.sweep = redis_sweep,
		.close = redis_close,
	};
	redis_server_init(&r->server, conf->redis, conf->redis_password_file,
	                  conf->redis_database);
	pthread_mutex_init(&r->lock, NULL);
	snprintf(path, sizeof path, "%s/sending.lock", conf->dir);
	r->send_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
	if (r->send_fd < 0 || find_node(r)) {
		snprintf(why, STORE_WHY, "%.120s cannot be opened", path);
		redis_free(r);
		return NULL;
	}
	start_sender(r);
	return &r->backend;
}
