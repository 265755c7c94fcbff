/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include "feedd/export.h"
#include "feedd/html.h"
#include "feedd/page.h"
#include "fixture.h"

START_TEST(a_figure_withheld_alone_takes_the_smallest_other_with_it)
{
	struct figure list[] = {
		{ .count = 100, .reporters = 3 },
		{ .count = 7, .reporters = 1 },
		{ .count = 40, .reporters = 4 },
		{ .count = 0, .reporters = 0 },
	};

	figures_withhold(list, 4, 3);
	ck_assert(!list[0].is_withheld);
	ck_assert(list[1].is_withheld);
	ck_assert(list[2].is_withheld);
	ck_assert(!list[3].is_withheld);
}
END_TEST

START_TEST(two_withheld_figures_protect_each_other)
{
	struct figure list[] = {
		{ .count = 100, .reporters = 2 },
		{ .count = 7, .reporters = 1 },
		{ .count = 9, .reporters = 1 },
	};

	figures_withhold(list, 3, 2);
	ck_assert(!list[0].is_withheld);
	ck_assert(list[1].is_withheld && list[2].is_withheld);
	figures_withhold(list, 3, 1);
	ck_assert(!list[1].is_withheld && !list[2].is_withheld);
}
END_TEST

START_TEST(percentages_are_rounded_and_do_not_overflow)
{
	ck_assert_uint_eq(figures_percent_e2(1, 3), 3333);
	ck_assert_uint_eq(figures_percent_e2(2, 3), 6667);
	ck_assert_uint_eq(figures_percent_e2(0, 0), 0);
	ck_assert_uint_eq(figures_percent_e2(UINT64_MAX / 2, UINT64_MAX), 5000);
}
END_TEST

static void
check_text(void (*write)(struct buf *out, struct sv text), const char *in,
           const char *want)
{
	struct buf out = BUF_INIT(1000);

	write(&out, sv_str(in));
	ck_assert_str_eq(buf_str(&out), want);
	buf_done(&out);
}

static void
english_word(struct buf *out, struct sv word)
{
	html_word(out, LANG_EN, word);
}

START_TEST(html_is_escaped)
{
	check_text(html_text, "<b a='1' b=\"2\">&amp;",
	           "&lt;b a=&#39;1&#39; b=&quot;2&quot;&gt;&amp;amp;");
	check_text(english_word, "made_<up>", "made &lt;up&gt;");
	check_text(english_word, "other_abuse", "other abuse");
	check_text(html_url, "a b&c=\"<\xc3\xa4", "a%20b%26c%3D%22%3C%C3%A4");
}
END_TEST

START_TEST(counts_are_grouped_by_thousands)
{
	static const struct {
		uint64_t n;
		const char *want;
	} cases[] = { { 0, "0" },
		      { 999, "999" },
		      { 1000, "1,000" },
		      { 1234567, "1,234,567" },
		      { UINT64_MAX, "18,446,744,073,709,551,615" } };

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf out = BUF_INIT(100);

		lang_count(&out, LANG_EN, cases[i].n);
		ck_assert_str_eq(buf_str(&out), cases[i].want);
		buf_done(&out);
	}
}
END_TEST

START_TEST(csv_fields_are_quoted_and_are_no_formulas)
{
	check_text(csv_text, "plain", "plain");
	check_text(csv_text, "a,b", "\"a,b\"");
	check_text(csv_text, "say \"hi\"\n", "\"say \"\"hi\"\"\n\"");
	check_text(csv_text, "=1+1", "\"'=1+1\"");
	check_text(csv_text, "-2", "\"'-2\"");
	check_text(csv_text, "", "");
}
END_TEST

/* Figures of everything in a store. */
static void
begin(struct fixture *f, struct figures *ret, unsigned reporters_min)
{
	char why[DATABASE_TEXT] = "";

	*ret = (struct figures){ .arena = arena_new(),
		                 .now_unix_ms = MIDNIGHT_MIN * MINUTE_MS,
		                 .provisional_min = MIDNIGHT_MIN - 10,
		                 .reporters_min = reporters_min };
	ck_assert_int_eq(
	    database_read_begin(f->database, 10000, &ret->reader, why), 0);
	ck_assert_int_eq(database_read_extent(ret->reader, &ret->extent), 0);
	ck_assert(
	    query_resolve(&ret->query, &ret->extent, ret->now_unix_ms, why));
}

static void
end(struct figures *f)
{
	database_read_end(f->reader);
	arena_free(f->arena);
}

