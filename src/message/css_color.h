/* SPDX-License-Identifier: Apache-2.0 */
/* Colours as mail writes them. */
#ifndef MESSAGE_CSS_COLOR_H
#define MESSAGE_CSS_COLOR_H

#include "base/sv.h"

struct color {
	uint8_t red, green, blue;
	uint8_t alpha; /* 255: opaque */
};

/* A colour of CSS: a name, "transparent", #rgb, #rgba, #rrggbb, #rrggbbaa,
 * rgb(), rgba(), hsl() or hsla(). False when it is none. */
bool css_color_read(struct sv s, struct color *ret);

/* The value of an attribute such as bgcolor, of which any text is a colour
 * (HTML 2.3.6, legacy colours). False for "" and "transparent". */
bool css_color_read_legacy(struct sv s, struct color *ret);

/* What is seen of `over` on an opaque `under`. */
struct color css_color_blend(struct color over, struct color under);

/* Whether nobody could read text of one colour on the other. */
bool css_color_is_near(struct color a, struct color b);

#endif
