/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sums. The database adds up numbers, one statement for each span of the
 * period; which words they belong to is worked out here.
 *
 * Of steps that are rolled up there are few rows. Of others, which is mostly
 * the hour under way, the rows of all nodes have to be read, once for all
 * questions of a reader. A cell that many nodes have is one row then, as the
 * roll-up makes it: the answer is the same before and after.
 */
#include <stdio.h>
#include <stdlib.h>

#include "feedd/database_private.h"

enum { STATEMENT_MAX = 1024 };

/* The step of those who do not ask for any: it holds all minutes. */
#define WHOLE (INT64_C(1) << 40)

#define IS_ROLLED                                                              \
	"step.is_rolled = 1 AND NOT EXISTS (SELECT 1 FROM late"                \
	" WHERE late.level = step.level AND late.start = step.start)"

/* Of a node, or with node 0 of `reporters` nodes together. */
struct row {
	int64_t start, cell, node, n, reporters;
};

struct rows {
	VEC(struct row) list;
};

static void
take_row(void *ctx, const struct sv *cells)
{
	*VEC_ADD(&((struct rows *)ctx)->list) = (struct row){
		.start = database_number(cells[0]),
		.cell = database_number(cells[1]),
		.node = database_number(cells[2]),
		.n = database_number(cells[3]),
		.reporters = database_number(cells[4]),
	};
}

/* ---- words ---- */

/* Ids with their words. Those of equal words have the same rank, and ranks are
 * in the order of the words. */
struct entry {
	int64_t id;
	size_t rank;
	struct sv words[3];
};

struct words {
	struct arena *arena;
	unsigned dims; /* the others are left empty */
	int64_t tab;   /* the id of the table: it has no words */
	VEC(struct entry) by_rank;
	struct entry *by_id;
};

static void
take_words(void *ctx, const struct sv *cells)
{
	struct words *w = ctx;
	struct entry *e = VEC_ADD(&w->by_rank);
	bool is_empty = true;

	e->id = database_number(cells[0]);
	for (size_t d = 0; d < 3; d++) {
		is_empty &= cells[1 + d].n == 0;
		if (w->dims >> d & 1)
			e->words[d] = arena_dup(w->arena, cells[1 + d]);
	}
	if (is_empty)
		w->tab = e->id;
}

static int
compare_words(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = 0;

	for (size_t d = 0; d < 3 && order == 0; d++)
		order = sv_cmp(x->words[d], y->words[d]);
	return order;
}

