/* SPDX-License-Identifier: Apache-2.0 */
/* Adding a batch: all of it or nothing. */
#include <stdio.h>
#include <stdlib.h>

#include "feedd/database_private.h"

enum {
	CHANGES_MAX = 20000, /* of which memory is held at once */
	OPEN_MIN = 5,        /* steps that end later are not rolled up yet */
	SILENT_MIN = 60,     /* without counts, that is noted */
	CLOCK_NOTE_MS = 300000,
	CLOCK_CHANGE_MS = 60000,
	HISTORY_DAYS = 30,
};

/* One writer at work. */
struct writing {
	struct database *database;
	struct sql *sql;
	char *why;
	int64_t now_ms;
	int64_t node;
	int64_t minutes_from;
};

/* ---- counts ---- */

struct adding {
	struct writing *w;
	int64_t minute, sign;
	struct sv table;
	VEC(struct change) changes;
	int result;
};

static int
compare_changes(const void *a, const void *b)
{
	const struct change *x = a, *y = b;
	const int64_t differences[] = { (int64_t)x->level - (int64_t)y->level,
		                        x->tab - y->tab, x->start - y->start,
		                        x->cell - y->cell };

	for (size_t i = 0; i < 4; i++)
		if (differences[i])
			return differences[i] < 0 ? -1 : 1;
	return 0;
}

static bool
is_same_row(const struct change *a, const struct change *b)
{
	return compare_changes(a, b) == 0;
}

/* Hands over what was collected, each row once. */
static int
flush(struct adding *a)
{
	struct change *list = a->changes.list;
	size_t n = 0;

	if (a->result || a->changes.n == 0)
		return a->result;
	qsort(list, a->changes.n, sizeof *list, compare_changes);
	for (size_t i = 0; i < a->changes.n; i++)
		if (n && is_same_row(&list[n - 1], &list[i]))
			list[n - 1].n += list[i].n;
		else
			list[n++] = list[i];
	a->changes.n = 0;
	a->result =
	    a->w->database->backend->add(a->w->sql, a->w->node, list, n);
	return a->result;
}

/* The one place where a count enters the database. Ids are known here:
 * learn_words() saw to it. */
static void
add_count(void *ctx, const struct sv *words, uint64_t count)
{
	struct adding *a = ctx;
	struct writing *w = a->w;
	int64_t tab, cell;

	if (a->result || count == 0)
		return;
	a->result = database_cell(w->database, w->sql, a->table, NULL, &tab);
	if (!a->result)
		a->result =
		    database_cell(w->database, w->sql, a->table, words, &cell);
	for (int level = (int)w->database->finest;
	     level < LEVEL_COUNT && !a->result; level++)
		if (level != LEVEL_MINUTE || a->minute >= w->minutes_from)
			*VEC_ADD(&a->changes) = (struct change){
				.level = level,
				.tab = tab,
				.start = level_floor(level, a->minute),
				.cell = cell,
				.n = a->sign * (int64_t)count,
			};
	if (a->changes.n >= CHANGES_MAX)
		flush(a);
}

typedef void take_count(void *ctx, const struct sv *words, uint64_t count);

static void
each_total(struct adding *a, const char *name, uint64_t count, take_count *take)
{
	const struct sv words[3] = { sv_str(name), SV(""), SV("") };

	a->table = SV(DATABASE_TOTALS);
	take(a, words, count);
}

static uint64_t
spam_of(const struct aggregate *g)
{
	uint64_t spam = 0;

	for (size_t t = 0; t < aggregate_totals_count(); t++)
		if (strcmp(aggregate_totals[t], "advertising_spam") == 0 ||
		    strcmp(aggregate_totals[t], "other_abuse") == 0)
			spam += aggregate_total(g, t);
	return spam;
}

/* All counts of a batch. What the node says of it as a whole is counted in
 * its last minute, or in `minute` when it has none. */
