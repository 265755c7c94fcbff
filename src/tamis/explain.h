/* SPDX-License-Identifier: Apache-2.0 */
/* The page of `tamis explain`: one verdict record for a person. */
#ifndef TAMIS_EXPLAIN_H
#define TAMIS_EXPLAIN_H

#include <jansson.h>

#include "scan/scan.h"
#include "tamis/term.h"

struct explanation {
	struct term term;
	struct arena *arena;
	const char *name;             /* of the file, or NULL */
	json_t *record;               /* docs/verdict-record.md */
	const struct scan *scan;      /* when it was judged just now; or NULL */
	const struct rule_set *rules; /* in force now; or NULL */
};

void explain_print(const struct explanation *e);

/* Its parts: a title; a labelled line, which is left out when there is nothing
 * to say. */
void explain_section(const struct explanation *e, const char *title);
void explain_field(const struct explanation *e, const char *label,
                   struct sv value);

/* The section of facts: what was asked of the outside. */
void explain_facts(const struct explanation *e);

/* The section of signals: what was learned from other messages. */
void explain_signals(const struct explanation *e);

/* What a hit matched, with what stands around it where the message is at
 * hand: "claim your >>casino bonus<< today". `hit` NULL: only the record's
 * own `match`. */
struct sv explain_match(const struct explanation *e, const json_t *entry,
                        const struct rule_hit *hit, size_t columns);

#endif
