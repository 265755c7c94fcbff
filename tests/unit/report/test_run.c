/* SPDX-License-Identifier: Apache-2.0 */
/* The reporter process as a whole: in a process of its own, with a collector
 * in this one. */
#include "../unit.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/error.h"
#include "base/file.h"
#include "base/log.h"

#include "samples.h"
#include "server.h"

struct process {
	pid_t pid;
	int stop; /* writing end */
};

static struct process
process_start(struct conf *conf)
{
	struct process p;
	int ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	p.pid = fork();
	if (p.pid == 0) {
		close(ends[1]);
		log_set_level(LOG_LEVEL_ERROR);
		_exit(report_run(conf, ends[0]));
	}
	close(ends[0]);
	p.stop = ends[1];
	return p;
}

static void
process_kill(struct process *p)
{
	kill(p->pid, SIGKILL);
	waitpid(p->pid, NULL, 0);
	close(p->stop);
}

/* Asks it to end; returns how long that took. */
static int64_t
process_stop(struct process *p)
{
	int64_t start_us = clock_mono_us();
	int status;

	close(p->stop);
	waitpid(p->pid, &status, 0);
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	return (clock_mono_us() - start_us) / 1000;
}

static void
nap(long ms)
{
	const struct timespec time = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&time, NULL);
}

struct listing {
	size_t n;
	char last[UUID_TEXT + 10]; /* of the identifier that came last */
	bool descending;
};

static int
list_record(void *ctx, struct sv record)
{
	struct listing *l = ctx;
	char id[UUID_TEXT + 10];

	snprintf(id, sizeof id, SV_FMT,
	         SV_ARG(sv_sub(record, sizeof "{\"v\":\"1\",\"id\":",
	                       sizeof "{\"v\":\"1\",\"id\":" + 36)));
	if (l->n++ && strcmp(id, l->last) >= 0)
		l->descending = false;
	memcpy(l->last, id, sizeof id);
	return 0;
}

static struct listing
list(const struct conf *conf, const char *id, const char *verdict, size_t max)
{
	struct diags diags = DIAGS_INIT;
	struct listing l = { .descending = true };

	history_each(conf, id, verdict, max, list_record, &l, &diags);
	diags_done(&diags);
	return l;
}

START_TEST(history_is_fresh_ordered_and_searchable)
{
	char *dir = folder_new(), id[UUID_TEXT];
	struct buf record = BUF_INIT(4096);
	struct conf *conf = sample_conf(dir, "");
	struct process p;
	struct listing l = { 0 };

	sample_spool(conf, 0, 1000);
	p = process_start(conf);
	for (int i = 0; i < 100 && l.n < 1000; i++, nap(50))
		l = list(conf, NULL, NULL, 5000);
	ck_assert_uint_eq(l.n, 1000);
	ck_assert(l.descending);
	sample_spool(conf, 1000, 1001);
	sample_record(1000, id, &record);
	for (int i = 0; i < 40 && strcmp(l.last, id) != 0; i++, nap(50))
		l = list(conf, NULL, NULL, 1);
	ck_assert_str_eq(l.last, id);
	ck_assert_uint_eq(list(conf, id, NULL, 9).n, 1);
	id[35] = '\0'; /* the last digit: others have this beginning, or not */
	ck_assert_uint_eq(list(conf, id, NULL, 9).n, 1);
	id[8] = '\0';
	ck_assert_uint_eq(list(conf, id, NULL, 9).n, 0);
	ck_assert_uint_eq(list(conf, "0", NULL, 9).n, 0);
	ck_assert_uint_eq(list(conf, "aaaaaaaa' OR 1", NULL, 9).n, 0);
	ck_assert_uint_eq(list(conf, NULL, "suspected", 5000).n, 250);
	ck_assert_uint_eq(list(conf, NULL, NULL, 7).n, 7);
	process_stop(&p);
	buf_done(&record);
	conf_unref(conf);
	folder_remove(dir);
}
END_TEST

START_TEST(history_keeps_the_newest_and_no_record_twice)
{
	char *dir = folder_new(), cursor[200];
	struct conf *conf = sample_conf(dir, "report { history_max = 100; }");
	struct process p;

	sample_spool(conf, 0, 250);
	p = process_start(conf);
	ck_assert_int_eq(report_flush(conf, 10000), 0);
	process_stop(&p);
	ck_assert_uint_eq(list(conf, NULL, NULL, 5000).n, 100);
	/* the same records once more, as after a crash */
	snprintf(cursor, sizeof cursor, "%s/spool/cursors/history", dir);
	ck_assert_int_eq(unlink(cursor), 0);
	p = process_start(conf);
	ck_assert_int_eq(report_flush(conf, 10000), 0);
	process_stop(&p);
	ck_assert_uint_eq(list(conf, NULL, NULL, 5000).n, 100);
	conf_unref(conf);
	folder_remove(dir);
}
END_TEST

static size_t
count_lines(const char *path)
{
	struct buf text = BUF_INIT(64 << 20);
	size_t n = 0;

	if (file_read(path, &text) == 0)
		for (size_t i = 0; i < text.n; i++)
			n += text.p[i] == '\n';
	buf_done(&text);
	return n;
}