static void
each_count(struct adding *a, const struct batch *b, int64_t minute,
           take_count *take)
{
	a->minute = minute;
	for (size_t i = 0; i < b->n_aggregates; i++) {
		const struct aggregate *g = b->aggregates[i];

		a->minute = aggregate_minute(g) / RECORD_MINUTE_MS;
		for (size_t t = 0; t < aggregate_totals_count(); t++)
			each_total(a, aggregate_totals[t],
			           aggregate_total(g, t), take);
		if (b->accounts)
			each_total(a, "accounted_spam", spam_of(g), take);
		for (size_t t = 0; t < aggregate_tables_count(); t++) {
			a->table = sv_str(aggregate_tables[t].name);
			aggregate_rows(g, t, take, a);
		}
	}
	each_total(a, "lost", b->lost, take);
	each_total(a, "suppressed_rows", b->suppressed_rows, take);
	each_total(a, "suppressed_items", b->suppressed_items, take);
}

static int
count_batch(struct writing *w, const struct batch *b, int64_t sign,
            int64_t now_ms)
{
	struct adding a = { .w = w, .sign = sign };

	each_count(&a, b, now_ms / RECORD_MINUTE_MS, add_count);
	flush(&a);
	VEC_DONE(&a.changes);
	return a.result;
}

/* ---- what must be there before the transaction ---- */

static void
learn_word(void *ctx, const struct sv *words, uint64_t count)
{
	struct adding *a = ctx;
	struct writing *w = a->w;
	int64_t id;

	if (a->result || count == 0)
		return;
	a->result = database_cell(w->database, w->sql, a->table, NULL, &id);
	if (!a->result)
		a->result =
		    database_cell(w->database, w->sql, a->table, words, &id);
}

static int
learn_steps(struct writing *w, int64_t minute)
{
	int result = 0;

	for (int level = (int)w->database->finest;
	     level < LEVEL_COUNT && !result; level++)
		result = database_make_step(w->database, w->sql, level,
		                            level_floor(level, minute));
	return result;
}

/* Ids of words and steps outlive a batch that fails: whoever has them in
 * memory is right. Where only one writes they are made at once; others would
 * wait for each other. */
static int
learn_words(struct writing *w, const struct batch *b)
{
	const struct database_backend *backend = w->database->backend;
	struct adding a = { .w = w };

	if (backend->is_single_writer && backend->begin(w->sql, SQL_WRITE, 0))
		return E_IO;
	each_count(&a, b, 0, learn_word);
	for (size_t i = 0; i < b->n_aggregates && !a.result; i++)
		a.result = learn_steps(w, aggregate_minute(b->aggregates[i]) /
		                              RECORD_MINUTE_MS);
	if (!a.result)
		a.result = learn_steps(w, w->now_ms / RECORD_MINUTE_MS);
	if (!a.result && backend->is_single_writer)
		a.result = backend->commit(w->sql);
	if (a.result)
		database_forget(w->database);
	return a.result;
}

/* ---- steps that may be rolled up already ---- */

static int
note_late(struct writing *w, enum level level, int64_t start)
{
	return DATABASE_RUN(w->database, w->sql, NULL, NULL,
	                    "INSERT INTO late (level, start) VALUES (?1, ?2)",
	                    sql_number(level), sql_number(start));
}

/* Minutes of a batch ascend, so equal steps are neighbours. */
static int
note_late_steps(struct writing *w, const struct batch *b)
{
	int64_t open = w->now_ms / RECORD_MINUTE_MS + OPEN_MIN;
	int result = 0;

	for (int level = LEVEL_HOUR; level < LEVEL_COUNT; level++) {
		int64_t last = -1;

		for (size_t i = 0; i < b->n_aggregates && !result; i++) {
			int64_t start = level_floor(
			    level, aggregate_minute(b->aggregates[i]) /
				       RECORD_MINUTE_MS);

			if (start == last ||
			    start + level_minutes[level] > open)
				continue;
			last = start;
			result = note_late(w, level, start);
		}
	}
	return result;
}

/* ---- notes ---- */

static int
note_kind(struct writing *w, struct sv kind, struct sv detail,
          struct period period, int64_t n)
{
	return DATABASE_RUN(
	    w->database, w->sql, NULL, NULL,
	    "INSERT INTO note (node, kind, detail, begin_min, end_min, n,"
	    " at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
	    sql_number(w->node), sql_text(kind), sql_text(detail),
	    sql_number(period.begin_min), sql_number(period.end_min),
	    sql_number(n), sql_number(w->now_ms));
}

