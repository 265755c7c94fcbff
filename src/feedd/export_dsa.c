/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counts for a transparency report under Regulation (EU) 2022/2065, by the
 * parts that it has (articles 15 and 24): notices, restrictions on the
 * provider's own initiative, complaints, automated means with their errors.
 * Column names are ours; docs/statistics.md says how words are mapped.
 */
#include <inttypes.h>

#include "base/vec.h"
#include "feedd/export.h"

struct line {
	const char *part, *term; /* term: of the DSA; "": none */
	struct sv word;          /* of the feed */
	struct figure figure;
};

struct lines {
	VEC(struct line) list;
};

/* A word of the feed and a term of the DSA's database of statements. */
struct term {
	const char *word, *term;
};

static const struct term categories[] = {
	{ "phishing", "SCAMS_AND_FRAUD" },
	{ "fraud", "SCAMS_AND_FRAUD" },
	{ "malware", "SCAMS_AND_FRAUD" },
	{ "investment", "SCAMS_AND_FRAUD" },
	{ "lottery_prize", "SCAMS_AND_FRAUD" },
	{ "counterfeit_goods", "INTELLECTUAL_PROPERTY_INFRINGEMENTS" },
	{ NULL, "SCOPE_OF_PLATFORM_SERVICE" },
};

static const struct term keywords[] = {
	{ "hidden_ad", "HIDDEN_ADVERTISEMENT" },
	{ "fake_review", "INAUTHENTIC_USER_REVIEWS" },
	{ "account_as_ad", "INAUTHENTIC_ACCOUNTS" },
	{ NULL, "" },
};

static const struct term restrictions[] = {
	{ "reject", "CONTENT_REMOVED" },
	{ "discard", "CONTENT_REMOVED" },
	{ "quarantine", "CONTENT_DISABLED" },
	{ "hold_for_review", "CONTENT_DISABLED" },
	{ "tag", "CONTENT_LABELLED" },
	{ NULL, "" },
};

static const struct term none[] = { { NULL, "" } };

/* Tables of one dimension; rows whose word is `except` are no decisions. */
static const struct {
	const char *part, *view, *except;
	const struct term *terms;
} tables[] = {
	{ "notices_by_reason", "complaint_reason", NULL, none },
	{ "own_initiative_by_category", "category", "other", categories },
	{ "own_initiative_by_keyword", "ad_type", "none", keywords },
	{ "restrictions", "action", "accept", restrictions },
};

static const struct {
	const char *part, *total;
} totals[] = {
	{ "notices", "complaints" },
	{ "complaints", "appeals" },
	{ "complaints", "appeals_overturned" },
	{ "automated_means", "items" },
	{ "automated_means", "audited" },
	{ "automated_means", "false_positive" },
	{ "automated_means", "false_negative" },
};

static const char *
term_of(const struct term *terms, struct sv word)
{
	while (terms->word && !sv_eq_str(word, terms->word))
		terms++;
	return terms->term;
}

/* The rows of the table as it is published: what is withheld there is here. */
static int
add_table(struct figures *f, size_t at, struct lines *lines)
{
	struct table t = { NULL };
	int result = figures_table(f, view_find(sv_str(tables[at].view)), &t);

	for (size_t i = 0; !result && i < t.n_rows; i++) {
		struct sv word = t.rows[i].words[0];

		if (!tables[at].except || !sv_eq_str(word, tables[at].except))
			*VEC_ADD(&lines->list) = (struct line){
				.part = tables[at].part,
				.term = term_of(tables[at].terms, word),
				.word = word,
				.figure = t.rows[i],
			};
	}
	return result;
}

static int
read_lines(struct figures *f, struct lines *lines)
{
	struct totals t;
	int result = figures_totals(f, &t);

	for (size_t i = 0; !result && i < sizeof totals / sizeof *totals; i++)
		*VEC_ADD(&lines->list) = (struct line){
			.part = totals[i].part,
			.term = "",
			.word = sv_str(totals[i].total),
			.figure = totals_get(&t, totals[i].total),
		};
	for (size_t i = 0; !result && i < sizeof tables / sizeof *tables; i++)
		result = add_table(f, i, lines);
	return result;
}

int
export_dsa_csv(struct figures *f, struct buf *out)
{
	struct lines lines = { 0 };
	int result = read_lines(f, &lines);

	buf_add_str(out, "part,dsa_term,word,count,reporters,withheld\r\n");
	for (size_t i = 0; !result && i < lines.list.n; i++) {
		const struct line *l = &lines.list.list[i];

		buf_addf(out, "%s,%s,", l->part, l->term);
		csv_text(out, l->word);
		if (l->figure.is_withheld)
			buf_add_str(out, ",,,1\r\n");
		else
			buf_addf(out, ",%" PRIu64 ",%u,0\r\n", l->figure.count,
			         l->figure.reporters);
	}
	VEC_DONE(&lines.list);
	return result;
}

int
export_dsa_json(struct figures *f, struct buf *out)
{
	struct lines lines = { 0 };
	struct json j = json_start(out);
	int result = read_lines(f, &lines);

	json_head(&j, f);
	json_begin_array(&j, "rows");
	for (size_t i = 0; !result && i < lines.list.n; i++) {
		const struct line *l = &lines.list.list[i];

		json_begin_object(&j, NULL);
		json_text(&j, "part", l->part);
		json_text(&j, "dsa_term", l->term);
		json_str(&j, "word", l->word);
		json_figure(&j, "count", &l->figure);
		if (!l->figure.is_withheld)
			json_int(&j, "reporters", l->figure.reporters);
		json_bool(&j, "withheld", l->figure.is_withheld);
		json_end(&j);
	}
	json_end(&j);
	json_end(&j);
	buf_add_char(out, '\n');
	VEC_DONE(&lines.list);
	return result;
}
