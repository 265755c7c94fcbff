/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/file.h"
#include "report/report.h"
#include "report/segment.h"
#include "report/tally.h"

#include "folder.h"

static const struct conf_report usual = {
	.spool_bytes_max = 1 << 30,
	.segment_bytes = 1 << 20,
};

/* What a folder holds: lines by their kind, and which records came. */
struct content {
	size_t segments, records, bad;
	unsigned char seen[8][2000]; /* of records "WRITER NUMBER" */
};

static void
read_segment(const char *dir, uint64_t number, struct content *c)
{
	struct buf path = BUF_INIT(4096), text = BUF_INIT(64 << 20);
	char name[SEGMENT_NAME];
	struct sv rest, line, record, word;

	buf_addf(&path, "%s/%s", dir, segment_name(number, name));
	ck_assert_int_eq(file_read(buf_str(&path), &text), 0);
	rest = buf_sv(&text);
	while (sv_split(&rest, '\n', &line)) {
		uint64_t writer, n;

		if (line.n == 0 && rest.n == 0)
			break;
		if (!segment_line(line, &record)) {
			c->bad++;
			continue;
		}
		c->records++;
		if (!sv_word(&record, &word) || !sv_u64(word, &writer) ||
		    !sv_word(&record, &word) || !sv_u64(word, &n))
			continue;
		c->seen[writer][n]++;
	}
	buf_done(&path);
	buf_done(&text);
}

static struct content *
read_folder(const char *dir)
{
	struct content *c = calloc(1, sizeof *c);
	struct segment *list;
	size_t n;

	ck_assert_int_eq(segment_list(dir, &list, &n), 0);
	c->segments = n;
	for (size_t i = 0; i < n; i++)
		read_segment(dir, list[i].number, c);
	free(list);
	return c;
}

START_TEST(folder_and_files_are_private)
{
	char *dir = folder_new(), path[64];
	struct content *c;
	struct spool *s;
	struct stat st;

	snprintf(path, sizeof path, "%s/spool", dir);
	s = spool_open(path, &usual);
	ck_assert_ptr_nonnull(s);
	ck_assert_int_eq(spool_append(s, SV("{\"a\":1}")), 0);
	spool_close(s);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0700);
	c = read_folder(path);
	ck_assert_uint_eq(c->records, 1);
	ck_assert_uint_eq(c->bad, 0);
	free(c);
	folder_remove(dir);
}
END_TEST

START_TEST(records_that_would_break_the_form_are_refused)
{
	char *dir = folder_new(), *large = calloc(1, SEGMENT_RECORD_MAX + 1);
	struct spool *s = spool_open(dir, &usual);

	memset(large, 'x', SEGMENT_RECORD_MAX + 1);
	ck_assert_int_eq(spool_append(s, SV("a\nb")), E_SYNTAX);
	ck_assert_int_eq(spool_append(s, SV("")), E_SYNTAX);
	ck_assert_int_eq(
	    spool_append(s, sv_make(large, SEGMENT_RECORD_MAX + 1)), E_LIMIT);
	ck_assert_int_eq(spool_append(s, sv_make(large, SEGMENT_RECORD_MAX)),
	                 0);
	spool_close(s);
	free(large);
	folder_remove(dir);
}
END_TEST

START_TEST(a_spool_without_a_place_says_why)
{
	errno = 0;
	ck_assert_ptr_null(spool_open("/dev/null/spool", &usual));
	ck_assert_int_eq(errno, ENOTDIR);
}
END_TEST

struct writer {
	struct spool *spool;
	int id;
};

static void *
write_many(void *ctx)
{
	const struct writer *w = ctx;
	char text[64];

	for (int i = 0; i < 2000; i++) {
		snprintf(text, sizeof text, "%d %d some content", w->id, i);
		if (spool_append(w->spool, sv_str(text)))
			abort();
	}
	return NULL;
}

static void
write_in_process(const char *dir, const struct conf_report *conf, int first)
{
	struct spool *s = spool_open(dir, conf);
	struct writer w[4];
	pthread_t threads[4];

	for (int i = 0; i < 4; i++) {
		w[i] = (struct writer){ s, first + i };
		pthread_create(&threads[i], NULL, write_many, &w[i]);
	}
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	spool_close(s);
}

