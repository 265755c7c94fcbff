/* SPDX-License-Identifier: Apache-2.0 */
/* Finds URLs and mail addresses in text, and reads a URL as the program that
 * opens it would (WHATWG URL, and what spammers know of it). */
#ifndef MESSAGE_URL_H
#define MESSAGE_URL_H

#include "message/reader.h"

enum { URL_BYTES_MAX = 8192 }; /* the rest of a longer one is left out */

/* Adds a URL unless it is relative or already there, and those it redirects
 * to. `scheme` is what to read before `raw` ("http://"), or "". `raw` and
 * `anchor` live as long as the message. */
void url_add(struct reader *r, int part, enum message_url_source source,
             const char *scheme, struct sv raw, struct sv anchor);

/* Adds what looks like a URL in a rendered text. */
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

/* ---- hosts ---- */

/* The registered domain of a lower-case host, or the host itself; "" for ""
 * (Public Suffix List). A view into `host`. */
struct sv url_domain(struct sv host);

/* Whether the text is a host name below a top-level domain that exists. */
bool url_host_is_known(struct sv host);

#endif
