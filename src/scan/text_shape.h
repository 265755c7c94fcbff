/* SPDX-License-Identifier: Apache-2.0 */
/* The shape of texts that templates make: lines of a width, encoded words. */
#ifndef SCAN_TEXT_SHAPE_H
#define SCAN_TEXT_SHAPE_H

#include "base/buf.h"

struct wrapping {
	struct sv first;  /* what the first line begins with */
	struct sv prefix; /* what all others begin with */
	size_t width;     /* of a line, where it can be broken */
	bool overflow;    /* a line ends behind the width, not before it */
	bool at_commas;   /* break behind commas and blanks; else at blanks */
};

/* Lines end in LF, the last one in what the text ends in. */
void wrap_text(struct sv text, const struct wrapping *w, struct buf *out);

/* A header value with what is not ASCII as encoded words (RFC 2047 section 2),
 * one a line at most. The text is UTF-8. */
void encode_header(struct sv text, struct buf *out);

#endif
