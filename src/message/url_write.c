/* SPDX-License-Identifier: Apache-2.0 */
/* A URL put together again from its pieces. */
#include "message/url.h"

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
	rest = ARENA_JOIN(a, path, u->query, u->fragment);
	rest = is_decoded ? url_decode(a, rest) : normal(a, rest);
	return ARENA_JOIN(a, scheme, SV("://"), host, port.n ? SV(":") : SV(""),
	                  port, rest);
}
