/* SPDX-License-Identifier: Apache-2.0 */
#include "message/url.h"

#include <libpsl.h>
#include <pthread.h>

#include "message/header.h"

static pthread_once_t psl_once = PTHREAD_ONCE_INIT;
static const psl_ctx_t *psl;

static void
load_psl(void)
{
	/* The distribution's list when there is one, else the built-in. */
	psl = psl_latest(NULL);
}

static bool
is_alnum(char c)
{
	return (c >= '0' && c <= '9') ||
	       (sv_lower_char(c) >= 'a' && sv_lower_char(c) <= 'z');
}

static bool
is_numeric_host(struct sv host)
{
	for (size_t i = 0; i < host.n; i++)
		if ((host.p[i] < '0' || host.p[i] > '9') && host.p[i] != '.')
			return host.n && host.p[0] == '[';
	return true;
}

enum { HOST_BYTES_MAX = 253 };

struct sv
url_domain(struct sv host)
{
	char name[HOST_BYTES_MAX + 1];
	const char *domain;

	if (host.n == 0 || host.n > HOST_BYTES_MAX || is_numeric_host(host))
		return host;
	pthread_once(&psl_once, load_psl);
	memcpy(name, host.p, host.n);
	name[host.n] = '\0';
	if (!psl || strlen(name) != host.n)
		return host;
	domain = psl_registrable_domain(psl, name);
	return domain ? sv_from(host, (size_t)(domain - name)) : host;
}

/* Whether the host ends in a suffix of the list, and is more than that. */
static bool
has_known_suffix(struct sv host)
{
	char name[HOST_BYTES_MAX + 1];

	if (host.n == 0 || host.n > HOST_BYTES_MAX)
		return false;
	pthread_once(&psl_once, load_psl);
	for (size_t i = 0; i < host.n; i++)
		name[i] = sv_lower_char(host.p[i]);
	name[host.n] = '\0';
	return psl && strlen(name) == host.n &&
	       psl_registrable_domain(psl, name) &&
	       psl_is_public_suffix2(psl, psl_unregistrable_domain(psl, name),
	                             PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE);
}

/* ---- reading one URL ---- */

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = sv_lower_char(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decodes printable percent escapes: "%2e" hides what a client shows as ".",
 * and rules are written for what is shown. */
static struct sv
percent_decode(struct reader *r, struct sv s)
{
	char *out;
	size_t n = 0;

	if (sv_find_char(s, '%') == SV_NOT_FOUND)
		return s;
	out = arena_alloc(r->arena, s.n);
	for (size_t i = 0; i < s.n; i++) {
		int high = -1, low = -1;

		if (s.p[i] == '%' && i + 2 < s.n) {
			high = hex_value(s.p[i + 1]);
			low = hex_value(s.p[i + 2]);
		}
		if (high >= 2 && high <= 7 && low >= 0 &&
		    (high << 4 | low) != ' ' && (high << 4 | low) != 0x7f) {
			out[n++] = (char)(high << 4 | low);
			i += 2;
		} else {
			out[n++] = s.p[i];
		}
	}
	return sv_make(out, n);
}

/* One number of an address as inet_aton() reads it: decimal, 0octal, 0xhex. */
static bool
read_number(struct sv s, uint64_t *ret)
{
	unsigned base = 10;
	uint64_t value = 0;

	if (s.n > 1 && s.p[0] == '0') {
		base = s.n > 2 && sv_lower_char(s.p[1]) == 'x' ? 16 : 8;
		s = sv_from(s, base == 16 ? 2 : 1);
	}
	if (s.n == 0)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		int digit = hex_value(s.p[i]);

		if (digit < 0 || (unsigned)digit >= base || value > UINT32_MAX)
			return false;
		value = value * base + (unsigned)digit;
	}
	*ret = value;
	return value <= UINT32_MAX;
}

/* "0x7f.1", "2130706433" and so on (WHATWG URL section 3.5) as four decimal
 * numbers; other hosts as they are. */
