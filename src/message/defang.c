/* SPDX-License-Identifier: Apache-2.0 */
/* Separators of URLs as people write them who do not want a program to see
 * the URL: "example[.]com", "example (dot) com". Only forms that hardly ever
 * stand for something else. */
#include "message/find.h"

static const struct mark {
	const char *text, *means;
} marks[] = {
	{ ".", "." }, { "dot", "." }, { ":", ":" },     { "/", "/" },
	{ "@", "@" }, { "at", "@" },  { "://", "://" },
};

/* "[dot]" or the like at the beginning of s. */
static bool
read_bracket(struct sv s, struct separator *ret)
{
	char close = s.p[0] == '[' ? ']' : s.p[0] == '(' ? ')' : '}';

	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		struct sv text = sv_str(marks[i].text);

		if (sv_istarts(sv_from(s, 1), text) && s.n > text.n + 1 &&
		    s.p[text.n + 1] == close) {
			*ret = (struct separator){ text.n + 2, marks[i].means };
			return true;
		}
	}
	return false;
}

/* Endings that a " . " may stand before: "example . com". */
static bool
is_common_ending(struct sv s)
{
	static const char *const endings[] = {
		"com",  "net",  "org",    "info", "biz", "xyz", "top",
		"shop", "site", "online", "club", "vip", "ru",  "cn",
	};

	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
		if (sv_eq_str(s, endings[i]))
			return true;
	return false;
}

/* Whether the word before `at` is "www". */
static bool
is_after_www(struct sv text, size_t at)
{
	return at >= 3 && sv_ieq_str(sv_sub(text, at - 3, at), "www") &&
	       (at == 3 || !sv_is_alnum(text.p[at - 4]));
}

static bool
is_name_char(struct sv text, size_t at)
{
	return at < text.n && (sv_is_alnum(text.p[at]) || text.p[at] == '-');
}

/* " . " between what are labels then. */
static bool
read_spaced_dot(struct sv text, size_t at, struct separator *ret)
{
	size_t end = at + 3;

	if (!sv_starts(sv_from(text, at), SV(" . ")))
		return false;
	while (end < at + 3 + 16 && is_name_char(text, end))
		end++;
	if (!is_after_www(text, at) &&
	    !is_common_ending(sv_sub(text, at + 3, end)))
		return false;
	*ret = (struct separator){ 3, "." };
	return end > at + 3;
}

bool
separator_read(struct sv text, size_t at, struct separator *ret)
{
	size_t spaces = text.p[at] == ' ';
	size_t end = at + spaces;

	if (at == 0 || end >= text.n || !is_name_char(text, at - 1))
		return false;
	if (spaces && text.p[end] == '.')
		return read_spaced_dot(text, at, ret);
	if (!strchr("[({", text.p[end]) ||
	    !read_bracket(sv_from(text, end), ret))
		return false;
	ret->bytes += spaces;
	end = at + ret->bytes;
	if (spaces && end < text.n && text.p[end] == ' ')
		ret->bytes++;
	/* "[:]//" and "[/]/" go on with a slash. */
	end = at + ret->bytes;
	return is_name_char(text, end) ||
	       (end < text.n && text.p[end] == '/' && !spaces);
}
