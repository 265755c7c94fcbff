/* SPDX-License-Identifier: Apache-2.0 */
#include "learn/trust.h"

#include <math.h>

#include "base/digest.h"
#include "base/e4.h"

/* The sums of a counter. */
enum { SUM_CONFIRMED, SUM_OVERTURNED };

/* A newcomer is who has less than that, after decay. */
#define CONFIRMED_ONCE 0.5

static struct sv
counter_name(struct arena *a, struct sv who)
{
	return ARENA_JOIN(a, SV("trust:"), who);
}

void
trust_gather(struct trust *t, struct sv who, const struct conf_feedback *conf,
             struct exchange *x)
{
	*t = (struct trust){ .name = counter_name(x->arena, who) };
	t->place = exchange_ask_counter(x, t->name, conf->trust_half_life_ms);
}

void
trust_compute(struct trust *t, const struct conf_feedback *conf)
{
	double right = t->confirmed + (double)conf->prior_confirmed_e4 / E4_ONE;
	double wrong =
	    t->overturned + (double)conf->prior_overturned_e4 / E4_ONE;

	t->mean = right / (right + wrong);
	t->weight = log(right / wrong) / log(9);
	if (t->weight < 0)
		t->weight = 0;
	if (t->weight > TRUST_WEIGHT_MAX)
		t->weight = TRUST_WEIGHT_MAX;
	t->is_newcomer = t->confirmed < CONFIRMED_ONCE;
}

void
trust_judge(struct trust *t, const struct conf_feedback *conf,
            const struct exchange *x)
{
	const struct store_read *answer = exchange_answer(x, t->place);

	/* Below 0 is what was taken back after it had decayed. */
	t->confirmed = fmax(0, answer->sums[SUM_CONFIRMED]);
	t->overturned = fmax(0, answer->sums[SUM_OVERTURNED]);
	trust_compute(t, conf);
}

void
trust_learn(struct sv who, const struct conf_feedback *conf, double confirmed,
            double overturned, struct exchange *x)
{
	struct store_op *op;

	if (confirmed == 0 && overturned == 0)
		return;
	op = exchange_tell(x, STORE_ADD, counter_name(x->arena, who));
	if (!op)
		return;
	op->half_life_ms = conf->trust_half_life_ms;
	op->amounts[SUM_CONFIRMED] = confirmed;
	op->amounts[SUM_OVERTURNED] = overturned;
}

char *
reporter_digest(struct sv key, struct sv clear, char who[TRUST_WHO_TEXT])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char mac[DIGEST_BYTES];
	char *p = who;

	if (clear.n) {
		digest_hmac(key, clear, mac);
		for (int i = 0; i < (TRUST_WHO_TEXT - 1) / 2; i++) {
			*p++ = digits[mac[i] >> 4];
			*p++ = digits[mac[i] & 15];
		}
	}
	*p = '\0';
	return who;
}
