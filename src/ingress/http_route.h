/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The resources of the HTTP interface, as one table: what there is, who may
 * ask, and the function that answers. A new resource is a row of the table in
 * http_route.c and a file with its function. Nothing here knows the library
 * that speaks the protocol (http.c).
 */
#ifndef INGRESS_HTTP_ROUTE_H
#define INGRESS_HTTP_ROUTE_H

#include "ingress/http_token.h"
#include "ingress/ingress.h"

struct http;

/* A request; all texts live until it is answered. */
struct http_request {
	struct ingress *ingress;
	struct http *http;
	struct http_client client; /* who asks; no roles: nobody known */
	struct sv method, path;    /* the path without its arguments */
	struct sv id;              /* what stood for * in the route's path */
	struct sv body;
	void *connection; /* for the two below; NULL in tests */
};

/* A header field, an argument ("?name=value"); SV_NONE if it is not there. */
struct sv http_header(const struct http_request *r, const char *name);
struct sv http_argument(const struct http_request *r, const char *name);

/* Finds out who has that token, of http.token_file. */
bool http_find_client(const struct http_request *r, struct sv token,
                      struct http_client *ret);

enum { HTTP_HEADERS_MAX = 6, HTTP_HEADER_MAX = 200 };

struct http_answer {
	unsigned status; /* 200 unless the handler says otherwise */
	const char *type;
	struct buf body;
	size_t n_headers;
	struct {
		const char *name;
		char value[HTTP_HEADER_MAX];
	} headers[HTTP_HEADERS_MAX];
};

/* Adds a header field; control characters of the value become "?". */
void http_answer_header(struct http_answer *a, const char *name,
                        struct sv value);

/* {"error": WHY}, which a person who writes a client is to understand. */
void http_answer_error(struct http_answer *a, unsigned status, const char *why);

struct http_route {
	const char *method;
	const char *path; /* a last segment "*" is any one: request.id */
	unsigned roles;   /* one of these is needed; 0: handler says who may */
	size_t body_bytes_max; /* 0: http.body_bytes_max */
	void (*handle)(const struct http_request *r, struct http_answer *ret);
};

/* The route of a request, and its id; NULL: `ret_allow` has the methods that
 * the path does have, or is empty. */
const struct http_route *http_route_find(struct sv method, struct sv path,
                                         struct sv *ret_id,
                                         struct buf *ret_allow);

/* ---- handlers ---- */

void http_get_health(const struct http_request *r, struct http_answer *ret);
void http_get_metrics(const struct http_request *r, struct http_answer *ret);
void http_post_check(const struct http_request *r, struct http_answer *ret);
void http_post_feedback(const struct http_request *r, struct http_answer *ret);
void http_get_feedback(const struct http_request *r, struct http_answer *ret);
void http_get_reviews(const struct http_request *r, struct http_answer *ret);
void http_get_review(const struct http_request *r, struct http_answer *ret);
void http_post_review(const struct http_request *r, struct http_answer *ret);
void http_get_changes(const struct http_request *r, struct http_answer *ret);
void http_akismet_verify(const struct http_request *r, struct http_answer *ret);
void http_akismet_check(const struct http_request *r, struct http_answer *ret);
void http_akismet_spam(const struct http_request *r, struct http_answer *ret);
void http_akismet_ham(const struct http_request *r, struct http_answer *ret);

/* ---- what handlers of posts share ---- */

/* Counts a message in, unless there are too many at once: then the answer is
 * 503. After true, http_leave() is due. */
bool http_enter(const struct http_request *r, struct scan *s,
                struct http_answer *ret);
void http_leave(const struct http_request *r, struct scan *s);

#endif
