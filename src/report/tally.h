/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the spool holds: for each segment how far it has whole lines that are
 * on the disk, and how many records they are. The reporters read no further,
 * so what was delivered cannot vanish in a power cut, and backlog and loss
 * are known without counting again.
 *
 * One thread updates and deletes; any thread may ask.
 */
#ifndef REPORT_TALLY_H
#define REPORT_TALLY_H

#include "base/buf.h"
#include "base/sv.h"

struct extent {
	uint64_t segment;
	uint64_t bytes;           /* up to the last whole line */
	uint64_t records;         /* sound lines among them */
	uint64_t torn;            /* the other lines */
	bool complete;            /* sealed and counted to its end */
	int64_t begin_ms, end_ms; /* times of the first and last record */
};

struct tally;

struct tally *tally_new(const char *dir);
void tally_free(struct tally *t); /* takes NULL */

/* Looks at what was appended. True when there is anything new. */
bool tally_update(struct tally *t);

/* The segment with that number or else the next one; false: none. */
bool tally_find(struct tally *t, uint64_t segment, struct extent *ret);

/* For reading; a descriptor, or -1 with errno. */
int tally_open(const struct tally *t, uint64_t segment);

/* The first one, if it is complete and another follows: it may be deleted. */
bool tally_oldest(struct tally *t, struct extent *ret);
bool tally_delete(struct tally *t, uint64_t segment); /* false: it stays */

uint64_t tally_bytes(struct tally *t); /* of all segments */
uint64_t tally_torn(struct tally *t);  /* lines seen, deleted ones too */

/* Where a reporter is: everything before is dealt with. */
struct place {
	uint64_t segment; /* 0: before all */
	uint64_t offset;  /* bytes */
	uint64_t records; /* sound lines of the segment before `offset` */
	uint64_t torn;    /* the other lines before it */
};

bool place_is(const struct place *a, const struct place *b);

struct backlog {
	uint64_t records, bytes;
};
struct backlog tally_backlog(struct tally *t, const struct place *at);

/* A run of records of one segment. */
struct range {
	struct place from, to;
	struct sv *records; /* in the order they were appended */
	struct place *ends; /* after each */
	size_t n, size;
	uint64_t skipped; /* torn lines passed over before `from` */
	bool more; /* the segment has ended or the bounds cut: do not wait */
	struct buf text;
};

/* Reads what comes after `at`, to the end of a segment at most, at most
 * `records_max` records; r->n is 0 when there is nothing (but perhaps torn
 * lines). E_IO. Start with
 * range_init(); one range may be used again and again. */
void range_init(struct range *r);
int range_read(struct tally *t, const struct place *at, size_t records_max,
               struct range *r);
void range_cut(struct range *r, size_t n);  /* keeps the first n, at least 1 */
uint64_t range_torn(const struct range *r); /* lines that were no records */
void range_done(struct range *r);

#endif
