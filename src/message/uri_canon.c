/* SPDX-License-Identifier: Apache-2.0 */
/* The spellings of a URI. What is odd here is odd in SpamAssassin, too. */
#include "message/uri.h"

#include "base/ip.h"
#include "message/url.h"

/* ---- one spelling from another ---- */

static int
escape_value(struct sv s)
{
	int high, low;

	if (s.n < 3 || s.p[0] != '%')
		return -1;
	high = sv_hex_value(s.p[1]);
	low = sv_hex_value(s.p[2]);
	return high < 0 || low < 0 ? -1 : high << 4 | low;
}

static bool
has_escape(struct sv s)
{
	size_t at;

	for (; (at = sv_find_char(s, '%')) != SV_NOT_FOUND;
	     s = sv_from(s, at + 1))
		if (escape_value(sv_from(s, at)) >= 0)
			return true;
	return false;
}

struct sv
uri_unescape(struct arena *a, struct sv uri)
{
	static const char hex[] = "0123456789abcdef";
	char *out;
	size_t n = 0;

	if (!has_escape(uri))
		return uri;
	out = arena_alloc(a, 3 * uri.n);
	for (size_t i = 0; i < uri.n; i++) {
		unsigned char c = (unsigned char)uri.p[i];
		int value = escape_value(sv_from(uri, i));

		if (value > ' ' && value < 0x7f) {
			out[n++] = (char)value;
			i += 2;
		} else if (value >= 0) {
			memcpy(out + n, uri.p + i, 3);
			n += 3;
			i += 2;
		} else if (c <= ' ' || c >= 0x7f || strchr("\"%<>", c)) {
			out[n++] = '%';
			out[n++] = hex[c >> 4];
			out[n++] = hex[c & 15];
		} else {
			out[n++] = (char)c;
		}
	}
	return sv_make(out, n);
}

/* Without line ends in it and white space around it. */
static struct sv
trim(struct arena *a, struct sv uri)
{
	char *out;
	size_t n = 0;

	uri = sv_trim(uri);
	if (sv_find_char(uri, '\n') == SV_NOT_FOUND &&
	    sv_find_char(uri, '\r') == SV_NOT_FOUND)
		return uri;
	out = arena_alloc(a, uri.n);
	for (size_t i = 0; i < uri.n; i++)
		if (uri.p[i] != '\n' && uri.p[i] != '\r')
			out[n++] = uri.p[i];
	return sv_make(out, n);
}

static struct sv
with_slashes(struct arena *a, struct sv uri)
{
	struct sv copy;
	char *p;

	if (sv_find_char(uri, '\\') == SV_NOT_FOUND)
		return uri;
	copy = arena_dup(a, uri);
	p = (char *)(uintptr_t)copy.p;
	for (size_t i = 0; i < copy.n; i++)
		if (p[i] == '\\')
			p[i] = '/';
	return copy;
}

/* Where the authority that begins at `at` ends. */
static size_t
authority_end(struct sv uri, size_t at)
{
	while (at < uri.n && uri.p[at] != '/' && uri.p[at] != '?' &&
	       uri.p[at] != '#')
		at++;
	return at;
}

/* Bytes of "http:" or "https:", or 0. */
static size_t
http_bytes(struct sv uri)
{
	return sv_istarts(uri, SV("http:"))    ? 5
	       : sv_istarts(uri, SV("https:")) ? 6
	                                       : 0;
}

/* "http:www.example.org", "http:/www.example.org" */
static struct sv
with_two_slashes(struct arena *a, struct sv uri)
{
	size_t n = http_bytes(uri), rest = n;

	if (n == 0 || sv_starts(sv_from(uri, n), SV("//")))
		return uri;
	while (rest < uri.n && rest < n + 2 && uri.p[rest] == '/')
		rest++;
	return ARENA_JOIN(a, sv_sub(uri, 0, n), SV("//"), sv_from(uri, rest));
}

static bool
has_scheme(struct sv uri)
{
	size_t n = 0;

	while (n < uri.n &&
	       (sv_is_alnum(uri.p[n]) || uri.p[n] == '-' || uri.p[n] == '_'))
		n++;
	return n > 0 && n < uri.n && uri.p[n] == ':';
}

