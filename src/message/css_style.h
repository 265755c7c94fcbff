/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a list of CSS declarations says about whether text can be seen:
 * "color: #fff; font-size: 1px". Everything else in it is passed over.
 */
#ifndef MESSAGE_CSS_STYLE_H
#define MESSAGE_CSS_STYLE_H

#include "message/css_color.h"

enum css_field {
	/* Yes or no. */
	STYLE_NOT_DISPLAYED, /* display: none */
	STYLE_INVISIBLE,     /* visibility: hidden */
	STYLE_NOT_IN_OUTLOOK,
	STYLE_OVERFLOW_CUT,
	STYLE_NO_HEIGHT, /* 1 px or less */
	STYLE_NO_WIDTH,
	STYLE_NO_MAX_HEIGHT,
	STYLE_NO_MAX_WIDTH,
	STYLE_POSITIONED,
	STYLE_LEFT_AWAY, /* far outside of what is shown */
	STYLE_TOP_AWAY,
	STYLE_MARGIN_LEFT_AWAY,
	STYLE_MARGIN_TOP_AWAY,
	STYLE_INDENT_AWAY,
	STYLE_CLIPPED,
	STYLE_PATH_CLIPPED,
	STYLE_SCALED_AWAY,
	STYLE_IMAGE, /* a background image covers the colour */
	/* With a value. */
	STYLE_COLOR,
	STYLE_BACKGROUND,
	STYLE_FONT_SIZE,
	STYLE_OPACITY,
};

struct css_style {
	uint32_t set;       /* bit n: enum css_field n */
	uint32_t yes;       /* of those that are yes or no */
	uint32_t important; /* of those that are set */
	struct color color, background;
	bool font_is_relative; /* to that of the parent, in percent */
	int32_t font_size;     /* else in 1/100 px */
	uint8_t opacity;       /* 0 to 255 */
};

static inline bool
css_style_has(const struct css_style *s, enum css_field field)
{
	return s->set >> field & 1;
}

static inline bool
css_style_is(const struct css_style *s, enum css_field field)
{
	return s->set >> field & s->yes >> field & 1;
}

/* Adds what the declarations say; later ones win, unless the earlier one is
 * "!important". Returns the first url() of a background, or "". */
struct sv css_style_read(struct css_style *s, struct sv declarations);

/* Adds `over`, which wins except over what is "!important". */
void css_style_add(struct css_style *s, const struct css_style *over);

/* <font size>: 1 to 7, or "+1". */
bool css_font_size_read_legacy(struct sv s, struct css_style *ret);

#endif
