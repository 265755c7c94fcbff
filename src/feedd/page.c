/* SPDX-License-Identifier: Apache-2.0 */
/* The frame of every page. */
#include "feedd/page.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "feedd/page_private.h"

enum { PIECE_MAX = 4096 };

const struct page_kind page_kinds[] = {
	{ .path = "/",
	  .name = TEXT_OVERVIEW,
	  .lead = TEXT_OVERVIEW_LEAD,
	  .body = page_overview,
	  .is_in_menu = true,
	  .is_in_report = true,
	  .has_series = true },
	{ .path = "/trends",
	  .name = TEXT_TRENDS,
	  .lead = TEXT_TRENDS_LEAD,
	  .body = page_trends,
	  .is_in_menu = true,
	  .is_in_report = true,
	  .has_series = true },
	{ .path = "/types",
	  .name = TEXT_TYPES,
	  .lead = TEXT_TYPES_LEAD,
	  .body = page_types,
	  .is_in_menu = true,
	  .is_in_report = true },
	{ .path = "/sources",
	  .name = TEXT_SOURCES,
	  .lead = TEXT_SOURCES_LEAD,
	  .body = page_sources,
	  .is_in_menu = true,
	  .is_in_report = true },
	{ .path = "/routes",
	  .name = TEXT_ROUTES,
	  .lead = TEXT_ROUTES_LEAD,
	  .body = page_routes,
	  .is_in_menu = true,
	  .is_in_report = true },
	{ .path = "/complaints",
	  .name = TEXT_COMPLAINTS,
	  .lead = TEXT_COMPLAINTS_LEAD,
	  .body = page_complaints,
	  .is_in_menu = true,
	  .is_in_report = true },
	{ .path = "/campaigns",
	  .name = TEXT_CAMPAIGNS,
	  .lead = TEXT_CAMPAIGNS_LEAD,
	  .body = page_campaigns,
	  .is_in_menu = true,
	  .is_in_report = true },
	{ .path = "/quality",
	  .name = TEXT_QUALITY,
	  .lead = TEXT_QUALITY_LEAD,
	  .body = page_quality,
	  .is_in_menu = true,
	  .is_in_report = true },
	{ .path = "/cost",
	  .name = TEXT_COST,
	  .lead = TEXT_COST_LEAD,
	  .body = page_cost,
	  .is_in_menu = true,
	  .is_in_report = true },
	{ .path = "/coverage",
	  .name = TEXT_COVERAGE,
	  .lead = TEXT_COVERAGE_LEAD,
	  .body = page_coverage,
	  .is_in_menu = true,
	  .is_in_report = true },
	{ .path = "/diary",
	  .name = TEXT_DIARY,
	  .lead = TEXT_DIARY_LEAD,
	  .body = page_diary,
	  .is_in_menu = true,
	  .is_in_report = true },
	{ .path = "/data",
	  .name = TEXT_DATA,
	  .lead = TEXT_DATA_LEAD,
	  .body = page_data,
	  .is_in_menu = true },
	{ .path = "/own",
	  .name = TEXT_OWN,
	  .lead = TEXT_OWN_LEAD,
	  .body = page_own },
	{ .path = "/report",
	  .name = TEXT_REPORT,
	  .lead = TEXT_REPORT_LEAD,
	  .body = page_report,
	  .has_series = true },
	{ .path = "/codebook",
	  .name = TEXT_CODEBOOK,
	  .lead = TEXT_CODEBOOK_LEAD,
	  .body = page_codebook,
	  .is_timeless = true },
};
const struct page_kind page_sign_in_kind = { .path = "/own",
	                                     .name = TEXT_OWN,
	                                     .lead = TEXT_SIGN_IN_LEAD,
	                                     .body = page_sign_in,
	                                     .is_timeless = true };
const size_t page_kinds_count = sizeof page_kinds / sizeof *page_kinds;

const struct page_kind *
page_find(const char *path)
{
	for (size_t i = 0; i < page_kinds_count; i++)
		if (strcmp(path, page_kinds[i].path) == 0)
			return &page_kinds[i];
	return NULL;
}

