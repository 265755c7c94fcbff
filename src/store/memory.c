/* SPDX-License-Identifier: Apache-2.0 */
/* Cells in memory: for tests, the tool, and sites that want to forget. */
#include <stdlib.h>

#include "base/mem.h"
#include "store/backend.h"

/* What a cell takes beside its key and value, about. */
enum { CELL_BYTES = 200 };

struct log {
	struct sv name;
	VEC(struct store_entry) entries; /* in order; texts on the heap */
};

struct memory {
	struct backend backend;
	struct table table;
	struct map *cells; /* struct cell on the heap; dropped: expires -1 */
	VEC(struct log) logs;
	size_t bytes, bytes_max; /* of cells, replaced ones included */
	uint64_t evicted;
};

static struct memory *
memory_of(struct table *t)
{
	return (struct memory *)((char *)t - offsetof(struct memory, table));
}

/* ---- cells ---- */

static bool
is_dropped(const struct cell *c)
{
	return c->expires_ms < 0;
}

static bool
get(struct table *t, struct sv key, struct cell *ret)
{
	const struct cell *c = map_get(memory_of(t)->cells, key);

	if (!c || is_dropped(c))
		return false;
	*ret = *c;
	return true;
}

static struct cell *
cell_new(const struct cell *from)
{
	struct cell *c = mem_alloc(sizeof *c + from->value.n + 1);

	*c = *from;
	c->value.p = (char *)(c + 1);
	if (from->value.n)
		memcpy(c + 1, from->value.p, from->value.n);
	return c;
}

static size_t
bytes_of(struct sv key, const struct cell *c)
{
	return CELL_BYTES + key.n + c->value.n;
}

static int
put(struct table *t, struct sv key, const struct cell *c)
{
	struct memory *m = memory_of(t);

	m->bytes += bytes_of(key, c);
	free(map_set(m->cells, key, cell_new(c)));
	return 0;
}

static int
drop(struct table *t, struct sv key)
{
	struct cell *c = map_get(memory_of(t)->cells, key);

	if (c)
		c->expires_ms = -1;
	return 0;
}

/* A map without those that expire until `limit_ms`. */
static uint64_t
rebuild(struct memory *m, int64_t limit_ms)
{
	struct map *kept = map_new();
	uint64_t gone = 0;
	size_t pos = 0;
	struct sv key;
	void *value;

	m->bytes = 0;
	while (map_next(m->cells, &pos, &key, &value)) {
		struct cell *c = value;

		if (is_dropped(c)) {
			free(c);
		} else if (cell_is_expired(c, limit_ms)) {
			free(c);
			gone++;
		} else {
			map_set(kept, key, c);
			m->bytes += bytes_of(key, c);
		}
	}
	map_free(m->cells);
	m->cells = kept;
	return gone;
}

static int
compare_times(const void *a, const void *b)
{
	int64_t ta = *(const int64_t *)a, tb = *(const int64_t *)b;

	return ta < tb ? -1 : ta > tb;
}

/* Until when the soonest third expires. */
static int64_t
eviction_limit(const struct memory *m)
{
	VEC(int64_t) times = { 0 };
	int64_t limit;
	size_t pos = 0;
	struct sv key;
	void *value;

	while (map_next(m->cells, &pos, &key, &value))
		if (((struct cell *)value)->expires_ms > 0)
			*VEC_ADD(&times) = ((struct cell *)value)->expires_ms;
	if (times.n)
		qsort(times.list, times.n, sizeof *times.list, compare_times);
	limit = times.n ? times.list[times.n / 3] : 0;
	VEC_DONE(&times);
	return limit;
}

static void
keep_bounded(struct memory *m, int64_t now_ms)
{
	if (m->bytes <= m->bytes_max)
		return;
	m->evicted += rebuild(m, now_ms);
	if (m->bytes > m->bytes_max / 4 * 3)
		m->evicted += rebuild(m, eviction_limit(m));
}

/* ---- logs ---- */

static struct log *
find_log(struct memory *m, struct sv name)
{
	for (size_t i = 0; i < m->logs.n; i++)
		if (sv_eq(m->logs.list[i].name, name))
			return &m->logs.list[i];
	return NULL;
}

static int
compare_entries(const struct store_entry *a, const struct store_entry *b)
{
	if (a->unix_ms != b->unix_ms)
		return a->unix_ms < b->unix_ms ? -1 : 1;
	return sv_cmp(a->id, b->id);
}

static int
append(struct table *t, struct sv name, const struct store_entry *e)
{
	struct memory *m = memory_of(t);
	struct log *log = find_log(m, name);
	struct store_entry *last;

	if (!log) {
		log = VEC_ADD(&m->logs);
		log->name = sv_make(mem_dup(name.p, name.n), name.n);
	}
	last = VEC_ADD(&log->entries);
	while (last > log->entries.list && compare_entries(last - 1, e) > 0) {
		*last = last[-1];
		last--;
	}
	*last = (struct store_entry){
		.unix_ms = e->unix_ms,
		.id = { mem_dup(e->id.p, e->id.n), e->id.n },
		.value = { mem_dup(e->value.p, e->value.n), e->value.n },
	};
	return 0;
}

