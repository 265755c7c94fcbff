/* SPDX-License-Identifier: Apache-2.0 */
#include "match/trial.h"

#include <stdlib.h>

#include "base/mem.h"

enum {
	TURNS = 14,     /* of one pattern */
	TURNS_WARM = 4, /* not counted: machines are making their states */
};

struct tally {
	unsigned turns;
	float ns[TRIAL_WAYS];
};

struct trials {
	struct tally *tallies;
};

struct trials *
trials_new(void)
{
	return mem_calloc(1, sizeof(struct trials));
}

void
trials_free(struct trials *t)
{
	if (!t)
		return;
	free(t->tallies);
	free(t);
}

void
trials_begin_set(struct trials *t, size_t n)
{
	free(t->tallies);
	t->tallies = mem_calloc(n + 1, sizeof *t->tallies);
}

bool
trial_has_way(const struct automata *a, enum trial_way way)
{
	return way == TRIAL_UNASKED ||
	       (way == TRIAL_WHOLE ? a->whole : a->head);
}

static enum trial_way
best_way(const struct tally *tally, const struct automata *a)
{
	enum trial_way best = TRIAL_UNASKED;

	for (enum trial_way way = best + 1; way < TRIAL_WAYS; way++)
		if (trial_has_way(a, way) && tally->ns[way] < tally->ns[best])
			best = way;
	return best;
}

/* The first one finds the text in no cache. */
bool
trial_is_on(const struct trials *t, const struct automata *a,
            enum trial_way *ret_way)
{
	const struct tally *tally = &t->tallies[a->number];

	if (tally->turns < TURNS) {
		*ret_way = (enum trial_way)(tally->turns % TRIAL_WAYS);
		return true;
	}
	*ret_way = best_way(tally, a);
	return false;
}

void
trial_note(struct trials *t, const struct automata *a, enum trial_way way,
           int64_t ns)
{
	struct tally *tally = &t->tallies[a->number];

	if (tally->turns >= TURNS_WARM)
		tally->ns[way] += (float)ns;
}

bool
trial_end(struct trials *t, const struct automata *a)
{
	return ++t->tallies[a->number].turns == TURNS;
}
