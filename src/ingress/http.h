/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Posts and comments over HTTP, by libmicrohttpd:
 *
 *     POST /v1/check   judges a post (post.h); 200 with the verdict
 *     GET /healthz     "ok"
 *     GET /metrics     OpenMetrics
 *
 * Over TCP, all but /healthz need "Authorization: Bearer TOKEN"; a unix
 * socket's mode says who may use it.
 */
#ifndef INGRESS_HTTP_H
#define INGRESS_HTTP_H

#include "ingress/ingress.h"

struct http;

struct http_tokens;

/* Reads http.token_file; *ret is NULL when none is configured. E_IO, E_SYNTAX
 * (no token in it) with a diagnostic. */
int http_tokens_read(const struct conf_http *conf, struct http_tokens **ret,
                     struct diags *diags);
void http_tokens_free(struct http_tokens *t); /* takes NULL */

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
