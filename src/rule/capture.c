/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/capture.h"

#include "base/buf.h"
#include "base/vec.h"

enum {
	VALUES_MAX = 100, /* of one tag */
	TAGS_MAX = 100,
	VALUE_BYTES_MAX = 4096,
	REGEX_BYTES_MAX = 64 * 1024,
};

struct tag {
	struct sv name;
	struct sv *values;
	size_t n;
	unsigned id; /* of the pattern that set it last */
};

struct capture_tags {
	struct arena *arena;
	struct tag list[TAGS_MAX + 1]; /* one more, for who finds nothing */
	size_t n;
	unsigned reading; /* the pattern that sets them now */
};

/* ---- expressions ---- */

static bool
is_name_char(char c)
{
	return (c >= 'A' && c <= 'Z') || sv_is_digit(c) || c == '_';
}

bool
capture_has_groups(struct sv regex)
{
	static const struct sv marks[] = { { "(?<", 3 },
		                           { "(?P<", 4 },
		                           { "(?'", 3 } };

	for (size_t m = 0; m < sizeof marks / sizeof *marks; m++) {
		struct sv rest = regex;
		size_t at;

		while ((at = sv_find(rest, marks[m])) != SV_NOT_FOUND) {
			rest = sv_from(rest, at + marks[m].n);
			if (rest.n && rest.p[0] >= 'A' && rest.p[0] <= 'Z')
				return true;
		}
	}
	return false;
}

/* One "%{NAME}" or "%{NAME(ARGUMENT)}". */
struct place {
	size_t from, to;
	struct sv name, argument;
};

static bool
read_place(struct sv s, size_t at, struct place *ret)
{
	size_t i = at + 2, begin = i;

	if (!sv_starts(sv_from(s, at), SV("%{")) || i >= s.n || s.p[i] < 'A' ||
	    s.p[i] > 'Z' || (at > 0 && s.p[at - 1] == '\\'))
		return false;
	while (i < s.n && is_name_char(s.p[i]))
		i++;
	*ret = (struct place){ .from = at, .name = sv_sub(s, begin, i) };
	if (i < s.n && s.p[i] == '(') {
		begin = ++i;
		while (i < s.n && s.p[i] != ')' && s.p[i] != '}')
			i++;
		ret->argument = sv_sub(s, begin, i);
		if (i == s.n || s.p[i++] != ')')
			return false;
	}
	ret->to = i + 1;
	return i < s.n && s.p[i] == '}';
}

static bool
next_place(struct sv s, size_t from, struct place *ret)
{
	for (size_t i = from; i + 1 < s.n; i++)
		if (s.p[i] == '%' && read_place(s, i, ret))
			return true;
	return false;
}

bool
capture_is_template(struct sv regex)
{
	struct place place;

	return next_place(regex, 0, &place);
}

/* Whether all parts give back what they took, so that more text at a place
 * never makes the whole match less; groups that negate are looked at apart. */
static bool
is_monotone(struct sv regex)
{
	static const struct sv refused[] = { { "(?>", 3 }, { "(*", 2 },
		                             { "++", 2 },  { "*+", 2 },
		                             { "?+", 2 },  { "}+", 2 } };

	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		if (sv_find(regex, refused[i]) != SV_NOT_FOUND)
			return false;
	return true;
}

static bool
is_negative(struct sv group)
{
	return sv_starts(group, SV("(?!")) || sv_starts(group, SV("(?<!"));
}

/* Where the group that begins at `from` ends, at the latest. */
static size_t
end_of_group(struct sv regex, size_t from)
{
	unsigned depth = 0;

	for (size_t i = from; i < regex.n; i++) {
		if (regex.p[i] == '\\')
			i++;
		else if (regex.p[i] == '[')
			return regex.n; /* brackets in it may be no groups */
		else if (regex.p[i] == '(')
			depth++;
		else if (regex.p[i] == ')' && --depth == 0)
			return i + 1;
	}
	return regex.n;
}

static bool
has_negative_place(struct sv regex)
{
	for (size_t i = 0; i + 2 < regex.n; i++)
		if (is_negative(sv_from(regex, i)) &&
		    capture_is_template(
			sv_sub(regex, i, end_of_group(regex, i))))
			return true;
	return false;
}

/* Any text stands for a value, unless what matches more there would make the
 * whole match less. */
struct sv
capture_gate(struct arena *a, struct sv regex)
{
	struct buf out = BUF_INIT(REGEX_BYTES_MAX);
	struct place place = { .to = 0 };
	struct sv result;
	size_t at = 0;

	if (!is_monotone(regex) || has_negative_place(regex))
		return SV("(?s:)");
	for (; next_place(regex, at, &place); at = place.to) {
		buf_add(&out, sv_sub(regex, at, place.from));
		buf_add_str(&out, "(?s:.+?)");
	}
	buf_add(&out, sv_from(regex, at));
	result = arena_dup(a, buf_sv(&out));
	buf_done(&out);
	return result;
}

