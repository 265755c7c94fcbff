/* SPDX-License-Identifier: Apache-2.0 */
#include "feedd/http.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/ip.h"
#include "base/log.h"
#include "base/mem.h"
#include "feedd/login.h"

enum {
	THREADS = 4,
	TIMEOUT_S = 30, /* without a byte */
	CACHE_S = 10,
	HEADER_BYTES = 16384,
};

/* One connection; in a list of all. */
struct link {
	struct link *next, **to_this;
	int fd;
	int64_t deadline_us; /* of the request under way */
};

struct http {
	struct MHD_Daemon *daemon;
	struct site *site;
	struct intake *intake;
	int64_t request_us;
	struct ip_set *proxies;
	pthread_mutex_t lock; /* of the list */
	struct link *links;
};

/* One request, from its header to the end of its answer. */
struct exchange {
	struct buf body;
	struct intake_post post;
	bool is_form;    /* of /own; no batch */
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
	if (a->lang)
		MHD_add_response_header(r, "Content-Language", a->lang);
	MHD_add_response_header(r, "Vary",
	                        a->lang ? "Accept-Language, Cookie" : "Cookie");
	if (*a->location)
		MHD_add_response_header(r, "Location", a->location);
	if (*a->cookie)
		MHD_add_response_header(r, "Set-Cookie", a->cookie);
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

/* Whose address it is: that of the connection, or what trusted proxies say,
 * from the last of them on. A unix socket is a proxy by its permissions. */
static void
find_address(struct http *h, struct MHD_Connection *c, char ret[IP_TEXT])
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	struct sv chain = sv_str(header_of(c, "X-Forwarded-For"));
	struct ip ip;

	*ret = '\0';
	if (info && ip_from_socket(info->client_addr, &ip)) {
		ip_text(&ip, ret);
		if (!ip_set_has(h->proxies, &ip))
			return;
	}
	while (chain.n) {
		size_t at = chain.n;

		while (at && chain.p[at - 1] != ',')
			at--;
		if (ip_parse(sv_trim(sv_from(chain, at)), &ip))
			return;
		ip_text(&ip, ret);
		if (!ip_set_has(h->proxies, &ip))
			return;
		chain = sv_sub(chain, 0, at ? at - 1 : 0);
	}
}

static struct site_request
request_of(struct http *h, struct MHD_Connection *c, const char *path,
           struct params *params)
{
	struct site_request q;

	MHD_get_connection_values(c, MHD_GET_ARGUMENT_KIND, take_param, params);
	q = (struct site_request){
		.path = path,
		.params = params->list,
		.n_params = params->n,
		.authorization = header_of(c, "Authorization"),
		.origin = header_of(c, "Origin"),
		.encoding = header_of(c, "Content-Encoding"),
		.accept_language = header_of(c, "Accept-Language"),
		.signature = header_of(c, "Tamis-Signature"),
		.date = header_of(c, "Date"),
		.session = MHD_lookup_connection_value(c, MHD_COOKIE_KIND,
		                                       LOGIN_COOKIE),
		.fetch_site = header_of(c, "Sec-Fetch-Site"),
		.is_secure = sv_eq(sv_str(header_of(c, "X-Forwarded-Proto")),
		                   SV("https")),
	};
	find_address(h, c, q.address);
	return q;
}

static enum MHD_Result
handle_get(struct http *h, struct MHD_Connection *c, const char *path)
{
	struct params params = { .n = 0 };
	struct site_request q = request_of(h, c, path, &params);
	struct site_answer answer;

	site_get(h->site, &q, &answer);
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
begin_post(struct http *h, struct MHD_Connection *c, const char *path,
           struct exchange *x)
{
	struct params params = { .n = 0 };
	struct site_request q = request_of(h, c, path, &params);
	bool is_form = strcmp(path, "/own") == 0;
	size_t max = is_form ? LOGIN_BODY_MAX : intake_body_max(h->intake);
	bool too_long = is_too_long(c, max);

	buf_init(&x->body, max);
	x->is_form = is_form;
	x->is_refused =
	    !is_form && !intake_begin(h->intake, &q, &x->post, &x->answer);
	if (!x->is_refused && too_long)
		refuse_later(x, 413, "the body is too large");
	if (x->is_refused && (too_long || header_of(c, "Expect")))
		return send_answer(c, &x->answer);
	return MHD_YES;
}

static enum MHD_Result
take_body(struct http *h, struct exchange *x, struct sv piece)
{
	size_t room = x->body.max - x->body.n;

	if (x->is_refused) {
		if (piece.n > room)
			return MHD_NO;
		x->body.max -= piece.n;
		return MHD_YES;
	}
	/* a buffer may grow to twice what is in it */
	if (!x->is_form &&
	    !intake_reserve(h->intake, &x->post, 2 * piece.n, &x->answer)) {
		buf_done(&x->body);
		x->is_refused = true;
	} else if (!buf_add(&x->body, piece)) {
		buf_done(&x->body);
		refuse_later(x, 413, "the body is too large");
	}
	return MHD_YES;
}

static enum MHD_Result
end_post(struct http *h, struct MHD_Connection *c, const char *path,
         struct exchange *x)
{
	struct params params = { .n = 0 };
	struct site_request q = request_of(h, c, path, &params);

	if (!x->is_refused && x->is_form)
		site_post(h->site, &q, buf_sv(&x->body), &x->answer);
	else if (!x->is_refused)
		intake_end(h->intake, &q, &x->post, buf_sv(&x->body),
		           &x->answer);
	return send_answer(c, &x->answer);
}

static enum MHD_Result
handle(void *ctx, struct MHD_Connection *c, const char *path,
       const char *method, const char *version, const char *data,
       size_t *data_bytes, void **ret_state)
{
	struct http *h = ctx;
	struct exchange *x = *ret_state;
	struct sv piece = sv_make(data, *data_bytes);

	(void)version;
	if (!x) {
		*ret_state = x = mem_calloc(1, sizeof *x);
		if (strcmp(method, "POST") == 0)
			return begin_post(h, c, path, x);
		return MHD_YES;
	}
	*data_bytes = 0;
	if (strcmp(method, "POST") == 0)
		return piece.n ? take_body(h, x, piece)
		               : end_post(h, c, path, x);
	if (piece.n)
		return MHD_NO;
	if (strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0)
		return handle_get(h, c, path);
	return refuse(c, 405, "only GET, HEAD and POST are known");
}

/* ---- time ---- */

static struct link *
link_of(struct MHD_Connection *c)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info ? info->socket_context : NULL;
}

