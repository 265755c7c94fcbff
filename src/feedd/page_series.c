/* SPDX-License-Identifier: Apache-2.0 */
/* Charts over time, and their figures as a table. */
#include <stdio.h>

#include "feedd/page_private.h"

static const char *
chart_id(struct page *p)
{
	char id[16];

	snprintf(id, sizeof id, "c%u", ++p->charts);
	return arena_str(p->f->arena, sv_str(id));
}

static struct chart
chart_of(struct page *p, enum text title)
{
	return (struct chart){
		.out = p->out,
		.lang = p->lang,
		.id = chart_id(p),
		.title = lang_text(p->lang, title),
		.series = &p->series,
		.marks = p->marks.numbers,
	};
}

static void
put_legend_entry(struct page *p, const char *class_name, const char *name)
{
	buf_addf(p->out,
	         "<li><svg viewBox=\"0 0 12 12\" aria-hidden=\"true\">"
	         "<rect class=\"%s\" width=\"12\" height=\"12\"/></svg>%s"
	         "</li>",
	         class_name, name);
}

static uint64_t *
values_of(struct page *p)
{
	return ARENA_ARRAY(p->f->arena, uint64_t, p->series.n + 1);
}

static uint64_t
value_of(const struct figure *f)
{
	return f->is_withheld ? CHART_GAP : f->count;
}

/* ---- what numbers over the charts mean ---- */

static const char *
as_mark(struct page *p, const struct mark *m)
{
	if (m->nodes == 0)
		return as_text(p, m->text);
	if (m->nodes == 1)
		return SAID(p, TEXT_MARK_NODE, as_word(p, m->kind),
		            as_text(p, m->text));
	return SAID(p, TEXT_MARK_NODES, as_word(p, m->kind),
	            as_count(p, m->nodes));
}

void
put_marks(struct page *p)
{
	if (p->marks.n == 0)
		return;
	put(p, "<ol class=\"marks\">");
	for (size_t i = 0; i < p->marks.n; i++) {
		const struct mark *m = &p->marks.list[i];

		buf_addf(p->out,
		         "<li><span class=\"mark\">%u</span> %s: %s</li>\n",
		         m->number, as_date(p, m->minute), as_mark(p, m));
	}
	put(p, "</ol>\n");
}

/* ---- charts ---- */

/* A step that is cut would look like a fall. */
static uint64_t
whole_value_of(const struct point *point, const struct figure *f)
{
	return point->is_whole ? value_of(f) : CHART_GAP;
}

void
put_three_series(struct page *p)
{
	struct chart upper = chart_of(p, TEXT_DETECTED_AND_BLOCKED);
	struct chart lower = chart_of(p, TEXT_REPORTED);
	uint64_t *blocked = values_of(p), *detected = values_of(p);
	uint64_t *reported = values_of(p);
	const struct chart_line lines[] = {
		{ "detected", lang_text(p->lang, TEXT_DETECTED), detected },
		{ "blocked", lang_text(p->lang, TEXT_BLOCKED), blocked },
		{ "reported", lang_text(p->lang, TEXT_REPORTED), reported },
	};

	for (size_t i = 0; i < p->series.n; i++) {
		const struct point *point = &p->series.points[i];

		blocked[i] = whole_value_of(point, &point->blocked);
		detected[i] = whole_value_of(point, &point->spam);
		reported[i] = whole_value_of(point, &point->reported);
	}
	put(p, "<ul class=\"legend\">");
	put_legend_entry(p, lines[0].class_name, lines[0].name);
	put_legend_entry(p, lines[1].class_name, lines[1].name);
	put(p, "</ul>\n");
	chart_lines(&upper, lines, 2, CHART_COUNT);
	put(p, "<ul class=\"legend\">");
	put_legend_entry(p, lines[2].class_name, lines[2].name);
	put(p, "</ul>\n");
	chart_lines(&lower, lines + 2, 1, CHART_COUNT);
}

void
put_items_chart(struct page *p)
{
	struct chart chart = chart_of(p, TEXT_ITEMS_OVER_TIME);

	put(p, "<ul class=\"legend\">");
	for (size_t v = 0; v < FIGURES_VERDICTS; v++)
		put_legend_entry(p, figures_verdicts[v],
		                 as_word(p, sv_str(figures_verdicts[v])));
	put(p, "</ul>\n");
	chart_items(&chart);
}

void
put_share_chart(struct page *p)
{
	struct chart chart = chart_of(p, TEXT_SHARE_OVER_TIME);
	uint64_t *share = values_of(p);
	const struct chart_line line = { "detected",
		                         lang_text(p->lang, TEXT_SPAM_SHARE),
		                         share };

	for (size_t i = 0; i < p->series.n; i++) {
		const struct point *point = &p->series.points[i];

		share[i] = point->items.count == 0 ||
		                   point->items.is_withheld ||
		                   point->spam.is_withheld
		               ? CHART_GAP
		               : figures_percent_e2(point->spam.count,
		                                    point->items.count);
	}
	chart_lines(&chart, &line, 1, CHART_PERCENT_E2);
}

/* ---- the table ---- */

static void
put_begin(struct page *p, const struct point *point)
{
	buf_addf(p->out, "<tr><th scope=\"row\">%s",
	         p->series.step <= STEP_HOUR
	             ? as_time(p, point->period.begin_min)
	             : as_date(p, point->period.begin_min));
	if (point->is_provisional)
		buf_addf(p->out, " <abbr title=\"%s\">*</abbr>",
		         lang_text(p->lang, TEXT_PROVISIONAL));
	put(p, "</th>");
}

static void
put_point(struct page *p, const struct point *point)
{
	const struct figure *figures[] = {
		&point->items,
		&point->verdicts[VERDICT_ADVERTISING_SPAM],
		&point->verdicts[VERDICT_OTHER_ABUSE],
		&point->verdicts[VERDICT_SUSPECTED],
		&point->spam,
		&point->blocked,
		&point->reported,
	};

	put_begin(p, point);
	for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
		buf_addf(p->out, "<td>%s</td>", as_figure(p, figures[i]));
	buf_addf(p->out, "<td>%s</td></tr>\n",
	         as_percent(p, &point->spam, &point->items));
}

void
put_series_table(struct page *p)
{
	put(p, "<details><summary>");
	say(p, TEXT_AS_TABLE);
	buf_addf(p->out,
	         "</summary>\n<div class=\"wide-table\" tabindex=\"0\""
	         " role=\"region\" aria-label=\"%s\">",
	         lang_text(p->lang, TEXT_ITEMS_OVER_TIME));
	begin_table(p, "series", TEXT_ITEMS_OVER_TIME,
	            HEADS(TEXT_BEGIN, TEXT_ITEMS, TEXT_W_ADVERTISING_SPAM,
	                  TEXT_W_OTHER_ABUSE, TEXT_W_SUSPECTED, TEXT_DETECTED,
	                  TEXT_BLOCKED, TEXT_REPORTED, TEXT_SPAM_SHARE),
	            8);
	for (size_t i = 0; i < p->series.n; i++)
		put_point(p, &p->series.points[i]);
	end_table(p);
	put(p, "</div></details>\n");
	put_downloads(p, "/v1/series");
}