static int
note(struct writing *w, const char *kind, struct sv detail,
     struct period period, int64_t n)
{
	return note_kind(w, sv_str(kind), detail, period, n);
}

/* From the first to the last minute; of a batch without any: now. */
static struct period
period_of(const struct batch *b, int64_t now_ms)
{
	struct period p = { now_ms / RECORD_MINUTE_MS,
		            now_ms / RECORD_MINUTE_MS + 1 };

	if (b->n_aggregates) {
		p.begin_min =
		    aggregate_minute(b->aggregates[0]) / RECORD_MINUTE_MS;
		p.end_min =
		    aggregate_minute(b->aggregates[b->n_aggregates - 1]) /
			RECORD_MINUTE_MS +
		    1;
	}
	return p;
}

/* What was known of the node before this batch. */
struct before {
	bool is_new;
	int64_t last_min, clock_ms;
	char ruleset[128], generator[160], profile[64], k_min[32];
};

static void
take_before(void *ctx, const struct sv *cells)
{
	struct before *b = ctx;

	b->is_new = database_number(cells[0]) == 0;
	b->last_min = database_number(cells[1]);
	b->clock_ms = database_number(cells[2]);
	snprintf(b->k_min, sizeof b->k_min, SV_FMT, SV_ARG(cells[3]));
	snprintf(b->ruleset, sizeof b->ruleset, SV_FMT, SV_ARG(cells[4]));
	snprintf(b->generator, sizeof b->generator, SV_FMT, SV_ARG(cells[5]));
	snprintf(b->profile, sizeof b->profile, SV_FMT, SV_ARG(cells[6]));
}

/* What the node says it lost: where it says so, or since the batch before. */
static int
note_lost(struct writing *w, const struct batch *b, const struct before *before)
{
	struct period p = period_of(b, w->now_ms);
	int result = 0;

	for (size_t i = 0; i < b->n_gaps && !result; i++) {
		const struct batch_gap *g = &b->gaps[i];

		result =
		    note(w, "lost", g->why,
		         (struct period){ g->begin_unix_ms / RECORD_MINUTE_MS,
		                          g->end_unix_ms / RECORD_MINUTE_MS },
		         (int64_t)g->records);
	}
	if (b->n_gaps || b->lost == 0 || result)
		return result;
	if (!before->is_new && before->last_min + 1 < p.begin_min)
		p.begin_min = before->last_min + 1;
	return note(w, "lost", SV(""), p, (int64_t)b->lost);
}

static int
note_gaps(struct writing *w, const struct database_batch *d,
          const struct before *before)
{
	const struct batch *b = d->batch;
	struct period now = period_of(b, w->now_ms);
	struct period between = { before->last_min + 1, now.begin_min };
	int64_t change = d->clock_ms - before->clock_ms;
	int result = note_lost(w, b, before);

	if (!result && !before->is_new && b->n_aggregates &&
	    between.end_min - between.begin_min >= SILENT_MIN)
		result = note(w, "silent", SV(""), between, 0);
	if (!result && llabs(d->clock_ms) >= CLOCK_NOTE_MS &&
	    llabs(change) >= CLOCK_CHANGE_MS)
		result =
		    note(w, "clock", d->clock_ms > 0 ? SV("fast") : SV("slow"),
		         now, llabs(d->clock_ms) / 1000);
	return result;
}

static bool
is_marked(const struct batch *b, const char *what)
{
	for (size_t i = 0; i < b->n_marks; i++)
		if (sv_eq_str(b->marks[i].what, what))
			return true;
	return false;
}

