/* SPDX-License-Identifier: Apache-2.0 */
/* Pieces of HTML. Whatever is not our own text goes through html_text() or
 * html_url(); the rest writes only digits and texts of this program. */
#ifndef FEEDD_HTML_H
#define FEEDD_HTML_H

#include "base/buf.h"
#include "feedd/figures.h"

/* Text or the value of a quoted attribute. */
void html_text(struct buf *out, struct sv text);

/* A value inside the query of an address, percent-encoded. */
void html_url(struct buf *out, struct sv text);

/* A word of the feed for reading: its name in the language, else the word
 * itself without underscores. */
void html_word(struct buf *out, enum lang lang, struct sv word);

/* A number in an element that has the plain one for machines. */
void html_count(struct buf *out, enum lang lang, uint64_t n);

/* The same; a withheld figure says so. */
void html_figure(struct buf *out, enum lang lang, const struct figure *f);

/* "12.3%", or a dash where there is nothing to divide. */
void html_percent(struct buf *out, enum lang lang, const struct figure *part,
                  const struct figure *whole);

/* By how much a figure has grown: "+12.3%"; a dash where it cannot be told. */
void html_growth(struct buf *out, enum lang lang, const struct figure *from,
                 const struct figure *to);

/* "22 Nov 2026, 14:00", "22 Nov 2026", with the exact time for machines. */
void html_time(struct buf *out, enum lang lang, int64_t minute);
void html_date(struct buf *out, enum lang lang, int64_t minute);

#endif