/* "http://www.example.org?id=3" */
static struct sv
with_path(struct arena *a, struct sv uri)
{
	size_t start = http_bytes(uri) + 2, at;

	if (start == 2 || !sv_starts(sv_from(uri, start - 2), SV("//")))
		return uri;
	at = authority_end(uri, start);
	if (at == start || at == uri.n || uri.p[at] == '/')
		return uri;
	return ARENA_JOIN(a, sv_sub(uri, 0, at), SV("/"), sv_from(uri, at));
}

/* The character of "&#46;", "&#x2e;" or "&#x3002;" that s begins with, if it
 * is a printable one of ASCII or another kind of full stop. */
static char
reference_char(struct sv s, size_t *ret_bytes)
{
	size_t i = 2;
	unsigned value = 0, base = 10;

	if (!sv_starts(s, SV("&#")))
		return '\0';
	if (i < s.n && sv_lower_char(s.p[i]) == 'x') {
		base = 16;
		i++;
	}
	for (; i < s.n && value < 0x10000; i++) {
		int digit = sv_hex_value(s.p[i]);

		if (digit < 0 || digit >= (int)base)
			break;
		value = value * base + (unsigned)digit;
	}
	if (i >= s.n || s.p[i] != ';')
		return '\0';
	*ret_bytes = i + 1;
	if (value == 0x3002 || value == 0xff0e || value == 0xff61)
		return '.';
	return value > ' ' && value < 0x7f ? (char)value : '\0';
}

static struct sv
without_references(struct arena *a, struct sv uri)
{
	char *out;
	size_t n = 0, bytes;

	if (sv_find(uri, SV("&#")) == SV_NOT_FOUND)
		return uri;
	out = arena_alloc(a, uri.n);
	for (size_t i = 0; i < uri.n; i += bytes) {
		char c = reference_char(sv_from(uri, i), &bytes);

		if (!c)
			bytes = 1;
		out[n++] = c ? c : uri.p[i];
	}
	return sv_make(out, n);
}

/* ---- the set ---- */

/* Spellings that lead to others are read in turn. */
struct canon {
	struct arena *a;
	struct uri_forms *forms;
	struct sv sources[URI_FORMS_MAX / 4];
	size_t n_sources;
};

static void
add(struct canon *c, struct sv form)
{
	form = sv_sub(form, 0, URI_BYTES_MAX);
	for (size_t i = 0; i < c->forms->n; i++)
		if (sv_eq(c->forms->list[i], form))
			return;
	if (c->forms->n < URI_FORMS_MAX)
		c->forms->list[c->forms->n++] = form;
}

static void
add_source(struct canon *c, struct sv uri)
{
	if (c->n_sources < sizeof c->sources / sizeof *c->sources)
		c->sources[c->n_sources++] = uri;
}

/* An http URI in pieces: what stands before and behind the host. */
struct http {
	struct sv proto, host, rest, rest_noport;
	struct sv port;
	bool has_auth;
};

static void
add_http(struct canon *c, struct sv proto, struct sv host, struct sv rest)
{
	char *out = arena_alloc(c->a, proto.n + host.n + rest.n + 1);

	memcpy(out, proto.p, proto.n);
	memcpy(out + proto.n, host.p, host.n);
	if (rest.n)
		memcpy(out + proto.n + host.n, rest.p, rest.n);
	add(c, sv_make(out, proto.n + host.n + rest.n));
}

/* ---- addresses of mail ---- */

static bool
is_mail(struct sv uri)
{
	size_t at = sv_find_char(uri, '@'), colon = sv_find_char(uri, ':');

	return sv_istarts(uri, SV("mailto:")) ||
	       (at != SV_NOT_FOUND && at < colon);
}

/* Up to the first of these bytes behind the "@" and something more; SV_NONE
 * when there is none. */
static struct sv
mail_up_to(struct sv uri, size_t at, char end, const char *before)
{
	for (size_t i = at + 1; i < uri.n; i++) {
		if (uri.p[i] == end)
			return i > at + 1 ? sv_sub(uri, 0, i) : SV_NONE;
		if (uri.p[i] && strchr(before, uri.p[i]))
			return SV_NONE;
	}
	return SV_NONE;
}

