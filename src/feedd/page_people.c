/* SPDX-License-Identifier: Apache-2.0 */
/* What people say, how good verdicts are, and what belongs together. */
#include <stdio.h>

#include "feedd/page_private.h"

enum { TOP_ROWS = 12, TOP_CAMPAIGNS = 10 };

/* ---- complaints ---- */

static bool
is_complaint(const struct figure *row)
{
	return sv_eq(row->words[0], SV("spam"));
}

/* Parts of a thousand with two decimals; a dash where it cannot be told. */
static const char *
as_per_mille(struct page *p, const struct figure *part,
             const struct figure *all, const struct figure *less)
{
	uint64_t whole =
	    all->count > less->count ? all->count - less->count : 0;

	if (part->is_withheld || all->is_withheld || less->is_withheld ||
	    whole == 0)
		return lang_text(p->lang, TEXT_DASH);
	return as_decimal(
	    p,
	    (uint64_t)(((unsigned __int128)part->count * 100000 + whole / 2) /
	               whole));
}

static void
put_week(struct page *p, const struct point *w)
{
	buf_addf(p->out, "<tr><th scope=\"row\">%s",
	         as_date(p, w->period.begin_min));
	if (w->is_provisional)
		buf_addf(p->out, " <abbr title=\"%s\">*</abbr>",
		         lang_text(p->lang, TEXT_PROVISIONAL));
	buf_addf(p->out, "</th><td>%s</td><td>%s</td></tr>\n",
	         as_figure(p, &w->reported),
	         as_per_mille(p, &w->reported, &w->items, &w->blocked));
}

static int
put_weeks(struct page *p)
{
	struct series weeks;
	int result =
	    figures_series_in(p->f, p->f->query.period, STEP_WEEK, &weeks);

	if (result)
		return result;
	begin_section(p, TEXT_COMPLAINTS_WEEKLY, TEXT_COMPLAINTS_WEEKLY_IS);
	begin_table(p, "series", TEXT_COMPLAINTS_WEEKLY,
	            HEADS(TEXT_WEEK_OF, TEXT_COMPLAINTS, TEXT_PER_DELIVERED),
	            2);
	for (size_t i = weeks.n; i-- > 0;)
		put_week(p, &weeks.points[i]);
	end_table(p);
	put_downloads(p, "/v1/series");
	end_section(p);
	return 0;
}

static int
put_complaint_keys(struct page *p)
{
	struct figure complaints = totals_get(&p->totals, "complaints");
	struct figure not_spam = totals_get(&p->totals, "not_spam");
	struct figure withdrawn = totals_get(&p->totals, "withdrawn");
	struct figure blocked = { 0 };
	struct table t;
	int result = figures_table(p->f, view_find(SV("action")), &t);

	if (result)
		return result;
	for (size_t i = 0; i < t.n_rows; i++) {
		if (!figures_is_blocking(t.rows[i].words[0]))
			continue;
		blocked.count += t.rows[i].count;
		if (t.rows[i].reporters > blocked.reporters)
			blocked.reporters = t.rows[i].reporters;
	}
	figures_withhold(&blocked, 1, p->f->reporters_min);
	begin_section(p, TEXT_KEY_FIGURES, TEXTS);
	begin_keys(p);
	put_key(p, TEXT_COMPLAINTS, as_figure(p, &complaints), NULL, NULL,
	        NULL);
	put_key(p, TEXT_PER_DELIVERED,
	        as_per_mille(p, &complaints, &p->totals.items, &blocked),
	        lang_text(p->lang, TEXT_PER_DELIVERED_NOTE), NULL, NULL);
	put_key(p, TEXT_NOT_SPAM, as_figure(p, &not_spam),
	        lang_text(p->lang, TEXT_NOT_SPAM_NOTE), NULL, NULL);
	put_key(p, TEXT_WITHDRAWN, as_figure(p, &withdrawn), NULL, NULL, NULL);
	end_keys(p);
	end_section(p);
	return 0;
}

