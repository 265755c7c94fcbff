/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Charts of a series as inline SVG: no scripts, no styles of their own, a
 * title and a description for those who cannot see them. Colours come from
 * the classes in style.css.
 */
#ifndef FEEDD_CHART_H
#define FEEDD_CHART_H

#include "base/buf.h"
#include "feedd/figures.h"

/* More columns than this are not readable. */
enum { CHART_COLUMNS_MAX = 120 };

/* Merges neighbouring steps until there are few enough; returns how many
 * steps are one column. `ret` lives in the arena. */
size_t chart_merge(struct arena *a, const struct series *s, struct series *ret);

/* Columns of items, stacked by verdict. */
void chart_items(struct buf *out, const struct series *s);

/* The share of spam as a line, broken where there is nothing to divide. */
void chart_share(struct buf *out, const struct series *s);

/* A bar of `part` of `whole` for a cell of a table. */
void chart_bar(struct buf *out, uint64_t part, uint64_t whole,
               const char *class_name);

#endif
