/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether it is worth asking somebody who failed. Closed: yes. After four
 * failures within ten seconds it is open: no, for a while that grows from one
 * to thirty seconds; then one may try. Private to store/. Any thread.
 */
#ifndef STORE_BREAKER_H
#define STORE_BREAKER_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct breaker {
	pthread_mutex_t lock;
	bool is_open;
	unsigned failures; /* in a row */
	int64_t first_us;  /* of them */
	int64_t retry_us;  /* open: when one may try */
	int64_t pause_us;
};

void breaker_init(struct breaker *b);
void breaker_done(struct breaker *b);

/* Whether the caller may ask now; it has to say how it went. */
bool breaker_ask(struct breaker *b, int64_t now_us);
void breaker_tell(struct breaker *b, bool success, int64_t now_us);
bool breaker_is_closed(struct breaker *b);

#endif
