/* SPDX-License-Identifier: Apache-2.0 */
/* The codebook: what every word and column of the published data means. */
#include "feedd/page_private.h"
#include "record/words.h"

struct entry {
	const char *word;
	enum text meaning;
};

static const struct entry parameters[] = {
	{ "from", TEXT_B_FROM }, { "to", TEXT_B_TO },
	{ "step", TEXT_B_STEP }, { "node", TEXT_B_NODE },
	{ "lang", TEXT_B_LANG },
};

static const struct entry totals[] = {
	{ "items", TEXT_B_ITEMS },
	{ "recipients", TEXT_B_RECIPIENTS },
	{ "bytes", TEXT_B_BYTES },
	{ "cpu_us", TEXT_B_CPU_US },
	{ "incomplete", TEXT_B_INCOMPLETE },
	{ "held", TEXT_B_HELD },
	{ "spam", TEXT_B_SPAM },
	{ "spam_percent", TEXT_B_SPAM_PERCENT },
	{ "accounted_spam", TEXT_B_ACCOUNTED_SPAM },
	{ "spam_recipients, spam_bytes, spam_cpu_us", TEXT_B_SPAM_COST },
	{ "connections, connections_dropped", TEXT_B_CONNECTIONS },
	{ "blocked", TEXT_B_BLOCKED },
	{ "reported, complaints", TEXT_B_COMPLAINTS },
	{ "not_spam", TEXT_B_NOT_SPAM },
	{ "appeals, appeals_overturned", TEXT_B_APPEALS },
	{ "withdrawn", TEXT_B_WITHDRAWN },
	{ "corrections", TEXT_B_CORRECTIONS },
	{ "audited, false_positive, false_negative", TEXT_B_AUDITED },
	{ "recognitions, recognition_s", TEXT_B_RECOGNITIONS },
	{ "accounts, accounts_filtered", TEXT_B_ACCOUNTS },
	{ "nodes_expected", TEXT_B_NODES_EXPECTED },
	{ "lost", TEXT_B_LOST },
	{ "suppressed_rows, suppressed_items", TEXT_B_SUPPRESSED },
};

static const struct entry columns[] = {
	{ "reporters", TEXT_B_REPORTERS },
	{ "withheld", TEXT_B_WITHHELD },
	{ "provisional", TEXT_B_PROVISIONAL },
	{ "begin, end", TEXT_B_BEGIN },
	{ "first_seen, last_seen", TEXT_B_SEEN },
	{ "part", TEXT_B_PART },
	{ "dsa_term", TEXT_B_DSA_TERM },
};

/* Columns of words; the words come from the vocabulary of the feed. */
static const struct {
	const char *name;
	enum text meaning;
	enum words list;
} dimensions[] = {
	{ "channel", TEXT_V_CHANNEL_IS, WORDS_CHANNEL },
	{ "verdict", TEXT_V_VERDICT_IS, WORDS_VERDICT },
	{ "action", TEXT_V_ACTION_IS, WORDS_ACTION },
	{ "surface", TEXT_V_SURFACE_IS, WORDS_SURFACE },
	{ "ad_type", TEXT_V_AD_TYPE_IS, WORDS_AD_TYPE },
	{ "category", TEXT_V_CATEGORY_IS, WORDS_CATEGORY },
};

static void
begin_list(struct page *p, enum text heading, enum text meaning)
{
	begin_section(p, heading, meaning);
	begin_table(p, "codebook", heading, HEADS(TEXT_NAME, TEXT_MEANING), 0);
}

static void
end_list(struct page *p)
{
	end_table(p);
	end_section(p);
}

static void
put_entry(struct page *p, const char *word, enum text meaning)
{
	buf_addf(p->out,
	         "<tr><th scope=\"row\"><code>%s</code></th><td>%s</td></tr>\n",
	         word, lang_text(p->lang, meaning));
}

static void
put_entries(struct page *p, enum text heading, const struct entry *list,
            size_t n)
{
	begin_list(p, heading, TEXTS);
	for (size_t i = 0; i < n; i++)
		put_entry(p, list[i].word, list[i].meaning);
	end_list(p);
}

#define PUT_ENTRIES(p, heading, list)                                          \
	put_entries((p), (heading), (list), sizeof(list) / sizeof *(list))

static void
put_dimension(struct page *p, const char *name, enum text meaning,
              enum words list)
{
	buf_addf(p->out, "<tr><th scope=\"row\"><code>%s</code></th><td>%s<ul>",
	         name, lang_text(p->lang, meaning));
	for (const char *const *w = words_list(list); *w; w++)
		buf_addf(p->out, "<li><code>%s</code> %s</li>", *w,
		         as_word(p, sv_str(*w)));
	put(p, "</ul></td></tr>\n");
}

int
page_codebook(struct page *p)
{
	begin_list(p, TEXT_TABLES, TEXT_TABLES_IS);
	for (size_t i = 0; i < views_count; i++)
		put_entry(p, views[i].name, views[i].meaning);
	put_entry(p, "campaigns", TEXT_CAMPAIGNS_TIME_IS);
	put_entry(p, "dsa", TEXT_DSA_IS);
	end_list(p);
	PUT_ENTRIES(p, TEXT_TOTALS, totals);
	begin_list(p, TEXT_WORDS, TEXT_WORDS_IS);
	for (size_t i = 0; i < sizeof dimensions / sizeof *dimensions; i++)
		put_dimension(p, dimensions[i].name, dimensions[i].meaning,
		              dimensions[i].list);
	end_list(p);
	PUT_ENTRIES(p, TEXT_COLUMNS, columns);
	PUT_ENTRIES(p, TEXT_PARAMETERS, parameters);
	return 0;
}
