/* SPDX-License-Identifier: Apache-2.0 */
/* Files of older versions, made from one of ours by taking away what came
 * later. */
#include "../unit.h"

#include <sqlite3.h>

#include "feedd/figures.h"
#include "fixture.h"

enum { BATCHES = 12, ITEMS = 25 };

static const char to_2[] = "DROP TABLE coverage;"
			   "DELETE FROM total WHERE cell IN"
			   " (SELECT id FROM cell WHERE a = 'accounted_spam');"
			   "DELETE FROM total_all WHERE cell IN"
			   " (SELECT id FROM cell WHERE a = 'accounted_spam');"
			   "DELETE FROM cell WHERE a = 'accounted_spam';"
			   "UPDATE meta SET value = 2 WHERE key = 'version'";
static const char to_1[] =
    "CREATE TABLE old (level INTEGER, tab INTEGER, start INTEGER,"
    " cell INTEGER, node INTEGER, n INTEGER NOT NULL,"
    " PRIMARY KEY (level, tab, start, cell, node)) WITHOUT ROWID;"
    "INSERT INTO old SELECT level, tab, start, cell, node, n FROM total;"
    "DROP TABLE total; ALTER TABLE old RENAME TO total;"
    "DROP TABLE step; DROP TABLE late; DROP TABLE total_all;"
    "DROP TABLE note; DROP INDEX batch_held;"
    "ALTER TABLE node DROP COLUMN sector;"
    "ALTER TABLE node DROP COLUMN accounts_filtered;"
    "ALTER TABLE node DROP COLUMN nodes_expected;"
    "ALTER TABLE node DROP COLUMN last_min;"
    "ALTER TABLE node DROP COLUMN clock_ms;"
    "ALTER TABLE batch DROP COLUMN state;"
    "ALTER TABLE batch DROP COLUMN items;"
    "ALTER TABLE batch DROP COLUMN begin_min;"
    "ALTER TABLE batch DROP COLUMN end_min;"
    "ALTER TABLE batch DROP COLUMN content;"
    "DELETE FROM meta WHERE key = 'version'";

static void
run_sql(const char *path, const char *text)
{
	char *why = NULL;
	sqlite3 *db;

	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	ck_assert_msg(sqlite3_exec(db, text, NULL, NULL, &why) == SQLITE_OK,
	              "%s", why);
	sqlite3_close(db);
}

/* The sums of everything, by table, but for the total that version 3 adds. */
enum { SUMS = 32 };

static void
read_sums(struct fixture *f, uint64_t sums[SUMS])
{
	struct database_query q = { .period = { 0, 2 * MIDNIGHT_MIN } };

	memset(sums, 0, SUMS * sizeof *sums);
	for (size_t t = 0; t < aggregate_tables_count() && t < SUMS; t++) {
		q.table = aggregate_tables[t].name;
		sums[t] = fixture_sum(f, &q);
	}
}

static void
take_accounted(void *ctx, const struct database_sum *sum)
{
	uint64_t *spam = ctx;

	if (sv_eq(sum->cells[0], SV("accounted_spam")))
		spam[0] += sum->count;
	if (sv_eq(sum->cells[0], SV("advertising_spam")) ||
	    sv_eq(sum->cells[0], SV("other_abuse")))
		spam[1] += sum->count;
}

static void
take_node(void *ctx, const struct database_node *node)
{
	*(uint64_t *)ctx += node->accounts;
}

static void
fill(struct fixture *f)
{
	unsigned random = 5;

	for (unsigned i = 0; i < BATCHES; i++) {
		struct aggregate *g = fixture_aggregate(
		    &random, MIDNIGHT_MIN - 1 - 700 * (int64_t)i, ITEMS);
		char id[32];
		struct batch b;

		snprintf(id, sizeof id, "mx1/%u", i);
		b = fixture_batch("mx1", id, &g);
		b.accounts = 50;
		ck_assert_int_eq(fixture_accept(f, &b, "d"), DATABASE_NEW);
		aggregate_free(g);
	}
}

static void
roll_up(struct fixture *f)
{
	char why[DATABASE_TEXT];

	while (database_roll_up(f->database, (MIDNIGHT_MIN + 90000) * MINUTE_MS,
	                        100, why) > 0)
		;
}

