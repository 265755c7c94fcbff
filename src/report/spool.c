/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The writing end of the spool. All writers of a folder, in whatever process,
 * take turns by flock() on its file "lock"; the threads of one process by a
 * mutex before that. A line goes out with one write(): once that is done the
 * kernel has it, whatever happens to the process. A thread per process brings
 * it to the disk soon after, many lines at a time.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/vec.h"
#include "report/loss.h"
#include "report/report.h"
#include "report/segment.h"

enum {
	SYNC_MS = 200,
	/* The reporter keeps the spool to its bound; without a reporter the
	 * writers stop at this multiple of it. */
	BYTES_MAX_FACTOR = 2,
	RETRY_MS = 1000, /* after a failure to get a segment */
};

struct spool {
	char *dir;
	int dir_fd, lock_fd;
	struct loss *loss;
	uint64_t segment_bytes, bytes_max;

	pthread_mutex_t mutex; /* for all below */
	int fd;                /* the segment that grows; -1: none yet */
	uint64_t number;
	uint64_t size;    /* of it, after our last line */
	int64_t retry_ms; /* monotonic: no segment is looked for before */
	int retry_errno;  /* what the last search said */

	/* ---- the syncing thread ---- */
	pthread_t thread;
	pthread_cond_t wake;
	bool started, stop;
	bool dirty, dirty_dir;
	bool sync_failed; /* said once */
	VEC(int) retired; /* segments to sync and close */
};

const char *
spool_path(const struct conf *conf, char *path, size_t size)
{
	if (*conf->report.spool_dir)
		snprintf(path, size, "%s", conf->report.spool_dir);
	else
		snprintf(path, size, "%s/spool", conf->tamisd.state_dir);
	return path;
}

static int
lock_folder(struct spool *s)
{
	while (flock(s->lock_fd, LOCK_EX))
		if (errno != EINTR)
			return E_IO;
	return 0;
}

struct spool *
spool_open(const char *dir, const struct conf_report *conf)
{
	struct spool *s = mem_calloc(1, sizeof *s);
	pthread_condattr_t monotonic;

	s->dir = mem_strdup(dir);
	s->segment_bytes = (uint64_t)conf->segment_bytes;
	s->bytes_max = (uint64_t)conf->spool_bytes_max * BYTES_MAX_FACTOR;
	s->fd = s->dir_fd = s->lock_fd = -1;
	pthread_mutex_init(&s->mutex, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&s->wake, &monotonic);
	pthread_condattr_destroy(&monotonic);
	if (file_mkdirs(dir, 0700) == 0)
		s->dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->dir_fd >= 0)
		s->lock_fd =
		    openat(s->dir_fd, "lock",
		           O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (s->lock_fd < 0) {
		int why = errno;

		spool_close(s);
		errno = why;
		return NULL;
	}
	/* two first ones would both say where it begins */
	(void)lock_folder(s);
	s->loss = loss_open(s->dir_fd);
	flock(s->lock_fd, LOCK_UN);
	return s;
}

/* ---- syncing ---- */

static void
sync_fd(struct spool *s, int fd, bool *failed)
{
	if (fdatasync(fd) == 0 || *failed)
		return;
	*failed = true;
	log_error("spool %s: fsync: %s", s->dir, strerror(errno));
}

/* Takes what is dirty and syncs it without the mutex. Only this thread closes
 * segments, so the descriptors stay valid meanwhile. */
static void
sync_dirty(struct spool *s)
{
	int fd = s->dirty ? s->fd : -1, n = (int)s->retired.n;
	int *retired = s->retired.list;
	bool dir = s->dirty_dir, failed = s->sync_failed;

	s->retired.list = NULL;
	s->retired.n = s->retired.size = 0;
	s->dirty = s->dirty_dir = false;
	pthread_mutex_unlock(&s->mutex);
	for (int i = 0; i < n; i++) {
		sync_fd(s, retired[i], &failed);
		close(retired[i]);
	}
	free(retired);
	if (fd >= 0)
		sync_fd(s, fd, &failed);
	if (dir)
		sync_fd(s, s->dir_fd, &failed);
	pthread_mutex_lock(&s->mutex);
	s->sync_failed = failed;
}

