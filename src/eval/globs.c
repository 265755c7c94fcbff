/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/globs.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/vec.h"

enum { TEXT_BYTES_MAX = 2000 }; /* longer ones are no address or subject */

/* Most patterns are a plain address or "*@example.org": those are looked up.
 * The others are tried one after another. */
struct globs {
	struct arena *arena;
	struct map *plain, *domains; /* -> the set itself, or `removed` */
	VEC(struct sv) others;
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

void
globs_add(struct globs *g, struct sv pattern)
{
	struct sv s = lower(g->arena, pattern);

	if (is_plain(s))
		map_set(g->plain, s, g);
	else if (is_domain(s))
		map_set(g->domains, sv_from(s, 2), g);
	else
		*VEC_ADD(&g->others) = s;
}

void
globs_remove(struct globs *g, struct sv pattern)
{
	struct sv s = lower(g->arena, pattern);

	if (is_plain(s))
		map_set(g->plain, s, (void *)(uintptr_t)&removed);
	else if (is_domain(s))
		map_set(g->domains, sv_from(s, 2), (void *)(uintptr_t)&removed);
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
	return count(g, g->plain) + count(g, g->domains) + g->others.n;
}

bool
globs_has(const struct globs *g, struct sv text)
{
	size_t at = text.n;

	if (text.n > TEXT_BYTES_MAX)
		return false;
	if (map_get(g->plain, text) == g)
		return true;
	while (at > 0 && text.p[at - 1] != '@')
		at--;
	if (at > 0 && map_get(g->domains, sv_from(text, at)) == g)
		return true;
	for (size_t i = 0; i < g->others.n; i++)
		if (sv_glob(g->others.list[i], text))
			return true;
	return false;
}
