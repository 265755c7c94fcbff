/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of record/ share among themselves. */
#ifndef RECORD_PRIVATE_H
#define RECORD_PRIVATE_H

#include "record/record.h"
#include "record/words.h"

struct reader;

enum total { /* index of aggregate_totals */
	     TOTAL_ITEMS,
	     TOTAL_RECIPIENTS,
	     TOTAL_BYTES,
	     TOTAL_CPU_US,
	     TOTAL_INCOMPLETE,
	     TOTAL_HELD,
	     TOTAL_SPAM_RECIPIENTS,
	     TOTAL_SPAM_BYTES,
	     TOTAL_SPAM_CPU_US,
	     TOTAL_CONNECTIONS,
	     TOTAL_CONNECTIONS_DROPPED,
	     TOTAL_COMPLAINTS,
	     TOTAL_NOT_SPAM,
	     TOTAL_APPEALS,
	     TOTAL_WITHDRAWN,
	     TOTAL_CORRECTIONS,
	     TOTAL_AUDITED,
	     TOTAL_FALSE_POSITIVE,
	     TOTAL_FALSE_NEGATIVE,
	     TOTAL_APPEALS_OVERTURNED,
	     TOTAL_RECOGNITIONS,
	     TOTAL_RECOGNITION_S,
	     TOTAL_VERDICTS, /* the first of the verdicts, which end the list */
	     TOTAL_COUNT = TOTAL_VERDICTS + 5,
};

enum table { /* index of aggregate_tables */
	     TABLE_CHANNEL,
	     TABLE_SURFACE,
	     TABLE_CATEGORY,
	     TABLE_COUNTRY,
	     TABLE_ASN,
	     TABLE_AUTH,
	     TABLE_EVIDENCE,
	     TABLE_ROUTE,
	     TABLE_FEEDBACK,
	     TABLE_REASON,
	     TABLE_CORRECTION,
	     TABLE_RECOGNITION,
	     TABLE_RULE,
	     TABLE_CAMPAIGN,
	     TABLE_COUNT,
};
extern const enum words table_words[TABLE_COUNT][3];

/* Totals and tables that every aggregate names; others are left out where
 * they are 0 and empty. */
enum { TABLES_REQUIRED = TABLE_CATEGORY + 1 };
static inline bool
total_is_required(size_t total)
{
	return total <= TOTAL_INCOMPLETE || total >= TOTAL_VERDICTS;
}

/* What the rows of a table add up to. */
struct table_sum {
	enum table_of {
		OF_ITEMS, /* `times` for each item */
		OF_FEEDBACK,
		OF_COMPLAINTS,
		OF_CORRECTIONS,
		OF_RECOGNITIONS,
		OF_NOTHING, /* an item counts for any number of rows */
	} of;
	uint64_t times;
};
extern const struct table_sum table_sums[TABLE_COUNT];
uint64_t table_sum(const struct aggregate *g, enum table t);

/* Rows of one table; what comes after is counted as "other". A stock rule set
 * of SpamAssassin has about 3,000 rules. */
enum { TABLE_ROWS_MAX = 8000 };

/* For batch_parse(): sets what was read. */
void aggregate_set_total(struct aggregate *g, enum total index, uint64_t value);
void aggregate_count_row(struct aggregate *g, enum table t,
                         const struct sv *cells, uint64_t count);
size_t aggregate_row_count(const struct aggregate *g, enum table t);
bool aggregate_has_row(const struct aggregate *g, enum table t,
                       const struct sv *cells);

/* The member "aggregates" of a batch. */
bool aggregates_read(struct reader *r, json_t *root, struct batch *b);

/* A full minute, written as clock_text() does. */
bool reader_minute(struct reader *r, json_t *object, const char *name,
                   int64_t *ret);
/* A text of that shape. */
bool reader_shape(struct reader *r, json_t *object, const char *name,
                  enum shape shape, struct sv *ret);
/* A word of a NULL-terminated list. */
bool reader_word(struct reader *r, json_t *object, const char *name,
                 const char *const *list, struct sv *ret);

#endif
