/* SPDX-License-Identifier: Apache-2.0 */
/* Adding a batch: all of it or nothing. */
#include <stdio.h>

#include "feedd/database_private.h"

static struct sv
column(sqlite3_stmt *q, int index)
{
	return sv_make((const char *)sqlite3_column_text(q, index),
	               (size_t)sqlite3_column_bytes(q, index));
}

/* ---- cells ---- */

enum { CELL_KEY_MAX = 1024 };

static struct sv
cell_key(struct sv table, const struct sv words[3], struct buf *key)
{
	buf_add(key, table);
	for (size_t i = 0; i < 3; i++) {
		buf_add_char(key, '\0');
		buf_add(key, words[i]);
	}
	return buf_sv(key);
}

static void
bind_cell(sqlite3_stmt *q, struct sv table, const struct sv words[3])
{
	database_bind(q, 1, table);
	for (int i = 0; i < 3; i++)
		database_bind(q, 2 + i, words[i]);
}

static int
find_cell(struct database *s, struct sv table, const struct sv words[3],
          int64_t *ret_id)
{
	int result;

	bind_cell(s->statements[SQL_CELL_ADD], table, words);
	if (database_run(s, SQL_CELL_ADD))
		return E_IO;
	bind_cell(s->statements[SQL_CELL_ID], table, words);
	result = database_step(s, SQL_CELL_ID) == SQLITE_ROW ? 0 : E_IO;
	if (!result)
		*ret_id = sqlite3_column_int64(s->statements[SQL_CELL_ID], 0);
	database_done(s, SQL_CELL_ID);
	return result;
}

int
database_cell(struct database *s, struct sv table, const struct sv words[3],
              int64_t *ret_id)
{
	static const struct sv none[3] = { { NULL, 0 } };
	struct buf key = BUF_INIT(CELL_KEY_MAX);
	struct sv name = cell_key(table, words ? words : none, &key);
	void *known = map_get(s->cells, name);
	int result = 0;

	if (known) {
		*ret_id = (int64_t)(intptr_t)known;
	} else {
		result = find_cell(s, table, words ? words : none, ret_id);
		if (!result)
			map_set(s->cells, name, (void *)(intptr_t)*ret_id);
	}
	buf_done(&key);
	return result;
}

/* After a rollback the ids made in it are no longer true. */
static void
forget_cells(struct database *s)
{
	map_free(s->cells);
	s->cells = map_new();
}

/* ---- counts ---- */

struct adding {
	struct database *database;
	int64_t node, minute, minutes_from;
	struct sv table;
	int result;
};

static int
add_row(struct adding *a, enum level level, int64_t tab, int64_t cell,
        uint64_t count)
{
	sqlite3_stmt *q = a->database->statements[SQL_COUNT_ADD];

	sqlite3_bind_int64(q, 1, level);
	sqlite3_bind_int64(q, 2, tab);
	sqlite3_bind_int64(q, 3, level_floor(level, a->minute));
	sqlite3_bind_int64(q, 4, cell);
	sqlite3_bind_int64(q, 5, a->node);
	sqlite3_bind_int64(q, 6, (int64_t)count);
	return database_run(a->database, SQL_COUNT_ADD);
}

/* The one place where a count enters the database. */
static void
add_count(void *ctx, const struct sv *words, uint64_t count)
{
	struct adding *a = ctx;
	int64_t tab, cell;

	if (a->result || count == 0)
		return;
	a->result = database_cell(a->database, a->table, NULL, &tab);
	if (!a->result)
		a->result = database_cell(a->database, a->table, words, &cell);
	for (int level = 0; level < LEVEL_COUNT && !a->result; level++)
		if (level != LEVEL_MINUTE || a->minute >= a->minutes_from)
			a->result = add_row(a, level, tab, cell, count);
}

static void
add_total(struct adding *a, const char *name, uint64_t count)
{
	const struct sv words[3] = { sv_str(name) };

	a->table = SV(DATABASE_TOTALS);
	add_count(a, words, count);
}

static void
add_aggregate(struct adding *a, const struct aggregate *g)
{
	a->minute = aggregate_minute(g) / RECORD_MINUTE_MS;
	for (size_t i = 0; i < aggregate_totals_count(); i++)
		add_total(a, aggregate_totals[i], aggregate_total(g, i));
	for (size_t t = 0; t < aggregate_tables_count(); t++) {
		a->table = sv_str(aggregate_tables[t].name);
		aggregate_rows(g, t, add_count, a);
	}
}

