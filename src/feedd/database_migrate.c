/* SPDX-License-Identifier: Apache-2.0 */
/* From one version of the schema to the next. */
#include <stdio.h>
#include <unistd.h>

#include "feedd/database_private.h"

#define OF_ACCOUNTS                                                            \
	"WHERE total.level > 0 AND total.n <> 0 AND total.cell IN (SELECT"     \
	" made.id FROM cell made WHERE made.a = 'accounted_spam')"

/* Statements in the order of their versions: those of `to` are for tables of
 * the version before. "@own": the table `total` as the backend has it. */
static const struct {
	int64_t to;
	const char *text;
} steps[] = {
	/* rows of a node lie together; nodes, batches and steps know more */
	{ 2, "ALTER TABLE total RENAME TO total_1" },
	{ 2, "@own" },
	{ 2, "INSERT INTO total (level, tab, node, start, cell, n)"
	     " SELECT level, tab, node, start, cell, n FROM total_1" },
	{ 2, "DROP TABLE total_1" },
	{ 2, "ALTER TABLE node ADD COLUMN sector TEXT" },
	{ 2, "ALTER TABLE node ADD COLUMN accounts_filtered BIGINT" },
	{ 2, "ALTER TABLE node ADD COLUMN nodes_expected BIGINT" },
	{ 2, "ALTER TABLE node ADD COLUMN last_min BIGINT" },
	{ 2, "ALTER TABLE node ADD COLUMN clock_ms BIGINT" },
	{ 2, "UPDATE node SET clock_ms = 0, last_min = COALESCE((SELECT"
	     " MAX(start) FROM total WHERE level = 1 AND total.node = node.id),"
	     " 0)" },
	{ 2, "ALTER TABLE batch ADD COLUMN state BIGINT NOT NULL DEFAULT 0" },
	{ 2, "ALTER TABLE batch ADD COLUMN items BIGINT" },
	{ 2, "ALTER TABLE batch ADD COLUMN begin_min BIGINT" },
	{ 2, "ALTER TABLE batch ADD COLUMN end_min BIGINT" },
	{ 2, "ALTER TABLE batch ADD COLUMN content @bytes" },
	{ 2, "CREATE INDEX batch_held ON batch (received_ms) WHERE state = 1" },
	{ 2, "CREATE TABLE step (level BIGINT, start BIGINT, is_rolled BIGINT,"
	     " PRIMARY KEY (level, start)) @keyed" },
	{ 2, "INSERT INTO step SELECT DISTINCT level, start, 0 FROM total" },
	{ 2, "CREATE TABLE late (id @id, level BIGINT, start BIGINT)" },
	{ 2, "CREATE INDEX late_step ON late (level, start)" },
	{ 2, "CREATE TABLE total_all (level BIGINT, start BIGINT, tab BIGINT,"
	     " cell BIGINT, node BIGINT, n BIGINT, reporters BIGINT,"
	     " PRIMARY KEY (level, start, tab, cell, node)) @keyed" },
	{ 2, "CREATE TABLE note (id @id, node BIGINT, kind @text, detail @text,"
	     " begin_min BIGINT, end_min BIGINT, n BIGINT, at_ms BIGINT)" },
	{ 2, "CREATE INDEX note_end ON note (end_min)" },
	{ 2, "INSERT INTO meta VALUES ('version', 2)" },

	/* accounts have a history; spam of nodes that state them is a total */
	{ 3, DATABASE_COVERAGE_TABLE },
	{ 3, "INSERT INTO coverage SELECT id, 0, accounts,"
	     " COALESCE(accounts_filtered, 0), COALESCE(nodes_expected, 0)"
	     " FROM node" },
	{ 3, "INSERT INTO cell (tab, a, b, c) SELECT 'totals',"
	     " 'accounted_spam', '', '' WHERE EXISTS (SELECT 1 FROM cell"
	     " WHERE tab = 'totals') ON CONFLICT DO NOTHING" },
	{ 3, "INSERT INTO total (level, tab, node, start, cell, n) SELECT"
	     " total.level, total.tab, total.node, total.start, made.id,"
	     " SUM(total.n) FROM total JOIN cell ON cell.id = total.cell"
	     " JOIN cell made ON made.tab = 'totals' AND made.a ="
	     " 'accounted_spam' JOIN node ON node.id = total.node WHERE"
	     " cell.tab = 'totals' AND cell.a IN ('advertising_spam',"
	     " 'other_abuse') AND node.accounts > 0 GROUP BY total.level,"
	     " total.tab, total.node, total.start, made.id" },
	/* as database_roll_up() does it, with DATABASE_REPORTERS_EXACT */
	{ 3, "INSERT INTO total_all SELECT total.level, total.start, total.tab,"
	     " cell, 0, SUM(n), COUNT(*) FROM total " OF_ACCOUNTS
	     " GROUP BY total.level, total.start, total.tab, cell"
	     " HAVING COUNT(*) > 32" },
	{ 3, "INSERT INTO total_all SELECT total.level, total.start, total.tab,"
	     " cell, total.node, n, 1 FROM total " OF_ACCOUNTS
	     " AND NOT EXISTS (SELECT 1 FROM total_all x WHERE x.level ="
	     " total.level AND x.start = total.start AND x.tab = total.tab"
	     " AND x.cell = total.cell AND x.node = 0)" },
	{ 3, "UPDATE meta SET value = 3 WHERE key = 'version'" },
};

static int
fail(const struct database_backend *b, struct sql *c, char why[DATABASE_TEXT])
{
	snprintf(why, DATABASE_TEXT, "tables of an older version: %s",
	         b->error(c));
	b->rollback(c);
	return E_IO;
}

static int
run_step(const struct database_backend *b, struct sql *c, const char *text)
{
	int result = 0;

	if (strcmp(text, "@own") != 0)
		return database_run_schema(b, c, text);
	for (const char *const *t = b->own_schema; *t && !result; t++)
		result = database_run_schema(b, c, *t);
	return result;
}

/* A copy that is there already is of a try that did not end. */
static int
back_up(const struct database_backend *b, const char *address, struct sql *c,
        int64_t version)
{
	char path[4096];

	if (!b->is_single_writer)
		return 0;
	snprintf(path, sizeof path, "%s.v%lld", address, (long long)version);
	unlink(path);
	return b->run(
	    c, "VACUUM INTO ?1",
	    &(struct sql_value){ .kind = SQL_TEXT, .text = sv_str(path) }, 1,
	    NULL, NULL);
}

/* Another process may have done it meanwhile. */
static int
read_version(const struct database_backend *b, struct sql *c, int64_t *ret)
{
	*ret = 1;
	return b->run(c, "SELECT value FROM meta WHERE key = 'version'", NULL,
	              0, database_take_number, ret);
}

int
database_migrate(const struct database_backend *b, const char *address,
                 struct sql *c, int64_t version, char why[DATABASE_TEXT])
{
	if (back_up(b, address, c, version) || b->begin(c, SQL_WRITE, 0) ||
	    (b->schema_lock && database_run_schema(b, c, b->schema_lock)) ||
	    read_version(b, c, &version))
		return fail(b, c, why);
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		if (steps[i].to > version && run_step(b, c, steps[i].text))
			return fail(b, c, why);
	return b->commit(c) ? fail(b, c, why) : 0;
}
