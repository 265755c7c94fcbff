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
	if (f.is_postgresql) { /* its writers wait for nobody else */
		aggregate_free(g);
		fixture_done(&f);
		return;
	}
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

static void
add_reporters(void *ctx, const struct database_sum *sum)
{
	uint64_t *n = ctx;

	*n = *n * 31 + sum->reporters;
}

/* A number that differs when the reporters of any row do. */
static uint64_t
reporters(struct fixture *f, bool by_step)
{
	struct database_query q = everything;
	struct database_reader *r;
	char why[DATABASE_TEXT] = "";
	uint64_t n = 1;

	q.table = "channel_verdict_action";
	q.dims = 3;
	q.by_step = by_step;
	q.step = LEVEL_DAY;
	ck_assert_int_eq(database_read_begin(f->database, 10000, &r, why), 0);
	ck_assert_int_eq(database_read_sums(r, &q, add_reporters, &n), 0);
	database_read_end(r);
	return n;
}

/* Two days later all steps but the block are over; then everything is. */
static void
roll_up(struct fixture *f, int days)
{
	int64_t now = (MIDNIGHT_MIN + days * 1440) * MINUTE_MS;
	char why[DATABASE_TEXT] = "";

	while (database_roll_up(f->database, now, 50, why) > 0)
		;
	ck_assert_str_eq(why, "");
}

START_TEST(rolling_up_changes_no_answer_and_late_counts_are_in_it)
{
	static struct want w;
	struct fixture f;
	unsigned random = 9;
	struct aggregate *g =
	    fixture_aggregate(&random, MIDNIGHT_MIN - 4321, 5);
	struct batch late = fixture_batch("mx1", "mx1/late", &g);
	uint64_t before[2], want;
	char why[DATABASE_TEXT] = "";

	fixture_open(&f);
	fill(&f, &w);
	before[0] = reporters(&f, false);
	before[1] = reporters(&f, true);
	roll_up(&f, 2);
	compare(&f, &w, everything.period, LEVEL_HOUR);
	roll_up(&f, 60);
	compare(&f, &w, everything.period, LEVEL_HOUR);
	ck_assert_uint_eq(reporters(&f, false), before[0]);
	ck_assert_uint_eq(reporters(&f, true), before[1]);
	/* into steps that are rolled up */
	ck_assert_int_eq(
	    database_accept(
		f.database,
		&(struct database_batch){
		    .batch = &late,
		    .digest = "d",
		    .now_unix_ms = (MIDNIGHT_MIN + 60 * 1440) * MINUTE_MS,
		},
		why),
	    DATABASE_NEW);
	want = want_sum(&w, "surface_adtype", everything.period, -1) + 5;
	ck_assert_uint_eq(count_all(&f, "surface_adtype"), want);
	roll_up(&f, 60);
	ck_assert_uint_eq(count_all(&f, "surface_adtype"), want);
	aggregate_free(g);
	for (size_t i = 0; i < AGGREGATES; i++)
		aggregate_free(w.aggregate[i]);
	fixture_done(&f);
}
END_TEST

enum { MANY = DATABASE_REPORTERS_EXACT + 8, FEW = MANY / 2 };

/* Half of the nodes yesterday in one hour, then all of them today. */
static void
fill_many(struct fixture *f, unsigned nodes, int64_t minute, char day)
{
	for (unsigned i = nodes == FEW ? 0 : nodes - FEW; i < nodes; i++) {
		unsigned random = 1;
		struct aggregate *g = fixture_aggregate(&random, minute, 4);
		char node[16], id[32];
		struct batch b;

		snprintf(node, sizeof node, "mx%u", i);
		snprintf(id, sizeof id, "%s/%c", node, day);
		b = fixture_batch(node, id, &g);
		ck_assert_int_eq(fixture_accept(f, &b, "d"), DATABASE_NEW);
		aggregate_free(g);
	}
}

static void
take_items(void *ctx, const struct database_sum *sum)
{
	if (sv_eq(sum->cells[0], SV("items")))
		*(struct database_sum *)ctx = *sum;
}

