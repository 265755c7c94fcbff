/* SPDX-License-Identifier: Apache-2.0 */
/* Snapshots and sums. */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "feedd/database_private.h"

enum {
	SQL_MAX = 32768,
	/* Each span may be cut at each level. */
	SPANS_MAX = PERIOD_SPANS_MAX + LEVEL_COUNT,
	/* More steps than these are not over when the roll-up is behind. */
	OPEN_STEPS_MAX = 2,
};

/* Minutes are not kept at all: a period has only hours. */
#define NEVER (INT64_C(1) << 40)

struct database_reader {
	struct database *database;
	struct sql *sql;
	bool failed, has_ends;
	struct period ends; /* of all counts, in hours */
	/* All steps from here on are not rolled up. */
	int64_t open_from[LEVEL_COUNT];
};

int
database_read_begin(struct database *s, int64_t limit_ms,
                    struct database_reader **ret, char why[DATABASE_TEXT])
{
	struct database_reader *r = mem_calloc(1, sizeof *r);

	r->database = s;
	if (database_take(s, &r->sql, why)) {
		free(r);
		return E_IO;
	}
	if (s->backend->begin(r->sql, SQL_READ, limit_ms) == 0) {
		*ret = r;
		return 0;
	}
	snprintf(why, DATABASE_TEXT, "%s", s->backend->error(r->sql));
	database_give(s, r->sql, true);
	free(r);
	return E_IO;
}

void
database_read_end(struct database_reader *r)
{
	r->database->backend->rollback(r->sql);
	database_give(r->database, r->sql, r->failed);
	free(r);
}

const char *
database_read_error(struct database_reader *r)
{
	return r->database->backend->error(r->sql);
}

static int
run(struct database_reader *r, const char *text, const struct sql_value *values,
    size_t n, sql_each *each, void *ctx)
{
	int result =
	    r->database->backend->run(r->sql, text, values, n, each, ctx);

	r->failed |= result == E_IO;
	return result;
}

/* ---- extent ---- */

static void
take_extent(void *ctx, const struct sv *cells)
{
	struct database_extent *e = ctx;

	e->has_data = cells[0].p != NULL;
	e->data.begin_min = database_number(cells[0]);
	e->data.end_min = database_number(cells[1]) + 1;
	e->minutes_from = database_number(cells[2]);
	e->batches = database_number(cells[3]);
	e->held = database_number(cells[4]);
}

int
database_read_extent(struct database_reader *r, struct database_extent *ret)
{
	int result = run(r,
	                 "SELECT (SELECT MIN(start) FROM step WHERE level = 1),"
	                 " (SELECT MAX(last_min) FROM node),"
	                 " (SELECT value FROM meta WHERE key = 'minutes_from'),"
	                 " (SELECT COALESCE(SUM(batches), 0) FROM node),"
	                 " (SELECT COUNT(*) FROM batch WHERE state = 1)",
	                 NULL, 0, take_extent, ret);

	if (!result && r->database->finest > LEVEL_MINUTE)
		ret->minutes_from = NEVER;
	return result;
}

/* Where all counts lie, in hours: from here on outwards nothing is left out,
 * and coarse steps may be read there. */
static void
take_ends(void *ctx, const struct sv *cells)
{
	struct database_reader *r = ctx;

	r->has_ends = true;
	r->ends.begin_min = database_number(cells[0]);
	r->ends.end_min = database_number(cells[1]) + level_minutes[LEVEL_HOUR];
	for (int level = LEVEL_HOUR; level < LEVEL_COUNT; level++) {
		struct sv last = cells[1 + level];

		r->open_from[level] =
		    last.p ? database_number(last) + level_minutes[level] : 0;
	}
}

#define LAST_ROLLED(level)                                                     \
	"(SELECT start FROM step WHERE level = " #level " AND is_rolled = 1"   \
	" ORDER BY start DESC LIMIT 1)"

static int
widen(struct database_reader *r, enum level coarsest, struct period *p)
{
	int result = 0;

	if (!r->has_ends)
		result = run(r,
		             "SELECT (SELECT MIN(start) FROM step WHERE"
		             " level = 1), (SELECT MAX(start) FROM step WHERE"
		             " level = 1), " LAST_ROLLED(1) ", " LAST_ROLLED(
				 2) ", " LAST_ROLLED(3),
		             NULL, 0, take_ends, r);
	if (p->end_min >= r->ends.end_min)
		p->end_min = level_ceil(coarsest, p->end_min);
	if (p->begin_min <= r->ends.begin_min)
		p->begin_min = level_floor(coarsest, p->begin_min);
	return result;
}

