/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a reader asks for: the parameters from, to, node, step and lang, which
 * every page, table and series takes in the same way.
 */
#ifndef FEEDD_QUERY_H
#define FEEDD_QUERY_H

#include "feedd/database.h"

enum { QUERY_WHY = 160, QUERY_STEPS_MAX = 3000, QUERY_COLUMNS_MAX = 120 };

struct query {
	bool has_begin, has_end, has_step;
	struct period period;
	enum step step;
	const char *node; /* NULL: all */
	const char *lang; /* NULL: as the browser asks */
};

/* Takes one parameter; `value` must outlive the query. False with the reason
 * when it is not known or makes no sense. */
bool query_set(struct query *q, const char *name, const char *value,
               char why[QUERY_WHY]);

/* Fills in what was not asked for (everything there is, up to now, in steps
 * that make a readable chart) and rounds the period outwards to what is kept.
 * False with the reason when that cannot be answered. */
bool query_resolve(struct query *q, const struct database_extent *extent,
                   int64_t now_unix_ms, char why[QUERY_WHY]);

/* The finest step that gives at most QUERY_COLUMNS_MAX columns, and is not
 * finer than what was asked for or chosen. */
enum step query_columns(const struct query *q);

/* How many steps the period touches, counted up to QUERY_STEPS_MAX + 1. */
size_t query_steps(const struct query *q);

#endif
