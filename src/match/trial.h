/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which machine, if any, is to be asked before PCRE2 to be the fastest is found
 * out on the first messages: a pattern is decided in all ways, one after
 * another. Private to match/; one thread.
 */
#ifndef MATCH_TRIAL_H
#define MATCH_TRIAL_H

#include "match/automaton.h"

enum trial_way { TRIAL_UNASKED, TRIAL_WHOLE, TRIAL_HEAD, TRIAL_WAYS };

/* What was found out about the automata of a set, by their numbers. */
struct trials;
struct trials *trials_new(void);
void trials_free(struct trials *t); /* takes NULL */

/* Forgets all: numbers from 0 to n - 1 are those of others now. */
void trials_begin_set(struct trials *t, size_t n);

/* False: it is known which way is the fastest; *ret_way gets it. Else all ways
 * that there are are to be tried, *ret_way as the first one. */
bool trial_is_on(const struct trials *t, const struct automata *a,
                 enum trial_way *ret_way);
bool trial_has_way(const struct automata *a, enum trial_way way);

/* What one way took. */
void trial_note(struct trials *t, const struct automata *a, enum trial_way way,
                int64_t ns);

/* All ways were tried; true: for the last time. */
bool trial_end(struct trials *t, const struct automata *a);

#endif