/* What has changed since the batch before, and no mark tells when. */
static int
note_changes(struct writing *w, const struct batch *b,
             const struct before *before)
{
	struct period now = period_of(b, w->now_ms);
	struct period at = { now.begin_min, now.begin_min + 1 };
	char k_min[32];
	int result = 0;

	snprintf(k_min, sizeof k_min, "%lld", (long long)b->k_min);
	const struct {
		const char *kind, *before;
		struct sv now;
	} texts[] = {
		{ "ruleset", before->ruleset, b->ruleset },
		{ "generator", before->generator, b->generator },
		{ "profile", before->profile, b->profile },
		{ "k_min", before->k_min, sv_str(k_min) },
	};

	for (size_t i = 0; i < sizeof texts / sizeof *texts && !result; i++)
		if (!sv_eq_str(texts[i].now, texts[i].before) &&
		    !is_marked(b, texts[i].kind))
			result = note(w, texts[i].kind, texts[i].now, at, 0);
	return result;
}

/* Marks, where figures before and after may not be compared. */
static int
note_marks(struct writing *w, const struct batch *b,
           const struct before *before)
{
	int64_t first = period_of(b, w->now_ms).begin_min;
	int result = 0;

	for (size_t i = 0; i < b->n_marks && !result; i++) {
		int64_t at = b->marks[i].minute_unix_ms / RECORD_MINUTE_MS;

		result = note_kind(w, b->marks[i].what, b->marks[i].to,
		                   (struct period){ at, at + 1 }, 0);
	}
	if (result)
		return result;
	if (before->is_new)
		return note(w, "first", SV(""),
		            (struct period){ first, first + 1 }, 0);
	return note_changes(w, b, before);
}

/* ---- the node ---- */

/* Locks the row of the node: batches of one node go one after another. */
static int
find_node(struct writing *w, struct sv name, struct before *ret)
{
	int result = DATABASE_RUN(
	    w->database, w->sql, database_take_number, &w->node,
	    "INSERT INTO node (name, first_ms, last_ms, last_min, clock_ms,"
	    " batches) VALUES (?1, ?2, ?2, 0, 0, 0)"
	    " ON CONFLICT (name) DO UPDATE SET name = excluded.name"
	    " RETURNING id",
	    sql_text(name), sql_number(w->now_ms));

	if (!result)
		result = DATABASE_RUN(
		    w->database, w->sql, take_before, ret,
		    "SELECT batches, last_min, clock_ms, k_min, ruleset,"
		    " generator, profile FROM node WHERE id = ?1",
		    sql_number(w->node));
	if (!result)
		result = w->database->backend->run(
		    w->sql, "SELECT value FROM meta WHERE key = 'minutes_from'",
		    NULL, 0, database_take_number, &w->minutes_from);
	return result;
}

static int
set_node(struct writing *w, const struct database_batch *d)
{
	const struct batch *b = d->batch;
	struct period p = period_of(b, w->now_ms);

	return DATABASE_RUN(
	    w->database, w->sql, NULL, NULL,
	    "UPDATE node SET org = ?2, domain = ?3, generator = ?4,"
	    " ruleset = ?5, profile = ?6, k_min = ?7, accounts = ?8,"
	    " last_ms = ?9, clock_ms = ?10, batches = batches + 1,"
	    " last_min = CASE WHEN last_min > ?11 THEN last_min ELSE ?11 END,"
	    " sector = ?12, accounts_filtered = ?13, nodes_expected = ?14"
	    " WHERE id = ?1",
	    sql_number(w->node), sql_text(b->org), sql_text(b->domain),
	    sql_text(b->generator), sql_text(b->ruleset), sql_text(b->profile),
	    sql_number((int64_t)b->k_min), sql_number((int64_t)b->accounts),
	    sql_number(w->now_ms), sql_number(d->clock_ms),
	    sql_number(p.end_min - 1), sql_text(b->sector),
	    sql_number((int64_t)b->accounts_filtered),
	    sql_number((int64_t)b->nodes_expected));
}