/* Cuts off what is not rolled up of a span, to be read by finer steps. */
static bool
cut_open(const struct database_reader *r, struct span *span, struct span *ret)
{
	int64_t from = r->open_from[span->level];
	int64_t length = level_minutes[span->level];
	int64_t end = span->period.end_min < r->ends.end_min
	                  ? span->period.end_min
	                  : r->ends.end_min;

	if (from < span->period.begin_min)
		from = span->period.begin_min;
	if (end <= from || end - from > OPEN_STEPS_MAX * length)
		return false;
	*ret = (struct span){ span->level - 1, { from, span->period.end_min } };
	span->period.end_min = from;
	return true;
}

/* The spans of a period. A block that is not over would be read from the rows
 * of all nodes: where nodes are not asked for, its days that are over are read
 * instead, and of its last day the hours. */
static size_t
find_spans(const struct database_reader *r, struct period p,
           enum level coarsest, bool of_nodes, struct span spans[SPANS_MAX])
{
	size_t n = period_spans(p, coarsest, spans);

	for (size_t i = 0; i < n && !of_nodes; i++)
		if (spans[i].level > LEVEL_HOUR && n < SPANS_MAX &&
		    cut_open(r, &spans[i], &spans[n]))
			n++;
	return n;
}

static int
find_tab(struct database_reader *r, const char *table, int64_t *ret)
{
	const struct sql_value values[] = { sql_text(sv_str(table)) };

	*ret = 0;
	return run(r,
	           "SELECT id FROM cell WHERE tab = ?1 AND a = '' AND b = ''"
	           " AND c = ''",
	           values, 1, database_take_number, ret);
}

/* ---- sums ---- */

#define IS_ROLLED                                                              \
	"step.is_rolled = 1 AND NOT EXISTS (SELECT 1 FROM late"                \
	" WHERE late.level = step.level AND late.start = step.start)"

static void
write_step(const struct database_query *q, struct buf *sql)
{
	if (q->by_step)
		buf_addf(sql, "total.start - total.start %% %d AS step_min",
		         (int)level_minutes[q->step]);
	else
		buf_add_str(sql, "0 AS step_min");
}

/* "+" keeps SQLite from reading the whole period for each of its steps. */

/* Rows of nodes; of all of them, or of one. `from` and `to` are the numbers
 * of the parameters of the span. */
static void
write_nodes_span(const struct database_query *q, enum level level, size_t from,
                 bool of_steps, struct buf *sql)
{
	buf_add_str(sql, "SELECT ");
	write_step(q, sql);
	buf_addf(sql,
	         ", total.cell, total.node, total.n, 1 AS reporters FROM %snode"
	         " CROSS JOIN total WHERE total.level = %d AND total.tab = ?1"
	         " AND total.node = node.id AND total.n <> 0",
	         of_steps ? "step CROSS JOIN " : "", (int)level);
	buf_add_str(sql, " AND (?2 = '' OR node.name = ?2)");
	if (of_steps)
		buf_addf(sql,
		         " AND step.level = %d AND step.start >= ?%zu"
		         " AND step.start < ?%zu AND NOT (" IS_ROLLED
		         ") AND total.start = +step.start",
		         (int)level, from, from + 1);
	else
		buf_addf(sql, " AND total.start >= ?%zu AND total.start < ?%zu",
		         from, from + 1);
}

/* Steps that are rolled up, of all nodes. */
static void
write_rolled_span(const struct database_query *q, enum level level, size_t from,
                  struct buf *sql)
{
	buf_add_str(sql, "SELECT ");
	write_step(q, sql);
	buf_addf(sql,
	         ", total.cell, total.node, total.n, total.reporters"
	         " FROM step CROSS JOIN total_all AS total"
	         " WHERE step.level = %d AND step.start >= ?%zu"
	         " AND step.start < ?%zu AND " IS_ROLLED
	         " AND total.level = %d AND total.start = +step.start"
	         " AND total.tab = ?1",
	         (int)level, from, from + 1, (int)level);
}

static void
write_spans(const struct database_query *q, const struct span *spans, size_t n,
            struct buf *sql)
{
	for (size_t i = 0; i < n; i++) {
		enum level level = spans[i].level;
		size_t from = 3 + 2 * i;
		bool all = !q->node && !q->by_node && level != LEVEL_MINUTE;

		if (i)
			buf_add_str(sql, " UNION ALL ");
		if (all) {
			write_rolled_span(q, level, from, sql);
			buf_add_str(sql, " UNION ALL ");
		}
		write_nodes_span(q, level, from, all, sql);
	}
}

/* Numbers are summed before any text is looked at: much quicker. A row with
 * node 0 stands for `reporters` nodes that are not known by name. */