START_TEST(the_file_follows_a_rename)
{
	char *dir = folder_new(), more[200], path[100], old[100];
	struct conf *conf;
	struct process p;

	snprintf(path, sizeof path, "%s/verdicts.json", dir);
	snprintf(old, sizeof old, "%s/verdicts.json.1", dir);
	snprintf(more, sizeof more, "report { file = %s; history = no; }",
	         path);
	conf = sample_conf(dir, more);
	p = process_start(conf);
	sample_spool(conf, 0, 30);
	ck_assert_int_eq(report_flush(conf, 10000), 0);
	ck_assert_uint_eq(count_lines(path), 30);
	ck_assert_int_eq(rename(path, old), 0);
	sample_spool(conf, 30, 50);
	ck_assert_int_eq(report_flush(conf, 10000), 0);
	ck_assert_uint_eq(count_lines(path), 20);
	ck_assert_uint_eq(count_lines(old), 30);
	process_stop(&p);
	p = process_start(conf); /* nothing is written again */
	sample_spool(conf, 50, 51);
	process_stop(&p);
	ck_assert_uint_eq(count_lines(path), 21);
	conf_unref(conf);
	folder_remove(dir);
}
END_TEST

START_TEST(stopping_delivers_and_is_quick_even_when_nobody_answers)
{
	char *dir = folder_new(), more[200];
	struct server server;
	struct conf *conf;
	struct process p;

	server_start(&server);
	snprintf(more, sizeof more,
	         "report { http_url = \"%s\"; http_interval = 1h; }",
	         server.url);
	conf = sample_conf(dir, more);
	p = process_start(conf);
	sample_spool(conf, 0, 20);
	nap(300);
	ck_assert_int_lt(process_stop(&p), 2500);
	ck_assert_uint_eq(server.collector.items, 20);
	server_set_answer(&server, ANSWER_HANG);
	p = process_start(conf);
	sample_spool(conf, 20, 30);
	nap(300);
	ck_assert_int_lt(process_stop(&p), 2500);
	ck_assert_uint_eq(server.collector.items, 20);
	server_set_answer(&server, ANSWER_TAKE);
	p = process_start(conf);
	ck_assert_int_eq(report_flush(conf, 10000), 0);
	process_stop(&p);
	ck_assert_uint_eq(server.collector.items, 30);
	server_stop(&server);
	conf_unref(conf);
	folder_remove(dir);
}
END_TEST

START_TEST(segments_go_when_all_have_passed_them)
{
	char *dir = folder_new(), spool[4096], command[4200];
	struct conf *conf = sample_conf(
	    dir, "report { segment_bytes = 64k; spool_bytes_max = 64M; }");
	struct process p;

	spool_path(conf, spool, sizeof spool);
	sample_spool(conf, 0, 1000); /* about 570 kB */
	p = process_start(conf);
	ck_assert_int_eq(report_flush(conf, 10000), 0);
	nap(1500);
	process_stop(&p);
	snprintf(command, sizeof command, "test $(ls %s/*.ndjson | wc -l) = 1",
	         spool);
	ck_assert_int_eq(system(command), 0);
	ck_assert_uint_eq(list(conf, NULL, NULL, 5000).n, 1000);
	conf_unref(conf);
	folder_remove(dir);
}
END_TEST

/* The collector is unreachable; the spool has a bound; then it is back. */
static int
add_size(void *ctx, const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0)
		*(int64_t *)ctx += st.st_size;
	return 0;
}

/* Waits until the reporter has brought the spool below its bound again: the
 * writers' own bound, twice that, is not what is tested here. */
static void
wait_for_room(const struct conf *conf)
{
	char dir[512];

	spool_path(conf, dir, sizeof dir);
	for (int i = 0; i < 400; i++, nap(50)) {
		int64_t bytes = 0;

		if (file_walk(dir, ".ndjson", add_size, &bytes) == 0 &&
		    bytes <= conf->report.spool_bytes_max + (64 << 10))
			return;
	}
	ck_abort_msg("the spool stays above its bound");
}

START_TEST(beyond_the_bound_the_oldest_go_and_are_told)
{
	char *dir = folder_new(), more[300];
	struct server server;
	struct conf *conf;
	struct process p;

	server_start(&server);
	server_set_answer(&server, 500);
	snprintf(more, sizeof more,
	         "report { http_url = \"%s\"; http_interval = 100ms;"
	         " segment_bytes = 64k; spool_bytes_max = 1M; }",
	         server.url);
	conf = sample_conf(dir, more);
	p = process_start(conf);
	for (unsigned i = 0; i < 8; i++, nap(250)) {
		wait_for_room(conf);
		sample_spool(conf, i * 500, i * 500 + 500); /* 280 kB */
	}
	server_set_answer(&server, ANSWER_TAKE);
	ck_assert_int_eq(report_flush(conf, 20000), 0);
	sample_spool(conf, 4000, 4001);
	ck_assert_int_eq(report_flush(conf, 20000), 0);
	process_stop(&p);
	ck_assert_uint_gt(server.collector.lost, 500);
	ck_assert_uint_eq(server.collector.items + server.collector.lost, 4001);
	server_stop(&server);
	conf_unref(conf);
	folder_remove(dir);
}
END_TEST

