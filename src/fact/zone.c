/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/zone.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"

struct zone {
	struct arena *arena;
	struct map *answers; /* "TYPE name" -> answer */
	struct map *names;   /* all that are there, and those above them */
	enum dns_status otherwise;
};

enum { KEY_BYTES = DNS_NAME_MAX + 16, ALIASES_MAX = 8 };

/* What a name is known for: itself, or only as what others hang below. */
static char name_is_there;

static struct sv
key_of(char text[KEY_BYTES], enum dns_type type, struct sv name)
{
	int n = snprintf(text, KEY_BYTES, "%s " SV_FMT, dns_type_word(type),
	                 SV_ARG(name));

	return sv_make(text, (size_t)n);
}

static void
add_names(struct zone *z, struct sv name)
{
	while (name.n && !map_get(z->names, name)) {
		size_t dot = sv_find_char(name, '.');

		map_set(z->names, name, &name_is_there);
		name = dot == SV_NOT_FOUND ? SV_NONE : sv_from(name, dot + 1);
	}
}

static void
read_line(struct zone *z, const char *file, int number, struct sv line,
          struct diags *diags)
{
	struct dns_answer *answer = arena_alloc(z->arena, sizeof *answer);
	struct dns_question q;
	char key[KEY_BYTES];

	if (dns_answer_read(z->arena, line, &q, answer) != 0) {
		diags_add(diags, SEVERITY_ERROR, file, number,
		          "expected NAME TYPE STATUS TTL and records, like: "
		          "example.org A found 300 192.0.2.1");
		return;
	}
	if (map_set(z->answers, key_of(key, q.type, q.name), answer))
		diags_add(diags, SEVERITY_ERROR, file, number,
		          "there is an answer for " SV_FMT " %s already",
		          SV_ARG(q.name), dns_type_word(q.type));
	if (answer->status != DNS_NO_NAME)
		add_names(z, q.name);
}

struct zone *
zone_read(const char *file, struct sv text, enum dns_status otherwise,
          struct diags *diags)
{
	struct zone *z = mem_calloc(1, sizeof *z);
	size_t errors = diags->errors;
	struct sv line;

	z->arena = arena_new();
	z->answers = map_new();
	z->names = map_new();
	z->otherwise = otherwise;
	for (int number = 1; sv_line(&text, &line); number++) {
		line = sv_trim(line);
		if (line.n && line.p[0] != '#')
			read_line(z, file, number, line, diags);
	}
	if (diags->errors == errors)
		return z;
	zone_free(z);
	return NULL;
}

void
zone_free(struct zone *z)
{
	if (!z)
		return;
	map_free(z->answers);
	map_free(z->names);
	arena_free(z->arena);
	free(z);
}

/* The line for exactly this name; or an alias, which then replaces *name. */
static const struct dns_answer *
find_exact(const struct zone *z, enum dns_type type, struct sv *name)
{
	char key[KEY_BYTES];
	const struct dns_answer *found;

	found = map_get(z->answers, key_of(key, type, *name));
	for (int i = 0; !found && i < ALIASES_MAX; i++) {
		const struct dns_answer *alias =
		    map_get(z->answers, key_of(key, DNS_CNAME, *name));

		if (!alias || alias->status != DNS_FOUND)
			break;
		*name = alias->records[0].text;
		found = map_get(z->answers, key_of(key, type, *name));
	}
	return found;
}

/* RFC 4592: the closest name above that is there decides. */
static const struct dns_answer *
find_wildcard(const struct zone *z, enum dns_type type, struct sv name)
{
	char key[KEY_BYTES], text[DNS_NAME_MAX + 3];
	size_t dot;

	while ((dot = sv_find_char(name, '.')) != SV_NOT_FOUND) {
		int n;

		name = sv_from(name, dot + 1);
		if (!map_get(z->names, name))
			continue;
		n = snprintf(text, sizeof text, "*." SV_FMT, SV_ARG(name));
		return map_get(z->answers,
		               key_of(key, type, sv_make(text, (size_t)n)));
	}
	return NULL;
}

static const struct dns_answer *
zone_ask(void *ctx, struct arena *a, const struct dns_question *q,
         size_t ticket)
{
	const struct zone *z = ctx;
	const struct dns_answer *found;
	struct sv name = q->name;

	(void)a;
	(void)ticket;
	found = find_exact(z, q->type, &name);
	if (found)
		return found;
	if (z->otherwise != DNS_NO_NAME)
		return dns_answer_bare(z->otherwise);
	if (map_get(z->names, name))
		return dns_answer_bare(DNS_NO_DATA);
	found = find_wildcard(z, q->type, name);
	return found ? found : dns_answer_bare(DNS_NO_NAME);
}

static bool
zone_next(void *ctx, struct arena *a, int64_t deadline_mono_us,
          size_t *ret_ticket, const struct dns_answer **ret)
{
	(void)ctx;
	(void)a;
	(void)deadline_mono_us;
	*ret_ticket = 0;
	*ret = NULL;
	return false;
}

const struct lookup_source zone_source = { zone_ask, zone_next };