static void
write_sums_sql(const struct database_query *q, const struct span *spans,
               size_t n_spans, struct buf *sql)
{
	static const char names[] = "abc";

	buf_addf(sql, "SELECT step_min, %s",
	         q->by_node ? "node.name AS name" : "'' AS name");
	for (unsigned d = 0; d < 3; d++)
		if (q->dims >> d & 1)
			buf_addf(sql, ", cell.%c", names[d]);
		else
			buf_addf(sql, ", '' AS %c", names[d]);
	buf_add_str(sql, ", SUM(x.n), MAX(x.reporters),"
	                 " COUNT(DISTINCT CASE WHEN x.node <> 0 THEN x.node"
	                 " END) FROM (SELECT step_min, cell, node,"
	                 " SUM(n) AS n, MAX(reporters) AS reporters FROM (");
	write_spans(q, spans, n_spans, sql);
	buf_add_str(sql, ") AS y GROUP BY step_min, cell, node) AS x"
	                 " JOIN cell ON cell.id = x.cell");
	if (q->by_node)
		buf_add_str(sql, " JOIN node ON node.id = x.node");
	buf_add_str(sql, " GROUP BY 1, 2, 3, 4, 5 HAVING SUM(x.n) <> 0"
	                 " ORDER BY 1, 2, 3, 4, 5");
}

struct summing {
	void (*each)(void *ctx, const struct database_sum *sum);
	void *ctx;
};

static void
take_sum(void *ctx, const struct sv *cells)
{
	struct summing *s = ctx;
	int64_t many = database_number(cells[6]);
	int64_t counted = database_number(cells[7]);

	s->each(s->ctx,
	        &(struct database_sum){
		    .step_min = database_number(cells[0]),
		    .node = cells[1],
		    .cells = { cells[2], cells[3], cells[4] },
		    .count = (uint64_t)database_number(cells[5]),
		    .reporters = (unsigned)(many > counted ? many : counted),
		});
}

int
database_read_sums(struct database_reader *r, const struct database_query *q,
                   void (*each)(void *ctx, const struct database_sum *sum),
                   void *ctx)
{
	enum level coarsest = q->by_step ? q->step : LEVEL_BLOCK;
	struct sql_value values[2 + 2 * SPANS_MAX];
	struct span spans[SPANS_MAX];
	struct buf sql = BUF_INIT(SQL_MAX);
	struct summing summing = { each, ctx };
	struct period period = q->period;
	int64_t tab = 0;
	size_t n;
	int result = widen(r, coarsest, &period);

	if (!result)
		result = find_tab(r, q->table, &tab);
	n = find_spans(r, period, coarsest, q->node || q->by_node, spans);
	if (result || n == 0 || tab == 0)
		return result;
	values[0] = sql_number(tab);
	values[1] = sql_text(sv_str(q->node ? q->node : ""));
	for (size_t i = 0; i < n; i++) {
		values[2 + 2 * i] = sql_number(spans[i].period.begin_min);
		values[3 + 2 * i] = sql_number(spans[i].period.end_min);
	}
	write_sums_sql(q, spans, n, &sql);
	result = run(r, buf_str(&sql), values, 2 + 2 * n, take_sum, &summing);
	buf_done(&sql);
	return result;
}

/* ---- nodes ---- */

/* Who reports at all is found by the same spans as the sums. */
static void
write_nodes_sql(const struct span *spans, size_t n_spans, struct buf *sql)
{
	buf_addf(sql, "SELECT name, org, domain, generator, ruleset, profile,"
	              " k_min, COALESCE(c.accounts, node.accounts), first_ms,"
	              " last_ms, last_min, clock_ms, sector,"
	              " COALESCE(c.accounts_filtered, node.accounts_filtered),"
	              " COALESCE(c.nodes_expected, node.nodes_expected),"
	              " (SELECT COUNT(*) FROM batch"
	              " WHERE batch.state = 1 AND batch.node = node.id),"
	              " CASE WHEN 1 = 0");
	for (size_t i = 0; i < n_spans; i++)
		buf_addf(sql,
		         " OR EXISTS (SELECT 1 FROM total WHERE level = %d"
		         " AND tab = ?1 AND total.node = node.id"
		         " AND start >= ?%zu AND start < ?%zu AND n <> 0)",
		         (int)spans[i].level, 3 + 2 * i, 4 + 2 * i);
	buf_add_str(sql, " THEN 1 ELSE 0 END FROM node LEFT JOIN coverage c"
	                 " ON c.node = node.id AND c.begin_min ="
	                 " (SELECT MAX(begin_min) FROM coverage x"
	                 " WHERE x.node = node.id AND x.begin_min < ?2)"
	                 " ORDER BY name");
}

