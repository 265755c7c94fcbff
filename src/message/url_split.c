/* SPDX-License-Identifier: Apache-2.0 */
/* The pieces of a URL, and relative references (WHATWG URL section 4.4). */
#include "message/url.h"

/* Bytes that are taken out of a URL wherever they stand. */
static bool
is_dropped(char c)
{
	return c == '\t' || c == '\n' || c == '\r';
}

struct sv
url_trim(struct arena *a, struct sv raw)
{
	char *out;
	size_t n = 0;

	while (raw.n && (unsigned char)raw.p[0] <= ' ')
		raw = sv_from(raw, 1);
	while (raw.n && (unsigned char)raw.p[raw.n - 1] <= ' ')
		raw.n--;
	raw = sv_sub(raw, 0, URL_BYTES_MAX);
	while (n < raw.n && !is_dropped(raw.p[n]))
		n++;
	if (n == raw.n)
		return raw;
	out = arena_alloc(a, raw.n);
	n = 0;
	for (size_t i = 0; i < raw.n; i++)
		if (!is_dropped(raw.p[i]))
			out[n++] = raw.p[i];
	return sv_make(out, n);
}

/* Length of the scheme and its colon, or 0. */
static size_t
scheme_bytes(struct sv s)
{
	size_t n = 0;

	if (s.n == 0 || !sv_is_alnum(s.p[0]) || sv_is_digit(s.p[0]))
		return 0;
	while (n < s.n && (sv_is_alnum(s.p[n]) || s.p[n] == '+' ||
	                   s.p[n] == '-' || s.p[n] == '.'))
		n++;
	return n < s.n && s.p[n] == ':' ? n + 1 : 0;
}

bool
url_scheme_has_host(struct sv scheme)
{
	static const char *const schemes[] = { "http", "https", "ftp", "ws",
		                               "wss" };

	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
		if (sv_ieq_str(scheme, schemes[i]))
			return true;
	return false;
}

static bool
is_slash(char c)
{
	return c == '/' || c == '\\';
}

/* Bytes up to the first of "?" and "#", or "#" alone; and of "/" and "\"
 * for an authority. */
static size_t
bytes_before(struct sv s, bool slashes, bool query)
{
	size_t n = 0;

	while (n < s.n && s.p[n] != '#' && !(query && s.p[n] == '?') &&
	       !(slashes && is_slash(s.p[n])))
		n++;
	return n;
}

/* "user:password@host:port"; the last "@" counts. */
static void
split_authority(struct sv s, struct url_pieces *u)
{
	size_t at;

	for (at = s.n; at > 0 && s.p[at - 1] != '@';)
		at--;
	u->has_userinfo = at > 0;
	u->userinfo = sv_sub(s, 0, at ? at - 1 : 0);
	u->host = s = sv_from(s, at);
	u->port = SV("");
	for (at = s.n; at > 0 && s.p[at - 1] != ':' && s.p[at - 1] != ']';)
		at--;
	if (at > 0 && s.p[at - 1] == ':') {
		u->host = sv_sub(s, 0, at - 1);
		u->port = sv_from(s, at);
	}
}

void
url_split(struct sv url, struct url_pieces *ret)
{
	struct url_pieces u = { .port = SV("") };
	size_t n = scheme_bytes(url), slashes = 0;
	bool is_special;

	u.scheme = sv_sub(url, 0, n ? n - 1 : 0);
	url = sv_from(url, n);
	is_special = url_scheme_has_host(u.scheme) || n == 0;
	while (slashes < url.n &&
	       (is_special ? is_slash(url.p[slashes]) : url.p[slashes] == '/'))
		slashes++;
	u.has_authority = slashes > 1 || url_scheme_has_host(u.scheme);
	if (u.has_authority) {
		/* However many slashes a special one has (section 4.4,
		 * "special authority ignore slashes state"). */
		url = sv_from(url, is_special ? slashes : 2);
		n = bytes_before(url, true, true);
		split_authority(sv_sub(url, 0, n), &u);
		url = sv_from(url, n);
	}
	n = bytes_before(url, false, true);
	u.path = sv_sub(url, 0, n);
	url = sv_from(url, n);
	n = bytes_before(url, false, false);
	u.query = sv_sub(url, 0, n);
	u.fragment = sv_from(url, n);
	*ret = u;
}

/* 1 for a segment "." and 2 for "..", in any spelling; else 0. */
static unsigned
dot_segment(struct sv s)
{
	unsigned dots = 0;

	while (s.n && dots < 3) {
		if (s.p[0] == '.')
			s = sv_from(s, 1);
		else if (sv_istarts(s, SV("%2e")))
			s = sv_from(s, 3);
		else
			return 0;
		dots++;
	}
	return dots < 3 ? dots : 0;
}

size_t
url_path_write(struct sv path, char *out)
{
	size_t n = 0, end;
	unsigned dots;

	while (path.n) {
		path = sv_from(path, 1);
		for (end = 0; end < path.n && !is_slash(path.p[end]);)
			end++;
		dots = dot_segment(sv_sub(path, 0, end));
		if (dots == 2)
			while (n > 0 && out[--n] != '/')
				;
		if (dots == 0 || end == path.n)
			out[n++] = '/';
		if (dots == 0) {
			memcpy(out + n, path.p, end);
			n += end;
		}
		path = sv_from(path, end);
	}
	return n;
}

/* The path of a reference: absolute, or from the base's last slash on. */
static struct sv
merge_path(struct arena *a, struct sv base, struct sv ref)
{
	char *joined, *out;
	size_t keep = base.n;

	if (ref.n && is_slash(ref.p[0]))
		keep = 0;
	while (keep > 0 && !is_slash(base.p[keep - 1]))
		keep--;
	joined = arena_alloc(a, keep + ref.n + 1);
	joined[0] = '/'; /* for a base without a path */
	memcpy(joined, base.p, keep);
	if (keep == 0 && !(ref.n && is_slash(ref.p[0])))
		keep = 1;
	memcpy(joined + keep, ref.p, ref.n);
	out = arena_alloc(a, keep + ref.n + 1);
	return sv_make(out, url_path_write(sv_make(joined, keep + ref.n), out));
}

/* Everything of the base before its path, as it stands. */
static struct sv
url_origin(struct sv base, const struct url_pieces *u)
{
	return sv_sub(base, 0, base.n - u->path.n - u->query.n - u->fragment.n);
}

struct sv
url_resolve(struct arena *a, struct sv base, struct sv ref)
{
	struct url_pieces b, r;
	struct sv path, query;

	ref = url_trim(a, ref);
	base = url_trim(a, base);
	url_split(base, &b);
	if (!url_scheme_has_host(b.scheme))
		return ref;
	url_split(ref, &r);
	if (r.scheme.n) {
		struct sv rest = sv_from(ref, r.scheme.n + 1);

		/* "http:page" is relative to an http page. */
		if (!sv_ieq(r.scheme, b.scheme) ||
		    (rest.n > 1 && is_slash(rest.p[0]) && is_slash(rest.p[1])))
			return ref;
		ref = rest;
		url_split(ref, &r);
	}
	if (r.has_authority)
		return ARENA_JOIN(a, b.scheme, SV(":"), ref);
	path = r.path.n ? merge_path(a, b.path, r.path) : b.path;
	query = r.path.n || r.query.n ? r.query : b.query;
	return ARENA_JOIN(a, url_origin(base, &b), path, query, r.fragment);
}
