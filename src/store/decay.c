/* SPDX-License-Identifier: Apache-2.0 */
#include "store/decay.h"

#include <math.h>

#define STEADY_KEPT_MS ((int64_t)400 * 24 * 3600 * 1000)

uint32_t
decay_half_s(int64_t half_life_ms)
{
	int64_t s = (half_life_ms + 999) / 1000;

	return s <= 0 ? 0 : s > UINT32_MAX ? UINT32_MAX : (uint32_t)s;
}

uint32_t
decay_epoch(int64_t unix_ms, uint32_t half_s)
{
	int64_t length_ms = (int64_t)half_s * DECAY_EPOCH_HALVES * 1000;
	int64_t epoch = half_s && unix_ms > 0 ? unix_ms / length_ms : 0;

	return epoch > UINT32_MAX ? UINT32_MAX : (uint32_t)epoch;
}

double
decay_weight(int64_t unix_ms, uint32_t half_s, uint32_t epoch)
{
	double half_ms = half_s * 1000.0;

	if (!half_s)
		return 1;
	return exp2((double)unix_ms / half_ms -
	            (double)epoch * DECAY_EPOCH_HALVES);
}

double
decay_shift(uint32_t from, uint32_t to)
{
	return exp2(((double)from - (double)to) * DECAY_EPOCH_HALVES);
}

int64_t
decay_expiry(int64_t unix_ms, uint32_t half_s)
{
	return unix_ms + (half_s ? (int64_t)half_s * DECAY_IDLE_HALVES * 1000
	                         : STEADY_KEPT_MS);
}
