/* SPDX-License-Identifier: Apache-2.0 */
/*
 * URLs and mail addresses: found in text and attributes, read as the program
 * that opens them would read them (WHATWG URL, and what spammers know of it),
 * and followed into what they redirect to. docs/urls.md tells what users see.
 *
 *     find.c, defang.c   where one stands in text
 *     url.c              the list in the message
 *     url_split.c        the pieces of one, relative references
 *     host.c, domain.c   host names, addresses, registered domains
 *     redirect.c         the URL inside a URL
 *     url_write.c        the pieces put together again
 *
 * What rules are shown is in uri.h.
 */
#ifndef MESSAGE_URL_H
#define MESSAGE_URL_H

#include "message/reader.h"

enum {
	URL_BYTES_MAX = 8192,     /* the rest of a longer one is left out */
	URL_HOST_BYTES_MAX = 253, /* RFC 1035 section 2.3.4 */
};

/* Adds the URL of an attribute, and those it redirects to. `scheme` is what to
 * read before `raw` ("http://"), or "". What is relative is read against
 * r->base. `raw` and `anchor` live as long as the message. */
void url_add(struct reader *r, int part, enum message_url_source source,
             const char *scheme, struct sv raw, struct sv anchor);

/* The same for one that stood in text as `raw`, and means `clean`. */
void url_add_text(struct reader *r, int part, const char *scheme, struct sv raw,
                  struct sv clean);

/* Adds what looks like a URL in a rendered text. Takes time in proportion to
 * the text, whatever it holds. */
void url_find(struct reader *r, int part, struct sv text);

/* ---- the pieces of a URL (WHATWG URL section 4) ---- */

/* All are views; what is not there is "". */
struct url_pieces {
	struct sv scheme;     /* without ":" */
	struct sv userinfo;   /* without "@" */
	struct sv host, port; /* as they stand */
	struct sv path;       /* up to the query */
	struct sv query;      /* with "?" */
	struct sv fragment;   /* with "#" */
	bool has_authority;   /* there is a place for a host */
	bool has_userinfo;    /* "@", even with nothing before it */
};

/* Splits what url_trim() gave. Never fails. */
void url_split(struct sv url, struct url_pieces *ret);

/* Without spaces and controls around it, and without the tabs and line ends
 * inside that clients take out. A view of `raw`, or of a copy in the arena.
 * At most URL_BYTES_MAX. */
struct sv url_trim(struct arena *a, struct sv raw);

/* Whether it is a scheme whose URLs have a host: http, https, ftp, ws, wss. */
bool url_scheme_has_host(struct sv scheme);

/* What `ref` means on a page whose address is `base`: the absolute URL, in
 * the arena or a view of `ref`. When `base` is none that can be a base, `ref`
 * as it is (trimmed). */
struct sv url_resolve(struct arena *a, struct sv base, struct sv ref);

/* Writes a path that begins with a slash to `out` (room for as many bytes)
 * with "/" for "\" and without "." and ".."; returns its length. */
size_t url_path_write(struct sv path, char *out);

/* ---- hosts ---- */

struct url_host {
	struct sv name;    /* lower case, A-labels; IPv4 and [IPv6] as usual */
	struct sv unicode; /* the name with U-labels */
	bool is_numeric;   /* an address */
};

/* Reads the host of url_pieces: percent escapes, capital letters, IDN (UTS 46,
 * not transitional), IPv4 in all spellings (WHATWG URL section 3.5). What is
 * no host comes out as it is, in lower case. */
void url_host_read(struct arena *a, struct sv raw, struct url_host *ret);

/* Whether clients would ask for it at all: it is not empty, too long, or with
 * characters that no host may have. */
bool url_host_can_be(const struct url_host *host);

/* The registered domain of a lower-case host, or the host itself; "" for ""
 * (Public Suffix List). A view into `host`. */
struct sv url_domain(struct sv host);

/* The same, asked once for each host of a message. */
struct sv url_domain_of(struct reader *r, struct sv host);

/* Whether the text is a host name below a top-level domain that exists. */
bool url_host_is_known(struct sv host);

/* Whether the name ends in a top-level domain that exists, with something
 * before it. */
bool url_host_has_tld(struct sv host);

/* The name in A-labels, in lower case (UTS 46, not transitional); as it is
 * when it has none. */
struct sv url_host_to_ascii(struct arena *a, struct sv name);

/* Whether the text is a host name of two labels or more that DNS could have;
 * names in other scripts are tried as A-labels. */
bool url_host_is_fqdn(struct arena *a, struct sv host);

/* ---- URLs inside a URL ---- */

enum { URL_TARGETS_MAX = 8 };

struct url_targets {
	struct sv urls[URL_TARGETS_MAX];
	size_t n;
};

/* What a redirector would lead to: URLs in the parameters and the path, plain,
 * percent-encoded or base64, and those of well-known click wrappers. `host`
 * is in lower case. */
void url_targets_find(struct arena *a, const struct url_pieces *u,
                      struct sv host, struct url_targets *ret);

/* ---- putting together again ---- */

/* Percent escapes of printable characters undone, "\" as "/". A view of `s`
 * when nothing changes. */
struct sv url_decode(struct arena *a, struct sv s);

/* The URL put together again: no user, no default port, no "." in the path,
 * percent escapes only where they matter (`is_decoded`: not even there).
 * `host` as it is to stand. */
struct sv url_write(struct arena *a, const struct url_pieces *u,
                    struct sv scheme, struct sv host, bool is_decoded);

/* ---- characters beyond ASCII in text ---- */

enum url_char {
	URL_CHAR_PLAIN,
	URL_CHAR_DOT,       /* ideographic and full-width full stops */
	URL_CHAR_WIDE,      /* a full-width form of an ASCII character */
	URL_CHAR_INVISIBLE, /* shown as nothing */
	URL_CHAR_STOP,      /* ends a URL: space, quotes, brackets */
	URL_CHAR_APART,     /* stands beside a bare name, not in it */
};

/* The character that s begins with, and its bytes; what is no UTF-8 is PLAIN
 * and one byte. */
enum url_char url_char_read(struct sv s, size_t *ret_width);

/* Writes what a client makes of that character; returns the bytes written, at
 * most *ret_width. */
size_t url_char_write(struct sv s, size_t *ret_width, char *out);

/* A copy in which each character is so written. */
struct sv url_char_clean(struct arena *a, struct sv s);

#endif