/* Asked twice of one reader, with another question between. */
static void
check_items(struct fixture *f, uint64_t items, unsigned nodes)
{
	struct database_query q = { .table = DATABASE_TOTALS,
		                    .dims = 1,
		                    .period = everything.period };
	struct database_reader *r;
	struct database_sum sum = { 0 };
	char why[DATABASE_TEXT] = "";

	ck_assert_int_eq(database_read_begin(f->database, 10000, &r, why), 0);
	for (int i = 0; i < 3; i++) {
		q.by_step = i == 1;
		q.step = LEVEL_DAY;
		ck_assert_int_eq(database_read_sums(r, &q, take_items, &sum),
		                 0);
		if (i == 1)
			continue;
		ck_assert_uint_eq(sum.count, items);
		ck_assert_uint_eq(sum.reporters, nodes);
	}
	database_read_end(r);
}

START_TEST(nodes_are_counted_once_each_whether_rolled_up_or_not)
{
	struct fixture f;

	fixture_open(&f);
	fill_many(&f, FEW, MIDNIGHT_MIN - 2000, 'a');
	check_items(&f, 4 * FEW, FEW);
	fill_many(&f, FEW, MIDNIGHT_MIN - 100, 'b');
	check_items(&f, 8 * FEW, FEW);
	roll_up(&f, 1);
	check_items(&f, 8 * FEW, FEW);
	/* others, so that there are more than are known by name */
	fill_many(&f, MANY, MIDNIGHT_MIN - 100, 'c');
	check_items(&f, 12 * FEW, MANY);
	roll_up(&f, 60);
	check_items(&f, 12 * FEW, MANY);
	fixture_done(&f);
}
END_TEST

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
	    database_purge(f.database, MIDNIGHT_MIN * MINUTE_MS, 5, 5, why), 0);
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
	    database_purge(f.database, MIDNIGHT_MIN * MINUTE_MS, 5, 5, why), 0);
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

/* ---- what waits, and what is taken back ---- */

struct noted {
	char kinds[256];
	uint64_t count;
};

static void
take_note(void *ctx, const struct database_note *note)
{
	struct noted *n = ctx;
	size_t used = strlen(n->kinds);

	snprintf(n->kinds + used, sizeof n->kinds - used, "%s" SV_FMT,
	         used ? " " : "", SV_ARG(note->kind));
	n->count += note->count;
}

static struct noted
notes(struct fixture *f)
{
	struct noted n = { "", 0 };
	struct database_reader *r;
	char why[DATABASE_TEXT] = "";

	ck_assert_int_eq(database_read_begin(f->database, 10000, &r, why), 0);
	ck_assert_int_eq(
	    database_read_notes(r, everything.period, NULL, take_note, &n), 0);
	database_read_end(r);
	return n;
}

static enum database_answer
accept_at(struct fixture *f, const struct batch *b, uint64_t hour_items,
          const struct batch *corrects)
{
	char why[DATABASE_TEXT] = "";

	return database_accept(f->database,
	                       &(struct database_batch){
				   .batch = b,
				   .digest = "d",
				   .content = SV("content"),
				   .now_unix_ms = MIDNIGHT_MIN * MINUTE_MS,
				   .hour_items = hour_items,
				   .hour_factor = 10,
				   .is_correction = corrects != NULL,
				   .corrects = corrects,
			       },
	                       why);
}

START_TEST(a_jump_waits_for_a_word_and_counts_once_it_is_given)
{
	struct fixture f;
	unsigned random = 3;
	struct aggregate *few = fixture_aggregate(&random, MIDNIGHT_MIN, 20);
	struct aggregate *many =
	    fixture_aggregate(&random, MIDNIGHT_MIN + 70, 300);
	struct batch first = fixture_batch("mx1", "mx1/0", &few);
	struct batch jump = fixture_batch("mx1", "mx1/1", &many);
	struct batch again = fixture_batch("mx1", "mx1/2", &many);
	char why[DATABASE_TEXT] = "";

	fixture_open(&f);
	ck_assert_int_eq(accept_at(&f, &first, 100, NULL), DATABASE_NEW);
	ck_assert_int_eq(accept_at(&f, &jump, 100, NULL), DATABASE_HELD);
	ck_assert_int_eq(accept_at(&f, &jump, 100, NULL), DATABASE_SEEN);
	ck_assert_uint_eq(count_all(&f, "surface_adtype"), 20);
	ck_assert_int_eq(database_review(f.database, jump.node, jump.id, &jump,
	                                 MIDNIGHT_MIN * MINUTE_MS, why),
	                 DATABASE_NEW);
	ck_assert_int_eq(database_review(f.database, jump.node, jump.id, &jump,
	                                 MIDNIGHT_MIN * MINUTE_MS, why),
	                 DATABASE_UNKNOWN);
	ck_assert_uint_eq(count_all(&f, "surface_adtype"), 320);
	/* now it is nothing new */
	ck_assert_int_eq(accept_at(&f, &again, 100, NULL), DATABASE_NEW);
	ck_assert_uint_eq(count_all(&f, "surface_adtype"), 620);
	ck_assert_str_eq(notes(&f).kinds, "first silent held confirmed");
	aggregate_free(few);
	aggregate_free(many);
	fixture_done(&f);
}
END_TEST

