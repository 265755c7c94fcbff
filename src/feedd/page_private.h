/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the pages share. */
#ifndef FEEDD_PAGE_PRIVATE_H
#define FEEDD_PAGE_PRIVATE_H

#include "feedd/chart.h"
#include "feedd/html.h"
#include "feedd/page.h"

struct page {
	struct figures *f;
	struct buf *out;
	const struct page_site *site;
	const struct page_kind *kind;
	enum lang lang;
	struct totals totals;
	struct coverage coverage;
	/* At most QUERY_COLUMNS_MAX points, and their marks; only of kinds that
	 * have a series. */
	struct series series;
	struct marks marks;
	/* The period of the same length before this one, and the one a year
	 * before; `has_` where there is data from its beginning. */
	struct period before, year_before;
	bool has_before, has_year_before;
	const char *query; /* of links to the same period and node, escaped */
	unsigned sections; /* so far: makes ids */
	unsigned charts;
	int level; /* of the headings of sections: 2 or, in the report, 3 */
};

struct page_kind {
	const char *path;
	enum text name; /* in the navigation, and the heading */
	enum text lead; /* what the page is about */
	int (*body)(struct page *p);
	bool is_in_menu, is_in_report;
	bool is_timeless; /* shows nothing of a period */
	bool has_series;
};
extern const struct page_kind page_kinds[];
extern const size_t page_kinds_count;

/* ---- page.c: text ---- */

void put(struct page *p, const char *html);
void say(struct page *p, enum text text);

/* With {1}, {2} ... replaced by HTML. */
void say_html(struct page *p, enum text text, const char *const *args,
              size_t n);
#define SAY(p, text, ...)                                                      \
	say_html((p), (text), (const char *[]){ __VA_ARGS__ },                 \
	         sizeof(const char *[]){ __VA_ARGS__ } / sizeof(const char *))

const char *said(struct page *p, enum text text, const char *const *args,
                 size_t n);
#define SAID(p, text, ...)                                                     \
	said((p), (text), (const char *[]){ __VA_ARGS__ },                     \
	     sizeof(const char *[]){ __VA_ARGS__ } / sizeof(const char *))

/* Pieces of HTML for these; they live as long as the figures. */
const char *as_text(struct page *p, struct sv text);
const char *as_word(struct page *p, struct sv word);
const char *as_count(struct page *p, uint64_t n);
const char *as_figure(struct page *p, const struct figure *f);
const char *as_percent(struct page *p, const struct figure *part,
                       const struct figure *whole);
const char *as_growth(struct page *p, const struct figure *from,
                      const struct figure *to);
const char *as_decimal(struct page *p, uint64_t e2);
const char *as_points(struct page *p, uint64_t e1); /* of percent */
/* A country with its code; the name of a word where it is none. */
const char *as_country(struct page *p, struct sv code);
const char *as_date(struct page *p, int64_t minute);
const char *as_time(struct page *p, int64_t minute);

/* An address on this site with the period, node and language of the page. */
void put_link(struct page *p, const char *path, const char *text);

/* A field of a form that nobody sees; none where `value` is NULL. */
void put_hidden(struct page *p, const char *name, const char *value);

/* ---- page_parts.c ---- */

/* A section with a heading and a line of what it shows (TEXTS: none). */
void begin_section(struct page *p, enum text heading, enum text meaning);
void end_section(struct page *p);
void put_note(struct page *p, enum text text);

/* "Download: CSV JSON" for tables of views, or for any address. */
void put_table_downloads(struct page *p, const char *view);
void put_downloads(struct page *p, const char *base);

/* A table: its caption, then the heads of its columns, TEXTS at the end; the
 * last `n_numbers` are over numbers. */
void begin_table(struct page *p, const char *class_name, enum text caption,
                 const unsigned *heads, size_t n_numbers);
void end_table(struct page *p);
#define HEADS(...) ((const unsigned[]){ __VA_ARGS__, TEXTS })
/* Added to a head: its column is left out on a phone; is of numbers. */
enum { HEAD_WIDE = 1 << 16, HEAD_NUMBER = 1 << 17 };

/* A number with a name; below it notes, which are HTML, and left out where
 * they are NULL. */
void begin_keys(struct page *p);
void put_key(struct page *p, enum text name, const char *value,
             const char *note, const char *note_2, const char *note_3);
void end_keys(struct page *p);

/* Counts by one word of a table, this period's beside those before. */
struct ranked {
	struct sv word;
	struct figure now, before;
	size_t rank, rank_before; /* from 1; 0: not there */
};
struct ranking {
	struct ranked *rows; /* the most frequent first, withheld ones last */
	size_t n, n_withheld;
	struct figure whole, whole_before, excepted;
	bool has_before;
};

/* Sums rows of a view by its dimension `key`; only those that `wanted` takes
 * (NULL: all). The word `except` (or NULL) is kept out of ranks and of the
 * whole. E_IO, E_LIMIT. */
int rank_rows(struct page *p, const char *view, size_t key,
              bool (*wanted)(const struct figure *row), const char *except,
              struct ranking *ret);
bool is_spam_row(const struct figure *row); /* one of its words is spam */

struct ranking_look {
	enum text caption, column, unit;
	const char *except;     /* a row that would dwarf the others, or NULL */
	const char *class_name; /* of the bars; NULL: plain */
	size_t max;
	const char *(*name)(struct page *p, struct sv word); /* NULL: as_word */
};
void put_ranking(struct page *p, const struct ranking *r,
                 const struct ranking_look *look);

/* A section with a ranking of a view. */
int put_ranked_section(struct page *p, enum text heading, enum text meaning,
                       const char *view, size_t key,
                       bool (*wanted)(const struct figure *row),
                       struct ranking_look look);

/* Blocked, detected and reported as three lines. */
void put_three_series(struct page *p);
void put_items_chart(struct page *p);
void put_share_chart(struct page *p);
void put_series_table(struct page *p);
void put_marks(struct page *p); /* what the numbers over the charts mean */

/* ---- bodies ---- */

int page_overview(struct page *p);
int page_trends(struct page *p);
int page_types(struct page *p);
int page_sources(struct page *p);
int page_routes(struct page *p);
int page_complaints(struct page *p);
int page_campaigns(struct page *p);
int page_quality(struct page *p);
int page_cost(struct page *p);
int page_diary(struct page *p);
int page_coverage(struct page *p);
int page_data(struct page *p);
int page_own(struct page *p);
int page_sign_in(struct page *p);
int page_report(struct page *p);
int page_codebook(struct page *p);

#endif
