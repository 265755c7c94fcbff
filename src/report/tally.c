/* SPDX-License-Identifier: Apache-2.0 */
#include "report/tally.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "base/vec.h"
#include "report/segment.h"

struct tally {
	char *dir;
	int dir_fd;
	struct buf text; /* of the updating thread */
	bool failing;    /* said once */

	pthread_mutex_t mutex;      /* for all below */
	VEC(struct extent) extents; /* ascending */
	uint64_t torn;
};

struct tally *
tally_new(const char *dir)
{
	struct tally *t = mem_calloc(1, sizeof *t);

	t->dir = mem_strdup(dir);
	t->dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	buf_init(&t->text, SEGMENT_READ_BYTES);
	pthread_mutex_init(&t->mutex, NULL);
	return t;
}

void
tally_free(struct tally *t)
{
	if (!t)
		return;
	if (t->dir_fd >= 0)
		close(t->dir_fd);
	buf_done(&t->text);
	VEC_DONE(&t->extents);
	pthread_mutex_destroy(&t->mutex);
	free(t->dir);
	free(t);
}

/* ---- updating ---- */

enum { TIME_WITHIN = 200 }; /* bytes of a record, which begins with it */

/* The member "time" of a record; 0: it has none. */
static int64_t
time_of(struct sv record)
{
	struct sv head = sv_sub(record, 0, TIME_WITHIN), text;
	size_t at = sv_find(head, SV("\"time\":\""));
	int64_t unix_ms = 0;

	if (at == SV_NOT_FOUND)
		return 0;
	head = sv_from(head, at + sizeof "\"time\":\"" - 1);
	if (!sv_split(&head, '"', &text) || clock_parse(text, &unix_ms))
		return 0;
	return unix_ms;
}

/* Counts whole lines; the part of a line at the end of a sealed segment, or
 * one that is longer than any line, is torn. */
static void
count_lines(struct extent *e, struct sv text, bool is_end)
{
	struct sv record, last = SV_NONE;

	while (text.n) {
		size_t lf = sv_find_char(text, '\n');
		size_t line = lf == SV_NOT_FOUND ? text.n : lf;

		if (lf == SV_NOT_FOUND && !is_end && text.n < SEGMENT_LINE_MAX)
			break;
		if (segment_line(sv_sub(text, 0, line), &record) &&
		    lf != SV_NOT_FOUND) {
			if (e->records++ == 0)
				e->begin_ms = time_of(record);
			last = record;
		} else {
			e->torn++;
		}
		e->bytes += line + (lf != SV_NOT_FOUND);
		text = sv_from(text, line + 1);
	}
	if (last.n)
		e->end_ms = time_of(last);
}

/* Counts what `fd` has beyond *e; `st` was taken before. */
static int
count_new(struct tally *t, int fd, const struct stat *st, struct extent *e)
{
	uint64_t size = (uint64_t)st->st_size, before;
	bool sealed = !(st->st_mode & S_IWUSR);

	if (size > e->bytes && fdatasync(fd))
		return E_IO;
	do {
		size_t want = size - e->bytes < SEGMENT_READ_BYTES
		                  ? (size_t)(size - e->bytes)
		                  : SEGMENT_READ_BYTES;

		before = e->bytes;
		if (segment_read(fd, e->bytes, want, &t->text))
			return E_IO;
		count_lines(e, buf_sv(&t->text),
		            sealed && e->bytes + t->text.n >= size);
	} while (e->bytes < size && e->bytes > before);
	e->complete = sealed && e->bytes >= size;
	return 0;
}

int
tally_open(const struct tally *t, uint64_t segment)
{
	return segment_open(t->dir_fd, segment, O_RDONLY);
}

static int
count_segment(struct tally *t, struct extent *e)
{
	int fd = tally_open(t, e->segment), result;
	struct stat st;

	if (fd < 0)
		return E_IO;
	result = fstat(fd, &st) ? E_IO : count_new(t, fd, &st, e);
	close(fd);
	return result;
}

