/* SPDX-License-Identifier: Apache-2.0 */
/* Rolling up and purging: what is done beside batches, again and again. */
#include <stdio.h>

#include "feedd/database_private.h"

enum {
	/* After its end a step may still be written as open (database_accept.c)
	 * by a collector whose clock differs. */
	OVER_MIN = 15,
	DAY_MS = 86400000,
};

/* ---- rolling up ---- */

struct starts {
	VEC(int64_t) list;
};

static void
take_start(void *ctx, const struct sv *cells)
{
	*VEC_ADD(&((struct starts *)ctx)->list) = database_number(cells[0]);
}

/* Those of a level that are over, and not rolled up or late. */
static int
find_steps(struct database *s, struct sql *c, enum level level, int64_t now_min,
           unsigned max, struct starts *ret)
{
	return DATABASE_RUN(
	    s, c, take_start, ret,
	    "SELECT start FROM step WHERE level = ?1 AND is_rolled = 0"
	    " AND start <= ?2"
	    " UNION SELECT start FROM late WHERE level = ?1 AND start <= ?2"
	    " ORDER BY start LIMIT ?3",
	    sql_number(level),
	    sql_number(now_min - OVER_MIN - level_minutes[level]),
	    sql_number(max));
}

#define NODES_OF_STEP                                                          \
	" FROM node CROSS JOIN total WHERE total.level = ?1"                   \
	" AND total.start = ?2 AND total.tab = ?3"                             \
	" AND total.node = node.id AND total.n <> 0"

/* Cells that many nodes have become one row; of others each node keeps its
 * own, so that nodes can be counted over several steps. */
static int
roll_up_table(struct database *s, struct sql *c, enum level level,
              int64_t start, struct sv table)
{
	static const char many[] =
	    "INSERT INTO total_all (level, start, tab, cell, node, n,"
	    " reporters) SELECT CAST(?1 AS BIGINT), CAST(?2 AS BIGINT),"
	    " CAST(?3 AS BIGINT), total.cell, 0, SUM(total.n),"
	    " COUNT(*)" NODES_OF_STEP
	    " GROUP BY total.cell HAVING COUNT(*) > ?4";
	static const char few[] =
	    "INSERT INTO total_all (level, start, tab, cell, node, n,"
	    " reporters) SELECT CAST(?1 AS BIGINT), CAST(?2 AS BIGINT),"
	    " CAST(?3 AS BIGINT), total.cell, node.id, total.n,"
	    " 1" NODES_OF_STEP
	    " AND NOT EXISTS (SELECT 1 FROM total_all x WHERE x.level = ?1"
	    " AND x.start = ?2 AND x.tab = ?3 AND x.cell = total.cell"
	    " AND x.node = 0)";
	int64_t tab;
	int result = database_cell(s, c, table, NULL, &tab);

	if (!result)
		result = DATABASE_RUN(s, c, NULL, NULL, many, sql_number(level),
		                      sql_number(start), sql_number(tab),
		                      sql_number(DATABASE_REPORTERS_EXACT));
	if (!result)
		result = DATABASE_RUN(s, c, NULL, NULL, few, sql_number(level),
		                      sql_number(start), sql_number(tab));
	return result;
}

static int
roll_up_tables(struct database *s, struct sql *c, enum level level,
               int64_t start)
{
	int result = roll_up_table(s, c, level, start, SV(DATABASE_TOTALS));

	for (size_t t = 0; t < aggregate_tables_count() && !result; t++)
		result = roll_up_table(s, c, level, start,
		                       sv_str(aggregate_tables[t].name));
	return result;
}

/* What came late after our snapshot began stays late. */
static int
roll_up_step(struct database *s, struct sql *c, enum level level, int64_t start,
             bool *ret_is_locked)
{
	int result = s->backend->begin(c, SQL_SNAPSHOT, 0);

	if (!result)
		result = s->backend->lock_roll_up(c, ret_is_locked);
	if (result || !*ret_is_locked)
		return result;
	result = DATABASE_RUN(
	    s, c, NULL, NULL,
	    "DELETE FROM total_all WHERE level = ?1 AND start = ?2",
	    sql_number(level), sql_number(start));
	if (!result)
		result = roll_up_tables(s, c, level, start);
	if (!result)
		result = DATABASE_RUN(s, c, NULL, NULL,
		                      "INSERT INTO step VALUES (?1, ?2, 1)"
		                      " ON CONFLICT (level, start)"
		                      " DO UPDATE SET is_rolled = 1",
		                      sql_number(level), sql_number(start));
	if (!result)
		result = DATABASE_RUN(
		    s, c, NULL, NULL,
		    "DELETE FROM late WHERE level = ?1 AND start = ?2",
		    sql_number(level), sql_number(start));
	return result ? result : s->backend->commit(c);
}

