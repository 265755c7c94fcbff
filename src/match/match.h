/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pattern sets: many regular expressions in the dialect of SpamAssassin (Perl
 * on bytes; \b and /i know ASCII only), compiled together and run together
 * over the elements of one text.
 *
 * Patterns are sorted into slots. A slot is whatever its user looks at in one
 * go: the body, the value of one header. match_scan() runs the patterns of one
 * slot over its elements and calls back once for each pattern that matched or
 * could not be decided.
 *
 * match_set_new(), match_set_add() for each pattern, match_set_compile();
 * then match_scan() for each slot of each text, by any number of threads.
 *
 * A compiled set is immutable: any thread may scan with it, each with its own
 * worker. Engines differ in speed only: for the same patterns and texts each
 * must give the hits that "pcre2" gives, which runs one pattern after another.
 */
#ifndef MATCH_MATCH_H
#define MATCH_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/sv.h"
#include "conf/conf.h"

enum match_flag { /* Perl's modifiers i, m, s, x */
	          MATCH_CASELESS = 1,
	          MATCH_MULTILINE = 2,
	          MATCH_DOTALL = 4,
	          MATCH_EXTENDED = 8,
};

enum {
	MATCH_COUNT_MAX = 10000, /* hits of one pattern, however many follow */
	MATCH_PATTERN_BYTES_MAX = 128 * 1024,
};

struct match_pattern {
	struct sv regex;   /* without delimiters */
	unsigned flags;    /* of enum match_flag */
	unsigned slot;     /* small numbers: they index an array */
	unsigned id;       /* reported with hits; distinct, and small as well */
	unsigned hits_max; /* enough; 1: the first one only; 0: count all */
	const char *name;  /* for diagnostics, with file and line */
	const char *file;
	int line;
};

enum match_result {
	MATCH_FOUND,
	MATCH_OVER_LIMIT, /* undecided: a limit was met, and nothing found */
};

struct match_hit {
	unsigned id;
	enum match_result result;
	size_t element, offset, length; /* of the first match */
	unsigned count;                 /* of matches, in all elements */
};

enum match_cut { /* what the limits kept from being looked at */
	         MATCH_CUT_ELEMENT = 1, /* over element_bytes_max */
	         MATCH_CUT_VIEW = 2,    /* over view_bytes_max, all together */
};

struct match_job {
	unsigned slot;
	const struct sv *elements; /* each is matched by itself */
	size_t n;
	const bool *wanted;       /* by id: which to run; NULL: all */
	int64_t deadline_mono_us; /* 0: none */
	unsigned *cut; /* gets the enum match_cut that apply; or NULL */
	void (*each)(void *ctx, const struct match_hit *hit);
	void *ctx;
};

struct match_engine;

/* The engine of that name, or NULL. "pcre2" always exists. */
const struct match_engine *match_engine_find(const char *name);

struct match_set;
struct match_set *match_set_new(const struct match_engine *engine,
                                const struct conf_match *limits);
void match_set_free(struct match_set *set); /* takes NULL */

/* Copies the pattern's regex; name and file must live until
 * match_set_compile() is done. */
void match_set_add(struct match_set *set, const struct match_pattern *p);

/* Compiles everything that was added; to be called once. A pattern that is no
 * regular expression is an error in `diags`, one that is too large for the
 * engine a warning; both are left out: see match_set_has(). */
void match_set_compile(struct match_set *set, struct diags *diags);

/* Whether the pattern of that id was compiled and can match. */
bool match_set_has(const struct match_set *set, unsigned id);

/* What one thread needs for scanning; good for any set. */
struct match_worker;
struct match_worker *match_worker_new(void);
void match_worker_free(struct match_worker *w); /* takes NULL */

/* Runs the patterns of job->slot over its elements. Of an element longer than
 * match.element_bytes_max only that much is looked at; elements that begin
 * after match.view_bytes_max are left out. Calls job->each once
 * for each pattern with a result, in any order. False when the deadline
 * passed: then patterns that were not run have no result. The time of a single
 * match is bounded by match.steps_max, not by the deadline. */
bool match_scan(const struct match_set *set, struct match_worker *w,
                const struct match_job *job);

#endif
