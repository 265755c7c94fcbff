/* SPDX-License-Identifier: Apache-2.0 */
/* The diary, downloads, one's own data, and the printed report. */
#include <stdio.h>
#include <stdlib.h>

#include "feedd/page_private.h"

/* ---- diary ---- */

int
page_diary(struct page *p)
{
	const struct diary *d = &p->f->diary;
	const struct period *period = &p->f->query.period;
	size_t shown = 0;

	begin_section(p, TEXT_DIARY_ENTRIES, TEXT_DIARY_ENTRIES_IS);
	put(p, "<ol class=\"diary\">\n");
	for (size_t i = 0; i < d->n; i++) {
		const struct diary_entry *e = &d->list[i];

		if (e->minute < level_floor(LEVEL_DAY, period->begin_min) ||
		    e->minute >= period->end_min)
			continue;
		buf_addf(p->out,
		         "<li><p class=\"when\">%s <span class=\"tag\">%s"
		         "</span></p><p>%s</p></li>\n",
		         as_date(p, e->minute), as_word(p, e->kind),
		         as_text(p, diary_text(e, p->lang)));
		shown++;
	}
	put(p, "</ol>\n");
	if (!shown)
		put_note(p, TEXT_DIARY_EMPTY);
	put_downloads(p, "/v1/diary");
	end_section(p);
	return 0;
}

/* ---- downloads ---- */

static void
put_data_row(struct page *p, const char *name, enum text meaning,
             const char *base)
{
	buf_addf(p->out,
	         "<tr><th scope=\"row\"><code>%s</code><br>%s</th>"
	         "<td><a href=\"%s.csv%s\">CSV</a>"
	         " <a href=\"%s.json%s\">JSON</a></td></tr>\n",
	         name, lang_text(p->lang, meaning), base, p->query, base,
	         p->query);
}

static void
put_days(struct page *p)
{
	int64_t today =
	    level_floor(LEVEL_DAY, p->f->now_unix_ms / RECORD_MINUTE_MS);

	begin_section(p, TEXT_DAILY_DUMP, TEXT_DAILY_DUMP_IS);
	put(p, "<ul class=\"days\">");
	for (int64_t i = 1; i <= 14; i++) {
		int64_t day = today - i * level_minutes[LEVEL_DAY];
		char text[PERIOD_TEXT];

		period_text(day, text);
		buf_addf(p->out,
		         "<li>%s <a href=\"/v1/days/%.10s.csv\">CSV</a>"
		         " <a href=\"/v1/days/%.10s.json\">JSON</a></li>",
		         as_date(p, day), text, text);
	}
	put(p, "</ul>\n");
	end_section(p);
}

int
page_data(struct page *p)
{
	begin_section(p, TEXT_TABLES, TEXT_TABLES_IS);
	begin_table(p, "downloads", TEXT_TABLES,
	            HEADS(TEXT_TABLE, TEXT_FORMATS), 1);
	put_data_row(p, "totals", TEXT_TOTALS_IS, "/v1/tables/totals");
	put_data_row(p, "series", TEXT_SERIES_IS, "/v1/series");
	put_data_row(p, "nodes", TEXT_NODES_IS, "/v1/tables/nodes");
	for (size_t i = 0; i < views_count; i++) {
		char base[96];

		snprintf(base, sizeof base, "/v1/tables/%s", views[i].name);
		put_data_row(p, views[i].name, views[i].meaning, base);
	}
	put_data_row(p, "campaigns", TEXT_CAMPAIGNS_TIME_IS, "/v1/campaigns");
	put_data_row(p, "dsa", TEXT_DSA_IS, "/v1/dsa");
	put_data_row(p, "diary", TEXT_DIARY_LEAD, "/v1/diary");
	put_data_row(p, "all", TEXT_ALL_IS, "/v1/all");
	end_table(p);
	end_section(p);
	put_days(p);
	begin_section(p, TEXT_REPORT, TEXT_REPORT_LEAD);
	put(p, "<p>");
	put_link(p, "/report", lang_text(p->lang, TEXT_REPORT_OPEN));
	put(p, "</p>\n");
	end_section(p);
	return 0;
}

/* ---- one's own data ---- */

static void
put_rate(struct page *p, enum text name, const struct rate *r)
{
	const char *none = lang_text(p->lang, TEXT_DASH);

	buf_addf(p->out,
	         "<tr><th scope=\"row\">%s</th><td class=\"n\">%s</td>"
	         "<td class=\"n\">%s</td><td class=\"n\">%zu</td></tr>\n",
	         lang_text(p->lang, name),
	         r->has_own ? as_decimal(p, r->own_e2) : none,
	         r->has_median ? as_decimal(p, r->median_e2) : none, r->nodes);
}

