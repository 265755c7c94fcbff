/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a reporter remembers over a restart: its place in the spool, its
 * counters, and the package that it has made but not yet handed over. All of
 * it is one file that is replaced at once: a package is either still records
 * of the spool or packed, never both and never neither.
 */
#ifndef REPORT_CURSOR_H
#define REPORT_CURSOR_H

#include "base/buf.h"
#include "record/shape.h"
#include "report/gaps.h"
#include "report/tally.h"

enum { PACKAGE_ID_MAX = 320 };

/* A run of records in the form in which it is sent, again and again until
 * somebody answers. */
struct package {
	char id[PACKAGE_ID_MAX]; /* "": none */
	uint64_t records;
	uint64_t lost; /* the loss that it tells of */
	struct gaps gaps;
	int64_t begin_ms, end_ms; /* of its first and last record */
	struct buf body;
};

/* How was counted when the last package was made; "": there was none. */
struct method {
	char ruleset[SHAPE_RULESET_MAX + 1];
	char generator[64], profile[16];
	uint64_t k_min;
};

struct cursor {
	struct place at;
	uint64_t delivered; /* records */
	uint64_t lost;      /* records that never will be */
	uint64_t untold;    /* of these, those that no package has told of */
	struct gaps gaps;   /* the same by time */
	struct method method;
	struct gap_mark gap;
	struct place told_at; /* where the last package without records is */
	struct package package;
};

enum { PACKAGE_BYTES_MAX = 16 << 20 };
void cursor_init(struct cursor *c);
void cursor_done(struct cursor *c);

/* What the file holds. Reading takes a new cursor; after E_SYNTAX it is of no
 * use, but for cursor_done(). */
int cursor_read(struct sv text, struct cursor *c)
    __attribute__((warn_unused_result));
void cursor_write(const struct cursor *c, struct buf *out);

/* The file DIR/NAME. Loading one that is not there gives a new cursor; E_IO,
 * E_SYNTAX. */
int cursor_load(const char *dir, const char *name, struct cursor *c)
    __attribute__((warn_unused_result));
int cursor_save(const char *dir, const char *name, const struct cursor *c)
    __attribute__((warn_unused_result));

#endif
