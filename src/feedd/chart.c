/* SPDX-License-Identifier: Apache-2.0 */
#include "feedd/chart.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "feedd/html.h"

/* The drawing area, in units of the view box. */
enum {
	WIDTH = 960,
	HEIGHT = 280,
	LEFT = 64,
	RIGHT = 952,
	TOP = 16,
	BOTTOM = 248,
	TICKS_MAX = 5,
	LABELS_MAX = 10,
};

/* ---- merging ---- */

static void
add_figure(struct figure *to, const struct figure *f)
{
	to->count += f->count;
	to->is_withheld |= f->is_withheld;
	if (f->reporters > to->reporters)
		to->reporters = f->reporters;
}

static void
add_step(struct step *to, const struct step *s)
{
	to->period.end_min = s->period.end_min;
	to->is_provisional |= s->is_provisional;
	add_figure(&to->items, &s->items);
	add_figure(&to->spam, &s->spam);
	for (size_t v = 0; v < FIGURES_VERDICTS; v++)
		add_figure(&to->verdicts[v], &s->verdicts[v]);
}

size_t
chart_merge(struct arena *a, const struct series *s, struct series *ret)
{
	size_t each = (s->n + CHART_COLUMNS_MAX - 1) / CHART_COLUMNS_MAX;

	if (each == 0)
		each = 1;
	ret->n = (s->n + each - 1) / each;
	ret->steps = ARENA_ARRAY(a, struct step, ret->n);
	for (size_t i = 0; i < s->n; i++) {
		struct step *to = &ret->steps[i / each];

		if (i % each == 0)
			to->period.begin_min = s->steps[i].period.begin_min;
		add_step(to, &s->steps[i]);
	}
	return each;
}

/* ---- axes ---- */

struct scale {
	uint64_t tick, max; /* max is a multiple of tick */
	const char *unit;
	unsigned divisor; /* of the numbers that are written */
};

/* Ticks of 1, 2 or 5 times a power of ten, at most TICKS_MAX of them. */
static struct scale
make_scale(uint64_t max, unsigned divisor, const char *unit)
{
	static const unsigned steps[] = { 1, 2, 5 };
	uint64_t tick = divisor, power = divisor;

	for (size_t i = 0; max / tick >= TICKS_MAX; i++) {
		if (i % 3 == 0 && i)
			power *= 10;
		tick = steps[i % 3] * power;
	}
	return (struct scale){ tick, (max / tick + 1) * tick, unit, divisor };
}

static int
y_of(const struct scale *s, uint64_t value)
{
	unsigned __int128 height = BOTTOM - TOP;

	return BOTTOM - (int)(height * value / s->max);
}

static int
x_of(const struct series *s, size_t column)
{
	return LEFT + (int)(column * (RIGHT - LEFT) / s->n);
}

static void
draw_y_axis(struct buf *out, const struct scale *s)
{
	for (uint64_t at = 0; at <= s->max; at += s->tick) {
		int y = y_of(s, at);

		buf_addf(out,
		         "<line class=\"%s\" x1=\"%d\" x2=\"%d\" y1=\"%d\""
		         " y2=\"%d\"/><text class=\"y\" x=\"%d\" y=\"%d\">",
		         at ? "grid" : "base", LEFT, RIGHT, y, y, LEFT - 8,
		         y + 4);
		html_count(out, at / s->divisor);
		buf_addf(out, "%s</text>", s->unit);
	}
}

/* Labels stand at round times, as many as there is room for. */
static int64_t
label_interval(int64_t minutes)
{
	static const int64_t round[] = { 1,     2,      5,     10,    15,
		                         30,    60,     120,   180,   360,
		                         720,   1440,   2880,  10080, 20160,
		                         40320, 120960, 241920 };
	size_t i = 0;

	while (i + 1 < sizeof round / sizeof *round &&
	       minutes / round[i] > LABELS_MAX)
		i++;
	return round[i];
}

