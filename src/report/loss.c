/* SPDX-License-Identifier: Apache-2.0 */
#include "report/loss.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/uuid.h"

struct counts {
	uint64_t generation; /* of the gap to tell of next */
	uint64_t records;
	int64_t first_ms, last_ms;
};

struct loss {
	struct counts *counts;
	bool mapped;
	struct counts own; /* without a file */
};

static struct counts *
map_file(int dir_fd)
{
	int fd = openat(dir_fd, "lost",
	                O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	void *p = MAP_FAILED;

	/* the blocks have to be there before the disk is full */
	if (fd >= 0 && posix_fallocate(fd, 0, sizeof(struct counts)) == 0)
		p = mmap(NULL, sizeof(struct counts), PROT_READ | PROT_WRITE,
		         MAP_SHARED, fd, 0);
	if (fd >= 0)
		close(fd);
	return p == MAP_FAILED ? NULL : p;
}

struct loss *
loss_open(int dir_fd)
{
	struct loss *l = mem_calloc(1, sizeof *l);

	l->counts = map_file(dir_fd);
	l->mapped = l->counts != NULL;
	if (!l->mapped)
		l->counts = &l->own;
	/* that of a new file is later than that of one that was removed */
	if (l->counts->generation == 0)
		l->counts->generation = (uint64_t)clock_unix_ms();
	return l;
}

void
loss_close(struct loss *l)
{
	if (!l)
		return;
	if (l->mapped)
		munmap(l->counts, sizeof *l->counts);
	free(l);
}

void
loss_add(struct loss *l, int64_t unix_ms)
{
	if (l->counts->records == 0)
		l->counts->first_ms = unix_ms;
	l->counts->last_ms = unix_ms;
	l->counts->records++;
}

uint64_t
loss_records(const struct loss *l)
{
	return l->counts->records;
}

void
loss_write(const struct loss *l, struct buf *out)
{
	struct json j = json_start(out);
	char id[UUID_TEXT], time[CLOCK_TEXT], end[CLOCK_TEXT];

	uuid_new(l->counts->first_ms, id);
	json_begin_object(&j, NULL);
	json_text(&j, "v", "1");
	json_text(&j, "kind", "gap");
	json_text(&j, "id", id);
	json_text(&j, "time", clock_text(l->counts->first_ms, time));
	json_text(&j, "end", clock_text(l->counts->last_ms, end));
	json_int(&j, "records", (int64_t)l->counts->records);
	json_int(&j, "generation", (int64_t)l->counts->generation);
	json_end(&j);
}

void
loss_told(struct loss *l)
{
	/* in this order: dying in between forgets nothing that is not told */
	l->counts->generation++;
	l->counts->records = 0;
}
