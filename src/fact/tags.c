/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/tags.h"

static bool
is_name(struct sv s)
{
	if (s.n == 0 || !sv_is_alnum(s.p[0]) || sv_is_digit(s.p[0]))
		return false;
	for (size_t i = 1; i < s.n; i++)
		if (!sv_is_alnum(s.p[i]) && s.p[i] != '_')
			return false;
	return true;
}

int
tags_read(struct sv text, struct tags *ret)
{
	struct sv rest = text, spec;

	ret->n = 0;
	while (sv_split(&rest, ';', &spec)) {
		size_t equals = sv_find_char(spec, '=');
		struct tag tag;

		if (rest.n == 0 && sv_trim(spec).n == 0)
			return ret->n ? 0 : E_SYNTAX; /* a ";" at the end */
		if (equals == SV_NOT_FOUND)
			return E_SYNTAX;
		tag.name = sv_trim(sv_sub(spec, 0, equals));
		tag.value = sv_trim(sv_from(spec, equals + 1));
		if (!is_name(tag.name))
			return E_SYNTAX;
		for (size_t i = 0; i < ret->n; i++)
			if (sv_eq(ret->list[i].name, tag.name))
				return E_SYNTAX;
		if (ret->n == TAGS_MAX)
			return E_LIMIT;
		ret->list[ret->n++] = tag;
	}
	return ret->n ? 0 : E_SYNTAX;
}

const struct tag *
tags_find(const struct tags *t, const char *name)
{
	for (size_t i = 0; i < t->n; i++)
		if (sv_eq_str(t->list[i].name, name))
			return &t->list[i];
	return NULL;
}

struct sv
tags_get(const struct tags *t, const char *name)
{
	const struct tag *tag = tags_find(t, name);

	return tag ? tag->value : SV("");
}

static int
base64_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (sv_is_digit(c))
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool
tag_base64(struct arena *a, struct sv text, struct sv *ret)
{
	char *out = arena_alloc(a, text.n / 4 * 3 + 4);
	size_t digits = 0, padding = 0, n = 0;
	uint32_t bits = 0;

	for (size_t i = 0; i < text.n; i++) {
		int value = base64_value(text.p[i]);

		if (sv_is_space(text.p[i]))
			continue;
		if (text.p[i] == '=' && ++padding <= 2)
			continue;
		if (value < 0 || padding)
			return false;
		bits = bits << 6 | (uint32_t)value;
		if (digits++ % 4)
			out[n++] = (char)(bits >> (6 - 2 * ((digits - 1) % 4)));
	}
	if (digits % 4 == 1 || (padding && (digits + padding) % 4))
		return false;
	*ret = sv_make(out, n);
	return n > 0;
}

struct sv
tag_without_space(struct arena *a, struct sv text)
{
	char *copy = arena_str(a, text);
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++)
		if (!sv_is_space(text.p[i]))
			copy[n++] = text.p[i];
	return sv_make(copy, n);
}

bool
tag_next(struct sv *list, struct sv *ret)
{
	if (!sv_split(list, ':', ret))
		return false;
	*ret = sv_trim(*ret);
	return true;
}

bool
tag_has(struct sv list, const char *word)
{
	struct sv one;

	while (tag_next(&list, &one))
		if (sv_ieq_str(one, word))
			return true;
	return false;
}
