/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HTTP 1.1 by libmicrohttpd; TLS is the work of a proxy before it. Clients are
 * bounded in number, memory and time: a request that is not whole after
 * feedd.request_timeout, however it drips, is cut off.
 */
#ifndef FEEDD_HTTP_H
#define FEEDD_HTTP_H

#include "feedd/intake.h"

struct http;

/* Serves on a listening socket, which it owns from now on, with threads of
 * its own; borrows the others. NULL: the library would not. */
struct http *http_start(int fd, const struct conf_feedd *conf,
                        struct site *site, struct intake *intake);

/* Cuts off who takes too long; to be called every second or so. */
void http_tick(struct http *h);
void http_stop(struct http *h); /* takes NULL; ends requests under way */

#endif
