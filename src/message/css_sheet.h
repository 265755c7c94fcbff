/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of <style> elements, as far as one look-up finds them: selectors of
 * one element, class or id ("td", ".gone", "#x", "td.gone"). Others, and
 * those of @media with a condition, are passed over. They hold for what
 * stands behind them.
 */
#ifndef MESSAGE_CSS_SHEET_H
#define MESSAGE_CSS_SHEET_H

#include "message/css_style.h"

struct arena;
struct map;

struct css_sheet {
	struct arena *arena;
	struct map *rules; /* by selector; NULL: there are none */
	size_t n;
};

void css_sheet_init(struct css_sheet *s, struct arena *a);
void css_sheet_done(struct css_sheet *s);

/* Adds the rules of one <style>; beyond a bound they are left out. */
void css_sheet_read(struct css_sheet *s, struct sv css);

/* Adds to `style` what the rules say of such an element, the more special
 * ones last. `id` and `classes` are those of its attributes. */
void css_sheet_apply(const struct css_sheet *s, const char *element,
                     struct sv id, struct sv classes, struct css_style *style);

#endif