static struct extent
known_extent(struct tally *t, uint64_t segment)
{
	struct extent e = { .segment = segment };

	pthread_mutex_lock(&t->mutex);
	for (size_t i = 0; i < t->extents.n; i++)
		if (t->extents.list[i].segment == segment)
			e = t->extents.list[i];
	pthread_mutex_unlock(&t->mutex);
	return e;
}

static void
complain(struct tally *t, const char *what)
{
	if (!t->failing)
		log_error("spool %s: %s: %s", t->dir, what, strerror(errno));
	t->failing = true;
}

static bool
differ(const struct extent *a, const struct extent *b)
{
	return a->segment != b->segment || a->bytes != b->bytes ||
	       a->complete != b->complete;
}

bool
tally_update(struct tally *t)
{
	VEC(struct extent) fresh = { 0 };
	struct segment *list;
	uint64_t torn = 0;
	bool changed;
	size_t n;

	if (segment_list(t->dir, &list, &n)) {
		complain(t, "list");
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		struct extent e = known_extent(t, list[i].number);
		uint64_t torn_before = e.torn;

		if (!e.complete && count_segment(t, &e))
			complain(t, "read");
		else
			t->failing = false;
		torn += e.torn - torn_before;
		*VEC_ADD(&fresh) = e;
	}
	free(list);
	pthread_mutex_lock(&t->mutex);
	changed = fresh.n != t->extents.n;
	for (size_t i = 0; i < fresh.n && !changed; i++)
		changed = differ(&fresh.list[i], &t->extents.list[i]);
	VEC_DONE(&t->extents);
	t->extents.list = fresh.list;
	t->extents.n = fresh.n;
	t->extents.size = fresh.size;
	t->torn += torn;
	pthread_mutex_unlock(&t->mutex);
	return changed;
}

/* ---- asking ---- */

bool
tally_find(struct tally *t, uint64_t segment, struct extent *ret)
{
	bool found = false;

	pthread_mutex_lock(&t->mutex);
	for (size_t i = 0; i < t->extents.n && !found; i++) {
		found = t->extents.list[i].segment >= segment;
		if (found)
			*ret = t->extents.list[i];
	}
	pthread_mutex_unlock(&t->mutex);
	return found;
}

bool
tally_oldest(struct tally *t, struct extent *ret)
{
	bool found;

	pthread_mutex_lock(&t->mutex);
	found = t->extents.n > 1 && t->extents.list[0].complete;
	if (found)
		*ret = t->extents.list[0];
	pthread_mutex_unlock(&t->mutex);
	return found;
}

bool
tally_delete(struct tally *t, uint64_t segment)
{
	char name[SEGMENT_NAME];

	if (unlinkat(t->dir_fd, segment_name(segment, name), 0) &&
	    errno != ENOENT) {
		complain(t, name);
		return false;
	}
	pthread_mutex_lock(&t->mutex);
	if (t->extents.n && t->extents.list[0].segment == segment)
		memmove(t->extents.list, t->extents.list + 1,
		        --t->extents.n * sizeof *t->extents.list);
	pthread_mutex_unlock(&t->mutex);
	return true;
}

uint64_t
tally_bytes(struct tally *t)
{
	uint64_t sum = 0;

	pthread_mutex_lock(&t->mutex);
	for (size_t i = 0; i < t->extents.n; i++)
		sum += t->extents.list[i].bytes;
	pthread_mutex_unlock(&t->mutex);
	return sum;
}

uint64_t
tally_torn(struct tally *t)
{
	uint64_t torn;

	pthread_mutex_lock(&t->mutex);
	torn = t->torn;
	pthread_mutex_unlock(&t->mutex);
	return torn;
}

static uint64_t
less(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

struct backlog
tally_backlog(struct tally *t, const struct place *at)
{
	struct backlog b = { 0, 0 };

	pthread_mutex_lock(&t->mutex);
	for (size_t i = 0; i < t->extents.n; i++) {
		const struct extent *e = &t->extents.list[i];
		bool here = e->segment == at->segment;

		if (e->segment < at->segment)
			continue;
		b.records += less(e->records, here ? at->records : 0);
		b.bytes += less(e->bytes, here ? at->offset : 0);
	}
	pthread_mutex_unlock(&t->mutex);
	return b;
}
