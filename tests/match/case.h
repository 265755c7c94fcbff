/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One made-up case: a few expressions in a few slots, and messages with texts
 * made of their pieces. An engine must say of every expression what "pcre2"
 * says: found or not, where, how long, how often.
 */
#ifndef TESTS_MATCH_CASE_H
#define TESTS_MATCH_CASE_H

#include <stdio.h>

#include "match/match.h"

struct case_counts {
	uint64_t patterns, compiled; /* the others are no regex */
	uint64_t decisions, found;   /* of "pcre2" */
	uint64_t candidates;         /* of the engine */
	uint64_t undecided;          /* "pcre2" met a limit */
	uint64_t given_up;           /* the engine did, out of CPU time */
};

/* Workers that outlive a case, so that what one leaves behind is seen in the
 * next. */
struct case_runner;
struct case_runner *case_runner_new(const struct match_engine *engine);
void case_runner_free(struct case_runner *r);

/* The bytes decide everything. False when there is a difference, which is
 * described on `out`. Adds to *counts. */
bool case_run(struct case_runner *r, struct sv bytes, FILE *out,
              struct case_counts *counts);

#endif
