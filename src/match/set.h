/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of a pattern set; private to match/. Patterns have an index:
 * their place when sorted by slot. */
#ifndef MATCH_SET_H
#define MATCH_SET_H

#include "base/arena.h"
#include "base/vec.h"
#include "match/automaton.h"
#include "match/gates.h"
#include "match/regex.h"

struct match_engine {
	const char *name;
	bool has_gates, has_vectorscan;
};

struct match_set {
	const struct match_engine *engine;
	struct conf_match limits;
	struct arena *arena; /* copies of the expressions */
	VEC(struct match_pattern) patterns;
	struct regex **codes;       /* by index; NULL: left out */
	unsigned *bytes_min;        /* by index: of a match */
	struct stretch *stretches;  /* by index: of a match; n 0: none */
	double *rates;              /* by index: see match_set_rate() */
	bool *is_sliceable;         /* by index: is tried slice by slice */
	bool *begins_line;          /* by index: see regex_begins_line() */
	struct windows **starts;    /* by index: where one may begin; or NULL */
	struct automata **automata; /* by index; or NULL */
	size_t n_automata;
	uint64_t serial;          /* of sets, since the program began */
	struct slot_gates *gates; /* by slot; NULL: the engine has none */
	uint32_t *begin;          /* slot s has [begin[s], begin[s + 1]) */
	unsigned n_slots;
	uint32_t *index_of; /* by id; MATCH_NO_INDEX: none */
	unsigned n_ids;
};

#define MATCH_NO_INDEX UINT32_MAX

#endif
