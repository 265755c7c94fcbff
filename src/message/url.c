/* SPDX-License-Identifier: Apache-2.0 */
#include "message/url.h"

#include "message/header.h"

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
			high = sv_hex_value(s.p[i + 1]);
			low = sv_hex_value(s.p[i + 2]);
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
		int digit = sv_hex_value(s.p[i]);

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

	while (n < s.n && (sv_is_alnum(s.p[n]) || s.p[n] == '+' ||
	                   s.p[n] == '-' || (n && s.p[n] == '.')))
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
	if (u->host.n == 0 && is_hierarchical(scheme))
		return false;
	u->domain = url_domain(u->host);
	return true;
}

enum { REDIRECTS_MAX = 4 };

/* Up to the next "&" or "#". */
static size_t
query_item_bytes(struct sv s)
{
	size_t n = 0;

	while (n < s.n && s.p[n] != '&' && s.p[n] != '#')
		n++;
	return n;
}

/* Where in the path or query of a cleaned URL another one begins: the target
 * of a redirector. 0: nowhere. */
static size_t
redirect_target(struct sv url)
{
	size_t at = 1, next;

	while ((next = sv_find(sv_from(url, at), SV(":/"))) != SV_NOT_FOUND) {
		struct sv before = sv_sub(url, 0, at + next);

		if (at + next > 4 && sv_iends(before, SV("http")))
			return before.n - 4;
		if (at + next > 5 && sv_iends(before, SV("https")))
			return before.n - 5;
		at += next + 1;
	}
	return 0;
}

/* What the keys of r->urls_seen stand for. */
static char seen_found, seen_url;

/* False for what was looked at before. How often this may be asked is bounded
 * too: a thousand spellings of one URL are one URL, but each costs memory. */
static bool
is_new(struct reader *r, struct sv raw)
{
	size_t most = (size_t)r->limits->urls_max * 4;

	if (!r->urls_seen)
		r->urls_seen = map_new();
	if (map_get(r->urls_seen, raw))
		return false;
	if (r->m->n_urls >= (size_t)r->limits->urls_max ||
	    map_count(r->urls_seen) >= most) {
		reader_limit(r, LIMIT_URLS);
		r->urls_full = true;
		return false;
	}
	map_set(r->urls_seen, raw, &seen_found);
	return true;
}

static void
add_read(struct reader *r, const struct message_url *u)
{
	struct message *m = r->m;

	if (map_get(r->urls_seen, u->url) == &seen_url)
		return;
	map_set(r->urls_seen, u->url, &seen_url);
	m->urls =
	    reader_grow(r, m->urls, m->n_urls, &r->urls_size, sizeof *m->urls);
	m->urls[m->n_urls++] = *u;
}

void
url_add(struct reader *r, int part, enum message_url_source source,
        const char *scheme, struct sv raw, struct sv anchor)
{
	struct message_url u = { .anchor = anchor,
		                 .source = source,
		                 .part = part,
		                 .is_bare = scheme[0] != '\0' };
	struct sv whole = u.raw = raw = sv_sub(raw, 0, URL_BYTES_MAX);
	size_t target;

	for (unsigned i = 0; i <= REDIRECTS_MAX; i++) {
		if (!is_new(r, u.raw))
			return;
		if (u.is_bare)
			whole = arena_printf(r->arena, "%s" SV_FMT, scheme,
			                     SV_ARG(raw));
		if (!read_url(r, whole, &u))
			return;
		add_read(r, &u);
		target = redirect_target(u.url);
		if (target == 0)
			return;
		whole = sv_from(u.url, target);
		u.raw = whole = sv_sub(whole, 0, query_item_bytes(whole));
		u.is_bare = false;
	}
}
