/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The published figures. The page, the tables and the metrics all get theirs
 * here, from one snapshot, so they cannot disagree. Figures that too few
 * nodes contributed to are marked as withheld here and nowhere else.
 *
 * What is returned lives in the arena. One thread at a time.
 */
#ifndef FEEDD_FIGURES_H
#define FEEDD_FIGURES_H

#include "base/arena.h"
#include "feedd/diary.h"
#include "feedd/query.h"

enum {
	FIGURES_READ_MS = 15000,      /* reading may take this long */
	FIGURES_PROVISIONAL_MIN = 10, /* batches may still be under way */
	FIGURES_VERDICTS = 5,
};

struct figures {
	struct arena *arena;
	struct database_reader *reader;
	struct database_extent extent;
	struct query query; /* resolved */
	int64_t now_unix_ms;
	int64_t provisional_min; /* figures from here on may still grow */
	unsigned reporters_min;
	const char *const *nodes; /* those that may send, NULL-terminated */
	const char *asker;        /* the node that asks; NULL: anybody */
	struct diary diary;
};

/* One published number. */
struct figure {
	struct sv words[3];
	uint64_t count;
	unsigned reporters; /* nodes that contributed */
	bool is_withheld;   /* neither number may be shown */
};

/* Withholds figures with fewer reporters than `min`. One alone could be
 * found by subtraction from the total, so the smallest other one goes with
 * it. Figures of 0 are not withheld. */
void figures_withhold(struct figure *list, size_t n, unsigned min);

/* The two kinds of spam together; withheld when a part of it is. */
struct figure figures_spam(const struct figure verdicts[FIGURES_VERDICTS]);

/* Part of the whole in 1/100 percent, rounded; 0 of 0 is 0. */
uint64_t figures_percent_e2(uint64_t part, uint64_t whole);

/* The interval of a share k of n that holds the true one in 95 of 100 cases
 * (Wilson), in 1/100 percent; of n = 0: everything. */
struct interval {
	uint64_t low_e2, high_e2;
};
struct interval figures_wilson(uint64_t k, uint64_t n);

/* ---- totals ---- */

struct totals {
	struct figure items, recipients, bytes, cpu_us, incomplete;
	struct figure verdicts[FIGURES_VERDICTS]; /* as figures_verdicts */
	struct figure spam;                       /* two of them together */
	struct figure *all;                       /* words[0] is the name */
	size_t n_all;
	uint64_t lost, suppressed_rows, suppressed_items;
};

/* In the order in which charts stack them. */
extern const char *const figures_verdicts[FIGURES_VERDICTS];
enum {
	VERDICT_LEGITIMATE,
	VERDICT_SUSPECTED,
	VERDICT_ADVERTISING_SPAM,
	VERDICT_OTHER_ABUSE,
	VERDICT_UNKNOWN
};

/* All return 0, E_IO or E_LIMIT. */
int figures_totals(struct figures *f, struct totals *ret);
int figures_totals_in(struct figures *f, struct period period,
                      struct totals *ret);

/* Any total of the feed by its name; 0 where nobody reports it. */
struct figure totals_get(const struct totals *t, const char *name);

/* ---- tables ---- */

/* A table under a name of its own, with all or some of the dimensions of a
 * table of the feed. */
struct view {
	const char *name, *table;
	unsigned dims; /* bit d: dimension d */
	enum text title, meaning;
	bool is_of_items; /* its rows add up to the items */
};
extern const struct view views[];
extern const size_t views_count;
const struct view *view_find(struct sv name); /* or NULL */

/* The names of its dimensions; returns how many. */
size_t view_dims(const struct view *v, const char *ret_names[3]);

struct table {
	const struct view *view;
	struct figure *rows; /* `words` are packed: as many as dimensions */
	size_t n_rows, n_withheld;
};
int figures_table(struct figures *f, const struct view *v, struct table *ret);
int figures_table_in(struct figures *f, const struct view *v,
                     struct period period, struct table *ret);

