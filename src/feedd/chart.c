/* SPDX-License-Identifier: Apache-2.0 */
#include "feedd/chart.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "feedd/html.h"

/* The drawing area, in pixels. */
enum {
	HEIGHT = 264,
	TOP = 22,
	BOTTOM = 236,
	AXIS_WIDTH = 56,
	TICKS_MAX = 5,
	LABELS_MAX = 8,
	LABELS_NARROW = 4, /* on a phone */
	MONTHS_FROM = 75,  /* days are labelled by their months */
	NEAR_E2 = 600, /* numbers of marks nearer than this are one too many */
	EDGE_E2 = 400, /* labels nearer to an edge are set inwards */
};

/* Across: 1/100 percent. */
#define X_FMT "%" PRIu64 ".%02" PRIu64 "%%"
#define X(e2) (uint64_t)(e2) / 100, (uint64_t)(e2) % 100
#define WIDTH UINT64_C(10000)

/* ---- scales ---- */

struct scale {
	uint64_t tick, max; /* max is a multiple of tick */
	enum chart_unit unit;
};

/* Ticks of 1, 2 or 5 times a power of ten, at most TICKS_MAX of them. */
static struct scale
make_scale(uint64_t max, enum chart_unit unit)
{
	static const unsigned steps[] = { 1, 2, 5 };
	uint64_t power = unit == CHART_PERCENT_E2 ? 100 : 1;
	uint64_t tick = power;

	for (size_t i = 0; max / tick >= TICKS_MAX; i++) {
		if (i % 3 == 0 && i)
			power *= 10;
		tick = steps[i % 3] * power;
	}
	max = (max / tick + 1) * tick;
	if (unit == CHART_PERCENT_E2 && max > 10000)
		max = 10000;
	return (struct scale){ tick, max, unit };
}

static int
y_of(const struct scale *s, uint64_t value)
{
	unsigned __int128 height = BOTTOM - TOP;

	return BOTTOM - (int)(height * value / s->max);
}

static uint64_t
x_of(const struct series *s, size_t column)
{
	return column * WIDTH / s->n;
}

static uint64_t
middle_of(const struct series *s, size_t column)
{
	return (x_of(s, column) + x_of(s, column + 1)) / 2;
}

static void
add_value(struct buf *out, enum lang lang, enum chart_unit unit, uint64_t value)
{
	if (unit == CHART_PERCENT_E2)
		lang_percent(out, lang, value);
	else if (unit == CHART_DECIMAL_E2)
		lang_decimal(out, lang, value);
	else
		lang_count(out, lang, value);
}

/* ---- axes ---- */

static void
add_tick(const struct chart *c, const struct scale *s, uint64_t at)
{
	if (s->unit == CHART_COUNT)
		lang_count_short(c->out, c->lang, at);
	else if (s->unit == CHART_DECIMAL_E2)
		lang_decimal(c->out, c->lang, at);
	else
		buf_addf(c->out, "%" PRIu64 "%s", at / 100,
		         c->lang == LANG_FR ? "\xc2\xa0%" : "%");
}

static void
draw_y_labels(const struct chart *c, const struct scale *s)
{
	buf_addf(c->out,
	         "<svg class=\"axis\" width=\"%d\" height=\"%d\""
	         " aria-hidden=\"true\">",
	         AXIS_WIDTH, HEIGHT);
	for (uint64_t at = 0; at <= s->max; at += s->tick) {
		buf_addf(c->out, "<text class=\"y\" x=\"%d\" y=\"%d\">",
		         AXIS_WIDTH - 8, y_of(s, at) + 4);
		add_tick(c, s, at);
		buf_add_str(c->out, "</text>");
	}
	buf_add_str(c->out, "</svg>");
}

static void
draw_grid(const struct chart *c, const struct scale *s)
{
	for (uint64_t at = 0; at <= s->max; at += s->tick)
		buf_addf(c->out,
		         "<line class=\"%s\" x1=\"0\" x2=\"100%%\" y1=\"%d\""
		         " y2=\"%d\"/>",
		         at ? "grid" : "base", y_of(s, at), y_of(s, at));
}

/* Whether a label may stand here; where there are many points, only at those
 * that people look for. */
