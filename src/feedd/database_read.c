/* SPDX-License-Identifier: Apache-2.0 */
/* Snapshots, and all that is read but sums. */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "feedd/database_private.h"

enum {
	SQL_MAX = 32768,
	/* More steps than these are not over when the roll-up is behind. */
	OPEN_STEPS_MAX = 2,
};

/* Minutes are not kept at all: a period has only hours. */
#define NEVER (INT64_C(1) << 40)

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
	r->arena = arena_new();
	if (s->backend->begin(r->sql, SQL_READ, limit_ms) == 0) {
		*ret = r;
		return 0;
	}
	snprintf(why, DATABASE_TEXT, "%s", s->backend->error(r->sql));
	database_give(s, r->sql, true);
	arena_free(r->arena);
	free(r);
	return E_IO;
}

void
database_read_end(struct database_reader *r)
{
	r->database->backend->rollback(r->sql);
	database_give(r->database, r->sql, r->failed);
	arena_free(r->arena);
	free(r);
}

const char *
database_read_error(struct database_reader *r)
{
	return r->database->backend->error(r->sql);
}

int
database_reader_run(struct database_reader *r, const char *text,
                    const struct sql_value *values, size_t n, sql_each *each,
                    void *ctx)
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
	int result = database_reader_run(
	    r,
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
		result = database_reader_run(
		    r,
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

int
database_reader_spans(struct database_reader *r, struct period p,
                      enum level coarsest, bool of_nodes,
                      struct span spans[DATABASE_SPANS_MAX], size_t *ret_n)
{
	int result = widen(r, coarsest, &p);
	size_t n = period_spans(p, coarsest, spans);

	for (size_t i = 0; i < n && !of_nodes; i++)
		if (spans[i].level > LEVEL_HOUR && n < DATABASE_SPANS_MAX &&
		    cut_open(r, &spans[i], &spans[n]))
			n++;
	*ret_n = n;
	return result;
}

static int
find_totals(struct database_reader *r, int64_t *ret)
{
	*ret = 0;
	return database_reader_run(r,
	                           "SELECT id FROM cell"
	                           " WHERE tab = '" DATABASE_TOTALS
	                           "' AND a = '' AND b = '' AND c = ''",
	                           NULL, 0, database_take_number, ret);
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
	struct sql_value values[2 + 2 * DATABASE_SPANS_MAX];
	struct span spans[DATABASE_SPANS_MAX];
	struct buf sql = BUF_INIT(SQL_MAX);
	struct naming naming = { each, ctx };
	int64_t tab = 0;
	size_t n;
	int64_t end_min = p.end_min;
	int result = database_reader_spans(r, p, LEVEL_BLOCK, true, spans, &n);

	if (!result)
		result = find_totals(r, &tab);
	if (result)
		return result;
	values[0] = sql_number(tab);
	values[1] = sql_number(end_min);
	for (size_t i = 0; i < n; i++) {
		values[2 + 2 * i] = sql_number(spans[i].period.begin_min);
		values[3 + 2 * i] = sql_number(spans[i].period.end_min);
	}
	write_nodes_sql(spans, n, &sql);
	result = database_reader_run(r, buf_str(&sql), values, 2 + 2 * n,
	                             take_node, &naming);
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

	return database_reader_run(
	    r,
	    "SELECT node.name, kind, detail, begin_min, end_min, n,"
	    " at_ms FROM note JOIN node ON node.id = note.node"
	    " WHERE end_min > ?1 AND begin_min < ?2"
	    " AND (node.name = ?3 OR ?3 = '')"
	    " ORDER BY begin_min, node.name, note.id",
	    values, 3, take_note, &noting);
}

/* ---- batches ---- */

struct listing {
	void (*each)(void *ctx, const struct database_known *batch);
	void *ctx;
};

static void
take_known(void *ctx, const struct sv *cells)
{
	static const char *const states[] = {
		[STATE_COUNTED] = "counted",
		[STATE_HELD] = "held",
		[STATE_REJECTED] = "rejected",
		[STATE_CORRECTED] = "corrected",
	};
	struct listing *l = ctx;
	size_t state = (size_t)database_number(cells[2]);

	l->each(l->ctx,
	        &(struct database_known){
		    .node = cells[0],
		    .id = cells[1],
		    .state = state <= STATE_CORRECTED ? states[state] : "",
		    .items = (uint64_t)database_number(cells[3]),
		    .period = { database_number(cells[4]),
	                        database_number(cells[5]) },
		    .has_content = database_number(cells[6]) != 0,
		});
}

int
database_read_batches(struct database_reader *r, struct period p,
                      void (*each)(void *ctx,
                                   const struct database_known *batch),
                      void *ctx)
{
	const struct sql_value values[] = { sql_number(p.begin_min),
		                            sql_number(p.end_min) };
	struct listing listing = { each, ctx };

	return database_reader_run(
	    r,
	    "SELECT node.name, batch.id, state, items, begin_min, end_min,"
	    " CASE WHEN length(content) > 0 THEN 1 ELSE 0 END FROM batch"
	    " JOIN node ON node.id = batch.node WHERE end_min > ?1"
	    " AND begin_min < ?2 ORDER BY begin_min, node.name, batch.id",
	    values, 2, take_known, &listing);
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

	return database_reader_run(
	    r,
	    "SELECT node.name, batch.id, items, received_ms FROM batch"
	    " JOIN node ON node.id = batch.node WHERE state = 1"
	    " ORDER BY received_ms, node.name, batch.id",
	    NULL, 0, take_held, &holding);
}
