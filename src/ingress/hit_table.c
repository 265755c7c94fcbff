/* SPDX-License-Identifier: Apache-2.0 */
#include "ingress/hit_table.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/mem.h"

enum { PROBES_MAX = 64, NOT_FOUND = HIT_TABLE_ENTRIES };
static const int64_t forget_ms = 90LL * 24 * 3600 * 1000;
static const uint64_t magic = 0x74616d6973686974; /* of this layout */

struct entry {
	_Atomic uint64_t key; /* rule.key; 0: free */
	_Atomic uint64_t spam, ham;
	_Atomic int64_t last_ms;
	/* When it was first in use, and last begun to be; the messages judged
	 * till then. */
	_Atomic int64_t since_ms, used_ms;
	_Atomic uint64_t spam_before, ham_before;
};

struct hit_table {
	uint64_t magic;
	_Atomic int64_t since_ms;
	_Atomic uint64_t spam, ham; /* messages */
	struct entry entries[HIT_TABLE_ENTRIES];
};

static uint64_t
get(const _Atomic uint64_t *value)
{
	return atomic_load_explicit(value, memory_order_relaxed);
}

static int64_t
get_ms(const _Atomic int64_t *value)
{
	return atomic_load_explicit(value, memory_order_relaxed);
}

static void
add_one(_Atomic uint64_t *value)
{
	atomic_fetch_add_explicit(value, 1, memory_order_relaxed);
}

/* Times only grow, but clocks of two threads may be read in any order. */
static void
raise_ms(_Atomic int64_t *value, int64_t unix_ms)
{
	int64_t old = get_ms(value);

	while (old < unix_ms && !atomic_compare_exchange_weak_explicit(
				    value, &old, unix_ms, memory_order_relaxed,
				    memory_order_relaxed))
		;
}

/* ---- entries ---- */

/* Entries are never given up while processes share the table, so the first
 * free one ends the search. */
static size_t
find_entry(const struct hit_table *t, uint64_t key)
{
	for (unsigned i = 0; i < PROBES_MAX; i++) {
		size_t at = (key + i) % HIT_TABLE_ENTRIES;
		uint64_t found = get(&t->entries[at].key);

		if (found == key)
			return at;
		if (found == 0)
			break;
	}
	return NOT_FOUND;
}

/* The entry of a key, taken if need be. NULL: there is no room. */
static struct entry *
take_entry(struct hit_table *t, uint64_t key, bool *ret_is_new)
{
	*ret_is_new = false;
	for (unsigned i = 0; i < PROBES_MAX; i++) {
		struct entry *e = &t->entries[(key + i) % HIT_TABLE_ENTRIES];
		uint64_t found = 0;

		if (atomic_compare_exchange_strong(&e->key, &found, key)) {
			*ret_is_new = true;
			return e;
		}
		if (found == key)
			return e;
	}
	return NULL;
}

/* ---- the file ---- */

static void
keep_entry(struct hit_table *t, const struct entry *old)
{
	bool is_new;
	struct entry *e = take_entry(t, old->key, &is_new);

	if (!e)
		return;
	e->spam = old->spam;
	e->ham = old->ham;
	e->last_ms = old->last_ms;
	e->since_ms = old->since_ms;
	e->used_ms = old->used_ms;
	e->spam_before = old->spam_before;
	e->ham_before = old->ham_before;
}

/* Rule sets come and go: without this, the table would be full one day. What
 * counts is the last time that any rules were loaded, not today. */
static void
forget_old(struct hit_table *t)
{
	struct entry *old = mem_calloc(HIT_TABLE_ENTRIES, sizeof *old);
	int64_t newest_ms = 0;

	memcpy((void *)old, (void *)t->entries, sizeof t->entries);
	memset((void *)t->entries, 0, sizeof t->entries);
	for (size_t i = 0; i < HIT_TABLE_ENTRIES; i++)
		if (old[i].used_ms > newest_ms)
			newest_ms = old[i].used_ms;
	for (size_t i = 0; i < HIT_TABLE_ENTRIES; i++)
		if (old[i].key && old[i].used_ms >= newest_ms - forget_ms)
			keep_entry(t, &old[i]);
	free(old);
}

static void *
map_file(const char *path, unsigned uid, unsigned gid)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640), saved;
	void *p = MAP_FAILED;

	if (fd < 0)
		return MAP_FAILED;
	if (!fchown(fd, uid, gid) && !ftruncate(fd, sizeof(struct hit_table)))
		p = mmap(NULL, sizeof(struct hit_table), PROT_READ | PROT_WRITE,
		         MAP_SHARED, fd, 0);
	saved = errno;
	close(fd);
	errno = saved;
	return p;
}

