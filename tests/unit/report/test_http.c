/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include <curl/curl.h>
#include <fcntl.h>

#include "base/error.h"
#include "base/file.h"
#include "report/pack.h"
#include "report/reporter.h"

#include "samples.h"
#include "server.h"

/* A server, a reporter for it and one package of 10 records. */
struct pair {
	char *dir;
	struct server server;
	struct conf *conf;
	void *http;
	_Atomic int64_t stop_ms;
	struct cursor cursor;
	char why[REPORTER_WHY];
	int64_t wait_ms;
};

static void
make_package(struct pair *p)
{
	struct place at = { 0 };
	struct tally *tally;
	struct range range;
	char spool[4096];

	sample_spool(p->conf, 0, 10);
	tally = tally_new(spool_path(p->conf, spool, sizeof spool));
	tally_update(tally);
	range_init(&range);
	cursor_init(&p->cursor);
	ck_assert_int_eq(range_read(tally, &at, 100, &range), 0);
	ck_assert_int_eq(pack_range(p->conf, sample_own(p->conf, REPORTER_HTTP),
	                            &p->cursor, &range),
	                 0);
	range_done(&range);
	tally_free(tally);
}

static void
pair_init(struct pair *p)
{
	char more[500], token[100];

	*p = (struct pair){ .dir = folder_new() };
	server_start(&p->server);
	snprintf(token, sizeof token, "%s/token", p->dir);
	ck_assert_int_eq(file_replace(token, SV("s3cret\nmore\n"), 0600), 0);
	snprintf(more, sizeof more,
	         "report { http_url = \"%s/\"; http_timeout = 2s;"
	         " http_token_file = %s; }",
	         p->server.url, token);
	p->conf = sample_conf(p->dir, more);
	p->http = http_kind.open(
	    &(struct reporter_setup){
		p->conf, sample_own(p->conf, REPORTER_HTTP), &p->stop_ms },
	    p->why);
	ck_assert_msg(p->http, "%s", p->why);
	make_package(p);
}

static void
pair_done(struct pair *p)
{
	http_kind.close(p->http);
	server_stop(&p->server);
	cursor_done(&p->cursor);
	conf_unref(p->conf);
	folder_remove(p->dir);
}

static enum sent
pair_send(struct pair *p)
{
	p->wait_ms = 0;
	return http_kind.send(p->http, &p->cursor.package, &p->wait_ms, p->why);
}

START_TEST(a_batch_goes_with_its_key_and_the_token)
{
	struct pair p;

	pair_init(&p);
	ck_assert_int_eq(pair_send(&p), SENT_DONE);
	ck_assert_str_eq(p.server.path, "/v1/batches");
	ck_assert_str_eq(p.server.token, "Bearer s3cret");
	ck_assert_str_eq(p.server.encoding, "zstd");
	ck_assert_str_eq(p.server.key, p.cursor.package.id);
	ck_assert_int_eq(pair_send(&p), SENT_DONE);
	ck_assert_uint_eq(p.server.collector.items, 10);
	ck_assert_uint_eq(p.server.collector.repeats, 1);
	pair_done(&p);
}
END_TEST

static const struct {
	int status;
	const char *after;
	enum sent sent;
	int64_t wait_ms;
} answers[] = {
	{ 200, NULL, SENT_DONE, 0 },          { 201, NULL, SENT_DONE, 0 },
	{ 400, NULL, SENT_REFUSED, 0 },       { 409, NULL, SENT_REFUSED, 0 },
	{ 413, NULL, SENT_REFUSED, 0 },       { 422, NULL, SENT_REFUSED, 0 },
	{ 401, NULL, SENT_LATER, 0 },         { 404, NULL, SENT_LATER, 0 },
	{ 500, "7", SENT_LATER, 0 },          { 429, "7", SENT_LATER, 7000 },
	{ 503, "2", SENT_LATER, 2000 },       { 503, NULL, SENT_LATER, 0 },
	{ 503, "99999", SENT_LATER, 300000 }, /* http_retry_max */
	{ 302, NULL, SENT_LATER, 0 },         { 204, NULL, SENT_LATER, 0 },
};