/* ---- text ---- */

void
put(struct page *p, const char *html)
{
	buf_add_str(p->out, html);
}

void
say(struct page *p, enum text text)
{
	put(p, lang_text(p->lang, text));
}

void
say_html(struct page *p, enum text text, const char *const *args, size_t n)
{
	const char *at = lang_text(p->lang, text);

	for (; *at; at++) {
		size_t arg = at[0] == '{' && sv_is_digit(at[1]) && at[2] == '}'
		                 ? (size_t)(at[1] - '0')
		                 : 0;

		if (arg >= 1 && arg <= n) {
			put(p, args[arg - 1]);
			at += 2;
		} else {
			buf_add_char(p->out, *at);
		}
	}
}

static const char *
keep(struct page *p, struct buf *piece)
{
	const char *kept = arena_str(p->f->arena, buf_sv(piece));

	buf_done(piece);
	return kept;
}

#define AS(p, write)                                                           \
	struct buf out = BUF_INIT(PIECE_MAX);                                  \
                                                                               \
	write;                                                                 \
	return keep((p), &out)

const char *
said(struct page *p, enum text text, const char *const *args, size_t n)
{
	struct buf piece = BUF_INIT(PIECE_MAX), *out = p->out;

	p->out = &piece;
	say_html(p, text, args, n);
	p->out = out;
	return keep(p, &piece);
}

const char *
as_text(struct page *p, struct sv text)
{
	AS(p, html_text(&out, text));
}

const char *
as_word(struct page *p, struct sv word)
{
	AS(p, html_word(&out, p->lang, word));
}

const char *
as_count(struct page *p, uint64_t n)
{
	AS(p, html_count(&out, p->lang, n));
}

const char *
as_figure(struct page *p, const struct figure *f)
{
	AS(p, html_figure(&out, p->lang, f));
}

const char *
as_percent(struct page *p, const struct figure *part,
           const struct figure *whole)
{
	AS(p, html_percent(&out, p->lang, part, whole));
}

const char *
as_growth(struct page *p, const struct figure *from, const struct figure *to)
{
	AS(p, html_growth(&out, p->lang, from, to));
}

const char *
as_decimal(struct page *p, uint64_t e2)
{
	AS(p, lang_decimal(&out, p->lang, e2));
}

const char *
as_points(struct page *p, uint64_t e1)
{
	AS(p, lang_decimal1(&out, p->lang, e1));
}

const char *
as_date(struct page *p, int64_t minute)
{
	AS(p, html_date(&out, p->lang, minute));
}

const char *
as_time(struct page *p, int64_t minute)
{
	AS(p, html_time(&out, p->lang, minute));
}

/* ---- links ---- */

static void
add_param(struct buf *query, const char *name, struct sv value)
{
	buf_addf(query, "%s%s=", query->n ? "&amp;" : "?", name);
	html_url(query, value);
}

static void
add_minute(struct buf *query, const char *name, int64_t minute)
{
	char text[CLOCK_TEXT];

	add_param(query, name,
	          sv_str(clock_text(minute * RECORD_MINUTE_MS, text)));
}

/* The node and the language; `lang` NULL: as it was asked for. */
static void
add_common(struct page *p, struct buf *query, const char *lang)
{
	const struct query *q = &p->f->query;

	if (q->node)
		add_param(query, "node", sv_str(q->node));
	if (!lang)
		lang = q->lang;
	if (lang)
		add_param(query, "lang", sv_str(lang));
}

static const char *
make_query(struct page *p, const char *lang)
{
	const struct query *q = &p->f->query;
	struct buf query = BUF_INIT(PIECE_MAX);

	if (q->has_begin)
		add_minute(&query, "from", q->period.begin_min);
	if (q->has_end)
		add_minute(&query, "to", q->period.end_min);
	if (q->has_step)
		add_param(&query, "step", sv_str(step_words[q->step]));
	add_common(p, &query, lang);
	return keep(p, &query);
}