/* "mailto:%20ann@example.org%20" */
static void
add_trimmed_mail(struct canon *c, struct sv uri)
{
	size_t at, end;

	if (sv_find(uri, SV("%20")) == SV_NOT_FOUND)
		return;
	if (sv_istarts(uri, SV("mailto:")))
		uri = sv_from(uri, 7);
	while (sv_starts(uri, SV("%20")))
		uri = sv_from(uri, 3);
	at = sv_find_char(uri, '@');
	if (at == SV_NOT_FOUND || at == 0)
		return;
	for (end = at + 1;
	     end < uri.n && !strchr("?&%", uri.p[end] ? uri.p[end] : 'x');)
		end++;
	if (end > at + 1)
		add(c, ARENA_JOIN(c->a, SV("mailto:"), sv_sub(uri, 0, end)));
}

/* "mailto:Ann%20<ann@example.org>" */
static void
add_bracketed_mail(struct canon *c, struct sv uri)
{
	size_t open = sv_find_char(uri, '<'), close;
	struct sv inner;

	if (open == SV_NOT_FOUND ||
	    sv_find_char(sv_sub(uri, 0, open), '?') != SV_NOT_FOUND ||
	    sv_find_char(sv_sub(uri, 0, open), '&') != SV_NOT_FOUND)
		return;
	inner = sv_from(uri, open + 1);
	close = sv_find_char(inner, '>');
	if (close == SV_NOT_FOUND)
		return;
	inner = sv_sub(inner, 0, close);
	open = sv_find_char(inner, '@');
	if (open != SV_NOT_FOUND && open > 0 && open + 1 < inner.n)
		add(c, ARENA_JOIN(c->a, SV("mailto:"), inner));
}

static void
add_mail(struct canon *c, struct sv uri)
{
	size_t at = sv_find_char(uri, '@');
	struct sv form;

	if (at != SV_NOT_FOUND && at > 0) {
		form = mail_up_to(uri, at, '?', "");
		if (form.p)
			add(c, form);
		form = mail_up_to(uri, at, '&', "?");
		if (form.p)
			add(c, form);
	}
	add_trimmed_mail(c, uri);
	add_bracketed_mail(c, uri);
}

/* ---- http ---- */

static bool
split_http(struct sv uri, struct http *ret)
{
	size_t start = http_bytes(uri) + 2, end, at;
	struct sv authority;

	if (start == 2 || !sv_starts(sv_from(uri, start - 2), SV("//")))
		return false;
	*ret = (struct http){ .proto = sv_sub(uri, 0, start) };
	authority = sv_sub(uri, start, authority_end(uri, start));
	at = sv_find_char(authority, '@');
	if (at != SV_NOT_FOUND) {
		ret->has_auth = true;
		authority = sv_from(authority, at + 1);
		start += at + 1;
	}
	at = sv_find_char(authority, ':');
	end = start + (at < authority.n ? at : authority.n);
	if (end == start)
		return false;
	ret->host = sv_sub(uri, start, end);
	ret->rest = ret->rest_noport = sv_from(uri, end);
	if (end < uri.n && uri.p[end] == ':') {
		for (at = end + 1; at < uri.n && sv_is_digit(uri.p[at]);)
			at++;
		ret->port = sv_sub(uri, end + 1, at);
	}
	return true;
}

/* The same without its default port. */
static void
add_portless(struct canon *c, struct http *h)
{
	const char *standard = sv_eq_str(h->proto, "http://") ? "80" : "443";
	size_t n = 1 + strlen(standard);

	if (!sv_starts(h->port, sv_str(standard)) ||
	    (h->rest.n > n &&
	     (sv_is_alnum(h->rest.p[n]) || h->rest.p[n] == '_')))
		return;
	h->rest_noport = sv_from(h->rest, n);
	add_http(c, h->proto, h->host, h->rest_noport);
}

