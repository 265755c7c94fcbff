/* SPDX-License-Identifier: Apache-2.0 */
#include "match/stretch.h"

#include <math.h>

#include "match/rarity.h"

/* Bytes that a text lets pass at once: fewer do not pay. */
static const double STRIDE_MIN = 4;

/* The chance that one begins at a given byte. */
static const double CHANCE_MAX = 0.01;

/* From the last byte backwards: the first one that is of another class is met
 * after 1 / (1 - chance) bytes. */
static double
stride(const struct stretch *s)
{
	return s->n * (1 - rarity_of_class(&s->class));
}

void
stretch_keep_better(struct stretch *best, const struct stretch *other)
{
	if (other->n && (!best->n || stride(other) > stride(best)))
		*best = *other;
}

bool
stretch_is_good(const struct stretch *s)
{
	return s->n && stride(s) >= STRIDE_MIN &&
	       pow(rarity_of_class(&s->class), s->n) <= CHANCE_MAX;
}

/* Looks at the end of where one may stand first: a byte of another class there
 * rules out all places up to it. No byte is looked at twice. */
bool
stretch_is_in(const struct stretch *s, struct sv text, size_t from)
{
	const unsigned char *p = (const unsigned char *)text.p;
	size_t known = from; /* from `from` up to it all are of the class */

	while (from <= text.n && text.n - from >= s->n) {
		size_t end = from + s->n, k = end;

		while (k > known && byte_class_has(&s->class, p[k - 1]))
			k--;
		if (k == known)
			return true;
		from = k;
		known = end;
	}
	return false;
}
