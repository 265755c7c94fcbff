/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may ask over HTTP: the file http.token_file, one token a line, with what
 * it stands for:
 *
 *     TOKEN [name=SITE] [role=ROLE,...]
 *
 * A token without a name is of the site "default", and one without roles may
 * judge posts and read metrics. Lines that begin with # are comments.
 */
#ifndef INGRESS_HTTP_TOKEN_H
#define INGRESS_HTTP_TOKEN_H

#include "conf/conf.h"

enum { HTTP_SITE_MAX = 64 };

/* What a client may do; bits. */
enum http_role {
	HTTP_ROLE_SITE = 1,     /* judge posts, report on them, read changes */
	HTTP_ROLE_REVIEWER = 2, /* see what is held, and decide it */
	HTTP_ROLE_METRICS = 4,  /* read the counters */
	HTTP_ROLE_ALL = 7,
};

/* Who asks. */
struct http_client {
	char site[HTTP_SITE_MAX]; /* "*": sees the items of all sites */
	unsigned roles;
};

struct http_tokens;

/* Reads http.token_file; *ret is NULL when none is configured. E_IO, E_SYNTAX
 * (no token in it, or a line that is none) with a diagnostic. */
int http_tokens_read(const struct conf_http *conf, struct http_tokens **ret,
                     struct diags *diags);

/* The same of the file's text; `path` is for diagnostics. */
int http_tokens_parse(struct sv text, const char *path,
                      struct http_tokens **ret, struct diags *diags);
void http_tokens_free(struct http_tokens *t); /* takes NULL */

/* Whose token that is; false: nobody's. In a time that tells nothing about the
 * tokens there are. `t` may be NULL. */
bool http_tokens_find(const struct http_tokens *t, struct sv given,
                      struct http_client *ret);

/* Whether items of that site are the client's to see. */
bool http_client_sees(const struct http_client *c, struct sv site);

/* The site that a client's own posts are of: "*" has none of that name. */
struct sv http_site(const struct http_client *c);

#endif
