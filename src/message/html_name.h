/* SPDX-License-Identifier: Apache-2.0 */
/* Names of HTML elements, attributes and CSS properties as small numbers. */
#ifndef MESSAGE_HTML_NAME_H
#define MESSAGE_HTML_NAME_H

#include "base/sv.h"

enum html_element {
	EL_UNKNOWN,
#define ELEMENT(id, name, lines, flags) EL_##id,
#include "message/html_element.def"
#undef ELEMENT
	EL_COUNT,
};

enum html_attr {
	AT_UNKNOWN,
#define ATTR(id, name) AT_##id,
#include "message/html_attr.def"
#undef ATTR
	AT_COUNT, /* at most 64: a set of them is a uint64_t */
};

enum css_property {
	CSS_UNKNOWN,
#define PROPERTY(id, name) CSS_##id,
#include "message/css_property.def"
#undef PROPERTY
	CSS_COUNT,
};

enum {
	ELEMENT_VOID = 1 << 0,     /* has no content and no end tag */
	ELEMENT_RAW = 1 << 1,      /* its content is text without markup */
	ELEMENT_RCDATA = 1 << 2,   /* the same, with character references */
	ELEMENT_UNSHOWN = 1 << 3,  /* its content is not for the reader */
	ELEMENT_FORMAT = 1 << 4,   /* its end tag works across blocks */
	ELEMENT_SPECIAL = 1 << 5,  /* end tags of inline elements stop here */
	ELEMENT_SCOPE = 1 << 6,    /* all end tags but those of tables do */
	ELEMENT_CLOSES_P = 1 << 7, /* begins after the end of a paragraph */
	ELEMENT_BREAKOUT = 1 << 8, /* cannot stand in SVG or MathML */
	ELEMENT_TABLE = 1 << 9,    /* stands only in a table */
};

enum {
	SPACE_NONE,
	SPACE_APART, /* one blank, where words would be joined */
	SPACE_BLANK,
	SPACE_LINE,
	SPACE_PARAGRAPH,
};

struct html_element_row {
	const char *name;
	unsigned spacing; /* the white space around it in rendered text */
	unsigned flags;   /* of ELEMENT_ */
};
extern const struct html_element_row html_elements[EL_COUNT];

/* Looks up a name in any case; the first of each enum when it is none. */
enum html_element html_element_find(struct sv name);
enum html_attr html_attr_find(struct sv name);
enum css_property css_property_find(struct sv name);

/* Length, first six bytes and last byte, in lower case; 0 for "". */
uint64_t html_name_key(struct sv name);

#endif