static bool
may_label(const struct series *s, size_t i)
{
	int64_t minute = s->points[i].period.begin_min;
	time_t seconds = (time_t)minute * 60;
	struct tm tm = { 0 };

	gmtime_r(&seconds, &tm);
	if (s->step == STEP_MINUTE && s->n > 30)
		return minute % 30 == 0;
	if (s->step == STEP_HOUR && s->n > 24)
		return minute % 1440 == 0;
	if (s->step == STEP_DAY && s->n > MONTHS_FROM)
		return tm.tm_mday == 1;
	if (s->step == STEP_DAY && s->n > 20)
		return tm.tm_wday == 1;
	return true;
}

static bool
has_month_labels(const struct series *s)
{
	return s->step == STEP_MONTH ||
	       (s->step == STEP_DAY && s->n > MONTHS_FROM);
}

static void
add_label(const struct chart *c, int64_t minute)
{
	if (has_month_labels(c->series))
		lang_month(c->out, c->lang, minute);
	else if (c->series->step <= STEP_HOUR && minute % 1440)
		buf_addf(c->out, "%02d:%02d", (int)(minute % 1440 / 60),
		         (int)(minute % 60));
	else
		lang_day(c->out, c->lang, minute);
}

static void
draw_label(const struct chart *c, size_t i, bool is_wide)
{
	uint64_t x = middle_of(c->series, i);
	const char *anchor = x < EDGE_E2           ? " first"
	                     : x > WIDTH - EDGE_E2 ? " last"
	                                           : "";

	buf_addf(c->out,
	         "<line class=\"tick\" x1=\"" X_FMT "\" x2=\"" X_FMT
	         "\" y1=\"%d\" y2=\"%d\"/>"
	         "<text class=\"x%s%s\" x=\"" X_FMT "\" y=\"%d\">",
	         X(x), X(x), BOTTOM, BOTTOM + 5, anchor, is_wide ? " wide" : "",
	         X(x), BOTTOM + 20);
	add_label(c, c->series->points[i].period.begin_min);
	buf_add_str(c->out, "</text>");
}

/* On a narrow screen every other label is left out. */
static void
draw_x_axis(const struct chart *c)
{
	const struct series *s = c->series;
	size_t places = 0, seen = 0, each;

	for (size_t i = 0; i < s->n; i++)
		places += may_label(s, i);
	each = (places + LABELS_MAX - 1) / LABELS_MAX;
	for (size_t i = 0; i < s->n; i++) {
		if (!may_label(s, i))
			continue;
		if (seen % each == 0)
			draw_label(c, i,
			           places / each >= LABELS_NARROW &&
			               seen / each % 2);
		seen++;
	}
}

/* Numbers that would stand on each other are left out on a narrow screen; the
 * list below the chart has them all. */
static void
draw_mark(const struct chart *c, uint64_t x, unsigned number, bool is_near)
{
	buf_addf(c->out,
	         "<line class=\"mark\" x1=\"" X_FMT "\" x2=\"" X_FMT
	         "\" y1=\"%d\" y2=\"%d\"/>"
	         "<text class=\"mark%s%s\" x=\"" X_FMT "\" y=\"%d\">%u</text>",
	         X(x), X(x), TOP - 4, BOTTOM, is_near ? " wide" : "",
	         x > WIDTH - EDGE_E2 ? " last" : "", X(x), TOP - 8, number);
}

static void
draw_marks(const struct chart *c)
{
	uint64_t shown = 0;

	for (size_t i = 0; c->marks && i < c->series->n; i++) {
		uint64_t x = middle_of(c->series, i);
		bool is_near = shown && x < shown + NEAR_E2;

		if (!c->marks[i])
			continue;
		draw_mark(c, x, c->marks[i], is_near);
		if (!is_near)
			shown = x;
	}
}

/* ---- frame ---- */

