/* SPDX-License-Identifier: Apache-2.0 */
/* The statistics page, from top to bottom. */
#include "feedd/page.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "feedd/chart.h"
#include "feedd/html.h"
#include "feedd/page_private.h"

enum { RULES_SHOWN = 20, ROWS_SHOWN = 12 };

struct page {
	struct figures *f;
	struct buf *out;
	const char *title;
	struct totals totals;
	struct coverage coverage;
	struct series series; /* as many steps as there are columns */
	size_t steps_each;    /* steps of the series in one of them */
	struct buf query;     /* of links to the same period and node */
	unsigned figures;     /* numbered so far */
};

static void
put(struct page *p, const char *html)
{
	buf_add_str(p->out, html);
}

/* ---- links ---- */

static void
add_param(struct buf *query, const char *name, struct sv value)
{
	buf_addf(query, "%s%s=", query->n ? "&amp;" : "?", name);
	html_url(query, value);
}

static void
make_query(struct page *p)
{
	const struct query *q = &p->f->query;
	char text[CLOCK_TEXT];

	if (q->has_begin)
		add_param(&p->query, "from",
		          sv_str(clock_text(
			      q->period.begin_min * RECORD_MINUTE_MS, text)));
	if (q->has_end)
		add_param(&p->query, "to",
		          sv_str(clock_text(
			      q->period.end_min * RECORD_MINUTE_MS, text)));
	if (q->node)
		add_param(&p->query, "node", sv_str(q->node));
}

static void
put_downloads(struct page *p, const char *name, bool has_json)
{
	buf_addf(p->out, "<a href=\"%s.csv%s\">CSV</a>", name,
	         buf_str(&p->query));
	if (has_json)
		buf_addf(p->out, " <a href=\"%s.json%s\">JSON</a>", name,
		         buf_str(&p->query));
}

static void
put_table_downloads(struct page *p, const char *view)
{
	char name[96];

	snprintf(name, sizeof name, "/v1/tables/%s", view);
	put(p, "<p class=\"download\">Download: ");
	put_downloads(p, name, true);
	put(p, "</p>\n");
}

/* ---- choice of a period ---- */

static void
put_period_link(struct page *p, const char *text, int64_t minutes)
{
	const struct query *q = &p->f->query;
	int64_t now = p->f->now_unix_ms / RECORD_MINUTE_MS;
	int64_t begin =
	    level_floor(minutes > 1440 ? LEVEL_DAY : LEVEL_HOUR, now - minutes);
	bool current = !q->has_end &&
	               (minutes ? q->has_begin && q->period.begin_min == begin
	                        : !q->has_begin);
	struct buf query = BUF_INIT(4096);
	char time[CLOCK_TEXT];

	if (minutes)
		add_param(&query, "from",
		          sv_str(clock_text(begin * RECORD_MINUTE_MS, time)));
	if (q->node)
		add_param(&query, "node", sv_str(q->node));
	buf_addf(p->out, "<li><a href=\"/%s\"%s>%s</a></li>", buf_str(&query),
	         current ? " aria-current=\"page\"" : "", text);
	buf_done(&query);
}

static void
put_date_field(struct page *p, const char *label, const char *name,
               int64_t minute, bool is_given)
{
	char text[PERIOD_TEXT];

	buf_addf(p->out,
	         "<label>%s <input type=\"date\" name=\"%s\""
	         " value=\"%.10s\"></label>\n",
	         label, name, is_given ? period_text(minute, text) : "");
}

static void
put_step_field(struct page *p)
{
	const struct query *q = &p->f->query;

	put(p, "<label>Step <select name=\"step\">"
	       "<option value=\"\">automatic</option>");
	for (int level = 0; level < LEVEL_STEPS; level++)
		buf_addf(p->out, "<option%s>%s</option>",
		         q->has_step && (int)q->step == level ? " selected"
		                                              : "",
		         level_words[level]);
	put(p, "</select></label>\n");
}

static void
put_choice(struct page *p)
{
	const struct query *q = &p->f->query;

	put(p, "<nav class=\"periods\" aria-label=\"Period\"><ul>");
	put_period_link(p, "All data", 0);
	put_period_link(p, "24 hours", 1440);
	put_period_link(p, "7 days", 7 * 1440);
	put_period_link(p, "30 days", 30 * 1440);
	put_period_link(p, "12 months", 365 * 1440);
	put(p, "</ul>\n<form method=\"get\" action=\"/\">");
	put_date_field(p, "From", "from", q->period.begin_min, q->has_begin);
	put_date_field(p, "to", "to", q->period.end_min - 1, q->has_end);
	put_step_field(p);
	if (q->node) {
		put(p, "<input type=\"hidden\" name=\"node\" value=\"");
		html_text(p->out, sv_str(q->node));
		put(p, "\">");
	}
	put(p, "<button>Show</button></form></nav>\n");
}

