/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pattern sets: many regular expressions in the dialect of SpamAssassin (Perl
 * on bytes; \b and /i know ASCII only), compiled together and looked for
 * together in the texts of one message.
 *
 * Patterns are sorted into slots. A slot is whatever its user looks at in one
 * go: the body, the value of one header.
 *
 * match_set_new(), match_set_add() for each pattern, match_set_compile(). Then
 * for each message: match_begin() reads the texts of all slots once and finds
 * the candidates, the few patterns that may match; match_decide() says of one
 * pattern whether it does. Who needs to know less asks less.
 *
 * A compiled set is immutable: any thread may use it, each with its own
 * worker. Engines differ in speed only, that is in how few candidates they
 * leave: the judge is always PCRE2, and for the same patterns and texts each
 * gives what "pcre2" gives, for which everything is a candidate.
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
	struct sv compact; /* the same said shorter, if regex is too large */
	unsigned flags;    /* of enum match_flag */
	unsigned slot;     /* small numbers: they index an array */
	unsigned id;       /* of hits; distinct, and small as well */
	unsigned skip;     /* elements in front that are left out */
	unsigned hits_max; /* enough; 1: the first one only; 0: count all */
	bool one_element;  /* count in the first element that has one */
	const char *name;  /* for diagnostics, with file and line */
	const char *file;
	int line;
};

enum match_result {
	MATCH_NONE,
	MATCH_FOUND,
	MATCH_OVER_LIMIT, /* undecided: a limit was met, and nothing found */
	MATCH_LATE,       /* not run: the deadline or the CPU time had passed */
};

struct match_hit {
	size_t element, offset, length; /* of the first match */
	unsigned count;                 /* of matches, in all elements */
	bool is_uncertain; /* a limit was met: there may be an earlier one, and
	                      more */
};

enum match_cut { /* what the limits kept from being looked at */
	         MATCH_CUT_ELEMENT = 1, /* over element_bytes_max */
	         MATCH_CUT_VIEW = 2,    /* over view_bytes_max, all together */
};

struct match_text {
	const struct sv *elements; /* each is matched by itself */
	size_t n;
};

struct match_job {
	const struct match_text *texts; /* by slot; the set's slots at least */
	size_t n_texts;
	bool ungated;             /* as if the engine were "pcre2" */
	unsigned patience;        /* times the limits of CPU time; 0: once */
	int64_t deadline_mono_us; /* 0: none */
};

struct match_engine;

/* The engine of that name, or NULL: "pcre2" (one pattern after another) and
 * "gates" always exist. */
const struct match_engine *match_engine_find(const char *name);
const char *match_engine_name(const struct match_engine *engine);

struct match_set;
struct match_set *match_set_new(const struct match_engine *engine,
                                const struct conf_match *limits);
void match_set_free(struct match_set *set); /* takes NULL */

/* Copies the pattern's expressions; name and file must live until
 * match_set_compile() is done. */
void match_set_add(struct match_set *set, const struct match_pattern *p);

/* Compiles everything that was added; to be called once. A pattern that is no
 * regular expression is an error in `diags`, one that is too large for PCRE2
 * a warning; both are left out: see match_set_has(). */
void match_set_compile(struct match_set *set, struct diags *diags);

/* Whether the pattern of that id was compiled and can match. */
bool match_set_has(const struct match_set *set, unsigned id);

/* How often what makes a candidate of that pattern is expected in a byte of
 * text; INFINITY: it always is one. */
double match_set_rate(const struct match_set *set, unsigned id);

/* What one thread needs; good for any set. */
struct match_worker;
struct match_worker *match_worker_new(void);
void match_worker_free(struct match_worker *w); /* takes NULL */

/* Reads the texts, which must live until the next match_begin() of this
 * worker, as must the set. Of an element longer than match.element_bytes_max
 * only that much is looked at; elements that begin after match.view_bytes_max
 * are left out. When the deadline or match.message_cpu_max comes while it
 * reads, all patterns of what it did not read are candidates, and MATCH_LATE.
 * Returns which enum match_cut apply to slots with patterns. */
unsigned match_begin(struct match_worker *w, const struct match_set *set,
                     const struct match_job *job);

/* The ids of the candidates, in no order, until the next match_begin(). Every
 * other pattern is MATCH_NONE. */
const unsigned *match_candidates(const struct match_worker *w, size_t *ret_n);

/* Runs one pattern over its slot; *ret_hit is set when it is MATCH_FOUND. Ask
 * once: nothing is remembered. The time of it is bounded by
 * match.pattern_cpu_max, not by the deadline. */
enum match_result match_decide(struct match_worker *w, unsigned id,
                               struct match_hit *ret_hit);

/* Whether the pattern matches a text that is in no slot; the same limits. */
enum match_result match_text_decide(struct match_worker *w, unsigned id,
                                    struct sv text);

/* match_decide() with the named groups of all matches that it counts. */
struct match_groups {
	void (*each)(void *ctx, struct sv name, struct sv text);
	void *ctx;
};
enum match_result match_decide_groups(struct match_worker *w, unsigned id,
                                      const struct match_groups *groups);

/* match_decide() of an expression that is in no set, in a slot that has
 * patterns; what cannot be compiled is MATCH_NONE. Compiles it each time. */
enum match_result match_decide_once(struct match_worker *w,
                                    const struct match_pattern *p,
                                    struct match_hit *ret_hit);

#endif
