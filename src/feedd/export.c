/* SPDX-License-Identifier: Apache-2.0 */
#include "feedd/export.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/json.h"

/* The totals that are written one by one; the others follow in the order of
 * their names. */
static bool
is_other_total(struct sv name)
{
	static const char *const listed[] = {
		"items",           "recipients",       "bytes",
		"cpu_us",          "incomplete",       "lost",
		"suppressed_rows", "suppressed_items",
	};

	for (size_t i = 0; i < sizeof listed / sizeof *listed; i++)
		if (sv_eq_str(name, listed[i]))
			return false;
	for (size_t v = 0; v < FIGURES_VERDICTS; v++)
		if (sv_eq_str(name, figures_verdicts[v]))
			return false;
	return true;
}

/* ---- JSON ---- */

static void
json_minute(struct json *j, const char *name, int64_t minute)
{
	char text[PERIOD_TEXT];

	json_text(j, name, period_text(minute, text));
}

void
json_figure(struct json *j, const char *name, const struct figure *f)
{
	if (f->is_withheld)
		json_add_null(j, name);
	else
		json_int(j, name, (int64_t)f->count);
}

static void
json_percent(struct json *j, const char *name, const struct figure *part,
             const struct figure *whole)
{
	if (part->is_withheld || whole->is_withheld || whole->count == 0)
		json_add_null(j, name);
	else
		json_e4(j, name,
		        100 * (int64_t)figures_percent_e2(part->count,
		                                          whole->count));
}

void
json_head(struct json *j, const struct figures *f)
{
	char text[CLOCK_TEXT];

	json_begin_object(j, NULL);
	json_text(j, "v", "1");
	json_text(j, "generated", clock_text(f->now_unix_ms, text));
	json_begin_object(j, "period");
	json_minute(j, "begin", f->query.period.begin_min);
	json_minute(j, "end", f->query.period.end_min);
	json_end(j);
	json_minute(j, "provisional_from", f->provisional_min);
	if (f->query.node)
		json_text(j, "node", f->query.node);
	else
		json_add_null(j, "node");
	json_int(j, "reporters_min", f->reporters_min);
}

static void
json_node(struct json *j, const struct coverage_node *n)
{
	char text[CLOCK_TEXT];

	json_begin_object(j, NULL);
	json_str(j, "name", n->name);
	json_str(j, "organisation", n->org);
	json_str(j, "domain", n->domain);
	json_str(j, "generator", n->generator);
	json_str(j, "ruleset", n->ruleset);
	json_str(j, "profile", n->profile);
	json_int(j, "k_min", (int64_t)n->k_min);
	json_int(j, "accounts", (int64_t)n->accounts);
	json_int(j, "accounts_filtered", (int64_t)n->accounts_filtered);
	json_int(j, "nodes_expected", (int64_t)n->nodes_expected);
	json_bool(j, "reporting", n->is_reporting);
	if (n->last_unix_ms)
		json_text(j, "last_batch", clock_text(n->last_unix_ms, text));
	else
		json_add_null(j, "last_batch");
	json_end(j);
}

static void
json_coverage(struct json *j, const struct figures *f, const struct totals *t,
              const struct coverage *c)
{
	json_begin_object(j, "coverage");
	json_int(j, "nodes_known", (int64_t)c->n_nodes);
	json_int(j, "nodes_reporting", (int64_t)c->n_reporting);
	json_int(j, "nodes_expected", (int64_t)c->nodes_expected);
	json_int(j, "accounts", (int64_t)c->accounts);
	json_int(j, "accounts_filtered", (int64_t)c->accounts_filtered);
	json_int(j, "batches_ever", f->extent.batches);
	json_int(j, "lost", (int64_t)t->lost);
	json_int(j, "suppressed_rows", (int64_t)t->suppressed_rows);
	json_int(j, "suppressed_items", (int64_t)t->suppressed_items);
	json_begin_array(j, "nodes");
	for (size_t i = 0; i < c->n_nodes; i++)
		json_node(j, &c->nodes[i]);
	json_end(j);
	json_end(j);
}

void
export_stats_json(const struct figures *f, const char *title,
                  const struct totals *t, const struct coverage *c,
                  struct buf *out)
{
	struct json j = json_start(out);