/* ---- headline ---- */

static void
put_status(struct page *p)
{
	const struct figures *f = p->f;

	put(p, "<p class=\"status\">");
	html_time(p->out, f->query.period.begin_min);
	put(p, " to ");
	html_time(p->out, f->query.period.end_min);
	put(p, " UTC");
	if (f->query.node) {
		put(p, " \xc2\xb7 only node ");
		html_text(p->out, sv_str(f->query.node));
	}
	if (f->query.period.end_min > f->provisional_min) {
		put(p, " \xc2\xb7 <strong class=\"tag\">provisional</strong> "
		       "from ");
		html_time(p->out, f->provisional_min);
	} else {
		put(p, " \xc2\xb7 <strong class=\"tag\">final</strong>");
	}
	put(p, "</p>\n");
}

static void
put_key_spam(struct page *p)
{
	const struct totals *t = &p->totals;

	put(p, "<div><dt>Spam</dt><dd>");
	html_figure(p->out, &t->spam);
	put(p, "</dd><dd class=\"note\">");
	html_figure(p->out, &t->verdicts[VERDICT_ADVERTISING_SPAM]);
	put(p, " advertising spam, ");
	html_figure(p->out, &t->verdicts[VERDICT_OTHER_ABUSE]);
	put(p, " other abuse</dd></div>\n");
}

static void
put_key_coverage(struct page *p)
{
	const struct coverage *c = &p->coverage;

	buf_addf(p->out,
	         "<div><dt>Nodes reporting</dt><dd>%zu of %zu</dd>"
	         "<dd class=\"note\">",
	         c->n_reporting, c->n_nodes);
	if (c->accounts) {
		put(p, "serving ");
		html_count(p->out, c->accounts);
		put(p, " accounts; ");
	}
	html_count(p->out, p->totals.lost);
	put(p, " items lost, ");
	html_count(p->out, p->totals.suppressed_items);
	put(p, " in merged rows</dd></div>\n");
}

static void
put_headline(struct page *p)
{
	const struct totals *t = &p->totals;

	put(p, "<section aria-labelledby=\"key\"><h2 id=\"key\">Key figures"
	       "</h2>\n");
	put_status(p);
	put(p, "<dl class=\"key\">\n<div><dt>Items judged</dt><dd>");
	html_figure(p->out, &t->items);
	put(p, "</dd><dd class=\"note\">to ");
	html_figure(p->out, &t->recipients);
	put(p, " recipients</dd></div>\n");
	put_key_spam(p);
	put(p, "<div><dt>Share of spam</dt><dd>");
	html_percent(p->out, &t->spam, &t->items);
	put(p, "</dd><dd class=\"note\">of the items judged; ");
	html_figure(p->out, &t->verdicts[VERDICT_SUSPECTED]);
	put(p, " more are suspected</dd></div>\n");
	put_key_coverage(p);
	put(p, "</dl>\n");
	if (t->items.count == 0)
		put(p, "<p class=\"empty\">No items were reported for this "
		       "period.</p>\n");
	put(p, "</section>\n");
}

/* ---- figures ---- */

static void
begin_section(struct page *p, const char *heading, const char *meaning)
{
	p->figures++;
	buf_addf(p->out,
	         "<section aria-labelledby=\"f%u\"><h2 id=\"f%u\">"
	         "<span class=\"number\">Figure %u</span> %s</h2>\n"
	         "<p class=\"meaning\">%s</p>\n",
	         p->figures, p->figures, p->figures, heading, meaning);
}

static void
end_section(struct page *p)
{
	put(p, "</section>\n");
}

static int
compare_counts(const void *a, const void *b)
{
	const struct figure *x = a, *y = b;

	if (x->is_withheld != y->is_withheld)
		return x->is_withheld - y->is_withheld;
	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	for (size_t d = 0; d < 3; d++) {
		int order = sv_cmp(x->words[d], y->words[d]);

		if (order)
			return order;
	}
	return 0;
}

/* The bar has the colour of a verdict where the row is one. */
static const char *
bar_class(const struct figure *row)
{
	for (size_t v = 0; v < FIGURES_VERDICTS; v++)
		for (size_t d = 0; d < 3; d++)
			if (sv_eq_str(row->words[d], figures_verdicts[v]))
				return figures_verdicts[v];
	return "plain";
}

