/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Charts of a series as inline SVG: no scripts, no styles of their own, a
 * title and a summary for those who cannot see them. Positions across are in
 * percent and those down in pixels, so that a chart is as wide as the screen
 * while its letters stay readable. Colours come from the classes in style.css.
 */
#ifndef FEEDD_CHART_H
#define FEEDD_CHART_H

#include "base/buf.h"
#include "feedd/figures.h"

struct chart {
	struct buf *out;
	enum lang lang;
	const char *id;    /* unique in the page */
	const char *title; /* text of ours */
	const struct series *series;
	const unsigned *marks; /* a number for each point, 0: none; or NULL */
};

/* Columns of items, stacked by verdict. */
void chart_items(const struct chart *c);

enum chart_unit { CHART_COUNT, CHART_PERCENT_E2, CHART_DECIMAL_E2 };

/* CHART_GAP: withheld, or there is none. */
#define CHART_GAP UINT64_MAX
struct chart_line {
	const char *class_name, *name;
	const uint64_t *values; /* one a point */
};
void chart_lines(const struct chart *c, const struct chart_line *lines,
                 size_t n, enum chart_unit unit);

/* A bar of `part` of `whole` for a cell of a table. */
void chart_bar(struct buf *out, uint64_t part, uint64_t whole,
               const char *class_name);

#endif