static bool
is_dirty(const struct spool *s)
{
	return s->dirty || s->dirty_dir || s->retired.n;
}

static void *
sync_loop(void *ctx)
{
	struct spool *s = ctx;
	struct timespec until;

	pthread_mutex_lock(&s->mutex);
	while (!s->stop) {
		if (!is_dirty(s)) {
			pthread_cond_wait(&s->wake, &s->mutex);
			continue;
		}
		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_nsec += SYNC_MS * 1000000L;
		until.tv_sec += until.tv_nsec / 1000000000;
		until.tv_nsec %= 1000000000;
		while (!s->stop &&
		       pthread_cond_timedwait(&s->wake, &s->mutex, &until) == 0)
			;
		sync_dirty(s);
	}
	sync_dirty(s);
	pthread_mutex_unlock(&s->mutex);
	return NULL;
}

/* Signals are the business of the program's other threads. */
static bool
start_thread(struct spool *s)
{
	sigset_t all, before;
	bool started;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	started = pthread_create(&s->thread, NULL, sync_loop, s) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return started;
}

/* With the mutex held. The thread starts with the first line, so after any
 * fork that a program does before it works. */
static void
wake_sync(struct spool *s)
{
	bool was_dirty = is_dirty(s);

	s->dirty = true;
	if (!s->started)
		s->started = start_thread(s);
	else if (!was_dirty)
		pthread_cond_signal(&s->wake);
}

void
spool_close(struct spool *s)
{
	if (!s)
		return;
	pthread_mutex_lock(&s->mutex);
	s->stop = true;
	pthread_cond_signal(&s->wake);
	pthread_mutex_unlock(&s->mutex);
	if (s->started)
		pthread_join(s->thread, NULL);
	for (size_t i = 0; i < s->retired.n; i++)
		close(s->retired.list[i]);
	VEC_DONE(&s->retired);
	if (s->fd >= 0)
		close(s->fd);
	if (s->lock_fd >= 0)
		close(s->lock_fd);
	if (s->dir_fd >= 0)
		close(s->dir_fd);
	loss_close(s->loss);
	pthread_cond_destroy(&s->wake);
	pthread_mutex_destroy(&s->mutex);
	free(s->dir);
	free(s);
}

/* ---- appending: all with the mutex and the folder's lock held ---- */

/* The number of the segment to write to. That of a new spool is the time, so
 * that ranges of a spool that was deleted never come again: they name batches
 * at the collector. */
static int
find_number(struct spool *s, uint64_t *ret)
{
	struct segment *list;
	uint64_t bytes = 0;
	size_t n;

	if (segment_list(s->dir, &list, &n))
		return E_IO;
	for (size_t i = 0; i < n; i++)
		bytes += list[i].bytes;
	if (n == 0)
		*ret = (uint64_t)clock_unix_ms();
	else
		*ret = list[n - 1].number + list[n - 1].sealed;
	free(list);
	if (bytes <= s->bytes_max)
		return 0;
	errno = ENOSPC;
	return E_LIMIT;
}

static int
find_segment(struct spool *s)
{
	int64_t now_ms = clock_mono_us() / 1000;
	uint64_t number;
	int fd = -1;

	errno = s->retry_errno;
	if (now_ms < s->retry_ms)
		return E_IO;
	if (find_number(s, &number) == 0)
		fd = segment_open(s->dir_fd, number,
		                  O_RDWR | O_CREAT | O_APPEND);
	if (fd < 0) {
		s->retry_ms = now_ms + RETRY_MS;
		s->retry_errno = errno;
		return E_IO;
	}
	s->fd = fd;
	s->number = number;
	s->size = UINT64_MAX; /* not known to end with a whole line */
	s->dirty_dir = true;
	return 0;
}

static void
retire_segment(struct spool *s)
{
	*VEC_ADD(&s->retired) = s->fd;
	s->fd = -1;
}

