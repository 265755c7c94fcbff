/* SPDX-License-Identifier: Apache-2.0 */
#include "base/breaker.h"

#include <sys/random.h>

uint32_t
breaker_random(void)
{
	uint32_t random = 0;

	return getrandom(&random, sizeof random, GRND_NONBLOCK) < 0 ? 0
	                                                            : random;
}

static void
wait_from(struct breaker *b, int64_t now_us, uint32_t random)
{
	int64_t half = b->pause_us / 2;

	b->retry_us = now_us + b->pause_us - half / 2 +
	              (int64_t)((double)half * random / UINT32_MAX);
	b->is_trying = false;
}

bool
breaker_lets(struct breaker *b, int64_t now_us)
{
	if (!b->is_open)
		return true;
	if (now_us < b->retry_us)
		return false;
	b->is_trying = true;
	b->retry_us = now_us + b->pause_us;
	return true;
}

bool
breaker_good(struct breaker *b)
{
	bool was_open = b->is_open;

	*b = (struct breaker){ 0 };
	return was_open;
}

bool
breaker_bad(struct breaker *b, const struct breaker_rules *rules,
            int64_t now_us, uint32_t random)
{
	if (b->is_open) {
		/* Others were on their way when it opened: they say nothing
		 * new. */
		if (!b->is_trying)
			return false;
		b->pause_us = b->pause_us * 2 < rules->pause_max_us
		                  ? b->pause_us * 2
		                  : rules->pause_max_us;
		wait_from(b, now_us, random);
		return false;
	}
	if (++b->failures < rules->failures)
		return false;
	b->is_open = true;
	b->pause_us = rules->pause_us;
	wait_from(b, now_us, random);
	return true;
}
