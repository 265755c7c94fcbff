/* SPDX-License-Identifier: Apache-2.0 */
/* PostgreSQL by libpq: for a national feed, and several collectors at once. */
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "feedd/database_private.h"

enum {
	STATEMENTS_MAX = 200, /* kept prepared */
	STATEMENT_TEXT = 32768,
	COLUMNS_MAX = 24,
	VALUES_MAX = 32,
	NUMBER_TEXT = 24,
	ARRAY_MAX = 64 << 20,
	WRITE_LIMIT_MS = 60000,
	BYTEA_OID = 17,
};

/* Locks: any numbers, the same in all collectors. */
#define LOCK_SCHEMA  "pg_advisory_xact_lock(1232001)"
#define LOCK_ROLL_UP "pg_try_advisory_xact_lock(1232002)"

struct sql {
	PGconn *connection;
	struct map *statements; /* text: its number */
	struct map *partitions; /* names of those that are there */
	char error[DATABASE_TEXT];
};

/* Minutes and hours are kept by month: minutes go by whole months, and what
 * is asked for is mostly recent. */
static const char *const own_schema[] = {
	"CREATE TABLE total (n BIGINT NOT NULL, level SMALLINT NOT NULL,"
	" tab INTEGER NOT NULL, node INTEGER NOT NULL, start INTEGER NOT NULL,"
	" cell INTEGER NOT NULL, PRIMARY KEY (level, tab, node, start, cell))"
	" PARTITION BY LIST (level)",
	"CREATE TABLE total_0 PARTITION OF total FOR VALUES IN (0)"
	" PARTITION BY RANGE (start)",
	"CREATE TABLE total_1 PARTITION OF total FOR VALUES IN (1)"
	" PARTITION BY RANGE (start)",
	/* rows are changed often: updates stay in their page */
	"CREATE TABLE total_2 PARTITION OF total FOR VALUES IN (2)"
	" WITH (fillfactor = 70)",
	"CREATE TABLE total_3 PARTITION OF total FOR VALUES IN (3)"
	" WITH (fillfactor = 70)",
	NULL,
};

/* ---- connections ---- */

static void
keep_error(struct sql *c, const char *text)
{
	size_t n = 0;

	/* on one line, for the log */
	for (; text[n] && n < sizeof c->error - 1; n++)
		c->error[n] = text[n] == '\n' || text[n] == '"' ? ' ' : text[n];
	c->error[n] = '\0';
}

static void
postgresql_close(struct sql *c)
{
	PQfinish(c->connection);
	map_free(c->statements);
	map_free(c->partitions);
	free(c);
}

static void
ignore_notice(void *ctx, const char *text)
{
	(void)ctx;
	(void)text;
}

static int
postgresql_open(const char *address, struct sql **ret, char why[DATABASE_TEXT])
{
	struct sql *c = mem_calloc(1, sizeof *c);

	c->statements = map_new();
	c->partitions = map_new();
	c->connection = PQconnectdb(address);
	if (PQstatus(c->connection) == CONNECTION_OK) {
		PQsetNoticeProcessor(c->connection, ignore_notice, NULL);
		*ret = c;
		return 0;
	}
	keep_error(c, PQerrorMessage(c->connection));
	snprintf(why, DATABASE_TEXT, "%s", c->error);
	postgresql_close(c);
	return E_IO;
}

static const char *
postgresql_error(const struct sql *c)
{
	return c->error;
}

/* ---- statements ---- */

static int
result_of(struct sql *c, PGresult *r)
{
	const char *state;

	switch (PQresultStatus(r)) {
	case PGRES_COMMAND_OK:
	case PGRES_TUPLES_OK:
		return 0;
	default:
		keep_error(c, PQresultErrorMessage(r));
		state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
		/* query_canceled: its time was up */
		return state && strcmp(state, "57014") == 0 ? E_LIMIT : E_IO;
	}
}

static int
execute(struct sql *c, const char *text)
{
	PGresult *r = PQexec(c->connection, text);
	int result = result_of(c, r);

	PQclear(r);
	return result;
}

/* "?1" is "$1" here. */
static void
spell(const char *text, char out[STATEMENT_TEXT])
{
	size_t n = 0;

	for (; text[n] && n < STATEMENT_TEXT - 1; n++)
		out[n] = text[n] == '?' ? '$' : text[n];
	out[n] = '\0';
}

struct arguments {
	const char *values[VALUES_MAX];
	int lengths[VALUES_MAX], formats[VALUES_MAX];
	char numbers[VALUES_MAX][NUMBER_TEXT];
	char *texts[VALUES_MAX]; /* that we made */
};

static void
fill(struct arguments *a, const struct sql_value *values, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct sql_value *v = &values[i];

		a->lengths[i] = (int)v->text.n;
		a->formats[i] = v->kind == SQL_BYTES;
		if (v->kind == SQL_NUMBER) {
			snprintf(a->numbers[i], NUMBER_TEXT, "%lld",
			         (long long)v->number);
			a->values[i] = a->numbers[i];
		} else {
			a->texts[i] =
			    mem_dup(v->text.p ? v->text.p : "", v->text.n);
			a->values[i] = a->texts[i];
		}
	}
}