static void
fill(struct fixture *f)
{
	unsigned random = 9;

	for (unsigned i = 0; i < 60; i++) {
		struct aggregate *g =
		    fixture_aggregate(&random, MIDNIGHT_MIN - 7 * (int64_t)i,
		                      1 + fixture_random(&random, 20));
		char node[8], id[16];
		struct batch b;

		snprintf(node, sizeof node, "mx%u", i % 2);
		snprintf(id, sizeof id, "%s/%u", node, i);
		b = fixture_batch(node, id, &g);
		b.org = SV("<script>\"&");
		ck_assert_int_eq(fixture_accept(f, &b, "d"), DATABASE_NEW);
		aggregate_free(g);
	}
}

/* Whether nodes send the table of a view. */
static bool
is_reported(const struct view *v)
{
	const char *dims[3];

	return view_dims(v, dims) > 0;
}

/* A page in English. */
static void
write_page(struct figures *figures, const char *path, const char *title,
           struct buf *out)
{
	const struct page_site site = { .title = title, .country = "" };

	ck_assert_int_eq(page_write(page_find(path), &site, figures, out), 0);
}

START_TEST(totals_series_and_tables_agree)
{
	struct fixture f;
	struct figures figures;
	struct totals totals;
	struct series series;
	uint64_t items = 0, spam = 0;

	fixture_open(&f);
	fill(&f);
	begin(&f, &figures, 1);
	ck_assert_int_eq(figures_totals(&figures, &totals), 0);
	ck_assert_int_eq(figures_series(&figures, &series), 0);
	for (size_t i = 0; i < series.n; i++) {
		items += series.points[i].items.count;
		spam += series.points[i].spam.count;
	}
	ck_assert_uint_gt(items, 0);
	ck_assert_uint_eq(items, totals.items.count);
	ck_assert_uint_eq(spam, totals.spam.count);
	for (size_t v = 0; v < views_count; v++) {
		struct table t;
		uint64_t sum = 0;

		if (!views[v].is_of_items || !is_reported(&views[v]))
			continue;
		ck_assert_int_eq(figures_table(&figures, &views[v], &t), 0);
		for (size_t i = 0; i < t.n_rows; i++)
			sum += t.rows[i].count;
		ck_assert_uint_eq(sum, totals.items.count);
	}
	end(&figures);
	fixture_done(&f);
}
END_TEST

START_TEST(withheld_numbers_are_in_no_output)
{
	struct fixture f;
	struct figures figures;
	struct totals totals;
	struct coverage coverage;
	struct buf out = BUF_INIT(1 << 20);
	char never[64];

	fixture_open(&f);
	fill(&f);
	begin(&f, &figures, 3); /* there are two nodes */
	ck_assert_int_eq(figures_totals(&figures, &totals), 0);
	ck_assert_int_eq(figures_coverage(&figures, &coverage), 0);
	export_stats_json(&figures, "T", &totals, &coverage, &out);
	ck_assert_ptr_nonnull(strstr(buf_str(&out), "\"items\":null"));
	buf_reset(&out);
	export_totals_csv(&totals, &out);
	ck_assert_ptr_nonnull(strstr(buf_str(&out), "items,,1\r\n"));
	buf_reset(&out);
	write_page(&figures, "/", "T", &out);
	snprintf(never, sizeof never, "<data value=\"%llu\">",
	         (unsigned long long)totals.items.count);
	ck_assert_ptr_null(strstr(buf_str(&out), never));
	ck_assert_ptr_nonnull(strstr(buf_str(&out), "withheld"));
	buf_done(&out);
	end(&figures);
	fixture_done(&f);
}
END_TEST

#define C1 "hmac-sha256:00112233445566778899aabbccddeeff"
#define C2 "hmac-sha256:ffeeddccbbaa99887766554433221100"

/* One item of a campaign. */
static void
send_campaign(struct fixture *f, const char *node, const char *campaign,
              const char *verdict, int64_t minute)
{
	struct aggregate *g = aggregate_new(minute * MINUTE_MS);
	struct batch b;
	char id[96];

	aggregate_add(g, &(struct record_item){ .unix_ms = minute * MINUTE_MS,
	                                        .channel = SV("smtp"),
	                                        .surface = SV("mail"),
	                                        .verdict = sv_str(verdict),
	                                        .action = SV("reject"),
	                                        .ad_type = SV("hidden_ad"),
	                                        .category = SV("phishing"),
	                                        .campaign = sv_str(campaign),
	                                        .complete = true,
	                                        .recipients = 1 });
	snprintf(id, sizeof id, "%s/%s-%lld", node, campaign,
	         (long long)minute);
	b = fixture_batch(node, id, &g);
	ck_assert_int_eq(fixture_accept(f, &b, "d"), DATABASE_NEW);
	aggregate_free(g);
}

