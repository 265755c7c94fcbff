/* SPDX-License-Identifier: Apache-2.0 */
/* Everything of a period in one document, and the diary. */
#include <inttypes.h>

#include "base/json.h"
#include "feedd/export.h"

/* ---- all tables ---- */

static void
csv_row(struct buf *out, const char *table, const struct figure *row)
{
	buf_add_str(out, table);
	for (size_t d = 0; d < 3; d++) {
		buf_add_char(out, ',');
		csv_text(out, row->words[d]);
	}
	if (row->is_withheld)
		buf_add_str(out, ",,,1\r\n");
	else
		buf_addf(out, ",%" PRIu64 ",%u,0\r\n", row->count,
		         row->reporters);
}

int
export_all_csv(struct figures *f, struct buf *out)
{
	struct totals totals;
	int result = figures_totals(f, &totals);

	buf_add_str(out, "table,word_1,word_2,word_3,count,reporters,"
	                 "withheld\r\n");
	for (size_t i = 0; !result && i < totals.n_all; i++)
		csv_row(out, DATABASE_TOTALS, &totals.all[i]);
	for (size_t v = 0; !result && v < views_count; v++) {
		struct table t;

		result = figures_table(f, &views[v], &t);
		for (size_t i = 0; !result && i < t.n_rows; i++)
			csv_row(out, views[v].name, &t.rows[i]);
	}
	return result;
}

int
export_all_json(struct figures *f, const char *title, struct buf *out)
{
	struct totals totals;
	struct coverage coverage;
	int result = figures_totals(f, &totals);

	if (!result)
		result = figures_coverage(f, &coverage);
	if (result)
		return result;
	buf_add_str(out, "{\"stats\":");
	export_stats_json(f, title, &totals, &coverage, out);
	buf_add_str(out, ",\"tables\":{");
	for (size_t v = 0; !result && v < views_count; v++) {
		struct table t;

		result = figures_table(f, &views[v], &t);
		buf_addf(out, "%s\"%s\":", v ? "," : "", views[v].name);
		if (!result)
			export_table_json(f, &t, out);
	}
	buf_add_str(out, "}}\n");
	return result;
}

/* ---- campaigns ---- */

int
export_campaigns_csv(struct figures *f, struct buf *out)
{
	struct campaigns c;
	int result = figures_campaigns(f, &c);

	buf_add_str(out, "campaign,spam,reporters,first_seen,last_seen,"
	                 "withheld\r\n");
	for (size_t i = 0; !result && i < c.n; i++) {
		const struct campaign *one = &c.list[i];
		char first[PERIOD_TEXT], last[PERIOD_TEXT];

		csv_text(out, one->word);
		if (one->spam.is_withheld)
			buf_add_str(out, ",,,,,1\r\n");
		else
			buf_addf(out, ",%" PRIu64 ",%u,%.10s,%.10s,0\r\n",
			         one->spam.count, one->spam.reporters,
			         period_text(one->first_min, first),
			         period_text(one->last_min, last));
	}
	return result;
}

static void
json_campaign(struct json *j, const struct campaign *c)
{
	char first[PERIOD_TEXT], last[PERIOD_TEXT];

	json_begin_object(j, NULL);
	json_str(j, "campaign", c->word);
	json_figure(j, "spam", &c->spam);
	if (!c->spam.is_withheld) {
		period_text(c->first_min, first);
		period_text(c->last_min, last);
		json_int(j, "reporters", c->spam.reporters);
		json_str(j, "first_seen", sv_sub(sv_str(first), 0, 10));
		json_str(j, "last_seen", sv_sub(sv_str(last), 0, 10));
	}
	json_bool(j, "withheld", c->spam.is_withheld);
	json_end(j);
}

int
export_campaigns_json(struct figures *f, struct buf *out)
{
	struct json j = json_start(out);
	struct campaigns c;
	int result = figures_campaigns(f, &c);

	json_head(&j, f);
	json_begin_array(&j, "rows");
	for (size_t i = 0; !result && i < c.n; i++)
		json_campaign(&j, &c.list[i]);
	json_end(&j);
	json_end(&j);
	buf_add_char(out, '\n');
	return result;
}

/* ---- the diary ---- */

static bool
is_asked_for(const struct figures *f, const struct diary_entry *e)
{
	return e->minute >= level_floor(LEVEL_DAY, f->query.period.begin_min) &&
	       e->minute < f->query.period.end_min;
}

void
export_diary_csv(const struct figures *f, struct buf *out)
{
	char date[PERIOD_TEXT];

	buf_add_str(out, "date,kind");
	for (int lang = 0; lang < LANGS; lang++)
		buf_addf(out, ",text_%s", lang_codes[lang]);
	buf_add_str(out, "\r\n");
	for (size_t i = 0; i < f->diary.n; i++) {
		const struct diary_entry *e = &f->diary.list[i];

		if (!is_asked_for(f, e))
			continue;
		buf_addf(out, "%.10s," SV_FMT, period_text(e->minute, date),
		         SV_ARG(e->kind));
		for (int lang = 0; lang < LANGS; lang++) {
			buf_add_char(out, ',');
			csv_text(out, e->texts[lang]);
		}
		buf_add_str(out, "\r\n");
	}
}

void
export_diary_json(const struct figures *f, struct buf *out)
{
	struct json j = json_start(out);
	char date[PERIOD_TEXT];

	json_begin_object(&j, NULL);
	json_text(&j, "v", "1");
	json_begin_array(&j, "entries");
	for (size_t i = 0; i < f->diary.n; i++) {
		const struct diary_entry *e = &f->diary.list[i];

		if (!is_asked_for(f, e))
			continue;
		json_begin_object(&j, NULL);
		period_text(e->minute, date);
		json_str(&j, "date", sv_sub(sv_str(date), 0, 10));
		json_str(&j, "kind", e->kind);
		json_begin_object(&j, "text");
		for (int lang = 0; lang < LANGS; lang++)
			if (e->texts[lang].n)
				json_str(&j, lang_codes[lang], e->texts[lang]);
		json_end(&j);
		json_end(&j);
	}
	json_end(&j);
	json_end(&j);
	buf_add_char(out, '\n');
}
