/* SPDX-License-Identifier: Apache-2.0 */
#include "match/symbols.h"

void
symbols_refine(struct symbols *s, const struct byte_class *class)
{
	int split[256];
	bool seen[2][256] = { { false } };

	for (unsigned i = 0; i < 256; i++)
		split[i] = -1;
	for (unsigned byte = 0; byte < 256; byte++)
		seen[byte_class_has(class, (unsigned char)byte)][s->of[byte]] =
		    true;
	for (unsigned byte = 0; byte < 256; byte++) {
		uint8_t symbol = s->of[byte];

		if (!seen[0][symbol] || !seen[1][symbol] ||
		    !byte_class_has(class, (unsigned char)byte))
			continue;
		if (split[symbol] < 0)
			split[symbol] = (int)s->n++;
		s->of[byte] = (uint8_t)split[symbol];
	}
}

void
symbols_examples(const struct symbols *s, unsigned char ret[256])
{
	for (int byte = 255; byte >= 0; byte--)
		ret[s->of[byte]] = (unsigned char)byte;
}
