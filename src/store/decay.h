/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Forward decay. Instead of shrinking a sum as time goes by, what is added
 * later counts more: 2^((t - start) / half-life). Sums then only ever add up,
 * in any order and anywhere, and the value of today is one division. So that
 * they stay finite, time is cut into epochs of 32 half-lives, each with a
 * start of its own; from one to the next a sum is divided by 2^32.
 *
 * Half-lives are whole seconds; 0: nothing decays, and all is one epoch.
 */
#ifndef STORE_DECAY_H
#define STORE_DECAY_H

#include <stdint.h>

enum { DECAY_EPOCH_HALVES = 32, DECAY_IDLE_HALVES = 10 };

/* In whole seconds, at least one unless it is 0. */
uint32_t decay_half_s(int64_t half_life_ms);

uint32_t decay_epoch(int64_t unix_ms, uint32_t half_s);

/* What 1 counts at that time, in an epoch that may be another one. */
double decay_weight(int64_t unix_ms, uint32_t half_s, uint32_t epoch);

/* What brings a sum of one epoch to another. */
double decay_shift(uint32_t from, uint32_t to);

/* When a counter may be forgotten that was last added to at that time. */
int64_t decay_expiry(int64_t unix_ms, uint32_t half_s);

#endif
