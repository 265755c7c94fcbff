/* SPDX-License-Identifier: Apache-2.0 */
/* Whole files and descriptors. Errors: E_IO with errno set, E_LIMIT. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/buf.h"

/* Appends the whole of a file (or of a descriptor, to its end) to `b`;
 * E_LIMIT when it does not fit. "-" is standard input. */
int file_read(const char *path, struct buf *b)
    __attribute__((warn_unused_result));
int file_read_fd(int fd, struct buf *b) __attribute__((warn_unused_result));

/* Appends `bytes` bytes from `begin` on; E_STATE when the file has become
 * shorter than that. */
int file_read_part(const char *path, off_t begin, size_t bytes, struct buf *b)
    __attribute__((warn_unused_result));

/* All of `s`, however often the kernel writes only a part. */
int file_write_fd(int fd, struct sv s) __attribute__((warn_unused_result));

/* Replaces a file so that it has the old or the new content, even after a
 * power cut: temporary file, fsync, rename, fsync of the folder. */
int file_replace(const char *path, struct sv content, mode_t mode)
    __attribute__((warn_unused_result));

/* Gives a file or a folder another name in the same folder, for good: what it
 * holds must be on the disk already. */
int file_rename(const char *from, const char *to)
    __attribute__((warn_unused_result));

/* Makes a folder with `mode` and those above it; fine when it exists. */
int file_mkdirs(const char *path, mode_t mode)
    __attribute__((warn_unused_result));

/* Calls `each` for the path itself, or when it is a folder for each regular
 * file below it, in byte order of their names. Files whose names do not end
 * in `suffix` (any case; NULL: all do) are left out below folders, and so are
 * names that begin with a dot and links to folders. Stops at the first result
 * that is not 0 and returns it. */
int file_walk(const char *path, const char *suffix,
              int (*each)(void *ctx, const char *path), void *ctx);

#endif
