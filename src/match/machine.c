/* SPDX-License-Identifier: Apache-2.0 */
#include "match/machine.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

enum {
	BYTES_MAX = 600 * 1024, /* of all machines */
	STATES_MIN = 16,        /* of one */
	STATES_MAX = 2000,
	MADE_MAX = 2000, /* for a message */
	TRIALS = 32,     /* of both ways, of one machine */
	TRIALS_WARM = 4, /* not measured: states are being made */
	UNKNOWN = 0,     /* a step not made yet */
	MATCH = 1,
	START = 2,
};

struct machine {
	const struct automaton *a;
	unsigned n;  /* states, with those without a set */
	size_t room; /* for states */
	/* By state, symbol: where in `steps` those of the next state begin. */
	uint32_t *steps;
	uint64_t *sets;   /* by state: positions */
	uint16_t *places; /* hash table of states, by their sets; 0: none */
	size_t n_places;  /* a power of two */
	size_t bytes;     /* of all these */
	unsigned trials;
	double way_ns[MACHINE_WAYS], way_bytes[MACHINE_WAYS];
};

struct machines {
	struct machine *list;
	size_t n;
	size_t bytes;
	unsigned made; /* states, for this message */
};

struct machines *
machines_new(void)
{
	return mem_calloc(1, sizeof(struct machines));
}

static void
forget(struct machines *m, struct machine *x)
{
	m->bytes -= x->bytes;
	free(x->steps);
	free(x->sets);
	free(x->places);
	x->steps = NULL;
	x->sets = NULL;
	x->places = NULL;
	x->n = 0;
	x->room = x->n_places = x->bytes = 0;
}

static void
forget_all(struct machines *m)
{
	for (size_t i = 0; i < m->n; i++)
		forget(m, &m->list[i]);
}

void
machines_free(struct machines *m)
{
	if (!m)
		return;
	forget_all(m);
	free(m->list);
	free(m);
}

void
machines_begin_set(struct machines *m, size_t n)
{
	forget_all(m);
	free(m->list);
	m->list = mem_calloc(n + 1, sizeof *m->list);
	m->n = n;
}

void
machines_begin(struct machines *m)
{
	m->made = 0;
}

/* ---- states ---- */

static uint64_t *
set_of(const struct machine *x, unsigned state)
{
	return x->sets + (size_t)state * x->a->words;
}

static size_t
hash_of(const uint64_t *set, unsigned words)
{
	uint64_t hash = 0;

	for (unsigned i = 0; i < words; i++)
		hash = (hash ^ set[i]) * 0x9e3779b97f4a7c15u;
	return (size_t)(hash >> 32);
}

/* Where the state of that set is in the table, or would be. */
static uint16_t *
place_of(const struct machine *x, const uint64_t *set)
{
	size_t mask = x->n_places - 1, i = hash_of(set, x->a->words) & mask;

	while (x->places[i] && memcmp(set_of(x, x->places[i]), set,
	                              x->a->words * sizeof *set) != 0)
		i = (i + 1) & mask;
	return &x->places[i];
}

static void
grow(struct machines *m, struct machine *x)
{
	size_t steps, words;

	x->room = x->room ? 2 * x->room : STATES_MIN;
	x->n_places = 2 * x->room;
	steps = x->room * x->a->symbols.n;
	words = x->room * x->a->words;
	x->steps = mem_realloc(x->steps, steps * sizeof *x->steps);
	x->sets = mem_realloc(x->sets, words * sizeof *x->sets);
	free(x->places);
	x->places = mem_calloc(x->n_places, sizeof *x->places);
	for (unsigned i = START; i < x->n; i++)
		*place_of(x, set_of(x, i)) = (uint16_t)i;
	m->bytes -= x->bytes;
	x->bytes = steps * sizeof *x->steps + words * sizeof *x->sets +
	           x->n_places * sizeof *x->places;
	m->bytes += x->bytes;
}