	json_head(&j, f);
	json_text(&j, "title", title);
	json_begin_object(&j, "totals");
	json_figure(&j, "items", &t->items);
	for (size_t v = 0; v < FIGURES_VERDICTS; v++)
		json_figure(&j, figures_verdicts[v], &t->verdicts[v]);
	json_figure(&j, "incomplete", &t->incomplete);
	json_figure(&j, "recipients", &t->recipients);
	json_figure(&j, "bytes", &t->bytes);
	json_figure(&j, "cpu_us", &t->cpu_us);
	json_figure(&j, "spam", &t->spam);
	json_percent(&j, "spam_percent", &t->spam, &t->items);
	for (size_t i = 0; i < t->n_all; i++)
		if (is_other_total(t->all[i].words[0]))
			json_figure(&j, arena_str(f->arena, t->all[i].words[0]),
			            &t->all[i]);
	json_end(&j);
	json_coverage(&j, f, t, c);
	json_begin_array(&j, "tables");
	for (size_t i = 0; i < views_count; i++)
		json_text(&j, NULL, views[i].name);
	json_end(&j);
	json_end(&j);
	buf_add_char(out, '\n');
}

static void
json_row(struct json *j, const struct figure *row, const char *const *dims,
         size_t n_dims)
{
	json_begin_object(j, NULL);
	for (size_t d = 0; d < n_dims; d++)
		json_str(j, dims[d], row->words[d]);
	json_figure(j, "items", row);
	if (row->is_withheld)
		json_add_null(j, "reporters");
	else
		json_int(j, "reporters", row->reporters);
	json_bool(j, "withheld", row->is_withheld);
	json_end(j);
}

void
export_table_json(const struct figures *f, const struct table *t,
                  struct buf *out)
{
	struct json j = json_start(out);
	const char *dims[3];
	size_t n_dims = view_dims(t->view, dims);

	json_head(&j, f);
	json_text(&j, "table", t->view->name);
	json_text(&j, "title", lang_text(LANG_EN, t->view->title));
	json_text(&j, "meaning", lang_text(LANG_EN, t->view->meaning));
	json_begin_array(&j, "dims");
	for (size_t d = 0; d < n_dims; d++)
		json_text(&j, NULL, dims[d]);
	json_end(&j);
	json_int(&j, "withheld_rows", (int64_t)t->n_withheld);
	json_begin_array(&j, "rows");
	for (size_t i = 0; i < t->n_rows; i++)
		json_row(&j, &t->rows[i], dims, n_dims);
	json_end(&j);
	json_end(&j);
	buf_add_char(out, '\n');
}

static void
json_step(struct json *j, const struct point *s)
{
	json_begin_object(j, NULL);
	json_minute(j, "begin", s->period.begin_min);
	json_minute(j, "end", s->period.end_min);
	json_figure(j, "items", &s->items);
	for (size_t v = 0; v < FIGURES_VERDICTS; v++)
		json_figure(j, figures_verdicts[v], &s->verdicts[v]);
	json_figure(j, "spam", &s->spam);
	json_percent(j, "spam_percent", &s->spam, &s->items);
	json_figure(j, "blocked", &s->blocked);
	json_figure(j, "reported", &s->reported);
	json_bool(j, "provisional", s->is_provisional);
	json_end(j);
}

void
export_series_json(const struct figures *f, const struct series *s,
                   struct buf *out)
{
	struct json j = json_start(out);

	json_head(&j, f);
	json_text(&j, "step", step_words[f->query.step]);
	json_begin_array(&j, "rows");
	for (size_t i = 0; i < s->n; i++)
		json_step(&j, &s->points[i]);
	json_end(&j);
	json_end(&j);
	buf_add_char(out, '\n');
}

/* ---- CSV ---- */

static bool
is_plain(struct sv text)
{
	for (size_t i = 0; i < text.n; i++)
		if (strchr(",\"\r\n", text.p[i]))
			return false;
	return true;
}

void
csv_text(struct buf *out, struct sv text)
{
	bool is_formula = text.n && strchr("=+-@\t\r", text.p[0]);

	if (is_plain(text) && !is_formula) {
		buf_add(out, text);
		return;
	}
	buf_add_char(out, '"');
	if (is_formula)
		buf_add_char(out, '\'');
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '"')
			buf_add_char(out, '"');
		buf_add_char(out, text.p[i]);
	}
	buf_add_char(out, '"');
}

static void
csv_figure(struct buf *out, const struct figure *f)
{
	if (!f->is_withheld)
		buf_addf(out, "%" PRIu64, f->count);
}

static void
csv_percent(struct buf *out, const struct figure *part,
            const struct figure *whole)
{
	uint64_t e2 = figures_percent_e2(part->count, whole->count);

	if (!part->is_withheld && !whole->is_withheld && whole->count)
		buf_addf(out, "%" PRIu64 ".%02" PRIu64, e2 / 100, e2 % 100);
}