static PGresult *
run_once(struct sql *c, const char *text, const struct arguments *a, size_t n)
{
	char spelled[STATEMENT_TEXT];

	spell(text, spelled);
	return PQexecParams(c->connection, spelled, (int)n, NULL, a->values,
	                    a->lengths, a->formats, 0);
}

static PGresult *
run_prepared(struct sql *c, const char *text, const struct arguments *a,
             size_t n)
{
	intptr_t number = (intptr_t)map_get(c->statements, sv_str(text));
	char name[NUMBER_TEXT];

	if (number == 0 && map_count(c->statements) >= STATEMENTS_MAX)
		return run_once(c, text, a, n);
	if (number == 0) {
		char spelled[STATEMENT_TEXT];
		PGresult *r;

		number = (intptr_t)map_count(c->statements) + 1;
		snprintf(name, sizeof name, "s%ld", (long)number);
		spell(text, spelled);
		r = PQprepare(c->connection, name, spelled, (int)n, NULL);
		if (PQresultStatus(r) != PGRES_COMMAND_OK)
			return r;
		PQclear(r);
		map_set(c->statements, sv_str(text), (void *)number);
	}
	snprintf(name, sizeof name, "s%ld", (long)number);
	return PQexecPrepared(c->connection, name, (int)n, a->values,
	                      a->lengths, a->formats, 0);
}

static void
each_row(PGresult *r, sql_each *each, void *ctx)
{
	int rows = PQntuples(r), columns = PQnfields(r);

	for (int row = 0; row < rows; row++) {
		struct sv cells[COLUMNS_MAX] = { { NULL, 0 } };
		unsigned char *bytes = NULL;

		for (int i = 0; i < columns && i < COLUMNS_MAX; i++) {
			char *p = PQgetvalue(r, row, i);

			if (PQgetisnull(r, row, i))
				continue;
			cells[i] = sv_make(p, (size_t)PQgetlength(r, row, i));
			/* at most one column of a question is of this type */
			if (PQftype(r, i) == BYTEA_OID && !bytes) {
				bytes = PQunescapeBytea((unsigned char *)p,
				                        &cells[i].n);
				cells[i].p = (const char *)bytes;
			}
		}
		each(ctx, cells);
		PQfreemem(bytes);
	}
}

static int
postgresql_run(struct sql *c, const char *text, const struct sql_value *values,
               size_t n, sql_each *each, void *ctx)
{
	struct arguments a = { .values = { NULL } };
	PGresult *r;
	int result;

	fill(&a, values, n);
	r = n ? run_prepared(c, text, &a, n) : run_once(c, text, &a, 0);
	result = result_of(c, r);
	if (!result && each)
		each_row(r, each, ctx);
	PQclear(r);
	for (size_t i = 0; i < n; i++)
		free(a.texts[i]);
	return result;
}

/* A snapshot for readers and the roll-up; for batches a transaction that
 * waits for others of the same node. */
static int
postgresql_begin(struct sql *c, enum sql_mode mode, int64_t limit_ms)
{
	char text[160];

	snprintf(text, sizeof text,
	         "BEGIN ISOLATION LEVEL %s; SET LOCAL statement_timeout = %lld",
	         mode == SQL_READ       ? "REPEATABLE READ READ ONLY"
	         : mode == SQL_SNAPSHOT ? "REPEATABLE READ"
	                                : "READ COMMITTED",
	         (long long)(limit_ms ? limit_ms : WRITE_LIMIT_MS));
	return execute(c, text);
}

static int
postgresql_commit(struct sql *c)
{
	return execute(c, "COMMIT");
}

static void
postgresql_rollback(struct sql *c)
{
	char error[DATABASE_TEXT];

	if (PQtransactionStatus(c->connection) == PQTRANS_IDLE)
		return;
	memcpy(error, c->error, sizeof error);
	execute(c, "ROLLBACK");
	memcpy(c->error, error, sizeof error);
}

/* ---- counts ---- */

/* Many rows in one statement: five arrays of numbers. */
enum { ARRAYS = 5 };

static void
write_arrays(const struct change *list, size_t n, struct buf arrays[ARRAYS])
{
	for (size_t a = 0; a < ARRAYS; a++)
		buf_init(&arrays[a], ARRAY_MAX);
	for (size_t i = 0; i < n; i++) {
		const int64_t row[ARRAYS] = { list[i].level, list[i].tab,
			                      list[i].start, list[i].cell,
			                      list[i].n };

		for (size_t a = 0; a < ARRAYS; a++) {
			buf_add_char(&arrays[a], i ? ',' : '{');
			buf_add_int(&arrays[a], row[a]);
		}
	}
	for (size_t a = 0; a < ARRAYS; a++)
		buf_add_char(&arrays[a], '}');
}