/* There is no reporter, so writers lose at twice the bound; then there is one,
 * and it drops what is above the bound, and no record follows. */
START_TEST(what_writers_lost_is_told_without_another_record)
{
	char *dir = folder_new(), more[300], path[512], id[UUID_TEXT];
	struct buf record = BUF_INIT(4096);
	struct server server;
	struct conf *conf;
	struct process p;
	struct spool *s;
	unsigned lost = 0;

	server_start(&server);
	snprintf(more, sizeof more,
	         "report { http_url = \"%s\"; http_interval = 100ms;"
	         " segment_bytes = 64k; spool_bytes_max = 1M; }",
	         server.url);
	conf = sample_conf(dir, more);
	s = spool_open(spool_path(conf, path, sizeof path), &conf->report);
	for (unsigned i = 0; i < 5000; i++) {
		sample_record(i, id, &record);
		lost += spool_append(s, buf_sv(&record)) != 0;
	}
	spool_close(s);
	buf_done(&record);
	ck_assert_uint_gt(lost, 100);
	p = process_start(conf);
	for (int i = 0;
	     i < 200 && server.collector.items + server.collector.lost < 5000;
	     i++, nap(50))
		;
	process_stop(&p);
	ck_assert_uint_ge(server.collector.lost, lost);
	ck_assert_uint_eq(server.collector.items + server.collector.lost, 5000);
	server_stop(&server);
	conf_unref(conf);
	folder_remove(dir);
}
END_TEST

START_TEST(kills_and_a_flaky_collector_do_not_change_the_sum)
{
	char *dir = folder_new(), more[300];
	struct server server;
	struct conf *conf;
	struct process p;
	unsigned appended = 0;

	server_start(&server);
	server_set_answer(&server, ANSWER_FLAKY);
	snprintf(more, sizeof more,
	         "report { http_url = \"%s\"; http_interval = 100ms;"
	         " http_retry_max = 1s; http_timeout = 1s;"
	         " segment_bytes = 64k; }",
	         server.url);
	conf = sample_conf(dir, more);
	for (int round = 0; round < 15; round++) {
		p = process_start(conf);
		for (int i = 0; i < 3; i++, nap(20 + 37 * (round % 5))) {
			sample_spool(conf, appended, appended + 70);
			appended += 70;
		}
		process_kill(&p);
	}
	server_set_answer(&server, ANSWER_TAKE);
	p = process_start(conf);
	ck_assert_int_eq(report_flush(conf, 20000), 0);
	process_stop(&p);
	ck_assert_uint_eq(server.collector.items, appended);
	ck_assert_uint_eq(server.collector.lost, 0);
	ck_assert_uint_gt(server.collector.batches, 5);
	ck_assert_uint_eq(list(conf, NULL, NULL, 99999).n, appended);
	server_stop(&server);
	conf_unref(conf);
	folder_remove(dir);
}
END_TEST

START_TEST(the_status_says_how_each_reporter_is)
{
	char *dir = folder_new(), *text = NULL;
	struct conf *conf =
	    sample_conf(dir, "report { http_url = \"http://127.0.0.1:9\"; "
	                     "http_interval = 100ms; }");
	struct process p;
	size_t size;
	FILE *out;

	ck_assert_int_eq(report_status_print(conf, false, stdout), E_IO);
	p = process_start(conf);
	sample_spool(conf, 0, 10);
	ck_assert_int_eq(report_flush(conf, 1500), E_STATE);
	for (int json = 0; json < 2; json++) {
		out = open_memstream(&text, &size);
		ck_assert_int_eq(report_status_print(conf, json, out), 0);
		fclose(out);
		ck_assert_ptr_nonnull(strstr(text, "history"));
		ck_assert_ptr_nonnull(strstr(text, "http"));
		ck_assert_ptr_nonnull(strstr(
		    text, json ? "\"backlog_records\":10" : "10 records"));
		ck_assert_ptr_nonnull(
		    strstr(text, json ? "\"failures\"" : "failing"));
		ck_assert_ptr_nonnull(strstr(text, "127.0.0.1"));
		free(text);
	}
	process_stop(&p);
	out = open_memstream(&text, &size);
	ck_assert_int_eq(report_status_print(conf, false, out), 0);
	fclose(out);
	ck_assert_ptr_nonnull(strstr(text, "no reporter process"));
	free(text);
	conf_unref(conf);
	folder_remove(dir);
}
END_TEST

UNIT_MAIN("run", history_is_fresh_ordered_and_searchable,
          history_keeps_the_newest_and_no_record_twice,
          the_file_follows_a_rename,
          stopping_delivers_and_is_quick_even_when_nobody_answers,
          segments_go_when_all_have_passed_them,
          beyond_the_bound_the_oldest_go_and_are_told,
          what_writers_lost_is_told_without_another_record,
          kills_and_a_flaky_collector_do_not_change_the_sum,
          the_status_says_how_each_reporter_is)
