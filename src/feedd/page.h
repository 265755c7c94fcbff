/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pages for people: HTML without scripts, charts as inline SVG with a table
 * beside each. Every text that is not ours is escaped in html.c.
 */
#ifndef FEEDD_PAGE_H
#define FEEDD_PAGE_H

#include "base/buf.h"
#include "feedd/figures.h"

/* The statistics page. E_IO, E_LIMIT as figures.h. */
int page_write(struct figures *f, const char *title, struct buf *out);

/* What every figure and word means. */
void page_write_codebook(const char *title, struct buf *out);

struct sv page_style(void); /* CSS */

#endif
