/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reporter process. This thread watches the spool, counts what is new,
 * wakes the reporters, deletes what all have passed and keeps the size bound;
 * each reporter works in a thread of its own, so a slow one holds up nobody.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "report/keep.h"
#include "report/report.h"
#include "report/reporter.h"
#include "report/segment.h"
#include "report/status.h"
#include "web/web.h"

enum {
	GATHER_MS = 100,       /* between two looks at a busy spool */
	LOOK_ANYWAY_MS = 5000, /* should inotify have missed something */
	LOOK_MS = 200,         /* without inotify */
	STATUS_MS = 1000,      /* between two writings of the status */
	FLUSH_MS = 50,         /* the same while somebody waits for a flush */
	FLUSH_END_MS = 10000,
	LAST_MS = 1000,    /* for a last delivery */
	TELL_MS = 1000,    /* between two looks at what writers lost */
	PRUNE_MS = 600000, /* between two looks at kept messages */
};

struct run {
	const struct conf *conf;
	char dir[STATUS_PATH];
	struct tally *tally;
	struct spool *spool; /* to tell of losses; NULL: cannot */
	struct reporter *reporters[CONF_REPORTERS_MAX];
	size_t n;
	int inotify_fd;    /* -1: look now and then */
	int64_t look_ms;   /* monotonic: the last look */
	int64_t status_ms; /* monotonic: the last writing of the status */
	int64_t tell_ms;   /* monotonic: the last look at losses */
	int64_t prune_ms;  /* monotonic: the last look at kept messages */
	uint64_t flush;    /* number of the last flush */
	int64_t flush_ms;  /* monotonic: when it came */
	struct buf status; /* as it was written last */
};

static int64_t
now_ms(void)
{
	return clock_mono_us() / 1000;
}

/* ---- status ---- */

static void
make_status(struct run *run, bool running, struct buf *out)
{
	struct json j = json_start(out);

	json_begin_object(&j, NULL);
	json_bool(&j, "running", running);
	json_int(&j, "pid", getpid());
	json_int(&j, "flush", (int64_t)run->flush);
	json_int(&j, "spool_bytes", (int64_t)tally_bytes(run->tally));
	json_int(&j, "spool_bytes_max", run->conf->report.spool_bytes_max);
	json_int(&j, "torn_lines", (int64_t)tally_torn(run->tally));
	json_begin_array(&j, "reporters");
	for (size_t i = 0; i < run->n; i++)
		reporter_status(run->reporters[i], &j);
	json_end(&j);
	json_end(&j);
}

static void
write_status(struct run *run, bool running)
{
	struct buf now = BUF_INIT(STATUS_BYTES_MAX);
	char path[STATUS_PATH + 20];

	make_status(run, running, &now);
	run->status_ms = now_ms();
	snprintf(path, sizeof path, "%s/" STATUS_FILE, run->dir);
	if (!sv_eq(buf_sv(&now), buf_sv(&run->status)) &&
	    file_replace(path, buf_sv(&now), 0644) == 0) {
		buf_reset(&run->status);
		buf_add(&run->status, buf_sv(&now));
	}
	buf_done(&now);
}

/* ---- the spool ---- */

static bool
all_have_passed(struct run *run, uint64_t segment)
{
	for (size_t i = 0; i < run->n; i++)
		if (!reporter_has_passed(run->reporters[i], segment))
			return false;
	return true;
}

/* False when the loss could not be saved: the segment stays, and the bound is
 * kept by the writers. */
static bool
drop_segment(struct run *run, const struct extent *segment)
{
	for (size_t i = 0; i < run->n; i++)
		if (!reporter_drop(run->reporters[i], segment))
			return false;
	return true;
}

static void
delete_segments(struct run *run)
{
	uint64_t most = (uint64_t)run->conf->report.spool_bytes_max;
	struct extent oldest;

	while (tally_oldest(run->tally, &oldest)) {
		bool passed = all_have_passed(run, oldest.segment);

		if (!passed && tally_bytes(run->tally) <= most)
			break;
		if (!passed && !drop_segment(run, &oldest))
			break;
		if (!tally_delete(run->tally, oldest.segment))
			break;
	}
}

/* What writers have lost they tell of with their next record, which may be
 * long in coming: then it is told here. */
static void
tell_losses(struct run *run)
{
	run->tell_ms = now_ms();
	if (run->spool)
		spool_tell_losses(run->spool);
}

static void
look_at_spool(struct run *run)
{
	run->look_ms = now_ms();
	if (tally_update(run->tally))
		for (size_t i = 0; i < run->n; i++)
			reporter_wake(run->reporters[i]);
	delete_segments(run);
}

static void
check_flush(struct run *run)
{
	struct buf text = BUF_INIT(32);
	char path[STATUS_PATH + 20];
	uint64_t number;

	snprintf(path, sizeof path, "%s/" FLUSH_FILE, run->dir);
	if (file_read(path, &text) == 0 && unlink(path) == 0 &&
	    sv_u64(sv_trim(buf_sv(&text)), &number)) {
		tell_losses(run);
		look_at_spool(run);
		for (size_t i = 0; i < run->n; i++)
			reporter_flush(run->reporters[i]);
		run->flush = number;
		run->flush_ms = now_ms();
		write_status(run, true);
	}
	buf_done(&text);
}

/* ---- waiting ---- */

/* Whether something happened to a segment or the flush file; our own status
 * file and the lock are no news. */