int
page_complaints(struct page *p)
{
	int result = put_complaint_keys(p);

	put(p, "<div class=\"columns\">\n");
	if (!result)
		result = put_ranked_section(
		    p, TEXT_COMPLAINT_SOURCES, TEXT_COMPLAINT_SOURCES_IS,
		    "feedback", 1, is_complaint,
		    (struct ranking_look){ .caption = TEXT_COMPLAINT_SOURCES,
		                           .column = TEXT_D_SOURCE,
		                           .unit = TEXT_COMPLAINTS,
		                           .class_name = "reported",
		                           .max = TOP_ROWS });
	if (!result)
		result = put_ranked_section(
		    p, TEXT_V_REASON, TEXT_V_REASON_IS, "complaint_reason", 0,
		    NULL,
		    (struct ranking_look){ .caption = TEXT_V_REASON,
		                           .column = TEXT_D_REASON,
		                           .unit = TEXT_COMPLAINTS,
		                           .class_name = "reported",
		                           .max = TOP_ROWS });
	put(p, "</div>\n");
	return result ? result : put_weeks(p);
}

/* ---- campaigns ---- */

/* Pseudonyms are long; their beginning tells them apart. */
static const char *
as_campaign(struct page *p, struct sv word)
{
	size_t colon = sv_find_char(word, ':');
	struct sv id =
	    colon == SV_NOT_FOUND ? word : sv_sub(word, colon + 1, colon + 13);

	return arena_printf(p->f->arena, "<code>%s</code>", as_text(p, id)).p;
}

static void
put_campaign_keys(struct page *p, const struct ranking *r,
                  const struct figure *top)
{
	begin_section(p, TEXT_KEY_FIGURES, TEXTS);
	begin_keys(p);
	put_key(p, TEXT_CAMPAIGNS_SEEN, as_count(p, r->n), NULL, NULL, NULL);
	put_key(p, TEXT_CAMPAIGNS_TOP, as_percent(p, top, &p->totals.spam),
	        lang_text(p->lang, TEXT_CAMPAIGNS_TOP_NOTE), NULL, NULL);
	end_keys(p);
	end_section(p);
}

static void
put_campaign(struct page *p, const struct campaign *c)
{
	const char *none = lang_text(p->lang, TEXT_DASH);
	bool is_withheld = c->spam.is_withheld;

	buf_addf(p->out,
	         "<tr><th scope=\"row\">%s</th><td class=\"n\">%s</td>"
	         "<td class=\"n\">%s</td><td class=\"n\">%s</td></tr>\n",
	         as_campaign(p, c->word), as_figure(p, &c->spam),
	         is_withheld ? none : as_date(p, c->first_min),
	         is_withheld ? none : as_date(p, c->last_min));
}

static int
put_campaign_days(struct page *p)
{
	struct campaigns c;
	int result = figures_campaigns(p->f, &c);

	if (result || c.n == 0)
		return result;
	begin_section(p, TEXT_CAMPAIGNS_TIME, TEXT_CAMPAIGNS_TIME_IS);
	begin_table(
	    p, "plain", TEXT_CAMPAIGNS_TIME,
	    HEADS(TEXT_D_CAMPAIGN, TEXT_SPAM, TEXT_FIRST_SEEN, TEXT_LAST_SEEN),
	    3);
	for (size_t i = 0; i < c.n && i < TOP_CAMPAIGNS; i++)
		put_campaign(p, &c.list[i]);
	end_table(p);
	put_downloads(p, "/v1/campaigns");
	end_section(p);
	return 0;
}

