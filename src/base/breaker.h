/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When to leave somebody alone who does not answer: after some failures in a
 * row for a pause, then one question tries, and its failure doubles the pause.
 * Pauses differ by a quarter to both sides, so that not all who wait come back
 * at once. Plain values, without a clock: whoever calls has locked.
 */
#ifndef BASE_BREAKER_H
#define BASE_BREAKER_H

#include <stdbool.h>
#include <stdint.h>

struct breaker_rules {
	unsigned failures; /* in a row */
	int64_t pause_us, pause_max_us;
};

/* Zeroed: all is well. */
struct breaker {
	unsigned failures;
	bool is_open;   /* nobody may ask */
	bool is_trying; /* one was let through meanwhile */
	int64_t pause_us;
	int64_t retry_us; /* when the next may try */
};

/* Whether to ask. A try that is never reported on is followed by another one
 * after the pause. */
bool breaker_lets(struct breaker *b, int64_t now_us);

/* There was an answer; true: it had been open. */
bool breaker_good(struct breaker *b);

/* So that pauses differ; without any randomness they are a little shorter. */
uint32_t breaker_random(void);

/* There was none; true: it opens by that. `random` is any number. */
bool breaker_bad(struct breaker *b, const struct breaker_rules *rules,
                 int64_t now_us, uint32_t random);

#endif
