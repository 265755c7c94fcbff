/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Preferences in Redis, or what speaks its protocol. A key for each level:
 * either a text as in a file, or a hash of which each field is a directive and
 * each line of its value one of that directive's.
 */
#include "prefs/source.h"

#ifdef HAVE_HIREDIS
#include <arpa/inet.h>
#include <errno.h>
#include <hiredis/hiredis.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/socket.h"

enum { PASSWORD_BYTES_MAX = 1024, KEY_BYTES_MAX = PREFS_NAME_MAX + 300 };

struct redis_source {
	struct prefs_source source;
	const struct conf_prefs *conf;
	struct socket_address address;
};

/* One question: the whole of it has prefs.timeout. */
struct question {
	const struct redis_source *s;
	redisContext *c;
	int64_t deadline_us;
	char *why;
};

static int
fail(struct question *q, const char *what)
{
	snprintf(q->why, PREFS_WHY, "%.60s: %.120s", q->s->conf->redis, what);
	return E_REMOTE;
}

/* ---- conversation ---- */

static struct timeval
time_left(const struct question *q)
{
	int64_t left_us = q->deadline_us - clock_mono_us();

	if (left_us < 1000)
		left_us = 1000; /* 0 would be no limit */
	return (struct timeval){ left_us / 1000000, left_us % 1000000 };
}

static int
open_connection(struct question *q)
{
	const struct sockaddr_storage *a = &q->s->address.address;
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)a;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)a;
	char host[INET6_ADDRSTRLEN];

	if (a->ss_family == AF_UNIX)
		q->c = redisConnectUnixWithTimeout(
		    ((const struct sockaddr_un *)a)->sun_path, time_left(q));
	else if (a->ss_family == AF_INET)
		q->c = redisConnectWithTimeout(
		    inet_ntop(AF_INET, &v4->sin_addr, host, sizeof host),
		    ntohs(v4->sin_port), time_left(q));
	else
		q->c = redisConnectWithTimeout(
		    inet_ntop(AF_INET6, &v6->sin6_addr, host, sizeof host),
		    ntohs(v6->sin6_port), time_left(q));
	if (!q->c || q->c->err)
		return fail(q, q->c ? q->c->errstr : "no memory");
	return 0;
}

/* A command of words. NULL: no answer came, and `why` says so. */
static redisReply *
command(struct question *q, const struct sv *words, int n)
{
	const char *texts[3];
	size_t lengths[3];
	redisReply *reply;

	for (int i = 0; i < n; i++) {
		texts[i] = words[i].p;
		lengths[i] = words[i].n;
	}
	redisSetTimeout(q->c, time_left(q));
	reply = redisCommandArgv(q->c, n, texts, lengths);
	if (!reply)
		fail(q, q->c->err ? q->c->errstr : "no answer");
	return reply;
}

/* One whose answer matters only when it is an error. */
static int
tell(struct question *q, const char *word, struct sv argument)
{
	const struct sv words[] = { sv_str(word), argument };
	redisReply *reply = command(q, words, 2);
	int result = reply ? 0 : E_REMOTE;

	if (reply && reply->type == REDIS_REPLY_ERROR)
		result = fail(q, reply->str);
	if (reply)
		freeReplyObject(reply);
	return result;
}

static int
log_in(struct question *q)
{
	const struct conf_prefs *conf = q->s->conf;
	struct buf password = BUF_INIT(PASSWORD_BYTES_MAX);
	char database[24];
	int result = 0;

	if (*conf->redis_password_file) {
		if (file_read(conf->redis_password_file, &password))
			result = fail(q, "prefs.redis_password_file cannot be "
			                 "read");
		else
			result = tell(q, "AUTH", sv_trim(buf_sv(&password)));
	}
	snprintf(database, sizeof database, "%lld",
	         (long long)conf->redis_database);
	if (result == 0 && conf->redis_database)
		result = tell(q, "SELECT", sv_str(database));
	buf_done(&password);
	return result;
}

/* ---- answers ---- */

