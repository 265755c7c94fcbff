/* SPDX-License-Identifier: Apache-2.0 */
/* The protocol, by libmicrohttpd: bytes of a connection to a struct
 * http_request, and its answer back. The resources are in http_route.c. */
#include "ingress/http.h"

#include <microhttpd.h>
#include <stdlib.h>

#include "base/mem.h"
#include "ingress/http_route.h"

enum {
	DAEMONS_MAX = 16,
	ANSWER_BYTES_MAX = 1024 * 1024,
	ALLOW_BYTES_MAX = 64,
};

/* One listening socket. */
struct endpoint {
	struct http *http;
	struct MHD_Daemon *daemon;
	bool trusted; /* no token needed */
};

struct http {
	struct ingress *ingress;
	pthread_mutex_t lock; /* of tokens */
	struct http_tokens *tokens;
	struct endpoint endpoints[DAEMONS_MAX];
	size_t n_endpoints;
};

/* What the library keeps for us between the pieces of a request. */
struct incoming {
	struct http_request request;
	const struct http_route *route;
	struct buf body, allow;
	unsigned refused; /* a status: decided before there is a body */
	const char *why;
};

/* ---- who asks ---- */

void
http_set_tokens(struct http *h, struct http_tokens *tokens)
{
	struct http_tokens *old;

	pthread_mutex_lock(&h->lock);
	old = h->tokens;
	h->tokens = tokens;
	pthread_mutex_unlock(&h->lock);
	http_tokens_free(old);
}

bool
http_find_client(const struct http_request *r, struct sv token,
                 struct http_client *ret)
{
	bool found;

	if (!r->http)
		return false;
	pthread_mutex_lock(&r->http->lock);
	found = http_tokens_find(r->http->tokens, token, ret);
	pthread_mutex_unlock(&r->http->lock);
	return found;
}

/* Whoever can open a unix socket may do all, but one who shows a token there
 * is taken for its owner. */
static void
find_client(const struct endpoint *e, struct http_request *r)
{
	static const struct http_client trusted = { "*", HTTP_ROLE_ALL };
	struct sv given = http_header(r, "Authorization");

	if (e->trusted)
		r->client = trusted;
	if (sv_istarts(given, SV("Bearer ")))
		http_find_client(r, sv_trim(sv_from(given, 7)), &r->client);
}

struct sv
http_header(const struct http_request *r, const char *name)
{
	return r->connection ? sv_str(MHD_lookup_connection_value(
				   r->connection, MHD_HEADER_KIND, name))
	                     : SV_NONE;
}

struct sv
http_argument(const struct http_request *r, const char *name)
{
	return r->connection ? sv_str(MHD_lookup_connection_value(
				   r->connection, MHD_GET_ARGUMENT_KIND, name))
	                     : SV_NONE;
}

/* ---- requests ---- */

static void
refuse(struct incoming *in, unsigned status, const char *why)
{
	in->refused = status;
	in->why = why;
}

/* What can be said before the body is there is decided now, so that nobody
 * without a token makes us keep one. */
static void
begin(struct endpoint *e, struct incoming *in, struct MHD_Connection *c,
      const char *url, const char *method)
{
	struct http_request *r = &in->request;
	struct snapshot *s = ingress_snapshot(e->http->ingress);
	size_t most = (size_t)s->conf->http.body_bytes_max;

	snapshot_unref(s);
	buf_init(&in->allow, ALLOW_BYTES_MAX);
	*r = (struct http_request){
		.ingress = e->http->ingress,
		.http = e->http,
		.method = sv_str(method),
		.path = sv_str(url), /* as long as the request lives */
		.connection = c,
	};
	find_client(e, r);
	in->route = http_route_find(r->method, r->path, &r->id, &in->allow);
	if (!in->route)
		refuse(in, in->allow.n ? 405 : 404,
		       in->allow.n ? "not with this method"
		                   : "no such resource");
	if ((!in->route || in->route->roles) && !r->client.roles)
		refuse(in, 401, "a token is needed");
	else if (in->route && in->route->roles &&
	         !(r->client.roles & in->route->roles))
		refuse(in, 403, "not with the roles of this token");
	if (in->route && in->route->body_bytes_max &&
	    in->route->body_bytes_max < most)
		most = in->route->body_bytes_max;
	buf_init(&in->body, in->refused ? 0 : most);
}

