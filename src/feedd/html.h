/* SPDX-License-Identifier: Apache-2.0 */
/* Pieces of HTML. Whatever is not our own text goes through html_text() or
 * html_url(); the rest writes only digits and words from this program. */
#ifndef FEEDD_HTML_H
#define FEEDD_HTML_H

#include "base/buf.h"
#include "feedd/figures.h"

/* Text or the value of a quoted attribute. */
void html_text(struct buf *out, struct sv text);

/* A value inside the query of an address, percent-encoded. */
void html_url(struct buf *out, struct sv text);

/* A word of a vocabulary for reading: "advertising_spam" is "advertising
 * spam". */
void html_word(struct buf *out, struct sv word);

/* 1234567 as "1,234,567". */
void html_count(struct buf *out, uint64_t n);

/* The same in an element that has the plain number for machines; a withheld
 * figure says so. */
void html_figure(struct buf *out, const struct figure *f);

/* "12.3 %", or a dash where there is nothing to divide. */
void html_percent(struct buf *out, const struct figure *part,
                  const struct figure *whole);

/* "22 Nov 2026, 14:00" with the exact time for machines. UTC. */
void html_time(struct buf *out, int64_t minute);

#endif
