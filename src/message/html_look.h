/* SPDX-License-Identifier: Apache-2.0 */
/* How an element shows its text, and whether anybody can see it. */
#ifndef MESSAGE_HTML_LOOK_H
#define MESSAGE_HTML_LOOK_H

#include "base/buf.h"
#include "message/css_sheet.h"
#include "message/html_token.h"
#include "message/message.h"

/* What an element hands down to those within. */
struct html_look {
	struct color color, background;
	bool has_image;    /* behind the text: background says nothing */
	bool is_invisible; /* visibility: hidden, which can be taken back */
	uint8_t opacity;
	int32_t font_px_e2;
	enum message_hidden_reason hidden; /* what cannot be taken back */
};

/* Black on white, 16 px. */
extern const struct html_look html_look_initial;

/* The look of an element with that style in another one. */
struct html_look html_look_of(const struct html_look *outer,
                              const struct css_style *style);

/* Why text of that look is not seen. */
enum message_hidden_reason html_look_hidden(const struct html_look *look);

/* A mail repeats its style attributes: those of late, by their text. */
struct html_style_seen {
	struct sv text; /* as it stands in the mail */
	struct css_style style;
};

enum { HTML_STYLES_SEEN = 64 };

struct html_styles {
	struct css_sheet sheet;
	struct html_style_seen seen[HTML_STYLES_SEEN];
	struct color link; /* of <a href> */
	struct buf value;  /* for one attribute at a time */
	struct buf clean;
};

void html_styles_init(struct html_styles *s, struct arena *a);
void html_styles_done(struct html_styles *s);

/* What a start tag says of its element: its nature, attributes, rules of
 * <style>, and style attribute, in this order. Returns the address of a
 * background image of the style attribute, or ""; it is valid until the
 * next call. */
struct sv html_style_of(struct html_styles *s, const struct html_token *t,
                        struct css_style *ret);

/* The value of an attribute without character references: `value` itself, or
 * the content of `out`. */
struct sv html_attr_decode(struct sv value, struct buf *out);

#endif