START_TEST(two_processes_with_threads_rotate_and_lose_nothing)
{
	struct conf_report small = usual;
	char *dir = folder_new();
	struct segment *list;
	struct content *c;
	pid_t children[2];
	size_t n;

	small.segment_bytes = 20000;
	for (int i = 0; i < 2; i++) {
		children[i] = fork();
		if (children[i] == 0) {
			write_in_process(dir, &small, i * 4);
			_exit(0);
		}
	}
	for (int i = 0; i < 2; i++) {
		int status;

		waitpid(children[i], &status, 0);
		ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}
	c = read_folder(dir);
	ck_assert_uint_eq(c->records, 8 * 2000);
	ck_assert_uint_eq(c->bad, 0);
	for (int w = 0; w < 8; w++)
		for (int i = 0; i < 2000; i++)
			ck_assert_uint_eq(c->seen[w][i], 1);
	ck_assert_int_eq(segment_list(dir, &list, &n), 0);
	ck_assert_uint_ge(n, 20);
	for (size_t i = 0; i < n; i++) {
		ck_assert_uint_eq(list[i].number, list[0].number + i);
		ck_assert(list[i].sealed == (i < n - 1));
		ck_assert_uint_lt(list[i].bytes, 20000 + 100);
	}
	free(list);
	free(c);
	folder_remove(dir);
}
END_TEST

START_TEST(a_new_spool_goes_on_in_the_segment_that_grows)
{
	char *dir = folder_new();
	struct content *c;

	for (int i = 0; i < 3; i++) {
		struct spool *s = spool_open(dir, &usual);

		ck_assert_int_eq(spool_append(s, SV("0 0")), 0);
		spool_close(s);
	}
	c = read_folder(dir);
	ck_assert_uint_eq(c->segments, 1);
	ck_assert_uint_eq(c->seen[0][0], 3);
	free(c);
	folder_remove(dir);
}
END_TEST

static void
add_raw(const char *dir, const char *text)
{
	char name[SEGMENT_NAME], path[128];
	struct segment *list;
	size_t n;
	int fd;

	ck_assert_int_eq(segment_list(dir, &list, &n), 0);
	snprintf(path, sizeof path, "%s/%s", dir,
	         segment_name(list[n - 1].number, name));
	free(list);
	fd = open(path, O_WRONLY | O_APPEND);
	ck_assert_int_eq(file_write_fd(fd, sv_str(text)), 0);
	close(fd);
}

START_TEST(a_torn_line_costs_no_other_line)
{
	char *dir = folder_new();
	struct spool *s = spool_open(dir, &usual);
	struct content *c;

	ck_assert_int_eq(spool_append(s, SV("0 1")), 0);
	add_raw(dir, "0123abcd 0 2 of a writer that di");
	ck_assert_int_eq(spool_append(s, SV("0 3")), 0);
	ck_assert_int_eq(spool_append(s, SV("0 4")), 0);
	spool_close(s);
	c = read_folder(dir);
	ck_assert_uint_eq(c->records, 3);
	ck_assert_uint_eq(c->bad, 1);
	ck_assert_uint_eq(c->seen[0][3], 1);
	free(c);
	folder_remove(dir);
}
END_TEST

START_TEST(what_does_not_fit_on_the_disk_leaves_no_trace)
{
	const struct rlimit limit = { 1000, 1000 };
	char *dir = folder_new(), text[300];
	struct spool *s = spool_open(dir, &usual);
	struct content *c;
	int ok = 0;

	memset(text, 'x', sizeof text);
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
	while (spool_append(s, sv_make(text, sizeof text)) == 0)
		ok++;
	ck_assert_int_eq(ok, 3);
	ck_assert_int_eq(spool_append(s, SV("0 1")), 0);
	spool_close(s);
	c = read_folder(dir);
	ck_assert_uint_eq(c->records, 4);
	ck_assert_uint_eq(c->bad, 0);
	free(c);
	folder_remove(dir);
}
END_TEST