static void
put_sign_out(struct page *p)
{
	if (!p->site->is_signed_in)
		return;
	put(p, "<form method=\"post\" action=\"/own\">");
	put_hidden(p, "action", "out");
	put_hidden(p, "lang", lang_codes[p->lang]);
	buf_addf(p->out, "<button>%s</button></form>\n",
	         lang_text(p->lang, TEXT_SIGN_OUT));
}

static void
put_refusal(struct page *p, enum text text)
{
	put(p, "<p class=\"empty\" role=\"alert\">");
	say(p, text);
	put(p, "</p>\n");
}

int
page_sign_in(struct page *p)
{
	begin_section(p, TEXT_SIGN_IN, TEXT_SIGN_IN_IS);
	if (p->site->is_signed_in) {
		put_note(p, TEXT_SIGNED_IN);
		put_sign_out(p);
		end_section(p);
		return 0;
	}
	if (p->site->sign_in == SIGN_IN_WRONG)
		put_refusal(p, TEXT_SIGN_IN_WRONG);
	if (p->site->sign_in == SIGN_IN_TOO_MANY)
		put_refusal(p, TEXT_SIGN_IN_TOO_MANY);
	put(p, "<form method=\"post\" action=\"/own\">");
	put_hidden(p, "lang", lang_codes[p->lang]);
	buf_addf(p->out,
	         "<label>%s <input type=\"password\" name=\"token\""
	         " maxlength=\"255\" required autocomplete=\"off\">"
	         "</label> <button>%s</button></form>\n",
	         lang_text(p->lang, TEXT_TOKEN),
	         lang_text(p->lang, TEXT_SIGN_IN));
	end_section(p);
	return 0;
}

int
page_own(struct page *p)
{
	static const enum text names[RATES] = {
		[RATE_SPAM_SHARE] = TEXT_RATE_SHARE,
		[RATE_SPAM_ACCOUNTS] = TEXT_PER_ACCOUNTS,
		[RATE_COMPLAINTS] = TEXT_RATE_COMPLAINTS,
		[RATE_APPEALS] = TEXT_RATE_APPEALS,
	};
	struct rate rates[RATES];
	int result;

	if (!p->f->asker)
		return E_UNKNOWN;
	result = figures_rates(p->f, &p->coverage, sv_str(p->f->asker), rates);
	if (result)
		return result;
	begin_section(p, TEXT_OWN_RATES, TEXT_OWN_RATES_IS);
	begin_table(p, "plain", TEXT_OWN_RATES,
	            HEADS(TEXT_OWN_FIGURE, TEXT_OWN_YOURS, TEXT_OWN_MEDIAN,
	                  TEXT_OWN_NODES),
	            3);
	for (int rate = 0; rate < RATES; rate++)
		put_rate(p, names[rate], &rates[rate]);
	end_table(p);
	buf_addf(p->out, "<p><a href=\"/?node=%s\">%s</a></p>\n",
	         as_text(p, sv_str(p->f->asker)),
	         lang_text(p->lang, TEXT_OWN_MORE));
	put_sign_out(p);
	end_section(p);
	return 0;
}

/* ---- the report ---- */

static void
put_contents(struct page *p)
{
	put(p, "<nav class=\"contents\" aria-label=\"");
	say(p, TEXT_CONTENTS);
	put(p, "\"><ol>");
	for (size_t i = 0; i < page_kinds_count; i++)
		if (page_kinds[i].is_in_report)
			buf_addf(p->out, "<li><a href=\"#%s\">%s</a></li>",
			         page_kinds[i].path[1] ? page_kinds[i].path + 1
			                               : "overview",
			         lang_text(p->lang, page_kinds[i].name));
	put(p, "</ol></nav>\n");
}

static int
put_chapter(struct page *p, const struct page_kind *kind)
{
	const char *id = kind->path[1] ? kind->path + 1 : "overview";
	int result;

	buf_addf(p->out,
	         "<article class=\"chapter\" aria-labelledby=\"%s\">"
	         "<h2 id=\"%s\">%s</h2>\n<p class=\"lead\">%s</p>\n",
	         id, id, lang_text(p->lang, kind->name),
	         lang_text(p->lang, kind->lead));
	p->level = 3;
	result = kind->body(p);
	put(p, "</article>\n");
	return result;
}

int
page_report(struct page *p)
{
	int result = 0;

	put_contents(p);
	for (size_t i = 0; i < page_kinds_count && !result; i++)
		if (page_kinds[i].is_in_report)
			result = put_chapter(p, &page_kinds[i]);
	begin_section(p, TEXT_HOW_TO_READ, TEXTS);
	put(p, "<ul class=\"method\">");
	say(p, TEXT_METHOD);
	put(p, "</ul>\n");
	end_section(p);
	return result;
}