/* In A-labels, in lower case; what is no name stays as it is. */
static struct sv
to_ascii(struct arena *a, struct sv host)
{
	bool is_lower = true;
	char *p;

	for (size_t i = 0; i < host.n; i++) {
		if ((unsigned char)host.p[i] >= 0x80)
			return url_host_to_ascii(a, host);
		is_lower &= sv_lower_char(host.p[i]) == host.p[i];
	}
	if (is_lower)
		return host;
	p = arena_alloc(a, host.n);
	for (size_t i = 0; i < host.n; i++)
		p[i] = sv_lower_char(host.p[i]);
	return sv_make(p, host.n);
}

static struct sv
without_controls(struct arena *a, struct sv host)
{
	char *out = arena_alloc(a, host.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < host.n; i++)
		if ((unsigned char)host.p[i] > ' ')
			out[n++] = host.p[i];
	return n == host.n ? host : sv_make(out, n);
}

/* Parameters of redirectors whose value is a URI without a scheme, or with
 * one: what the redirector_pattern lines of the stock rules find. */
static const struct {
	const char *host, *path, *param;
} redirectors[] = {
	{ "", "/redirect.php?", "goto=" },
	{ "", "/?", "url=" },
	{ "", "/index.php?", "url=" },
	{ "google.", "/url?", "q=" },
	{ "google.", "/translate?", "u=" },
	{ "google.", "/pagead/iclk?", "adurl=" },
	{ "aol.com", "/redir.adp?", "_url=" },
};

/* The value of the last such parameter, up to "&" or "#". */
static struct sv
param_value(struct sv query, struct sv name)
{
	struct sv found = SV_NONE, rest;
	size_t end;

	for (size_t i = 0; i + name.n <= query.n; i++) {
		if ((i > 0 && query.p[i - 1] != '&' && query.p[i - 1] != '?') ||
		    !sv_istarts(sv_from(query, i), name))
			continue;
		rest = sv_from(query, i + name.n);
		for (end = 0;
		     end < rest.n && rest.p[end] != '&' && rest.p[end] != '#';)
			end++;
		found = sv_sub(rest, 0, end);
	}
	return found;
}

static struct sv
redirector_target(const struct http *h)
{
	struct sv target;

	if (sv_find_char(h->rest, '?') == SV_NOT_FOUND ||
	    sv_find_char(h->rest, '=') == SV_NOT_FOUND)
		return SV_NONE;
	for (size_t i = 0; i < sizeof redirectors / sizeof *redirectors; i++) {
		struct sv path = sv_str(redirectors[i].path);
		struct sv host = sv_str(redirectors[i].host);
		size_t at;

		if (host.n && sv_ifind(h->host, host) == SV_NOT_FOUND)
			continue;
		at = sv_ifind(h->rest, path);
		if (at == SV_NOT_FOUND)
			continue;
		target = param_value(sv_from(h->rest, at + path.n),
		                     sv_str(redirectors[i].param));
		if (target.p && sv_find_char(target, '.') != SV_NOT_FOUND)
			return target;
	}
	return SV_NONE;
}

/* Where a redirector leads to. */
static void
add_target(struct canon *c, const struct http *h)
{
	struct sv target = redirector_target(h), rest = h->rest;
	size_t end, at;

	while (!target.p && (at = sv_ifind(rest, SV("http"))) != SV_NOT_FOUND) {
		rest = sv_from(rest, at);
		if (http_bytes(rest) == 0) {
			rest = sv_from(rest, 1);
			continue;
		}
		for (end = 0;
		     end < rest.n && rest.p[end] != '&' && rest.p[end] != '#';)
			end++;
		target = sv_sub(rest, 0, end);
		if (end <= http_bytes(rest) ||
		    sv_find_char(target, '.') == SV_NOT_FOUND)
			return;
	}
	if (target.p)
		add_source(c, target);
}

/* ---- hosts that are numbers ---- */

/* The digits in a base, and what they are worth; digits of no meaning in it
 * end them. */
static uint64_t
digits_value(struct sv digits, unsigned base)
{
	uint64_t value = 0;

	for (size_t i = 0; i < digits.n && value < UINT64_MAX >> 8; i++) {
		int digit = sv_hex_value(digits.p[i]);

		if (digit < 0 || digit >= (int)base)
			break;
		value = value * base + (unsigned)digit;
	}
	return value;
}