/* From when on the node states other accounts than before. */
static int
note_accounts(struct writing *w, const struct batch *b)
{
	return DATABASE_RUN(
	    w->database, w->sql, NULL, NULL,
	    "INSERT INTO coverage SELECT CAST(?1 AS BIGINT),"
	    " CAST(?2 AS BIGINT), CAST(?3 AS BIGINT), CAST(?4 AS BIGINT),"
	    " CAST(?5 AS BIGINT) WHERE NOT EXISTS (SELECT 1 FROM coverage"
	    " WHERE node = ?1 AND begin_min = (SELECT MAX(begin_min) FROM"
	    " coverage WHERE node = ?1 AND begin_min <= ?2) AND accounts = ?3"
	    " AND accounts_filtered = ?4 AND nodes_expected = ?5)"
	    " ON CONFLICT (node, begin_min) DO UPDATE SET"
	    " accounts = excluded.accounts,"
	    " accounts_filtered = excluded.accounts_filtered,"
	    " nodes_expected = excluded.nodes_expected",
	    sql_number(w->node), sql_number(period_of(b, w->now_ms).begin_min),
	    sql_number((int64_t)b->accounts),
	    sql_number((int64_t)b->accounts_filtered),
	    sql_number((int64_t)b->nodes_expected));
}

/* ---- the batch ---- */

struct known_batch {
	bool is_known;
	char digest[128];
	enum state state;
	int64_t received_ms, items;
	struct period period;
	struct buf *content; /* NULL: not asked for */
};

static void
take_batch(void *ctx, const struct sv *cells)
{
	struct known_batch *b = ctx;

	b->is_known = true;
	snprintf(b->digest, sizeof b->digest, SV_FMT, SV_ARG(cells[0]));
	b->state = (enum state)database_number(cells[1]);
	b->received_ms = database_number(cells[2]);
	b->items = database_number(cells[3]);
	b->period.begin_min = database_number(cells[4]);
	b->period.end_min = database_number(cells[5]);
	if (b->content)
		buf_add(b->content, cells[6]);
}

static int
find_batch(struct writing *w, struct sv id, struct known_batch *ret)
{
	return DATABASE_RUN(
	    w->database, w->sql, take_batch, ret,
	    ret->content
		? "SELECT digest, state, received_ms, items, begin_min,"
		  " end_min, content FROM batch WHERE node = ?1 AND id = ?2"
		: "SELECT digest, state, received_ms, items, begin_min,"
		  " end_min FROM batch WHERE node = ?1 AND id = ?2",
	    sql_number(w->node), sql_text(id));
}

static int64_t
items_of(const struct batch *b)
{
	uint64_t items = 0;

	for (size_t i = 0; i < b->n_aggregates; i++)
		items += aggregate_total(b->aggregates[i], 0);
	return (int64_t)items;
}

static int
add_batch(struct writing *w, const struct database_batch *d, enum state state)
{
	struct period p = period_of(d->batch, w->now_ms);

	return DATABASE_RUN(
	    w->database, w->sql, NULL, NULL,
	    "INSERT INTO batch VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
	    sql_number(w->node), sql_text(d->batch->id),
	    sql_text(sv_str(d->digest)), sql_number(w->now_ms),
	    sql_number(state), sql_number(items_of(d->batch)),
	    sql_number(p.begin_min), sql_number(p.end_min),
	    sql_bytes(d->content));
}

static int
set_state(struct writing *w, struct sv id, enum state state, bool keep_content)
{
	return DATABASE_RUN(
	    w->database, w->sql, NULL, NULL,
	    keep_content ? "UPDATE batch SET state = ?3"
			   " WHERE node = ?1 AND id = ?2"
			 : "UPDATE batch SET state = ?3, content = NULL"
			   " WHERE node = ?1 AND id = ?2",
	    sql_number(w->node), sql_text(id), sql_number(state));
}

/* ---- plausibility ---- */

static int
items_in(struct writing *w, const char *sql, int64_t from, int64_t *ret)
{
	const struct sv words[3] = { SV("items"), SV(""), SV("") };
	int64_t tab, cell;

	*ret = 0;
	if (database_cell(w->database, w->sql, SV(DATABASE_TOTALS), NULL,
	                  &tab) ||
	    database_cell(w->database, w->sql, SV(DATABASE_TOTALS), words,
	                  &cell))
		return E_IO;
	return DATABASE_RUN(w->database, w->sql, database_take_number, ret, sql,
	                    sql_number(tab), sql_number(w->node),
	                    sql_number(from), sql_number(cell));
}

/* The largest hour is asked for only where there is something to wonder
 * about. */
