/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pages for people: HTML without scripts, in the languages of lang.h, charts
 * as inline SVG with a table beside each. Every text that is not ours is
 * escaped in html.c.
 *
 *     page.c           the frame: navigation, period, language
 *     page_parts.c     tables, rankings, charts that pages share
 *     page_*.c         what a page says
 */
#ifndef FEEDD_PAGE_H
#define FEEDD_PAGE_H

#include "base/buf.h"
#include "feedd/figures.h"

enum sign_in { SIGN_IN_NOT_TRIED, SIGN_IN_WRONG, SIGN_IN_TOO_MANY };

/* What pages know beside figures; borrowed. */
struct page_site {
	const char *title;
	const char *country;   /* ISO 3166-1 alpha-2: what is domestic; "" */
	bool is_demonstration; /* the data is made up, and pages say so */
	enum lang lang;
	bool is_signed_in; /* by the form, and may sign out */
	enum sign_in sign_in;
};

struct page_kind;

/* Instead of /own for those who are not a node. */
extern const struct page_kind page_sign_in_kind;

/* The page at this address ("/", "/trends", "/codebook"), or NULL. */
const struct page_kind *page_find(const char *path);

/* E_IO, E_LIMIT as figures.h; E_UNKNOWN when the page is not for this
 * asker. */
int page_write(const struct page_kind *kind, const struct page_site *site,
               struct figures *f, struct buf *out);

struct sv page_style(void); /* CSS */

#endif
