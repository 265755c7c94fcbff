/* SPDX-License-Identifier: Apache-2.0 */
/* What spam costs, and who reports. */
#include <inttypes.h>

#include "feedd/page_private.h"

enum { GAPS_SHOWN = 50 };

/* ---- cost ---- */

struct cost {
	enum text name;
	struct figure spam, all;
	uint64_t unit; /* the number shown is in units of this, two decimals */
};

static const char *
as_units(struct page *p, const struct figure *f, uint64_t unit)
{
	if (f->is_withheld)
		return as_figure(p, f);
	if (unit == 1)
		return as_figure(p, f);
	return as_decimal(
	    p,
	    (uint64_t)(((unsigned __int128)f->count * 100 + unit / 2) / unit));
}

static void
put_cost(struct page *p, const struct cost *c)
{
	buf_addf(p->out,
	         "<tr><th scope=\"row\">%s</th><td class=\"n\">%s</td>"
	         "<td class=\"n\">%s</td><td class=\"n\">%s</td></tr>\n",
	         lang_text(p->lang, c->name), as_units(p, &c->spam, c->unit),
	         as_units(p, &c->all, c->unit),
	         as_percent(p, &c->spam, &c->all));
}

int
page_cost(struct page *p)
{
	const struct totals *t = &p->totals;
	const struct cost costs[] = {
		{ TEXT_ITEMS, t->spam, t->items, 1 },
		{ TEXT_RECIPIENTS, totals_get(t, "spam_recipients"),
		  t->recipients, 1 },
		{ TEXT_GIGABYTES, totals_get(t, "spam_bytes"), t->bytes,
		  1000000000 },
		{ TEXT_CPU_HOURS, totals_get(t, "spam_cpu_us"), t->cpu_us,
		  UINT64_C(3600000000) },
		{ TEXT_CONNECTIONS, totals_get(t, "connections_dropped"),
		  totals_get(t, "connections"), 1 },
	};

	begin_section(p, TEXT_COST_SPENT, TEXT_COST_SPENT_IS);
	begin_table(p, "plain", TEXT_COST_SPENT,
	            HEADS(TEXT_RESOURCE, TEXT_ON_SPAM, TEXT_ON_ALL, TEXT_SHARE),
	            3);
	for (size_t i = 0; i < sizeof costs / sizeof *costs; i++)
		put_cost(p, &costs[i]);
	end_table(p);
	put_downloads(p, "/v1/tables/totals");
	end_section(p);
	begin_section(p, TEXT_COST_YOURS, TEXT_COST_YOURS_IS);
	end_section(p);
	return 0;
}

/* ---- coverage ---- */

static void
put_node(struct page *p, const struct coverage_node *n)
{
	buf_addf(p->out,
	         "<tr><th scope=\"row\">%s</th><td>%s</td><td class=\"wide\">%s"
	         "</td><td class=\"n\">%s</td><td>",
	         as_text(p, n->name), as_text(p, n->org), as_text(p, n->domain),
	         n->accounts ? as_count(p, n->accounts)
	                     : lang_text(p->lang, TEXT_DASH));
	say(p, n->is_reporting ? TEXT_YES : TEXT_NO);
	buf_addf(p->out, "</td><td class=\"wide\">%s</td></tr>\n",
	         n->last_unix_ms
	             ? as_time(p, n->last_unix_ms / RECORD_MINUTE_MS)
	             : lang_text(p->lang, TEXT_NEVER));
}

static void
put_coverage_keys(struct page *p)
{
	const struct coverage *c = &p->coverage;

	begin_section(p, TEXT_KEY_FIGURES, TEXTS);
	begin_keys(p);
	put_key(p, TEXT_NODES_REPORTING, as_count(p, c->n_reporting), NULL,
	        NULL, NULL);
	put_key(p, TEXT_NODES_MISSING, as_count(p, c->n_nodes - c->n_reporting),
	        lang_text(p->lang, TEXT_NODES_MISSING_NOTE), NULL, NULL);
	put_key(p, TEXT_ACCOUNTS, as_count(p, c->accounts),
	        lang_text(p->lang, TEXT_ACCOUNTS_NOTE), NULL, NULL);
	put_key(p, TEXT_ACCOUNTS_FILTERED, as_count(p, c->accounts_filtered),
	        lang_text(p->lang, TEXT_ACCOUNTS_FILTERED_NOTE), NULL, NULL);
	put_key(p, TEXT_NODES_EXPECTED, as_count(p, c->nodes_expected),
	        lang_text(p->lang, TEXT_NODES_EXPECTED_NOTE), NULL, NULL);
	put_key(p, TEXT_LOST, as_count(p, p->totals.lost),
	        lang_text(p->lang, TEXT_LOST_IS), NULL, NULL);
	put_key(p, TEXT_SUPPRESSED, as_count(p, p->totals.suppressed_items),
	        lang_text(p->lang, TEXT_SUPPRESSED_IS), NULL, NULL);
	end_keys(p);
	end_section(p);
}

static void
put_gap(struct page *p, const struct gap *g)
{
	buf_addf(
	    p->out,
	    "<tr><th scope=\"row\">%s</th><td>%s</td>"
	    "<td class=\"n\">%s</td><td>%s</td>"
	    "<td class=\"wide\">%s</td></tr>\n",
	    as_text(p, g->node), as_word(p, g->kind),
	    g->count ? as_count(p, g->count) : lang_text(p->lang, TEXT_DASH),
	    as_time(p, g->period.begin_min), as_time(p, g->period.end_min));
}

static int
put_gaps(struct page *p)
{
	struct gaps gaps;
	int result = figures_gaps(p->f, &gaps);
	size_t shown;

	if (result)
		return result;
	shown = gaps.n < GAPS_SHOWN ? gaps.n : GAPS_SHOWN;
	begin_section(p, TEXT_GAPS, TEXT_GAPS_IS);
	if (gaps.n == 0) {
		put_note(p, TEXT_GAPS_NONE);
	} else {
		begin_table(p, "nodes", TEXT_GAPS,
		            HEADS(TEXT_NODE, TEXT_GAP_KIND,
		                  TEXT_GAP_COUNT | HEAD_NUMBER, TEXT_GAP_FROM,
		                  TEXT_GAP_TO | HEAD_WIDE),
		            0);
		for (size_t i = 0; i < shown; i++)
			put_gap(p, &gaps.list[i]);
		end_table(p);
	}
	if (gaps.n > shown) {
		put(p, "<p class=\"note\">");
		SAY(p, TEXT_GAPS_MORE, as_count(p, gaps.n - shown));
		put(p, "</p>\n");
	}
	end_section(p);
	return 0;
}

int
page_coverage(struct page *p)
{
	put_coverage_keys(p);
	begin_section(p, TEXT_NODES, TEXT_NODES_IS);
	begin_table(p, "nodes", TEXT_NODES,
	            HEADS(TEXT_NODE, TEXT_ORGANISATION, TEXT_DOMAIN | HEAD_WIDE,
	                  TEXT_ACCOUNTS | HEAD_NUMBER, TEXT_IN_PERIOD,
	                  TEXT_LAST_BATCH | HEAD_WIDE),
	            0);
	for (size_t i = 0; i < p->coverage.n_nodes; i++)
		put_node(p, &p->coverage.nodes[i]);
	end_table(p);
	buf_addf(p->out,
	         "<p class=\"download\">%s <a href=\"%s%s\">CSV</a></p>",
	         lang_text(p->lang, TEXT_DOWNLOAD), "/v1/tables/nodes.csv",
	         p->query);
	end_section(p);
	return put_gaps(p);
}
