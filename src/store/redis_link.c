/* SPDX-License-Identifier: Apache-2.0 */
#include "store/redis_link.h"

#include <stdio.h>

#include "base/error.h"
#include "base/mem.h"

void
redis_server_init(struct redis_server *s, const char *name,
                  const char *password_file, int64_t database)
{
	*s = (struct redis_server){ .name = name,
		                    .password_file = password_file,
		                    .database = database };
	if (socket_parse(sv_str(name), &s->address))
		mem_die("the address of Redis is none");
}

#ifdef HAVE_HIREDIS
#include <arpa/inet.h>
#include <hiredis/hiredis.h>
#include <hiredis/sds.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/vec.h"

enum {
	PASSWORD_BYTES_MAX = 1024,
	ANSWER_BYTES_MAX = 16 << 20, /* not read yet */
	LIST_MAX = 1 << 20,
};

struct redis_link {
	const struct redis_server *server;
	redisContext *c;
	redisReplyObjectFunctions functions, *stock;
	int64_t deadline_us;
	redisReply *reply; /* that the last answer refers to */
	VEC(struct sv) list;
};

static int
fail(const struct redis_server *s, const char *what, char why[REDIS_WHY])
{
	snprintf(why, REDIS_WHY, "%.60s: %.120s", s->name, what);
	return E_REMOTE;
}

static struct timeval
time_left(int64_t deadline_us)
{
	int64_t left_us = deadline_us - clock_mono_us();

	if (left_us < 1000)
		left_us = 1000; /* 0 would be no limit */
	return (struct timeval){ left_us / 1000000, left_us % 1000000 };
}

/* ---- sending and receiving ---- */

void
redis_link_deadline(struct redis_link *l, int64_t deadline_us)
{
	l->deadline_us = deadline_us;
}

void
redis_link_send(struct redis_link *l, const struct sv *words, size_t n)
{
	const char *texts[REDIS_WORDS_MAX];
	size_t lengths[REDIS_WORDS_MAX];

	if (n > REDIS_WORDS_MAX)
		mem_die("too many words for Redis");
	for (size_t i = 0; i < n; i++) {
		texts[i] = words[i].p ? words[i].p : "";
		lengths[i] = words[i].n;
	}
	redisAppendCommandArgv(l->c, (int)n, texts, lengths);
}

/* hiredis writes without asking for no signal when nobody reads. */
static int
write_all(struct redis_link *l, char why[REDIS_WHY])
{
	const struct timespec at_once = { 0, 0 };
	sigset_t pipe, before;
	int done = 0, result = 0;

	sigemptyset(&pipe);
	sigaddset(&pipe, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &pipe, &before);
	while (!done && result == 0)
		if (redisBufferWrite(l->c, &done) != REDIS_OK)
			result = fail(l->server, l->c->errstr, why);
	if (result && !sigismember(&before, SIGPIPE))
		sigtimedwait(&pipe, NULL, &at_once);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return result;
}

/* As redisGetReply(), with our limits. */
static int
next_reply(struct redis_link *l, char why[REDIS_WHY])
{
	void *reply = NULL;

	while (redisGetReplyFromReader(l->c, &reply) == REDIS_OK && !reply) {
		if (l->c->reader->len > ANSWER_BYTES_MAX)
			return fail(l->server, "the answer is too long", why);
		if (clock_mono_us() > l->deadline_us)
			return fail(l->server, "no answer in time", why);
		redisSetTimeout(l->c, time_left(l->deadline_us));
		if (sdslen(l->c->obuf) && write_all(l, why))
			return E_REMOTE;
		if (redisBufferRead(l->c) != REDIS_OK)
			return fail(l->server, l->c->errstr, why);
	}
	if (!reply)
		return fail(l->server, l->c->errstr, why);
	l->reply = reply;
	return 0;
}

static void
flatten(struct redis_link *l, redisReply *list, struct redis_answer *ret)
{
	for (size_t i = 0; i < list->elements; i++) {
		redisReply *e = list->element[i];

		if (e->type == REDIS_REPLY_ARRAY) {
			flatten(l, e, ret); /* hiredis allows no deep ones */
			continue;
		}
		ret->has_refusal |= e->type == REDIS_REPLY_ERROR;
		*VEC_ADD(&l->list) = e->type == REDIS_REPLY_STRING ||
		                             e->type == REDIS_REPLY_STATUS
		                         ? sv_make(e->str, e->len)
		                         : SV_NONE;
	}
}