/* Makes s->fd the segment to write to, with its size. */
static int
get_segment(struct spool *s, struct stat *ret)
{
	for (int tries = 0; tries < 3; tries++) {
		if (s->fd < 0 && find_segment(s))
			return E_IO;
		if (fstat(s->fd, ret))
			return E_IO;
		if ((ret->st_mode & S_IWUSR) && ret->st_nlink > 0) {
			if ((uint64_t)ret->st_size < s->segment_bytes)
				return 0;
			if (fchmod(s->fd, SEGMENT_MODE_SEALED))
				return E_IO;
		}
		retire_segment(s); /* full, sealed by another, or deleted */
	}
	errno = EBUSY;
	return E_IO;
}

/* Whether the segment ends in the middle of a line: a writer died there. */
static bool
is_torn(struct spool *s, uint64_t size)
{
	char last;

	return size && size != s->size &&
	       pread(s->fd, &last, 1, (off_t)size - 1) == 1 && last != '\n';
}

static int
append_line(struct spool *s, struct sv record)
{
	char prefix[1 + SEGMENT_PREFIX + 1] = "\n";
	struct stat st;
	struct iovec parts[] = {
		{ prefix, 1 + SEGMENT_PREFIX },
		{ (char *)(uintptr_t)record.p, record.n },
		{ (char *)(uintptr_t) "\n", 1 },
	};
	ssize_t want = (ssize_t)record.n + 1 + SEGMENT_PREFIX + 1, n;

	if (get_segment(s, &st))
		return E_IO;
	segment_prefix(record, prefix + 1);
	if (!is_torn(s, (uint64_t)st.st_size)) {
		parts[0].iov_base = prefix + 1;
		parts[0].iov_len--;
		want--;
	}
	n = writev(s->fd, parts, 3);
	if (n != want) {
		int why = n < 0 ? errno : ENOSPC;

		/* when even this fails the line is torn, and found to be */
		if (n > 0 && ftruncate(s->fd, st.st_size))
			s->size = UINT64_MAX;
		errno = why;
		return E_IO;
	}
	s->size = (uint64_t)st.st_size + (uint64_t)want;
	wake_sync(s);
	return 0;
}

/* Tells of what was lost before anything else. */
static void
append_gap(struct spool *s)
{
	struct buf gap = BUF_INIT(1000);

	if (loss_records(s->loss) == 0)
		return;
	loss_write(s->loss, &gap);
	if (append_line(s, buf_sv(&gap)) == 0)
		loss_told(s->loss);
	buf_done(&gap);
}

static int
append_or_count(struct spool *s, struct sv record)
{
	int result = E_LIMIT;

	append_gap(s); /* where that has no room the record may still fit */
	if (record.n <= SEGMENT_RECORD_MAX)
		result = append_line(s, record);
	if (result)
		loss_add(s->loss, clock_unix_ms());
	return result;
}

int
spool_append(struct spool *s, struct sv record)
{
	return spool_append_in_turn(s, record, NULL, NULL);
}

int
spool_append_in_turn(struct spool *s, struct sv record,
                     void (*in_turn)(void *ctx), void *ctx)
{
	int result, why;

	if (record.n == 0 || memchr(record.p, '\n', record.n)) {
		if (in_turn)
			in_turn(ctx);
		return E_SYNTAX;
	}
	pthread_mutex_lock(&s->mutex);
	result = lock_folder(s);
	if (in_turn)
		in_turn(ctx);
	if (result == 0)
		result = append_or_count(s, record);
	else
		loss_add(s->loss, clock_unix_ms());
	why = errno;
	flock(s->lock_fd, LOCK_UN);
	errno = why;
	pthread_mutex_unlock(&s->mutex);
	return result;
}

void
spool_lose(struct spool *s)
{
	pthread_mutex_lock(&s->mutex);
	(void)lock_folder(s);
	loss_add(s->loss, clock_unix_ms());
	flock(s->lock_fd, LOCK_UN);
	pthread_mutex_unlock(&s->mutex);
}

void
spool_tell_losses(struct spool *s)
{
	pthread_mutex_lock(&s->mutex);
	if (lock_folder(s) == 0) {
		append_gap(s);
		flock(s->lock_fd, LOCK_UN);
	}
	pthread_mutex_unlock(&s->mutex);
}
