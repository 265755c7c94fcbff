/* SPDX-License-Identifier: Apache-2.0 */
/* The database itself: its schema, connections, and the ids of words. */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "feedd/database_private.h"

enum {
	CELL_KEY_MAX = 1024,
	/* Words that a table may have; further ones count as "other". */
	CELLS_MAX = 50000,
};

/*
 * A cell is one row of words of a published table; words that the table does
 * not have are empty. The table itself is known by the id of its cell without
 * any word. In `total`, the node comes before the step, so that a batch
 * touches few places of it.
 *
 * `total_all` has the sums over all nodes of steps that are rolled up: for a
 * cell that few nodes have, a row of each, else one row with node 0. A step
 * counts as rolled up when `step` says so and nothing came `late`, which is
 * only appended to: batches never wait for the roll-up.
 */
static const char *const schema[] = {
	"CREATE TABLE node (id @id, name @text NOT NULL UNIQUE,"
	" org @text, domain @text, generator @text, ruleset @text,"
	" profile @text, sector @text, k_min BIGINT, accounts BIGINT,"
	" accounts_filtered BIGINT, nodes_expected BIGINT, first_ms BIGINT,"
	" last_ms BIGINT, last_min BIGINT, clock_ms BIGINT, batches BIGINT)",
	"CREATE TABLE batch (node BIGINT, id @text, digest @text NOT NULL,"
	" received_ms BIGINT NOT NULL, state BIGINT NOT NULL, items BIGINT,"
	" begin_min BIGINT, end_min BIGINT, content @bytes,"
	" PRIMARY KEY (node, id)) @keyed",
	"CREATE INDEX batch_received ON batch (received_ms)",
	"CREATE INDEX batch_held ON batch (received_ms) WHERE state = 1",
	"CREATE TABLE cell (id @id, tab @text NOT NULL, a @text NOT NULL,"
	" b @text NOT NULL, c @text NOT NULL, UNIQUE (tab, a, b, c))",
	"CREATE TABLE step (level BIGINT, start BIGINT, is_rolled BIGINT,"
	" PRIMARY KEY (level, start)) @keyed",
	"CREATE TABLE late (id @id, level BIGINT, start BIGINT)",
	"CREATE INDEX late_step ON late (level, start)",
	"CREATE TABLE total_all (level BIGINT, start BIGINT, tab BIGINT,"
	" cell BIGINT, node BIGINT, n BIGINT, reporters BIGINT,"
	" PRIMARY KEY (level, start, tab, cell, node)) @keyed",
	"CREATE TABLE note (id @id, node BIGINT, kind @text, detail @text,"
	" begin_min BIGINT, end_min BIGINT, n BIGINT, at_ms BIGINT)",
	"CREATE INDEX note_end ON note (end_min)",
	"INSERT INTO meta VALUES ('minutes_from', 0)",
	DATABASE_COVERAGE_TABLE,
};

int64_t
database_number(struct sv cell)
{
	return cell.p ? strtoll(cell.p, NULL, 10) : 0;
}

void
database_take_number(void *ctx, const struct sv *cells)
{
	*(int64_t *)ctx = database_number(cells[0]);
}

/* ---- making it ---- */

/* Replaces the words that the backends spell differently. */
static void
spell(const struct database_backend *b, const char *text, struct buf *out)
{
	const struct {
		const char *word, *spelling;
	} words[] = {
		{ "@id", b->id },
		{ "@keyed", b->keyed },
		{ "@text", b->text },
		{ "@bytes", b->bytes },
	};
	struct sv rest = sv_str(text);

	while (rest.n) {
		size_t step = 1;

		for (size_t i = 0; i < sizeof words / sizeof *words; i++)
			if (sv_starts(rest, sv_str(words[i].word))) {
				buf_add_str(out, words[i].spelling);
				step = strlen(words[i].word);
				break;
			}
		if (step == 1)
			buf_add_char(out, rest.p[0]);
		rest = sv_from(rest, step);
	}
}

int
database_run_schema(const struct database_backend *b, struct sql *c,
                    const char *text)
{
	struct buf spelled = BUF_INIT(4096);
	int result;

	spell(b, text, &spelled);
	result = b->run(c, buf_str(&spelled), NULL, 0, NULL, NULL);
	buf_done(&spelled);
	return result;
}

static int
make_tables(const struct database_backend *b, struct sql *c)
{
	char version[64];
	int result = 0;

	for (size_t i = 0; !result && i < sizeof schema / sizeof *schema; i++)
		result = database_run_schema(b, c, schema[i]);
	for (const char *const *t = b->own_schema; !result && *t; t++)
		result = database_run_schema(b, c, *t);
	snprintf(version, sizeof version,
	         "INSERT INTO meta VALUES ('version', %d)",
	         DATABASE_SCHEMA_VERSION);
	return result ? result : database_run_schema(b, c, version);
}

