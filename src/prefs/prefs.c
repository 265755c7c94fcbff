/* SPDX-License-Identifier: Apache-2.0 */
#include "prefs/prefs.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "prefs/cache.h"
#include "prefs/source.h"

enum {
	SOURCES_MAX = 3,
	PAUSE_US = 5 * 1000 * 1000, /* after a source could not be asked */
	SAY_US = 60 * 1000 * 1000,  /* how often that is said */
};

struct source_state {
	struct prefs_source *source;
	_Atomic int64_t closed_until_us;
	_Atomic int64_t say_from_us;
};

struct prefs_store {
	const struct conf *conf;
	const struct rule_set *rules;
	struct source_state sources[SOURCES_MAX]; /* the later one wins */
	size_t n_sources;
	struct prefs_cache *cache; /* NULL: there are no sources */
	struct prefs *nothing;
};

const char *
prefs_level_word(enum prefs_level level)
{
	static const char *const words[] = { "global", "domain", "user" };

	return words[level];
}

/* ---- references ---- */

struct prefs *
prefs_ref(struct prefs *p)
{
	atomic_fetch_add(&p->references, 1);
	return p;
}

void
prefs_unref(struct prefs *p)
{
	if (!p || atomic_fetch_sub(&p->references, 1) > 1)
		return;
	rule_overlay_free(p->overlay);
	rule_sources_done(&p->sources);
	free(p);
}

static struct prefs *
prefs_new(enum prefs_level level)
{
	struct prefs *p = mem_calloc(1, sizeof *p);

	p->references = 1;
	p->level = level;
	return p;
}

bool
prefs_equal(const struct prefs *a, const struct prefs *b)
{
	if (a == b)
		return true;
	if (!a || !b || a->sources.n != b->sources.n)
		return false;
	for (size_t i = 0; i < a->sources.n; i++) {
		const struct rule_source *sa = &a->sources.list[i],
					 *sb = &b->sources.list[i];

		if (!sv_eq(sv_make(sa->text, sa->bytes),
		           sv_make(sb->text, sb->bytes)))
			return false;
	}
	return true;
}

/* ---- the store ---- */

static void
add_source(struct prefs_store *s, struct prefs_source *source)
{
	if (source)
		s->sources[s->n_sources++].source = source;
}

struct prefs_store *
prefs_store_new(const struct conf *conf, const struct rule_set *rules)
{
	struct prefs_store *s = mem_calloc(1, sizeof *s);

	s->conf = conf;
	s->rules = rules;
	add_source(s, prefs_file_new(&conf->prefs));
	add_source(s, prefs_sqlite_new(&conf->prefs));
	add_source(s, prefs_redis_new(&conf->prefs));
	if (s->n_sources)
		s->cache = prefs_cache_new((size_t)conf->prefs.cache_max,
		                           (size_t)conf->prefs.cache_bytes_max);
	s->nothing = prefs_new(PREFS_GLOBAL);
	return s;
}

void
prefs_store_free(struct prefs_store *s)
{
	if (!s)
		return;
	prefs_cache_free(s->cache);
	for (size_t i = 0; i < s->n_sources; i++)
		s->sources[i].source->free(s->sources[i].source);
	prefs_unref(s->nothing);
	free(s);
}

bool
prefs_store_is_used(const struct prefs_store *s)
{
	return s->n_sources > 0;
}

/* ---- asking ---- */

/* How much of a text counts; *n_lines are left of what all may have. */
static size_t
bytes_within(const struct rule_source *source, size_t bytes, size_t *n_lines)
{
	struct sv rest = sv_make(source->text, source->bytes), line;
	size_t end = 0;

	while (*n_lines && sv_line(&rest, &line) &&
	       source->bytes - rest.n <= bytes) {
		end = source->bytes - rest.n;
		--*n_lines;
	}
	return end;
}

/* Cuts what is longer than a level may be; returns how many texts were. */
static size_t
cut(const struct prefs_store *s, struct rule_sources *sources)
{
	size_t bytes = (size_t)s->conf->prefs.bytes_max;
	size_t lines = (size_t)s->conf->prefs.lines_max, n_cut = 0;

	for (size_t i = 0; i < sources->n; i++) {
		struct rule_source *one = &sources->list[i];
		size_t n = bytes_within(one, bytes, &lines);

		n_cut += n < one->bytes;
		one->text[n] = '\0';
		one->bytes = n;
		bytes -= n;
	}
	return n_cut;
}