static int
postgresql_add(struct sql *c, int64_t node, const struct change *list, size_t n)
{
	struct buf arrays[ARRAYS];
	int result;

	if (n == 0)
		return 0;
	write_arrays(list, n, arrays);
	const struct sql_value values[] = {
		sql_text(buf_sv(&arrays[0])), sql_text(buf_sv(&arrays[1])),
		sql_text(buf_sv(&arrays[2])), sql_text(buf_sv(&arrays[3])),
		sql_text(buf_sv(&arrays[4])), sql_number(node)
	};
	result = postgresql_run(
	    c,
	    "INSERT INTO total (level, tab, start, cell, n, node)"
	    " SELECT level, tab, start, cell, n, CAST(?6 AS INTEGER)"
	    " FROM unnest(CAST(?1 AS SMALLINT[]), CAST(?2 AS INTEGER[]),"
	    " CAST(?3 AS INTEGER[]), CAST(?4 AS INTEGER[]),"
	    " CAST(?5 AS BIGINT[])) AS x (level, tab, start, cell, n)"
	    " ON CONFLICT (level, tab, node, start, cell)"
	    " DO UPDATE SET n = total.n + excluded.n",
	    values, 6, NULL, NULL);
	for (size_t a = 0; a < ARRAYS; a++)
		buf_done(&arrays[a]);
	return result;
}

/* ---- partitions ---- */

struct month {
	int year, month;    /* 2026, 11 */
	int64_t begin, end; /* minutes */
};

static struct month
month_of(int64_t minute)
{
	time_t s = (time_t)minute * 60;
	struct tm tm, first = { 0 };
	struct month m;

	gmtime_r(&s, &tm);
	first.tm_year = tm.tm_year;
	first.tm_mon = tm.tm_mon;
	first.tm_mday = 1;
	m.year = tm.tm_year + 1900;
	m.month = tm.tm_mon + 1;
	m.begin = timegm(&first) / 60;
	first.tm_mon++;
	m.end = timegm(&first) / 60;
	return m;
}

/* One collector at a time: two that made it at once would both fail. */
static int
postgresql_make_step(struct sql *c, enum level level, int64_t start)
{
	struct month m = month_of(start);
	char name[40], text[640];

	snprintf(name, sizeof name, "total_%d_%04d%02d", (int)level, m.year,
	         m.month);
	if (level > LEVEL_HOUR || map_get(c->partitions, sv_str(name)))
		return 0;
	snprintf(text, sizeof text,
	         "BEGIN; SELECT " LOCK_SCHEMA ";"
	         " CREATE TABLE IF NOT EXISTS %s PARTITION OF total_%d"
	         " FOR VALUES FROM (%lld) TO (%lld)"
	         " WITH (fillfactor = 70); COMMIT",
	         name, (int)level, (long long)m.begin, (long long)m.end);
	if (execute(c, text)) {
		postgresql_rollback(c);
		return E_IO;
	}
	map_set(c->partitions, sv_str(name), c);
	return 0;
}

struct names {
	VEC(int) months; /* 202611 */
};

static void
take_month(void *ctx, const struct sv *cells)
{
	*VEC_ADD(&((struct names *)ctx)->months) =
	    (int)database_number(cells[0]);
}

/* Months that are over altogether; what is left of another one is not read
 * any more. */
static int
postgresql_drop_minutes(struct sql *c, int64_t until)
{
	struct month last = month_of(until);
	struct names names = { 0 };
	int result = postgresql_run(
	    c,
	    "SELECT substr(relname, 9) FROM pg_class JOIN pg_inherits"
	    " ON pg_class.oid = inhrelid WHERE inhparent = 'total_0'::regclass",
	    NULL, 0, take_month, &names);

	for (size_t i = 0; i < names.months.n && !result; i++) {
		char text[64];

		if (names.months.list[i] >= last.year * 100 + last.month)
			continue;
		snprintf(text, sizeof text, "DROP TABLE IF EXISTS total_0_%06d",
		         names.months.list[i]);
		result = execute(c, text);
	}
	VEC_DONE(&names.months);
	return result;
}

static void
take_truth(void *ctx, const struct sv *cells)
{
	*(bool *)ctx = sv_eq(cells[0], SV("t"));
}

static int
postgresql_lock_roll_up(struct sql *c, bool *ret)
{
	*ret = false;
	return postgresql_run(c, "SELECT " LOCK_ROLL_UP, NULL, 0, take_truth,
	                      ret);
}

const struct database_backend database_postgresql = {
	.kind = "PostgreSQL",
	.id = "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
	.keyed = "",
	/* in the order of bytes, as everywhere else */
	.text = "TEXT COLLATE \"C\"",
	.bytes = "BYTEA",
	.own_schema = own_schema,
	.schema_lock = "SELECT " LOCK_SCHEMA,
	.open = postgresql_open,
	.close = postgresql_close,
	.begin = postgresql_begin,
	.commit = postgresql_commit,
	.rollback = postgresql_rollback,
	.run = postgresql_run,
	.add = postgresql_add,
	.make_step = postgresql_make_step,
	.drop_minutes = postgresql_drop_minutes,
	.lock_roll_up = postgresql_lock_roll_up,
	.error = postgresql_error,
	.list_nodes = "string_agg(CAST(total.node AS TEXT), ',')",
};
