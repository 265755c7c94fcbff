/* SPDX-License-Identifier: Apache-2.0 */
/* HTTP 1.1 by libmicrohttpd; TLS is the work of a proxy before it. */
#ifndef FEEDD_HTTP_H
#define FEEDD_HTTP_H

#include "feedd/site.h"

struct http;

/* Serves `site` on a listening socket, which it owns from now on, with
 * threads of its own. NULL: the library would not. */
struct http *http_start(int fd, struct site *site);
void http_stop(struct http *h); /* takes NULL; ends requests under way */

#endif
