/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "tamis/masscheck.h"

#define UNREADABLE "# unreadable: "

size_t
mass_file_done(const struct mass_file *f)
{
	return f->tally.judged_spam + f->tally.judged_ham + f->tally.unreadable;
}

static void
count_line(struct mass_tally *t, struct sv line)
{
	t->judged_spam += sv_starts(line, SV("Y"));
	t->judged_ham += sv_starts(line, SV("."));
	t->unreadable += sv_starts(line, SV("#"));
}

void
mass_file_write_unreadable(const struct judge_input *input, const char *why,
                           struct buf *out)
{
	struct buf name = BUF_INIT(MASS_PATH_BYTES_MAX);

	input_name(input, &name);
	buf_add_str(out, UNREADABLE);
	mass_line_write_path(buf_sv(&name), out);
	buf_addf(out, ": %s\n", why);
	buf_done(&name);
}

/* ---- going on where another run was killed ---- */

/* Whether a line without its end is that of the input. */
static bool
is_of_input(struct sv text, const struct judge_input *input)
{
	struct buf name = BUF_INIT(MASS_PATH_BYTES_MAX);
	struct buf want = BUF_INIT(MASS_PATH_BYTES_MAX + sizeof UNREADABLE);
	struct mass_line line = { 0 };
	const char *why;
	bool is_it;

	input_name(input, &name);
	if (sv_starts(text, SV("#"))) {
		buf_add_str(&want, UNREADABLE);
		mass_line_write_path(buf_sv(&name), &want);
		buf_add_char(&want, ':');
		is_it = sv_starts(text, buf_sv(&want));
	} else {
		mass_line_write_path(buf_sv(&name), &want);
		is_it = mass_line_read(text, &line, &why) == 0 &&
		        sv_eq(line.path, buf_sv(&want));
	}
	mass_line_done(&line);
	buf_done(&want);
	buf_done(&name);
	return is_it;
}

/* Counts the lines that are right, and returns where they end. Whatever comes
 * behind (half a line, lines of mails that are no longer there) is done again.
 */
static off_t
count_done(struct mass_file *f, FILE *in, off_t end,
           const struct inputs *inputs)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	while (mass_file_done(f) < inputs->n &&
	       (n = getline(&line, &size, in)) > 0 && line[n - 1] == '\n') {
		struct sv text = sv_make(line, (size_t)n - 1);

		if (!is_of_input(text, &inputs->list[mass_file_done(f)]))
			break;
		count_line(&f->tally, text);
		end += n;
	}
	free(line);
	return end;
}

enum head { HEAD_SAME, HEAD_OTHER, HEAD_CUT };

static enum head
read_head(FILE *in, struct sv head)
{
	char *text = mem_alloc(head.n);
	struct sv found = sv_make(text, fread(text, 1, head.n, in));
	enum head result = HEAD_SAME;

	if (found.n < head.n)
		result = HEAD_CUT;
	else if (!sv_eq(found, head))
		result = HEAD_OTHER;
	free(text);
	return result;
}

/* Where to go on; 0: at the beginning; -1 after it has said why not. */
static off_t
find_end(struct mass_file *f, struct sv head, const struct inputs *inputs)
{
	FILE *in = fopen(f->part, "re");
	off_t end = -1;

	if (!in) {
		fprintf(stderr, "tamis: %s: %s\n", f->part, strerror(errno));
		return -1;
	}
	switch (read_head(in, head)) {
	case HEAD_SAME:
		end = count_done(f, in, (off_t)head.n, inputs);
		break;
	case HEAD_CUT:
		end = 0;
		break;
	case HEAD_OTHER:
		fprintf(stderr,
		        "tamis: %s was begun with other rules, another "
		        "configuration or another version; begin anew, "
		        "without --resume\n",
		        f->part);
		break;
	}
	fclose(in);
	return end;
}

/* ---- life ---- */

static bool
say_errno(const struct mass_file *f)
{
	fprintf(stderr, "tamis: %s: %s\n", f->part,
	        errno == EWOULDBLOCK ? "another mass check writes it"
	                             : strerror(errno));
	return false;
}

static char *
make_path(const char *dir, const char *name, const char *suffix)
{
	struct buf path = BUF_INIT(PATH_MAX);

	buf_addf(&path, "%s/%s%s", dir, name, suffix);
	return buf_take(&path);
}

bool
mass_file_open(struct mass_file *f, const char *dir, const char *name,
               struct sv head, const struct inputs *inputs, bool resume)
{
	off_t end = 0;

	*f = (struct mass_file){
		.path = make_path(dir, name, ".log"),
		.part = make_path(dir, name, ".log.part"),
	};
	f->fd = open(f->part, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	if (f->fd < 0 || flock(f->fd, LOCK_EX | LOCK_NB))
		return say_errno(f);
	if (resume)
		end = find_end(f, head, inputs);
	if (end < 0)
		return false;
	if (ftruncate(f->fd, end) || lseek(f->fd, end, SEEK_SET) < 0)
		return say_errno(f);
	if (end == 0 && file_write_fd(f->fd, head))
		return say_errno(f);
	return true;
}

bool
mass_file_add(struct mass_file *f, struct sv line)
{
	count_line(&f->tally, line);
	return file_write_fd(f->fd, line) == 0;
}

bool
mass_file_finish(struct mass_file *f)
{
	return fsync(f->fd) == 0 && rename(f->part, f->path) == 0;
}

void
mass_file_close(struct mass_file *f)
{
	if (f->path && f->fd >= 0)
		close(f->fd);
	free(f->path);
	free(f->part);
	*f = (struct mass_file){ 0 };
}
