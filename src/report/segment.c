/* SPDX-License-Identifier: Apache-2.0 */
#include "report/segment.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/error.h"
#include "base/vec.h"

char *
segment_name(uint64_t number, char name[SEGMENT_NAME])
{
	snprintf(name, SEGMENT_NAME, "%016" PRIx64 SEGMENT_SUFFIX, number);
	return name;
}

static bool
parse_name(const char *name, uint64_t *ret)
{
	char again[SEGMENT_NAME], *end;

	if (strlen(name) != SEGMENT_NAME - 1)
		return false;
	*ret = strtoull(name, &end, 16);
	return strcmp(segment_name(*ret, again), name) == 0;
}

int
segment_open(int dir_fd, uint64_t number, int flags)
{
	char name[SEGMENT_NAME];

	return openat(dir_fd, segment_name(number, name),
	              flags | O_CLOEXEC | O_NOFOLLOW, SEGMENT_MODE);
}

static int
compare_segments(const void *a, const void *b)
{
	uint64_t x = ((const struct segment *)a)->number;
	uint64_t y = ((const struct segment *)b)->number;

	return x < y ? -1 : x > y;
}

int
segment_list(const char *dir, struct segment **ret_list, size_t *ret_n)
{
	VEC(struct segment) found = { 0 };
	DIR *d = opendir(dir);
	struct dirent *entry;

	if (!d)
		return E_IO;
	while ((entry = readdir(d))) {
		uint64_t number;
		struct stat st;

		/* one that vanishes meanwhile was deleted: not there */
		if (!parse_name(entry->d_name, &number) ||
		    fstatat(dirfd(d), entry->d_name, &st, 0))
			continue;
		*VEC_ADD(&found) = (struct segment){
			.number = number,
			.bytes = (uint64_t)st.st_size,
			.sealed = !(st.st_mode & S_IWUSR),
		};
	}
	closedir(d);
	if (found.n)
		qsort(found.list, found.n, sizeof *found.list,
		      compare_segments);
	*ret_list = found.list;
	*ret_n = found.n;
	return 0;
}

void
segment_prefix(struct sv record, char prefix[SEGMENT_PREFIX + 1])
{
	snprintf(prefix, SEGMENT_PREFIX + 1, "%08x ",
	         (unsigned)XXH32(record.p, record.n, 0));
}

bool
segment_line(struct sv line, struct sv *ret_record)
{
	struct sv record = sv_from(line, SEGMENT_PREFIX);
	char prefix[SEGMENT_PREFIX + 1];

	if (line.n <= SEGMENT_PREFIX)
		return false;
	segment_prefix(record, prefix);
	if (memcmp(prefix, line.p, SEGMENT_PREFIX) != 0)
		return false;
	*ret_record = record;
	return true;
}

int
segment_read(int fd, uint64_t offset, size_t bytes, struct buf *out)
{
	buf_reset(out);
	while (out->n < bytes) {
		char *room = buf_room(out, bytes - out->n);
		ssize_t n;

		if (!room)
			break;
		n = pread(fd, room, bytes - out->n, (off_t)(offset + out->n));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return E_IO;
		if (n == 0)
			break;
		out->n += (size_t)n;
	}
	return 0;
}
