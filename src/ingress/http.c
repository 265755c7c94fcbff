/* SPDX-License-Identifier: Apache-2.0 */
#include "ingress/http.h"

#include <errno.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/vec.h"
#include "ingress/post.h"

enum {
	DAEMONS_MAX = 16,
	TOKEN_FILE_BYTES_MAX = 64 * 1024,
	ANSWER_BYTES_MAX = 256 * 1024,
};

struct http_tokens {
	VEC(char *) list;
};

/* One listening socket. */
struct site {
	struct http *http;
	struct MHD_Daemon *daemon;
	bool trusted; /* no token needed */
};

struct http {
	struct ingress *ingress;
	pthread_mutex_t lock; /* of tokens */
	struct http_tokens *tokens;
	struct site sites[DAEMONS_MAX];
	size_t n_sites;
};

/* ---- tokens ---- */

void
http_tokens_free(struct http_tokens *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->list.n; i++)
		free(t->list.list[i]);
	VEC_DONE(&t->list);
	free(t);
}

int
http_tokens_read(const struct conf_http *conf, struct http_tokens **ret,
                 struct diags *diags)
{
	struct buf text = BUF_INIT(TOKEN_FILE_BYTES_MAX);
	struct http_tokens *t;
	struct sv rest, line;
	int result;

	*ret = NULL;
	if (!*conf->token_file)
		return 0;
	result = file_read(conf->token_file, &text);
	if (result) {
		diags_add(diags, SEVERITY_ERROR, conf->token_file, 0,
		          "http.token_file cannot be read: %s",
		          result == E_IO ? strerror(errno) : "too large");
		buf_done(&text);
		return result;
	}
	t = mem_calloc(1, sizeof *t);
	for (rest = buf_sv(&text); sv_line(&rest, &line);) {
		line = sv_trim(line);
		if (line.n && line.p[0] != '#')
			*VEC_ADD(&t->list) = mem_dup(line.p, line.n);
	}
	buf_done(&text);
	if (t->list.n == 0) {
		diags_add(diags, SEVERITY_ERROR, conf->token_file, 0,
		          "http.token_file has no token in it");
		http_tokens_free(t);
		return E_SYNTAX;
	}
	*ret = t;
	return 0;
}

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

static bool
is_authorized(const struct site *site, struct MHD_Connection *c)
{
	struct http *h = site->http;
	struct sv given = sv_str(
	    MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Authorization"));
	bool found = false;

	if (site->trusted)
		return true;
	if (!sv_istarts(given, SV("Bearer ")))
		return false;
	given = sv_trim(sv_from(given, 7));
	pthread_mutex_lock(&h->lock);
	for (size_t i = 0; h->tokens && i < h->tokens->list.n; i++)
		found |=
		    digest_equal_secret(given, sv_str(h->tokens->list.list[i]));
	pthread_mutex_unlock(&h->lock);
	return found;
}

/* ---- answers ---- */

static enum MHD_Result
answer(struct site *site, struct MHD_Connection *c, unsigned status,
       const char *type, struct sv body)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(
	    body.n, (void *)(uintptr_t)body.p, MHD_RESPMEM_MUST_COPY);
	enum MHD_Result result;

	if (!r)
		return MHD_NO;
	if (status >= 400)
		counter_add(site->http->ingress->counters, COUNTER_http_refused,
		            1);
	MHD_add_response_header(r, "Content-Type", type);
	MHD_add_response_header(r, "Cache-Control", "no-store");
	if (status == MHD_HTTP_UNAUTHORIZED)
		MHD_add_response_header(r, "WWW-Authenticate", "Bearer");
	if (status == MHD_HTTP_SERVICE_UNAVAILABLE)
		MHD_add_response_header(r, "Retry-After", "1");
	result = MHD_queue_response(c, status, r);
	MHD_destroy_response(r);
	return result;
}

static enum MHD_Result
answer_error(struct site *site, struct MHD_Connection *c, unsigned status,
             const char *why)
{
	struct buf out = BUF_INIT(1024);
	struct json j = json_start(&out);
	enum MHD_Result result;

	json_begin_object(&j, NULL);
	json_text(&j, "error", why);
	json_end(&j);
	buf_add_char(&out, '\n');
	result = answer(site, c, status, "application/json", buf_sv(&out));
	buf_done(&out);
	return result;
}

/* ---- resources ---- */

static enum MHD_Result
get_health(struct site *site, struct MHD_Connection *c)
{
	return answer(site, c, MHD_HTTP_OK, "text/plain", SV("ok\n"));
}

static enum MHD_Result
get_metrics(struct site *site, struct MHD_Connection *c)
{
	struct buf out = BUF_INIT(ANSWER_BYTES_MAX);
	enum MHD_Result result;

	metrics_write(site->http->ingress, &out);
	result = answer(site, c, MHD_HTTP_OK,
	                "application/openmetrics-text; version=1.0.0; "
	                "charset=utf-8",
	                buf_sv(&out));
	buf_done(&out);
	return result;
}

static enum MHD_Result
judge(struct site *site, struct MHD_Connection *c, struct scan *s,
      struct sv body)
{
	struct buf out = BUF_INIT(ANSWER_BYTES_MAX);
	char why[POST_WHY_MAX];
	enum MHD_Result result;

