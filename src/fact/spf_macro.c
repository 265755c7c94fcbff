/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/spf_macro.h"

#include <stdio.h>

#include "fact/answer.h"

enum {
	EXPANSION_MAX = 4096, /* bytes of a domain-spec, before it is cut */
	VALUE_MAX = 1024,     /* bytes of one value that are looked at */
	PARTS_MAX = VALUE_MAX + 1,
};

/* "%{d2r-}" in pieces. */
struct macro {
	char letter; /* as it stands: a capital means to escape */
	size_t keep; /* parts, from the right; 0: all */
	bool reversed;
	struct sv delimiters;
};

static bool
is_delimiter(char c)
{
	return c && strchr(".-+,/_=", c);
}

/* Takes the macro that begins with "%{" at the front of *text. NULL, or what
 * is wrong with it. */
static const char *
take_macro(struct sv *text, struct macro *ret)
{
	size_t close = sv_find_char(*text, '}'), at = 0, digits;
	struct sv in;

	*ret = (struct macro){ 0 };
	if (close == SV_NOT_FOUND)
		return "a macro has no \"}\"";
	in = sv_sub(*text, 2, close);
	*text = sv_from(*text, close + 1);
	if (!in.n || !in.p[0] || !strchr("slodiphcrtv", sv_lower_char(in.p[0])))
		return "there is no macro of that letter";
	ret->letter = in.p[at++];
	digits = at;
	for (; at < in.n && sv_is_digit(in.p[at]); at++)
		if (ret->keep <= VALUE_MAX)
			ret->keep = ret->keep * 10 + (size_t)(in.p[at] - '0');
	if (at > digits && ret->keep == 0)
		return "a macro keeps 0 parts";
	if (at < in.n && sv_lower_char(in.p[at]) == 'r') {
		ret->reversed = true;
		at++;
	}
	ret->delimiters = sv_from(in, at);
	for (; at < in.n; at++)
		if (!is_delimiter(in.p[at]))
			return "a macro has a character that splits nothing";
	return NULL;
}

/* ---- checking ---- */

static bool
is_literal(char c, enum spf_text kind)
{
	return (c > ' ' && c <= '~') ||
	       (c == ' ' && kind == SPF_TEXT_EXPLANATION);
}

/* The toplabel of section 7.1: letters, digits and hyphens between them, and
 * not only digits. */
static bool
is_toplabel(struct sv label)
{
	bool only_digits = true;

	if (!label.n || label.p[0] == '-' || label.p[label.n - 1] == '-')
		return false;
	for (size_t i = 0; i < label.n; i++) {
		if (!sv_is_alnum(label.p[i]) && label.p[i] != '-')
			return false;
		only_digits &= sv_is_digit(label.p[i]);
	}
	return !only_digits;
}

bool
spf_macro_ends_well(struct sv text)
{
	size_t dot = SV_NOT_FOUND;

	if (text.n && text.p[text.n - 1] == '.')
		text.n--;
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == '.')
			dot = i;
	return dot != SV_NOT_FOUND && is_toplabel(sv_from(text, dot + 1));
}

const char *
spf_macro_check(struct sv text, enum spf_text kind)
{
	struct sv rest = text, literal = text; /* since the last macro */
	struct macro m;
	const char *wrong;

	if (kind == SPF_TEXT_DOMAIN && !text.n)
		return "the domain is missing";
	while (rest.n) {
		if (rest.p[0] != '%') {
			if (!is_literal(rest.p[0], kind))
				return "a character is not printable ASCII";
			rest = sv_from(rest, 1);
			continue;
		}
		if (rest.n < 2 || !strchr("{%_-", rest.p[1]) || !rest.p[1])
			return "\"%\" is followed by neither \"{\" nor \"%\", "
			       "\"_\", \"-\"";
		if (rest.p[1] != '{') {
			literal = rest = sv_from(rest, 2);
			continue;
		}
		wrong = take_macro(&rest, &m);
		if (wrong)
			return wrong;
		if (kind != SPF_TEXT_EXPLANATION &&
		    strchr("crt", sv_lower_char(m.letter)))
			return "the macros c, r and t are for explanations";
		literal = rest;
	}
	if (kind == SPF_TEXT_DOMAIN && (literal.n || literal.p == text.p) &&
	    !spf_macro_ends_well(literal))
		return "the domain does not end like a domain";
	return NULL;
}

