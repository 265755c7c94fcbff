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

/* Part of the whole in 1/100 percent, rounded; 0 of 0 is 0. */
uint64_t figures_percent_e2(uint64_t part, uint64_t whole);

/* ---- totals ---- */

struct totals {
	struct figure items, recipients, bytes, cpu_us, incomplete;
	struct figure verdicts[FIGURES_VERDICTS]; /* as figures_verdicts */
	struct figure spam;                       /* two of them together */
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

/* ---- tables ---- */

/* A table under a name of its own, with all or some of the dimensions of a
 * table of the feed. */
struct view {
	const char *name, *table;
	unsigned dims; /* bit d: dimension d */
	const char *title, *meaning;
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

/* ---- series ---- */

struct step {
	struct period period; /* cut at the ends of the period asked for */
	struct figure items, spam;
	struct figure verdicts[FIGURES_VERDICTS];
	bool is_provisional;
};
struct series {
	struct step *steps; /* every one, also those without items */
	size_t n;
};
int figures_series(struct figures *f, struct series *ret);

/* ---- coverage ---- */

struct coverage_node {
	struct sv name, org, domain, generator, ruleset, profile;
	uint64_t k_min, accounts;
	int64_t last_unix_ms; /* 0: never */
	bool is_reporting;    /* in the period */
};
struct coverage {
	struct coverage_node *nodes;
	size_t n_nodes, n_reporting;
	uint64_t accounts; /* of the reporting nodes that state it */
};
int figures_coverage(struct figures *f, struct coverage *ret);

#endif
