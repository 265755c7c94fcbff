/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Segments: the files of a spool folder. Each is a sequence of lines
 *
 *     CHECKSUM SPACE RECORD LF
 *
 * with the XXH32 of the record in hexadecimal, and is named by its number, 16
 * hexadecimal digits. Only the one with the highest number grows; one that
 * has reached its size is sealed (mode 0400) under the folder's lock before
 * the next one is made, so a reader that is at the end of a sealed segment
 * has seen all of it. A line that was cut short by a dying process has no
 * valid checksum and is passed over.
 */
#ifndef REPORT_SEGMENT_H
#define REPORT_SEGMENT_H

#include "base/buf.h"
#include "base/sv.h"

#define SEGMENT_SUFFIX ".ndjson"
enum {
	SEGMENT_NAME = 24, /* bytes of a name, NUL included */
	SEGMENT_MODE = 0600,
	SEGMENT_MODE_SEALED = 0400,
	SEGMENT_RECORD_MAX = 1 << 20, /* bytes */
};

struct segment {
	uint64_t number;
	uint64_t bytes;
	bool sealed;
};

/* All segments of a folder, ascending; the caller frees *ret_list. E_IO. */
int segment_list(const char *dir, struct segment **ret_list, size_t *ret_n)
    __attribute__((warn_unused_result));

/* "00000193c5e1a2b4.ndjson"; returns name. */
char *segment_name(uint64_t number, char name[SEGMENT_NAME]);

/* Opens one by its number relative to the folder; -1 with errno. */
int segment_open(int dir_fd, uint64_t number, int flags);

enum { SEGMENT_PREFIX = 9 }; /* checksum and space */
void segment_prefix(struct sv record, char prefix[SEGMENT_PREFIX + 1]);

/* Whether a line (without LF) is whole; then the record in it. */
bool segment_line(struct sv line, struct sv *ret_record);

/* The longest line, and what is read at once, which is more. */
enum {
	SEGMENT_LINE_MAX = SEGMENT_PREFIX + SEGMENT_RECORD_MAX + 1,
	SEGMENT_READ_BYTES = 4 << 20,
};

/* Replaces the content of `out` by `bytes` from `offset`, fewer at the end of
 * the file or the bound of `out`. E_IO. */
int segment_read(int fd, uint64_t offset, size_t bytes, struct buf *out)
    __attribute__((warn_unused_result));

#endif