static int
memory_read_log(struct backend *b, struct sv name,
                const struct store_entry *behind, size_t max,
                int (*each)(void *ctx, const struct store_entry *e), void *ctx)
{
	const struct log *log = find_log((struct memory *)b, name);
	int result = 0;

	for (size_t i = 0; log && i < log->entries.n && max && !result; i++) {
		const struct store_entry *e = &log->entries.list[i];

		if (behind && compare_entries(e, behind) <= 0)
			continue;
		result = each(ctx, e);
		max--;
	}
	return result;
}

static void
free_entry(struct store_entry *e)
{
	free((char *)(uintptr_t)e->id.p);
	free((char *)(uintptr_t)e->value.p);
}

static int
memory_trim_log(struct backend *b, struct sv name, int64_t before_ms,
                size_t max, size_t *ret_n)
{
	struct memory *m = (struct memory *)b;
	struct log *log = find_log(m, name);
	struct cell_key mark;
	size_t n = 0;

	if (!log)
		return 0;
	for (; n < log->entries.n && n < max; n++) {
		struct store_entry *e = &log->entries.list[n];

		if (e->unix_ms >= before_ms)
			break;
		cell_key_entry(name, e->id, &mark);
		drop(&m->table, cell_key_sv(&mark));
		free_entry(e);
	}
	log->entries.n -= n;
	if (n && log->entries.n)
		memmove(log->entries.list, log->entries.list + n,
		        log->entries.n * sizeof *log->entries.list);
	*ret_n = n;
	return 0;
}

/* ---- the backend ---- */

static void *
memory_begin(struct backend *b, uint64_t *ret_version)
{
	*ret_version = 0;
	return b;
}

static void
memory_end(struct backend *b, void *view)
{
	(void)b;
	(void)view;
}

static bool
memory_read(struct backend *b, void *view, struct arena *a, int64_t now_ms,
            const struct cell_key *keys, struct store_read *reads, size_t n)
{
	struct memory *m = (struct memory *)b;
	struct cell c;

	(void)view;
	for (size_t i = 0; i < n; i++)
		if (get(&m->table, cell_key_sv(&keys[i]), &c))
			backend_answer(&keys[i], &c, now_ms, a, &reads[i]);
	return true;
}

static int
memory_apply(struct backend *b, struct queue *q, int64_t now_ms,
             char why[STORE_WHY])
{
	struct memory *m = (struct memory *)b;

	(void)why;
	keep_bounded(m, now_ms);
	return queue_apply(q, &m->table, now_ms);
}

static int
memory_walk(struct backend *b, const struct backend_walk *w)
{
	const struct memory *m = (const struct memory *)b;
	int result = 0;
	size_t pos = 0;
	struct sv key;
	void *value;

	while (!result && map_next(m->cells, &pos, &key, &value))
		if (!is_dropped(value))
			result = backend_walk_cell(w, key, value);
	for (size_t i = 0; i < m->logs.n; i++) {
		const struct log *log = &m->logs.list[i];

		for (size_t j = 0; j < log->entries.n && !result; j++)
			result = backend_walk_entry(w, log->name,
			                            &log->entries.list[j]);
	}
	return result;
}

static void
memory_status(struct backend *b, struct store_status *ret)
{
	const struct memory *m = (const struct memory *)b;
	size_t pos = 0;
	struct sv key;
	void *value;

	while (map_next(m->cells, &pos, &key, &value)) {
		ret->counters += key.p[0] == CELL_COUNTER && !is_dropped(value);
		ret->values += key.p[0] == CELL_VALUE && !is_dropped(value);
		ret->entries += key.p[0] == CELL_ENTRY && !is_dropped(value);
	}
	ret->evicted = m->evicted;
	ret->used_bytes = m->bytes;
	ret->bytes_max = m->bytes_max;
}

static uint64_t
memory_sweep(struct backend *b, int64_t now_ms)
{
	struct memory *m = (struct memory *)b;

	return rebuild(m, now_ms);
}

static void
memory_close(struct backend *b)
{
	struct memory *m = (struct memory *)b;
	size_t pos = 0;
	struct sv key;
	void *value;

	while (map_next(m->cells, &pos, &key, &value))
		free(value);
	map_free(m->cells);
	for (size_t i = 0; i < m->logs.n; i++) {
		struct log *log = &m->logs.list[i];

		for (size_t j = 0; j < log->entries.n; j++)
			free_entry(&log->entries.list[j]);
		VEC_DONE(&log->entries);
		free((char *)(uintptr_t)log->name.p);
	}
	VEC_DONE(&m->logs);
	free(m);
}

struct backend *
memory_open(const struct conf_store *conf)
{
	struct memory *m = mem_calloc(1, sizeof *m);

	m->backend = (struct backend){
		.is_immediate = true,
		.begin = memory_begin,
		.read = memory_read,
		.end = memory_end,
		.apply = memory_apply,
		.read_log = memory_read_log,
		.trim_log = memory_trim_log,
		.walk = memory_walk,
		.status = memory_status,
		.sweep = memory_sweep,
		.close = memory_close,
	};
	m->table = (struct table){
		.get = get, .put = put, .drop = drop, .append = append
	};
	m->cells = map_new();
	m->bytes_max = (size_t)conf->bytes_max;
	return &m->backend;
}
