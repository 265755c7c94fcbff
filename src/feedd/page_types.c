/* SPDX-License-Identifier: Apache-2.0 */
/* What spam is, where it comes from, and by which way. */
#include <stdio.h>

#include "feedd/page_private.h"

enum { TOP_TYPES = 12, TOP_COUNTRIES = 20, TOP_ASNS = 20 };

/* ---- types ---- */

/* Channels by verdicts; what is withheld in the table is here. */

enum { CHANNELS_MAX = 32 };

struct channel {
	struct sv word;
	struct figure verdicts[FIGURES_VERDICTS];
};

static struct channel *
channel_of(struct channel *list, size_t *n, struct sv word)
{
	for (size_t i = 0; i < *n; i++)
		if (sv_eq(list[i].word, word))
			return &list[i];
	if (*n == CHANNELS_MAX)
		return NULL;
	list[*n] = (struct channel){ .word = word };
	return &list[(*n)++];
}

/* Verdicts are the rows: there are few channels, which fit on a phone. */
static void
put_verdict(struct page *p, const struct channel *list, size_t n, size_t v)
{
	buf_addf(p->out, "<tr><th scope=\"row\">%s</th>",
	         as_word(p, sv_str(figures_verdicts[v])));
	for (size_t i = 0; i < n; i++)
		buf_addf(p->out, "<td class=\"n\">%s</td>",
		         as_figure(p, &list[i].verdicts[v]));
	put(p, "</tr>\n");
}

static void
put_channels_head(struct page *p, const struct channel *list, size_t n)
{
	const char *title = lang_text(p->lang, TEXT_V_CHANNEL_VERDICT);

	buf_addf(p->out,
	         "<div class=\"wide-table\" tabindex=\"0\" role=\"region\""
	         " aria-label=\"%s\"><table><caption class=\"unseen\">%s"
	         "</caption><thead><tr><th scope=\"col\">%s</th>",
	         title, title, lang_text(p->lang, TEXT_D_VERDICT));
	for (size_t i = 0; i < n; i++)
		buf_addf(p->out, "<th scope=\"col\" class=\"n\">%s</th>",
		         as_word(p, list[i].word));
	put(p, "</tr></thead>\n<tbody>\n");
}

static int
put_channels(struct page *p)
{
	struct channel list[CHANNELS_MAX];
	struct table t;
	size_t n = 0;
	int result = figures_table(p->f, view_find(SV("channel_verdict")), &t);

	if (result)
		return result;
	for (size_t i = 0; i < t.n_rows; i++) {
		const struct figure *row = &t.rows[i];
		struct channel *c = channel_of(list, &n, row->words[0]);

		for (size_t v = 0; c && v < FIGURES_VERDICTS; v++)
			if (sv_eq_str(row->words[1], figures_verdicts[v]))
				c->verdicts[v] = *row;
	}
	begin_section(p, TEXT_V_CHANNEL_VERDICT, TEXT_V_CHANNEL_VERDICT_IS);
	if (n == 0)
		put_note(p, TEXT_NOTHING_REPORTED);
	put_channels_head(p, list, n);
	for (size_t v = 0; v < FIGURES_VERDICTS; v++)
		put_verdict(p, list, n, v);
	end_table(p);
	put(p, "</div>\n");
	put_table_downloads(p, "channel_verdict");
	end_section(p);
	return 0;
}

int
page_types(struct page *p)
{
	int result;

	put(p, "<div class=\"columns\">\n");
	result = put_ranked_section(
	    p, TEXT_V_CATEGORY, TEXT_V_CATEGORY_IS, "category", 0, NULL,
	    (struct ranking_look){ .caption = TEXT_V_CATEGORY,
	                           .column = TEXT_D_CATEGORY,
	                           .unit = TEXT_ITEMS,
	                           .except = "other",
	                           .max = TOP_TYPES });
	if (!result)
		result = put_ranked_section(
		    p, TEXT_V_AD_TYPE, TEXT_V_AD_TYPE_IS, "ad_type", 0, NULL,
		    (struct ranking_look){ .caption = TEXT_V_AD_TYPE,
		                           .column = TEXT_D_AD_TYPE,
		                           .unit = TEXT_ITEMS,
		                           .except = "none",
		                           .max = TOP_TYPES });
	if (!result)
		result = put_ranked_section(
		    p, TEXT_V_CHANNEL, TEXT_SPAM_BY_CHANNEL_IS,
		    "channel_verdict", 0, is_spam_row,
		    (struct ranking_look){ .caption = TEXT_V_CHANNEL,
		                           .column = TEXT_D_CHANNEL,
		                           .unit = TEXT_SPAM,
		                           .class_name = "advertising_spam",
		                           .max = TOP_TYPES });
	if (!result)
		result = put_ranked_section(
		    p, TEXT_V_SURFACE, TEXT_V_SURFACE_IS, "surface", 0, NULL,
		    (struct ranking_look){ .caption = TEXT_V_SURFACE,
		                           .column = TEXT_D_SURFACE,
		                           .unit = TEXT_ITEMS,
		                           .max = TOP_TYPES });
	put(p, "</div>\n<div class=\"columns\">\n");
	if (!result)
		result = put_ranked_section(
		    p, TEXT_V_VERDICT, TEXT_V_VERDICT_IS, "verdict", 0, NULL,
		    (struct ranking_look){ .caption = TEXT_V_VERDICT,
		                           .column = TEXT_D_VERDICT,
		                           .unit = TEXT_ITEMS,
		                           .max = TOP_TYPES });
	if (!result)
		result = put_ranked_section(
		    p, TEXT_V_ACTION, TEXT_V_ACTION_IS, "action", 0, NULL,
		    (struct ranking_look){ .caption = TEXT_V_ACTION,
		                           .column = TEXT_D_ACTION,
		                           .unit = TEXT_ITEMS,
		                           .max = TOP_TYPES });
	put(p, "</div>\n");
	return result ? result : put_channels(p);
}