void
put_link(struct page *p, const char *path, const char *text)
{
	buf_addf(p->out, "<a href=\"%s%s\">%s</a>", path, p->query, text);
}

/* ---- head ---- */

static void
put_head(struct page *p)
{
	buf_addf(p->out,
	         "<!DOCTYPE html>\n<html lang=\"%s\"><head>"
	         "<meta charset=\"utf-8\"><meta name=\"viewport\" "
	         "content=\"width=device-width, initial-scale=1\">"
	         "<meta name=\"color-scheme\" content=\"light dark\">\n"
	         "<title>",
	         lang_tags[p->lang]);
	say(p, p->kind->name);
	put(p, " \xc2\xb7 ");
	html_text(p->out, sv_str(p->site->title));
	put(p, "</title>\n<link rel=\"stylesheet\" href=\"/style.css\">\n");
	for (int lang = 0; lang < LANGS; lang++)
		buf_addf(p->out,
		         "<link rel=\"alternate\" hreflang=\"%s\""
		         " href=\"%s%s\">\n",
		         lang_tags[lang], p->kind->path,
		         make_query(p, lang_codes[lang]));
	put(p, "</head>\n<body>\n<a class=\"skip\" href=\"#main\">");
	say(p, TEXT_SKIP);
	put(p, "</a>\n");
}

static void
put_languages(struct page *p)
{
	buf_addf(p->out, "<nav class=\"langs\" aria-label=\"%s\"><ul>",
	         lang_text(p->lang, TEXT_LANGUAGE));
	for (int lang = 0; lang < LANGS; lang++)
		buf_addf(p->out,
		         "<li><a href=\"%s%s\" lang=\"%s\" hreflang=\"%s\"%s>%s"
		         "</a></li>",
		         p->kind->path, make_query(p, lang_codes[lang]),
		         lang_tags[lang], lang_tags[lang],
		         lang == (int)p->lang ? " aria-current=\"true\"" : "",
		         lang_names[lang]);
	put(p, "</ul></nav>");
}

static void
put_menu_entry(struct page *p, const struct page_kind *kind)
{
	buf_addf(p->out, "<li><a href=\"%s%s\"%s>", kind->path, p->query,
	         kind == p->kind ? " aria-current=\"page\"" : "");
	say(p, kind->name);
	put(p, "</a></li>\n");
}

static void
put_menu(struct page *p)
{
	buf_addf(p->out, "<nav class=\"menu\" aria-label=\"%s\"><ul>\n",
	         lang_text(p->lang, TEXT_PAGES));
	for (size_t i = 0; i < page_kinds_count; i++)
		if (page_kinds[i].is_in_menu)
			put_menu_entry(p, &page_kinds[i]);
	if (p->f->asker)
		put_menu_entry(p, page_find("/own"));
	put(p, "</ul></nav>\n");
}

static void
put_header(struct page *p)
{
	put(p, "<header><div class=\"top\"><p class=\"site\">"
	       "<a href=\"/");
	put(p, p->query);
	put(p, "\">");
	html_text(p->out, sv_str(p->site->title));
	put(p, "</a></p>");
	put_languages(p);
	put(p, "</div>\n");
	put_menu(p);
	put(p, "</header>\n");
	if (p->site->is_demonstration) {
		put(p, "<div class=\"banner\" role=\"note\"><p>");
		say(p, TEXT_DEMONSTRATION);
		put(p, "</p></div>\n");
	}
}

/* ---- choice of a period ---- */

static void
put_period_link(struct page *p, enum text text, int64_t minutes)
{
	const struct query *q = &p->f->query;
	int64_t now = p->f->now_unix_ms / RECORD_MINUTE_MS;
	int64_t begin =
	    level_floor(minutes > 1440 ? LEVEL_DAY : LEVEL_HOUR, now - minutes);
	bool current = !q->has_end &&
	               (minutes ? q->has_begin && q->period.begin_min == begin
	                        : !q->has_begin);
	struct buf query = BUF_INIT(PIECE_MAX);

	if (minutes)
		add_minute(&query, "from", begin);
	add_common(p, &query, NULL);
	buf_addf(p->out, "<li><a href=\"%s%s\"%s>%s</a></li>", p->kind->path,
	         buf_str(&query), current ? " aria-current=\"true\"" : "",
	         lang_text(p->lang, text));
	buf_done(&query);
}

