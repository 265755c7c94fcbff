/* SPDX-License-Identifier: Apache-2.0 */
#include "feedd/http.h"

#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"

enum { THREADS = 4, CONNECTIONS_MAX = 512, TIMEOUT_S = 30, CACHE_S = 10 };

struct http {
	struct MHD_Daemon *daemon;
};

/* One request, from its header to the end of its answer. */
struct exchange {
	struct buf body;
	char *node;      /* that may post */
	bool is_refused; /* `answer` is ready, the body is thrown away */
	struct site_answer answer;
};

static const char policy[] =
    "default-src 'none'; style-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'";

/* ---- answers ---- */

static void
add_headers(struct MHD_Response *r, const struct site_answer *a)
{
	char number[32];

	MHD_add_response_header(r, "Content-Type", a->type);
	MHD_add_response_header(r, "Content-Security-Policy", policy);
	MHD_add_response_header(r, "X-Content-Type-Options", "nosniff");
	MHD_add_response_header(r, "Referrer-Policy", "no-referrer");
	snprintf(number, sizeof number, "max-age=%d", CACHE_S);
	if (a->is_private || a->status != 200)
		snprintf(number, sizeof number, "no-store");
	MHD_add_response_header(r, "Cache-Control", number);
	if (a->lang) {
		MHD_add_response_header(r, "Content-Language", a->lang);
		MHD_add_response_header(r, "Vary", "Accept-Language");
	}
	if (a->status == 401)
		MHD_add_response_header(r, "WWW-Authenticate",
		                        "Bearer realm=\"tamis-feedd\"");
	if (a->status == 405)
		MHD_add_response_header(r, "Allow", "GET, HEAD");
	if (a->retry_s) {
		snprintf(number, sizeof number, "%d", a->retry_s);
		MHD_add_response_header(r, "Retry-After", number);
	}
}

static enum MHD_Result
send_answer(struct MHD_Connection *c, struct site_answer *a)
{
	size_t n = a->body.n;
	struct MHD_Response *r;
	enum MHD_Result result;
	char *text = buf_take(&a->body);

	r = MHD_create_response_from_buffer(n, text, MHD_RESPMEM_MUST_FREE);
	if (!r) {
		free(text);
		return MHD_NO;
	}
	add_headers(r, a);
	result = MHD_queue_response(c, (unsigned)a->status, r);
	MHD_destroy_response(r);
	return result;
}

static enum MHD_Result
refuse(struct MHD_Connection *c, int status, const char *reason)
{
	struct site_answer a;

	site_refuse(status, reason, &a);
	return send_answer(c, &a);
}

/* ---- requests ---- */

struct params {
	struct site_param list[SITE_PARAMS_MAX];
	size_t n;
};

static enum MHD_Result
take_param(void *ctx, enum MHD_ValueKind kind, const char *name,
           const char *value)
{
	struct params *p = ctx;

	(void)kind;
	if (p->n == SITE_PARAMS_MAX)
		return MHD_NO;
	p->list[p->n++] = (struct site_param){ name, value ? value : "" };
	return MHD_YES;
}

static const char *
header_of(struct MHD_Connection *c, const char *name)
{
	return MHD_lookup_connection_value(c, MHD_HEADER_KIND, name);
}

static struct site_request
request_of(struct MHD_Connection *c, const char *path, struct params *params)
{
	MHD_get_connection_values(c, MHD_GET_ARGUMENT_KIND, take_param, params);
	return (struct site_request){
		.path = path,
		.params = params->list,
		.n_params = params->n,
		.authorization = header_of(c, "Authorization"),
		.origin = header_of(c, "Origin"),
		.encoding = header_of(c, "Content-Encoding"),
		.accept_language = header_of(c, "Accept-Language"),
	};
}

static enum MHD_Result
handle_get(struct site *site, struct MHD_Connection *c, const char *path)
{
	struct params params = { .n = 0 };
	struct site_request q = request_of(c, path, &params);
	struct site_answer answer;

	site_get(site, &q, &answer);
	return send_answer(c, &answer);
}

static void
refuse_later(struct exchange *x, int status, const char *reason)
{
	if (x->is_refused)
		buf_done(&x->answer.body);
	x->is_refused = true;
	site_refuse(status, reason, &x->answer);
}