static int
compare_ids(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

static void
rank_words(struct words *w)
{
	struct entry *list = w->by_rank.list;
	size_t n = w->by_rank.n;

	if (n == 0)
		return;
	qsort(list, n, sizeof *list, compare_words);
	for (size_t i = 0; i < n; i++)
		list[i].rank = i && compare_words(&list[i - 1], &list[i]) == 0
		                   ? list[i - 1].rank
		                   : i;
	w->by_id = ARENA_ARRAY(w->arena, struct entry, n);
	memcpy(w->by_id, list, n * sizeof *list);
	qsort(w->by_id, n, sizeof *list, compare_ids);
}

static const struct entry *
find_words(const struct words *w, int64_t id)
{
	const struct entry key = { .id = id };

	return w->by_rank.n ? bsearch(&key, w->by_id, w->by_rank.n, sizeof key,
	                              compare_ids)
	                    : NULL;
}

/* Both kinds of words that a question needs. */
static int
read_words(struct database_reader *r, const struct database_query *q,
           struct words *cells, struct words *nodes)
{
	const struct sql_value table = sql_text(sv_str(q->table));
	int result = database_reader_run(
	    r, "SELECT id, a, b, c FROM cell WHERE tab = ?1", &table, 1,
	    take_words, cells);

	if (!result && q->by_node)
		result =
		    database_reader_run(r, "SELECT id, name, '', '' FROM node",
		                        NULL, 0, take_words, nodes);
	rank_words(cells);
	rank_words(nodes);
	return result;
}

/* ---- rows ---- */

/* Parameters: the table, begin and end of the span, the step, the node. "+"
 * keeps SQLite from reading the whole period for each of its steps. */

static int
read_rolled(struct database_reader *r, const struct sql_value values[4],
            enum level level, struct rows *rows)
{
	char text[STATEMENT_MAX];

	snprintf(text, sizeof text,
	         "SELECT total.start - total.start %% CAST(?4 AS BIGINT) AS x,"
	         " total.cell, total.node, SUM(total.n), MAX(total.reporters)"
	         " FROM step CROSS JOIN total_all AS total"
	         " WHERE step.level = %d AND step.start >= ?2"
	         " AND step.start < ?3 AND " IS_ROLLED " AND total.level = %d"
	         " AND total.start = +step.start AND total.tab = ?1"
	         " GROUP BY x, total.cell, total.node",
	         (int)level, (int)level);
	return database_reader_run(r, text, values, 4, take_row, rows);
}

static int
read_nodes(struct database_reader *r, const struct sql_value values[5],
           enum level level, struct rows *rows)
{
	char text[STATEMENT_MAX];

	snprintf(text, sizeof text,
	         "SELECT total.start - total.start %% CAST(?4 AS BIGINT) AS x,"
	         " total.cell, total.node, SUM(total.n), 1"
	         " FROM node CROSS JOIN total WHERE total.level = %d"
	         " AND total.tab = ?1 AND total.node = node.id"
	         " AND total.start >= ?2 AND total.start < ?3"
	         " AND total.n <> 0 AND (?5 = '' OR node.name = ?5)"
	         " GROUP BY x, total.cell, total.node",
	         (int)level);
	return database_reader_run(r, text, values, 5, take_row, rows);
}

/* A row of all nodes; where these are few, each follows without a count. */
static void
take_open_row(void *ctx, const struct sv *cells)
{
	struct rows *rows = ctx;
	struct sv rest = cells[5];
	struct row row;

	take_row(ctx, cells);
	row = rows->list.list[rows->list.n - 1];
	row.n = 0;
	row.reporters = 1;
	while (rest.n) {
		size_t comma = sv_find_char(rest, ',');

		row.node = database_number(rest);
		*VEC_ADD(&rows->list) = row;
		rest =
		    comma == SV_NOT_FOUND ? SV_NONE : sv_from(rest, comma + 1);
	}
}

/* Minutes are never rolled up. */
static int
run_open(struct database_reader *r, const struct sql_value values[3],
         enum level level, struct rows *rows)
{
	bool has_steps = level != LEVEL_MINUTE;
	char text[STATEMENT_MAX];

	snprintf(text, sizeof text,
	         "SELECT total.start, total.cell, 0, SUM(total.n), COUNT(*),"
	         " CASE WHEN COUNT(*) <= %d THEN %s END"
	         " FROM %snode CROSS JOIN total WHERE total.level = %d"
	         " AND total.tab = ?1 AND total.node = node.id"
	         " AND total.n <> 0 AND %s GROUP BY total.start, total.cell",
	         DATABASE_REPORTERS_EXACT, r->database->backend->list_nodes,
	         has_steps ? "step CROSS JOIN " : "", (int)level,
	         has_steps ? "step.level = total.level AND step.start >= ?2"
	                     " AND step.start < ?3 AND NOT (" IS_ROLLED
	                     ") AND total.start = +step.start"
	                   : "total.start >= ?2 AND total.start < ?3");
	return database_reader_run(r, text, values, 3, take_open_row, rows);
}

/* Rows of steps that are not rolled up, of one table and span. */
struct open_rows {
	struct open_rows *next;
	int64_t tab;
	struct span span;
	struct row *list;
	size_t n;
};

static bool
is_of(const struct open_rows *o, int64_t tab, const struct span *span)
{
	return o->tab == tab && o->span.level == span->level &&
	       o->span.period.begin_min == span->period.begin_min &&
	       o->span.period.end_min == span->period.end_min;
}

static int
read_open(struct database_reader *r, const struct sql_value values[3],
          const struct span *span, const struct open_rows **ret)
{
	struct rows rows = { 0 };
	struct open_rows *o = r->open;
	size_t bytes;
	int result;

	while (o && !is_of(o, values[0].number, span))
		o = o->next;
	*ret = o;
	if (o)
		return 0;
	result = run_open(r, values, span->level, &rows);
	bytes = rows.list.n * sizeof *rows.list.list;
	*ret = o = ARENA_NEW(r->arena, struct open_rows);
	*o = (struct open_rows){
		.next = r->open,
		.tab = values[0].number,
		.span = *span,
		.list = arena_grow(r->arena, rows.list.list, bytes, bytes),
		.n = rows.list.n,
	};
	if (!result)
		r->open = o;
	VEC_DONE(&rows.list);
	return result;
}

/* ---- sums ---- */

/* A row in the order of the answer. */
struct part {
	int64_t step_min;
	size_t name, words; /* ranks */
	int64_t node, n, reporters;
};

struct summing {
	const struct database_query *query;
	int64_t step; /* minutes */
	struct words cells, nodes;
	VEC(struct part) parts;
};

static void
add_rows(struct summing *s, const struct row *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct entry *cell = find_words(&s->cells, list[i].cell);
		const struct entry *node = find_words(&s->nodes, list[i].node);

		if (cell)
			*VEC_ADD(&s->parts) = (struct part){
				.step_min =
				    list[i].start - list[i].start % s->step,
				.name = node ? node->rank : 0,
				.words = cell->rank,
				.node = list[i].node,
				.n = list[i].n,
				.reporters = list[i].reporters,
			};
	}
}

