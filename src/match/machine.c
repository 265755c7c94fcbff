/* SPDX-License-Identifier: Apache-2.0 */
#include "match/machine.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum {
	WHOLES_BYTES_MAX = 240 * 1024, /* of all machines */
	HEADS_BYTES_MAX = 560 * 1024,
	STATES_MIN = 8, /* of one */
	MEMBERS_MIN = 64,
	MADE_MAX = 2000, /* for a message */
	/* So often there was no room: others are needed than those that are
	 * there. One for a whole text, or one of many places of a text. */
	WHOLES_REFUSED_MAX = 8,
	HEADS_REFUSED_MAX = 1000,
	HEAD_BYTES_MAX = 64,  /* of a text, for all copies; 64 bits */
	HEAD_STEPS_MAX = 256, /* for one place */
	HEAD_COPIES_MAX = 8,
	WORDS_MAX = (AUTOMATON_HEAD_POSITIONS_MAX + 64) / 64,
	UNKNOWN = 0, /* a step not made yet */
	MATCH = 1,
	DEAD = 2, /* nothing is left; so only heads can end */
	START = 3,
};

struct machine {
	const struct automaton *a;
	unsigned width; /* of a row of steps */
	unsigned n;     /* states, with those without a set */
	size_t room;    /* for states */
	/* By state, symbol: where in `steps` those of the next state begin.
	 * Heads have one more: whether a text may end here. */
	uint16_t *steps;
	/* By state: where in `members` its positions begin. They are few of
	 * many, and in order. */
	uint32_t *begins;
	uint16_t *members;
	size_t members_room;
	uint16_t *places; /* hash table of states, by their sets; 0: none */
	size_t n_places;  /* a power of two */
	size_t bytes;     /* of all these */
};

struct pool {
	struct machine *list; /* by number of their automata */
	size_t n;
	size_t bytes, bytes_max;
	unsigned refused, refused_max;
	unsigned made; /* states, for this message */
};

struct machines {
	struct pool wholes, heads;
};

struct machines *
machines_new(void)
{
	struct machines *m = mem_calloc(1, sizeof *m);

	m->wholes.bytes_max = WHOLES_BYTES_MAX;
	m->wholes.refused_max = WHOLES_REFUSED_MAX;
	m->heads.bytes_max = HEADS_BYTES_MAX;
	m->heads.refused_max = HEADS_REFUSED_MAX;
	return m;
}

static void
forget(struct pool *pool, struct machine *x)
{
	pool->bytes -= x->bytes;
	free(x->steps);
	free(x->begins);
	free(x->members);
	free(x->places);
	*x = (struct machine){ 0 };
}

static void
forget_all(struct pool *pool)
{
	for (size_t i = 0; i < pool->n; i++)
		forget(pool, &pool->list[i]);
	pool->refused = 0;
}

static void
begin_set(struct pool *pool, size_t n)
{
	forget_all(pool);
	free(pool->list);
	pool->list = n ? mem_calloc(n, sizeof *pool->list) : NULL;
	pool->n = n;
}

void
machines_free(struct machines *m)
{
	if (!m)
		return;
	begin_set(&m->wholes, 0);
	begin_set(&m->heads, 0);
	free(m);
}

void
machines_begin_set(struct machines *m, size_t n)
{
	begin_set(&m->wholes, n);
	begin_set(&m->heads, n);
}

void
machines_forget(struct machines *m, const struct automata *a)
{
	forget(&m->wholes, &m->wholes.list[a->number]);
	forget(&m->heads, &m->heads.list[a->number]);
}

void
machines_begin(struct machines *m)
{
	m->wholes.made = m->heads.made = 0;
}

/* ---- states ---- */

static struct positions
set_of(const struct machine *x, unsigned state)
{
	uint32_t begin = x->begins[state];

	return (struct positions){ x->members + begin,
		                   x->begins[state + 1] - begin };
}

/* What a bitmap holds; `room` is for as many as there can be. */
static struct positions
list_members(const struct automaton *a, const uint64_t *bits, uint16_t *room)
{
	struct positions set = { room, 0 };

	for (unsigned w = 0; w < a->words; w++)
		for (uint64_t at = bits[w]; at; at &= at - 1)
			room[set.n++] =
			    (uint16_t)(w * 64 + (unsigned)__builtin_ctzll(at));
	return set;
}

static bool
has_end(const struct automaton *a, const struct positions *set)
{
	return set->n > 0 && set->list[set->n - 1] == a->n - 1;
}