static void
put_date_field(struct page *p, enum text label, const char *name,
               int64_t minute, bool is_given)
{
	char text[PERIOD_TEXT];

	buf_addf(p->out,
	         "<label>%s <input type=\"date\" name=\"%s\""
	         " value=\"%.10s\"></label>\n",
	         lang_text(p->lang, label), name,
	         is_given ? period_text(minute, text) : "");
}

static void
put_step_field(struct page *p)
{
	static const enum text names[STEPS] = { TEXT_STEP_MINUTE,
		                                TEXT_STEP_HOUR, TEXT_STEP_DAY,
		                                TEXT_STEP_WEEK,
		                                TEXT_STEP_MONTH };
	const struct query *q = &p->f->query;

	buf_addf(p->out,
	         "<label>%s <select name=\"step\"><option value=\"\">%s"
	         "</option>",
	         lang_text(p->lang, TEXT_STEP),
	         lang_text(p->lang, TEXT_STEP_AUTOMATIC));
	for (int step = 0; step < STEPS; step++)
		buf_addf(p->out, "<option value=\"%s\"%s>%s</option>",
		         step_words[step],
		         q->has_step && (int)q->step == step ? " selected" : "",
		         lang_text(p->lang, names[step]));
	put(p, "</select></label>\n");
}

void
put_hidden(struct page *p, const char *name, const char *value)
{
	if (!value)
		return;
	buf_addf(p->out, "<input type=\"hidden\" name=\"%s\" value=\"", name);
	html_text(p->out, sv_str(value));
	put(p, "\">");
}

static void
put_choice(struct page *p)
{
	const struct query *q = &p->f->query;

	buf_addf(p->out, "<nav class=\"periods\" aria-label=\"%s\"><ul>",
	         lang_text(p->lang, TEXT_PERIOD));
	put_period_link(p, TEXT_PERIOD_ALL, 0);
	put_period_link(p, TEXT_PERIOD_DAY, 1440);
	put_period_link(p, TEXT_PERIOD_WEEK, 7 * 1440);
	put_period_link(p, TEXT_PERIOD_MONTH, 30 * 1440);
	put_period_link(p, TEXT_PERIOD_YEAR, 365 * 1440);
	buf_addf(p->out, "</ul>\n<form method=\"get\" action=\"%s\">",
	         p->kind->path);
	put_date_field(p, TEXT_FROM, "from", q->period.begin_min, q->has_begin);
	put_date_field(p, TEXT_TO, "to", q->period.end_min - 1, q->has_end);
	put_step_field(p);
	put_hidden(p, "node", q->node);
	put_hidden(p, "lang", q->lang);
	buf_addf(p->out, "<button>%s</button></form></nav>\n",
	         lang_text(p->lang, TEXT_SHOW));
}

/* What the figures are of, and how complete they are. */
static void
put_status(struct page *p)
{
	const struct figures *f = p->f;
	const struct coverage *c = &p->coverage;

	put(p, "<p class=\"status\">");
	SAY(p, TEXT_STATUS_PERIOD, as_time(p, f->query.period.begin_min),
	    as_time(p, f->query.period.end_min));
	put(p, " \xc2\xb7 ");
	if (f->query.node) {
		SAY(p, TEXT_STATUS_NODE, as_text(p, sv_str(f->query.node)));
		put(p, " \xc2\xb7 ");
	}
	SAY(p, TEXT_STATUS_NODES, as_count(p, c->n_reporting),
	    as_count(p, c->n_nodes));
	if (c->nodes_expected) {
		put(p, " \xc2\xb7 ");
		SAY(p, TEXT_STATUS_EXPECTED, as_count(p, c->nodes_expected));
	}
	if (c->accounts) {
		put(p, " \xc2\xb7 ");
		SAY(p, TEXT_STATUS_ACCOUNTS, as_count(p, c->accounts),
		    as_count(p, c->accounts_filtered));
	}
	put(p, " \xc2\xb7 <strong class=\"tag\">");
	if (f->query.period.end_min > f->provisional_min) {
		say(p, TEXT_PROVISIONAL);
		put(p, "</strong> ");
		SAY(p, TEXT_SINCE, as_time(p, f->provisional_min));
	} else {
		say(p, TEXT_FINAL);
		put(p, "</strong>");
	}
	put(p, "</p>\n");
	if (p->totals.items.count == 0) {
		put(p, "<p class=\"empty\">");
		say(p, TEXT_EMPTY);
		put(p, "</p>\n");
	}
}

