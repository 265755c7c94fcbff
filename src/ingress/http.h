/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Posts and comments over HTTP, by libmicrohttpd:
 *
 *     POST /v1/check   judges a post (post.h); 200 with the verdict
 *     GET /healthz     "ok"
 *     GET /metrics     OpenMetrics
 *
 * Over TCP, all but /healthz need "Authorization: Bearer TOKEN"
 * (http_token.h); a unix socket's mode says who may use it. The resources are
 * a table: http_route.h.
 */
#ifndef INGRESS_HTTP_H
#define INGRESS_HTTP_H

#include "ingress/http_token.h"
#include "ingress/ingress.h"

struct http;

/* Takes the tokens. Lives as long as the process. */
struct http *http_new(struct ingress *in, struct http_tokens *tokens);

/* Serves a bound and listening socket in threads of its own; E_IO. */
int http_listen(struct http *h, const struct conf_http *conf, int fd,
                bool trusted);

/* Replaces the tokens. Any thread. */
void http_set_tokens(struct http *h, struct http_tokens *tokens);

/* Takes no new connections; requests under way are answered. */
void http_drain(struct http *h);

/* The counters in the text format of OpenMetrics 1.0. */
void metrics_write(struct ingress *in, struct buf *out);

#endif
