/* SPDX-License-Identifier: Apache-2.0 */
/* URLs and mail addresses in text that a person reads. */
#include "message/url.h"

/* What ends a URL in text: space, quotes, brackets. */
static const bool is_delimiter[256] = {
	['\0'] = true, ['\t'] = true, ['\n'] = true, ['\v'] = true,
	['\f'] = true, ['\r'] = true, [' '] = true,  ['<'] = true,
	['>'] = true,  ['"'] = true,  ['`'] = true,  ['{'] = true,
	['}'] = true,  ['['] = true,  [']'] = true,  ['|'] = true,
	[0x1b] = true,
};

/* Cuts a ")" that no "(" opened, and what ends a sentence. */
static struct sv
trim_url(struct sv s)
{
	size_t open = sv_find_char(s, '('), close = sv_find_char(s, ')');

	if (close != SV_NOT_FOUND && (open == SV_NOT_FOUND || open > close))
		s = sv_sub(s, 0, close);
	while (s.n && strchr("-~!@#^&*()_+=:;'?,.", s.p[s.n - 1]))
		s.n--;
	return s;
}

static size_t
digits(struct sv s, size_t at, size_t most)
{
	size_t n = 0;

	while (n < most && at + n < s.n && s.p[at + n] >= '0' &&
	       s.p[at + n] <= '9')
		n++;
	return n;
}

/* What is to be put before a URL that begins at s: "" when it has its scheme;
 * NULL when none begins here. */
static const char *
missing_scheme(struct sv s)
{
	if (sv_istarts(s, SV("http://")) || sv_istarts(s, SV("https://")) ||
	    sv_istarts(s, SV("ftp://")) || sv_istarts(s, SV("mailto:")))
		return "";
	if (sv_istarts(s, SV("ftp.")))
		return "ftp://";
	if (sv_istarts(s, SV("www")) && s.n > 3) {
		size_t n = 3 + digits(s, 3, 2);

		if (n + 1 < s.n && s.p[n] == '.')
			return "http://";
	}
	return NULL;
}

static void
add_found(struct reader *r, int part, const char *scheme, struct sv s)
{
	s = trim_url(s);
	if (sv_find_char(s, '.') != SV_NOT_FOUND)
		url_add(r, part, URL_TEXT, scheme, s, SV(""));
}

static bool
is_host_char(char c)
{
	return sv_is_alnum(c) || c == '.' || c == '-' || c == '_';
}

/* "name@example.org" within a token. */
static void
find_address(struct reader *r, int part, struct sv token, size_t at)
{
	size_t from = at, to = at + 1;

	while (from && (is_host_char(token.p[from - 1]) ||
	                strchr("+=%&$!#*/?^~", token.p[from - 1])))
		from--;
	while (to < token.n && is_host_char(token.p[to]))
		to++;
	while (to > at + 1 && !sv_is_alnum(token.p[to - 1]))
		to--;
	if (from == at || !url_host_is_known(sv_sub(token, at + 1, to)))
		return;
	url_add(r, part, URL_TEXT, "mailto:", sv_sub(token, from, to), SV(""));
}

/* "example.org/path" without anything before it. */
static void
find_bare(struct reader *r, int part, struct sv token)
{
	size_t from = 0, to;
	struct sv host;

	/* "git://example.org": of an unknown scheme, what is behind it. */
	if ((to = sv_find(token, SV("://"))) != SV_NOT_FOUND)
		token = sv_from(token, to + 3);
	while (from < token.n && !sv_is_alnum(token.p[from]))
		from++;
	token = trim_url(sv_from(token, from));
	for (to = 0; to < token.n && is_host_char(token.p[to]);)
		to++;
	host = sv_sub(token, 0, to);
	if (to < token.n && token.p[to] != '/' && token.p[to] != ':')
		return;
	while (host.n && host.p[host.n - 1] == '.')
		host.n--;
	if (!url_host_is_known(host))
		return;
	add_found(r, part, "http://", token);
}

/* A run of text without delimiters that has a "." or a ":" in it. */
static void
find_in_token(struct reader *r, int part, struct sv token)
{
	size_t at;

	for (size_t i = 0; i < token.n; i++) {
		const char *scheme;

		if ((i && sv_is_alnum(token.p[i - 1])) ||
		    !sv_is_alnum(token.p[i]))
			continue;
		scheme = missing_scheme(sv_from(token, i));
		if (scheme) {
			add_found(r, part, scheme, sv_from(token, i));
			return;
		}
	}
	at = sv_find_char(token, '@');
	if (at != SV_NOT_FOUND)
		find_address(r, part, token, at);
	else
		find_bare(r, part, token);
}

void
url_find(struct reader *r, int part, struct sv text)
{
	size_t start = 0;
	bool marked = false;

	for (size_t i = 0; i <= text.n && !r->urls_full; i++) {
		if (i < text.n && !is_delimiter[(unsigned char)text.p[i]]) {
			marked |= text.p[i] == '.' || text.p[i] == ':';
			continue;
		}
		if (marked && i - start > 3)
			find_in_token(r, part,
			              sv_sub(text, start,
			                     i - start > URL_BYTES_MAX
			                         ? start + URL_BYTES_MAX
			                         : i));
		start = i + 1;
		marked = false;
	}
}