int
page_campaigns(struct page *p)
{
	struct ranking r;
	struct figure top = { 0 };
	int result = rank_rows(p, "campaign_verdict", 0, is_spam_row, NULL, &r);

	if (result)
		return result;
	for (size_t i = 0; i < r.n && i < TOP_CAMPAIGNS; i++) {
		top.count += r.rows[i].now.count;
		top.is_withheld |= r.rows[i].now.is_withheld;
	}
	if (r.n)
		put_campaign_keys(p, &r, &top);
	begin_section(p, TEXT_V_CAMPAIGN, TEXT_V_CAMPAIGN_IS);
	put_ranking(p, &r,
	            &(struct ranking_look){ .caption = TEXT_V_CAMPAIGN,
	                                    .column = TEXT_D_CAMPAIGN,
	                                    .unit = TEXT_SPAM,
	                                    .class_name = "advertising_spam",
	                                    .max = TOP_CAMPAIGNS,
	                                    .name = as_campaign });
	put_table_downloads(p, "campaign_verdict");
	end_section(p);
	result = put_campaign_days(p);
	if (result)
		return result;
	return put_ranked_section(
	    p, TEXT_V_RULE, TEXT_V_RULE_IS, "rule", 0, NULL,
	    (struct ranking_look){ .caption = TEXT_V_RULE,
	                           .column = TEXT_D_RULE,
	                           .unit = TEXT_ITEMS,
	                           .max = 2 * TOP_CAMPAIGNS,
	                           .name = as_text });
}

/* ---- quality ---- */

static bool
is_spam_word(struct sv word)
{
	return sv_eq(word, SV("advertising_spam")) ||
	       sv_eq(word, SV("other_abuse"));
}

/* Of items that were judged spam and then looked at by a person: how many,
 * and how many of them were spam. */
struct audit {
	struct figure looked_at, confirmed;
};

static int
read_audit(struct page *p, struct audit *ret)
{
	struct table t;
	int result = figures_table(p->f, view_find(SV("correction")), &t);

	*ret = (struct audit){ 0 };
	for (size_t i = 0; !result && i < t.n_rows; i++) {
		const struct figure *row = &t.rows[i];

		if (sv_eq(row->words[0], SV("rejudge")) ||
		    !is_spam_word(row->words[1]))
			continue;
		ret->looked_at.count += row->count;
		if (row->reporters > ret->looked_at.reporters)
			ret->looked_at.reporters = row->reporters;
		if (is_spam_word(row->words[2]))
			ret->confirmed.count += row->count;
	}
	figures_withhold(&ret->looked_at, 1, p->f->reporters_min);
	ret->confirmed.is_withheld = ret->looked_at.is_withheld;
	return result;
}

static const char *
as_percent_e2(struct page *p, uint64_t e2)
{
	return as_percent(p, &(struct figure){ .count = e2 },
	                  &(struct figure){ .count = 10000 });
}

static void
put_precision(struct page *p, const struct audit *a)
{
	struct interval i =
	    figures_wilson(a->confirmed.count, a->looked_at.count);
	const char *note =
	    a->looked_at.count == 0 || a->looked_at.is_withheld
		? lang_text(p->lang, TEXT_PRECISION_NONE)
		: SAID(p, TEXT_PRECISION_NOTE, as_percent_e2(p, i.low_e2),
	               as_percent_e2(p, i.high_e2),
	               as_figure(p, &a->looked_at));

	put_key(p, TEXT_PRECISION, as_percent(p, &a->confirmed, &a->looked_at),
	        note, NULL, NULL);
}

static void
put_automated(struct page *p)
{
	struct figure by_person = totals_get(&p->totals, "audited");
	struct figure automated = p->totals.items;

	automated.count -= by_person.count < automated.count ? by_person.count
	                                                     : automated.count;
	automated.is_withheld |= by_person.is_withheld;
	put_key(p, TEXT_AUTOMATED, as_percent(p, &automated, &p->totals.items),
	        SAID(p, TEXT_AUTOMATED_NOTE, as_figure(p, &by_person)), NULL,
	        NULL);
}