/* ---- sources ---- */

const char *
as_country(struct page *p, struct sv code)
{
	const char *name = lang_country(p->lang, code);
	struct buf out = BUF_INIT(256);
	const char *kept;

	if (!*name)
		return as_word(p, code);
	html_text(&out, sv_str(name));
	buf_addf(&out, " <span class=\"code\">" SV_FMT "</span>", SV_ARG(code));
	kept = arena_str(p->f->arena, buf_sv(&out));
	buf_done(&out);
	return kept;
}

static const char *
as_asn(struct page *p, struct sv number)
{
	if (number.n == 0 || !sv_is_digit(number.p[0]))
		return as_word(p, number);
	return arena_printf(p->f->arena, "AS" SV_FMT, SV_ARG(number)).p;
}

static void
put_origin(struct page *p, enum text name, const struct figure *now,
           const struct figure *before, const struct ranking *r)
{
	buf_addf(p->out, "<tr><th scope=\"row\">%s</th><td class=\"bars\">",
	         lang_text(p->lang, name));
	if (!now->is_withheld)
		chart_bar(p->out, now->count, r->whole.count,
		          "advertising_spam");
	buf_addf(p->out, "</td><td class=\"n\">%s</td><td class=\"n\">%s</td>",
	         as_figure(p, now), as_percent(p, now, &r->whole));
	if (r->has_before)
		buf_addf(p->out, "<td class=\"n\">%s</td>",
		         as_growth(p, before, now));
	put(p, "</tr>\n");
}

/* Domestic, foreign, unknown. */
static void
split_origins(const struct page *p, const struct ranking *r,
              struct figure now[3], struct figure before[3])
{
	for (size_t i = 0; i < r->n; i++) {
		const struct ranked *row = &r->rows[i];
		size_t at = sv_eq_str(row->word, p->site->country) ? 0
		            : row->word.n == 2                     ? 1
		                                                   : 2;

		now[at].count += row->now.count;
		before[at].count += row->before.count;
		if (row->now.reporters > now[at].reporters)
			now[at].reporters = row->now.reporters;
		if (row->before.reporters > before[at].reporters)
			before[at].reporters = row->before.reporters;
	}
	figures_withhold(now, 3, p->f->reporters_min);
	figures_withhold(before, 3, p->f->reporters_min);
}

static void
put_origins(struct page *p, const struct ranking *r)
{
	struct figure now[3] = { 0 }, before[3] = { 0 };

	if (!*p->site->country || r->whole.count == 0)
		return;
	split_origins(p, r, now, before);
	begin_section(p, TEXT_ORIGINS, TEXT_ORIGINS_IS);
	buf_addf(p->out,
	         "<table class=\"ranking\"><caption class=\"unseen\">%s"
	         "</caption><thead><tr><th scope=\"col\">%s</th>"
	         "<td class=\"bars\"></td><th scope=\"col\" class=\"n\">%s</th>"
	         "<th scope=\"col\" class=\"n\">%s</th>",
	         lang_text(p->lang, TEXT_ORIGINS),
	         lang_text(p->lang, TEXT_ORIGIN), lang_text(p->lang, TEXT_SPAM),
	         lang_text(p->lang, TEXT_SHARE));
	if (r->has_before)
		buf_addf(p->out, "<th scope=\"col\" class=\"n\">%s</th>",
		         lang_text(p->lang, TEXT_CHANGE));
	put(p, "</tr></thead><tbody>\n");
	put_origin(p, TEXT_DOMESTIC, &now[0], &before[0], r);
	put_origin(p, TEXT_FOREIGN, &now[1], &before[1], r);
	put_origin(p, TEXT_UNKNOWN, &now[2], &before[2], r);
	end_table(p);
	end_section(p);
}