START_TEST(campaigns_have_the_days_of_their_spam_unless_withheld)
{
	struct fixture f;
	struct figures figures;
	struct campaigns c;
	struct buf out = BUF_INIT(1 << 20);

	fixture_open(&f);
	send_campaign(&f, "mx1", C1, "legitimate", MIDNIGHT_MIN - 6 * 1440);
	send_campaign(&f, "mx1", C1, "advertising_spam",
	              MIDNIGHT_MIN - 5 * 1440);
	send_campaign(&f, "mx2", C1, "other_abuse", MIDNIGHT_MIN - 3 * 1440);
	send_campaign(&f, "mx1", C2, "advertising_spam",
	              MIDNIGHT_MIN - 4 * 1440);
	begin(&f, &figures, 1);
	ck_assert_int_eq(figures_campaigns(&figures, &c), 0);
	ck_assert_uint_eq(c.n, 2);
	ck_assert_uint_eq(c.list[0].spam.count, 2);
	ck_assert_int_eq(c.list[0].first_min, MIDNIGHT_MIN - 5 * 1440);
	ck_assert_int_eq(c.list[0].last_min, MIDNIGHT_MIN - 3 * 1440);
	ck_assert_int_eq(export_campaigns_csv(&figures, &out), 0);
	ck_assert_ptr_nonnull(
	    strstr(buf_str(&out), C1 ",2,1,2026-11-18,2026-11-20,0\r\n"));
	end(&figures);
	begin(&f, &figures, 2);
	buf_reset(&out);
	ck_assert_int_eq(export_campaigns_csv(&figures, &out), 0);
	ck_assert_ptr_nonnull(strstr(buf_str(&out), C2 ",,,,,1\r\n"));
	ck_assert_ptr_null(strstr(buf_str(&out), "2026-11-"));
	buf_reset(&out);
	write_page(&figures, "/campaigns", "T", &out);
	ck_assert_ptr_nonnull(strstr(buf_str(&out), "First seen"));
	ck_assert_ptr_null(strstr(buf_str(&out), "19 Nov"));
	buf_done(&out);
	end(&figures);
	fixture_done(&f);
}
END_TEST

START_TEST(the_transparency_download_has_terms_and_withholds)
{
	struct fixture f;
	struct figures figures;
	struct buf out = BUF_INIT(1 << 20);

	fixture_open(&f);
	send_campaign(&f, "mx1", C1, "advertising_spam", MIDNIGHT_MIN - 9);
	begin(&f, &figures, 1);
	ck_assert_int_eq(export_dsa_csv(&figures, &out), 0);
	ck_assert_ptr_nonnull(
	    strstr(buf_str(&out), "own_initiative_by_category,SCAMS_AND_FRAUD,"
	                          "phishing,1,1,0\r\n"));
	ck_assert_ptr_nonnull(
	    strstr(buf_str(&out), "own_initiative_by_keyword,"
	                          "HIDDEN_ADVERTISEMENT,hidden_ad,1,1,0\r\n"));
	ck_assert_ptr_nonnull(strstr(
	    buf_str(&out), "restrictions,CONTENT_REMOVED,reject,1,1,0\r\n"));
	ck_assert_ptr_nonnull(
	    strstr(buf_str(&out), "automated_means,,items,1,1,0\r\n"));
	end(&figures);
	begin(&f, &figures, 2);
	buf_reset(&out);
	ck_assert_int_eq(export_dsa_json(&figures, &out), 0);
	ck_assert_ptr_null(strstr(buf_str(&out), "\"count\":1"));
	ck_assert_ptr_nonnull(strstr(buf_str(&out), "\"count\":null"));
	buf_done(&out);
	end(&figures);
	fixture_done(&f);
}
END_TEST

START_TEST(the_page_has_the_totals_and_escapes_what_nodes_say)
{
	struct fixture f;
	struct figures figures;
	struct totals totals;
	struct buf out = BUF_INIT(1 << 20);
	char want[64];

	fixture_open(&f);
	fill(&f);
	begin(&f, &figures, 1);
	figures.query.node = "mx1";
	ck_assert_int_eq(figures_totals(&figures, &totals), 0);
	write_page(&figures, "/", "Title <&>", &out);
	snprintf(want, sizeof want, "<data value=\"%llu\">",
	         (unsigned long long)totals.items.count);
	ck_assert_ptr_nonnull(strstr(buf_str(&out), want));
	ck_assert_ptr_nonnull(strstr(buf_str(&out), "Title &lt;&amp;&gt;"));
	write_page(&figures, "/coverage", "T", &out);
	ck_assert_ptr_nonnull(
	    strstr(buf_str(&out), "&lt;script&gt;&quot;&amp;"));
	ck_assert_ptr_null(strstr(buf_str(&out), "<script"));
	ck_assert_ptr_null(strstr(buf_str(&out), "style="));
	buf_done(&out);
	end(&figures);
	fixture_done(&f);
}
END_TEST

