/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records that no batch will have: when they were written, how many, and why.
 * A list is bounded: what comes when it is full widens the last entry, so that
 * the sum is always exact.
 */
#ifndef REPORT_GAPS_H
#define REPORT_GAPS_H

#include <jansson.h>

#include "base/json.h"
#include "record/record.h"

enum gap_why { /* index of batch_gaps */
	       GAP_SPOOL_FULL,
	       GAP_DISK_FULL,
	       GAP_REFUSED,
	       GAP_UNREADABLE,
};

struct gap {
	int64_t begin_ms, end_ms; /* full minutes, begin before end */
	uint64_t records;
	enum gap_why why;
};

enum { GAPS_MAX = 40 };

struct gaps {
	struct gap list[GAPS_MAX];
	size_t n;
};

/* Adds records of that time, in whatever order; none: nothing is added. */
void gaps_add(struct gaps *g, int64_t begin_ms, int64_t end_ms,
              uint64_t records, enum gap_why why);
void gaps_add_all(struct gaps *g, const struct gaps *other);
uint64_t gaps_records(const struct gaps *g);

/* The last record of a gap that was seen. It may come again, with what was
 * lost meanwhile, as its writer may die before it can note that it told. */
struct gap_mark {
	uint64_t generation, records;
};

/* How many records a gap tells of that are not counted yet; they are now. */
uint64_t gap_mark_add(struct gap_mark *m, uint64_t generation,
                      uint64_t records);

/* As an array of JSON, and back; false: it is none. */
void gaps_write(const struct gaps *g, struct json *j, const char *name);
bool gaps_read(json_t *array, struct gaps *ret);

#endif
