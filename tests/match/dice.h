/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Choices for tests that make things up. With bytes: each choice takes one,
 * and when they are used up every choice is 0, so that a fuzzer's input
 * decides everything. Without: pseudo-random numbers (splitmix64). A copy of
 * the struct makes the same choices again.
 */
#ifndef TESTS_MATCH_DICE_H
#define TESTS_MATCH_DICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dice {
	const uint8_t *bytes; /* or NULL */
	size_t n;
	uint64_t state;
};

static inline uint64_t
dice_next(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/* A number in [0, sides); sides at most 256 where there are bytes. */
static inline unsigned
dice_roll(struct dice *d, unsigned sides)
{
	if (!d->bytes)
		return (unsigned)(dice_next(&d->state) >> 33) % sides;
	if (d->n == 0)
		return 0;
	d->n--;
	return *d->bytes++ % sides;
}

/* True once in `sides` times; false when there are no bytes left. */
static inline bool
dice_one_in(struct dice *d, unsigned sides)
{
	return dice_roll(d, sides) == 1;
}

#endif
