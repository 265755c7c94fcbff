/* SPDX-License-Identifier: Apache-2.0 */
/* The text of CSS: statements, escapes, numbers. */
#ifndef MESSAGE_CSS_TEXT_H
#define MESSAGE_CSS_TEXT_H

#include "base/buf.h"

/* A text without its comments and with its escapes ("\64 isplay") undone:
 * `css` itself when it has none, else the content of `out`. */
struct sv css_clean(struct sv css, struct buf *out);

/* Cuts the next statement off *s, up to `end` outside of quotes and
 * parentheses, which is left out; false when nothing is left. */
bool css_split(struct sv *s, char end, struct sv *ret);

/* Cuts a number such as "-1.5" off *s, in 1/100. */
bool css_number_read(struct sv *s, int32_t *ret);

struct css_length {
	int32_t px_e2;    /* in 1/100 px; for relative ones at 16 px */
	bool is_relative; /* to the size of the parent's font */
	int32_t percent;  /* of relative ones */
};

/* A number without a unit counts as pixels, as many clients take it. */
bool css_length_read(struct sv s, struct css_length *ret);

#endif