static int
read_version(const struct database_backend *b, struct sql *c, int64_t *ret)
{
	int64_t rows = -1;

	*ret = 0;
	if (b->begin(c, SQL_WRITE, 0) ||
	    (b->schema_lock && database_run_schema(b, c, b->schema_lock)) ||
	    database_run_schema(b, c,
	                        "CREATE TABLE IF NOT EXISTS meta"
	                        " (key @text PRIMARY KEY, value BIGINT)") ||
	    b->run(c, "SELECT COUNT(*) FROM meta", NULL, 0,
	           database_take_number, &rows))
		return E_IO;
	if (rows == 0)
		return make_tables(b, c) ? E_IO
		                         : (*ret = DATABASE_SCHEMA_VERSION, 0);
	*ret = 1; /* which did not say so */
	return b->run(c, "SELECT value FROM meta WHERE key = 'version'", NULL,
	              0, database_take_number, ret);
}

/* Makes the tables, or those of an older version into ours. That of a newer
 * one is not touched. */
static int
make(const struct database_backend *b, const char *address, struct sql *c,
     char why[DATABASE_TEXT])
{
	int64_t version = 0;
	int result = read_version(b, c, &version);

	if (!result && version < DATABASE_SCHEMA_VERSION) {
		b->rollback(c);
		result = database_migrate(b, address, c, version, why);
		if (!result)
			result = read_version(b, c, &version);
		else
			return result;
	}
	if (!result && version == DATABASE_SCHEMA_VERSION)
		result = b->commit(c);
	if (!result && version == DATABASE_SCHEMA_VERSION)
		return 0;
	if (result)
		snprintf(why, DATABASE_TEXT, "%s", b->error(c));
	else
		snprintf(why, DATABASE_TEXT,
		         "made by a newer version of tamis-feedd");
	b->rollback(c);
	return E_IO;
}

/* ---- connections ---- */

int
database_take(struct database *s, struct sql **ret, char why[DATABASE_TEXT])
{
	struct sql *c = NULL;

	pthread_mutex_lock(&s->lock);
	if (s->idle.n)
		c = s->idle.list[--s->idle.n];
	pthread_mutex_unlock(&s->lock);
	*ret = c;
	return c ? 0 : s->backend->open(s->address, ret, why);
}

/* When one failed, its server may be gone, and the others with it. */
void
database_give(struct database *s, struct sql *c, bool failed)
{
	bool keep;

	pthread_mutex_lock(&s->lock);
	while (failed && s->idle.n)
		s->backend->close(s->idle.list[--s->idle.n]);
	keep = !failed && s->idle.n < DATABASE_IDLE_MAX;
	if (keep)
		*VEC_ADD(&s->idle) = c;
	pthread_mutex_unlock(&s->lock);
	if (!keep)
		s->backend->close(c);
}

static const struct database_backend *
find_backend(const char *address, char why[DATABASE_TEXT])
{
	struct sv text = sv_str(address);

	if (!sv_starts(text, SV("postgresql://")) &&
	    !sv_starts(text, SV("postgres://")))
		return &database_sqlite;
#ifdef HAVE_POSTGRESQL
	(void)why;
	return &database_postgresql;
#else
	snprintf(why, DATABASE_TEXT,
	         "this program was built without PostgreSQL");
	return NULL;
#endif
}

int
database_open(const char *address, struct database **ret,
              char why[DATABASE_TEXT])
{
	const struct database_backend *backend = find_backend(address, why);
	struct database *s;
	struct sql *c;

	if (!backend || backend->open(address, &c, why))
		return E_IO;
	s = mem_calloc(1, sizeof *s);
	s->backend = backend;
	s->address = mem_strdup(address);
	s->cells = map_new();
	s->steps = map_new();
	s->cell_counts = map_new();
	pthread_mutex_init(&s->lock, NULL);
	pthread_mutex_init(&s->write_lock, NULL);
	if (make(backend, address, c, why)) {
		backend->close(c);
		database_close(s);
		return E_IO;
	}
	database_give(s, c, false);
	*ret = s;
	return 0;
}

void
database_close(struct database *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->idle.n; i++)
		s->backend->close(s->idle.list[i]);
	VEC_DONE(&s->idle);
	pthread_mutex_destroy(&s->lock);
	pthread_mutex_destroy(&s->write_lock);
	map_free(s->cells);
	map_free(s->steps);
	map_free(s->cell_counts);
	free(s->address);
	free(s);
}

