/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/lex.h"

#include "match/match.h"

bool
lex_line(struct sv raw, struct buf *out)
{
	buf_reset(out);
	if (raw.n > LEX_LINE_BYTES_MAX)
		return false;
	raw = sv_trim(raw);
	for (size_t i = 0; i < raw.n; i++) {
		if (raw.p[i] == '\\' && i + 1 < raw.n && raw.p[i + 1] == '#')
			i++;
		else if (raw.p[i] == '#')
			break;
		buf_add_char(out, raw.p[i]);
	}
	while (out->n && sv_is_space(out->p[out->n - 1]))
		out->n--;
	return true;
}

struct sv
lex_key(struct sv word, char text[LEX_KEY])
{
	size_t n = word.n < LEX_KEY ? word.n : LEX_KEY;

	for (size_t i = 0; i < n; i++)
		text[i] = word.p[i] == '-' ? '_' : sv_lower_char(word.p[i]);
	return sv_make(text, n);
}

static bool
is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_';
}

bool
lex_is_name(struct sv word)
{
	if (word.n == 0 || word.n > LEX_NAME_BYTES_MAX ||
	    (word.p[0] >= '0' && word.p[0] <= '9'))
		return false;
	for (size_t i = 0; i < word.n; i++)
		if (!is_name_char(word.p[i]))
			return false;
	return true;
}

static char
closing(char open)
{
	switch (open) {
	case '{':
		return '}';
	case '(':
		return ')';
	case '[':
		return ']';
	case '<':
		return '>';
	default:
		return open;
	}
}

/* The delimiter that opens *text, cut off; '\0' when there is none. */
static char
cut_delimiter(struct sv *text)
{
	char open;

	if (sv_starts(*text, SV("/"))) {
		*text = sv_from(*text, 1);
		return '/';
	}
	if (sv_starts(*text, SV("qr")))
		*text = sv_from(*text, 2);
	else if (sv_starts(*text, SV("m")))
		*text = sv_from(*text, 1);
	else
		return '\0';
	if (text->n == 0)
		return '\0';
	open = text->p[0];
	if (is_name_char(open) || sv_is_space(open) || open == '\\')
		return '\0';
	*text = sv_from(*text, 1);
	return open;
}

static bool
has_unescaped(struct sv text, char c)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == '\\')
			i++;
		else if (text.p[i] == c)
			return true;
	return false;
}

static bool
read_modifiers(struct sv word, unsigned *ret_flags)
{
	*ret_flags = 0;
	for (size_t i = 0; i < word.n; i++) {
		switch (word.p[i]) {
		case 'i':
			*ret_flags |= MATCH_CASELESS;
			break;
		case 'm':
			*ret_flags |= MATCH_MULTILINE;
			break;
		case 's':
			*ret_flags |= MATCH_DOTALL;
			break;
		case 'x':
			*ret_flags |= MATCH_EXTENDED;
			break;
		case 'a': /* ASCII and bytes: always so */
			break;
		default:
			return false;
		}
	}
	return true;
}

const char *
lex_regex(struct sv text, struct sv *ret_regex, unsigned *ret_flags)
{
	char open = cut_delimiter(&text), close = closing(open);
	size_t end = text.n;

	if (!open)
		return "no regular expression: expected /.../ or m{...}";
	while (end > 0 && text.p[end - 1] != close)
		end--;
	if (end == 0)
		return "regular expression has no end delimiter";
	if (!read_modifiers(sv_from(text, end), ret_flags))
		return "unknown letters behind the regular expression: only i, "
		       "m, s and x are known";
	text.n = end - 1;
	if (open == close && has_unescaped(text, close))
		return "delimiter inside the regular expression needs a \"\\\"";
	if (text.n == 0)
		return "empty regular expression would match everything";
	*ret_regex = text;
	return NULL;
}