static void
put_footer(struct page *p)
{
	put(p, "</main>\n<footer><p>");
	SAY(p, TEXT_MADE, as_time(p, p->f->now_unix_ms / RECORD_MINUTE_MS),
	    "tamis-feedd " PACKAGE_VERSION);
	put(p, "</p><p>");
	put_link(p, "/codebook", lang_text(p->lang, TEXT_CODEBOOK));
	put(p, " \xc2\xb7 ");
	put_link(p, "/data", lang_text(p->lang, TEXT_DATA));
	put(p, " \xc2\xb7 ");
	put_link(p, "/report", lang_text(p->lang, TEXT_REPORT));
	put(p, " \xc2\xb7 ");
	put_link(p, "/own", lang_text(p->lang, TEXT_OWN));
	put(p, "</p></footer>\n</body></html>\n");
}

/* ---- the page ---- */

static void
find_periods_before(struct page *p)
{
	const struct period *now = &p->f->query.period;
	const struct database_extent *e = &p->f->extent;
	int64_t length = now->end_min - now->begin_min;

	p->before = (struct period){ now->begin_min - length, now->begin_min };
	p->year_before =
	    (struct period){ period_add_months(now->begin_min, -12),
		             period_add_months(now->end_min, -12) };
	if (p->before.begin_min < e->minutes_from) {
		p->before.begin_min =
		    level_floor(LEVEL_HOUR, p->before.begin_min);
		p->before.end_min = level_floor(LEVEL_HOUR, p->before.end_min);
	}
	if (p->year_before.begin_min < e->minutes_from) {
		p->year_before.begin_min =
		    level_floor(LEVEL_HOUR, p->year_before.begin_min);
		p->year_before.end_min =
		    level_floor(LEVEL_HOUR, p->year_before.end_min);
	}
	p->has_before = e->has_data && p->before.begin_min >= e->data.begin_min;
	p->has_year_before =
	    e->has_data && p->year_before.begin_min >= e->data.begin_min;
}

static int
read_page(struct page *p)
{
	const struct query *q = &p->f->query;
	int result = figures_totals(p->f, &p->totals);

	if (!result)
		result = figures_coverage(p->f, &p->coverage);
	if (!result && p->kind->has_series)
		result = figures_series_in(p->f, q->period, query_columns(q),
		                           &p->series);
	if (!result && p->kind->has_series)
		result = figures_marks(p->f, &p->series, p->lang, &p->marks);
	find_periods_before(p);
	return result;
}

int
page_write(const struct page_kind *kind, const struct page_site *site,
           struct figures *f, struct buf *out)
{
	struct page p = { .f = f,
		          .out = out,
		          .site = site,
		          .kind = kind,
		          .lang = site->lang,
		          .level = 2 };
	int result = kind->is_timeless ? 0 : read_page(&p);

	if (result)
		return result;
	p.query = make_query(&p, NULL);
	put_head(&p);
	put_header(&p);
	buf_addf(out, "<main id=\"main\">\n<h1>%s</h1>\n<p class=\"lead\">",
	         lang_text(p.lang, kind->name));
	say(&p, kind->lead);
	put(&p, "</p>\n");
	if (!kind->is_timeless) {
		put_choice(&p);
		put_status(&p);
	}
	result = kind->body(&p);
	put_footer(&p);
	return result;
}