static void
put_row(struct page *p, const struct table *t, const struct figure *row,
        size_t n_dims, uint64_t longest)
{
	bool is_name = strcmp(t->view->name, "rule") == 0;

	put(p, "<tr>");
	for (size_t d = 0; d < n_dims; d++) {
		put(p, d ? "<td>" : "<th scope=\"row\">");
		if (is_name)
			html_text(p->out, row->words[d]);
		else
			html_word(p->out, row->words[d]);
		put(p, d ? "</td>" : "</th>");
	}
	put(p, "<td class=\"bars\">");
	if (!row->is_withheld)
		chart_bar(p->out, row->count, longest, bar_class(row));
	put(p, "</td><td>");
	html_figure(p->out, row);
	put(p, "</td><td>");
	html_percent(p->out, row, &p->totals.items);
	put(p, "</td></tr>\n");
}

static void
put_rows(struct page *p, const struct table *t, const char *except, size_t max)
{
	const char *dims[3];
	size_t n_dims = view_dims(t->view, dims), shown = 0;
	uint64_t longest = 0;

	put(p, "<table class=\"figures\"><thead><tr>");
	for (size_t d = 0; d < n_dims; d++) {
		put(p, "<th scope=\"col\">");
		html_word(p->out, sv_str(dims[d]));
		put(p, "</th>");
	}
	put(p, "<td></td><th scope=\"col\">items</th>"
	       "<th scope=\"col\">of all</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < t->n_rows && shown < max; i++) {
		const struct figure *row = &t->rows[i];

		if (except && sv_eq_str(row->words[0], except))
			continue;
		if (!longest)
			longest = row->count;
		put_row(p, t, row, n_dims, longest);
		shown++;
	}
	put(p, "</tbody></table>\n");
}

/* What the rows shown leave out. */
static void
put_table_notes(struct page *p, const struct table *t, const char *except)
{
	for (size_t i = 0; except && i < t->n_rows; i++) {
		if (!sv_eq_str(t->rows[i].words[0], except))
			continue;
		buf_addf(p->out, "<p class=\"note\">Not shown: <i>%s</i>, ",
		         except);
		html_figure(p->out, &t->rows[i]);
		put(p, " items.</p>\n");
	}
	if (t->n_withheld)
		buf_addf(p->out,
		         "<p class=\"note\">%zu of %zu rows are withheld: "
		         "fewer than %u nodes contributed, or another row "
		         "could be found by subtraction.</p>\n",
		         t->n_withheld, t->n_rows, p->f->reporters_min);
}

/* A table whose rows are bars; the row `except` would dwarf the others. */
static int
put_table(struct page *p, const char *name, const char *except, size_t max)
{
	struct table t;
	int result = figures_table(p->f, view_find(sv_str(name)), &t);

	if (result)
		return result;
	qsort(t.rows, t.n_rows, sizeof *t.rows, compare_counts);
	begin_section(p, t.view->title, t.view->meaning);
	put_rows(p, &t, except, max);
	put_table_notes(p, &t, except);
	put_table_downloads(p, name);
	end_section(p);
	return 0;
}

/* ---- over time ---- */

static void
put_legend(struct page *p)
{
	put(p, "<ul class=\"legend\">");
	for (size_t v = 0; v < FIGURES_VERDICTS; v++) {
		buf_addf(p->out,
		         "<li><svg viewBox=\"0 0 12 12\" aria-hidden=\"true\">"
		         "<rect class=\"%s\" width=\"12\" height=\"12\"/>"
		         "</svg>",
		         figures_verdicts[v]);
		html_word(p->out, sv_str(figures_verdicts[v]));
		put(p, "</li>");
	}
	put(p, "</ul>\n");
}

static void
put_step_row(struct page *p, const struct step *s)
{
	put(p, "<tr><th scope=\"row\">");
	html_time(p->out, s->period.begin_min);
	put(p, s->is_provisional ? " <abbr title=\"provisional\">p</abbr></th>"
	                           "<td>"
	                         : "</th><td>");
	html_figure(p->out, &s->items);
	for (size_t v = 0; v < FIGURES_VERDICTS; v++) {
		put(p, "</td><td>");
		html_figure(p->out, &s->verdicts[v]);
	}
	put(p, "</td><td>");
	html_percent(p->out, &s->spam, &s->items);
	put(p, "</td></tr>\n");
}