static bool
is_too_long(struct MHD_Connection *c, size_t max)
{
	const char *length = header_of(c, "Content-Length");
	uint64_t n = 0;

	return length && (!sv_u64(sv_str(length), &n) || n > max);
}

/* A client that waits for "100 Continue" gets a refusal at once. From others
 * the body is read and dropped, up to the limit: they would not read our
 * answer before they have sent it. */
static enum MHD_Result
begin_post(struct site *site, struct MHD_Connection *c, const char *path,
           struct exchange *x)
{
	struct params params = { .n = 0 };
	struct site_request q = request_of(c, path, &params);
	bool too_long = is_too_long(c, site_body_max(site));

	buf_init(&x->body, site_body_max(site));
	x->is_refused = !site_post_begin(site, &q, &x->node, &x->answer);
	if (!x->is_refused && too_long)
		refuse_later(x, 413, "the batch is too large");
	if (x->is_refused && (too_long || header_of(c, "Expect")))
		return send_answer(c, &x->answer);
	return MHD_YES;
}

static enum MHD_Result
take_body(struct exchange *x, struct sv piece)
{
	size_t room = x->body.max - x->body.n;

	if (x->is_refused) {
		if (piece.n > room)
			return MHD_NO;
		x->body.max -= piece.n;
		return MHD_YES;
	}
	if (!buf_add(&x->body, piece)) {
		buf_done(&x->body);
		refuse_later(x, 413, "the batch is too large");
	}
	return MHD_YES;
}

static enum MHD_Result
end_post(struct site *site, struct MHD_Connection *c, const char *path,
         struct exchange *x)
{
	struct params params = { .n = 0 };
	struct site_request q = request_of(c, path, &params);

	if (!x->is_refused)
		site_post(site, &q, x->node, buf_sv(&x->body), &x->answer);
	return send_answer(c, &x->answer);
}

static enum MHD_Result
handle(void *ctx, struct MHD_Connection *c, const char *path,
       const char *method, const char *version, const char *data,
       size_t *data_bytes, void **ret_state)
{
	struct site *site = ctx;
	struct exchange *x = *ret_state;
	struct sv piece = sv_make(data, *data_bytes);

	(void)version;
	if (!x) {
		*ret_state = x = mem_calloc(1, sizeof *x);
		if (strcmp(method, "POST") == 0)
			return begin_post(site, c, path, x);
		return MHD_YES;
	}
	*data_bytes = 0;
	if (strcmp(method, "POST") == 0)
		return piece.n ? take_body(x, piece)
		               : end_post(site, c, path, x);
	if (piece.n)
		return MHD_NO;
	if (strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0)
		return handle_get(site, c, path);
	return refuse(c, 405, "only GET, HEAD and POST are known");
}

static void
end_exchange(void *ctx, struct MHD_Connection *c, void **state,
             enum MHD_RequestTerminationCode how)
{
	struct exchange *x = *state;

	(void)ctx;
	(void)c;
	(void)how;
	if (!x)
		return;
	buf_done(&x->body);
	buf_done(&x->answer.body);
	free(x->node);
	free(x);
	*state = NULL;
}

/* ---- the server ---- */

__attribute__((format(printf, 2, 0))) static void
log_library(void *ctx, const char *format, va_list ap)
{
	char text[512];

	(void)ctx;
	vsnprintf(text, sizeof text, format, ap);
	log_debug("http: %s", text);
}

struct http *
http_start(int fd, struct site *site)
{
	struct http *h = mem_calloc(1, sizeof *h);

	h->daemon = MHD_start_daemon(
	    MHD_USE_AUTO | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_ERROR_LOG,
	    0, NULL, NULL, handle, site, MHD_OPTION_EXTERNAL_LOGGER,
	    log_library, NULL, MHD_OPTION_LISTEN_SOCKET, fd,
	    MHD_OPTION_THREAD_POOL_SIZE, (unsigned)THREADS,
	    MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)TIMEOUT_S,
	    MHD_OPTION_NOTIFY_COMPLETED, end_exchange, NULL, MHD_OPTION_END);
	if (h->daemon)
		return h;
	free(h);
	return NULL;
}

void
http_stop(struct http *h)
{
	if (!h)
		return;
	MHD_stop_daemon(h->daemon);
	free(h);
}