static int
read_span(struct database_reader *r, struct summing *s, const struct span *span)
{
	const struct database_query *q = s->query;
	const struct sql_value values[] = {
		sql_number(s->cells.tab),
		sql_number(span->period.begin_min),
		sql_number(span->period.end_min),
		sql_number(s->step),
		sql_text(sv_str(q->node ? q->node : "")),
	};
	const struct open_rows *open = NULL;
	struct rows rows = { 0 };
	int result = 0;

	if (q->node || q->by_node)
		result = read_nodes(r, values, span->level, &rows);
	else if (span->level != LEVEL_MINUTE)
		result = read_rolled(r, values, span->level, &rows);
	if (!result && !q->node && !q->by_node)
		result = read_open(r, values, span, &open);
	if (!result)
		add_rows(s, rows.list.list, rows.list.n);
	if (!result && open)
		add_rows(s, open->list, open->n);
	VEC_DONE(&rows.list);
	return result;
}

static int
compare_parts(const void *a, const void *b)
{
	const struct part *x = a, *y = b;

	if (x->step_min != y->step_min)
		return x->step_min < y->step_min ? -1 : 1;
	if (x->name != y->name)
		return x->name < y->name ? -1 : 1;
	if (x->words != y->words)
		return x->words < y->words ? -1 : 1;
	return (x->node > y->node) - (x->node < y->node);
}

static void
put_sum(const struct summing *s, const struct part *part, int64_t n,
        int64_t reporters,
        void (*each)(void *ctx, const struct database_sum *sum), void *ctx)
{
	const struct entry *cell = &s->cells.by_rank.list[part->words];
	struct database_sum sum = {
		.step_min = part->step_min,
		.node = s->query->by_node
		            ? s->nodes.by_rank.list[part->name].words[0]
		            : SV_NONE,
		.cells = { cell->words[0], cell->words[1], cell->words[2] },
		.count = (uint64_t)n,
		.reporters = (unsigned)reporters,
	};

	if (n)
		each(ctx, &sum);
}

/* Nodes that are known by name are counted once each. */
static void
put_sums(struct summing *s,
         void (*each)(void *ctx, const struct database_sum *sum), void *ctx)
{
	struct part *list = s->parts.list;
	size_t end;

	if (s->parts.n)
		qsort(list, s->parts.n, sizeof *list, compare_parts);
	for (size_t i = 0; i < s->parts.n; i = end) {
		int64_t n = 0, many = 0, counted = 0, node = 0;

		for (end = i; end < s->parts.n &&
		              list[end].step_min == list[i].step_min &&
		              list[end].name == list[i].name &&
		              list[end].words == list[i].words;
		     end++) {
			n += list[end].n;
			if (list[end].reporters > many)
				many = list[end].reporters;
			counted += list[end].node != node;
			node = list[end].node;
		}
		put_sum(s, &list[i], n, many > counted ? many : counted, each,
		        ctx);
	}
}

int
database_read_sums(struct database_reader *r, const struct database_query *q,
                   void (*each)(void *ctx, const struct database_sum *sum),
                   void *ctx)
{
	enum level coarsest = q->by_step ? q->step : LEVEL_BLOCK;
	struct summing s = {
		.query = q,
		.step = q->by_step ? level_minutes[q->step] : WHOLE,
		.cells = { .arena = r->arena, .dims = q->dims },
		.nodes = { .arena = r->arena, .dims = 1 },
	};
	struct span spans[DATABASE_SPANS_MAX];
	size_t n;
	int result = database_reader_spans(r, q->period, coarsest,
	                                   q->node || q->by_node, spans, &n);

	if (!result)
		result = read_words(r, q, &s.cells, &s.nodes);
	for (size_t i = 0; i < n && !result && s.cells.tab; i++)
		result = read_span(r, &s, &spans[i]);
	if (!result)
		put_sums(&s, each, ctx);
	VEC_DONE(&s.parts);
	VEC_DONE(&s.cells.by_rank);
	VEC_DONE(&s.nodes.by_rank);
	return result;
}
