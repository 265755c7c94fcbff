/* SPDX-License-Identifier: Apache-2.0 */
/* Snapshots and sums. Each reader has a connection of its own, so that the
 * writer and other readers never wait for it. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "feedd/database_private.h"

enum { PROGRESS_STEPS = 10000, SQL_MAX = 4096 };

struct database_reader {
	sqlite3 *db;
	int64_t deadline_us; /* monotonic */
};

/* SQLite asks this now and then; not 0 ends the statement. */
static int
is_late(void *ctx)
{
	const struct database_reader *r = ctx;

	return clock_mono_us() > r->deadline_us;
}

int
database_read_begin(struct database *s, int64_t limit_ms,
                    struct database_reader **ret, char why[DATABASE_TEXT])
{
	struct database_reader *r = mem_calloc(1, sizeof *r);

	r->deadline_us = clock_mono_us() + limit_ms * 1000;
	if (sqlite3_open_v2(s->path, &r->db,
	                    SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX,
	                    NULL) == SQLITE_OK &&
	    database_exec(r->db, "BEGIN")) {
		sqlite3_progress_handler(r->db, PROGRESS_STEPS, is_late, r);
		*ret = r;
		return 0;
	}
	snprintf(why, DATABASE_TEXT, "%s", sqlite3_errmsg(r->db));
	database_read_end(r);
	return E_IO;
}

void
database_read_end(struct database_reader *r)
{
	sqlite3_close(r->db);
	free(r);
}

const char *
database_read_error(struct database_reader *r)
{
	return sqlite3_errmsg(r->db);
}

static int
read_error(int code)
{
	if (code == SQLITE_DONE)
		return 0;
	return code == SQLITE_INTERRUPT ? E_LIMIT : E_IO;
}

static struct sv
column(sqlite3_stmt *q, int index)
{
	return sv_make((const char *)sqlite3_column_text(q, index),
	               (size_t)sqlite3_column_bytes(q, index));
}

/* ---- extent ---- */

#define TAB_OF(parameter)                                                      \
	"(SELECT id FROM cell WHERE tab = " parameter                          \
	" AND a = '' AND b = '' AND c = '')"

int
database_read_extent(struct database_reader *r, struct database_extent *ret)
{
	static const char text[] =
	    "SELECT (SELECT MIN(start) FROM total"
	    "  WHERE level = 1 AND tab = " TAB_OF(
		"'" DATABASE_TOTALS
		"'") "),"
		     " (SELECT MAX(start) FROM total"
		     "  WHERE level = 1 AND tab = " TAB_OF(
			 "'" DATABASE_TOTALS
			 "'") "),"
			      " (SELECT MAX(start) FROM total"
			      "  WHERE level = 0 AND tab = " TAB_OF(
				  "'" DATABASE_TOTALS
				  "'") "),"
				       " (SELECT value FROM meta WHERE key = "
				       "'minutes_from'),"
				       " (SELECT TOTAL(batches) FROM node)";
	struct database_extent e = { 0 };
	sqlite3_stmt *q;
	int result;

	if (sqlite3_prepare_v2(r->db, text, -1, &q, NULL))
		return E_IO;
	result = sqlite3_step(q);
	if (result == SQLITE_ROW) {
		int64_t last_hour = sqlite3_column_int64(q, 1);
		int64_t last_minute = sqlite3_column_int64(q, 2);

		e.has_data = sqlite3_column_type(q, 0) == SQLITE_INTEGER;
		e.data.begin_min = sqlite3_column_int64(q, 0);
		e.data.end_min = last_minute >= last_hour
		                     ? last_minute + 1
		                     : last_hour + level_minutes[LEVEL_HOUR];
		e.minutes_from = sqlite3_column_int64(q, 3);
		e.batches = sqlite3_column_int64(q, 4);
		*ret = e;
	}
	sqlite3_finalize(q);
	return result == SQLITE_ROW ? 0 : read_error(result);
}

/* ---- sums ---- */

/* One SELECT a span; parameters are ?1 table, ?2 node, then two a span. */
static void
write_sums_sql(const struct database_query *q, const struct span *spans,
               size_t n_spans, struct buf *sql)
{
	static const char names[] = "abc";

	buf_add_str(sql, "SELECT step");
	for (unsigned d = 0; d < 3; d++)
		if (q->dims >> d & 1)
			buf_addf(sql, ", %c", names[d]);
		else
			buf_add_str(sql, ", ''");
	/* numbers are summed before any text is looked at: much quicker */
	buf_add_str(sql, ", SUM(n), COUNT(DISTINCT node) FROM ("
	                 "SELECT step, cell, node, SUM(n) AS n FROM (");
	for (size_t i = 0; i < n_spans; i++) {
		buf_addf(sql, "%s SELECT ", i ? " UNION ALL" : "");
		if (q->by_step)
			buf_addf(sql, "start - start %% %d AS step",
			         (int)level_minutes[q->step]);
		else
			buf_add_str(sql, "0 AS step");
		buf_addf(sql,
		         ", cell, node, n FROM total WHERE level = %d"
		         " AND tab = " TAB_OF(
			     "?1") " AND start >= ?%zu AND start < ?%zu%s",
		         spans[i].level, 3 + 2 * i, 4 + 2 * i,
		         q->node ? " AND node ="
		                   " (SELECT id FROM node WHERE name = ?2)"
		                 : "");
	}
	buf_add_str(sql, ") GROUP BY step, cell, node)"
	                 " JOIN cell ON cell.id = cell"
	                 " GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4");
}