static size_t
count_bytes(const struct prefs *p)
{
	size_t n = sizeof *p + rule_overlay_bytes(p->overlay);

	for (size_t i = 0; i < p->sources.n; i++)
		n += p->sources.list[i].bytes + sizeof *p->sources.list;
	return n;
}

/* What one level says, on top of those below it. */
static struct prefs *
merge(const struct prefs_store *s, const struct prefs *below,
      enum prefs_level level, struct rule_sources *own)
{
	struct prefs *p = prefs_new(level);
	struct diags diags = DIAGS_INIT;

	p->n_wrong = cut(s, own);
	for (size_t i = 0; i < below->sources.n; i++) {
		const struct rule_source *source = &below->sources.list[i];

		rule_sources_add(&p->sources, source->file,
		                 sv_make(source->text, source->bytes));
	}
	rule_sources_take(&p->sources, own);
	p->overlay = rule_overlay_read(s->rules, &p->sources, s->conf, &diags);
	p->n_wrong += diags.errors + diags.warnings;
	diags_done(&diags);
	return p;
}

/* Notes that a source could not be asked. */
static void
note_failure(struct source_state *state, int64_t now_us, const char *why,
             struct prefs_found *ret)
{
	int64_t from = atomic_load(&state->say_from_us);

	atomic_store(&state->closed_until_us, now_us + PAUSE_US);
	ret->failed = state->source->name;
	if (now_us >= from && atomic_compare_exchange_strong(
				  &state->say_from_us, &from, now_us + SAY_US))
		snprintf(ret->why, sizeof ret->why, "%s", why);
}

/* What all sources say of the key itself; false: one could not be asked. */
static bool
ask(struct prefs_store *s, const struct prefs_key *key, int64_t now_us,
    struct rule_sources *own, struct prefs_found *ret)
{
	for (size_t i = 0; i < s->n_sources; i++) {
		struct source_state *state = &s->sources[i];
		char why[PREFS_WHY] = "";

		if (now_us < atomic_load(&state->closed_until_us)) {
			ret->failed = state->source->name;
			return false;
		}
		if (state->source->read(state->source, key, own, why)) {
			note_failure(state, now_us, why, ret);
			return false;
		}
	}
	return true;
}

/* ---- levels ---- */

static struct prefs *get(struct prefs_store *s, const struct prefs_key *key,
                         int64_t now_us, struct prefs_found *ret);

/* NULL: something could not be asked. There are three levels, so that it
 * calls itself twice at most. */
static struct prefs *
load(struct prefs_store *s, const struct prefs_key *key, int64_t now_us,
     struct prefs_found *ret)
{
	struct rule_sources own = { 0 };
	struct prefs *below = NULL, *p = NULL;
	struct prefs_key lower;
	bool is_own;

	prefs_key_below(key, &lower);
	if (ask(s, key, now_us, &own, ret))
		below = key->level == PREFS_GLOBAL
		            ? prefs_ref(s->nothing)
		            : get(s, &lower, now_us, ret);
	is_own = own.n > 0;
	if (below)
		p = is_own ? merge(s, below, key->level, &own)
		           : prefs_ref(below);
	if (p && !ret->failed)
		prefs_cache_put(s->cache, key->text, p,
		                is_own ? count_bytes(p) : 0,
		                now_us + s->conf->prefs.cache_ttl_ms * 1000);
	prefs_unref(below);
	rule_sources_done(&own);
	return p;
}

static struct prefs *
get(struct prefs_store *s, const struct prefs_key *key, int64_t now_us,
    struct prefs_found *ret)
{
	bool fresh;
	struct prefs *p, *old;

	old = prefs_cache_get(s->cache, key->text, now_us, &fresh);
	if (fresh)
		return old;
	p = load(s, key, now_us, ret);
	if (p) {
		ret->is_new = true;
		prefs_unref(old);
		return p;
	}
	ret->is_stale = old != NULL;
	return old;
}

void
prefs_find(struct prefs_store *s, struct sv name, struct prefs_found *ret)
{
	struct prefs_key key;

	*ret = (struct prefs_found){ 0 };
	if (!s->n_sources)
		return;
	prefs_key_read(name, &key);
	ret->prefs = get(s, &key, clock_mono_us(), ret);
	if (!ret->prefs || ret->prefs->overlay)
		return;
	prefs_unref(ret->prefs);
	ret->prefs = NULL;
}