/* The one record of a gap, as JSON text. */
static void
find_gap(const char *dir, struct buf *out)
{
	struct place at = { 0 };
	struct tally *tally = tally_new(dir);
	struct range range;

	tally_update(tally);
	range_init(&range);
	ck_assert_int_eq(range_read(tally, &at, 1000, &range), 0);
	for (size_t i = 0; i < range.n; i++)
		if (sv_find(range.records[i], SV("\"kind\":\"gap\"")) !=
		    SV_NOT_FOUND)
			buf_add(out, range.records[i]);
	range_done(&range);
	tally_free(tally);
}

/* The spool is closed in between, as by a process that dies. */
START_TEST(what_the_disk_did_not_take_is_told_when_it_does_again)
{
	struct rlimit limit = { 1000, RLIM_INFINITY };
	struct buf gap = BUF_INIT(4000);
	char *dir = folder_new(), text[300];
	struct spool *s = spool_open(dir, &usual);
	int lost = 0;

	memset(text, 'x', sizeof text);
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
	for (int i = 0; i < 10; i++)
		lost += spool_append(s, sv_make(text, sizeof text)) != 0;
	spool_close(s);
	limit.rlim_cur = RLIM_INFINITY;
	setrlimit(RLIMIT_FSIZE, &limit);
	s = spool_open(dir, &usual);
	ck_assert_int_eq(spool_append(s, SV("0 1")), 0);
	ck_assert_int_eq(spool_append(s, SV("0 2")), 0);
	spool_close(s);
	find_gap(dir, &gap);
	ck_assert_int_eq(lost, 7);
	ck_assert_msg(strstr(buf_str(&gap), "\"records\":7,"), "%s",
	              buf_str(&gap));
	ck_assert_uint_eq(sv_count(buf_sv(&gap), '{'), 1);
	buf_done(&gap);
	folder_remove(dir);
}
END_TEST

/* The child says after each record that it was accepted; it is killed at no
 * chosen moment. */
START_TEST(a_killed_writer_loses_nothing_that_was_accepted)
{
	for (int round = 0; round < 5; round++) {
		char *dir = folder_new(), byte;
		size_t accepted = 0;
		struct content *c;
		int ends[2];
		pid_t child;

		ck_assert_int_eq(pipe(ends), 0);
		child = fork();
		if (child == 0) {
			struct spool *s = spool_open(dir, &usual);
			char text[64];

			for (int i = 0; i < 2000; i++) {
				snprintf(text, sizeof text, "0 %d", i);
				if (spool_append(s, sv_str(text)) ||
				    write(ends[1], "x", 1) != 1)
					_exit(1);
			}
			pause();
		}
		close(ends[1]);
		while (accepted < 100u + 300u * round &&
		       read(ends[0], &byte, 1) == 1)
			accepted++;
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		while (read(ends[0], &byte, 1) == 1)
			accepted++;
		close(ends[0]);
		c = read_folder(dir);
		for (size_t i = 0; i < accepted; i++)
			ck_assert_uint_eq(c->seen[0][i], 1);
		free(c);
		folder_remove(dir);
	}
}
END_TEST

struct counting_writer {
	struct spool *spool;
	int id;
	_Atomic uint64_t *counted; /* in memory that outlives them */
};

static void
count_one(void *ctx)
{
	atomic_fetch_add((_Atomic uint64_t *)ctx, 1);
}

static void *
count_and_write_many(void *ctx)
{
	const struct counting_writer *w = ctx;
	char text[64];

	for (int i = 0; i < 2000; i++) {
		snprintf(text, sizeof text, "%d %d", w->id, i);
		if (spool_append_in_turn(w->spool, sv_str(text), count_one,
		                         w->counted))
			abort();
	}
	return NULL;
}

static void
count_and_write_until_killed(const char *dir, _Atomic uint64_t *counted)
{
	struct spool *s = spool_open(dir, &usual);
	struct counting_writer w[8];
	pthread_t thread;

	for (int i = 0; i < 8; i++) {
		w[i] = (struct counting_writer){ s, i, counted };
		pthread_create(&thread, NULL, count_and_write_many, &w[i]);
	}
	for (;;)
		pause();
}

