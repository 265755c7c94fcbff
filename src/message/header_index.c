/* SPDX-License-Identifier: Apache-2.0 */
#include "message/header_index.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"

struct header_names {
	struct map *map;   /* lower case -> number + 1 */
	struct map *texts; /* likewise, as they are written */
};

struct header_names *
header_names_new(void)
{
	struct header_names *names = mem_calloc(1, sizeof *names);

	names->map = map_new();
	names->texts = map_new();
	return names;
}

void
header_names_free(struct header_names *names)
{
	if (!names)
		return;
	map_free(names->map);
	map_free(names->texts);
	free(names);
}

static struct sv
lower(struct sv name, char text[HEADER_NAME_BYTES_MAX])
{
	for (size_t i = 0; i < name.n; i++)
		text[i] = sv_lower_char(name.p[i]);
	return sv_make(text, name.n);
}

/* The number + 1, or 0 when no rule looks at such a header. */
static size_t
find(const struct header_names *names, struct sv name)
{
	char text[HEADER_NAME_BYTES_MAX];

	if (name.n > sizeof text)
		return 0;
	return (size_t)(uintptr_t)map_get(names->map, lower(name, text));
}

unsigned
header_names_add(struct header_names *names, struct sv name)
{
	char text[HEADER_NAME_BYTES_MAX];
	size_t number = find(names, name);

	if (!number) {
		number = map_count(names->map) + 1;
		map_set(names->map, lower(name, text),
		        (void *)(uintptr_t)number);
	}
	return (unsigned)(number - 1);
}

unsigned
header_names_add_text(struct header_names *names, struct sv text)
{
	size_t number = (size_t)(uintptr_t)map_get(names->texts, text);

	if (!number) {
		number = map_count(names->texts) + 1;
		map_set(names->texts, text, (void *)(uintptr_t)number);
	}
	return (unsigned)(number - 1);
}

bool
header_is_ours(struct sv name)
{
	return sv_istarts(name, SV("X-Spam-"));
}

void
header_index_make(struct header_index *ix, const struct header_names *names,
                  struct arena *a, const struct message *m)
{
	const struct message_part *top = &m->parts[0];

	ix->top = top;
	ix->texts =
	    ARENA_ARRAY(a, struct header_text, map_count(names->texts) + 1);
	ix->first = ARENA_ARRAY(a, uint32_t, map_count(names->map) + 1);
	ix->next = ARENA_ARRAY(a, uint32_t, top->n_headers + 1);
	for (size_t i = top->n_headers; i-- > 0;) { /* so chains go down */
		struct sv name = top->headers[i].name;
		size_t number = find(names, name);

		if (!number || (m->head.n && header_is_ours(name)))
			continue;
		ix->next[i] = ix->first[number - 1];
		ix->first[number - 1] = (uint32_t)i + 1;
	}
}
