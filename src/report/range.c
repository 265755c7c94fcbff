/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"
#include "report/segment.h"
#include "report/tally.h"

void
range_init(struct range *r)
{
	*r = (struct range){ .text = BUF_INIT(SEGMENT_READ_BYTES) };
}

void
range_done(struct range *r)
{
	free(r->records);
	free(r->ends);
	buf_done(&r->text);
}

static void
add_record(struct range *r, struct sv record, uint64_t end)
{
	if (r->n == r->size) {
		r->size = r->size ? r->size * 2 : 64;
		r->records =
		    mem_realloc(r->records, r->size * sizeof *r->records);
		r->ends = mem_realloc(r->ends, r->size * sizeof *r->ends);
	}
	r->records[r->n] = record;
	r->ends[r->n++] = end;
}

static void
find_records(struct range *r, size_t records_max)
{
	struct sv text = buf_sv(&r->text), line, record;
	size_t used = 0;

	while (r->n < records_max) {
		size_t lf = sv_find_char(sv_from(text, used), '\n');

		if (lf == SV_NOT_FOUND) {
			/* longer than any line: pass over it */
			if (text.n - used >= SEGMENT_LINE_MAX)
				used = text.n;
			break;
		}
		line = sv_sub(text, used, used + lf);
		used += lf + 1;
		if (segment_line(line, &record))
			add_record(r, record, r->from.offset + used);
	}
	/* what is left is a torn end, or comes with the next range */
	r->to.offset = r->from.offset + used;
	r->to.records = r->from.records + r->n;
}

static int
read_once(struct tally *t, const struct place *at, size_t records_max,
          struct range *r)
{
	struct extent e;
	size_t want;
	int fd, result;

	r->from = r->to = *at;
	r->n = 0;
	r->more = false;
	if (!tally_find(t, at->segment, &e))
		return 0;
	if (e.segment != at->segment || (e.complete && at->offset >= e.bytes &&
	                                 tally_find(t, at->segment + 1, &e)))
		r->from = r->to = (struct place){ .segment = e.segment };
	if (r->from.offset > e.bytes) /* the disk lost what it had synced */
		r->from = r->to =
		    (struct place){ e.segment, e.bytes, e.records };
	if (r->from.offset == e.bytes)
		return 0;
	want = e.bytes - r->from.offset < SEGMENT_READ_BYTES
	           ? (size_t)(e.bytes - r->from.offset)
	           : SEGMENT_READ_BYTES;
	fd = tally_open(t, e.segment);
	if (fd < 0)
		return E_IO;
	result = segment_read(fd, r->from.offset, want, &r->text);
	close(fd);
	if (result)
		return result;
	find_records(r, records_max);
	if (r->n < records_max && r->text.n == e.bytes - r->from.offset)
		r->to.offset = e.bytes;
	r->more = e.complete || r->to.offset < e.bytes;
	return 0;
}

int
range_read(struct tally *t, const struct place *at, size_t records_max,
           struct range *r)
{
	struct place before;
	int result;

	/* torn lines and the ends of segments bring on, but no records */
	r->to = *at;
	do {
		before = r->to;
		result = read_once(t, &before, records_max, r);
	} while (
	    result == 0 && r->n == 0 &&
	    (r->to.segment != before.segment || r->to.offset != before.offset));
	return result;
}

void
range_cut(struct range *r, size_t n)
{
	if (n >= r->n)
		return;
	r->n = n;
	r->to.offset = r->ends[n - 1];
	r->to.records = r->from.records + n;
	r->more = true;
}