START_TEST(a_killed_process_has_counted_one_record_more_at_most)
{
	_Atomic uint64_t *counted =
	    mmap(NULL, sizeof *counted, PROT_READ | PROT_WRITE,
	         MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	ck_assert(counted != MAP_FAILED);
	for (uint64_t round = 0; round < 5; round++) {
		char *dir = folder_new();
		struct content *c;
		pid_t child;

		atomic_store(counted, 0);
		child = fork();
		if (child == 0)
			count_and_write_until_killed(dir, counted);
		while (atomic_load(counted) < 100 + 500 * round)
			sched_yield();
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		c = read_folder(dir);
		ck_assert_uint_ge(atomic_load(counted), c->records);
		ck_assert_uint_le(atomic_load(counted), c->records + 1);
		free(c);
		folder_remove(dir);
	}
	munmap(counted, sizeof *counted);
}
END_TEST

START_TEST(a_record_that_is_refused_is_counted_all_the_same)
{
	char *dir = folder_new();
	struct spool *s = spool_open(dir, &usual);
	_Atomic uint64_t counted = 0;

	ck_assert_int_eq(
	    spool_append_in_turn(s, SV("a\nb"), count_one, &counted), E_SYNTAX);
	ck_assert_uint_eq(counted, 1);
	spool_close(s);
	folder_remove(dir);
}
END_TEST

START_TEST(without_a_reporter_writers_stop_at_twice_the_bound)
{
	struct conf_report tiny = usual;
	char *dir = folder_new(), text[100];
	struct spool *s;
	struct content *c;
	int ok = 0;

	tiny.segment_bytes = 1000;
	tiny.spool_bytes_max = 4000;
	memset(text, 'x', sizeof text);
	s = spool_open(dir, &tiny);
	while (spool_append(s, sv_make(text, sizeof text)) == 0)
		ck_assert_int_lt(++ok, 200);
	ck_assert_int_eq(errno, ENOSPC);
	ck_assert_int_eq(spool_append(s, SV("x")), E_IO);
	ck_assert_int_eq(errno, ENOSPC);
	spool_close(s);
	c = read_folder(dir);
	ck_assert_uint_eq(c->records, (size_t)ok);
	ck_assert_uint_ge(c->segments, 8);
	ck_assert_uint_le(c->segments, 10);
	free(c);
	folder_remove(dir);
}
END_TEST

/* Generous, for slow machines: what it guards against is an fsync in the way
 * of each message, which costs milliseconds. */
START_TEST(appending_is_cheap)
{
	char *dir = folder_new(), text[1500];
	struct spool *s = spool_open(dir, &usual);
	int64_t start_us = clock_mono_us(), each_ns;

	memset(text, 'x', sizeof text);
	for (int i = 0; i < 10000; i++)
		ck_assert_int_eq(spool_append(s, sv_make(text, sizeof text)),
		                 0);
	each_ns = (clock_mono_us() - start_us) / 10;
	ck_assert_msg(each_ns < 200000, "%d ns an append", (int)each_ns);
	if (getenv("TAMIS_TEST_VERBOSE"))
		fprintf(stderr, "%d ns an append\n", (int)each_ns);
	spool_close(s);
	folder_remove(dir);
}
END_TEST

UNIT_MAIN("spool", folder_and_files_are_private,
          records_that_would_break_the_form_are_refused,
          a_spool_without_a_place_says_why,
          two_processes_with_threads_rotate_and_lose_nothing,
          a_new_spool_goes_on_in_the_segment_that_grows,
          a_torn_line_costs_no_other_line,
          what_does_not_fit_on_the_disk_leaves_no_trace,
          what_the_disk_did_not_take_is_told_when_it_does_again,
          a_killed_writer_loses_nothing_that_was_accepted,
          a_killed_process_has_counted_one_record_more_at_most,
          a_record_that_is_refused_is_counted_all_the_same,
          without_a_reporter_writers_stop_at_twice_the_bound,
          appending_is_cheap)