/* What the node says of the batch as a whole is counted in its last minute,
 * or now when it has none. */
static int
add_counts(struct database *s, int64_t node, const struct batch *b,
           int64_t now_ms)
{
	struct adding a = { .database = s,
		            .node = node,
		            .minute = now_ms / RECORD_MINUTE_MS,
		            .minutes_from = database_minutes_from(s) };

	for (size_t i = 0; i < b->n_aggregates; i++)
		add_aggregate(&a, b->aggregates[i]);
	add_total(&a, "lost", b->lost);
	add_total(&a, "suppressed_rows", b->suppressed_rows);
	add_total(&a, "suppressed_items", b->suppressed_items);
	return a.result;
}

/* ---- the batch ---- */

static int
set_node(struct database *s, const struct batch *b, int64_t now_ms,
         int64_t *ret_id)
{
	sqlite3_stmt *q = s->statements[SQL_NODE_SET];
	const struct sv texts[] = { b->node,      b->org,     b->domain,
		                    b->generator, b->ruleset, b->profile };
	int result;

	for (int i = 0; i < 6; i++)
		database_bind(q, i + 1, texts[i]);
	sqlite3_bind_int64(q, 7, (int64_t)b->k_min);
	sqlite3_bind_int64(q, 8, (int64_t)b->accounts);
	sqlite3_bind_int64(q, 9, now_ms);
	if (database_run(s, SQL_NODE_SET))
		return E_IO;
	database_bind(s->statements[SQL_NODE_ID], 1, b->node);
	result = database_step(s, SQL_NODE_ID) == SQLITE_ROW ? 0 : E_IO;
	if (!result)
		*ret_id = sqlite3_column_int64(s->statements[SQL_NODE_ID], 0);
	database_done(s, SQL_NODE_ID);
	return result;
}

/* DATABASE_NEW when this id is not known yet. */
static enum database_answer
find_batch(struct database *s, int64_t node, const struct batch *b,
           const char *digest)
{
	sqlite3_stmt *q = s->statements[SQL_BATCH_GET];
	enum database_answer answer;
	int result;

	sqlite3_bind_int64(q, 1, node);
	database_bind(q, 2, b->id);
	result = database_step(s, SQL_BATCH_GET);
	if (result == SQLITE_DONE)
		answer = DATABASE_NEW;
	else if (result != SQLITE_ROW)
		answer = DATABASE_UNAVAILABLE;
	else
		answer = sv_eq_str(column(q, 0), digest) ? DATABASE_SEEN
		                                         : DATABASE_CONFLICT;
	database_done(s, SQL_BATCH_GET);
	return answer;
}

static int
add_batch(struct database *s, int64_t node, const struct batch *b,
          const char *digest, int64_t now_ms)
{
	sqlite3_stmt *q = s->statements[SQL_BATCH_ADD];

	sqlite3_bind_int64(q, 1, node);
	database_bind(q, 2, b->id);
	database_bind(q, 3, sv_str(digest));
	sqlite3_bind_int64(q, 4, now_ms);
	return database_run(s, SQL_BATCH_ADD);
}

/* Inside a transaction, which the caller ends. */
static enum database_answer
accept_batch(struct database *s, const struct batch *b, const char *digest,
             int64_t now_ms)
{
	enum database_answer answer;
	int64_t node;

	if (set_node(s, b, now_ms, &node))
		return DATABASE_UNAVAILABLE;
	answer = find_batch(s, node, b, digest);
	if (answer != DATABASE_NEW)
		return answer;
	if (add_batch(s, node, b, digest, now_ms) ||
	    add_counts(s, node, b, now_ms) || database_run(s, SQL_COMMIT))
		return DATABASE_UNAVAILABLE;
	return DATABASE_NEW;
}

enum database_answer
database_accept(struct database *s, const struct batch *b, const char *digest,
                int64_t now_ms, char why[DATABASE_TEXT])
{
	enum database_answer answer = DATABASE_UNAVAILABLE;

	pthread_mutex_lock(&s->lock);
	if (database_run(s, SQL_BEGIN) == 0)
		answer = accept_batch(s, b, digest, now_ms);
	if (answer == DATABASE_UNAVAILABLE)
		snprintf(why, DATABASE_TEXT, "%s", sqlite3_errmsg(s->db));
	if (!sqlite3_get_autocommit(s->db)) {
		database_run(s, SQL_ROLLBACK);
		forget_cells(s);
	}
	pthread_mutex_unlock(&s->lock);
	return answer;
}
