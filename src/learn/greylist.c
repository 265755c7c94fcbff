/* SPDX-License-Identifier: Apache-2.0 */
#include "learn/greylist.h"

const char *
greylist_state_word(enum greylist_state state)
{
	static const char *const words[] = {
		[GREYLIST_NEW] = "new",
		[GREYLIST_EARLY] = "early",
		[GREYLIST_PASSED] = "passed",
		[GREYLIST_KNOWN] = "known",
	};

	return words[state];
}

enum greylist_state
greylist_state_find(struct sv word)
{
	int state = GREYLIST_NEW;

	while (
	    state < GREYLIST_KNOWN &&
	    !sv_eq_str(word, greylist_state_word((enum greylist_state)state)))
		state++;
	return (enum greylist_state)state;
}

void
greylist_gather(struct greylist *g, const struct origin *o, struct sv recipient,
                struct exchange *x)
{
	struct sv site = origin_site(x->arena, o);

	*g = (struct greylist){ 0 };
	g->site = ARENA_JOIN(x->arena, SV("grey-site:"), site);
	g->triplet = ARENA_JOIN(x->arena, SV("grey:"), site, SV("|"),
	                        o->envelope_from, SV("|"), recipient);
	g->site_place = exchange_ask_value(x, g->site);
	g->triplet_place = exchange_ask_value(x, g->triplet);
}

void
greylist_judge(struct greylist *g, const struct exchange *x,
               const struct greylist_times *times)
{
	const struct store_read *first = exchange_answer(x, g->triplet_place);
	int64_t waited_ms;
	uint64_t begin;

	if (exchange_answer(x, g->site_place)->found) {
		g->state = GREYLIST_KNOWN;
		return;
	}
	g->left_ms = times->delay_ms;
	if (!first->found || !sv_u64(first->value, &begin) ||
	    begin > (uint64_t)x->now_ms)
		return; /* GREYLIST_NEW */
	waited_ms = x->now_ms - (int64_t)begin;
	g->left_ms =
	    waited_ms < times->delay_ms ? times->delay_ms - waited_ms : 0;
	g->state = g->left_ms ? GREYLIST_EARLY : GREYLIST_PASSED;
}

void
greylist_learn(const struct greylist *g, struct exchange *x,
               const struct greylist_times *times)
{
	struct store_op *op = NULL;

	switch (g->state) {
	case GREYLIST_NEW:
		op = exchange_tell(x, STORE_SET_NEW, g->triplet);
		if (!op)
			return;
		op->value =
		    arena_printf(x->arena, "%lld", (long long)x->now_ms);
		op->expires_ms = x->now_ms + times->window_ms;
		break;
	case GREYLIST_EARLY:
		break;
	case GREYLIST_PASSED:
	case GREYLIST_KNOWN:
		op = exchange_tell(x, STORE_SET, g->site);
		if (op)
			op->expires_ms = x->now_ms + times->keep_ms;
		break;
	}
}