static enum MHD_Result
send_answer(struct incoming *in, struct MHD_Connection *c,
            const struct http_answer *a)
{
	struct sv body = buf_sv(&a->body);
	struct MHD_Response *r = MHD_create_response_from_buffer(
	    body.n, (void *)(uintptr_t)body.p, MHD_RESPMEM_MUST_COPY);
	enum MHD_Result result;

	if (!r)
		return MHD_NO;
	if (a->status >= 400)
		counter_add(in->request.ingress->counters, COUNTER_http_refused,
		            1);
	MHD_add_response_header(r, "Content-Type", a->type);
	MHD_add_response_header(r, "Cache-Control", "no-store");
	for (size_t i = 0; i < a->n_headers; i++)
		MHD_add_response_header(r, a->headers[i].name,
		                        a->headers[i].value);
	if (a->status == MHD_HTTP_UNAUTHORIZED)
		MHD_add_response_header(r, "WWW-Authenticate", "Bearer");
	if (a->status == MHD_HTTP_METHOD_NOT_ALLOWED)
		MHD_add_response_header(r, "Allow", buf_str(&in->allow));
	if (a->status == MHD_HTTP_SERVICE_UNAVAILABLE)
		MHD_add_response_header(r, "Retry-After", "1");
	result = MHD_queue_response(c, a->status, r);
	MHD_destroy_response(r);
	return result;
}

static enum MHD_Result
finish(struct incoming *in, struct MHD_Connection *c)
{
	struct http_answer a = {
		.status = MHD_HTTP_OK,
		.type = "application/json",
		.body = BUF_INIT(ANSWER_BYTES_MAX),
	};
	enum MHD_Result result;

	in->request.body = buf_sv(&in->body);
	if (in->refused)
		http_answer_error(&a, in->refused, in->why);
	else if (in->body.full)
		http_answer_error(&a, MHD_HTTP_CONTENT_TOO_LARGE,
		                  "larger than this resource takes "
		                  "(http.body_bytes_max)");
	else
		in->route->handle(&in->request, &a);
	result = send_answer(in, c, &a);
	buf_done(&a.body);
	return result;
}

static enum MHD_Result
on_request(void *ctx, struct MHD_Connection *c, const char *url,
           const char *method, const char *version, const char *data,
           size_t *data_bytes, void **state)
{
	struct endpoint *e = ctx;
	struct incoming *in = *state;

	(void)version;
	if (!in) {
		*state = in = mem_calloc(1, sizeof *in);
		counter_add(e->http->ingress->counters, COUNTER_http_requests,
		            1);
		begin(e, in, c, url, method);
		return MHD_YES;
	}
	if (*data_bytes) {
		/* Read on to the end, or the client would see a reset
		 * connection in place of the answer. */
		buf_add(&in->body, sv_make(data, *data_bytes));
		*data_bytes = 0;
		return MHD_YES;
	}
	return finish(in, c);
}

static void
on_completed(void *ctx, struct MHD_Connection *c, void **state,
             enum MHD_RequestTerminationCode code)
{
	struct incoming *in = *state;

	(void)ctx;
	(void)c;
	(void)code;
	if (!in)
		return;
	buf_done(&in->body);
	buf_done(&in->allow);
	free(in);
	*state = NULL;
}

struct http *
http_new(struct ingress *in, struct http_tokens *tokens)
{
	struct http *h = mem_calloc(1, sizeof *h);

	h->ingress = in;
	h->tokens = tokens;
	pthread_mutex_init(&h->lock, NULL);
	return h;
}

int
http_listen(struct http *h, const struct conf_http *conf, int fd, bool trusted)
{
	struct endpoint *e;

	if (h->n_endpoints == DAEMONS_MAX)
		return E_LIMIT;
	e = &h->endpoints[h->n_endpoints];
	e->http = h;
	e->trusted = trusted;
	e->daemon = MHD_start_daemon(
	    MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, on_request, e,
	    MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT,
	    (unsigned)conf->connections_max, MHD_OPTION_CONNECTION_TIMEOUT,
	    (unsigned)(conf->timeout_ms / 1000), MHD_OPTION_THREAD_POOL_SIZE,
	    ingress_threads(h->ingress), MHD_OPTION_NOTIFY_COMPLETED,
	    on_completed, NULL, MHD_OPTION_END);
	if (!e->daemon)
		return E_IO;
	h->n_endpoints++;
	return 0;
}

void
http_drain(struct http *h)
{
	for (size_t i = 0; i < h->n_endpoints; i++)
		MHD_quiesce_daemon(h->endpoints[i].daemon);
}
