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

/* Forgets what was found out for those. */
void machines_forget(struct machines *m, const struct automata *a);

/* A new message: as many states can be made as for any other. */
void machines_begin(struct machines *m);

/* False: the text has no match. True also when it cannot be told. Of a->whole,
 * which must be there. */
bool machine_may_match(struct machines *m, const struct automata *a,
                       struct sv text);

/* The first place in [from, to] where a match may begin, by a->head, which must
 * be there; or SV_NOT_FOUND. What one place costs is bounded, however long the
 * text is. */
size_t machine_next_begin(struct machines *m, const struct automata *a,
                          struct sv text, size_t from, size_t to);

#endif
