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

bool
place_is(const struct place *a, const struct place *b)
{
	return a->segment == b->segment && a->offset == b->offset;
}

uint64_t
range_torn(const struct range *r)
{
	return r->skipped + r->to.torn - r->from.torn;
}

static void
add_record(struct range *r, struct sv record)
{
	if (r->n == r->size) {
		r->size = r->size ? r->size * 2 : 64;
		r->records =
		    mem_realloc(r->records, r->size * sizeof *r->records);
		r->ends = mem_realloc(r->ends, r->size * sizeof *r->ends);
	}
	r->records[r->n] = record;
	r->ends[r->n++] = r->to;
}

static void
find_records(struct range *r, size_t records_max)
{
	struct sv text = buf_sv(&r->text), line, record;
	size_t used = 0;
	bool is_sound;

	while (r->n < records_max) {
		size_t lf = sv_find_char(sv_from(text, used), '\n');

		if (lf == SV_NOT_FOUND) {
			/* longer than any line: pass over it */
			if (text.n - used >= SEGMENT_LINE_MAX) {
				r->to.offset += text.n - used;
				r->to.torn++;
			}
			break;
		}
		line = sv_sub(text, used, used + lf);
		used += lf + 1;
		is_sound = segment_line(line, &record);
		r->to.offset = r->from.offset + used;
		r->to.records += is_sound;
		r->to.torn += !is_sound;
		if (is_sound)
			add_record(r, record);
	}
	/* what is left is a torn end, or comes with the next range */
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
		    (struct place){ e.segment, e.bytes, e.records, e.torn };
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
	if (r->to.offset < e.bytes && r->n < records_max &&
	    r->text.n == e.bytes - r->from.offset) {
		r->to.offset = e.bytes;
		r->to.torn++; /* the end of a line that nobody will finish */
	}
	r->more = e.complete || r->to.offset < e.bytes;
	return 0;
}

int
range_read(struct tally *t, const struct place *at, size_t records_max,
           struct range *r)
{
	struct place before;
	uint64_t skipped = 0;
	int result;

	/* torn lines and the ends of segments bring on, but no records */
	r->from = r->to = *at;
	r->skipped = 0;
	do {
		skipped += range_torn(r);
		before = r->to;
		result = read_once(t, &before, records_max, r);
	} while (result == 0 && r->n == 0 && !place_is(&r->to, &before));
	r->skipped = skipped;
	return result;
}

void
range_cut(struct range *r, size_t n)
{
	if (n >= r->n)
		return;
	r->n = n;
	r->to = r->ends[n - 1];
	r->more = true;
}