static int
each_sum(sqlite3_stmt *q,
         void (*each)(void *ctx, const struct database_sum *sum), void *ctx)
{
	int result;

	while ((result = sqlite3_step(q)) == SQLITE_ROW)
		each(ctx,
		     &(struct database_sum){
			 .step_min = sqlite3_column_int64(q, 0),
			 .cells = { column(q, 1), column(q, 2), column(q, 3) },
			 .count = (uint64_t)sqlite3_column_int64(q, 4),
			 .reporters = (unsigned)sqlite3_column_int(q, 5),
		     });
	return read_error(result);
}

int
database_read_sums(struct database_reader *r,
                   const struct database_query *query,
                   void (*each)(void *ctx, const struct database_sum *sum),
                   void *ctx)
{
	struct buf sql = BUF_INIT(SQL_MAX);
	struct span spans[PERIOD_SPANS_MAX];
	size_t n = period_spans(
	    query->period, query->by_step ? query->step : LEVEL_BLOCK, spans);
	sqlite3_stmt *q;
	int result = E_IO;

	if (n == 0)
		return 0;
	write_sums_sql(query, spans, n, &sql);
	if (sqlite3_prepare_v2(r->db, buf_str(&sql), -1, &q, NULL) ==
	    SQLITE_OK) {
		database_bind(q, 1, sv_str(query->table));
		database_bind(q, 2, sv_str(query->node));
		for (size_t i = 0; i < n; i++) {
			int at = 3 + 2 * (int)i;

			sqlite3_bind_int64(q, at, spans[i].period.begin_min);
			sqlite3_bind_int64(q, at + 1, spans[i].period.end_min);
		}
		result = each_sum(q, each, ctx);
		sqlite3_finalize(q);
	}
	buf_done(&sql);
	return result;
}

/* ---- nodes ---- */

/* Who reports at all is found by the same spans as the sums. */
static void
write_nodes_sql(const struct span *spans, size_t n_spans, struct buf *sql)
{
	buf_add_str(sql, "SELECT name, org, domain, generator, ruleset,"
	                 " profile, k_min, accounts, first_ms, last_ms,"
	                 " id IN (SELECT 0");
	for (size_t i = 0; i < n_spans; i++)
		buf_addf(sql,
		         " UNION SELECT node FROM total WHERE level = %d"
		         " AND tab = " TAB_OF(
			     "'" DATABASE_TOTALS
			     "'") " AND start >= ?%zu AND start < ?%zu",
		         spans[i].level, 1 + 2 * i, 2 + 2 * i);
	buf_add_str(sql, ") FROM node ORDER BY name");
}

static int
each_node(sqlite3_stmt *q,
          void (*each)(void *ctx, const struct database_node *node), void *ctx)
{
	int result;

	while ((result = sqlite3_step(q)) == SQLITE_ROW)
		each(ctx, &(struct database_node){
			      .name = column(q, 0),
			      .org = column(q, 1),
			      .domain = column(q, 2),
			      .generator = column(q, 3),
			      .ruleset = column(q, 4),
			      .profile = column(q, 5),
			      .k_min = (uint64_t)sqlite3_column_int64(q, 6),
			      .accounts = (uint64_t)sqlite3_column_int64(q, 7),
			      .first_unix_ms = sqlite3_column_int64(q, 8),
			      .last_unix_ms = sqlite3_column_int64(q, 9),
			      .is_reporting = sqlite3_column_int(q, 10),
			  });
	return read_error(result);
}

int
database_read_nodes(struct database_reader *r, struct period p,
                    void (*each)(void *ctx, const struct database_node *node),
                    void *ctx)
{
	struct buf sql = BUF_INIT(SQL_MAX);
	struct span spans[PERIOD_SPANS_MAX];
	size_t n = period_spans(p, LEVEL_BLOCK, spans);
	sqlite3_stmt *q;
	int result = E_IO;

	write_nodes_sql(spans, n, &sql);
	if (sqlite3_prepare_v2(r->db, buf_str(&sql), -1, &q, NULL) ==
	    SQLITE_OK) {
		for (size_t i = 0; i < n; i++) {
			int at = 1 + 2 * (int)i;

			sqlite3_bind_int64(q, at, spans[i].period.begin_min);
			sqlite3_bind_int64(q, at + 1, spans[i].period.end_min);
		}
		result = each_node(q, each, ctx);
		sqlite3_finalize(q);
	}
	buf_done(&sql);
	return result;
}