START_TEST(a_page_without_data_says_so)
{
	struct fixture f;
	struct figures figures;
	struct buf out = BUF_INIT(1 << 20);

	fixture_open(&f);
	begin(&f, &figures, 1);
	write_page(&figures, "/", "T", &out);
	ck_assert_ptr_nonnull(strstr(buf_str(&out), "No items were reported"));
	buf_done(&out);
	end(&figures);
	fixture_done(&f);
}
END_TEST

START_TEST(nodes_that_never_sent_are_missing_not_forgotten)
{
	static const char *const may_send[] = { "mx1", "mx9", NULL };
	struct fixture f;
	struct figures figures;
	struct coverage c;

	fixture_open(&f);
	fill(&f);
	begin(&f, &figures, 1);
	figures.nodes = may_send;
	ck_assert_int_eq(figures_coverage(&figures, &c), 0);
	ck_assert_uint_eq(c.n_nodes, 3);
	ck_assert_uint_eq(c.n_reporting, 2);
	ck_sv_eq(c.nodes[2].name, "mx9");
	ck_assert_int_eq(c.nodes[2].last_unix_ms, 0);
	end(&figures);
	fixture_done(&f);
}
END_TEST

START_TEST(intervals_are_those_of_wilson)
{
	static const struct {
		uint64_t k, n, low_e2, high_e2;
	} cases[] = {
		{ 0, 0, 0, 10000 },      { 0, 10, 0, 2775 },
		{ 10, 10, 7225, 10000 }, { 5, 10, 2366, 7634 },
		{ 95, 100, 8882, 9785 }, { 9500, 10000, 9456, 9541 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct interval got = figures_wilson(cases[i].k, cases[i].n);

		ck_assert_uint_eq(got.low_e2, cases[i].low_e2);
		ck_assert_uint_eq(got.high_e2, cases[i].high_e2);
	}
}
END_TEST

START_TEST(every_page_is_whole_in_every_language)
{
	static const char *const paths[] = {
		"/",       "/trends",     "/types",     "/sources",
		"/routes", "/complaints", "/campaigns", "/quality",
		"/cost",   "/coverage",   "/diary",     "/data",
		"/report", "/codebook",
	};
	struct fixture f;
	struct figures figures;

	fixture_open(&f);
	fill(&f);
	begin(&f, &figures, 1);
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
		for (int lang = 0; lang < LANGS; lang++) {
			const struct page_site site = { .title = "T",
				                        .country = "FR",
				                        .lang = lang };
			struct buf out = BUF_INIT(1 << 20);
			char want[32];

			ck_assert_int_eq(page_write(page_find(paths[i]), &site,
			                            &figures, &out),
			                 0);
			snprintf(want, sizeof want, "<html lang=\"%s\">",
			         lang_tags[lang]);
			ck_assert_ptr_nonnull(strstr(buf_str(&out), want));
			ck_assert_ptr_nonnull(
			    strstr(buf_str(&out), "</html>\n"));
			ck_assert_ptr_null(strstr(buf_str(&out), "{1}"));
			ck_assert_ptr_null(strstr(buf_str(&out), "<script"));
			buf_done(&out);
		}
	end(&figures);
	fixture_done(&f);
}
END_TEST

UNIT_MAIN("figures", a_figure_withheld_alone_takes_the_smallest_other_with_it,
          two_withheld_figures_protect_each_other,
          percentages_are_rounded_and_do_not_overflow, html_is_escaped,
          counts_are_grouped_by_thousands,
          csv_fields_are_quoted_and_are_no_formulas,
          campaigns_have_the_days_of_their_spam_unless_withheld,
          the_transparency_download_has_terms_and_withholds,
          totals_series_and_tables_agree, withheld_numbers_are_in_no_output,
          the_page_has_the_totals_and_escapes_what_nodes_say,
          a_page_without_data_says_so,
          nodes_that_never_sent_are_missing_not_forgotten,
          intervals_are_those_of_wilson, every_page_is_whole_in_every_language)
