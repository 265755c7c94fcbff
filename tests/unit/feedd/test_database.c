/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include <sqlite3.h>

#include "feedd/figures.h"
#include "fixture.h"

enum { AGGREGATES = 3000, DAYS = 20, NODES = 3 };

static const struct database_query everything = {
	.table = "verdict",
	.period = { 0, 2 * MIDNIGHT_MIN },
};

static uint64_t
count_all(struct fixture *f, const char *table)
{
	struct database_query q = everything;

	q.table = table;
	return fixture_sum(f, &q);
}

START_TEST(a_batch_counts_once_however_often_it_comes)
{
	struct fixture f;
	unsigned random = 1;
	struct aggregate *g = fixture_aggregate(&random, MIDNIGHT_MIN, 50);
	struct batch b = fixture_batch("mx1", "mx1/0", &g);

	fixture_open(&f);
	ck_assert_int_eq(fixture_accept(&f, &b, "d1"), DATABASE_NEW);
	for (int i = 0; i < 5; i++)
		ck_assert_int_eq(fixture_accept(&f, &b, "d1"), DATABASE_SEEN);
	ck_assert_uint_eq(count_all(&f, "surface_adtype"), 50);
	aggregate_free(g);
	fixture_done(&f);
}
END_TEST

START_TEST(another_content_under_a_known_id_changes_nothing)
{
	struct fixture f;
	unsigned random = 1;
	struct aggregate *g = fixture_aggregate(&random, MIDNIGHT_MIN, 50);
	struct batch b = fixture_batch("mx1", "mx1/0", &g);

	fixture_open(&f);
	ck_assert_int_eq(fixture_accept(&f, &b, "d1"), DATABASE_NEW);
	ck_assert_int_eq(fixture_accept(&f, &b, "d2"), DATABASE_CONFLICT);
	ck_assert_uint_eq(count_all(&f, "surface_adtype"), 50);
	/* ids belong to a node */
	b.node = SV("mx2");
	ck_assert_int_eq(fixture_accept(&f, &b, "d2"), DATABASE_NEW);
	ck_assert_uint_eq(count_all(&f, "surface_adtype"), 100);
	aggregate_free(g);
	fixture_done(&f);
}
END_TEST

START_TEST(a_locked_database_refuses_and_later_takes_the_same_batch)
{
	struct fixture f;
	unsigned random = 1;
	struct aggregate *g = fixture_aggregate(&random, MIDNIGHT_MIN, 9);
	struct batch b = fixture_batch("mx1", "mx1/0", &g);
	sqlite3 *other;

	fixture_open(&f);
	ck_assert_int_eq(sqlite3_open(f.path, &other), SQLITE_OK);
	ck_assert_int_eq(
	    sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL),
	    SQLITE_OK);
	ck_assert_int_eq(fixture_accept(&f, &b, "d1"), DATABASE_UNAVAILABLE);
	ck_assert_uint_eq(count_all(&f, "surface_adtype"), 0);
	sqlite3_close(other);
	ck_assert_int_eq(fixture_accept(&f, &b, "d1"), DATABASE_NEW);
	ck_assert_uint_eq(count_all(&f, "surface_adtype"), 9);
	aggregate_free(g);
	fixture_done(&f);
}
END_TEST

/* What the database must say, kept as plain arrays. */
struct want {
	int64_t minute[AGGREGATES];
	unsigned node[AGGREGATES];
	struct aggregate *aggregate[AGGREGATES];
};

static void
fill(struct fixture *f, struct want *w)
{
	unsigned random = 1232;

	for (size_t i = 0; i < AGGREGATES; i++) {
		char node[16], id[32];
		struct batch b;

		w->minute[i] = MIDNIGHT_MIN - DAYS * 1440 +
		               fixture_random(&random, DAYS * 1440);
		w->node[i] = fixture_random(&random, NODES);
		w->aggregate[i] = fixture_aggregate(
		    &random, w->minute[i], 1 + fixture_random(&random, 9));
		snprintf(node, sizeof node, "mx%u", w->node[i]);
		snprintf(id, sizeof id, "%s/%zu", node, i);
		b = fixture_batch(node, id, &w->aggregate[i]);
		ck_assert_int_eq(fixture_accept(f, &b, "d"), DATABASE_NEW);
	}
}

static void
add_row(void *ctx, const struct sv *cells, uint64_t count)
{
	(void)cells;
	*(uint64_t *)ctx += count;
}

/* The plain sum of a table (or of a total), of a node or all. */
static uint64_t
want_sum(const struct want *w, const char *table, struct period p, int node)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < AGGREGATES; i++) {
		if (w->minute[i] < p.begin_min || w->minute[i] >= p.end_min ||
		    (node >= 0 && (int)w->node[i] != node))
			continue;
		for (size_t t = 0; t < aggregate_tables_count(); t++)
			if (strcmp(aggregate_tables[t].name, table) == 0)
				aggregate_rows(w->aggregate[i], t, add_row,
				               &sum);
		for (size_t t = 0; strcmp(table, DATABASE_TOTALS) == 0 &&
		                   t < aggregate_totals_count();
		     t++)
			sum += aggregate_total(w->aggregate[i], t);
	}
	return sum;
}

/* In steps of every level from `finest` on. */
static void
compare(struct fixture *f, const struct want *w, struct period p,
        enum level finest)
{
	static const char *const tables[] = { DATABASE_TOTALS,
		                              "channel_verdict_action",
		                              "category_channel", "rule" };

