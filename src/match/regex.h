/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PCRE2, which alone says whether a pattern matches; private to match/.
 *
 * Limits of one match: steps, backtracking depth, heap, the stack of compiled
 * code. Where machine code cannot be made (a kernel that forbids writable and
 * executable memory), PCRE2 interprets.
 */
#ifndef MATCH_REGEX_H
#define MATCH_REGEX_H

#include "match/match.h"
#include "match/stopwatch.h"

struct regex;

/* NULL, with a diagnostic, for what is no regular expression or too large.
 * is_guarded: when it takes long, the stopwatch of the scratch can end it, even
 * at a single place of the text; it finds the same, and is a little slower. */
struct regex *regex_compile(const struct match_pattern *p, bool is_guarded,
                            struct diags *diags);
void regex_free(struct regex *code); /* takes NULL */

/* Whether it can match at the beginning of a text only. */
bool regex_is_anchored(const struct regex *code);

/* Whether it can match only where the search begins, and at the beginnings of
 * lines. */
bool regex_begins_line(const struct regex *code);

/* Whether it is, and needed to be. */
bool regex_is_guarded(const struct regex *code);

/* Match data and stack of one thread. The stopwatch (NULL: none) must outlive
 * it; when it is up, guarded expressions end as MATCH_OVER_LIMIT. */
struct regex_scratch;
struct regex_scratch *regex_scratch_new(struct stopwatch *watch);
void regex_scratch_free(struct regex_scratch *scratch); /* takes NULL */
void regex_set_limits(struct regex_scratch *scratch,
                      const struct conf_match *limits);

enum { REGEX_NO_EMPTY_AT_START = 1 };

/* The leftmost match that starts in [from, to]; to may be past the end. What
 * stands before `from` is seen by assertions. *ret_span is set when found. */
enum match_result regex_run(struct regex_scratch *scratch,
                            const struct regex *code, struct sv text,
                            size_t from, size_t to, unsigned options,
                            size_t ret_span[2]);

/* The same from `from` on, and the groups that have names: calls `each` for
 * those that took part in the match. Slower. */
enum match_result regex_run_groups(struct regex_scratch *scratch,
                                   const struct regex *code, struct sv text,
                                   size_t from, unsigned options,
                                   const struct match_groups *groups,
                                   size_t ret_span[2]);

#endif
