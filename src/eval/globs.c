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

/* Most patterns are of a form that is looked up by a part of the text. */
enum form {
	FORM_PLAIN,  /* "ann@example.org" */
	FORM_DOMAIN, /* "*@example.org" */
	FORM_BELOW,  /* "*@*.example.org" */
	FORM_COUNT,
	FORM_OTHER = FORM_COUNT, /* tried one after another */
};

struct globs {
	struct arena *arena;
	/* Of each form: what is looked up -> the set itself, or `removed`. Of
	 * the others those removed are in that of FORM_PLAIN. */
	struct map *maps[FORM_COUNT];
	VEC(struct sv) others;
	bool is_users;
	const struct globs *below; /* or NULL */
};

static const char removed;

struct globs *
globs_new(struct arena *a)
{
	struct globs *g = ARENA_NEW(a, struct globs);

	g->arena = a;
	for (int i = 0; i < FORM_COUNT; i++)
		g->maps[i] = map_new();
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
	for (int i = 0; i < FORM_COUNT; i++)
		map_free(g->maps[i]);
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

/* The form of a pattern, and what of it is looked up. */
static enum form
form_of(struct sv s, struct sv *ret)
{
	static const struct {
		const char *begin;
		enum form form;
	} forms[] = { { "*@*.", FORM_BELOW }, { "*@", FORM_DOMAIN } };

	*ret = s;
	if (is_plain(s))
		return FORM_PLAIN;
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		struct sv begin = sv_str(forms[i].begin);
		struct sv rest = sv_from(s, begin.n);

		if (!sv_starts(s, begin) || rest.n == 0 || !is_plain(rest) ||
		    sv_find_char(rest, '@') != SV_NOT_FOUND)
			continue;
		*ret = rest;
		return forms[i].form;
	}
	return FORM_OTHER;
}

bool
globs_add(struct globs *g, struct sv pattern)
{
	struct sv s = lower(g->arena, pattern), key;
	enum form form;

	form = form_of(s, &key);
	if (form != FORM_OTHER)
		map_set(g->maps[form], key, g);
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
	struct sv s = lower(g->arena, pattern), key;
	enum form form = form_of(s, &key);

	map_set(g->maps[form == FORM_OTHER ? FORM_PLAIN : form], key,
	        (void *)(uintptr_t)&removed);
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
	size_t n = g->others.n;

	for (int i = 0; i < FORM_COUNT; i++)
		n += count(g, g->maps[i]);
	return n + (g->below ? globs_count(g->below) : 0);
}

/* Whether one of the patterns that are looked up is in the set; what it says
 * itself, it says instead of the one below. */
static bool
has(const struct globs *g, enum form form, struct sv key)
{
	const void *mark = NULL;

	for (; g && !mark; g = g->below) {
		mark = map_get(g->maps[form], key);
		if (mark == g)
			return true;
	}
	return false;
}

/* Whether one of the patterns "*@*.NAME" stands for the text: NAME follows any
 * of the dots behind the first "@". */
static bool
has_below(const struct globs *g, struct sv text)
{
	size_t at = sv_find_char(text, '@');

	for (size_t i = at; i < text.n; i++)
		if (text.p[i] == '.' &&
		    has(g, FORM_BELOW, sv_from(text, i + 1)))
			return true;
	return false;
}

static bool
is_removed(const struct globs *g, const struct globs *from, struct sv pattern)
{
	for (; g != from; g = g->below)
		if (map_get(g->maps[FORM_PLAIN], pattern) == &removed)
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
	if (has(g, FORM_PLAIN, text))
		return true;
	while (at > 0 && text.p[at - 1] != '@')
		at--;
	return (at > 0 && has(g, FORM_DOMAIN, sv_from(text, at))) ||
	       has_below(g, text) || has_other(g, text);
}