static void
put_appeals(struct page *p)
{
	struct figure appeals = totals_get(&p->totals, "appeals");
	struct figure overturned = totals_get(&p->totals, "appeals_overturned");

	put_key(p, TEXT_APPEALS, as_figure(p, &appeals),
	        SAID(p, TEXT_APPEALS_NOTE, as_figure(p, &overturned),
	             as_percent(p, &overturned, &appeals)),
	        NULL, NULL);
}

static void
put_recognition_key(struct page *p)
{
	struct figure n = totals_get(&p->totals, "recognitions");
	struct figure s = totals_get(&p->totals, "recognition_s");
	bool known = n.count && !n.is_withheld && !s.is_withheld;

	put_key(p, TEXT_RECOGNITION_TIME,
	        known ? SAID(p, TEXT_N_MINUTES,
	                     as_count(p, (s.count / n.count + 30) / 60))
	              : lang_text(p->lang, TEXT_DASH),
	        SAID(p, TEXT_RECOGNITION_NOTE, as_figure(p, &n)), NULL, NULL);
}

/* The word has another sense as a surface. */
static const char *
as_reviewer(struct page *p, struct sv word)
{
	return sv_eq(word, SV("review")) ? lang_text(p->lang, TEXT_BY_REVIEW)
	                                 : as_word(p, word);
}

static int
put_corrections(struct page *p)
{
	const struct view *view = view_find(SV("correction"));
	struct table t;
	int result = figures_table(p->f, view, &t);

	if (result)
		return result;
	begin_section(p, TEXT_V_CORRECTION, TEXT_V_CORRECTION_IS);
	if (t.n_rows == 0)
		put_note(p, TEXT_NOTHING_REPORTED);
	begin_table(p, "plain", TEXT_V_CORRECTION,
	            HEADS(TEXT_D_BY, TEXT_D_FROM_VERDICT, TEXT_D_TO_VERDICT,
	                  TEXT_ITEMS),
	            1);
	for (size_t i = 0; i < t.n_rows; i++)
		buf_addf(p->out,
		         "<tr><th scope=\"row\">%s</th><td>%s</td><td>%s</td>"
		         "<td class=\"n\">%s</td></tr>\n",
		         as_reviewer(p, t.rows[i].words[0]),
		         as_word(p, t.rows[i].words[1]),
		         as_word(p, t.rows[i].words[2]),
		         as_figure(p, &t.rows[i]));
	end_table(p);
	put_table_downloads(p, "correction");
	end_section(p);
	return 0;
}

int
page_quality(struct page *p)
{
	struct audit audit;
	int result = read_audit(p, &audit);

	if (result)
		return result;
	begin_section(p, TEXT_KEY_FIGURES, TEXTS);
	begin_keys(p);
	put_automated(p);
	put_precision(p, &audit);
	put_appeals(p);
	put_recognition_key(p);
	end_keys(p);
	put_note(p, TEXT_AUDIT_NOTE);
	end_section(p);
	put(p, "<div class=\"columns\">\n");
	result = put_ranked_section(
	    p, TEXT_V_RECOGNITION, TEXT_V_RECOGNITION_IS, "recognition", 1,
	    NULL,
	    (struct ranking_look){ .caption = TEXT_V_RECOGNITION,
	                           .column = TEXT_D_WITHIN,
	                           .unit = TEXT_CAMPAIGNS,
	                           .max = TOP_ROWS });
	if (!result)
		result = put_ranked_section(
		    p, TEXT_V_EVIDENCE, TEXT_V_EVIDENCE_IS, "evidence_verdict",
		    0, is_spam_row,
		    (struct ranking_look){ .caption = TEXT_V_EVIDENCE,
		                           .column = TEXT_D_EVIDENCE,
		                           .unit = TEXT_SPAM,
		                           .class_name = "advertising_spam",
		                           .max = TOP_ROWS });
	put(p, "</div>\n");
	return result ? result : put_corrections(p);
}
