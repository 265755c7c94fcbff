/* SPDX-License-Identifier: Apache-2.0 */
/* The codebook: what every word and column of the published data means. */
#include "feedd/html.h"
#include "feedd/page.h"
#include "feedd/page_private.h"
#include "record/words.h"

struct entry {
	const char *word, *meaning;
};

static const struct entry parameters[] = {
	{ "from", "Begin of the period: 2026-11-23 or 2026-11-23T03:04:00Z. "
	          "Not given: the first figure there is." },
	{ "to", "End of the period, not included; a date alone includes that "
	        "day. Not given: now." },
	{ "step", "minute, hour or day: the steps of a series." },
	{ "node", "Figures of one node only." },
};

static const struct entry totals[] = {
	{ "items", "Messages judged; each counts once." },
	{ "recipients", "Sum of the recipients of these items." },
	{ "bytes", "Sum of their sizes." },
	{ "cpu_us", "Computing time spent on them, in microseconds." },
	{ "incomplete", "Items judged although something could not be looked "
	                "at: a limit or the deadline was reached." },
	{ "spam", "advertising_spam and other_abuse together." },
	{ "spam_percent", "spam in percent of items, two decimals." },
	{ "lost", "Items that a node judged but could not report: no other "
	          "figure has them." },
	{ "suppressed_rows", "Rows of tables that nodes merged into \"other\" "
	                     "because they were smaller than the node's "
	                     "k_min." },
	{ "suppressed_items", "Items in such rows. Totals have them all." },
};

static const struct entry verdicts[] = {
	{ "legitimate", "No reason to object was found." },
	{ "suspected", "Some signs of spam, not enough to call it that." },
	{ "advertising_spam", "Unsolicited advertising." },
	{ "other_abuse", "Fraud, phishing, malicious software and other "
	                 "abuse." },
	{ "unknown", "Could not be judged." },
};

/* Columns of words; the words come from the vocabulary of the feed. */
static const struct {
	const char *name, *meaning;
	enum words list;
} dimensions[] = {
	{ "channel", "How the item arrived.", WORDS_CHANNEL },
	{ "surface", "What it is.", WORDS_SURFACE },
	{ "action", "What was done with it.", WORDS_ACTION },
	{ "ad_type",
	  "How the advertisement was made; none where no rule that matched "
	  "names a type.",
	  WORDS_AD_TYPE },
	{ "category",
	  "What was advertised; other where no rule that matched names a "
	  "category, legitimate items included.",
	  WORDS_CATEGORY },
};

static const struct entry columns[] = {
	{ "rule", "Name of a rule that was true for the item. An item counts "
	          "for each of its rules." },
	{ "reporters", "How many nodes contributed to the figure." },
	{ "withheld", "1 or true: too few nodes contributed, or the figure "
	              "would give away another one by subtraction. The number "
	              "is empty in CSV and null in JSON." },
	{ "provisional", "1 or true: the step ends within the last minutes; "
	                 "batches may be under way." },
	{ "begin, end", "The step, begin included, end not, UTC. The first "
	                "and the last step are cut at the ends of the "
	                "period." },
};

static void
put_entries(struct buf *out, const char *heading, const struct entry *list,
            size_t n)
{
	buf_addf(out, "<section><h2>%s</h2>\n<table class=\"codebook\"><tbody>",
	         heading);
	for (size_t i = 0; i < n; i++) {
		buf_add_str(out, "<tr><th scope=\"row\"><code>");
		html_text(out, sv_str(list[i].word));
		buf_add_str(out, "</code></th><td>");
		html_text(out, sv_str(list[i].meaning));
		buf_add_str(out, "</td></tr>\n");
	}
	buf_add_str(out, "</tbody></table></section>\n");
}

#define PUT_ENTRIES(out, heading, list)                                        \
	put_entries(out, heading, list, sizeof(list) / sizeof *(list))

static void
put_views(struct buf *out)
{
	buf_add_str(out, "<section><h2>Tables</h2>\n<p>At "
	                 "<code>/v1/tables/NAME.csv</code> and "
	                 "<code>/v1/tables/NAME.json</code>; also "
	                 "<code>totals.csv</code> and <code>nodes.csv</code>."
	                 "</p>\n<table class=\"codebook\"><tbody>");
	for (size_t i = 0; i < views_count; i++) {
		buf_addf(out, "<tr><th scope=\"row\"><code>%s</code></th><td>",
		         views[i].name);
		html_text(out, sv_str(views[i].meaning));
		buf_add_str(out, "</td></tr>\n");
	}
	buf_add_str(out, "</tbody></table></section>\n");
}

static void
put_dimensions(struct buf *out)
{
	buf_add_str(out, "<section><h2>Words</h2>\n<p>Words that are not in "
	                 "these lists are counted as <code>other</code>."
	                 "</p>\n<table class=\"codebook\"><tbody>");
	for (size_t i = 0; i < sizeof dimensions / sizeof *dimensions; i++) {
		buf_addf(out,
		         "<tr><th scope=\"row\"><code>%s</code></th>"
		         "<td>%s",
		         dimensions[i].name, dimensions[i].meaning);
		for (const char *const *w = words_list(dimensions[i].list); *w;
		     w++)
			buf_addf(out, " <code>%s</code>", *w);
		buf_add_str(out, "</td></tr>\n");
	}
	buf_add_str(out, "</tbody></table></section>\n");
}

void
page_write_codebook(const char *title, struct buf *out)
{
	page_begin(out, title, "Codebook");
	put_views(out);
	PUT_ENTRIES(out, "Totals", totals);
	PUT_ENTRIES(out, "Verdicts", verdicts);
	put_dimensions(out);
	PUT_ENTRIES(out, "Other columns", columns);
	PUT_ENTRIES(out, "Parameters of every address", parameters);
	page_end(out, 0);
}