static int
wonder_hour(struct writing *w, const struct database_batch *d, int64_t hour,
            uint64_t items, bool *ret)
{
	int64_t counted, largest;

	if (items_in(w,
	             "SELECT n FROM total WHERE level = 1 AND tab = ?1"
	             " AND node = ?2 AND start = ?3 AND cell = ?4",
	             hour, &counted))
		return E_IO;
	items += (uint64_t)counted;
	if (items <= d->hour_items)
		return 0;
	if (items_in(w,
	             "SELECT MAX(n) FROM total WHERE level = 1 AND tab = ?1"
	             " AND node = ?2 AND start >= ?3 AND cell = ?4",
	             hour - HISTORY_DAYS * level_minutes[LEVEL_DAY], &largest))
		return E_IO;
	*ret = items > (uint64_t)largest * d->hour_factor;
	return 0;
}

static int
wonder(struct writing *w, const struct database_batch *d, bool *ret)
{
	const struct batch *b = d->batch;
	int result = 0;

	*ret = false;
	for (size_t i = 0;
	     i < b->n_aggregates && d->hour_factor && !result && !*ret;) {
		int64_t hour =
		    level_floor(LEVEL_HOUR, aggregate_minute(b->aggregates[i]) /
		                                RECORD_MINUTE_MS);
		uint64_t items = 0;

		for (; i < b->n_aggregates &&
		       aggregate_minute(b->aggregates[i]) / RECORD_MINUTE_MS <
		           hour + level_minutes[LEVEL_HOUR];
		     i++)
			items += aggregate_total(b->aggregates[i], 0);
		result = wonder_hour(w, d, hour, items, ret);
	}
	return result;
}

/* ---- one batch in its transaction ---- */

static int
take_back(struct writing *w, const struct batch *old,
          const struct known_batch *known)
{
	int result = 0;

	if (known->state == STATE_COUNTED)
		result = count_batch(w, old, -1, known->received_ms);
	if (!result)
		result = note_late_steps(w, old);
	if (!result)
		result = set_state(w, old->id, STATE_CORRECTED, false);
	if (!result)
		result =
		    note(w, "corrected", old->id, known->period, known->items);
	return result;
}

/* DATABASE_NEW: nothing to take back, or done. */
static enum database_answer
correct(struct writing *w, const struct database_batch *d)
{
	const struct batch *old = d->corrects;
	struct known_batch known = { false };

	if (!d->is_correction)
		return DATABASE_NEW;
	if (!old)
		return DATABASE_UNKNOWN;
	if (find_batch(w, old->id, &known))
		return DATABASE_UNAVAILABLE;
	if (!known.is_known || known.state > STATE_HELD)
		return DATABASE_UNKNOWN;
	return take_back(w, old, &known) ? DATABASE_UNAVAILABLE : DATABASE_NEW;
}

static int
count_or_hold(struct writing *w, const struct database_batch *d, bool is_held)
{
	if (is_held)
		return note(w, "held", d->batch->id,
		            period_of(d->batch, w->now_ms), items_of(d->batch));
	return count_batch(w, d->batch, 1, w->now_ms)
	           ? E_IO
	           : note_late_steps(w, d->batch);
}

static enum database_answer
accept_batch(struct writing *w, const struct database_batch *d)
{
	struct known_batch known = { false };
	struct before before = { false };
	enum database_answer answer;
	bool is_held;

	if (find_node(w, d->batch->node, &before) ||
	    find_batch(w, d->batch->id, &known))
		return DATABASE_UNAVAILABLE;
	if (known.is_known)
		return strcmp(known.digest, d->digest) == 0 ? DATABASE_SEEN
		                                            : DATABASE_CONFLICT;
	answer = correct(w, d);
	if (answer != DATABASE_NEW)
		return answer;
	if (wonder(w, d, &is_held) ||
	    add_batch(w, d, is_held ? STATE_HELD : STATE_COUNTED) ||
	    note_gaps(w, d, &before) || note_marks(w, d->batch, &before) ||
	    set_node(w, d) || note_accounts(w, d->batch) ||
	    count_or_hold(w, d, is_held))
		return DATABASE_UNAVAILABLE;
	return is_held ? DATABASE_HELD : DATABASE_NEW;
}

/* ---- transactions ---- */