static struct sv
dotted_host(struct reader *r, struct sv host)
{
	uint64_t numbers[4], address = 0;
	struct sv rest = host, item;
	unsigned n = 0;

	while (sv_split(&rest, '.', &item)) {
		if (n == 4 || !read_number(item, &numbers[n]))
			return host;
		n++;
	}
	for (unsigned i = 0; i + 1 < n; i++) {
		if (numbers[i] > 255)
			return host;
		address |= numbers[i] << 8 * (3 - i);
	}
	if (n == 0 || (n > 1 && numbers[n - 1] >> 8 * (5 - n)))
		return host;
	address |= numbers[n - 1];
	return arena_printf(
	    r->arena, "%u.%u.%u.%u", (unsigned)(address >> 24 & 255),
	    (unsigned)(address >> 16 & 255), (unsigned)(address >> 8 & 255),
	    (unsigned)(address & 255));
}

/* Lower case; the dots of other scripts become "."; the final dot goes. */
static struct sv
clean_host(struct reader *r, struct sv host)
{
	char *out = arena_alloc(r->arena, host.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < host.n; i++) {
		struct sv at = sv_from(host, i);

		if (sv_starts(at, SV("\xe3\x80\x82")) ||
		    sv_starts(at, SV("\xef\xbc\x8e")) ||
		    sv_starts(at, SV("\xef\xbd\xa1"))) {
			out[n++] = '.';
			i += 2;
		} else if ((unsigned char)host.p[i] > ' ') {
			out[n++] = sv_lower_char(host.p[i]);
		}
	}
	while (n && out[n - 1] == '.')
		n--;
	return dotted_host(r, sv_make(out, n));
}

/* Length of the scheme and its colon, or 0. */
static size_t
scheme_bytes(struct sv s)
{
	size_t n = 0;

	while (n < s.n && (is_alnum(s.p[n]) || s.p[n] == '+' || s.p[n] == '-' ||
	                   (n && s.p[n] == '.')))
		n++;
	return n && n < s.n && s.p[n] == ':' &&
	               !(s.p[0] >= '0' && s.p[0] <= '9')
	           ? n + 1
	           : 0;
}

/* A view of `s` with "\" as "/", as clients read it before the query. */
static struct sv
slashes(struct reader *r, struct sv s)
{
	struct sv copy;
	char *p;

	if (sv_find_char(s, '\\') == SV_NOT_FOUND)
		return s;
	copy = arena_dup(r->arena, s);
	p = (char *)(uintptr_t)copy.p;
	for (size_t i = 0; i < copy.n && p[i] != '?' && p[i] != '#'; i++)
		if (p[i] == '\\')
			p[i] = '/';
	return copy;
}

/* "http://user@Host:80/path" without its scheme: fills url and host. */
static void
read_hierarchical(struct reader *r, struct sv scheme, struct sv rest,
                  struct message_url *u)
{
	struct sv authority, path, port = SV("");
	size_t end = 0, at;
	bool is_http = sv_ieq_str(scheme, "http"), is_default;

	rest = slashes(r, rest);
	while (rest.n && rest.p[0] == '/')
		rest = sv_from(rest, 1);
	rest = percent_decode(r, rest);
	while (end < rest.n && rest.p[end] != '/' && rest.p[end] != '?' &&
	       rest.p[end] != '#')
		end++;
	authority = sv_sub(rest, 0, end);
	path = sv_from(rest, end);
	while ((at = sv_find_char(authority, '@')) != SV_NOT_FOUND)
		authority = sv_from(authority, at + 1);
	at = authority.n && authority.p[0] == '['
	         ? sv_find(authority, SV("]:"))
	         : sv_find_char(authority, ':');
	if (at != SV_NOT_FOUND) {
		at += authority.p[at] == ']';
		port = sv_from(authority, at + 1);
		authority = sv_sub(authority, 0, at);
	}
	u->host = clean_host(r, authority);
	is_default = port.n == 0 || sv_eq_str(port, is_http ? "80" : "443");
	u->url = arena_printf(
	    r->arena, SV_FMT "://" SV_FMT "%s" SV_FMT "%s" SV_FMT,
	    SV_ARG(header_lower(r, scheme)), SV_ARG(u->host),
	    is_default ? "" : ":", SV_ARG(is_default ? SV("") : port),
	    path.n && path.p[0] != '/' ? "/" : "", SV_ARG(path));
}

/* "mailto:Name@Host?subject=x": the address alone, host in lower case. */
static void
read_mailto(struct reader *r, struct sv rest, struct message_url *u)
{
	size_t end = 0, at;

	rest = percent_decode(r, rest);
	while (end < rest.n && rest.p[end] != '?' && rest.p[end] != '&')
		end++;
	rest = sv_sub(rest, 0, end);
	at = sv_find_char(rest, '@');
	if (at == SV_NOT_FOUND)
		at = rest.n;
	u->url = arena_printf(r->arena, "mailto:" SV_FMT SV_FMT,
	                      SV_ARG(sv_sub(rest, 0, at)),
	                      SV_ARG(header_lower(r, sv_from(rest, at))));
}