	for (size_t t = 0; t < sizeof tables / sizeof *tables; t++) {
		struct database_query q = { .table = tables[t], .period = p };

		for (unsigned dims = 0; dims < 8; dims += 7)
			for (int step = -1; step < LEVEL_STEPS; step++) {
				q.dims = dims;
				q.by_step = step >= 0;
				q.step = step >= 0 ? step : LEVEL_MINUTE;
				if (step >= 0 && step < (int)finest)
					continue;
				q.node = NULL;
				ck_assert_uint_eq(
				    fixture_sum(f, &q),
				    want_sum(w, tables[t], p, -1));
				q.node = "mx1";
				ck_assert_uint_eq(fixture_sum(f, &q),
				                  want_sum(w, tables[t], p, 1));
			}
	}
}

START_TEST(sums_are_exact_over_any_period_before_and_after_the_roll_up)
{
	static struct want w;
	struct fixture f;
	unsigned random = 7;
	char why[DATABASE_TEXT] = "";

	fixture_open(&f);
	fill(&f, &w);
	compare(&f, &w, everything.period, LEVEL_HOUR);
	for (int i = 0; i < 10; i++) {
		int64_t begin = MIDNIGHT_MIN - fixture_random(&random, 28800);
		int64_t length = 1 + fixture_random(&random, 9000);

		compare(&f, &w, (struct period){ begin, begin + length },
		        LEVEL_MINUTE);
	}
	ck_assert_int_eq(
	    database_purge(f.database, MIDNIGHT_MIN * MINUTE_MS, 5, why), 0);
	compare(&f, &w, everything.period, LEVEL_HOUR);
	for (int i = 0; i < 10; i++) {
		int64_t begin = MIDNIGHT_MIN - DAYS * 1440 +
		                60 * fixture_random(&random, 400);

		compare(&f, &w,
		        (struct period){ begin, begin + 60 + 60 * i * i },
		        LEVEL_HOUR);
	}
	for (size_t i = 0; i < AGGREGATES; i++)
		aggregate_free(w.aggregate[i]);
	fixture_done(&f);
}
END_TEST

static void
count_minutes(void *ctx, const struct database_sum *sum)
{
	(void)sum;
	++*(unsigned *)ctx;
}

START_TEST(late_counts_for_purged_minutes_still_reach_hours_and_days)
{
	struct fixture f;
	unsigned random = 3, minutes = 0;
	int64_t old = MIDNIGHT_MIN - 10 * 1440 + 61;
	struct aggregate *g = fixture_aggregate(&random, old, 20);
	struct batch b = fixture_batch("mx1", "mx1/late", &g);
	struct database_reader *r;
	char why[DATABASE_TEXT] = "";
	struct database_query q = { .table = "surface_adtype",
		                    .period = { old, old + 1 },
		                    .by_step = true,
		                    .step = LEVEL_MINUTE };

	fixture_open(&f);
	ck_assert_int_eq(
	    database_purge(f.database, MIDNIGHT_MIN * MINUTE_MS, 5, why), 0);
	ck_assert_int_eq(fixture_accept(&f, &b, "d"), DATABASE_NEW);
	ck_assert_uint_eq(count_all(&f, "surface_adtype"), 20);
	ck_assert_int_eq(database_read_begin(f.database, 10000, &r, why), 0);
	ck_assert_int_eq(database_read_sums(r, &q, count_minutes, &minutes), 0);
	ck_assert_uint_eq(minutes, 0);
	database_read_end(r);
	aggregate_free(g);
	fixture_done(&f);
}
END_TEST

START_TEST(what_was_accepted_is_there_after_opening_again)
{
	struct fixture f;
	unsigned random = 4;
	struct aggregate *g = fixture_aggregate(&random, MIDNIGHT_MIN, 8);
	struct batch b = fixture_batch("mx1", "mx1/0", &g);
	char why[DATABASE_TEXT] = "";

	fixture_open(&f);
	ck_assert_int_eq(fixture_accept(&f, &b, "d"), DATABASE_NEW);
	database_close(f.database);
	ck_assert_int_eq(database_open(f.path, &f.database, why), 0);
	ck_assert_int_eq(fixture_accept(&f, &b, "d"), DATABASE_SEEN);
	ck_assert_uint_eq(count_all(&f, "surface_adtype"), 8);
	aggregate_free(g);
	fixture_done(&f);
}
END_TEST

START_TEST(a_database_that_cannot_be_opened_says_which)
{
	struct database *s = NULL;
	char why[DATABASE_TEXT] = "";

	ck_assert_int_ne(database_open("/nowhere/at/all.db", &s, why), 0);
	ck_assert_ptr_null(s);
	ck_assert_ptr_nonnull(strstr(why, "/nowhere/at/all.db"));
}
END_TEST

UNIT_MAIN("database", a_batch_counts_once_however_often_it_comes,
          another_content_under_a_known_id_changes_nothing,
          a_locked_database_refuses_and_later_takes_the_same_batch,
          sums_are_exact_over_any_period_before_and_after_the_roll_up,
          late_counts_for_purged_minutes_still_reach_hours_and_days,
          what_was_accepted_is_there_after_opening_again,
          a_database_that_cannot_be_opened_says_which)