/* ---- tags ---- */

struct capture_tags *
capture_tags_new(struct arena *a)
{
	struct capture_tags *tags = ARENA_NEW(a, struct capture_tags);

	tags->arena = a;
	return tags;
}

/* Its index, or tags->n. */
static size_t
find_tag(const struct capture_tags *tags, struct sv name)
{
	size_t i = 0;

	while (i < tags->n && !sv_eq(tags->list[i].name, name))
		i++;
	return i;
}

static bool
has_value(const struct tag *tag, struct sv value)
{
	for (size_t i = 0; i < tag->n; i++)
		if (sv_eq(tag->values[i], value))
			return true;
	return false;
}

/* What is too long or too much is left out. */
static void
add_value(void *ctx, struct sv name, struct sv value)
{
	struct capture_tags *tags = ctx;
	size_t index = find_tag(tags, name);
	struct tag *tag = &tags->list[index];

	if (value.n == 0 || index == TAGS_MAX || value.n > VALUE_BYTES_MAX)
		return;
	for (size_t i = 0; i < name.n; i++)
		if (!is_name_char(name.p[i]))
			return;
	if (index == tags->n) {
		tags->n++;
		tag->name = arena_dup(tags->arena, name);
		tag->id = tags->reading;
	}
	if (tag->id != tags->reading) {
		tag->n = 0;
		tag->id = tags->reading;
	}
	if (tag->n == VALUES_MAX || has_value(tag, value))
		return;
	if (!tag->values)
		tag->values = ARENA_ARRAY(tags->arena, struct sv, VALUES_MAX);
	tag->values[tag->n++] = arena_dup(tags->arena, value);
}

void
capture_tags_read(struct capture_tags *tags, struct match_worker *w,
                  unsigned id)
{
	const struct match_groups groups = { add_value, tags };

	tags->reading = id;
	match_decide_groups(w, id, &groups);
}

bool
capture_tags_at(const struct capture_tags *tags, size_t index,
                struct sv *ret_name, struct sv *ret_value)
{
	struct buf out = BUF_INIT(REGEX_BYTES_MAX);
	const struct tag *tag;

	if (index >= tags->n)
		return false;
	tag = &tags->list[index];
	for (size_t i = 0; i < tag->n; i++) {
		buf_add_str(&out, i ? " " : "");
		buf_add(&out, tag->values[i]);
	}
	*ret_name = tag->name;
	*ret_value = arena_dup(tags->arena, buf_sv(&out));
	buf_done(&out);
	return true;
}

bool
capture_tags_value(const struct capture_tags *tags, struct sv name,
                   size_t index, struct sv *ret)
{
	const struct tag *tag = &tags->list[find_tag(tags, name)];

	if (index >= tag->n)
		return false;
	*ret = tag->values[index];
	return true;
}

/* ---- putting values in ---- */

static void
add_quoted(struct buf *out, struct sv value)
{
	for (size_t i = 0; i < value.n; i++) {
		if (value.p[i] == '\0') { /* "\" and NUL would end in NUL */
			buf_add_str(out, "\\x00");
			continue;
		}
		if (!sv_is_alnum(value.p[i]) && value.p[i] != '_')
			buf_add_char(out, '\\');
		buf_add_char(out, value.p[i]);
	}
}

static bool
add_values(const struct capture_tags *tags, const struct tag_source *source,
           const struct place *place, struct buf *out)
{
	size_t index = find_tag(tags, place->name);
	const struct tag *tag = &tags->list[index];
	struct sv value;

	buf_add_str(out, "(?:");
	if (index < tags->n && !place->argument.p) {
		for (size_t i = 0; i < tag->n; i++) {
			buf_add_str(out, i ? "|" : "");
			add_quoted(out, tag->values[i]);
		}
	} else if (tag_of_message(source, place->name, place->argument,
	                          &value) &&
	           value.n && value.n <= VALUE_BYTES_MAX) {
		add_quoted(out, value);
	} else {
		return false;
	}
	buf_add_char(out, ')');
	return true;
}

bool
capture_expand(const struct capture_tags *tags, const struct tag_source *source,
               struct sv regex, struct sv *ret_regex)
{
	struct buf out = BUF_INIT(REGEX_BYTES_MAX);
	struct place place;
	size_t at = 0;
	bool good = true;

	for (; good && next_place(regex, at, &place); at = place.to) {
		buf_add(&out, sv_sub(regex, at, place.from));
		good = add_values(tags, source, &place, &out);
	}
	buf_add(&out, sv_from(regex, at));
	good = good && !out.full;
	if (good)
		*ret_regex = arena_dup(source->arena, buf_sv(&out));
	buf_done(&out);
	return good;
}