static bool
is_hierarchical(struct sv scheme)
{
	return sv_ieq_str(scheme, "http") || sv_ieq_str(scheme, "https") ||
	       sv_ieq_str(scheme, "ftp");
}

/* False for what is no absolute URL. */
static bool
read_url(struct reader *r, struct sv raw, struct message_url *u)
{
	size_t n = scheme_bytes(raw);
	struct sv scheme = sv_sub(raw, 0, n ? n - 1 : 0);

	u->host = SV("");
	if (n == 0 && sv_starts(raw, SV("//")))
		read_hierarchical(r, SV("http"), raw, u);
	else if (n == 0)
		return false;
	else if (is_hierarchical(scheme))
		read_hierarchical(r, scheme, sv_from(raw, n), u);
	else if (sv_ieq_str(scheme, "mailto"))
		read_mailto(r, sv_from(raw, n), u);
	else
		u->url = raw;
	u->domain = url_domain(u->host);
	return true;
}

static void
add_read(struct reader *r, struct message_url *u)
{
	struct message *m = r->m;

	if (!r->urls_seen)
		r->urls_seen = map_new();
	if (map_get(r->urls_seen, u->url))
		return;
	if (m->n_urls >= (size_t)r->limits->urls_max) {
		reader_limit(r, LIMIT_URLS);
		return;
	}
	map_set(r->urls_seen, u->url, m);
	m->urls =
	    reader_grow(r, m->urls, m->n_urls, &r->urls_size, sizeof *m->urls);
	m->urls[m->n_urls++] = *u;
}

void
url_add(struct reader *r, int part, enum message_url_source source,
        struct sv raw, struct sv anchor)
{
	struct message_url u = { .raw = sv_sub(raw, 0, URL_BYTES_MAX),
		                 .anchor = anchor,
		                 .source = source,
		                 .part = part };

	if (r->m->n_urls >= (size_t)r->limits->urls_max)
		reader_limit(r, LIMIT_URLS);
	else if (read_url(r, u.raw, &u))
		add_read(r, &u);
}

/* ---- finding URLs in text ---- */

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
	if (scheme[0])
		s = arena_printf(r->arena, "%s" SV_FMT, scheme, SV_ARG(s));
	if (s.n && s.p[s.n - 1] != '/' && sv_find_char(s, '.') == SV_NOT_FOUND)
		return;
	url_add(r, part, URL_TEXT, s, SV(""));
}

static bool
is_host_char(char c)
{
	return is_alnum(c) || c == '.' || c == '-' || c == '_';
}

/* "name@example.org" within a token. */
static bool
find_address(struct reader *r, int part, struct sv token, size_t at)
{
	size_t from = at, to = at + 1;

	while (from && (is_host_char(token.p[from - 1]) ||
	                strchr("+=%&$!#*/?^~", token.p[from - 1])))
		from--;
	while (to < token.n && is_host_char(token.p[to]))
		to++;
	while (to > at + 1 && !is_alnum(token.p[to - 1]))
		to--;
	if (from == at || !has_known_suffix(sv_sub(token, at + 1, to)))
		return false;
	url_add(r, part, URL_TEXT,
	        arena_printf(r->arena, "mailto:" SV_FMT,
	                     SV_ARG(sv_sub(token, from, to))),
	        SV(""));
	return true;
}

/* "example.org/path" without anything before it. */
static void
find_bare(struct reader *r, int part, struct sv token)
{
	size_t from = 0, to;
	struct sv host;

	while (from < token.n && !is_alnum(token.p[from]))
		from++;
	token = trim_url(sv_from(token, from));
	for (to = 0; to < token.n && is_host_char(token.p[to]);)
		to++;
	host = sv_sub(token, 0, to);
	if (to < token.n && token.p[to] != '/' && token.p[to] != ':')
		return;
	if (sv_find_char(host, '.') == SV_NOT_FOUND || !has_known_suffix(host))
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

		if ((i && is_alnum(token.p[i - 1])) || !is_alnum(token.p[i]))
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

	for (size_t i = 0; i <= text.n; i++) {
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