bool
spf_macro_uses(struct sv text, char letter)
{
	struct macro m;

	while (text.n) {
		if (text.p[0] != '%') {
			text = sv_from(text, 1);
		} else if (text.n < 2 || text.p[1] != '{') {
			text = sv_from(text, 2);
		} else {
			if (take_macro(&text, &m))
				return false;
			if (sv_lower_char(m.letter) == letter)
				return true;
		}
	}
	return false;
}

/* ---- expanding ---- */

/* The address with dots: 192.0.2.1, or 32 digits (section 7.3). */
static struct sv
dotted(const struct ip *ip, char text[64])
{
	static const char digits[] = "0123456789ABCDEF";
	char *p = text;

	if (ip_is_v4(ip))
		return sv_str(ip_text(ip, text));
	for (int i = 0; i < 16; i++) {
		*p++ = digits[ip->bytes[i] >> 4];
		*p++ = '.';
		*p++ = digits[ip->bytes[i] & 15];
		*p++ = '.';
	}
	return sv_make(text, 63);
}

static struct sv
value_of(char letter, const struct spf_macro_values *v, char text[64])
{
	switch (sv_lower_char(letter)) {
	case 's':
		return v->sender;
	case 'l':
		return v->local_part;
	case 'o':
		return v->sender_domain;
	case 'd':
		return v->domain;
	case 'i':
		return dotted(&v->ip, text);
	case 'p':
		return v->validated;
	case 'h':
		return v->helo;
	case 'c':
		return sv_str(ip_text(&v->ip, text));
	case 'r':
		return v->receiver;
	case 't':
		snprintf(text, 64, "%lld", (long long)v->unix_s);
		return sv_str(text);
	default:
		return ip_is_v4(&v->ip) ? SV("in-addr") : SV("ip6");
	}
}

/* RFC 3986 section 2.3: all but unreserved characters as %XX. */
static void
add_escaped(struct sv s, struct buf *out)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (sv_is_alnum(c) || (c && strchr("-._~", c)))
			buf_add_char(out, c);
		else
			buf_addf(out, "%%%02X", (unsigned char)c);
	}
}

static size_t
split(struct sv value, struct sv delimiters, struct sv parts[PARTS_MAX])
{
	size_t n = 0, begin = 0;

	if (!delimiters.n)
		delimiters = SV(".");
	for (size_t i = 0; i <= value.n; i++)
		if (i == value.n ||
		    sv_find_char(delimiters, value.p[i]) != SV_NOT_FOUND) {
			parts[n++] = sv_sub(value, begin, i);
			begin = i + 1;
		}
	return n;
}

static void
add_value(const struct macro *m, struct sv value, struct buf *out)
{
	struct sv parts[PARTS_MAX];
	size_t n, keep;
	bool is_escaped = m->letter >= 'A' && m->letter <= 'Z';

	n = split(sv_sub(value, 0, VALUE_MAX), m->delimiters, parts);
	keep = m->keep && m->keep < n ? m->keep : n;
	for (size_t i = n - keep; i < n; i++) {
		struct sv part = parts[m->reversed ? n - 1 - i : i];

		if (i > n - keep)
			buf_add_char(out, '.');
		if (is_escaped)
			add_escaped(part, out);
		else
			buf_add(out, part);
	}
}

void
spf_macro_expand(struct sv text, const struct spf_macro_values *values,
                 struct buf *out)
{
	struct macro m;
	char value[64];

	while (text.n && !out->full) {
		char next = text.n > 1 ? text.p[1] : '\0';

		if (text.p[0] != '%') {
			buf_add_char(out, text.p[0]);
			text = sv_from(text, 1);
		} else if (next == '{') {
			if (take_macro(&text, &m))
				return;
			add_value(&m, value_of(m.letter, values, value), out);
		} else {
			buf_add_str(out, next == '%'   ? "%"
			                 : next == '_' ? " "
			                               : "%20");
			text = sv_from(text, 2);
		}
	}
}

struct sv
spf_macro_domain(struct arena *a, struct sv text,
                 const struct spf_macro_values *values)
{
	struct buf out;
	struct sv name;

	if (sv_find_char(text, '%') == SV_NOT_FOUND) {
		name = text;
	} else {
		buf_init(&out, EXPANSION_MAX);
		spf_macro_expand(text, values, &out);
		name = out.full ? SV("") : arena_dup(a, buf_sv(&out));
		buf_done(&out);
	}
	if (name.n && name.p[name.n - 1] == '.')
		name.n--;
	while (name.n > DNS_NAME_MAX) {
		size_t dot = sv_find_char(name, '.');

		name = dot == SV_NOT_FOUND ? SV("") : sv_from(name, dot + 1);
	}
	return name;
}
