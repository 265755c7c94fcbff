/* SPDX-License-Identifier: Apache-2.0 */
#include "match/rarity.h"

#include <math.h>

double
rarity_of_text(const unsigned char *text, size_t n)
{
	double bits = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned now = rarity_symbol[text[i]];

		bits += i ? rarity_pair[rarity_symbol[text[i - 1]]][now]
		          : rarity_single[now];
	}
	return exp2(-bits / 8);
}

double
rarity_of_class(const struct byte_class *c)
{
	double sum = 0;

	for (unsigned i = 0; i < 4; i++)
		for (uint64_t bits = c->bits[i]; bits; bits &= bits - 1)
			sum += rarity_chance[i * 64 +
			                     (unsigned)__builtin_ctzll(bits)];
	return sum < 1 ? sum : 1;
}
