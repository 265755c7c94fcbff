/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses in the tags of a page, in their order; each is added to the
 * message when the whole text is known, because a link has its text. */
#ifndef MESSAGE_HTML_LINK_H
#define MESSAGE_HTML_LINK_H

#include "base/vec.h"
#include "message/html_token.h"
#include "message/reader.h"

struct html_link {
	struct sv raw;
	struct sv text; /* instead of an anchor, for images */
	enum message_url_source source;
	size_t from, to; /* of the anchor, in the rendered text */
};

struct html_links {
	struct reader *r;
	struct message_html *facts; /* what is counted here */
	VEC(struct html_link) list;
	struct sv base; /* the first <base href>, or "" */
	size_t open;    /* index of the open anchor, counted from 1, or 0 */
	struct buf value;
};

void html_links_init(struct html_links *l, struct reader *r,
                     struct message_html *facts);

/* At a tag, when the rendered text is `at` bytes long. */
void html_links_start(struct html_links *l, const struct html_token *t,
                      size_t at);
void html_links_end(struct html_links *l, const struct html_token *t,
                    size_t at);

/* A background image of a style attribute, decoded. */
void html_links_background(struct html_links *l, struct sv url);

/* Adds all to the message and releases the list. */
void html_links_done(struct html_links *l, int part, struct sv rendered);

#endif