/* Octal, if it begins with a zero and is no more than 255: or is it? */
static bool
is_octal(struct sv octet, size_t zeros)
{
	size_t n = octet.n - zeros;

	for (size_t i = zeros; i < octet.n; i++)
		if (octet.p[i] > '7')
			return false;
	return zeros > 0 && n > 0 && n <= (octet.p[zeros] < '4' ? 3u : 2u);
}

/* One of four: decimal, octal or hexadecimal. Nothing is left of a zero. */
static void
add_octet(struct buf *out, struct sv octet)
{
	size_t zeros = 0;
	uint64_t value;

	while (zeros < octet.n && octet.p[zeros] == '0')
		zeros++;
	if (sv_istarts(octet, SV("0x")))
		value = digits_value(sv_from(octet, 2), 16);
	else if (is_octal(octet, zeros))
		value = digits_value(octet, 8);
	else {
		buf_add(out, sv_from(octet, zeros));
		return;
	}
	if (value)
		buf_addf(out, "%llu", (unsigned long long)value);
}

/* "12", "0x7f" */
static bool
is_number(struct sv s)
{
	bool hex = sv_istarts(s, SV("0x"));

	if (hex)
		s = sv_from(s, 2);
	for (size_t i = 0; i < s.n; i++)
		if (hex ? sv_hex_value(s.p[i]) < 0 : !sv_is_digit(s.p[i]))
			return false;
	return s.n > 0;
}

static bool
has_four_octets(struct sv host)
{
	struct sv octet;
	size_t n = 0;

	for (; sv_split(&host, '.', &octet); n++)
		if (!is_number(octet))
			return false;
	return n == 4;
}

/* False when the host is no number. */
static bool
add_numeric(struct canon *c, const struct http *h, struct sv host)
{
	struct buf text = BUF_INIT(URI_BYTES_MAX);
	struct sv octet;
	uint32_t value;
	bool hex = sv_istarts(host, SV("0x"));
	bool found = has_four_octets(host);

	if (found) {
		while (sv_split(&host, '.', &octet)) {
			add_octet(&text, octet);
			if (host.p)
				buf_add_char(&text, '.');
		}
	} else if (is_number(host)) {
		found = true;
		value = (uint32_t)digits_value(hex ? sv_from(host, 2) : host,
		                               hex ? 16 : 10);
		buf_addf(&text, "%u.%u.%u.%u", value >> 24, value >> 16 & 255,
		         value >> 8 & 255, value & 255);
	}
	if (found)
		add_http(c, h->proto, buf_sv(&text), h->rest);
	buf_done(&text);
	return found;
}

/* Old browsers made "www.shop.com" of "shop". */
static void
add_guess(struct canon *c, const struct http *h, struct sv name)
{
	struct sv label = name;

	if (!sv_eq_str(h->proto, "http://") || h->has_auth ||
	    sv_eq_str(name, "localhost") ||
	    (h->port.n && !sv_eq_str(h->port, "80")))
		return;
	if (sv_starts(name, SV("www.")) && name.n > 4)
		label = sv_from(name, 4);
	if (label.n == 0 || sv_find_char(label, '.') != SV_NOT_FOUND ||
	    url_host_has_tld(name))
		return;
	add_http(c, h->proto, ARENA_JOIN(c->a, SV("www."), label, SV(".com")),
	         h->rest);
}

static struct sv
up_to_alnum(struct sv s)
{
	while (s.n && !sv_is_alnum(s.p[s.n - 1]))
		s.n--;
	return s;
}

static void
add_hosts(struct canon *c, struct http *h)
{
	struct sv name = to_ascii(c->a, h->host), host = h->host, rest;
	size_t at;

	add_portless(c, h);
	if (!sv_ieq(name, h->host)) {
		add_http(c, h->proto, name, h->rest);
		if (h->port.n && h->rest_noport.n)
			add_http(c, h->proto, name, h->rest_noport);
		host = h->host = name;
	}
	rest = without_controls(c->a, host);
	if (rest.n != host.n)
		add_http(c, h->proto, host = rest, h->rest);
	add_target(c, h);
	at = sv_find_char(host, '@');
	if (at != SV_NOT_FOUND && at > 0)
		add_http(c, h->proto, host = sv_from(host, at + 1), h->rest);
	rest = up_to_alnum(host);
	if (rest.n != host.n)
		add_http(c, h->proto, host = rest, h->rest);
	if (!add_numeric(c, h, host))
		add_guess(c, h, name);
}