int
redis_link_receive(struct redis_link *l, struct redis_answer *ret,
                   char why[REDIS_WHY])
{
	redisReply *r;

	*ret = (struct redis_answer){ .kind = REDIS_NOTHING };
	if (l->reply)
		freeReplyObject(l->reply);
	l->reply = NULL;
	l->list.n = 0;
	if (next_reply(l, why))
		return E_REMOTE;
	r = l->reply;
	switch (r->type) {
	case REDIS_REPLY_ERROR:
	case REDIS_REPLY_STRING:
	case REDIS_REPLY_STATUS:
		ret->kind =
		    r->type == REDIS_REPLY_ERROR ? REDIS_REFUSAL : REDIS_TEXT;
		ret->text = sv_make(r->str, r->len);
		break;
	case REDIS_REPLY_INTEGER:
		ret->kind = REDIS_NUMBER;
		ret->number = r->integer;
		break;
	case REDIS_REPLY_ARRAY:
		ret->kind = REDIS_LIST;
		flatten(l, r, ret);
		ret->list = l->list.list;
		ret->n = l->list.n;
		break;
	default:
		break;
	}
	return 0;
}

/* ---- opening ---- */

/* hiredis would make room for as many as the server says there are. */
static void *
create_array(const redisReadTask *task, int elements)
{
	const redisReplyObjectFunctions *stock = task->privdata;

	return elements > LIST_MAX ? NULL : stock->createArray(task, elements);
}

static redisContext *
connect_to(const struct redis_server *s, int64_t deadline_us)
{
	const struct sockaddr_storage *a = &s->address.address;
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)a;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)a;
	struct timeval left = time_left(deadline_us);
	char host[INET6_ADDRSTRLEN];

	if (a->ss_family == AF_UNIX)
		return redisConnectUnixWithTimeout(
		    ((const struct sockaddr_un *)a)->sun_path, left);
	if (a->ss_family == AF_INET)
		return redisConnectWithTimeout(
		    inet_ntop(AF_INET, &v4->sin_addr, host, sizeof host),
		    ntohs(v4->sin_port), left);
	return redisConnectWithTimeout(
	    inet_ntop(AF_INET6, &v6->sin6_addr, host, sizeof host),
	    ntohs(v6->sin6_port), left);
}

/* A command whose answer matters only when it is an error. */
static int
tell(struct redis_link *l, const char *word, struct sv argument,
     char why[REDIS_WHY])
{
	struct redis_answer answer;

	REDIS_SEND(l, sv_str(word), argument);
	if (redis_link_receive(l, &answer, why))
		return E_REMOTE;
	if (answer.kind == REDIS_REFUSAL)
		return fail(l->server, answer.text.p, why);
	return 0;
}

static int
log_in(struct redis_link *l, char why[REDIS_WHY])
{
	const struct redis_server *s = l->server;
	struct buf password = BUF_INIT(PASSWORD_BYTES_MAX);
	char database[24];
	int result = 0;

	if (*s->password_file) {
		if (file_read(s->password_file, &password))
			result = fail(s,
			              "the file of its password cannot be "
			              "read",
			              why);
		else
			result =
			    tell(l, "AUTH", sv_trim(buf_sv(&password)), why);
	}
	snprintf(database, sizeof database, "%lld", (long long)s->database);
	if (result == 0 && s->database)
		result = tell(l, "SELECT", sv_str(database), why);
	buf_done(&password);
	return result;
}

struct redis_link *
redis_link_open(const struct redis_server *server, int64_t deadline_us,
                char why[REDIS_WHY])
{
	struct redis_link *l = mem_calloc(1, sizeof *l);

	l->server = server;
	l->deadline_us = deadline_us;
	l->c = connect_to(server, deadline_us);
	if (!l->c || l->c->err) {
		fail(server, l->c ? l->c->errstr : "no memory", why);
		redis_link_close(l);
		return NULL;
	}
	l->stock = l->c->reader->fn;
	l->functions = *l->stock;
	l->functions.createArray = create_array;
	l->c->reader->fn = &l->functions;
	l->c->reader->privdata = l->stock;
	if (log_in(l, why)) {
		redis_link_close(l);
		return NULL;
	}
	return l;
}

void
redis_link_close(struct redis_link *l)
{
	if (!l)
		return;
	if (l->reply)
		freeReplyObject(l->reply);
	if (l->c)
		redisFree(l->c);
	VEC_DONE(&l->list);
	free(l);
}

#else

struct redis_link *
redis_link_open(const struct redis_server *server, int64_t deadline_us,
                char why[REDIS_WHY])
{
	(void)deadline_us;
	snprintf(why, REDIS_WHY, "%.60s: this build has no Redis",
	         server->name);
	return NULL;
}

void
redis_link_close(struct redis_link *l)
{
	(void)l;
}

void
redis_link_deadline(struct redis_link *l, int64_t deadline_us)
{
	(void)l;
	(void)deadline_us;
}

void
redis_link_send(struct redis_link *l, const struct sv *words, size_t n)
{
	(void)l;
	(void)words;
	(void)n;
}

int
redis_link_receive(struct redis_link *l, struct redis_answer *ret,
                   char why[REDIS_WHY])
{
	(void)l;
	(void)ret;
	(void)why;
	return E_REMOTE;
}
#endif
