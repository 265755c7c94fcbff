/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/globs.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/vec.h"

enum {
	TEXT_BYTES_MAX = 2000, /* longer ones are no address or subject */
	/* Of a user: patterns that are tried one after another. */
	USERS_OTHERS_MAX = 100,
	USERS_OTHER_BYTES_MAX = 128,
};

const char globs_too_many[] =
    "too many patterns with * or ?, or one that is too long";

/* Most patterns are a plain address or "*@example.org": those are looked up.
 * The others are tried one after another. */
struct globs {
	struct arena *arena;
	struct map *plain, *domains; /* -> the set itself, or `removed`; */
	VEC(struct sv) others;       /* those removed are in `plain`, too */
	bool is_users;
	const struct globs *below; /* or NULL */
};

static const char removed;

struct globs *
globs_new(struct arena *a)
{
	struct globs *g = ARENA_NEW(a, struct globs);

	g->arena = a;
	g->plain = map_new();
	g->domains = map_new();
	return g;
}

struct globs *
globs_new_over(struct arena *a, const struct globs *below)
{
	struct globs *g = globs_new(a);

	g->is_users = true;
	g->below = below;
	return g;
}

void
globs_free(struct globs *g)
{
	if (!g)
		return;
	map_free(g->plain);
	map_free(g->domains);
	VEC_DONE(&g->others);
}

static struct sv
lower(struct arena *a, struct sv s)
{
	struct sv copy = arena_dup(a, s);
	char *p = (char *)(uintptr_t)copy.p;

	for (size_t i = 0; i < copy.n; i++)
		p[i] = sv_lower_char(p[i]);
	return copy;
}

static bool
is_plain(struct sv s)
{
	return sv_find_char(s, '*') == SV_NOT_FOUND &&
	       sv_find_char(s, '?') == SV_NOT_FOUND;
}

static bool
is_domain(struct sv s)
{
	return s.n > 2 && s.p[0] == '*' && s.p[1] == '@' &&
	       is_plain(sv_from(s, 1)) &&
	       sv_find_char(sv_from(s, 2), '@') == SV_NOT_FOUND;
}

bool
globs_add(struct globs *g, struct sv pattern)
{
	struct sv s = lower(g->arena, pattern);

	if (is_plain(s))
		map_set(g->plain, s, g);
	else if (is_domain(s))
		map_set(g->domains, sv_from(s, 2), g);
	else if (g->is_users && (g->others.n >= USERS_OTHERS_MAX ||
	                         s.n > USERS_OTHER_BYTES_MAX))
		return false;
	else
		*VEC_ADD(&g->others) = s;
	return true;
}

const char *
globs_add_words(struct globs *g, struct sv patterns)
{
	struct sv word;

	while (sv_word(&patterns, &word))
		if (!globs_add(g, word))
			return globs_too_many;
	return NULL;
}

void
globs_remove(struct globs *g, struct sv pattern)
{
	struct sv s = lower(g->arena, pattern);

	if (is_domain(s))
		map_set(g->domains, sv_from(s, 2), (void *)(uintptr_t)&removed);
	else
		map_set(g->plain, s, (void *)(uintptr_t)&removed);
	for (size_t i = 0; i < g->others.n; i++)
		if (sv_eq(g->others.list[i], s))
			g->others.list[i--] = g->others.list[--g->others.n];
}

static size_t
count(const struct globs *g, const struct map *map)
{
	size_t pos = 0, n = 0;
	struct sv key;
	void *value;

	while (map_next(map, &pos, &key, &value))
		n += value == g;
	return n;
}

size_t
globs_count(const struct globs *g)
{
	return count(g, g->plain) + count(g, g->domains) + g->others.n +
	       (g->below ? globs_count(g->below) : 0);
}

/* Whether one of the patterns that are looked up is in the set; what it says
 * itself, it says instead of the one below. */
static bool
has_plain(const struct globs *g, struct sv text, bool is_domain)
{
	const void *mark = NULL;

	for (; g && !mark; g = g->below) {
		mark = map_get(is_domain ? g->domains : g->plain, text);
		if (mark == g)
			return true;
	}
	return false;
}

static bool
is_removed(const struct globs *g, const struct globs *from, struct sv pattern)
{
	for (; g != from; g = g->below)
		if (map_get(g->plain, pattern) == &removed)
			return true;
	return false;
}

static bool
has_other(const struct globs *g, struct sv text)
{
	for (const struct globs *from = g; from; from = from->below)
		for (size_t i = 0; i < from->others.n; i++)
			if (sv_glob(from->others.list[i], text) &&
			    !is_removed(g, from, from->others.list[i]))
				return true;
	return false;
}

bool
globs_has(const struct globs *g, struct sv text)
{
	size_t at = text.n;

	if (text.n > TEXT_BYTES_MAX)
		return false;
	if (has_plain(g, text, false))
		return true;
	while (at > 0 && text.p[at - 1] != '@')
		at--;
	return (at > 0 && has_plain(g, sv_from(text, at), true)) ||
	       has_other(g, text);
}