static void
draw_label(struct buf *out, int x, int64_t minute, int64_t interval)
{
	time_t s = (time_t)minute * 60;
	struct tm tm = { 0 };
	char text[32];

	gmtime_r(&s, &tm);
	strftime(text, sizeof text,
	         minute % 1440      ? "%H:%M"
	         : interval < 40320 ? "%d %b"
	                            : "%b %Y",
	         &tm);
	buf_addf(out,
	         "<line class=\"tick\" x1=\"%d\" x2=\"%d\" y1=\"%d\""
	         " y2=\"%d\"/><text class=\"x\" x=\"%d\" y=\"%d\">%s</text>",
	         x, x, BOTTOM, BOTTOM + 5, x, BOTTOM + 20, text);
}

static void
draw_x_axis(struct buf *out, const struct series *s)
{
	int64_t begin = s->steps[0].period.begin_min;
	int64_t end = s->steps[s->n - 1].period.end_min;
	int64_t interval = label_interval(end - begin);

	for (size_t i = 0; i < s->n; i++) {
		const struct period *p = &s->steps[i].period;
		int64_t at =
		    (p->begin_min + interval - 1) / interval * interval;

		if (at < p->end_min)
			draw_label(out, x_of(s, i), at, interval);
	}
}

static void
begin_chart(struct buf *out, const char *id, const char *title,
            const char *meaning)
{
	buf_addf(out,
	         "<div class=\"chart\" tabindex=\"0\" role=\"region\""
	         " aria-labelledby=\"%s-t\">"
	         "<svg viewBox=\"0 0 %d %d\" role=\"img\""
	         " aria-labelledby=\"%s-t %s-d\">"
	         "<title id=\"%s-t\">%s</title><desc id=\"%s-d\">%s</desc>"
	         "<defs><pattern id=\"%s-h\" class=\"hatch\" width=\"8\""
	         " height=\"8\" patternUnits=\"userSpaceOnUse\">"
	         "<path d=\"M0 8L8 0\"/></pattern></defs>",
	         id, WIDTH, HEIGHT, id, id, id, title, id, meaning, id);
}

static void
end_chart(struct buf *out)
{
	buf_add_str(out, "</svg></div>\n");
}

/* ---- columns ---- */

static void
draw_hint(struct buf *out, const struct step *s)
{
	char begin[PERIOD_TEXT], end[PERIOD_TEXT];

	buf_addf(out,
	         "<title>%s to %s: ", period_text(s->period.begin_min, begin),
	         period_text(s->period.end_min, end));
	if (s->items.is_withheld) {
		buf_add_str(out, "withheld");
	} else {
		html_count(out, s->items.count);
		buf_add_str(out, " items");
		if (!s->spam.is_withheld) {
			buf_add_str(out, ", spam ");
			html_count(out, s->spam.count);
		}
	}
	buf_addf(out, "%s</title>", s->is_provisional ? " (provisional)" : "");
}

static void
draw_rect(struct buf *out, const char *class_name, int x, int width, int top,
          int bottom)
{
	if (bottom > top)
		buf_addf(out,
		         "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\""
		         " height=\"%d\"/>",
		         class_name, x, top, width, bottom - top);
}

static void
draw_column(struct buf *out, const struct scale *scale, const struct step *s,
            int x, int width)
{
	uint64_t below = 0;

	buf_addf(out, "<g%s>",
	         s->is_provisional ? " class=\"provisional\"" : "");
	draw_hint(out, s);
	if (s->items.is_withheld)
		buf_addf(out,
		         "<rect fill=\"url(#items-h)\" x=\"%d\" y=\"%d\""
		         " width=\"%d\" height=\"%d\"/>",
		         x, TOP, width, BOTTOM - TOP);
	for (size_t v = 0; v < FIGURES_VERDICTS && !s->items.is_withheld; v++) {
		uint64_t count = s->verdicts[v].count;

		if (s->verdicts[v].is_withheld)
			continue;
		draw_rect(out, figures_verdicts[v], x, width,
		          y_of(scale, below + count), y_of(scale, below));
		below += count;
	}
	buf_add_str(out, "</g>");
}