int
page_sources(struct page *p)
{
	struct ranking countries;
	int result =
	    rank_rows(p, "country_verdict", 0, is_spam_row, NULL, &countries);

	if (result)
		return result;
	put_origins(p, &countries);
	put(p, "<div class=\"columns\">\n");
	begin_section(p, TEXT_COUNTRIES, TEXT_COUNTRIES_IS);
	put_ranking(p, &countries,
	            &(struct ranking_look){ .caption = TEXT_COUNTRIES,
	                                    .column = TEXT_D_COUNTRY,
	                                    .unit = TEXT_SPAM,
	                                    .class_name = "advertising_spam",
	                                    .max = TOP_COUNTRIES,
	                                    .name = as_country });
	put_table_downloads(p, "country_verdict");
	end_section(p);
	result = put_ranked_section(
	    p, TEXT_ASNS, TEXT_ASNS_IS, "asn_verdict", 0, is_spam_row,
	    (struct ranking_look){ .caption = TEXT_ASNS,
	                           .column = TEXT_D_ASN,
	                           .unit = TEXT_SPAM,
	                           .class_name = "advertising_spam",
	                           .max = TOP_ASNS,
	                           .name = as_asn });
	put(p, "</div>\n");
	return result;
}

/* ---- routes ---- */

static bool
is_of(const struct figure *row, const char *mechanism)
{
	return sv_eq_str(row->words[0], mechanism);
}

/* Results of one mechanism: all items, and the spam among them. */
struct auth {
	const char *mechanism;
	struct sv result;
	struct figure items, spam;
};

enum { AUTH_MAX = 64 };

static struct auth *
auth_of(struct auth *list, size_t *n, const struct figure *row)
{
	for (size_t i = 0; i < *n; i++)
		if (is_of(row, list[i].mechanism) &&
		    sv_eq(list[i].result, row->words[1]))
			return &list[i];
	if (*n == AUTH_MAX)
		return NULL;
	list[*n] = (struct auth){ .mechanism = row->words[0].p,
		                  .result = row->words[1] };
	return &list[(*n)++];
}

static void
add_auth(struct figure *to, const struct figure *row)
{
	to->count += row->count;
	if (row->reporters > to->reporters)
		to->reporters = row->reporters;
}

static void
withhold_auth(struct page *p, struct auth *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		figures_withhold(&list[i].items, 1, p->f->reporters_min);
		figures_withhold(&list[i].spam, 1, p->f->reporters_min);
	}
}

static int
put_authentication(struct page *p)
{
	struct auth list[AUTH_MAX];
	struct table t;
	size_t n = 0;
	int result = figures_table(p->f, view_find(SV("auth_verdict")), &t);

	if (result)
		return result;
	for (size_t i = 0; i < t.n_rows; i++) {
		struct auth *a = auth_of(list, &n, &t.rows[i]);

		if (!a)
			continue;
		add_auth(&a->items, &t.rows[i]);
		if (is_spam_row(&t.rows[i]))
			add_auth(&a->spam, &t.rows[i]);
	}
	withhold_auth(p, list, n);
	begin_section(p, TEXT_V_AUTH, TEXT_V_AUTH_IS);
	if (n == 0)
		put_note(p, TEXT_NOTHING_REPORTED);
	begin_table(p, "plain", TEXT_V_AUTH,
	            HEADS(TEXT_D_MECHANISM, TEXT_D_RESULT, TEXT_ITEMS,
	                  TEXT_SPAM, TEXT_SHARE),
	            3);
	for (size_t i = 0; i < n; i++)
		buf_addf(p->out,
		         "<tr><th scope=\"row\">%s</th><td>%s</td>"
		         "<td class=\"n\">%s</td><td class=\"n\">%s</td>"
		         "<td class=\"n\">%s</td></tr>\n",
		         as_word(p, sv_str(list[i].mechanism)),
		         as_word(p, list[i].result),
		         as_figure(p, &list[i].items),
		         as_figure(p, &list[i].spam),
		         as_percent(p, &list[i].spam, &list[i].items));
	end_table(p);
	put_table_downloads(p, "auth_verdict");
	end_section(p);
	return 0;
}

int
page_routes(struct page *p)
{
	int result;

	put(p, "<div class=\"columns\">\n");
	result = put_ranked_section(
	    p, TEXT_ROUTE_SPAM, TEXT_ROUTE_SPAM_IS, "route_verdict", 0,
	    is_spam_row,
	    (struct ranking_look){ .caption = TEXT_ROUTE_SPAM,
	                           .column = TEXT_D_ROUTE,
	                           .unit = TEXT_SPAM,
	                           .class_name = "advertising_spam",
	                           .max = TOP_TYPES });

	if (!result)
		result = put_ranked_section(
		    p, TEXT_ROUTE_ALL, TEXT_ROUTE_ALL_IS, "route", 0, NULL,
		    (struct ranking_look){ .caption = TEXT_ROUTE_ALL,
		                           .column = TEXT_D_ROUTE,
		                           .unit = TEXT_ITEMS,
		                           .max = TOP_TYPES });
	if (!result)
		result = put_ranked_section(
		    p, TEXT_V_CHANNEL, TEXT_V_CHANNEL_IS, "channel", 0, NULL,
		    (struct ranking_look){ .caption = TEXT_V_CHANNEL,
		                           .column = TEXT_D_CHANNEL,
		                           .unit = TEXT_ITEMS,
		                           .max = TOP_TYPES });
	put(p, "</div>\n");
	return result ? result : put_authentication(p);
}