static struct sv
text_of(const redisReply *r)
{
	return r->type == REDIS_REPLY_STRING ? sv_make(r->str, r->len) : SV("");
}

/* Hashes have no order: what clears comes first. */
static int
compare_fields(const void *a, const void *b)
{
	const struct sv clear = SV("clear_");
	struct sv fa = text_of(((redisReply *const *)a)[0]);
	struct sv fb = text_of(((redisReply *const *)b)[0]);
	int first = sv_starts(fb, clear) - sv_starts(fa, clear);

	return first ? first : sv_cmp(fa, fb);
}

static void
add_field(struct sv field, struct sv values, struct buf *lines)
{
	struct sv value;

	do {
		if (!sv_line(&values, &value))
			value = SV("");
		buf_add(lines, field);
		buf_add_char(lines, ' ');
		buf_add(lines, value);
		buf_add_char(lines, '\n');
	} while (values.n && !lines->full);
}

static void
add_hash(redisReply *hash, struct buf *lines)
{
	size_t n = hash->elements / 2;

	if (n)
		qsort(hash->element, n, 2 * sizeof *hash->element,
		      compare_fields);
	for (size_t i = 0; i < n && !lines->full; i++)
		add_field(text_of(hash->element[2 * i]),
		          text_of(hash->element[2 * i + 1]), lines);
}

static int
take_reply(struct question *q, redisReply *reply, struct buf *lines)
{
	if (reply->type == REDIS_REPLY_ERROR)
		return fail(q, reply->str);
	if (reply->type == REDIS_REPLY_ARRAY)
		add_hash(reply, lines);
	else
		buf_add(lines, text_of(reply));
	return 0;
}

static int
ask(struct question *q, struct sv key, struct buf *lines)
{
	const struct sv hash[] = { SV("HGETALL"), key };
	const struct sv text[] = { SV("GET"), key };
	redisReply *reply = command(q, hash, 2);
	int result;

	if (reply && reply->type == REDIS_REPLY_ERROR &&
	    sv_starts(sv_str(reply->str), SV("WRONGTYPE"))) {
		freeReplyObject(reply);
		reply = command(q, text, 2);
	}
	if (!reply)
		return E_REMOTE;
	result = take_reply(q, reply, lines);
	freeReplyObject(reply);
	return result;
}

/* ---- the source ---- */

static int
redis_read(struct prefs_source *source, const struct prefs_key *key,
           struct rule_sources *ret, char why[PREFS_WHY])
{
	const struct redis_source *s = (const struct redis_source *)source;
	struct buf lines = BUF_INIT((size_t)s->conf->bytes_max + 1);
	struct buf name = BUF_INIT(KEY_BYTES_MAX);
	struct question q = { .s = s, .why = why };
	int result;

	q.deadline_us = clock_mono_us() + s->conf->timeout_ms * 1000;
	buf_addf(&name, "redis:%s" SV_FMT, s->conf->redis_prefix,
	         SV_ARG(key->text.n ? key->text : SV("@GLOBAL")));
	result = open_connection(&q);
	if (result == 0)
		result = log_in(&q);
	if (result == 0)
		result = ask(&q, sv_from(buf_sv(&name), 6), &lines);
	if (q.c)
		redisFree(q.c);
	if (result == 0 && lines.n)
		rule_sources_add(ret, buf_str(&name), buf_sv(&lines));
	buf_done(&name);
	buf_done(&lines);
	return result;
}

static void
redis_free(struct prefs_source *source)
{
	free(source);
}

struct prefs_source *
prefs_redis_new(const struct conf_prefs *conf)
{
	struct redis_source *s;

	if (!*conf->redis)
		return NULL;
	s = mem_calloc(1, sizeof *s);
	s->source = (struct prefs_source){ "redis", redis_read, redis_free };
	s->conf = conf;
	if (socket_parse(sv_str(conf->redis), &s->address))
		mem_die("prefs.redis is no address");
	return &s->source;
}

#else

struct prefs_source *
prefs_redis_new(const struct conf_prefs *conf)
{
	(void)conf; /* that it has one is refused */
	return NULL;
}
#endif
