/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From Perl's regular expressions to PCRE2's: the few things that rules use
 * and that PCRE2 reads differently.
 *
 *     (?aa) in front      nothing: bytes and ASCII are what we have anyway
 *     $? and ^? $* ...    (?:$)?  a quantifier needs something to repeat
 *     {,3}                {0,3}   a quantifier since Perl 5.34
 */
#include "match/perl.h"

#include "match/match.h"

struct cursor {
	struct sv s;
	size_t i;
	struct buf *out;
};

static char
at(const struct cursor *c, size_t ahead)
{
	return c->i + ahead < c->s.n ? c->s.p[c->i + ahead] : '\0';
}

static void
copy(struct cursor *c, size_t n)
{
	struct sv piece = sv_sub(c->s, c->i, c->i + n);

	buf_add(c->out, piece);
	c->i += piece.n;
}

/* Copies through the end of `end`, or all that is left. */
static void
copy_through(struct cursor *c, struct sv end)
{
	size_t found = sv_find(sv_from(c->s, c->i), end);

	copy(c, found == SV_NOT_FOUND ? c->s.n : found + end.n);
}

static void
copy_escape(struct cursor *c)
{
	if (at(c, 1) == 'Q')
		copy_through(c, SV("\\E"));
	else
		copy(c, 2);
}

/* A class: the first byte may be "]", and [:alpha:] stands inside. */
static void
copy_class(struct cursor *c)
{
	copy(c, at(c, 1) == '^' ? 2 : 1);
	if (at(c, 0) == ']')
		copy(c, 1);
	while (c->i < c->s.n && at(c, 0) != ']') {
		if (at(c, 0) == '\\')
			copy_escape(c);
		else if (at(c, 0) == '[' && at(c, 1) == ':')
			copy_through(c, SV(":]"));
		else
			copy(c, 1);
	}
	copy(c, 1);
}

static bool
is_digit(char ch)
{
	return ch >= '0' && ch <= '9';
}

/* Whether a quantifier stands right behind the current byte. */
static bool
is_quantified(const struct cursor *c)
{
	char next = at(c, 1);

	return next == '?' || next == '*' || next == '+' ||
	       (next == '{' && (is_digit(at(c, 2)) || at(c, 2) == ','));
}

/* "{,3}" with the cursor on the brace. */
static bool
is_open_range(const struct cursor *c)
{
	size_t i = 2;

	if (at(c, 1) != ',' || !is_digit(at(c, 2)))
		return false;
	while (is_digit(at(c, i)))
		i++;
	return at(c, i) == '}';
}

static void
copy_item(struct cursor *c, unsigned flags)
{
	char ch = at(c, 0);

	if (ch == '\\') {
		copy_escape(c);
	} else if (ch == '[') {
		copy_class(c);
	} else if (ch == '(' && at(c, 1) == '?' && at(c, 2) == '#') {
		copy_through(c, SV(")"));
	} else if (ch == '#' && flags & MATCH_EXTENDED) {
		copy_through(c, SV("\n"));
	} else if ((ch == '$' || ch == '^') && is_quantified(c)) {
		buf_add_str(c->out, "(?:");
		copy(c, 1);
		buf_add_char(c->out, ')');
	} else if (ch == '{' && is_open_range(c)) {
		copy(c, 1);
		buf_add_char(c->out, '0');
	} else {
		copy(c, 1);
	}
}

void
match_perl_rewrite(struct sv regex, unsigned flags, struct buf *out)
{
	struct cursor c = { regex, 0, out };

	if (sv_starts(regex, SV("(?aa)")))
		c.i = 5;
	/* Settings such as "(*CRLF)" are PCRE2's alone, and only known at the
	 * very beginning; elsewhere they are an error, as in Perl. */
	if (sv_starts(sv_from(regex, c.i), SV("(*")))
		buf_add_str(out, "(?:)");
	while (c.i < c.s.n)
		copy_item(&c, flags);
}