START_TEST(what_is_dropped_never_counts)
{
	struct fixture f;
	unsigned random = 3;
	struct aggregate *g = fixture_aggregate(&random, MIDNIGHT_MIN, 300);
	struct batch b = fixture_batch("mx1", "mx1/0", &g);
	char why[DATABASE_TEXT] = "";

	fixture_open(&f);
	ck_assert_int_eq(accept_at(&f, &b, 100, NULL), DATABASE_HELD);
	ck_assert_int_eq(database_review(f.database, b.node, b.id, NULL,
	                                 MIDNIGHT_MIN * MINUTE_MS, why),
	                 DATABASE_NEW);
	ck_assert_int_eq(accept_at(&f, &b, 100, NULL), DATABASE_SEEN);
	ck_assert_uint_eq(count_all(&f, "surface_adtype"), 0);
	ck_assert_str_eq(notes(&f).kinds, "first held rejected");
	aggregate_free(g);
	fixture_done(&f);
}
END_TEST

START_TEST(a_correction_takes_the_counts_of_another_batch_back)
{
	struct fixture f;
	unsigned random = 3;
	struct aggregate *wrong = fixture_aggregate(&random, MIDNIGHT_MIN, 30);
	struct aggregate *right =
	    fixture_aggregate(&random, MIDNIGHT_MIN + 1, 7);
	struct batch a = fixture_batch("mx1", "mx1/0", &wrong);
	struct batch b = fixture_batch("mx1", "mx1/1", &right);
	struct batch c = fixture_batch("mx1", "mx1/2", &right);
	struct buf content = BUF_INIT(100);
	char why[DATABASE_TEXT] = "";

	fixture_open(&f);
	ck_assert_int_eq(accept_at(&f, &a, 100, NULL), DATABASE_NEW);
	ck_assert_int_eq(
	    database_content(f.database, a.node, a.id, &content, why), 0);
	ck_assert_str_eq(buf_str(&content), "content");
	ck_assert_int_eq(accept_at(&f, &b, 100, &a), DATABASE_NEW);
	ck_assert_int_eq(accept_at(&f, &b, 100, &a), DATABASE_SEEN);
	for (size_t t = 0; t < 3; t++)
		ck_assert_uint_eq(count_all(&f, aggregate_tables[t].name), 7);
	/* once is enough */
	ck_assert_int_eq(accept_at(&f, &c, 100, &a), DATABASE_UNKNOWN);
	ck_assert_int_eq(
	    database_content(f.database, a.node, a.id, &content, why),
	    E_UNKNOWN);
	ck_assert_str_eq(notes(&f).kinds, "first corrected");
	buf_done(&content);
	aggregate_free(wrong);
	aggregate_free(right);
	fixture_done(&f);
}
END_TEST

UNIT_MAIN("database", rolling_up_changes_no_answer_and_late_counts_are_in_it,
          nodes_are_counted_once_each_whether_rolled_up_or_not,
          a_jump_waits_for_a_word_and_counts_once_it_is_given,
          what_is_dropped_never_counts,
          a_correction_takes_the_counts_of_another_batch_back,
          a_batch_counts_once_however_often_it_comes,
          another_content_under_a_known_id_changes_nothing,
          a_locked_database_refuses_and_later_takes_the_same_batch,
          sums_are_exact_over_any_period_before_and_after_the_roll_up,
          late_counts_for_purged_minutes_still_reach_hours_and_days,
          what_was_accepted_is_there_after_opening_again,
          a_database_that_cannot_be_opened_says_which)