/* The state of a set, made if need be; UNKNOWN: that would be too many. */
static unsigned
find_state(struct machines *m, struct machine *x, const uint64_t *set)
{
	uint16_t *place = place_of(x, set);

	if (*place)
		return *place;
	if (x->n == STATES_MAX || m->made == MADE_MAX || m->bytes > BYTES_MAX)
		return UNKNOWN;
	if (x->n == x->room) {
		grow(m, x);
		place = place_of(x, set);
	}
	m->made++;
	memcpy(set_of(x, x->n), set, x->a->words * sizeof *set);
	memset(x->steps + (size_t)x->n * x->a->symbols.n, 0,
	       x->a->symbols.n * sizeof *x->steps);
	*place = (uint16_t)x->n;
	return x->n++;
}

/* False: there is no room for the first state. */
static bool
begin(struct machines *m, struct machine *x, const struct automaton *a)
{
	x->a = a;
	grow(m, x);
	x->n = START;
	if (find_state(m, x, a->start) == START)
		return true;
	forget(m, x);
	return false;
}

/* A match may begin at any byte, so the start is in every set. */
static unsigned
make_step(struct machines *m, struct machine *x, unsigned state,
          unsigned symbol)
{
	const struct automaton *a = x->a;
	const uint64_t *from = set_of(x, state);
	const uint64_t *allow = a->allow + symbol * a->words;
	uint64_t to[(AUTOMATON_POSITIONS_MAX + 64) / 64];
	unsigned next;

	memcpy(to, a->start, a->words * sizeof *to);
	for (unsigned w = 0; w < a->words; w++)
		for (uint64_t at = from[w] & allow[w]; at; at &= at - 1) {
			unsigned position =
			    w * 64 + (unsigned)__builtin_ctzll(at);
			const uint64_t *follow =
			    a->follow + position * a->words;

			for (unsigned i = 0; i < a->words; i++)
				to[i] |= follow[i];
		}
	next = automaton_has(to, a->n - 1) ? MATCH : find_state(m, x, to);
	next *= a->symbols.n;
	x->steps[state * a->symbols.n + symbol] = next;
	return next;
}

/* ---- reading ---- */

static bool
read_text(struct machines *m, struct machine *x, struct sv text)
{
	const uint8_t *symbols = x->a->symbols.of;
	const unsigned n_symbols = x->a->symbols.n;
	const uint32_t match = MATCH * n_symbols;
	uint32_t at = START * n_symbols;

	for (size_t i = 0; i < text.n; i++) {
		unsigned symbol = symbols[(unsigned char)text.p[i]];
		uint32_t next = x->steps[at + symbol];

		if (next == UNKNOWN)
			next = make_step(m, x, at / n_symbols, symbol);
		if (next <= match)
			return true;
		at = next;
	}
	return false;
}

bool
machine_may_match(struct machines *m, size_t number, const struct automaton *a,
                  struct sv text)
{
	struct machine *x = &m->list[number];

	if (m->bytes > BYTES_MAX)
		forget_all(m);
	if (x->n == STATES_MAX)
		forget(m, x);
	if (!x->n && !begin(m, x, a))
		return true;
	return read_text(m, x, text);
}

/* ---- which way is faster ---- */

static double
cost(const struct machine *x, enum machine_way way)
{
	return x->way_ns[way] / (x->way_bytes[way] + 1);
}

struct machine_trial
machine_trial_begin(const struct machines *m, size_t number)
{
	const struct machine *x = &m->list[number];
	struct machine_trial trial = { .is_on = x->trials < TRIALS,
		                       .way = MACHINE_ASKED };

	if (!trial.is_on) {
		if (cost(x, MACHINE_UNASKED) <= cost(x, MACHINE_ASKED))
			trial.way = MACHINE_UNASKED;
	} else if (x->trials >= TRIALS_WARM) {
		trial.way = x->trials % MACHINE_WAYS;
		trial.begin_ns = clock_mono_ns();
	}
	return trial;
}

void
machine_trial_end(struct machines *m, size_t number,
                  const struct machine_trial *trial, size_t bytes)
{
	struct machine *x = &m->list[number];

	x->trials++;
	if (!trial->begin_ns)
		return;
	x->way_ns[trial->way] += (double)(clock_mono_ns() - trial->begin_ns);
	x->way_bytes[trial->way] += (double)bytes;
}
