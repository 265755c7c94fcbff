/* SPDX-License-Identifier: Apache-2.0 */
#include "report/keep.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/uuid.h"

enum {
	ZSTD_LEVEL = 1,
	FOLDER_DIGITS = 6, /* of the time: 2^24 ms */
	FOLDER_BITS = 24,
	FOLDERS_MAX = 4096,
};

static void
root_path(const struct conf *conf, char path[KEEP_PATH])
{
	snprintf(path, KEEP_PATH, "%s/kept", conf->tamisd.state_dir);
}

/* E_SYNTAX: it is no id, and so may be anything else. */
static int
folder_path(const struct conf *conf, const char *id, char path[KEEP_PATH])
{
	if (strlen(id) != UUID_TEXT - 1 ||
	    strspn(id, "0123456789abcdef-") != UUID_TEXT - 1)
		return E_SYNTAX;
	snprintf(path, KEEP_PATH, "%s/kept/%.*s", conf->tamisd.state_dir,
	         FOLDER_DIGITS, id);
	return 0;
}

static int
write_file(const char *path, struct sv packed)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int result;

	if (fd < 0)
		return E_IO;
	result = file_write_fd(fd, packed);
	close(fd);
	if (result)
		unlink(path);
	return result;
}

int
keep_put(const struct conf *conf, const char *id, struct sv raw)
{
	size_t bound = ZSTD_compressBound(raw.n), n;
	struct buf packed = BUF_INIT(bound);
	char path[KEEP_PATH];
	int result = folder_path(conf, id, path);

	if (result)
		return result;
	n = ZSTD_compress(buf_room(&packed, bound), bound, raw.p, raw.n,
	                  ZSTD_LEVEL);
	packed.n = ZSTD_isError(n) ? 0 : n;
	result = file_mkdirs(path, 0700);
	strncat(path, "/", sizeof path - strlen(path) - 1);
	strncat(path, id, sizeof path - strlen(path) - 1);
	if (result == 0)
		result = write_file(path, buf_sv(&packed));
	buf_done(&packed);
	return result;
}

static int
unpack(struct sv packed, struct buf *out)
{
	unsigned long long size = ZSTD_getFrameContentSize(packed.p, packed.n);
	size_t n;
	char *room;

	if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN)
		return E_SYNTAX;
	room = size > out->max ? NULL : buf_room(out, (size_t)size);
	if (!room)
		return E_LIMIT;
	n = ZSTD_decompress(room, (size_t)size, packed.p, packed.n);
	if (ZSTD_isError(n) || n != size)
		return E_SYNTAX;
	out->n += n;
	return 0;
}

int
keep_get(const struct conf *conf, const char *id, struct buf *out)
{
	struct buf packed = BUF_INIT(ZSTD_compressBound(out->max));
	char path[KEEP_PATH];
	int result = folder_path(conf, id, path);

	if (result)
		return result;
	strncat(path, "/", sizeof path - strlen(path) - 1);
	strncat(path, id, sizeof path - strlen(path) - 1);
	result = file_read(path, &packed);
	if (result == E_IO && errno == ENOENT)
		result = E_UNKNOWN;
	if (result == 0)
		result = unpack(buf_sv(&packed), out);
	buf_done(&packed);
	return result;
}

/* ---- removing ---- */

struct folder {
	char name[FOLDER_DIGITS + 1];
	uint64_t bytes;
};

static int
compare_folders(const void *a, const void *b)
{
	const struct folder *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static bool
is_folder_name(const char *name)
{
	return strlen(name) == FOLDER_DIGITS &&
	       strspn(name, "0123456789abcdef") == FOLDER_DIGITS;
}

/* Adds up the files of a folder, or removes them and it. */
static size_t
sweep(const char *root, const char *name, bool remove, uint64_t *bytes)
{
	char path[KEEP_PATH];
	struct dirent *entry;
	struct stat st;
	size_t n = 0;
	DIR *dir;

	snprintf(path, sizeof path, "%s/%s", root, name);
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		if (fstatat(dirfd(dir), entry->d_name, &st,
		            AT_SYMLINK_NOFOLLOW) ||
		    !S_ISREG(st.st_mode))
			continue;
		*bytes += (uint64_t)st.st_size;
		n += !remove || unlinkat(dirfd(dir), entry->d_name, 0) == 0;
	}
	if (dir)
		closedir(dir);
	if (remove)
		rmdir(path);
	return n;
}

static size_t
list_folders(const char *root, struct folder list[FOLDERS_MAX])
{
	DIR *dir = opendir(root);
	struct dirent *entry;
	size_t n = 0;

	while (dir && n < FOLDERS_MAX && (entry = readdir(dir))) {
		if (!is_folder_name(entry->d_name))
			continue;
		list[n].bytes = 0;
		memcpy(list[n].name, entry->d_name, sizeof list[n].name);
		sweep(root, entry->d_name, false, &list[n].bytes);
		n++;
	}
	if (dir)
		closedir(dir);
	qsort(list, n, sizeof *list, compare_folders);
	return n;
}

/* When the last message that can be in a folder came. */
static int64_t
folder_end_ms(const struct folder *f)
{
	return (strtoll(f->name, NULL, 16) + 1) << FOLDER_BITS;
}

size_t
keep_prune(const struct conf *conf, int64_t unix_ms)
{
	static struct folder list[FOLDERS_MAX];
	uint64_t total = 0, gone;
	size_t removed = 0, n;
	char root[KEEP_PATH];

	root_path(conf, root);
	n = list_folders(root, list);
	for (size_t i = 0; i < n; i++)
		total += list[i].bytes;
	for (size_t i = 0; i < n; i++) {
		if (folder_end_ms(&list[i]) >= unix_ms - conf->keep.time_ms &&
		    total <= (uint64_t)conf->keep.bytes_max)
			break;
		gone = 0;
		removed += sweep(root, list[i].name, true, &gone);
		total -= list[i].bytes;
	}
	return removed;
}