void
export_table_csv(const struct table *t, struct buf *out)
{
	const char *dims[3];
	size_t n_dims = view_dims(t->view, dims);

	for (size_t d = 0; d < n_dims; d++)
		buf_addf(out, "%s,", dims[d]);
	buf_add_str(out, "items,reporters,withheld\r\n");
	for (size_t i = 0; i < t->n_rows; i++) {
		const struct figure *row = &t->rows[i];

		for (size_t d = 0; d < n_dims; d++) {
			csv_text(out, row->words[d]);
			buf_add_char(out, ',');
		}
		csv_figure(out, row);
		if (row->is_withheld)
			buf_add_str(out, ",,1\r\n");
		else
			buf_addf(out, ",%u,0\r\n", row->reporters);
	}
}

static void
csv_total(struct buf *out, const char *name, const struct figure *f)
{
	buf_addf(out, "%s,", name);
	csv_figure(out, f);
	buf_addf(out, ",%d\r\n", f->is_withheld);
}

void
export_totals_csv(const struct totals *t, struct buf *out)
{
	buf_add_str(out, "total,count,withheld\r\n");
	csv_total(out, "items", &t->items);
	for (size_t v = 0; v < FIGURES_VERDICTS; v++)
		csv_total(out, figures_verdicts[v], &t->verdicts[v]);
	csv_total(out, "spam", &t->spam);
	csv_total(out, "incomplete", &t->incomplete);
	csv_total(out, "recipients", &t->recipients);
	csv_total(out, "bytes", &t->bytes);
	csv_total(out, "cpu_us", &t->cpu_us);
	for (size_t i = 0; i < t->n_all; i++)
		if (is_other_total(t->all[i].words[0])) {
			csv_text(out, t->all[i].words[0]);
			buf_add_char(out, ',');
			csv_figure(out, &t->all[i]);
			buf_addf(out, ",%d\r\n", t->all[i].is_withheld);
		}
	csv_total(out, "lost", &(struct figure){ .count = t->lost });
	csv_total(out, "suppressed_rows",
	          &(struct figure){ .count = t->suppressed_rows });
	csv_total(out, "suppressed_items",
	          &(struct figure){ .count = t->suppressed_items });
}

void
export_series_csv(const struct series *s, struct buf *out)
{
	char begin[PERIOD_TEXT], end[PERIOD_TEXT];

	buf_add_str(out, "begin,end,items");
	for (size_t v = 0; v < FIGURES_VERDICTS; v++)
		buf_addf(out, ",%s", figures_verdicts[v]);
	buf_add_str(out, ",spam,spam_percent,blocked,reported,"
	                 "provisional,withheld\r\n");
	for (size_t i = 0; i < s->n; i++) {
		const struct point *step = &s->points[i];

		buf_addf(out, "%s,%s,",
		         period_text(step->period.begin_min, begin),
		         period_text(step->period.end_min, end));
		csv_figure(out, &step->items);
		for (size_t v = 0; v < FIGURES_VERDICTS; v++) {
			buf_add_char(out, ',');
			csv_figure(out, &step->verdicts[v]);
		}
		buf_add_char(out, ',');
		csv_figure(out, &step->spam);
		buf_add_char(out, ',');
		csv_percent(out, &step->spam, &step->items);
		buf_add_char(out, ',');
		csv_figure(out, &step->blocked);
		buf_add_char(out, ',');
		csv_figure(out, &step->reported);
		buf_addf(out, ",%d,%d\r\n", step->is_provisional,
		         step->items.is_withheld);
	}
}

void
export_nodes_csv(const struct coverage *c, struct buf *out)
{
	char text[CLOCK_TEXT];

	buf_add_str(out, "node,organisation,domain,generator,ruleset,accounts,"
	                 "reporting,last_batch,accounts_filtered,"
	                 "nodes_expected\r\n");
	for (size_t i = 0; i < c->n_nodes; i++) {
		const struct coverage_node *n = &c->nodes[i];
		const struct sv texts[] = { n->name, n->org, n->domain,
			                    n->generator, n->ruleset };

		for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
			csv_text(out, texts[k]);
			buf_add_char(out, ',');
		}
		buf_addf(out, "%" PRIu64 ",%d,%s,%" PRIu64 ",%" PRIu64 "\r\n",
		         n->accounts, n->is_reporting,
		         n->last_unix_ms ? clock_text(n->last_unix_ms, text)
		                         : "",
		         n->accounts_filtered, n->nodes_expected);
	}
}
