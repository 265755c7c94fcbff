/* SPDX-License-Identifier: Apache-2.0 */
/* The first page, and the figures over time. */
#include <stdlib.h>

#include "feedd/page_private.h"

enum { TOP = 5 };

/* ---- headline ---- */

static const char *
against(struct page *p, bool has, enum text text, const struct figure *from,
        const struct figure *to)
{
	return has ? SAID(p, text, as_growth(p, from, to)) : NULL;
}

static void
put_key_coverage(struct page *p)
{
	const struct coverage *c = &p->coverage;

	put_key(p, TEXT_NODES_REPORTING,
	        SAID(p, TEXT_N_OF_M, as_count(p, c->n_reporting),
	             as_count(p, c->n_nodes)),
	        c->accounts ? SAID(p, TEXT_SERVING, as_count(p, c->accounts),
	                           as_count(p, c->accounts_filtered))
	                    : NULL,
	        SAID(p, TEXT_LOST_NOTE, as_count(p, p->totals.lost),
	             as_count(p, p->totals.suppressed_items)),
	        NULL);
}

static void
put_keys(struct page *p, const struct totals *before, const struct totals *year,
         const struct figure *per_account)
{
	const struct totals *t = &p->totals;
	struct figure complaints = totals_get(t, "complaints");

	put_key(p, TEXT_ITEMS_JUDGED, as_figure(p, &t->items),
	        SAID(p, TEXT_TO_RECIPIENTS, as_figure(p, &t->recipients)),
	        against(p, p->has_before, TEXT_AGAINST_BEFORE, &before->items,
	                &t->items),
	        against(p, p->has_year_before, TEXT_AGAINST_YEAR, &year->items,
	                &t->items));
	put_key(p, TEXT_SPAM, as_figure(p, &t->spam),
	        SAID(p, TEXT_SPAM_IS,
	             as_figure(p, &t->verdicts[VERDICT_ADVERTISING_SPAM]),
	             as_figure(p, &t->verdicts[VERDICT_OTHER_ABUSE])),
	        against(p, p->has_before, TEXT_AGAINST_BEFORE, &before->spam,
	                &t->spam),
	        against(p, p->has_year_before, TEXT_AGAINST_YEAR, &year->spam,
	                &t->spam));
	put_key(p, TEXT_SPAM_SHARE, as_percent(p, &t->spam, &t->items),
	        SAID(p, TEXT_SHARE_NOTE,
	             as_figure(p, &t->verdicts[VERDICT_SUSPECTED])),
	        NULL, NULL);
	put_key(p, TEXT_REPORTED, as_figure(p, &complaints),
	        lang_text(p->lang, TEXT_REPORTED_NOTE), NULL, NULL);
	put_key(p, TEXT_PER_ACCOUNTS,
	        per_account->is_withheld || per_account->reporters == 0
	            ? lang_text(p->lang, TEXT_DASH)
	            : as_decimal(p, per_account->count),
	        SAID(p, TEXT_PER_ACCOUNTS_NOTE,
	             as_count(p, per_account->reporters)),
	        NULL, NULL);
	put_key_coverage(p);
}

static int
put_headline(struct page *p)
{
	struct totals before = { 0 }, year = { 0 };
	struct figure per_account =
	    figures_per_account(p->f, &p->totals, &p->coverage);
	int result = 0;

	if (p->has_before)
		result = figures_totals_in(p->f, p->before, &before);
	if (!result && p->has_year_before)
		result = figures_totals_in(p->f, p->year_before, &year);
	if (result)
		return result;
	begin_section(p, TEXT_KEY_FIGURES, TEXTS);
	begin_keys(p);
	put_keys(p, &before, &year, &per_account);
	end_keys(p);
	end_section(p);
	return 0;
}

/* ---- the page ---- */

static void
put_method(struct page *p)
{
	begin_section(p, TEXT_HOW_TO_READ, TEXTS);
	put(p, "<ul class=\"method\">");
	say(p, TEXT_METHOD);
	put(p, "</ul>\n");
	end_section(p);
}

