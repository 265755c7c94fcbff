/* SPDX-License-Identifier: Apache-2.0 */
#include "learn/rate.h"

#include <math.h>

/* At a steady rate a counter settles at rate * half-life / ln 2. */
static int64_t
half_life_ms(const struct rate_limit *limit)
{
	return (int64_t)((double)limit->window_ms * M_LN2);
}

void
rate_gather(struct rate *r, const struct rate_limit *limit, struct sv whom,
            struct exchange *x)
{
	*r = (struct rate){ .limit = limit,
		            .place = EXCHANGE_NONE,
		            .alert_place = EXCHANGE_NONE };
	if (whom.n == 0)
		return;
	r->name = ARENA_JOIN(x->arena, SV("rate:"), sv_str(limit->kind),
	                     SV(":"), whom);
	r->alert = ARENA_JOIN(x->arena, SV("rate-alert:"), sv_str(limit->kind),
	                      SV(":"), whom);
	r->place = exchange_ask_counter(x, r->name, half_life_ms(limit));
	r->alert_place = exchange_ask_value(x, r->alert);
}

void
rate_judge(struct rate *r, double count, const struct exchange *x)
{
	if (r->name.n == 0)
		return;
	r->asked = count;
	r->used = exchange_answer(x, r->place)->sums[0] + count;
	r->is_exceeded = r->used > r->limit->limit;
	r->is_news =
	    r->is_exceeded && !exchange_answer(x, r->alert_place)->found;
}

void
rate_learn(const struct rate *r, struct exchange *x)
{
	struct store_op *op;

	if (r->name.n == 0)
		return;
	op = exchange_tell(x, STORE_ADD, r->name);
	if (op) {
		op->half_life_ms = half_life_ms(r->limit);
		op->amounts[0] = r->asked;
	}
	if (!r->is_news)
		return;
	op = exchange_tell(x, STORE_SET_NEW, r->alert);
	if (op)
		op->expires_ms = x->now_ms + r->limit->window_ms;
}
