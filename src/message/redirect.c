/* SPDX-License-Identifier: Apache-2.0 */
/* URLs inside a URL: the targets of redirectors, of click counters and of the
 * gateways that rewrite links in mail. */
#include "message/transfer.h"
#include "message/url.h"

struct search {
	struct arena *a;
	struct url_targets *found;
};

static void
add_target(struct search *s, struct sv url)
{
	if (s->found->n < URL_TARGETS_MAX && url.n)
		s->found->urls[s->found->n++] = url;
}

/* "http://" or "https://", with one slash, or "\" for it, or none before a
 * name. */
static bool
starts_url(struct sv s)
{
	size_t n = sv_istarts(s, SV("https:"))  ? 6
	           : sv_istarts(s, SV("http:")) ? 5
	                                        : 0;
	struct sv host = sv_from(s, n);

	if (n == 0 || host.n < 2)
		return false;
	if (host.p[0] == '/' || host.p[0] == '\\')
		return true;
	for (n = 0; n < host.n && !strchr("/:?#", host.p[n]);)
		n++;
	return url_host_is_known(sv_sub(host, 0, n));
}

/* All percent escapes undone: what a parameter's value means. */
static struct sv
decode_value(struct arena *a, struct sv s)
{
	char *out;
	size_t n = 0;

	if (sv_find_char(s, '%') == SV_NOT_FOUND)
		return s;
	out = arena_alloc(a, s.n);
	for (size_t i = 0; i < s.n; i++) {
		int high = i + 2 < s.n ? sv_hex_value(s.p[i + 1]) : -1;
		int low = high < 0 ? -1 : sv_hex_value(s.p[i + 2]);

		if (s.p[i] == '%' && low >= 0) {
			out[n++] = (char)(high << 4 | low);
			i += 2;
		} else {
			out[n++] = s.p[i];
		}
	}
	return sv_make(out, n);
}

/* Cuts at the first byte for which no client goes on. */
static struct sv
cut_at_space(struct sv s)
{
	size_t n = 0;

	while (n < s.n && (unsigned char)s.p[n] > ' ')
		n++;
	return sv_sub(s, 0, n);
}

/* Base64, of both alphabets, of "http:/" or "https:" and more. */
static bool
add_base64(struct search *s, struct sv value)
{
	size_t at = sv_find(value, SV("aHR0c")), n = 0;
	char *copy;
	struct sv url;

	if (at == SV_NOT_FOUND)
		return false;
	value = sv_from(value, at);
	copy = arena_alloc(s->a, 2 * value.n + 1);
	for (; n < value.n; n++) {
		char c = value.p[n];

		if (c == '-')
			c = '+';
		else if (c == '_')
			c = '/';
		else if (!sv_is_alnum(c) && c != '+' && c != '/')
			break;
		copy[n] = c;
	}
	url = sv_make(copy + value.n,
	              base64_decode(sv_make(copy, n), copy + value.n));
	if (!starts_url(url))
		return false;
	add_target(s, cut_at_space(url));
	return true;
}

/* What a parameter holds, after up to two rounds of percent decoding. */
static bool
add_value(struct search *s, struct sv value)
{
	for (unsigned i = 0;; i++) {
		if (starts_url(value)) {
			add_target(s, cut_at_space(value));
			return true;
		}
		if (i == 2 || sv_find_char(value, '%') == SV_NOT_FOUND)
			break;
		value = decode_value(s->a, value);
	}
	return add_base64(s, value);
}

/* Parameters by these names hold addresses, even without a scheme. */
static bool
is_address_name(struct sv name, struct sv path)
{
	static const char *const names[] = {
		"url",   "goto",   "link",  "redirect",    "redirect_url",
		"redir", "target", "adurl", "destination", "dest",
	};

	if (sv_ieq_str(name, "q"))
		return sv_eq_str(path, "/url"); /* elsewhere: a search */
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (sv_ieq_str(name, names[i]))
			return true;
	return false;
}

/* "url=www.example.org/x": the address without its scheme. */
static void
add_bare_value(struct search *s, struct sv value)
{
	size_t end = 0;

	value = cut_at_space(decode_value(s->a, value));
	while (end < value.n && !strchr("/:?#", value.p[end]))
		end++;
	if (url_host_is_known(sv_sub(value, 0, end)))
		add_target(s, ARENA_JOIN(s->a, SV("http://"), value));
}

