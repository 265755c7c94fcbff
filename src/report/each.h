/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reporters that tell of each record by itself: a form makes JSON of it, and
 * that is posted to an address or written to a file as a line. A reporter of
 * this kind is a form and a row: see webhook.c.
 */
#ifndef REPORT_EACH_H
#define REPORT_EACH_H

#include "report/item.h"
#include "report/outfile.h"
#include "report/pseudonym.h"
#include "report/reporter.h"
#include "web/web.h"

struct each {
	struct reporter_setup setup;
	/* Appends JSON; false: it does not tell of this one. `record` is the
	 * text that the item was read from. */
	bool (*form)(const struct each *e, struct item *item, struct sv record,
	             struct buf *out);
	struct pseudonym_key key; /* in the pseudonymous profile */
	struct outfile file;
	struct web *web; /* NULL: the file */
	struct web_answer answer;
	struct buf lines; /* for the file; one object for an address */
};

/* For the functions of a struct reporter_kind. */
void *each_open(const struct reporter_setup *setup,
                bool (*form)(const struct each *e, struct item *item,
                             struct sv record, struct buf *out),
                char why[REPORTER_WHY]);
void each_close(void *state);
int each_deliver(void *state, const struct range *range, struct delivery *ret,
                 char why[REPORTER_WHY]);

/* The form of file and webhook: in the profile evidence the record as it is,
 * otherwise an event (record/event.h), whose pseudonyms are empty in the
 * statistical profile. */
bool each_record(const struct each *e, struct item *item, struct sv record,
                 struct buf *out);

/* Whether the item is a verdict that the reporter is to tell of. */
bool each_wants_verdict(const struct each *e, const struct item *item);

#endif
