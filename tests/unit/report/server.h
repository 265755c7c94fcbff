/* SPDX-License-Identifier: Apache-2.0 */
/* An HTTP server on loopback that answers as the test says, and gives what
 * it takes to a collector. */
#ifndef TESTS_REPORT_SERVER_H
#define TESTS_REPORT_SERVER_H

#include <microhttpd.h>
#include <pthread.h>
#include <unistd.h>

#include "base/buf.h"

#include "collector.h"

enum {
	ANSWER_TAKE = 0,  /* 201 or 200 */
	ANSWER_DROP = 1,  /* take it, and close without a word */
	ANSWER_HANG = 2,  /* say nothing for a second */
	ANSWER_FLAKY = 3, /* any of the others, by turns */
};

struct server {
	struct MHD_Daemon *daemon;
	char url[64];
	pthread_mutex_t mutex; /* for all below */
	struct collector collector;
	int answer;        /* one of the above, or a status */
	const char *text;  /* of an answer by status */
	const char *after; /* Retry-After, or NULL */
	unsigned requests;
	char token[100], key[400], encoding[20], path[100];
};

static inline void
server_keep(char *to, size_t size, struct MHD_Connection *c, const char *name)
{
	const char *value =
	    MHD_lookup_connection_value(c, MHD_HEADER_KIND, name);

	snprintf(to, size, "%s", value ? value : "");
}

static inline enum MHD_Result
server_say(struct MHD_Connection *c, unsigned status, const char *text,
           const char *after)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(
	    strlen(text), (void *)(uintptr_t)text, MHD_RESPMEM_MUST_COPY);
	enum MHD_Result result;

	if (after)
		MHD_add_response_header(r, "Retry-After", after);
	result = MHD_queue_response(c, status, r);
	MHD_destroy_response(r);
	return result;
}

static inline int
server_turn(unsigned n)
{
	static const int turns[] = { 0,   ANSWER_DROP, 503,         0,
		                     500, ANSWER_HANG, ANSWER_DROP, 429 };

	return turns[n % (sizeof turns / sizeof *turns)];
}

static inline enum MHD_Result
server_answer(struct server *s, struct MHD_Connection *c, const char *url,
              struct buf *body)
{
	int answer;
	bool is_new = false;

	pthread_mutex_lock(&s->mutex);
	answer =
	    s->answer == ANSWER_FLAKY ? server_turn(s->requests) : s->answer;
	s->requests++;
	snprintf(s->path, sizeof s->path, "%s", url);
	server_keep(s->token, sizeof s->token, c, "Authorization");
	server_keep(s->key, sizeof s->key, c, "Idempotency-Key");
	server_keep(s->encoding, sizeof s->encoding, c, "Content-Encoding");
	if (answer == ANSWER_TAKE || answer == ANSWER_DROP)
		is_new =
		    collector_take(&s->collector, sv_str(s->key), buf_sv(body));
	pthread_mutex_unlock(&s->mutex);
	if (answer == ANSWER_HANG)
		sleep(1);
	if (answer == ANSWER_HANG || answer == ANSWER_DROP)
		return MHD_NO;
	return server_say(c,
	                  answer   ? (unsigned)answer
	                  : is_new ? 201
	                           : 200,
	                  s->text ? s->text : "", s->after);
}

static enum MHD_Result
server_handle(void *ctx, struct MHD_Connection *c, const char *url,
              const char *method, const char *version, const char *data,
              size_t *size, void **req)
{
	struct server *s = ctx;
	struct buf *body = *req;

	(void)method, (void)version;
	if (!body) {
		body = *req = calloc(1, sizeof *body);
		buf_init(body, 16 << 20);
		return MHD_YES;
	}
	if (*size) {
		buf_add(body, sv_make(data, *size));
		*size = 0;
		return MHD_YES;
	}
	return server_answer(s, c, url, body);
}

static void
server_forget(void *ctx, struct MHD_Connection *c, void **req,
              enum MHD_RequestTerminationCode code)
{
	(void)ctx, (void)c, (void)code;
	if (*req) {
		buf_done(*req);
		free(*req);
	}
	*req = NULL;
}

static inline void
server_start(struct server *s)
{
	const union MHD_DaemonInfo *info;

	*s = (struct server){ 0 };
	pthread_mutex_init(&s->mutex, NULL);
	collector_init(&s->collector);
	s->daemon = MHD_start_daemon(
	    MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION, 0,
	    NULL, NULL, server_handle, s, MHD_OPTION_NOTIFY_COMPLETED,
	    server_forget, NULL, MHD_OPTION_END);
	ck_assert_ptr_nonnull(s->daemon);
	info = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT);
	snprintf(s->url, sizeof s->url, "http://127.0.0.1:%u", info->port);
}

static inline void
server_set_answer(struct server *s, int answer)
{
	pthread_mutex_lock(&s->mutex);
	s->answer = answer;
	pthread_mutex_unlock(&s->mutex);
}

static inline void
server_stop(struct server *s)
{
	MHD_stop_daemon(s->daemon);
	collector_done(&s->collector);
	pthread_mutex_destroy(&s->mutex);
}

#endif