/* Between two steps batches have their turn. */
static int
roll_up_steps(struct database *s, struct sql *c, enum level level,
              const struct starts *starts, bool *ret_is_locked)
{
	int result = 0;

	*ret_is_locked = true;
	for (size_t i = 0; i < starts->list.n && !result && *ret_is_locked;
	     i++) {
		if (s->backend->is_single_writer)
			pthread_mutex_lock(&s->write_lock);
		result = roll_up_step(s, c, level, starts->list.list[i],
		                      ret_is_locked);
		s->backend->rollback(c);
		if (s->backend->is_single_writer)
			pthread_mutex_unlock(&s->write_lock);
	}
	return result;
}

int
database_roll_up(struct database *s, int64_t now_ms, unsigned steps_max,
                 char why[DATABASE_TEXT])
{
	bool locked = true;
	struct sql *c;
	int result = 0;
	unsigned n = 0;

	if (database_take(s, &c, why))
		return E_IO;
	for (int level = LEVEL_HOUR;
	     level < LEVEL_COUNT && !result && locked && n < steps_max;
	     level++) {
		struct starts starts = { 0 };

		result = find_steps(s, c, level, now_ms / RECORD_MINUTE_MS,
		                    steps_max - n, &starts);
		if (!result)
			result = roll_up_steps(s, c, level, &starts, &locked);
		n += (unsigned)starts.list.n;
		VEC_DONE(&starts.list);
	}
	if (result)
		snprintf(why, DATABASE_TEXT, "%s", s->backend->error(c));
	database_give(s, c, result != 0);
	if (result)
		return result;
	return locked ? (int)n : 0;
}

/* ---- purging ---- */

/* Readers stop using the minutes before the first of their rows goes. */
static int
drop_batches(struct database *s, struct sql *c, int64_t now_ms, int64_t until,
             int64_t content_days)
{
	int result = DATABASE_RUN(s, c, NULL, NULL,
	                          "UPDATE meta SET value = ?1"
	                          " WHERE key = 'minutes_from' AND value < ?1",
	                          sql_number(until));

	if (!result)
		result = DATABASE_RUN(
		    s, c, NULL, NULL,
		    "DELETE FROM batch WHERE received_ms < ?1",
		    sql_number(now_ms - (int64_t)DATABASE_BATCH_DAYS * DAY_MS));
	if (!result)
		result = DATABASE_RUN(
		    s, c, NULL, NULL,
		    "UPDATE batch SET content = NULL WHERE received_ms < ?1"
		    " AND state <> 1 AND content IS NOT NULL",
		    sql_number(now_ms - content_days * DAY_MS));
	return result;
}

int
database_purge(struct database *s, int64_t now_ms, int64_t retention_days,
               int64_t content_days, char why[DATABASE_TEXT])
{
	int64_t now_min = now_ms / RECORD_MINUTE_MS;
	int64_t until = level_floor(
	    LEVEL_HOUR, now_min - retention_days * level_minutes[LEVEL_DAY]);
	struct sql *c;
	int result;

	if (until <= 0)
		return 0;
	if (database_take(s, &c, why))
		return E_IO;
	if (s->backend->is_single_writer)
		pthread_mutex_lock(&s->write_lock);
	result = drop_batches(s, c, now_ms, until, content_days);
	if (!result)
		result = s->backend->drop_minutes(c, until);
	if (s->backend->is_single_writer)
		pthread_mutex_unlock(&s->write_lock);
	if (result)
		snprintf(why, DATABASE_TEXT, "%s", s->backend->error(c));
	database_give(s, c, result != 0);
	return result;
}