/* ---- all of them ---- */

static void
read_source(struct canon *c, struct sv source)
{
	struct sv uri = trim(c->a, source), form;
	struct http http;

	add(c, uri);
	if (uri.n <= 1 || strchr("#?&", uri.p[0]) ||
	    (uri.p[0] == '/' && uri.p[1] != '/'))
		return;
	if (is_mail(uri)) {
		add_mail(c, uri);
		return;
	}
	form = with_two_slashes(c->a, with_slashes(c->a, uri));
	form = uri_unescape(c->a, form);
	if (!has_scheme(form))
		form = ARENA_JOIN(c->a,
		                  sv_starts(form, SV("ftp.")) ? SV("ftp://")
		                                              : SV("http://"),
		                  form);
	form = without_references(c->a, with_path(c->a, form));
	add(c, form);
	if (split_http(form, &http))
		add_hosts(c, &http);
}

void
uri_forms_make(struct arena *a, struct sv uri, struct uri_forms *ret)
{
	struct canon c = { .a = a, .forms = ret };

	ret->n = 0;
	add_source(&c, uri);
	for (size_t i = 0; i < c.n_sources; i++)
		read_source(&c, c.sources[i]);
}

/* ---- the host of a spelling ---- */

/* Escapes of printable characters: the spelling without them is another. */
static bool
has_needless_escape(struct sv s)
{
	size_t at;

	for (; (at = sv_find_char(s, '%')) != SV_NOT_FOUND;
	     s = sv_from(s, at + 1)) {
		int value = escape_value(sv_from(s, at));

		if (value > ' ' && value < 0x7f)
			return true;
	}
	return false;
}

static struct sv
mail_host(struct sv uri)
{
	size_t at = sv_find_char(uri, '?');

	uri = sv_sub(uri, 7, at);
	at = sv_find_char(uri, '@');
	if (at == SV_NOT_FOUND)
		return SV_NONE;
	uri = sv_from(uri, at + 1);
	return sv_find_char(uri, '@') == SV_NOT_FOUND ? uri : SV_NONE;
}

/* What stands where a host is, of a URI of any scheme. */
static struct sv
authority_host(struct sv uri)
{
	size_t n = 0, end;

	while (n < uri.n && sv_lower_char(uri.p[n]) >= 'a' &&
	       sv_lower_char(uri.p[n]) <= 'z')
		n++;
	if (n > 0 && n < uri.n && uri.p[n] == ':') {
		uri = sv_from(uri, n + 1);
		for (n = 0; n < 2 && uri.n && uri.p[0] == '/'; n++)
			uri = sv_from(uri, 1);
	}
	uri = sv_sub(uri, 0, authority_end(uri, 0));
	for (n = uri.n; n > 0 && uri.p[n - 1] != '@';)
		n--;
	uri = sv_from(uri, n);
	for (end = uri.n; end > 0 && sv_is_digit(uri.p[end - 1]);)
		end--;
	return end > 0 && uri.p[end - 1] == ':' ? sv_sub(uri, 0, end - 1) : uri;
}

struct sv
uri_host(struct sv form)
{
	struct sv host;
	bool is_http = form.n && sv_lower_char(form.p[0]) == 'h';

	if (!is_http &&
	    (sv_istarts(form, SV("javascript:")) ||
	     sv_istarts(form, SV("cid:")) || sv_istarts(form, SV("file:"))))
		return SV_NONE;
	host = !is_http && sv_istarts(form, SV("mailto:"))
	           ? mail_host(form)
	           : authority_host(form);
	return host.n && !has_needless_escape(host) ? host : SV_NONE;
}

struct sv
uri_host_read(struct arena *a, struct sv host)
{
	struct ip ip;

	host = to_ascii(a, host);
	if (ip_parse(host, &ip) == 0)
		return host;
	return url_host_is_fqdn(a, host) && url_host_has_tld(host) ? host
	                                                           : SV_NONE;
}