/* "?a=b&c=d", "#a=b": each value, or the whole. */
static void
search_parameters(struct search *s, const struct url_pieces *u, struct sv query)
{
	struct sv item;

	if (query.n < 2)
		return;
	query = sv_from(query, 1);
	if (starts_url(query)) {
		add_target(s, query);
		return;
	}
	while (sv_split(&query, '&', &item)) {
		size_t at = sv_find_char(item, '=');
		struct sv value =
		    at == SV_NOT_FOUND ? item : sv_from(item, at + 1);

		if (!add_value(s, value) && at != SV_NOT_FOUND &&
		    is_address_name(sv_sub(item, 0, at), u->path))
			add_bare_value(s, value);
	}
}

/* "/r/http://example.org/x?y": all that follows belongs to it.
 * "/r/http%3A%2F%2Fexample.org/z": one segment. */
static void
search_path(struct search *s, const struct url_pieces *u)
{
	struct sv path = u->path, segment;
	size_t at;

	for (struct sv rest = path;
	     (at = sv_ifind(rest, SV("http"))) != SV_NOT_FOUND;) {
		rest = sv_from(rest, at);
		if (starts_url(rest)) {
			/* The pieces follow each other in one text. */
			add_target(s, sv_make(rest.p, rest.n + u->query.n +
			                                  u->fragment.n));
			return;
		}
		rest = sv_from(rest, 4);
	}
	while (sv_split(&path, '/', &segment)) {
		at = sv_ifind(segment, SV("http"));
		if (at == SV_NOT_FOUND || !add_value(s, sv_from(segment, at)))
			(void)add_base64(s, segment);
	}
}

/* ---- gateways and services with a language of their own ---- */

/* Proofpoint's second form: "-3A" for "%3A", "_" for "/". */
static void
search_proofpoint_v2(struct search *s, const struct url_pieces *u)
{
	struct sv query = sv_from(u->query, 1), item;

	while (sv_split(&query, '&', &item)) {
		char *out;

		if (!sv_starts(item, SV("u=")))
			continue;
		item = arena_dup(s->a, sv_from(item, 2));
		out = (char *)(uintptr_t)item.p;
		for (size_t i = 0; i < item.n; i++)
			out[i] = out[i] == '-'   ? '%'
			         : out[i] == '_' ? '/'
			                         : out[i];
		(void)add_value(s, item);
	}
}

/* Bytes of the run that "**X" stands for: A is 2, and so on. */
static size_t
run_bytes(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789-_";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (size_t)(at - digits) + 2 : 1;
}

/* Proofpoint's third form: "/v3/__URL__;BASE64!!..."; each "*" in the URL
 * stands for the next byte of what is in base64, "**X" for several. */
static void
search_proofpoint_v3(struct search *s, struct sv whole)
{
	size_t at = sv_find(whole, SV("/v3/__")), end, n = 0, used = 0;
	struct sv url, code, bytes;
	char *out;

	if (at == SV_NOT_FOUND)
		return;
	url = sv_from(whole, at + 6);
	end = sv_find(url, SV("__;"));
	if (end == SV_NOT_FOUND)
		return;
	code = sv_from(url, end + 3);
	code = sv_sub(code, 0, sv_find_char(code, '!'));
	url = sv_sub(url, 0, end);
	out = arena_alloc(s->a, url.n + 2 * code.n + 2);
	code = arena_dup(s->a, code);
	for (size_t i = 0; i < code.n; i++) {
		char *c = (char *)(uintptr_t)code.p + i;

		*c = *c == '-' ? '+' : *c == '_' ? '/' : *c;
	}
	bytes.p = out + url.n + code.n + 1;
	bytes.n = base64_decode(code, (char *)(uintptr_t)bytes.p);
	for (size_t i = 0; i < url.n; i++) {
		size_t run = 1;

		if (url.p[i] != '*') {
			out[n++] = url.p[i];
			continue;
		}
		if (i + 2 < url.n && url.p[i + 1] == '*') {
			run = run_bytes(url.p[i + 2]);
			i += 2;
		}
		for (; run > 0 && used < bytes.n; run--)
			out[n++] = bytes.p[used++];
	}
	(void)add_value(s, sv_make(out, n));
}

