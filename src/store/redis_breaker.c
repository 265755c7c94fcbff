/* SPDX-License-Identifier: Apache-2.0 */
#include "store/redis_breaker.h"

enum {
	FAILURES = 4,
	WINDOW_US = 10 * 1000 * 1000,
	PAUSE_US = 1000 * 1000,
	PAUSE_MAX_US = 30 * 1000 * 1000,
};

void
redis_breaker_init(struct redis_breaker *b)
{
	*b = (struct redis_breaker){ .pause_us = PAUSE_US };
	pthread_mutex_init(&b->lock, NULL);
}

void
redis_breaker_done(struct redis_breaker *b)
{
	pthread_mutex_destroy(&b->lock);
}

bool
redis_breaker_ask(struct redis_breaker *b, int64_t now_us)
{
	bool may;

	pthread_mutex_lock(&b->lock);
	may = !b->is_open || now_us >= b->retry_us;
	if (b->is_open && may)
		b->retry_us = now_us + b->pause_us; /* others wait */
	pthread_mutex_unlock(&b->lock);
	return may;
}

static void
open_or_wait_longer(struct redis_breaker *b, int64_t now_us)
{
	if (b->is_open)
		b->pause_us = b->pause_us * 2 < PAUSE_MAX_US ? b->pause_us * 2
		                                             : PAUSE_MAX_US;
	b->is_open = true;
	/* Up to a quarter less, so that nodes do not come at once. */
	b->retry_us = now_us + b->pause_us - now_us % (b->pause_us / 4);
}

void
redis_breaker_tell(struct redis_breaker *b, bool success, int64_t now_us)
{
	pthread_mutex_lock(&b->lock);
	if (success) {
		b->is_open = false;
		b->failures = 0;
		b->pause_us = PAUSE_US;
	} else {
		if (b->failures == 0 || now_us - b->first_us > WINDOW_US) {
			b->failures = 0;
			b->first_us = now_us;
		}
		if (++b->failures >= FAILURES || b->is_open)
			open_or_wait_longer(b, now_us);
	}
	pthread_mutex_unlock(&b->lock);
}