/* The highest and the lowest value, for those who cannot see the chart. */
static void
add_summary(const struct chart *c, const uint64_t *values, enum chart_unit unit)
{
	const struct series *s = c->series;
	size_t most = s->n, least = s->n;

	for (size_t i = 0; i < s->n; i++) {
		if (values[i] == CHART_GAP)
			continue;
		if (most == s->n || values[i] > values[most])
			most = i;
		if (least == s->n || values[i] < values[least])
			least = i;
	}
	if (most == s->n)
		return;
	buf_addf(c->out, "%s ", lang_text(c->lang, TEXT_CHART_MOST));
	add_value(c->out, c->lang, unit, values[most]);
	buf_add_str(c->out, " (");
	lang_time(c->out, c->lang, s->points[most].period.begin_min);
	buf_addf(c->out, "); %s ", lang_text(c->lang, TEXT_CHART_LEAST));
	add_value(c->out, c->lang, unit, values[least]);
	buf_add_str(c->out, " (");
	lang_time(c->out, c->lang, s->points[least].period.begin_min);
	buf_add_str(c->out, "). ");
}

static void
begin_chart(const struct chart *c, const struct scale *scale,
            const struct chart_line *lines, size_t n)
{
	buf_add_str(c->out, "<div class=\"chart\">");
	draw_y_labels(c, scale);
	buf_addf(c->out,
	         "<svg class=\"plot\" width=\"100%%\" height=\"%d\""
	         " role=\"img\" aria-labelledby=\"%s-t %s-d\">"
	         "<title id=\"%s-t\">%s</title><desc id=\"%s-d\">",
	         HEIGHT, c->id, c->id, c->id, c->title, c->id);
	for (size_t i = 0; i < n; i++) {
		buf_addf(c->out, "%s: ", lines[i].name);
		add_summary(c, lines[i].values, scale->unit);
	}
	buf_addf(c->out,
	         "%s</desc><defs><pattern id=\"%s-h\" class=\"hatch\""
	         " width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\">"
	         "<path d=\"M0 8L8 0\"/></pattern></defs>",
	         lang_text(c->lang, TEXT_CHART_TABLE), c->id);
	draw_grid(c, scale);
}

static void
end_chart(const struct chart *c)
{
	draw_marks(c);
	draw_x_axis(c);
	buf_add_str(c->out, "</svg></div>\n");
}

static void
begin_hint(const struct chart *c, const struct point *p)
{
	buf_add_str(c->out, "<title>");
	lang_time(c->out, c->lang, p->period.begin_min);
	buf_add_str(c->out, " \xe2\x80\x93 ");
	lang_time(c->out, c->lang, p->period.end_min);
}

static void
end_hint(const struct chart *c, const struct point *p)
{
	if (p->is_provisional)
		buf_addf(c->out, " (%s)", lang_text(c->lang, TEXT_PROVISIONAL));
	buf_add_str(c->out, "</title>");
}

/* ---- columns ---- */

static void
draw_items_hint(const struct chart *c, const struct point *p)
{
	begin_hint(c, p);
	buf_addf(c->out, "; %s: ", lang_text(c->lang, TEXT_ITEMS));
	if (p->items.is_withheld)
		buf_add_str(c->out, lang_text(c->lang, TEXT_WITHHELD));
	else
		lang_count(c->out, c->lang, p->items.count);
	if (!p->spam.is_withheld) {
		buf_addf(c->out, "; %s: ", lang_text(c->lang, TEXT_SPAM));
		lang_count(c->out, c->lang, p->spam.count);
	}
	end_hint(c, p);
}

static void
draw_rect(struct buf *out, const char *class_name, int top, int bottom)
{
	if (bottom > top)
		buf_addf(out,
		         "<rect class=\"%s\" y=\"%d\" width=\"100%%\""
		         " height=\"%d\"/>",
		         class_name, top, bottom - top);
}