static size_t
hash_of(const struct positions *set)
{
	uint64_t hash = 0;

	for (size_t i = 0; i < set->n; i++)
		hash = (hash ^ set->list[i]) * 0x9e3779b97f4a7c15u;
	return (size_t)(hash >> 32);
}

/* Where the state of that set is in the table, or would be. */
static uint16_t *
place_of(const struct machine *x, const struct positions *set)
{
	size_t mask = x->n_places - 1, i = hash_of(set) & mask;

	for (; x->places[i]; i = (i + 1) & mask) {
		struct positions there = set_of(x, x->places[i]);

		if (there.n == set->n &&
		    (set->n == 0 || memcmp(there.list, set->list,
		                           set->n * sizeof *set->list) == 0))
			break;
	}
	return &x->places[i];
}

static void
count_bytes(struct pool *pool, struct machine *x)
{
	pool->bytes -= x->bytes;
	x->bytes = x->room * (x->width * sizeof *x->steps + sizeof *x->begins) +
	           x->members_room * sizeof *x->members +
	           x->n_places * sizeof *x->places;
	pool->bytes += x->bytes;
}

static void
grow(struct machine *x)
{
	x->room += x->room / 2 + STATES_MIN;
	for (x->n_places = 1; x->n_places < x->room * 3 / 2;)
		x->n_places *= 2;
	x->steps = mem_realloc(x->steps, x->room * x->width * sizeof *x->steps);
	x->begins = mem_realloc(x->begins, (x->room + 1) * sizeof *x->begins);
	free(x->places);
	x->places = mem_calloc(x->n_places, sizeof *x->places);
	for (unsigned i = DEAD; i < x->n; i++) {
		struct positions set = set_of(x, i);

		*place_of(x, &set) = (uint16_t)i;
	}
}

static void
grow_members(struct machine *x, size_t n)
{
	x->members_room = n + n / 2 + MEMBERS_MIN;
	x->members =
	    mem_realloc(x->members, x->members_room * sizeof *x->members);
}

static bool
has_room(const struct pool *pool, const struct machine *x)
{
	return (x->n + 1) * x->width <= UINT16_MAX &&
	       pool->bytes <= pool->bytes_max;
}

/* The state of a set, made if need be; UNKNOWN or MATCH: that would be too
 * many.
 */
static unsigned
find_state(struct pool *pool, struct machine *x, const struct positions *set)
{
	uint16_t *place = place_of(x, set), *row;
	size_t begin = x->begins[x->n];

	if (*place)
		return *place;
	if (pool->made == MADE_MAX)
		return UNKNOWN;
	if (!has_room(pool, x)) {
		pool->refused++;
		return MATCH; /* it may; until all is forgotten */
	}
	if (x->n == x->room)
		grow(x);
	if (begin + set->n > x->members_room)
		grow_members(x, begin + set->n);
	count_bytes(pool, x);
	pool->made++;
	if (set->n)
		memcpy(x->members + begin, set->list,
		       set->n * sizeof *set->list);
	x->begins[x->n + 1] = (uint32_t)(begin + set->n);
	row = x->steps + (size_t)x->n * x->width;
	memset(row, 0, x->width * sizeof *row);
	if (x->a->is_head)
		row[x->a->symbols.n] = has_end(x->a, set);
	*place_of(x, set) = (uint16_t)x->n;
	return x->n++;
}

static void
add_positions(uint64_t *bits, struct positions set)
{
	for (size_t i = 0; i < set.n; i++)
		bits[set.list[i] / 64] |= (uint64_t)1 << set.list[i] % 64;
}

static unsigned
find_state_of(struct pool *pool, struct machine *x, const uint64_t *bits)
{
	uint16_t room[AUTOMATON_HEAD_POSITIONS_MAX];
	struct positions set = list_members(x->a, bits, room);

	return find_state(pool, x, &set);
}

/* False: there is no room for the first states. */
static bool
begin(struct pool *pool, struct machine *x, const struct automaton *a)
{
	static const struct positions none;
	uint64_t start[WORDS_MAX] = { 0 };

	x->a = a;
	x->width = a->symbols.n + a->is_head;
	grow(x);
	grow_members(x, 0);
	add_positions(start, automaton_start(a));
	x->n = DEAD;
	x->begins[DEAD] = 0;
	if (find_state(pool, x, &none) == DEAD &&
	    find_state_of(pool, x, start) == START)
		return true;
	forget(pool, x);
	return false;
}

/* A match of the whole may begin at any byte, so the start is in every set. Of
 * a head, only where several are to follow each other, what comes after its end
 * is of interest. */
