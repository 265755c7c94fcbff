/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of record/ share among themselves. */
#ifndef RECORD_PRIVATE_H
#define RECORD_PRIVATE_H

#include "record/record.h"
#include "record/words.h"

enum total { /* index of aggregate_totals */
	     TOTAL_ITEMS,
	     TOTAL_RECIPIENTS,
	     TOTAL_BYTES,
	     TOTAL_CPU_US,
	     TOTAL_INCOMPLETE,
	     TOTAL_VERDICTS, /* the first of the verdicts, which end the list */
	     TOTAL_COUNT = TOTAL_VERDICTS + 5,
};

enum table { /* index of aggregate_tables */
	     TABLE_CHANNEL,
	     TABLE_SURFACE,
	     TABLE_CATEGORY,
	     TABLE_RULE, /* the only one whose sum is not the number of items */
	     TABLE_COUNT,
};
extern const enum words table_words[TABLE_COUNT][3];

/* Rows of one table; what comes after is counted as "other". A stock rule set
 * of SpamAssassin has about 3,000 rules. */
enum { TABLE_ROWS_MAX = 8000 };

/* For batch_parse(): sets what was read. */
void aggregate_set_total(struct aggregate *g, enum total index, uint64_t value);
void aggregate_count_row(struct aggregate *g, enum table t,
                         const struct sv *cells, uint64_t count);
bool aggregate_has_row(const struct aggregate *g, enum table t,
                       const struct sv *cells);

#endif
