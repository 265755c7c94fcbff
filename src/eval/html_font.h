/* SPDX-License-Identifier: Apache-2.0 */
/* How text looks, as SpamAssassin follows it through <font> and style
 * attributes. Private to eval/. */
#ifndef EVAL_HTML_FONT_H
#define EVAL_HTML_FONT_H

#include "base/vec.h"
#include "eval/html_facts.h"
#include "message/html_token.h"

enum { FONT_SIZE_DEFAULT = 3 };

/* A colour is 0xRRGGBB, or one of these. */
enum { FONT_COLOR_INVALID = -1, FONT_COLOR_OTHER = -2 };

enum font_tag { /* those that are told apart */
	        FONT_TAG_NONE,
	        FONT_TAG_BODY,
	        FONT_TAG_FONT,
	        FONT_TAG_TABLE,
	        FONT_TAG_TR,
	        FONT_TAG_TD,
	        FONT_TAG_BIG,
	        FONT_TAG_SMALL,
	        FONT_TAG_BASEFONT,
	        FONT_TAG_SPAN,
	        FONT_TAG_P,
	        FONT_TAG_DIV,
	        FONT_TAG_A,
	        FONT_TAGS,
};

struct font {
	enum font_tag tag;
	int32_t color, background;
	double size;
};

struct font_stack {
	VEC(struct font) list;  /* the last one holds for the text */
	size_t open[FONT_TAGS]; /* how many of each tag are in it */
	double base;
};

void fonts_init(struct font_stack *s);
void fonts_done(struct font_stack *s);

/* A start or end tag. */
void fonts_read_tag(struct font_stack *s, struct html_facts *f,
                    const struct html_token *t);

/* Notes in the facts what is wrong with the colours of a text. */
void fonts_check_text(const struct font_stack *s, struct html_facts *f);

/* Whether it is a list of names of fonts, as programs write it. */
bool font_face_is_good(struct sv face);

#endif