const char *
database_kind(const struct database *s)
{
	return s->backend->kind;
}

void
database_set_finest(struct database *s, enum level finest)
{
	s->finest = finest;
}

/* ---- cells and steps: made once, never removed ---- */

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

static void *
known(struct database *s, struct map *const *map, struct sv key)
{
	void *value;

	pthread_mutex_lock(&s->lock);
	value = map_get(*map, key);
	pthread_mutex_unlock(&s->lock);
	return value;
}

static void
remember(struct database *s, struct map **map, struct sv key, int64_t value)
{
	pthread_mutex_lock(&s->lock);
	map_set(*map, key, (void *)(intptr_t)value);
	pthread_mutex_unlock(&s->lock);
}

static int
find_cell(struct database *s, struct sql *c, struct sv table,
          const struct sv words[3], int64_t *ret_id)
{
	*ret_id = 0;
	return DATABASE_RUN(s, c, database_take_number, ret_id,
	                    "SELECT id FROM cell WHERE tab = ?1 AND a = ?2"
	                    " AND b = ?3 AND c = ?4",
	                    sql_text(table), sql_text(words[0]),
	                    sql_text(words[1]), sql_text(words[2]));
}

static int
make_cell(struct database *s, struct sql *c, struct sv table,
          const struct sv words[3], int64_t *ret_id)
{
	int result = DATABASE_RUN(
	    s, c, NULL, NULL,
	    "INSERT INTO cell (tab, a, b, c) VALUES (?1, ?2, ?3, ?4)"
	    " ON CONFLICT DO NOTHING",
	    sql_text(table), sql_text(words[0]), sql_text(words[1]),
	    sql_text(words[2]));

	return result ? result : find_cell(s, c, table, words, ret_id);
}

/* Words come from strangers: a table does not grow without bound. */
static int
is_table_full(struct database *s, struct sql *c, struct sv table, bool *ret)
{
	int64_t n = (int64_t)(intptr_t)known(s, &s->cell_counts, table);

	*ret = false;
	if (n == 0) {
		int result =
		    DATABASE_RUN(s, c, database_take_number, &n,
		                 "SELECT COUNT(*) FROM cell WHERE tab = ?1",
		                 sql_text(table));

		if (result)
			return result;
	}
	*ret = n >= CELLS_MAX;
	remember(s, &s->cell_counts, table, *ret ? n : n + 1);
	return 0;
}

static int
find_or_make_cell(struct database *s, struct sql *c, struct sv table,
                  const struct sv words[3], int64_t *ret_id)
{
	struct sv others[3];
	bool full;

	if (find_cell(s, c, table, words, ret_id))
		return E_IO;
	if (*ret_id)
		return 0;
	if (is_table_full(s, c, table, &full))
		return E_IO;
	for (size_t i = 0; i < 3; i++)
		others[i] = full && words[i].n ? SV("other") : words[i];
	return make_cell(s, c, table, others, ret_id);
}

int
database_cell(struct database *s, struct sql *c, struct sv table,
              const struct sv words[3], int64_t *ret_id)
{
	static const struct sv none[3] = { { "", 0 }, { "", 0 }, { "", 0 } };
	struct buf key = BUF_INIT(CELL_KEY_MAX);
	struct sv name = cell_key(table, words ? words : none, &key);
	int result = 0;

	*ret_id = (int64_t)(intptr_t)known(s, &s->cells, name);
	if (*ret_id == 0) {
		result = find_or_make_cell(s, c, table, words ? words : none,
		                           ret_id);
		if (!result)
			remember(s, &s->cells, name, *ret_id);
	}
	buf_done(&key);
	return result;
}

int
database_make_step(struct database *s, struct sql *c, enum level level,
                   int64_t start)
{
	char text[48];
	struct sv key;
	int result;

	snprintf(text, sizeof text, "%d/%lld", (int)level, (long long)start);
	key = sv_str(text);
	if (known(s, &s->steps, key))
		return 0;
	result = s->backend->make_step(c, level, start);
	if (!result)
		result = DATABASE_RUN(s, c, NULL, NULL,
		                      "INSERT INTO step VALUES (?1, ?2, 0)"
		                      " ON CONFLICT DO NOTHING",
		                      sql_number(level), sql_number(start));
	if (!result)
		remember(s, &s->steps, key, 1);
	return result;
}

void
database_forget(struct database *s)
{
	struct map **maps[] = { &s->cells, &s->steps, &s->cell_counts };

	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < sizeof maps / sizeof *maps; i++) {
		map_free(*maps[i]);
		*maps[i] = map_new();
	}
	pthread_mutex_unlock(&s->lock);
}