/* ---- campaigns ---- */

/* Days of the period on which a campaign was first and last among the spam;
 * withheld with the count. */
struct campaign {
	struct sv word; /* its pseudonym */
	struct figure spam;
	int64_t first_min, last_min;
};
struct campaigns {
	struct campaign *list; /* the largest first, withheld ones last */
	size_t n;
};
int figures_campaigns(struct figures *f, struct campaigns *ret);

/* ---- series ---- */

/* One step. Where it is made of several days, `reporters` is what the day
 * with the most nodes has: there may be more. */
struct point {
	struct period period; /* cut at the ends of the period asked for */
	struct figure items, spam;
	struct figure verdicts[FIGURES_VERDICTS];
	/* Kept from the recipient, and complained of by one. An item may be
	 * among these, and among `spam`, at once: they are never summed. */
	struct figure blocked, reported;
	bool is_provisional;
	bool is_whole; /* not cut at an end of the period */
};
struct series {
	enum step step;
	struct point *points; /* every one, also those without items */
	size_t n;
};
int figures_series(struct figures *f, struct series *ret); /* as asked for */
int figures_series_in(struct figures *f, struct period period, enum step step,
                      struct series *ret);

/* True for actions that keep an item from its recipient. */
bool figures_is_blocking(struct sv action);

/* ---- breaks of method, and gaps ---- */

/* Something that changes figures without a change of what is counted: an
 * entry of the diary, or what nodes say of themselves. Equal changes of
 * several nodes in one step are one mark. */
struct mark {
	int64_t minute;
	struct sv kind;  /* "method", else as database_note has it */
	struct sv text;  /* of the diary; else of one node: its name */
	unsigned nodes;  /* that it is about; 0: the diary */
	unsigned number; /* over its point of the charts */
};
struct marks {
	struct mark *list; /* the oldest first */
	size_t n;
	unsigned *numbers; /* one a point of the series; 0: none */
};
int figures_marks(struct figures *f, const struct series *s, enum lang lang,
                  struct marks *ret);

/* Where figures are missing, or came about in another way than usual. */
struct gap {
	struct sv node, kind, text; /* as database_note has them */
	struct period period;
	uint64_t count;
};
struct gaps {
	struct gap *list; /* the newest first */
	size_t n;
};
int figures_gaps(struct figures *f, struct gaps *ret);

/* ---- coverage ---- */

struct coverage_node {
	struct sv name, org, domain, generator, ruleset, profile;
	/* What it stated last before the end of the period; 0: nothing. */
	uint64_t k_min, accounts, accounts_filtered, nodes_expected;
	int64_t last_unix_ms; /* 0: never */
	bool is_reporting;    /* in the period */
};
struct coverage {
	struct coverage_node *nodes;
	size_t n_nodes, n_reporting;
	/* Of the reporting nodes that state it. */
	uint64_t accounts, accounts_filtered;
	/* What organisations say they have, each once; 0: none says. */
	uint64_t nodes_expected;
};
int figures_coverage(struct figures *f, struct coverage *ret);

/* ---- each node apart ---- */

/* Spam for every 1,000 accounts and day in 1/100, of the nodes that state
 * their accounts. */
struct figure figures_per_account(const struct figures *f,
                                  const struct totals *t,
                                  const struct coverage *c);

/* One node beside the median of all that have such a rate; in 1/100. */
enum {
	RATE_SPAM_SHARE,
	RATE_SPAM_ACCOUNTS,
	RATE_COMPLAINTS,
	RATE_APPEALS,
	RATES
};
enum { RATE_NODES_MIN = 4 }; /* of fewer, a median would tell too much */
struct rate {
	bool has_own, has_median;
	uint64_t own_e2, median_e2;
	size_t nodes; /* with such a rate */
};
int figures_rates(struct figures *f, const struct coverage *c, struct sv own,
                  struct rate ret[RATES]);

#endif
