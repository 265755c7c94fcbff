/* SPDX-License-Identifier: Apache-2.0 */
#include "report/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"

enum { PATH_TEXT = 4100 };

void
outfile_init(struct outfile *f, const struct conf_reporter *own)
{
	*f = (struct outfile){ own, -1 };
}

void
outfile_done(struct outfile *f)
{
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
}

/* The descriptor of what the path names now. */
static int
follow_path(struct outfile *f)
{
	const char *path = f->own->path;
	struct stat here, there;

	if (f->fd >= 0 && fstat(f->fd, &here) == 0 && stat(path, &there) == 0 &&
	    here.st_dev == there.st_dev && here.st_ino == there.st_ino)
		return 0;
	outfile_done(f);
	f->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
	return f->fd < 0 ? E_IO : 0;
}

/* NAME.2 becomes NAME.3, NAME.1 NAME.2, and the file NAME.1. What cannot be
 * renamed stays, and grows. */
static void
rotate(struct outfile *f)
{
	char from[PATH_TEXT], to[PATH_TEXT];

	for (int64_t n = f->own->file_keep; n > 0; n--) {
		snprintf(to, sizeof to, "%s.%d", f->own->path, (int)n);
		if (n > 1)
			snprintf(from, sizeof from, "%s.%d", f->own->path,
			         (int)n - 1);
		else
			snprintf(from, sizeof from, "%s", f->own->path);
		if (rename(from, to) && errno != ENOENT)
			return;
	}
}

static void
rotate_if_large(struct outfile *f)
{
	struct stat st;

	if (f->own->file_bytes_max && fstat(f->fd, &st) == 0 &&
	    S_ISREG(st.st_mode) && st.st_size >= f->own->file_bytes_max)
		rotate(f);
}

/* A write that fails half-way is taken back, so that it can be repeated. */
static int
write_lines(struct outfile *f, struct sv lines)
{
	struct stat st;
	int why;

	if (fstat(f->fd, &st))
		return E_IO;
	if (file_write_fd(f->fd, lines) == 0)
		return 0;
	why = errno;
	if (S_ISREG(st.st_mode) && ftruncate(f->fd, st.st_size))
		why = errno;
	errno = why;
	return E_IO;
}

int
outfile_add(struct outfile *f, struct sv lines)
{
	if (lines.n == 0)
		return 0;
	if (follow_path(f) || write_lines(f, lines))
		return E_IO;
	rotate_if_large(f);
	return 0;
}