static void
check_old(int version)
{
	uint64_t before[SUMS], after[SUMS], spam[2] = { 0 }, accounts = 0;
	const struct database_query totals = { .table = DATABASE_TOTALS,
		                               .dims = 1,
		                               .period = { 0,
		                                           2 * MIDNIGHT_MIN } };
	char why[DATABASE_TEXT] = "", copy[560];
	struct database_reader *r;
	struct fixture f;
	unsigned random = 9;
	struct aggregate *g = fixture_aggregate(&random, MIDNIGHT_MIN, 3);
	struct batch b = fixture_batch("mx1", "mx1/0", &g);

	fixture_open(&f);
	if (f.is_postgresql)
		goto done; /* the ways back are in the words of SQLite */
	fill(&f);
	roll_up(&f);
	read_sums(&f, before);
	database_close(f.database);
	run_sql(f.path, to_2);
	if (version == 1)
		run_sql(f.path, to_1);

	ck_assert_msg(database_open(f.path, &f.database, why) == 0, "%s", why);
	read_sums(&f, after);
	ck_assert_mem_eq(before, after, sizeof before);
	ck_assert_int_eq(database_read_begin(f.database, 10000, &r, why), 0);
	database_read_sums(r, &totals, take_accounted, spam);
	database_read_nodes(r, totals.period, take_node, &accounts);
	database_read_end(r);
	ck_assert_uint_gt(spam[0], 0);
	ck_assert_uint_eq(spam[0], spam[1]);
	ck_assert_uint_eq(accounts, 50);
	/* what was counted is still known, and new batches are taken */
	ck_assert_int_eq(fixture_accept(&f, &b, "d"), DATABASE_SEEN);
	b.id = SV("mx1/new");
	ck_assert_int_eq(fixture_accept(&f, &b, "e"), DATABASE_NEW);
	snprintf(copy, sizeof copy, "%s.v%d", f.path, version);
	ck_assert_int_eq(access(copy, F_OK), 0);
	unlink(copy);
done:
	aggregate_free(g);
	fixture_done(&f);
}

START_TEST(a_file_of_version_1_keeps_all_its_counts)
{
	check_old(1);
}
END_TEST

START_TEST(a_file_of_version_2_keeps_all_its_counts)
{
	check_old(2);
}
END_TEST

START_TEST(a_migration_that_fails_changes_nothing)
{
	char why[DATABASE_TEXT] = "", copy[560];
	uint64_t before[SUMS], after[SUMS];
	struct fixture f;

	fixture_open(&f);
	if (f.is_postgresql) {
		fixture_done(&f);
		return;
	}
	fill(&f);
	read_sums(&f, before);
	database_close(f.database);
	run_sql(f.path, to_2);
	/* in the way of one of the last statements */
	run_sql(f.path, "CREATE TRIGGER no BEFORE UPDATE ON meta BEGIN"
	                " SELECT RAISE(ABORT, 'no room'); END");
	ck_assert_int_eq(database_open(f.path, &f.database, why), E_IO);
	ck_assert_ptr_nonnull(strstr(why, "no room"));
	/* "coverage" is not there, or the second try would fail */
	run_sql(f.path, "DROP TRIGGER no");
	ck_assert_int_eq(database_open(f.path, &f.database, why), 0);
	read_sums(&f, after);
	ck_assert_mem_eq(before, after, sizeof before);
	snprintf(copy, sizeof copy, "%s.v2", f.path);
	ck_assert_int_eq(unlink(copy), 0);
	fixture_done(&f);
}
END_TEST

START_TEST(a_file_of_a_newer_version_is_left_alone)
{
	char why[DATABASE_TEXT] = "";
	struct database *s = NULL;
	struct fixture f;

	fixture_open(&f);
	if (!f.is_postgresql) {
		run_sql(f.path, "UPDATE meta SET value = 99"
		                " WHERE key = 'version'");
		ck_assert_int_eq(database_open(f.path, &s, why), E_IO);
		ck_assert_str_eq(why, "made by a newer version of tamis-feedd");
	}
	fixture_done(&f);
}
END_TEST

UNIT_MAIN("migrate", a_file_of_version_1_keeps_all_its_counts,
          a_file_of_version_2_keeps_all_its_counts,
          a_migration_that_fails_changes_nothing,
          a_file_of_a_newer_version_is_left_alone)