void
chart_items(struct buf *out, const struct series *s)
{
	uint64_t max = 0;
	struct scale scale;

	for (size_t i = 0; i < s->n; i++)
		if (!s->steps[i].items.is_withheld &&
		    s->steps[i].items.count > max)
			max = s->steps[i].items.count;
	scale = make_scale(max, 1, "");
	begin_chart(out, "items", "Items over time, stacked by verdict",
	            "The same figures are in the table below the chart.");
	draw_y_axis(out, &scale);
	for (size_t i = 0; i < s->n; i++) {
		int x = x_of(s, i), next = x_of(s, i + 1);
		int gap = next - x > 4 ? (next - x > 40 ? 6 : 2) : 0;

		draw_column(out, &scale, &s->steps[i], x + gap / 2,
		            next - x - gap);
	}
	draw_x_axis(out, s);
	end_chart(out);
}

/* ---- line ---- */

static bool
has_share(const struct step *s)
{
	return s->items.count && !s->items.is_withheld && !s->spam.is_withheld;
}

static void
draw_points(struct buf *out, const struct scale *scale, const struct series *s)
{
	bool is_open = false;

	for (size_t i = 0; i < s->n; i++) {
		const struct step *step = &s->steps[i];

		if (has_share(step)) {
			buf_addf(
			    out, "%s%d,%d",
			    is_open ? " " : "<polyline points=\"",
			    (x_of(s, i) + x_of(s, i + 1)) / 2,
			    y_of(scale, figures_percent_e2(step->spam.count,
			                                   step->items.count)));
			is_open = true;
		} else if (is_open) {
			buf_add_str(out, "\"/>");
			is_open = false;
		}
	}
	if (is_open)
		buf_add_str(out, "\"/>");
}

static void
draw_marks(struct buf *out, const struct scale *scale, const struct series *s)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct step *step = &s->steps[i];

		if (!has_share(step))
			continue;
		buf_addf(out, "<circle%s cx=\"%d\" cy=\"%d\" r=\"3\">",
		         step->is_provisional ? " class=\"provisional\"" : "",
		         (x_of(s, i) + x_of(s, i + 1)) / 2,
		         y_of(scale, figures_percent_e2(step->spam.count,
		                                        step->items.count)));
		draw_hint(out, step);
		buf_add_str(out, "</circle>");
	}
}

void
chart_share(struct buf *out, const struct series *s)
{
	uint64_t max = 0;
	struct scale scale;

	for (size_t i = 0; i < s->n; i++) {
		uint64_t e2 = figures_percent_e2(s->steps[i].spam.count,
		                                 s->steps[i].items.count);

		if (has_share(&s->steps[i]) && e2 > max)
			max = e2;
	}
	scale = make_scale(max < 10000 ? max : 9999, 100, "\xc2\xa0%");
	begin_chart(out, "share", "Share of spam among items over time",
	            "The same figures are in the table below the chart.");
	draw_y_axis(out, &scale);
	draw_points(out, &scale, s);
	draw_marks(out, &scale, s);
	draw_x_axis(out, s);
	end_chart(out);
}

/* ---- bars ---- */

void
chart_bar(struct buf *out, uint64_t part, uint64_t whole,
          const char *class_name)
{
	uint64_t e2 = figures_percent_e2(part, whole);

	buf_addf(out,
	         "<svg class=\"bar\" viewBox=\"0 0 10000 10\""
	         " preserveAspectRatio=\"none\" aria-hidden=\"true\">"
	         "<rect class=\"%s\" width=\"%" PRIu64 "\" height=\"10\"/>"
	         "</svg>",
	         class_name, e2 && e2 < 40 ? 40 : e2);
}
