/* SPDX-License-Identifier: Apache-2.0 */
/* The spellings of a URL that rules are shown. Rules written for SpamAssassin
 * count on finding the raw one, the decoded one and the guessed ones. */
#include "message/header.h"
#include "message/url.h"

void
url_form_add(struct reader *r, struct sv form)
{
	static char seen;

	if (form.n == 0)
		return;
	if (!r->uri_forms_seen)
		r->uri_forms_seen = map_new();
	if (map_set(r->uri_forms_seen, form, &seen))
		return;
	r->uri_forms = reader_grow(r, r->uri_forms, r->n_uri_forms,
	                           &r->uri_forms_size, sizeof *r->uri_forms);
	r->uri_forms[r->n_uri_forms++] = form;
}

/* The byte that s begins with, of a percent escape, or -1. */
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

struct sv
url_decode(struct arena *a, struct sv s)
{
	char *out;
	size_t n = 0;

	if (sv_find_char(s, '%') == SV_NOT_FOUND &&
	    sv_find_char(s, '\\') == SV_NOT_FOUND)
		return s;
	out = arena_alloc(a, s.n);
	for (size_t i = 0; i < s.n; i++) {
		int value = escape_value(sv_from(s, i));

		if (value > ' ' && value < 0x7f) {
			out[n++] = (char)value;
			i += 2;
		} else {
			out[n++] = s.p[i] == '\\' ? '/' : s.p[i];
		}
	}
	return sv_make(out, n);
}

/* RFC 3986 section 2.3: an escape of these means the same as themselves. */
static bool
is_unreserved(int c)
{
	return c >= 0 && c < 0x80 &&
	       (sv_is_alnum((char)c) || c == '-' || c == '.' || c == '_' ||
	        c == '~');
}

/* Writes at most three bytes for each of `s`. */
static size_t
write_normal(struct sv s, char *out)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		int value = escape_value(sv_from(s, i));

		if (is_unreserved(value)) {
			out[n++] = (char)value;
			i += 2;
		} else if (c <= ' ' || c == 0x7f || c == '"' || c == '<' ||
		           c == '>' || c == '`') {
			out[n++] = '%';
			out[n++] = hex[c >> 4];
			out[n++] = hex[c & 15];
		} else {
			out[n++] = (char)c;
		}
	}
	return n;
}

static struct sv
normal(struct arena *a, struct sv s)
{
	char *out = arena_alloc(a, 3 * s.n + 1);

	return sv_make(out, write_normal(s, out));
}

/* The port with its colon, or "" for the default one and for none. */
static struct sv
written_port(struct sv scheme, struct sv port)
{
	static const struct {
		const char *scheme, *port;
	} defaults[] = { { "http", "80" },
		         { "https", "443" },
		         { "ftp", "21" },
		         { "ws", "80" },
		         { "wss", "443" } };

	while (port.n > 1 && port.p[0] == '0')
		port = sv_from(port, 1);
	for (size_t i = 0; i < port.n; i++)
		if (!sv_is_digit(port.p[i]))
			return SV("");
	for (size_t i = 0; i < sizeof defaults / sizeof *defaults; i++)
		if (sv_eq_str(scheme, defaults[i].scheme) &&
		    sv_eq_str(port, defaults[i].port))
			return SV("");
	return port;
}

struct sv
url_write(struct arena *a, const struct url_pieces *u, struct sv scheme,
          struct sv host, bool is_decoded)
{
	struct sv port = written_port(scheme, u->port);
	struct sv path = u->path, rest;
	char *clean;

	if (path.n == 0 && (u->query.n || u->fragment.n))
		path = SV("/");
	clean = arena_alloc(a, path.n + 1);
	path = sv_make(clean, url_path_write(path, clean));
	rest = arena_printf(a, SV_FMT SV_FMT SV_FMT, SV_ARG(path),
	                    SV_ARG(u->query), SV_ARG(u->fragment));
	rest = is_decoded ? url_decode(a, rest) : normal(a, rest);
	return arena_printf(a, SV_FMT "://" SV_FMT "%s" SV_FMT SV_FMT,
	                    SV_ARG(scheme), SV_ARG(host), port.n ? ":" : "",
	                    SV_ARG(port), SV_ARG(rest));
}

/* A redirection as SpamAssassin reads it: from the decoded URL, up to "&"
 * or "#". */
static void
add_embedded(struct reader *r, struct sv decoded)
{
	size_t at = sv_ifind(sv_from(decoded, 1), SV("http"));
	struct sv target, rest;

	if (at == SV_NOT_FOUND)
		return;
	target = rest = sv_from(decoded, at + 1);
	rest = sv_from(rest, 4);
	if (rest.n && sv_lower_char(rest.p[0]) == 's')
		rest = sv_from(rest, 1);
	if (!sv_starts(rest, SV(":/")))
		return;
	for (at = 0; at < target.n && !strchr("&#", target.p[at]);)
		at++;
	url_form_add(r, sv_sub(target, 0, at));
}

/* Old browsers made "www.shop.com" of "shop". */
static void
add_guessed_host(struct reader *r, const struct url_pieces *pieces)
{
	struct sv scheme = header_lower(r, pieces->scheme), host = pieces->host;
	bool has_letter = false;

	if (host.n == 0 || !sv_eq_str(scheme, "http") ||
	    sv_ieq_str(host, "localhost"))
		return;
	for (size_t i = 0; i < host.n; i++) {
		if (!sv_is_alnum(host.p[i]) && host.p[i] != '-')
			return;
		has_letter |= !sv_is_digit(host.p[i]);
	}
	if (!has_letter)
		return;
	host = arena_printf(r->arena, "www." SV_FMT ".com",
	                    SV_ARG(header_lower(r, host)));
	url_form_add(r, url_write(r->arena, pieces, scheme, host, true));
}

void
url_forms_add(struct reader *r, struct sv whole,
              const struct url_pieces *pieces, const struct message_url *u)
{
	struct sv scheme = header_lower(r, pieces->scheme);
	struct sv decoded = url_decode(r->arena, whole);

	url_form_add(r, whole);
	url_form_add(r, decoded);
	url_form_add(r, u->url);
	if (u->host.n == 0)
		return;
	if (scheme.n == 0)
		scheme = SV("http");
	url_form_add(r, url_write(r->arena, pieces, scheme, u->host, true));
	if (!sv_eq(u->host, u->host_unicode))
		url_form_add(r, url_write(r->arena, pieces, scheme,
		                          u->host_unicode, true));
	if (!u->is_numeric_host)
		add_guessed_host(r, pieces);
	add_embedded(r, decoded);
}

void
url_forms_add_relative(struct reader *r, struct sv ref)
{
	struct url_pieces pieces;

	url_form_add(r, ref);
	if (ref.n == 0 || strchr("/#?", ref.p[0]) ||
	    sv_find_char(ref, '@') != SV_NOT_FOUND)
		return;
	ref = arena_printf(r->arena, "http://" SV_FMT, SV_ARG(ref));
	url_form_add(r, ref);
	url_split(ref, &pieces);
	add_guessed_host(r, &pieces);
}