/* Takes a connection, and the only right to write where there is but one. */
static int
begin_writing(struct writing *w, struct database *s, int64_t now_ms, char *why)
{
	*w = (struct writing){ .database = s, .now_ms = now_ms, .why = why };
	if (s->backend->is_single_writer)
		pthread_mutex_lock(&s->write_lock);
	if (database_take(s, &w->sql, why) == 0)
		return 0;
	if (s->backend->is_single_writer)
		pthread_mutex_unlock(&s->write_lock);
	return E_IO;
}

/* Ends the transaction: it counts only if the answer says so. */
static enum database_answer
end_writing(struct writing *w, enum database_answer answer)
{
	struct database *s = w->database;

	if ((answer == DATABASE_NEW || answer == DATABASE_HELD) &&
	    s->backend->commit(w->sql))
		answer = DATABASE_UNAVAILABLE;
	if (answer == DATABASE_UNAVAILABLE)
		snprintf(w->why, DATABASE_TEXT, "%s",
		         s->backend->error(w->sql));
	s->backend->rollback(w->sql);
	database_give(s, w->sql, answer == DATABASE_UNAVAILABLE);
	if (s->backend->is_single_writer)
		pthread_mutex_unlock(&s->write_lock);
	return answer;
}

enum database_answer
database_accept(struct database *s, const struct database_batch *d,
                char why[DATABASE_TEXT])
{
	enum database_answer answer = DATABASE_UNAVAILABLE;
	struct writing w;

	if (begin_writing(&w, s, d->now_unix_ms, why))
		return answer;
	if (learn_words(&w, d->batch) == 0 &&
	    s->backend->begin(w.sql, SQL_WRITE, 0) == 0)
		answer = accept_batch(&w, d);
	return end_writing(&w, answer);
}

/* ---- later looks at a batch ---- */

static int
node_of(struct writing *w, struct sv name)
{
	return DATABASE_RUN(w->database, w->sql, database_take_number, &w->node,
	                    "SELECT id FROM node WHERE name = ?1",
	                    sql_text(name));
}

int
database_content(struct database *s, struct sv node, struct sv id,
                 struct buf *out, char why[DATABASE_TEXT])
{
	struct known_batch known = { .content = out };
	struct writing w = { .database = s };
	int result;

	if (database_take(s, &w.sql, why))
		return E_IO;
	result = node_of(&w, node);
	if (!result)
		result = find_batch(&w, id, &known);
	if (result)
		snprintf(why, DATABASE_TEXT, "%s", s->backend->error(w.sql));
	database_give(s, w.sql, result != 0);
	if (result)
		return E_IO;
	return known.is_known && known.state <= STATE_HELD && out->n
	           ? 0
	           : E_UNKNOWN;
}

static enum database_answer
review_batch(struct writing *w, struct sv id, const struct batch *b)
{
	struct known_batch known = { false };
	int result;

	if (find_batch(w, id, &known))
		return DATABASE_UNAVAILABLE;
	if (!known.is_known || known.state != STATE_HELD)
		return DATABASE_UNKNOWN;
	result =
	    set_state(w, id, b ? STATE_COUNTED : STATE_REJECTED, b != NULL);
	if (!result && b)
		result = count_batch(w, b, 1, known.received_ms);
	if (!result && b)
		result = note_late_steps(w, b);
	if (!result)
		result = note(w, b ? "confirmed" : "rejected", id, known.period,
		              known.items);
	return result ? DATABASE_UNAVAILABLE : DATABASE_NEW;
}

enum database_answer
database_review(struct database *s, struct sv node, struct sv id,
                const struct batch *b, int64_t now_ms, char why[DATABASE_TEXT])
{
	enum database_answer answer = DATABASE_UNAVAILABLE;
	struct before before = { false };
	struct writing w;

	if (begin_writing(&w, s, now_ms, why))
		return answer;
	if ((!b || learn_words(&w, b) == 0) &&
	    s->backend->begin(w.sql, SQL_WRITE, 0) == 0 &&
	    find_node(&w, node, &before) == 0)
		answer = review_batch(&w, id, b);
	return end_writing(&w, answer);
}
