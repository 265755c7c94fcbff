/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of the spool: records of all kinds, gaps among them. */
#include <stdint.h>
#include <stdlib.h>

#include "report/gaps.h"
#include "report/item.h"
#include "report/segment.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
add_gap(const struct item *item)
{
	struct gaps gaps = { .n = 0 };
	struct gap_mark mark = { 0 };
	uint64_t n =
	    gap_mark_add(&mark, item->gap.generation, item->gap.records);

	gaps_add(&gaps, item->gap.begin_unix_ms, item->gap.end_unix_ms, n,
	         GAP_DISK_FULL);
	if (gaps_records(&gaps) != n ||
	    gap_mark_add(&mark, item->gap.generation, item->gap.records))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sv text = sv_make((const char *)data, size), record;
	struct item item;

	(void)!segment_line(text, &record);
	if (!item_read(text, &item))
		return 0;
	if (item.kind == ITEM_GAP)
		add_gap(&item);
	item_done(&item);
	return 0;
}