/* Google's copies of pages: "/amp/s/example.org/x", "/c/s/example.org/x". */
static void
search_amp(struct search *s, const struct url_pieces *u)
{
	static const struct sv marks[] = { { "/amp/", 5 },
		                           { "/c/", 3 },
		                           { "/v/", 3 } };
	struct sv rest = SV("");

	for (size_t i = 0; i < 3 && rest.n == 0; i++)
		if (sv_starts(u->path, marks[i]))
			rest = sv_from(u->path, marks[i].n);
	if (sv_starts(rest, SV("s/")))
		rest = sv_from(rest, 2);
	if (rest.n)
		add_bare_value(s, sv_make(rest.p, rest.n + u->query.n));
}

/* "www-example-org.translate.goog": "-" for ".", "--" for "-". */
static void
search_translate(struct search *s, const struct url_pieces *u, struct sv host)
{
	char *out = arena_alloc(s->a, host.n);
	size_t n = 0;

	host = sv_sub(host, 0, sv_find(host, SV(".translate.goog")));
	for (size_t i = 0; i < host.n; i++) {
		if (host.p[i] != '-') {
			out[n++] = host.p[i];
		} else if (i + 1 < host.n && host.p[i + 1] == '-') {
			out[n++] = '-';
			i++;
		} else {
			out[n++] = '.';
		}
	}
	add_bare_value(s, ARENA_JOIN(s->a, sv_make(out, n), u->path));
}

static void
search_services(struct search *s, const struct url_pieces *u, struct sv host)
{
	struct sv from_path =
	    sv_make(u->path.p, u->path.n + u->query.n + u->fragment.n);

	if (sv_starts(host, SV("urldefense."))) {
		search_proofpoint_v3(s, from_path);
		if (sv_starts(u->path, SV("/v2/")))
			search_proofpoint_v2(s, u);
	} else if (sv_iends(host, SV(".translate.goog"))) {
		search_translate(s, u, host);
	} else if (sv_iends(host, SV(".ampproject.org")) ||
	           sv_starts(host, SV("www.google."))) {
		search_amp(s, u);
	}
}

/* ---- mailto ---- */

static void
add_addresses(struct search *s, struct sv list)
{
	struct sv item;

	list = decode_value(s->a, list);
	while (sv_split(&list, ',', &item))
		if (sv_find_char(item, '@') != SV_NOT_FOUND)
			add_target(
			    s, ARENA_JOIN(s->a, SV("mailto:"), sv_trim(item)));
}

/* "mailto:a@example.org,b@example.org?cc=c@example.net&body=http://...":
 * where answers go. */
static void
search_mailto(struct search *s, const struct url_pieces *u)
{
	struct sv query = sv_from(u->query, 1), item;
	size_t at = sv_find_char(u->path, ',');

	if (at != SV_NOT_FOUND)
		add_addresses(s, sv_from(u->path, at + 1));
	while (sv_split(&query, '&', &item)) {
		struct sv name = item, value;

		at = sv_find_char(item, '=');
		if (at == SV_NOT_FOUND)
			continue;
		name = sv_sub(item, 0, at);
		value = sv_from(item, at + 1);
		if (sv_ieq_str(name, "to") || sv_ieq_str(name, "cc") ||
		    sv_ieq_str(name, "bcc")) {
			add_addresses(s, value);
			continue;
		}
		value = decode_value(s->a, value);
		at = sv_ifind(value, SV("http"));
		if (at != SV_NOT_FOUND)
			(void)add_value(s, sv_from(value, at));
	}
}

void
url_targets_find(struct arena *a, const struct url_pieces *u, struct sv host,
                 struct url_targets *ret)
{
	struct search s = { a, ret };

	ret->n = 0;
	if (sv_ieq_str(u->scheme, "mailto")) {
		search_mailto(&s, u);
	} else if (host.n) {
		search_services(&s, u, host);
		if (ret->n)
			return;
		search_parameters(&s, u, u->query);
		search_path(&s, u);
		search_parameters(&s, u, u->fragment);
	}
}
