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
#include "base/mem.h"
#include "base/uuid.h"

enum {
	ZSTD_LEVEL = 1,
	FOLDER_DIGITS = 6, /* of the time: 2^24 ms */
	FOLDER_BITS = 24,
	FOLDERS_MAX = 4096,
};

static const char *const folders[KEPT_KINDS] = {
	[KEPT_MESSAGES] = "kept",
	[KEPT_HELD] = "held",
	[KEPT_POSTS] = "posts",
};

struct bounds {
	int64_t time_ms, bytes_max;
};

static struct bounds
bounds_of(const struct conf *conf, enum kept kind)
{
	if (kind == KEPT_HELD)
		return (struct bounds){ conf->review.time_ms,
			                conf->review.bytes_max };
	if (kind == KEPT_POSTS)
		return (struct bounds){ conf->http.rejudge_ms,
			                conf->http.rejudge_bytes_max };
	return (struct bounds){ conf->keep.time_ms, conf->keep.bytes_max };
}

static void
root_path(const struct conf *conf, enum kept kind, char path[KEEP_PATH])
{
	snprintf(path, KEEP_PATH, "%s/%s", conf->tamisd.state_dir,
	         folders[kind]);
}

/* The folder of an id, and the file. E_SYNTAX: it is no id, and so may be
 * anything else. */
static int
make_paths(const struct conf *conf, enum kept kind, const char *id,
           char folder[KEEP_PATH], char file[KEEP_PATH])
{
	if (strlen(id) != UUID_TEXT - 1 ||
	    strspn(id, "0123456789abcdef-") != UUID_TEXT - 1)
		return E_SYNTAX;
	snprintf(folder, KEEP_PATH, "%s/%s/%.*s", conf->tamisd.state_dir,
	         folders[kind], FOLDER_DIGITS, id);
	snprintf(file, KEEP_PATH, "%s/%s/%.*s/%s", conf->tamisd.state_dir,
	         folders[kind], FOLDER_DIGITS, id, id);
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

static void
pack(struct sv raw, struct buf *out)
{
	size_t bound = ZSTD_compressBound(raw.n), n;

	buf_init(out, bound);
	n = ZSTD_compress(buf_room(out, bound), bound, raw.p, raw.n,
	                  ZSTD_LEVEL);
	out->n = ZSTD_isError(n) ? 0 : n;
}

int
keep_put(const struct conf *conf, enum kept kind, const char *id, struct sv raw)
{
	char folder[KEEP_PATH], file[KEEP_PATH];
	int result = make_paths(conf, kind, id, folder, file);
	struct buf packed;

	if (result)
		return result;
	pack(raw, &packed);
	result = file_mkdirs(folder, 0700);
	if (result == 0)
		result = write_file(file, buf_sv(&packed));
	buf_done(&packed);
	return result;
}

int
keep_replace(const struct conf *conf, enum kept kind, const char *id,
             struct sv raw)
{
	char folder[KEEP_PATH], file[KEEP_PATH];
	int result = make_paths(conf, kind, id, folder, file);
	struct buf packed;

	if (result)
		return result;
	pack(raw, &packed);
	result = file_replace(file, buf_sv(&packed), 0600);
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
keep_get(const struct conf *conf, enum kept kind, const char *id,
         struct buf *out)
{
	struct buf packed = BUF_INIT(ZSTD_compressBound(out->max));
	char folder[KEEP_PATH], file[KEEP_PATH];
	int result = make_paths(conf, kind, id, folder, file);

	if (result)
		return result;
	result = file_read(file, &packed);
	if (result == E_IO && errno == ENOENT)
		result = E_UNKNOWN;
	if (result == 0)
		result = unpack(buf_sv(&packed), out);
	buf_done(&packed);
	return result;
}

void
keep_drop(const struct conf *conf, enum kept kind, const char *id)
{
	char folder[KEEP_PATH], file[KEEP_PATH];

	if (make_paths(conf, kind, id, folder, file) == 0)
		unlink(file);
}

/* ---- all of them ---- */

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

static int
compare_names(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int
is_file_name(const struct dirent *entry)
{
	return uuid_valid(sv_str(entry->d_name));
}

static int
each_in_folder(const char *root, const char *name,
               int (*each)(void *ctx, const char *id), void *ctx)
{
	struct dirent **entries;
	char path[KEEP_PATH + FOLDER_DIGITS + 2];
	int result = 0, n;

	snprintf(path, sizeof path, "%s/%s", root, name);
	n = scandir(path, &entries, is_file_name, compare_names);
	for (int i = 0; i < n; i++) {
		if (result == 0)
			result = each(ctx, entries[i]->d_name);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	return result;
}

int
keep_each(const struct conf *conf, enum kept kind,
          int (*each)(void *ctx, const char *id), void *ctx)
{
	struct folder *list = mem_calloc(FOLDERS_MAX, sizeof *list);
	char root[KEEP_PATH];
	int result = 0;
	size_t n;

	root_path(conf, kind, root);
	n = list_folders(root, list);
	while (n-- && result == 0)
		result = each_in_folder(root, list[n].name, each, ctx);
	free(list);
	return result;
}

/* ---- removing ---- */

/* When the last message that can be in a folder came. */
static int64_t
folder_end_ms(const struct folder *f)
{
	return (strtoll(f->name, NULL, 16) + 1) << FOLDER_BITS;
}

size_t
keep_prune(const struct conf *conf, enum kept kind, int64_t unix_ms)
{
	struct folder *list = mem_calloc(FOLDERS_MAX, sizeof *list);
	struct bounds bounds = bounds_of(conf, kind);
	uint64_t total = 0, gone;
	size_t removed = 0, n;
	char root[KEEP_PATH];

	root_path(conf, kind, root);
	n = list_folders(root, list);
	for (size_t i = 0; i < n; i++)
		total += list[i].bytes;
	for (size_t i = 0; i < n; i++) {
		if (folder_end_ms(&list[i]) >= unix_ms - bounds.time_ms &&
		    total <= (uint64_t)bounds.bytes_max)
			break;
		gone = 0;
		removed += sweep(root, list[i].name, true, &gone);
		total -= list[i].bytes;
	}
	free(list);
	return removed;
}
