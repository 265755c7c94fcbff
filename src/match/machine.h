/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Automata at work: a text is read byte by byte, and the set of positions at
 * which matches stand is one state. States are made when a text first needs
 * them, and kept from message to message, in bounded memory; who needs too many
 * gives up. Private to match/; one thread.
 */
#ifndef MATCH_MACHINE_H
#define MATCH_MACHINE_H

#include "match/automaton.h"

struct machines; /* of the automata of a set, by number */

struct machines *machines_new(void);
void machines_free(struct machines *m); /* takes NULL */

/* Forgets all automata: numbers from 0 to n - 1 are those of others now. */
void machines_begin_set(struct machines *m, size_t n);

/* A new message: as many states can be made as for any other. */
void machines_begin(struct machines *m);

/* False: the text has no match. True also when it cannot be told. */
bool machine_may_match(struct machines *m, size_t number,
                       const struct automaton *a, struct sv text);

/* Whether asking the machine before PCRE2 is the faster way is found out on the
 * first messages, by turns. */
enum machine_way { MACHINE_UNASKED, MACHINE_ASKED, MACHINE_WAYS };

struct machine_trial {
	enum machine_way way; /* how to do it this time */
	bool is_on;           /* else it is known which way is faster */
	int64_t begin_ns;     /* 0: it is not measured */
};

struct machine_trial machine_trial_begin(const struct machines *m,
                                         size_t number);
/* When it is on; `bytes` of text were looked through. */
void machine_trial_end(struct machines *m, size_t number,
                       const struct machine_trial *trial, size_t bytes);

#endif
