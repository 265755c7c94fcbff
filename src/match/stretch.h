/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes of one class in a row. What every match of a pattern holds of them can
 * be long while its gate is weak or missing: of /\b(?:[a-z]{8,}[\s\.]+){6}/ it
 * is 54 bytes that are letters, blanks or dots. A text without so many in a row
 * is passed over in strides of nearly that length. Private to match/.
 */
#ifndef MATCH_STRETCH_H
#define MATCH_STRETCH_H

#include "match/syntax.h"

struct stretch {
	struct byte_class class;
	unsigned n; /* 0: there is none */
};

/* Keeps in *best the one of both that is looked for in longer strides. */
void stretch_keep_better(struct stretch *best, const struct stretch *other);

/* Whether looking for it takes much less than judging, and rules out most. */
bool stretch_is_good(const struct stretch *s);

/* Whether the text holds so many in a row from `from` on. */
bool stretch_is_in(const struct stretch *s, struct sv text, size_t from);

#endif
