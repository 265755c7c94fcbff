/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one thread holds of the message at hand: worker.c reads its texts and
 * finds candidates, judge.c decides them. Private to these two.
 */
#ifndef MATCH_WORKER_H
#define MATCH_WORKER_H

#include "match/machine.h"
#include "match/set.h"
#include "match/stopwatch.h"
#include "match/trial.h"

enum {
	PATTERN_RANGES_MAX = 64,
	NO_RANGE = UINT16_MAX,
	PIECE_BYTES = 4096, /* read between two looks at the clock */
};

struct range { /* a match may begin at from to to */
	uint32_t element, from, to;
	uint16_t next;
};

struct candidate {      /* what the current message holds of a pattern */
	uint32_t stamp; /* that of the worker: it holds something */
	bool is_listed; /* enough: it is a candidate */
	bool is_everywhere;
	uint16_t first, last, n; /* ranges, in order of elements */
	/* Where several copies are needed: finds in the current element, and
	 * the ranges of those before. */
	uint16_t copies, kept_last, kept_n;
	uint32_t element, begin; /* of the last find */
};

struct match_worker {
	struct regex_scratch *scratch;
	struct machines *machines;
	struct trials *trials;
	uint64_t set_serial; /* which set they are of */
	const struct match_set *set;
	struct match_job job;
	struct match_text *texts; /* by slot, within the limits */
	size_t texts_size;
	struct candidate *of; /* by index of pattern */
	unsigned *candidates; /* ids */
	size_t n_candidates, patterns_size;
	uint32_t stamp;
	struct range *ranges;
	size_t n_ranges;
	void *vectorscan;               /* its scratch; or NULL */
	const struct slot_gates *gates; /* of the slot that is being read */
	uint32_t element;               /* and its element, ... */
	struct sv text;                 /* ... which is this one */
	size_t piece;                   /* of it: where it begins */
	size_t read_bytes;              /* since the last look at the clock */
	unsigned until_clock;
	bool is_late;
	struct stopwatch for_message, for_pattern;
};

/* Element i of a text, within the limits. */
static inline struct sv
worker_element(const struct match_worker *w, const struct match_text *text,
               size_t i)
{
	return sv_sub(text->elements[i], 0,
	              (size_t)w->set->limits.element_bytes_max);
}

/* Looks at the clock: whether there is no more time for the message. */
bool worker_look_at_clock(struct match_worker *w);

/* The limit of a job, in microseconds. */
int64_t worker_limit_us(const struct match_job *job, int64_t limit_ms);

#endif