static void
put_step_table(struct page *p)
{
	put(p, "<details><summary>The figures of figures 1 and 2 as a table"
	       "</summary>\n<div class=\"wide\" tabindex=\"0\" "
	       "role=\"region\" aria-label=\"Items over time\">"
	       "<table class=\"series\"><thead><tr>"
	       "<th scope=\"col\">begin (UTC)</th>"
	       "<th scope=\"col\">items</th>");
	for (size_t v = 0; v < FIGURES_VERDICTS; v++) {
		put(p, "<th scope=\"col\">");
		html_word(p->out, sv_str(figures_verdicts[v]));
		put(p, "</th>");
	}
	put(p, "<th scope=\"col\">share of spam</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < p->series.n; i++)
		put_step_row(p, &p->series.steps[i]);
	put(p, "</tbody></table></div></details>\n<p class=\"download\">"
	       "Download: ");
	put_downloads(p, "/v1/series", true);
	put(p, "</p>\n");
}

static void
put_over_time(struct page *p)
{
	const char *step = level_words[p->f->query.step];
	char span[48], meaning[256];

	if (p->steps_each > 1)
		snprintf(span, sizeof span, "%zu %ss", p->steps_each, step);
	else
		snprintf(span, sizeof span, "one %s", step);
	snprintf(meaning, sizeof meaning,
	         "Each column is %s, stacked by verdict: spam is red and "
	         "purple. Paler columns are provisional, hatched ones "
	         "withheld.",
	         span);
	begin_section(p, "Items over time", meaning);
	put_legend(p);
	chart_items(p->out, &p->series);
	end_section(p);
	begin_section(p, "Share of spam over time",
	              "Advertising spam and other abuse as a part of the "
	              "items judged in the same step. A gap means that "
	              "nothing was reported, not that there was no spam.");
	chart_share(p->out, &p->series);
	put_step_table(p);
	end_section(p);
}

/* ---- who reports ---- */

static void
put_node(struct page *p, const struct coverage_node *n)
{
	put(p, "<tr><th scope=\"row\">");
	html_text(p->out, n->name);
	put(p, "</th><td>");
	html_text(p->out, n->org);
	put(p, "</td><td>");
	html_text(p->out, n->domain);
	put(p, "</td><td>");
	if (n->accounts)
		html_count(p->out, n->accounts);
	else
		put(p, "not stated");
	put(p, "</td><td>");
	put(p, n->is_reporting ? "yes" : "<strong>no</strong>");
	put(p, "</td><td>");
	if (n->last_unix_ms)
		html_time(p->out, n->last_unix_ms / RECORD_MINUTE_MS);
	else
		put(p, "never");
	put(p, "</td></tr>\n");
}

static void
put_coverage(struct page *p)
{
	put(p, "<section aria-labelledby=\"cover\"><h2 id=\"cover\">Coverage"
	       "</h2>\n<p class=\"meaning\">The figures are counts of what "
	       "these nodes judged, not an estimate for those that do not "
	       "report. A node that is silent is missing from every figure."
	       "</p>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" "
	       "aria-label=\"Nodes\"><table class=\"nodes\"><thead><tr>"
	       "<th scope=\"col\">node</th><th scope=\"col\">organisation"
	       "</th><th scope=\"col\">domain</th>"
	       "<th scope=\"col\">accounts</th>"
	       "<th scope=\"col\">in this period</th>"
	       "<th scope=\"col\">last batch (UTC)</th></tr></thead>\n"
	       "<tbody>\n");
	for (size_t i = 0; i < p->coverage.n_nodes; i++)
		put_node(p, &p->coverage.nodes[i]);
	put(p, "</tbody></table></div>\n<p class=\"download\">Download: ");
	put_downloads(p, "/v1/tables/nodes", false);
	put(p, "</p></section>\n");
}

/* ---- the rest ---- */

static void
put_method(struct page *p)
{
	put(p, "<section aria-labelledby=\"method\"><h2 id=\"method\">"
	       "How to read these figures</h2>\n<ul class=\"method\">"
	       "<li>An <b>item</b> is one message that a node judged: a mail, "
	       "a comment, a post. It counts once, however many recipients it "
	       "has.</li>"
	       "<li><b>Spam</b> is what was judged <i>advertising spam</i> or "
	       "<i>other abuse</i> (fraud, phishing, malicious software). "
	       "<i>Suspected</i> items are not spam here; <i>unknown</i> ones "
	       "could not be judged.</li>"
	       "<li>Figures are detections by filters, not complaints by "
	       "people, and are not comparable with counts of complaints.</li>"
	       "<li><b>Provisional</b>: batches for the last minutes may still "
	       "be under way, and a node that was cut off delivers later.</li>"
	       "<li><b>Withheld</b>: too few nodes contributed, so the figure "
	       "could tell something about one of them. It is left out, never "
	       "estimated; totals stay exact.</li>"
	       "<li><b>Lost</b> items were judged but a node could not report "
	       "them; they are in no other figure. Nodes may merge rare rows "
	       "of tables into <i>other</i>; totals are not touched by it.</li>"
	       "<li>Nothing here holds a message, an address or a name of a "
	       "person: nodes send counts only.</li></ul>\n"
	       "<p><a href=\"/codebook\">Codebook</a>: every word and column."
	       "</p></section>\n");
}

static void
put_all_downloads(struct page *p)
{
	put(p, "<section aria-labelledby=\"data\"><h2 id=\"data\">All data"
	       "</h2>\n<table class=\"downloads\"><tbody>\n"
	       "<tr><th scope=\"row\">Totals</th><td>"
	       "<a href=\"/v1/tables/totals.csv");
	put(p, buf_str(&p->query));
	put(p, "\">CSV</a> <a href=\"/v1/stats.json");
	put(p, buf_str(&p->query));
	put(p, "\">JSON</a></td></tr>\n<tr><th scope=\"row\">Series</th><td>");
	put_downloads(p, "/v1/series", true);
	put(p, "</td></tr>\n");
	for (size_t i = 0; i < views_count; i++) {
		char name[96];

		snprintf(name, sizeof name, "/v1/tables/%s", views[i].name);
		buf_addf(p->out, "<tr><th scope=\"row\">%s</th><td>",
		         views[i].title);
		put_downloads(p, name, true);
		put(p, "</td></tr>\n");
	}
	put(p, "</tbody></table></section>\n");
}

void
page_begin(struct buf *out, const char *title, const char *heading)
{
	buf_add_str(out, "<!DOCTYPE html>\n<html lang=\"en\"><head>"
	                 "<meta charset=\"utf-8\">"
	                 "<meta name=\"viewport\" "
	                 "content=\"width=device-width, initial-scale=1\">"
	                 "<meta name=\"color-scheme\" content=\"light dark\">"
	                 "<title>");
	html_text(out, sv_str(heading));
	buf_add_str(out, "</title><link rel=\"stylesheet\" "
	                 "href=\"/style.css\"></head>\n<body>"
	                 "<a class=\"skip\" href=\"#main\">To the figures</a>"
	                 "<header><p class=\"site\"><a href=\"/\">");
	html_text(out, sv_str(title));
	buf_add_str(out, "</a></p><h1>");
	html_text(out, sv_str(heading));
	buf_add_str(out, "</h1></header>\n<main id=\"main\">\n");
}

void
page_end(struct buf *out, int64_t now_unix_ms)
{
	buf_add_str(out, "</main>\n<footer><p>");
	if (now_unix_ms) {
		buf_add_str(out, "Made ");
		html_time(out, now_unix_ms / RECORD_MINUTE_MS);
		buf_add_str(out, " UTC by ");
	}
	buf_add_str(out, "tamis-feedd " PACKAGE_VERSION ". All times are "
	                 "UTC.</p></footer></body></html>\n");
}

static int
read_page(struct page *p)
{
	struct series series;
	int result = figures_totals(p->f, &p->totals);

	if (!result)
		result = figures_coverage(p->f, &p->coverage);
	if (!result)
		result = figures_series(p->f, &series);
	if (!result)
		p->steps_each = chart_merge(p->f->arena, &series, &p->series);
	return result;
}

static int
put_tables(struct page *p)
{
	static const struct {
		const char *name, *except;
		size_t max;
	} tables[] = {
		{ "category", "other", ROWS_SHOWN },
		{ "ad_type", "none", ROWS_SHOWN },
		{ "verdict", NULL, ROWS_SHOWN },
		{ "surface", NULL, ROWS_SHOWN },
	};
	int result = 0;

	put(p, "<div class=\"columns\">\n");
	for (size_t i = 0; i < sizeof tables / sizeof *tables && !result; i++)
		result = put_table(p, tables[i].name, tables[i].except,
		                   tables[i].max);
	put(p, "</div>\n");
	if (!result)
		result =
		    put_table(p, "channel_verdict_action", NULL, RULES_SHOWN);
	if (!result)
		result = put_table(p, "rule", NULL, RULES_SHOWN);
	return result;
}

int
page_write(struct figures *f, const char *title, struct buf *out)
{
	struct page p = {
		.f = f, .out = out, .title = title, .query = BUF_INIT(4096)
	};
	int result = read_page(&p);

	if (result)
		return result;
	make_query(&p);
	page_begin(out, "tamis", title);
	put_choice(&p);
	put_headline(&p);
	put_over_time(&p);
	result = put_tables(&p);
	put_coverage(&p);
	put_method(&p);
	put_all_downloads(&p);
	page_end(out, f->now_unix_ms);
	buf_done(&p.query);
	return result;
}
