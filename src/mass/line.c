/* SPDX-License-Identifier: Apache-2.0 */
#include "mass/line.h"

#include <inttypes.h>

#include "base/e4.h"
#include "base/error.h"
#include "base/vec.h"

bool
mass_line_is_comment(struct sv text)
{
	text = sv_trim(text);
	return text.n == 0 || text.p[0] == '#';
}

static bool
is_sub_rule(struct sv name)
{
	return sv_starts(name, SV("__"));
}

/* ---- reading ---- */

static bool
read_count(struct sv digits, unsigned *ret)
{
	uint64_t value;

	if (!sv_u64(digits, &value) || value < 1 || value > MASS_COUNT_MAX)
		return false;
	*ret = (unsigned)value;
	return true;
}

/* Anything but what would break a line, or the screen it is shown on. */
static bool
is_name(struct sv name)
{
	for (size_t i = 0; i < name.n; i++) {
		unsigned char c = (unsigned char)name.p[i];

		if (c <= ' ' || c == 0x7f || strchr("(),=:", c))
			return false;
	}
	return name.n > 0 && name.n <= MASS_NAME_BYTES_MAX;
}

/* "NAME" or "NAME(3)". */
static int
read_hit(struct sv item, struct mass_line *line, const char **ret_why)
{
	size_t open = sv_find_char(item, '(');
	struct sv name = sv_sub(item, 0, open);
	unsigned count = 1;

	*ret_why = "there is no such name of a rule";
	if (!is_name(name))
		return E_SYNTAX;
	*ret_why = "there is no such count of hits";
	if (open != SV_NOT_FOUND &&
	    (item.p[item.n - 1] != ')' ||
	     !read_count(sv_sub(item, open + 1, item.n - 1), &count)))
		return E_SYNTAX;
	*VEC_ADD(line) = (struct mass_line_hit){ name, count };
	return 0;
}

/* Old logs have empty items: "A,,B". */
static int
read_hits(struct sv list, struct mass_line *line, const char **ret_why)
{
	struct sv item;

	while (sv_split(&list, ',', &item)) {
		int result = item.n ? read_hit(item, line, ret_why) : 0;

		if (result)
			return result;
	}
	return 0;
}

/* The further hits of NAME:COUNT; the first is among the rules. */
static void
add_hits(struct sv value, struct mass_line *line)
{
	size_t colon = sv_find_char(value, ':');
	struct sv name = sv_sub(value, 0, colon);
	unsigned count;

	if (colon != SV_NOT_FOUND && is_name(name) &&
	    read_count(sv_from(value, colon + 1), &count) && count > 1)
		*VEC_ADD(line) = (struct mass_line_hit){ name, count - 1 };
}

/* What others wrote here is theirs: what is not understood is left alone. */
static void
read_extra(struct sv list, struct mass_line *line)
{
	struct sv item;

	while (sv_split(&list, ',', &item)) {
		size_t equal = sv_find_char(item, '=');
		struct sv key = sv_sub(item, 0, equal), value;
		uint64_t seconds;

		if (equal == SV_NOT_FOUND)
			continue;
		value = sv_from(item, equal + 1);
		if (sv_eq(key, SV("time")) && sv_u64(value, &seconds) &&
		    seconds <= INT64_MAX)
			line->unix_s = (int64_t)seconds;
		else if (sv_eq(key, SV("score")))
			(void)!e4_parse(value, &line->score_e4);
		else if (sv_eq(key, SV("hits")))
			add_hits(value, line);
	}
}

int
mass_line_read(struct sv text, struct mass_line *line, const char **ret_why)
{
	struct sv word;

	*line = (struct mass_line){ .list = line->list, .size = line->size };
	*ret_why = "the line is too long";
	if (text.n > MASS_LINE_BYTES_MAX)
		return E_LIMIT;
	*ret_why = "the line begins neither with Y nor with a dot";
	if (!sv_word(&text, &word) || word.n != 1 ||
	    (word.p[0] != 'Y' && word.p[0] != '.'))
		return E_SYNTAX;
	line->judged_spam = word.p[0] == 'Y';
	*ret_why = "there are no points";
	if (!sv_word(&text, &word) || e4_parse(word, &line->score_e4))
		return E_SYNTAX;
	*ret_why = "there is no path";
	if (!sv_word(&text, &line->path))
		return E_SYNTAX;
	while (sv_word(&text, &word)) {
		int result = 0;

		if (sv_find_char(word, '=') != SV_NOT_FOUND)
			read_extra(word, line);
		else
			result = read_hits(word, line, ret_why);
		if (result)
			return result;
	}
	return 0;
}

void
mass_line_done(struct mass_line *line)
{
	VEC_DONE(line);
}

/* ---- writing ---- */

void
mass_line_write_path(struct sv path, struct buf *out)
{
	if (path.n == 0)
		buf_add_char(out, '_');
	for (size_t i = 0; i < path.n; i++) {
		unsigned char c = (unsigned char)path.p[i];

		buf_add_char(out, c <= ' ' || c == 0x7f ? '_' : path.p[i]);
	}
}

static int
compare_names(const void *a, const void *b)
{
	const struct mass_line_hit *x = a, *y = b;

	return sv_cmp(x->name, y->name);
}

void
mass_line_write(struct mass_line *line, struct buf *out)
{
	char score[E4_TEXT];

	if (line->n)
		qsort(line->list, line->n, sizeof *line->list, compare_names);
	buf_addf(out, "%c %2" PRId64 " ", line->judged_spam ? 'Y' : '.',
	         line->score_e4 / E4_ONE);
	mass_line_write_path(line->path, out);
	buf_add_char(out, ' ');
	for (size_t i = 0; i < line->n; i++) {
		const struct mass_line_hit *hit = &line->list[i];

		buf_addf(out, "%s" SV_FMT, i ? "," : "", SV_ARG(hit->name));
		if (hit->count > 1 && is_sub_rule(hit->name))
			buf_addf(out, "(%u)", hit->count);
	}
	buf_add_char(out, ' ');
	if (line->unix_s > 0)
		buf_addf(out, "time=%" PRId64 ",", line->unix_s);
	buf_addf(out, "format=%c,reuse=no,set=%u,score=%s", line->format,
	         line->score_set, e4_text(line->score_e4, score));
	for (size_t i = 0; i < line->n; i++)
		if (line->list[i].count > 1 && !is_sub_rule(line->list[i].name))
			buf_addf(out, ",hits=" SV_FMT ":%u",
			         SV_ARG(line->list[i].name),
			         line->list[i].count);
	buf_add_char(out, '\n');
}
