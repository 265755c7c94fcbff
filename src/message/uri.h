/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The URIs that rules are shown: those and no others that SpamAssassin finds,
 * in its spellings, because rules count them and count on them. What mail
 * programs make of a message is another list (url.h).
 *
 *     uri.c          the list in the message
 *     uri_canon.c    the spellings of one
 *     uri_find.c     where one stands in the paragraphs of the body
 *     uri_html.c     those of a page's tags
 */
#ifndef MESSAGE_URI_H
#define MESSAGE_URI_H

#include "base/vec.h"
#include "message/html_token.h"
#include "message/reader.h"

enum { URI_BYTES_MAX = 8192 }; /* the rest of a longer one is left out */

/* Adds one, or types to one that is there; without types, URI_PARSED if it is
 * new. `has_host`: only
 * if some spelling of it has a host below a top-level domain that exists. */
void uri_add(struct reader *r, struct sv uri, unsigned types, bool has_host);

/* Adds the text of an anchor that leads to it, as the attribute has it. */
void uri_add_anchor(struct reader *r, struct sv uri, struct sv text);

/* Adds what stands in a paragraph of the body. */
void uri_find(struct reader *r, struct sv paragraph);

/* Adds those of all pages, and makes the uri view and the list. Last of all:
 * it needs the paragraphs. */
void uri_list_make(struct reader *r);

/* ---- spellings ---- */

enum { URI_FORMS_MAX = 48 };

/* Distinct ones; the first is the URI itself. */
struct uri_forms {
	struct sv list[URI_FORMS_MAX];
	size_t n;
};
void uri_forms_make(struct arena *a, struct sv uri, struct uri_forms *ret);

/* What stands where the host of a spelling is, as it stands; or SV_NONE. */
struct sv uri_host(struct sv form);

/* That in A-labels, in lower case, if it is an address or below a top-level
 * domain that exists; else SV_NONE. */
struct sv uri_host_read(struct arena *a, struct sv host);

/* Percent escapes of printable characters undone, and other bytes that no URI
 * has escaped; the URI itself when it has no escapes. */
struct sv uri_unescape(struct arena *a, struct sv uri);

/* ---- pages ---- */

/* A tag with an address, or an anchor. */
struct uri_tag {
	struct sv value; /* decoded */
	unsigned type;   /* URI_; 0: an anchor */
	size_t from, to; /* of the anchor's text in the rendered text */
};

/* The tags of a page. */
struct uri_page {
	struct arena *arena;
	struct buf value;
	VEC(struct uri_tag) tags;
	size_t anchor; /* number of the last anchor, counted from 1 */
	unsigned open; /* anchors that have not ended */
	struct sv rendered;
	struct uri_page *next;
};

/* Begins a page, which stays until uri_list_make() has read it. */
struct uri_page *uri_page_begin(struct reader *r);

/* At a tag, when the rendered text is `at` bytes long. */
void uri_page_start(struct uri_page *p, const struct html_token *t, size_t at);
void uri_page_end(struct uri_page *p, const struct html_token *t, size_t at);

/* At the end: `rendered` is the text of the page. */
void uri_page_done(struct uri_page *p, struct sv rendered);

/* Adds what the pages hold, and releases them. */
void uri_pages_add(struct reader *r);

#endif