static bool
read_events(struct run *run)
{
	_Alignas(struct inotify_event) char bytes[16384];
	bool news = false;
	ssize_t n;

	while ((n = read(run->inotify_fd, bytes, sizeof bytes)) > 0) {
		const struct inotify_event *e;

		for (char *at = bytes; at < bytes + n;
		     at += sizeof *e + e->len) {
			e = (const void *)at;
			news |= e->len == 0 || /* the queue ran over */
			        strcmp(e->name, FLUSH_FILE) == 0 ||
			        strstr(e->name, SEGMENT_SUFFIX);
		}
	}
	return news;
}

static int
watch_spool(const char *dir)
{
	int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

	if (fd >= 0 &&
	    inotify_add_watch(
		fd, dir, IN_MODIFY | IN_CREATE | IN_ATTRIB | IN_MOVED_TO) < 0) {
		close(fd);
		fd = -1;
	}
	if (fd < 0)
		log_warning("no inotify for %s: %s", dir, strerror(errno));
	return fd;
}

/* Waits until there may be news, at most as long as the status allows. True
 * when the process is to stop. */
static bool
wait_for_news(struct run *run, int stop_fd, bool *ret_news)
{
	bool flushing =
	    run->flush_ms && now_ms() < run->flush_ms + FLUSH_END_MS;
	int wait_ms = flushing              ? FLUSH_MS
	              : run->inotify_fd < 0 ? LOOK_MS
	                                    : STATUS_MS;
	int64_t gather_ms;
	struct pollfd fds[] = {
		{ .fd = stop_fd, .events = POLLIN },
		{ .fd = run->inotify_fd, .events = POLLIN },
	};

	*ret_news =
	    run->inotify_fd < 0 || now_ms() >= run->look_ms + LOOK_ANYWAY_MS;
	if (poll(fds, 2, wait_ms) > 0 && fds[0].revents)
		return true;
	if (fds[1].revents)
		*ret_news |= read_events(run);
	gather_ms = run->look_ms + GATHER_MS - now_ms();
	if (!*ret_news || gather_ms <= 0)
		return false;
	return poll(fds, 1, (int)gather_ms) > 0;
}

/* ---- kept messages ---- */

static void
prune(struct run *run)
{
	if (run->prune_ms && now_ms() < run->prune_ms + PRUNE_MS)
		return;
	run->prune_ms = now_ms();
	for (int kind = 0; kind < KEPT_KINDS; kind++)
		keep_prune(run->conf, kind, clock_unix_ms());
}

/* ---- the process ---- */

static bool
prepare(struct run *run)
{
	char cursors[STATUS_PATH + 20];

	spool_path(run->conf, run->dir, sizeof run->dir);
	snprintf(cursors, sizeof cursors, "%s/cursors", run->dir);
	if (file_mkdirs(run->dir, 0700) || file_mkdirs(cursors, 0700)) {
		log_error("%s: %s", cursors, strerror(errno));
		return false;
	}
	run->tally = tally_new(run->dir);
	run->spool = spool_open(run->dir, &run->conf->report);
	if (!run->spool)
		log_error("%s: %s: what writers lose they tell of with their "
		          "next record",
		          run->dir, strerror(errno));
	run->inotify_fd = watch_spool(run->dir);
	buf_init(&run->status, STATUS_BYTES_MAX);
	tally_update(run->tally);
	return true;
}

static void
start_reporters(struct run *run)
{
	for (size_t i = 0; i < run->conf->n_reporters; i++) {
		const struct conf_reporter *own = &run->conf->reporters[i];
		const struct reporter_kind *kind = reporter_kind_of(own->type);
		struct reporter *r;

		if (!kind) {
			log_error("%s: this build has no reporter %s",
			          own->name, reporter_word(own->type));
			continue;
		}
		r = reporter_start(kind, run->conf, own, run->dir, run->tally);
		if (r)
			run->reporters[run->n++] = r;
		else
			log_error("%s: no thread for it", own->name);
	}
}

/* All deliver at once; the slowest one decides how long it takes. */
static void
stop_reporters(struct run *run)
{
	int64_t until_ms = now_ms() + LAST_MS;

	tell_losses(run);
	tally_update(run->tally);
	for (size_t i = 0; i < run->n; i++)
		reporter_stop(run->reporters[i], until_ms);
	for (size_t i = 0; i < run->n; i++)
		reporter_wait(run->reporters[i]);
	write_status(run, false);
	for (size_t i = 0; i < run->n; i++)
		reporter_free(run->reporters[i]);
}

int
report_run(struct conf *conf, int stop_fd)
{
	struct run *run = mem_calloc(1, sizeof *run);
	bool news = true;

	run->conf = conf;
	if (!prepare(run)) {
		free(run);
		return EXIT_FAILURE;
	}
	signal(SIGPIPE, SIG_IGN);
	web_start();
	start_reporters(run);
	do {
		if (news) {
			check_flush(run);
			look_at_spool(run);
		} else {
			delete_segments(run); /* some may be passed by now */
		}
		if (now_ms() >= run->status_ms + STATUS_MS ||
		    now_ms() < run->flush_ms + FLUSH_END_MS)
			write_status(run, true);
		if (now_ms() >= run->tell_ms + TELL_MS)
			tell_losses(run);
		prune(run);
	} while (!wait_for_news(run, stop_fd, &news));
	stop_reporters(run);
	web_stop();
	tally_free(run->tally);
	spool_close(run->spool);
	if (run->inotify_fd >= 0)
		close(run->inotify_fd);
	buf_done(&run->status);
	free(run);
	return EXIT_SUCCESS;
}
