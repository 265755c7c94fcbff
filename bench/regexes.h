/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Vectorscan's multi-regex mode, for comparison only: all expressions of a
 * slot in one database, exact where it can, as a prefilter where it must, and
 * PCRE2 to confirm those and whatever has to be counted. What it refuses or
 * takes too long to compile goes through our own gates.
 */
#ifndef BENCH_REGEXES_H
#define BENCH_REGEXES_H

#include "match/match.h"

struct regexes;

struct regexes_build {
	unsigned exact, prefiltered, refused, too_slow;
	size_t database_bytes, scratch_bytes;
	double trial_cpu_s; /* finding out what it can take, in a child */
};

/* `set` must be one of "pcre2" and outlive the result. An expression may take
 * `budget_ms` of CPU time. NULL where Vectorscan is not installed. */
struct regexes *regexes_new(const struct match_set *set, unsigned budget_ms,
                            struct regexes_build *ret_build);
void regexes_free(struct regexes *r); /* takes NULL */

struct regexes_tally {
	uint64_t found, confirmed;
};

/* Decides all patterns of the set for one message. */
void regexes_run(struct regexes *r, const struct match_job *job,
                 struct regexes_tally *tally);

#endif