struct naming {
	void (*each)(void *ctx, const struct database_node *node);
	void *ctx;
};

static void
take_node(void *ctx, const struct sv *cells)
{
	struct naming *n = ctx;

	n->each(n->ctx,
	        &(struct database_node){
		    .name = cells[0],
		    .org = cells[1],
		    .domain = cells[2],
		    .generator = cells[3],
		    .ruleset = cells[4],
		    .profile = cells[5],
		    .k_min = (uint64_t)database_number(cells[6]),
		    .accounts = (uint64_t)database_number(cells[7]),
		    .first_unix_ms = database_number(cells[8]),
		    .last_unix_ms = database_number(cells[9]),
		    .last_min = database_number(cells[10]),
		    .clock_ms = database_number(cells[11]),
		    .sector = cells[12],
		    .accounts_filtered = (uint64_t)database_number(cells[13]),
		    .nodes_expected = (uint64_t)database_number(cells[14]),
		    .held = (uint64_t)database_number(cells[15]),
		    .is_reporting = database_number(cells[16]) != 0,
		});
}

int
database_read_nodes(struct database_reader *r, struct period p,
                    void (*each)(void *ctx, const struct database_node *node),
                    void *ctx)
{
	struct sql_value values[2 + 2 * PERIOD_SPANS_MAX];
	struct span spans[PERIOD_SPANS_MAX];
	struct buf sql = BUF_INIT(SQL_MAX);
	struct naming naming = { each, ctx };
	int64_t tab = 0;
	size_t n;
	int64_t end_min = p.end_min;
	int result = widen(r, LEVEL_BLOCK, &p);

	if (!result)
		result = find_tab(r, DATABASE_TOTALS, &tab);
	if (result)
		return result;
	n = period_spans(p, LEVEL_BLOCK, spans);
	values[0] = sql_number(tab);
	values[1] = sql_number(end_min);
	for (size_t i = 0; i < n; i++) {
		values[2 + 2 * i] = sql_number(spans[i].period.begin_min);
		values[3 + 2 * i] = sql_number(spans[i].period.end_min);
	}
	write_nodes_sql(spans, n, &sql);
	result = run(r, buf_str(&sql), values, 2 + 2 * n, take_node, &naming);
	buf_done(&sql);
	return result;
}

/* ---- notes ---- */

struct noting {
	void (*each)(void *ctx, const struct database_note *note);
	void *ctx;
};

static void
take_note(void *ctx, const struct sv *cells)
{
	struct noting *n = ctx;

	n->each(n->ctx, &(struct database_note){
			    .node = cells[0],
			    .kind = cells[1],
			    .text = cells[2],
			    .period = { database_number(cells[3]),
	                                database_number(cells[4]) },
			    .count = (uint64_t)database_number(cells[5]),
			    .unix_ms = database_number(cells[6]),
			});
}

int
database_read_notes(struct database_reader *r, struct period p,
                    const char *node,
                    void (*each)(void *ctx, const struct database_note *note),
                    void *ctx)
{
	const struct sql_value values[] = {
		sql_number(p.begin_min), sql_number(p.end_min),
		sql_text(sv_str(node ? node : ""))
	};
	struct noting noting = { each, ctx };

	return run(r,
	           "SELECT node.name, kind, detail, begin_min, end_min, n,"
	           " at_ms FROM note JOIN node ON node.id = note.node"
	           " WHERE end_min > ?1 AND begin_min < ?2"
	           " AND (node.name = ?3 OR ?3 = '')"
	           " ORDER BY begin_min, node.name, note.id",
	           values, 3, take_note, &noting);
}

/* ---- what waits for somebody's word ---- */

struct holding {
	void (*each)(void *ctx, const struct database_held *held);
	void *ctx;
};

static void
take_held(void *ctx, const struct sv *cells)
{
	struct holding *h = ctx;

	h->each(h->ctx, &(struct database_held){
			    .node = cells[0],
			    .id = cells[1],
			    .items = (uint64_t)database_number(cells[2]),
			    .unix_ms = database_number(cells[3]),
			});
}

int
database_read_held(struct database_reader *r,
                   void (*each)(void *ctx, const struct database_held *held),
                   void *ctx)
{
	struct holding holding = { each, ctx };

	return run(r,
	           "SELECT node.name, batch.id, items, received_ms FROM batch"
	           " JOIN node ON node.id = batch.node WHERE state = 1"
	           " ORDER BY received_ms, node.name, batch.id",
	           NULL, 0, take_held, &holding);
}