/* The next request has its own time. */
static void
end_exchange(void *ctx, struct MHD_Connection *c, void **state,
             enum MHD_RequestTerminationCode how)
{
	struct http *h = ctx;
	struct exchange *x = *state;
	struct link *link = link_of(c);

	(void)how;
	if (link) {
		pthread_mutex_lock(&h->lock);
		link->deadline_us = clock_mono_us() + h->request_us;
		pthread_mutex_unlock(&h->lock);
	}
	if (!x)
		return;
	intake_done(h->intake, &x->post);
	buf_done(&x->body);
	buf_done(&x->answer.body);
	free(x);
	*state = NULL;
}

static void
add_link(struct http *h, struct MHD_Connection *c, void **context)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct link *link = mem_calloc(1, sizeof *link);

	link->fd = info ? info->connect_fd : -1;
	link->deadline_us = clock_mono_us() + h->request_us;
	pthread_mutex_lock(&h->lock);
	link->next = h->links;
	link->to_this = &h->links;
	if (link->next)
		link->next->to_this = &link->next;
	h->links = link;
	pthread_mutex_unlock(&h->lock);
	*context = link;
}

/* The socket is closed after this: a link in the list has it open. */
static void
remove_link(struct http *h, void **context)
{
	struct link *link = *context;

	if (!link)
		return;
	pthread_mutex_lock(&h->lock);
	*link->to_this = link->next;
	if (link->next)
		link->next->to_this = link->to_this;
	pthread_mutex_unlock(&h->lock);
	free(link);
	*context = NULL;
}

static void
watch(void *ctx, struct MHD_Connection *c, void **context,
      enum MHD_ConnectionNotificationCode code)
{
	if (code == MHD_CONNECTION_NOTIFY_STARTED)
		add_link(ctx, c, context);
	else
		remove_link(ctx, context);
}

void
http_tick(struct http *h)
{
	int64_t now = clock_mono_us();

	pthread_mutex_lock(&h->lock);
	for (struct link *link = h->links; link; link = link->next)
		if (link->fd >= 0 && now > link->deadline_us) {
			shutdown(link->fd, SHUT_RDWR);
			link->deadline_us = INT64_MAX;
		}
	pthread_mutex_unlock(&h->lock);
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

static struct ip_set *
read_proxies(const struct conf_list *list)
{
	struct ip_set *set = ip_set_new();

	for (size_t i = 0; i < list->n; i++) {
		struct ip_net net;

		if (ip_net_parse(sv_str(list->list[i]), &net) == 0)
			ip_set_add(set, &net);
	}
	ip_set_seal(set);
	return set;
}

struct http *
http_start(int fd, const struct conf_feedd *conf, struct site *site,
           struct intake *intake)
{
	struct http *h = mem_calloc(1, sizeof *h);

	h->site = site;
	h->intake = intake;
	h->request_us = conf->request_timeout_ms * 1000;
	h->proxies = read_proxies(&conf->proxies);
	pthread_mutex_init(&h->lock, NULL);
	h->daemon = MHD_start_daemon(
	    MHD_USE_AUTO | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_ERROR_LOG,
	    0, NULL, NULL, handle, h, MHD_OPTION_EXTERNAL_LOGGER, log_library,
	    NULL, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_THREAD_POOL_SIZE,
	    (unsigned)THREADS, MHD_OPTION_CONNECTION_LIMIT,
	    (unsigned)conf->connections_max, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
	    (size_t)HEADER_BYTES, MHD_OPTION_CONNECTION_TIMEOUT,
	    (unsigned)TIMEOUT_S, MHD_OPTION_NOTIFY_CONNECTION, watch, h,
	    MHD_OPTION_NOTIFY_COMPLETED, end_exchange, h, MHD_OPTION_END);
	if (h->daemon)
		return h;
	http_stop(h);
	return NULL;
}

void
http_stop(struct http *h)
{
	if (!h)
		return;
	if (h->daemon)
		MHD_stop_daemon(h->daemon);
	ip_set_free(h->proxies);
	pthread_mutex_destroy(&h->lock);
	free(h);
}