	if (post_read(body, s, why))
		return answer_error(site, c, MHD_HTTP_BAD_REQUEST, why);
	if (s->user.n && !s->snapshot->conf->prefs.http)
		return answer_error(site, c, MHD_HTTP_FORBIDDEN,
		                    "\"user\" is not allowed (prefs.http)");
	if (s->user.n)
		scan_find_prefs(s);
	ingress_judge(site->http->ingress, s);
	post_answer(s, &out);
	scan_drop_prefs(s);
	result = answer(site, c, MHD_HTTP_OK, "application/json", buf_sv(&out));
	buf_done(&out);
	return result;
}

static enum MHD_Result
post_check(struct site *site, struct MHD_Connection *c, struct sv body)
{
	struct ingress *in = site->http->ingress;
	struct scan s = { .channel = CHANNEL_HTTP };
	enum MHD_Result result;

	s.snapshot = ingress_snapshot(in);
	if (atomic_fetch_add(in->in_flight, 1) >=
	    (uint64_t)s.snapshot->conf->scan.in_flight_max) {
		counter_add(in->counters, COUNTER_overload, 1);
		result = answer_error(site, c, MHD_HTTP_SERVICE_UNAVAILABLE,
		                      "too many messages at once");
	} else {
		s.arena = arena_new();
		result = judge(site, c, &s, body);
		arena_free(s.arena);
	}
	atomic_fetch_sub(in->in_flight, 1);
	snapshot_unref(s.snapshot);
	return result;
}

/* ---- requests ---- */

/* What the library keeps for us between the pieces of a request. */
struct request {
	struct buf body;
};

static enum MHD_Result
route(struct site *site, struct MHD_Connection *c, const char *url,
      const char *method, struct sv body)
{
	bool is_post = strcmp(method, "POST") == 0;
	bool is_get = strcmp(method, "GET") == 0;

	if (strcmp(url, "/healthz") == 0 && is_get)
		return get_health(site, c);
	if (!is_authorized(site, c))
		return answer_error(site, c, MHD_HTTP_UNAUTHORIZED,
		                    "a token is needed");
	if (strcmp(url, "/metrics") == 0 && is_get)
		return get_metrics(site, c);
	if (strcmp(url, "/v1/check") == 0 && is_post)
		return post_check(site, c, body);
	if (strcmp(url, "/v1/check") == 0 || strcmp(url, "/metrics") == 0 ||
	    strcmp(url, "/healthz") == 0)
		return answer_error(site, c, MHD_HTTP_METHOD_NOT_ALLOWED,
		                    "not with this method");
	return answer_error(site, c, MHD_HTTP_NOT_FOUND, "no such resource");
}

static enum MHD_Result
on_request(void *ctx, struct MHD_Connection *c, const char *url,
           const char *method, const char *version, const char *data,
           size_t *data_bytes, void **state)
{
	struct site *site = ctx;
	struct request *r = *state;
	struct snapshot *snapshot;

	(void)version;
	if (!r) {
		*state = r = mem_calloc(1, sizeof *r);
		counter_add(site->http->ingress->counters,
		            COUNTER_http_requests, 1);
		snapshot = ingress_snapshot(site->http->ingress);
		buf_init(&r->body, (size_t)snapshot->conf->http.body_bytes_max);
		snapshot_unref(snapshot);
		return MHD_YES;
	}
	if (*data_bytes) {
		/* Read on to the end, or the client would see a reset
		 * connection in place of the answer. */
		buf_add(&r->body, sv_make(data, *data_bytes));
		*data_bytes = 0;
		return MHD_YES;
	}
	if (r->body.full)
		return answer_error(site, c, MHD_HTTP_CONTENT_TOO_LARGE,
		                    "larger than http.body_max");
	return route(site, c, url, method, buf_sv(&r->body));
}

static void
on_completed(void *ctx, struct MHD_Connection *c, void **state,
             enum MHD_RequestTerminationCode code)
{
	struct request *r = *state;

	(void)ctx;
	(void)c;
	(void)code;
	if (!r)
		return;
	buf_done(&r->body);
	free(r);
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
	struct site *site;

	if (h->n_sites == DAEMONS_MAX)
		return E_LIMIT;
	site = &h->sites[h->n_sites];
	site->http = h;
	site->trusted = trusted;
	site->daemon = MHD_start_daemon(
	    MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, on_request, site,
	    MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT,
	    (unsigned)conf->connections_max, MHD_OPTION_CONNECTION_TIMEOUT,
	    (unsigned)(conf->timeout_ms / 1000), MHD_OPTION_THREAD_POOL_SIZE,
	    ingress_threads(h->ingress), MHD_OPTION_NOTIFY_COMPLETED,
	    on_completed, NULL, MHD_OPTION_END);
	if (!site->daemon)
		return E_IO;
	h->n_sites++;
	return 0;
}

void
http_drain(struct http *h)
{
	for (size_t i = 0; i < h->n_sites; i++)
		MHD_quiesce_daemon(h->sites[i].daemon);
}
