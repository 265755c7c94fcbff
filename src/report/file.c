/* SPDX-License-Identifier: Apache-2.0 */
/* Reporter `file`: each verdict record as a line of JSON at the end of a
 * file, which may be renamed at any time: a new one is made then. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/mem.h"
#include "report/reporter.h"
#include "report/segment.h"

struct file {
	const char *path;
	int fd; /* -1: not open */
	struct buf lines;
};

static bool
file_is_wanted(const struct conf *conf)
{
	return conf->report.file[0] != '\0';
}

static void *
file_open(const struct conf *conf, const _Atomic int64_t *stop_ms,
          char why[REPORTER_WHY])
{
	struct file *f = mem_calloc(1, sizeof *f);

	(void)stop_ms, (void)why;
	f->path = conf->report.file;
	f->fd = -1;
	buf_init(&f->lines, SEGMENT_READ_BYTES); /* as a range */
	return f;
}

static void
file_close(void *state)
{
	struct file *f = state;

	if (f->fd >= 0)
		close(f->fd);
	buf_done(&f->lines);
	free(f);
}

/* The descriptor of what the path names now. */
static int
follow_path(struct file *f)
{
	struct stat here, there;

	if (f->fd >= 0 && fstat(f->fd, &here) == 0 &&
	    stat(f->path, &there) == 0 && here.st_dev == there.st_dev &&
	    here.st_ino == there.st_ino)
		return 0;
	if (f->fd >= 0)
		close(f->fd);
	f->fd = open(f->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
	return f->fd < 0 ? E_IO : 0;
}

/* A write that fails half-way is taken back, so that it can be repeated. */
static int
write_lines(struct file *f)
{
	struct stat st;
	int why;

	if (fstat(f->fd, &st))
		return E_IO;
	if (file_write_fd(f->fd, buf_sv(&f->lines)) == 0)
		return 0;
	why = errno;
	if (S_ISREG(st.st_mode) && ftruncate(f->fd, st.st_size))
		why = errno;
	errno = why;
	return E_IO;
}

static int
file_deliver(void *state, const struct range *range, uint64_t *ret_bad,
             char why[REPORTER_WHY])
{
	struct file *f = state;

	(void)ret_bad;
	buf_reset(&f->lines);
	for (size_t i = 0; i < range->n; i++) {
		buf_add(&f->lines, range->records[i]);
		buf_add_char(&f->lines, '\n');
	}
	if (follow_path(f) || write_lines(f)) {
		snprintf(why, REPORTER_WHY, "%s: %s", f->path, strerror(errno));
		return E_IO;
	}
	return 0;
}

const struct reporter_kind file_kind = {
	.name = "file",
	.is_wanted = file_is_wanted,
	.open = file_open,
	.close = file_close,
	.deliver = file_deliver,
};
