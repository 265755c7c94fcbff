/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether it is worth asking somebody who failed. Closed: yes. After four
 * failures within ten seconds it is open: no, for a while that grows from one
 * to thirty seconds; then one may try. Private to store/. Any thread.
 */
#ifndef STORE_REDIS_BREAKER_H
#define STORE_REDIS_BREAKER_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct redis_breaker {
	pthread_mutex_t lock;
	bool is_open;
	unsigned failures; /* in a row */
	int64_t first_us;  /* of them */
	int64_t retry_us;  /* open: when one may try */
	int64_t pause_us;
};

void redis_breaker_init(struct redis_breaker *b);
void redis_breaker_done(struct redis_breaker *b);

/* Whether the caller may ask now; it has to say how it went. */
bool redis_breaker_ask(struct redis_breaker *b, int64_t now_us);
void redis_breaker_tell(struct redis_breaker *b, bool success, int64_t now_us);

#endif