static unsigned
make_step(struct pool *pool, struct machine *x, unsigned state, unsigned symbol)
{
	const struct automaton *a = x->a;
	struct positions from = set_of(x, state);
	uint64_t to[WORDS_MAX] = { 0 };
	unsigned end = a->n - 1, next;

	if (!a->is_head)
		add_positions(to, automaton_start(a));
	for (size_t i = 0; i < from.n; i++)
		if (automaton_allows(a, symbol, from.list[i]))
			add_positions(to, automaton_follow(a, from.list[i]));
	next = a->copies < 2 && to[end / 64] >> end % 64 & 1
	           ? MATCH
	           : find_state_of(pool, x, to);
	next *= x->width;
	x->steps[state * x->width + symbol] = (uint16_t)next;
	return next;
}

/* NULL: there is none. */
static struct machine *
make_ready(struct pool *pool, size_t number, const struct automaton *a)
{
	struct machine *x = &pool->list[number];

	if (pool->refused > pool->refused_max)
		forget_all(pool);
	return x->n || begin(pool, x, a) ? x : NULL;
}

/* ---- reading ---- */

static bool
read_text(struct pool *pool, struct machine *x, struct sv text)
{
	const uint8_t *symbols = x->a->symbols.of;
	const unsigned width = x->width, match = MATCH * width;
	unsigned at = START * width;

	for (size_t i = 0; i < text.n; i++) {
		unsigned symbol = symbols[(unsigned char)text.p[i]];
		unsigned next = x->steps[at + symbol];

		if (next == UNKNOWN)
			next = make_step(pool, x, at / width, symbol);
		if (next <= match)
			return true;
		at = next;
	}
	return false;
}

bool
machine_may_match(struct machines *m, const struct automata *a, struct sv text)
{
	struct machine *x = make_ready(&m->wholes, a->number, a->whole);

	return !x || read_text(&m->wholes, x, text);
}

/* One copy, or all there are. *ret_ends gets where it may end, as bits. True
 * when it cannot be told, or when there need not be another one. */
static bool
read_head(struct pool *pool, struct machine *x, struct sv text, size_t from,
          uint64_t *ret_ends, unsigned *steps)
{
	const uint8_t *symbols = x->a->symbols.of;
	const unsigned width = x->width, dead = DEAD * width;
	unsigned at = START * width;

	for (size_t i = from; i < text.n; i++) {
		unsigned symbol = symbols[(unsigned char)text.p[i]];
		unsigned next = x->steps[at + symbol];

		if (next == UNKNOWN)
			next = make_step(pool, x, at / width, symbol);
		if (next <= dead)
			return next != dead;
		if (x->steps[next + width - 1])
			*ret_ends |= (uint64_t)2 << i;
		if (++*steps == HEAD_STEPS_MAX)
			return true;
		at = next;
	}
	return text.n == HEAD_BYTES_MAX;
}

/* True also when it cannot be told. */
static bool
may_begin(struct pool *pool, struct machine *x, struct sv text)
{
	uint64_t begins = 1;
	unsigned steps = 0;

	for (unsigned i = 0; i < x->a->copies && i < HEAD_COPIES_MAX; i++) {
		uint64_t ends = 0;

		for (; begins; begins &= begins - 1)
			if (read_head(pool, x, text,
			              (size_t)__builtin_ctzll(begins), &ends,
			              &steps))
				return true;
		if (!ends)
			return false;
		begins = ends;
	}
	return true;
}

/* Whether two bytes are enough to tell that nothing begins here: so it is at
 * most places. A head is longer than one byte. */
static inline bool
ends_at_once(const struct machine *x, const unsigned char *p)
{
	const uint8_t *symbols = x->a->symbols.of;
	unsigned dead = DEAD * x->width;
	unsigned at = x->steps[START * x->width + symbols[p[0]]];

	return at == dead ||
	       (at > dead && x->steps[at + symbols[p[1]]] == dead);
}

size_t
machine_next_begin(struct machines *m, const struct automata *a, struct sv text,
                   size_t from, size_t to)
{
	struct machine *x = make_ready(&m->heads, a->number, a->head);
	const unsigned char *p = (const unsigned char *)text.p;

	if (!x)
		return from;
	for (; from <= to && from + 1 < text.n; from++)
		if (!ends_at_once(x, p + from) &&
		    may_begin(&m->heads, x,
		              sv_sub(text, from, from + HEAD_BYTES_MAX)))
			return from;
	return SV_NOT_FOUND;
}