static void
draw_column(const struct chart *c, const struct scale *scale, size_t i)
{
	const struct point *p = &c->series->points[i];
	uint64_t x = x_of(c->series, i), width = x_of(c->series, i + 1) - x;
	uint64_t gap = c->series->n > 60 ? width / 8 : width / 5, below = 0;

	buf_addf(c->out,
	         "<svg x=\"" X_FMT "\" width=\"" X_FMT "\" height=\"%d\"%s>",
	         X(x + gap / 2), X(width - gap), HEIGHT,
	         p->is_provisional ? " class=\"provisional\"" : "");
	draw_items_hint(c, p);
	if (p->items.is_withheld)
		buf_addf(c->out,
		         "<rect fill=\"url(#%s-h)\" y=\"%d\" width=\"100%%\""
		         " height=\"%d\"/>",
		         c->id, TOP, BOTTOM - TOP);
	for (size_t v = 0; v < FIGURES_VERDICTS && !p->items.is_withheld; v++) {
		uint64_t count = p->verdicts[v].count;

		if (p->verdicts[v].is_withheld)
			continue;
		draw_rect(c->out, figures_verdicts[v],
		          y_of(scale, below + count), y_of(scale, below));
		below += count;
	}
	buf_add_str(c->out, "</svg>");
}

void
chart_items(const struct chart *c)
{
	uint64_t max = 0,
		 *values = mem_calloc(c->series->n + 1, sizeof *values);
	struct chart_line line = { "items", lang_text(c->lang, TEXT_ITEMS),
		                   values };
	struct scale scale;

	for (size_t i = 0; i < c->series->n; i++) {
		const struct figure *f = &c->series->points[i].items;

		values[i] = f->is_withheld ? CHART_GAP : f->count;
		if (!f->is_withheld && f->count > max)
			max = f->count;
	}
	scale = make_scale(max, CHART_COUNT);
	begin_chart(c, &scale, &line, 1);
	for (size_t i = 0; i < c->series->n; i++)
		draw_column(c, &scale, i);
	end_chart(c);
	free(values);
}

/* ---- lines ---- */

static void
draw_line(const struct chart *c, const struct scale *scale,
          const struct chart_line *line)
{
	const struct series *s = c->series;

	for (size_t i = 0; i < s->n; i++) {
		uint64_t x = middle_of(s, i), v = line->values[i];

		if (v == CHART_GAP)
			continue;
		if (i && line->values[i - 1] != CHART_GAP)
			buf_addf(
			    c->out,
			    "<line class=\"line %s%s\" x1=\"" X_FMT
			    "\" x2=\"" X_FMT "\" y1=\"%d\" y2=\"%d\"/>",
			    line->class_name,
			    s->points[i].is_provisional ? " provisional" : "",
			    X(middle_of(s, i - 1)), X(x),
			    y_of(scale, line->values[i - 1]), y_of(scale, v));
		else
			buf_addf(c->out,
			         "<circle class=\"%s\" cx=\"" X_FMT
			         "\" cy=\"%d\" r=\"2\"/>",
			         line->class_name, X(x), y_of(scale, v));
	}
}

/* What is said of a point, over the whole height. */
static void
draw_lines_hint(const struct chart *c, const struct chart_line *lines, size_t n,
                enum chart_unit unit, size_t i)
{
	const struct point *p = &c->series->points[i];
	uint64_t x = x_of(c->series, i), width = x_of(c->series, i + 1) - x;

	buf_addf(c->out,
	         "<rect class=\"hit\" x=\"" X_FMT "\" width=\"" X_FMT
	         "\" y=\"%d\" height=\"%d\">",
	         X(x), X(width), TOP, BOTTOM - TOP);
	begin_hint(c, p);
	for (size_t k = 0; k < n; k++) {
		if (lines[k].values[i] == CHART_GAP)
			continue;
		buf_addf(c->out, "; %s: ", lines[k].name);
		add_value(c->out, c->lang, unit, lines[k].values[i]);
	}
	end_hint(c, p);
	buf_add_str(c->out, "</rect>");
}

void
chart_lines(const struct chart *c, const struct chart_line *lines, size_t n,
            enum chart_unit unit)
{
	struct scale scale;
	uint64_t max = 0;

	for (size_t k = 0; k < n; k++)
		for (size_t i = 0; i < c->series->n; i++)
			if (lines[k].values[i] != CHART_GAP &&
			    lines[k].values[i] > max)
				max = lines[k].values[i];
	scale = make_scale(max, unit);
	begin_chart(c, &scale, lines, n);
	for (size_t k = 0; k < n; k++)
		draw_line(c, &scale, &lines[k]);
	for (size_t i = 0; i < c->series->n; i++)
		draw_lines_hint(c, lines, n, unit, i);
	end_chart(c);
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
