/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tokenizer of the WHATWG standard (section 13.2.5), pulled token by
 * token, in linear time and without memory of its own. What the standard's
 * tree builder would tell it (which elements hold raw text, whether it is in
 * SVG or MathML) it knows from the tags it has seen.
 *
 * Character references are left as they are in text and attribute values;
 * see message/entity.h.
 */
#ifndef MESSAGE_HTML_TOKEN_H
#define MESSAGE_HTML_TOKEN_H

#include "message/html_name.h"

enum html_token_kind {
	TOKEN_TEXT,
	TOKEN_START,
	TOKEN_END,     /* an end tag */
	TOKEN_COMMENT, /* and what is read as one, and <!doctype> */
};

struct html_token {
	enum html_token_kind kind;
	struct sv source;     /* all of it, as it stands */
	struct sv text;       /* text: as source, without "<![CDATA[" */
	bool is_raw;          /* text: references in it are none */
	enum html_element in; /* text: the raw text element it fills, or 0 */

	/* Tags. Only those values that has_attrs names are set. */
	enum html_element element;
	struct sv name;
	bool is_empty;      /* "<.../>" within SVG or MathML */
	uint64_t has_attrs; /* bit n: enum html_attr n */
	struct sv attrs[AT_COUNT];
};

struct html_tokens {
	const char *p, *end;       /* what is still to be read */
	enum html_element raw;     /* text up to its end tag comes, or 0 */
	enum html_element foreign; /* EL_SVG, EL_MATH or 0 */
	bool no_title_ends;        /* no </title> follows */
};

void html_tokens_init(struct html_tokens *x, struct sv html);

/* Reads the next token; false at the end. The views in it are into the
 * text. A tag that the text ends in is no token, as the standard has it. */
bool html_tokens_next(struct html_tokens *x, struct html_token *ret);

static inline bool
html_token_has(const struct html_token *t, enum html_attr attr)
{
	return t->has_attrs >> attr & 1;
}

/* An attribute's value, or "". */
static inline struct sv
html_token_attr(const struct html_token *t, enum html_attr attr)
{
	return html_token_has(t, attr) ? t->attrs[attr] : SV("");
}

#endif