START_TEST(each_status_has_its_meaning)
{
	struct pair p;

	pair_init(&p);
	p.server.text = "{\"pointer\":\"/node\"}\r\n\x1b[2J";
	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
		char start[40];
		enum sent sent;

		pthread_mutex_lock(&p.server.mutex);
		p.server.answer = answers[i].status;
		p.server.after = answers[i].after;
		pthread_mutex_unlock(&p.server.mutex);
		sent = pair_send(&p);
		ck_assert_msg(sent == answers[i].sent &&
		                  p.wait_ms == answers[i].wait_ms,
		              "%d gives %d, wait %d", answers[i].status,
		              (int)sent, (int)p.wait_ms);
		snprintf(start, sizeof start, "HTTP %d", answers[i].status);
		ck_assert_int_eq(strncmp(p.why, start, 8), 0);
		if (answers[i].status != 204)
			ck_assert_str_eq(p.why + 8,
			                 ": {\"pointer\":\"/node\"}   [2J");
		ck_assert_ptr_null(strstr(p.why, "s3cret"));
	}
	pair_done(&p);
}
END_TEST

START_TEST(silence_and_a_closed_door_mean_later)
{
	struct pair p;
	int64_t start_us;

	pair_init(&p);
	server_set_answer(&p.server, ANSWER_DROP);
	ck_assert_int_eq(pair_send(&p), SENT_LATER);
	ck_assert_str_ne(p.why, "");
	server_set_answer(&p.server, ANSWER_TAKE);
	ck_assert_int_eq(pair_send(&p), SENT_DONE);
	ck_assert_uint_eq(p.server.collector.items, 10);
	server_set_answer(&p.server, ANSWER_HANG);
	p.stop_ms = clock_mono_us() / 1000 + 200;
	start_us = clock_mono_us();
	ck_assert_int_eq(pair_send(&p), SENT_LATER);
	ck_assert_int_lt(clock_mono_us() - start_us, 1900000);
	pair_done(&p);
}
END_TEST

START_TEST(without_a_token_nothing_is_sent)
{
	char path[100];
	struct pair p;

	pair_init(&p);
	snprintf(path, sizeof path, "%s/token", p.dir);
	ck_assert_int_eq(file_replace(path, SV("\n"), 0600), 0);
	ck_assert_int_eq(pair_send(&p), SENT_LATER);
	unlink(path);
	ck_assert_int_eq(pair_send(&p), SENT_LATER);
	ck_assert_ptr_nonnull(strstr(p.why, path));
	ck_assert_uint_eq(p.server.requests, 0);
	ck_assert_int_eq(file_replace(path, SV("other"), 0600), 0);
	ck_assert_int_eq(pair_send(&p), SENT_DONE);
	ck_assert_str_eq(p.server.token, "Bearer other");
	pair_done(&p);
}
END_TEST

static const struct {
	const char *url;
	bool ok;
} urls[] = {
	{ "https://feed.example.org", true },
	{ "https://feed.example.org:8443/base/", true },
	{ "http://127.0.0.1:8790", true },
	{ "http://[::1]:8790", true },
	{ "http://localhost:8790/", true },
	{ "http://localhost:8790@feed.example.org", false },
};

START_TEST(plain_http_goes_to_this_machine_only)
{
	char *dir = folder_new();

	for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
		char more[200], why[REPORTER_WHY] = "";
		_Atomic int64_t stop_ms = 0;
		struct conf *conf;
		void *http;

		snprintf(more, sizeof more, "report { http_url = \"%s\"; }",
		         urls[i].url);
		conf = sample_conf(dir, more);
		http = http_kind.open(
		    &(struct reporter_setup){
			conf, sample_own(conf, REPORTER_HTTP), &stop_ms },
		    why);
		ck_assert_msg((http != NULL) == urls[i].ok, "%s: %s",
		              urls[i].url, why);
		if (http)
			http_kind.close(http);
		conf_unref(conf);
	}
	folder_remove(dir);
}
END_TEST

UNIT_MAIN("http", a_batch_goes_with_its_key_and_the_token,
          each_status_has_its_meaning, silence_and_a_closed_door_mean_later,
          without_a_token_nothing_is_sent, plain_http_goes_to_this_machine_only)