int
page_overview(struct page *p)
{
	int result = put_headline(p);

	if (result)
		return result;
	begin_section(p, TEXT_THREE_SERIES, TEXT_THREE_SERIES_IS);
	put_three_series(p);
	put_marks(p);
	put_series_table(p);
	end_section(p);
	put(p, "<div class=\"columns\">\n");
	result = put_ranked_section(
	    p, TEXT_TOP_CATEGORIES, TEXT_V_CATEGORY_IS, "category", 0, NULL,
	    (struct ranking_look){ .caption = TEXT_TOP_CATEGORIES,
	                           .column = TEXT_D_CATEGORY,
	                           .unit = TEXT_ITEMS,
	                           .except = "other",
	                           .max = TOP });
	if (!result)
		result = put_ranked_section(
		    p, TEXT_TOP_COUNTRIES, TEXT_TOP_COUNTRIES_IS,
		    "country_verdict", 0, is_spam_row,
		    (struct ranking_look){ .caption = TEXT_TOP_COUNTRIES,
		                           .column = TEXT_D_COUNTRY,
		                           .unit = TEXT_SPAM,
		                           .class_name = "advertising_spam",
		                           .max = TOP,
		                           .name = as_country });
	put(p, "</div>\n");
	if (p->level == 2) /* the report has it at its end */
		put_method(p);
	return result;
}

/* ---- trends ---- */

static const struct point *
point_at(const struct series *s, int64_t begin_min)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->points[i].period.begin_min == begin_min)
			return &s->points[i];
	return NULL;
}

static void
put_month(struct page *p, const struct series *months, const struct point *now,
          int64_t first)
{
	static const struct figure none = { 0 };
	const struct point *before =
	    point_at(months, period_add_months(now->period.begin_min, -12));
	bool may =
	    before && before->period.begin_min >= first && !now->is_provisional;
	const struct figure *items = may ? &before->items : &none;
	const struct figure *spam = may ? &before->spam : &none;

	put(p, "<tr><th scope=\"row\">");
	lang_month(p->out, p->lang, now->period.begin_min);
	if (now->is_provisional)
		buf_addf(p->out, " <abbr title=\"%s\">*</abbr>",
		         lang_text(p->lang, TEXT_PROVISIONAL));
	buf_addf(p->out,
	         "</th><td>%s</td><td class=\"wide\">%s</td><td>%s</td>"
	         "<td>%s</td><td class=\"wide\">%s</td></tr>\n",
	         as_figure(p, &now->items), as_growth(p, items, &now->items),
	         as_figure(p, &now->spam), as_growth(p, spam, &now->spam),
	         as_percent(p, &now->spam, &now->items));
}

/* All whole months there are, however short the period asked for. */
static int
put_years(struct page *p)
{
	const struct database_extent *e = &p->f->extent;
	int64_t now = p->f->now_unix_ms / RECORD_MINUTE_MS;
	struct period all = { step_floor(STEP_MONTH, e->data.begin_min),
		              step_next(STEP_MONTH, now) };
	struct series months;
	int result;

	if (!e->has_data)
		return 0;
	if (all.begin_min < period_add_months(all.end_min, -36))
		all.begin_min = period_add_months(all.end_min, -36);
	result = figures_series_in(p->f, all, STEP_MONTH, &months);
	if (result)
		return result;
	begin_section(p, TEXT_YEAR_ON_YEAR, TEXT_YEAR_ON_YEAR_IS);
	begin_table(p, "series", TEXT_YEAR_ON_YEAR,
	            HEADS(TEXT_MONTH, TEXT_ITEMS, TEXT_ON_YEAR | HEAD_WIDE,
	                  TEXT_SPAM, TEXT_ON_YEAR, TEXT_SPAM_SHARE | HEAD_WIDE),
	            0);
	for (size_t i = months.n; i-- > 0;)
		put_month(p, &months, &months.points[i], e->data.begin_min);
	end_table(p);
	end_section(p);
	return 0;
}

int
page_trends(struct page *p)
{
	begin_section(p, TEXT_ITEMS_OVER_TIME, TEXT_ITEMS_OVER_TIME_IS);
	put_items_chart(p);
	put_marks(p);
	put_series_table(p);
	end_section(p);
	begin_section(p, TEXT_SHARE_OVER_TIME, TEXT_SHARE_OVER_TIME_IS);
	put_share_chart(p);
	end_section(p);
	begin_section(p, TEXT_THREE_SERIES, TEXT_THREE_SERIES_IS);
	put_three_series(p);
	end_section(p);
	return put_years(p);
}
