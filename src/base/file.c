/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"

int
file_read_fd(int fd, struct buf *b)
{
	char block[16384];

	for (;;) {
		ssize_t n = read(fd, block, sizeof block);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return E_IO;
		if (n == 0)
			return 0;
		if (!buf_add(b, sv_make(block, (size_t)n)))
			return E_LIMIT;
	}
}

int
file_read(const char *path, struct buf *b)
{
	int fd, result, saved;

	if (strcmp(path, "-") == 0)
		return file_read_fd(STDIN_FILENO, b);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return E_IO;
	result = file_read_fd(fd, b);
	saved = errno;
	close(fd);
	errno = saved;
	return result;
}

/* What there is of it, up to `bytes`. */
static int
read_part(int fd, off_t begin, size_t bytes, char *to, size_t *ret_n)
{
	*ret_n = 0;
	while (*ret_n < bytes) {
		ssize_t n = pread(fd, to + *ret_n, bytes - *ret_n,
		                  begin + (off_t)*ret_n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return E_IO;
		if (n == 0)
			return E_STATE;
		*ret_n += (size_t)n;
	}
	return 0;
}

int
file_read_part(const char *path, off_t begin, size_t bytes, struct buf *b)
{
	size_t fits = b->max - b->n, n;
	int fd = open(path, O_RDONLY | O_CLOEXEC), result, saved;
	bool whole = bytes <= fits;
	char *room;

	if (fd < 0)
		return E_IO;
	if (!whole)
		bytes = fits;
	room = buf_room(b, bytes);
	result = read_part(fd, begin, bytes, room, &n);
	saved = errno;
	close(fd);
	errno = saved;
	b->n += n;
	room[n] = '\0';
	b->full |= !whole;
	return result == 0 && !whole ? E_LIMIT : result;
}

int
file_write_fd(int fd, struct sv s)
{
	while (s.n) {
		ssize_t n = write(fd, s.p, s.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return E_IO;
		s = sv_from(s, (size_t)n);
	}
	return 0;
}

static int
sync_folder_of(const char *path)
{
	char *folder = mem_strdup(path), *slash = strrchr(folder, '/');
	int fd, result;

	if (slash)
		*slash = '\0';
	fd = open(slash ? (*folder ? folder : "/") : ".",
	          O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(folder);
	if (fd < 0)
		return E_IO;
	result = fsync(fd) ? E_IO : 0;
	close(fd);
	return result;
}

int
file_replace(const char *path, struct sv content, mode_t mode)
{
	struct buf temporary = BUF_INIT(4096);
	int fd, result = E_IO;

	buf_addf(&temporary, "%s.new.%ld", path, (long)getpid());
	fd = open(buf_str(&temporary), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
	          mode);
	if (fd < 0)
		goto out;
	result = file_write_fd(fd, content);
	if (result == 0 && fsync(fd))
		result = E_IO;
	if (close(fd) && result == 0)
		result = E_IO;
	if (result == 0 && rename(buf_str(&temporary), path))
		result = E_IO;
	if (result == 0)
		result = sync_folder_of(path);
	else
		unlink(buf_str(&temporary));
out:
	buf_done(&temporary);
	return result;
}

int
file_rename(const char *from, const char *to)
{
	return rename(from, to) ? E_IO : sync_folder_of(to);
}

/* E_IO with ENOTDIR when something else is in the way. */
static int
make_folder(const char *path, mode_t mode)
{
	struct stat st;

	if (mkdir(path, mode) == 0)
		return 0;
	if (errno != EEXIST || stat(path, &st))
		return E_IO;
	if (S_ISDIR(st.st_mode))
		return 0;
	errno = ENOTDIR;
	return E_IO;
}

int
file_mkdirs(const char *path, mode_t mode)
{
	char *copy = mem_strdup(path);
	size_t n = strlen(copy);
	int result = 0;

	while (n > 1 && copy[n - 1] == '/')
		copy[--n] = '\0';
	for (size_t i = 1; i < n && result == 0; i++) {
		if (copy[i] != '/')
			continue;
		copy[i] = '\0';
		result = make_folder(copy, 0755);
		copy[i] = '/';
	}
	if (result == 0)
		result = make_folder(copy, mode);
	free(copy);
	return result;
}

static int
by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

enum found { FOUND_NOTHING, FOUND_FILE, FOUND_FOLDER };

/* What a name in a folder is. A link to a folder is nothing, so that links
 * cannot lead around in circles. */
static enum found
look_at(const char *path)
{
	struct stat st;

	if (lstat(path, &st))
		return FOUND_NOTHING;
	if (S_ISDIR(st.st_mode))
		return FOUND_FOLDER;
	if (S_ISLNK(st.st_mode) && stat(path, &st))
		return FOUND_NOTHING;
	return S_ISREG(st.st_mode) ? FOUND_FILE : FOUND_NOTHING;
}

static int walk_folder(const char *path, const char *suffix,
                       int (*each)(void *ctx, const char *path), void *ctx);

static int
walk_name(const char *folder, const char *name, const char *suffix,
          int (*each)(void *ctx, const char *path), void *ctx)
{
	struct buf path = BUF_INIT(4096); /* the kernel takes no longer one */
	enum found found;
	int result = 0;

	if (name[0] == '.')
		return 0;
	buf_addf(&path, "%s/%s", folder, name);
	found = look_at(buf_str(&path));
	if (found == FOUND_FOLDER)
		result = walk_folder(buf_str(&path), suffix, each, ctx);
	else if (found == FOUND_FILE &&
	         (!suffix || sv_iends(sv_str(name), sv_str(suffix))))
		result = each(ctx, buf_str(&path));
	buf_done(&path);
	return result;
}

static int
walk_folder(const char *path, const char *suffix,
            int (*each)(void *ctx, const char *path), void *ctx)
{
	struct dirent **names;
	int result = 0, n = scandir(path, &names, NULL, by_bytes);

	if (n < 0)
		return E_IO;
	for (int i = 0; i < n; i++) {
		if (result == 0)
			result = walk_name(path, names[i]->d_name, suffix, each,
			                   ctx);
		free(names[i]);
	}
	free(names);
	return result;
}

int
file_walk(const char *path, const char *suffix,
          int (*each)(void *ctx, const char *path), void *ctx)
{
	struct stat st;

	if (strcmp(path, "-") == 0)
		return each(ctx, path);
	if (stat(path, &st))
		return E_IO;
	if (!S_ISDIR(st.st_mode))
		return each(ctx, path);
	return walk_folder(path, suffix, each, ctx);
}
