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

/* The registered domain of a lower-case host, or the host itself; "" for ""
 * (Public Suffix List). A view into `host`. */
struct sv url_domain(struct sv host);

/* Whether the text is a host name below a top-level domain that exists. */
bool url_host_is_known(struct sv host);

#endif