struct hit_table *
hit_table_open(const char *path, unsigned uid, unsigned gid)
{
	struct hit_table *t =
	    path ? map_file(path, uid, gid)
		 : mmap(NULL, sizeof *t, PROT_READ | PROT_WRITE,
	                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (t == MAP_FAILED)
		return NULL;
	if (t->magic == magic) {
		forget_old(t);
		return t;
	}
	memset((void *)t, 0, sizeof *t);
	t->magic = magic;
	t->since_ms = clock_unix_ms();
	return t;
}

void
hit_table_close(struct hit_table *t)
{
	if (t)
		munmap(t, sizeof *t);
}

/* ---- counting ---- */

static bool
is_counted(const struct rule *r)
{
	return !r->disabled && (rule_is_shadow(r) || !r->is_sub);
}

void
hit_table_admit(struct hit_table *t, const struct rule_set *rs, int64_t unix_ms)
{
	for (size_t i = 0; i < rule_set_count(rs); i++) {
		const struct rule *r = rule_set_rule(rs, i);
		struct entry *e;
		bool is_new;

		if (!is_counted(r))
			continue;
		e = take_entry(t, r->key, &is_new);
		if (!e)
			continue;
		if (is_new) {
			e->since_ms = unix_ms;
			e->spam_before = get(&t->spam);
			e->ham_before = get(&t->ham);
		}
		raise_ms(&e->used_ms, unix_ms);
	}
}

static void
count_hits(struct hit_table *t, const struct scan *s,
           const struct rule_hit *hits, size_t n)
{
	bool is_spam = verdict_is_spam(s->verdict);

	for (size_t i = 0; i < n; i++) {
		struct entry *e;
		size_t at;

		if (!is_counted(hits[i].rule))
			continue;
		at = find_entry(t, hits[i].rule->key);
		if (at == NOT_FOUND)
			continue;
		e = &t->entries[at];
		add_one(is_spam ? &e->spam : &e->ham);
		raise_ms(&e->last_ms, s->unix_ms);
	}
}

void
hit_table_count(struct hit_table *t, const struct scan *s)
{
	const struct rule_result *r = s->rules;

	add_one(verdict_is_spam(s->verdict) ? &t->spam : &t->ham);
	count_hits(t, s, r->hits, r->n_hits);
	count_hits(t, s, r->shadow_hits, r->n_shadow_hits);
}

/* ---- what was counted ---- */

bool
hit_table_get(const struct hit_table *t, const struct rule *rule,
              struct hit_count *ret)
{
	size_t at = is_counted(rule) ? find_entry(t, rule->key) : NOT_FOUND;
	const struct entry *e = &t->entries[at];

	if (at == NOT_FOUND)
		return false;
	*ret = (struct hit_count){
		.spam = get(&e->spam),
		.ham = get(&e->ham),
		.spam_judged = get(&t->spam) - get(&e->spam_before),
		.ham_judged = get(&t->ham) - get(&e->ham_before),
		.since_unix_ms = get_ms(&e->since_ms),
		.last_unix_ms = get_ms(&e->last_ms),
	};
	return true;
}

static void
write_rule(struct json *j, const struct rule *r, const struct hit_count *c)
{
	char time[CLOCK_TEXT];

	json_begin_object(j, NULL);
	json_text(j, "name", r->name);
	json_text(j, "file", r->file);
	json_int(j, "line", r->line);
	json_e4(j, "score", r->score_e4);
	json_bool(j, "shadow", rule_is_shadow(r));
	json_int(j, "spam", (int64_t)c->spam);
	json_int(j, "ham", (int64_t)c->ham);
	json_int(j, "spam_judged", (int64_t)c->spam_judged);
	json_int(j, "ham_judged", (int64_t)c->ham_judged);
	json_text(j, "since", clock_text(c->since_unix_ms, time));
	if (c->last_unix_ms)
		json_text(j, "last_hit", clock_text(c->last_unix_ms, time));
	else
		json_add_null(j, "last_hit");
	json_end(j);
}

void
hit_table_json(const struct hit_table *t, const struct rule_set *rs,
               struct buf *out)
{
	struct json j = json_start(out);
	struct hit_count count;
	char time[CLOCK_TEXT];

	json_begin_object(&j, NULL);
	json_int(&j, "spam", (int64_t)get(&t->spam));
	json_int(&j, "ham", (int64_t)get(&t->ham));
	json_text(&j, "since", clock_text(get_ms(&t->since_ms), time));
	json_begin_array(&j, "rules");
	for (size_t i = 0; i < rule_set_count(rs); i++)
		if (hit_table_get(t, rule_set_rule(rs, i), &count))
			write_rule(&j, rule_set_rule(rs, i), &count);
	json_end(&j);
	json_end(&j);
}
