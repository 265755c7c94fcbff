/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A segment that is deleted before a reporter has read it. Each record is a
 * loss, but for those that tell of a loss: what these tell is, as nobody else
 * knows it any more. All of it is saved before anything is deleted. A package
 * that is under way stays as it is: its records are behind the place already.
 */
#include "base/log.h"
#include "report/item.h"
#include "report/work.h"

enum {
	READ_RECORDS = 2000, /* at once */
	KIND_WITHIN = 40,    /* bytes of a gap, which begins with its kind */
};

/* Lines that were not sound may have been records. */
static uint64_t
count_left(const struct place *at, const struct extent *segment)
{
	uint64_t all = segment->records + segment->torn, read = 0;

	if (at->segment == segment->segment)
		read = at->records + at->torn;
	return at->segment > segment->segment || read >= all ? 0 : all - read;
}

/* Takes over what a gap tells; true when the record is one. */
static bool
take_gap(struct reporter *r, struct sv record)
{
	struct cursor *c = &r->cursor;
	struct item item;
	bool is_gap;

	if (sv_find(sv_sub(record, 0, KIND_WITHIN), SV("\"gap\"")) ==
	        SV_NOT_FOUND ||
	    !item_read(record, &item))
		return false;
	is_gap = item.kind == ITEM_GAP;
	if (is_gap)
		work_lose(r, item.gap.begin_unix_ms, item.gap.end_unix_ms,
		          gap_mark_add(&c->gap, item.gap.generation,
		                       item.gap.records),
		          GAP_DISK_FULL);
	item_done(&item);
	return is_gap;
}

/* Takes over what the rest of a segment tells of losses; returns how many
 * records that are. One that cannot be read counts as a loss like others. */
static uint64_t
take_gaps(struct reporter *r, const struct extent *segment)
{
	struct place at = r->cursor.at;
	uint64_t n = 0;
	struct range range;

	if (at.segment != segment->segment)
		at = (struct place){ .segment = segment->segment };
	range_init(&range);
	while (range_read(r->tally, &at, READ_RECORDS, &range) == 0 &&
	       range.n && range.from.segment == segment->segment) {
		for (size_t i = 0; i < range.n; i++)
			n += take_gap(r, range.records[i]);
		at = range.to;
	}
	range_done(&range);
	return n;
}

bool
reporter_drop(struct reporter *r, const struct extent *segment)
{
	struct cursor *c = &r->cursor, before;
	uint64_t lost, told;
	bool saved = true;

	pthread_mutex_lock(&r->mutex);
	before = *c;
	lost = count_left(&c->at, segment);
	if (c->at.segment <= segment->segment) {
		told = take_gaps(r, segment);
		lost -= told < lost ? told : lost;
		work_lose(r, segment->begin_ms, segment->end_ms, lost,
		          GAP_SPOOL_FULL);
		c->at = (struct place){ .segment = segment->segment + 1 };
		saved = work_save(r) == 0;
	}
	if (!saved)
		*c = before;
	else if (lost)
		log_warning("%s: the spool is full: %llu records lost",
		            r->own->name, (unsigned long long)lost);
	pthread_mutex_unlock(&r->mutex);
	return saved;
}
