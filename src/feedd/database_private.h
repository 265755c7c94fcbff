/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the database share: SQL, whoever understands it. */
#ifndef FEEDD_DATABASE_PRIVATE_H
#define FEEDD_DATABASE_PRIVATE_H

#include <pthread.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/vec.h"
#include "feedd/database.h"

/* ---- what a backend does ---- */

struct sql; /* one connection */

/* A parameter: ?1 is the first. */
struct sql_value {
	enum { SQL_NUMBER, SQL_TEXT, SQL_BYTES } kind;
	int64_t number;
	struct sv text;
};

static inline struct sql_value
sql_number(int64_t number)
{
	return (struct sql_value){ .kind = SQL_NUMBER, .number = number };
}

static inline struct sql_value
sql_text(struct sv text)
{
	return (struct sql_value){ .kind = SQL_TEXT, .text = text };
}

static inline struct sql_value
sql_bytes(struct sv text)
{
	return (struct sql_value){ .kind = SQL_BYTES, .text = text };
}

/* Gets one row: a text for each column, p NULL where there is no value. */
typedef void sql_each(void *ctx, const struct sv *cells);

/* A change of one row of `total`. */
struct change {
	enum level level;
	int64_t tab, start, cell;
	int64_t n;
};

/* Both of reading and SQL_SNAPSHOT, which writes what it has read, see the
 * database as it was when they began. */
enum sql_mode { SQL_READ, SQL_WRITE, SQL_SNAPSHOT };

struct database_backend {
	const char *kind;
	bool is_single_writer;
	/* Statements that make it, after words were replaced that begin with
	 * "@" (database.c). */
	const char *id, *keyed, *text, *bytes;
	const char *const *own_schema; /* of `total`; NULL-terminated */
	const char *schema_lock; /* for one process to make it; NULL: none */

	/* All return 0, E_LIMIT when time was up, or E_IO. */
	int (*open)(const char *address, struct sql **ret,
	            char why[DATABASE_TEXT]);
	void (*close)(struct sql *c);
	int (*begin)(struct sql *c, enum sql_mode mode, int64_t limit_ms);
	int (*commit)(struct sql *c);
	void (*rollback)(struct sql *c); /* also when there is nothing to */
	int (*run)(struct sql *c, const char *text,
	           const struct sql_value *values, size_t n, sql_each *each,
	           void *ctx);
	/* Adds to rows of `total`, in the order of their key. */
	int (*add)(struct sql *c, int64_t node, const struct change *list,
	           size_t n);
	/* Makes room for rows of a step. In no transaction. */
	int (*make_step)(struct sql *c, enum level level, int64_t start);
	/* Removes rows of minutes before `until`. In no transaction. */
	int (*drop_minutes)(struct sql *c, int64_t until);
	/* Takes a lock that one process at a time has, until the transaction
	 * ends; *ret false: another one has it. */
	int (*lock_roll_up)(struct sql *c, bool *ret);
	const char *(*error)(const struct sql *c);
	/* An expression of SQL: all values of total.node, a comma between. */
	const char *list_nodes;
};

extern const struct database_backend database_sqlite;
#ifdef HAVE_POSTGRESQL
extern const struct database_backend database_postgresql;
#endif

/* ---- the database ---- */

enum { DATABASE_IDLE_MAX = 8 };

struct database {
	const struct database_backend *backend;
	char *address;
	enum level finest;
	pthread_mutex_t write_lock; /* where only one may write */
	pthread_mutex_t lock;       /* of everything below */
	struct map *cells;          /* "TABLE\0WORD\0WORD\0WORD\0": its id */
	struct map *steps;          /* those that are in the table `step` */
	struct map *cell_counts;    /* table: how many cells it has */
	VEC(struct sql *) idle;
};

/* A connection, from the idle ones or new; given back, or closed when it
 * `failed`. */
int database_take(struct database *s, struct sql **ret,
                  char why[DATABASE_TEXT]);
void database_give(struct database *s, struct sql *c, bool failed);

/* Runs SQL with values. */
#define DATABASE_RUN(s, c, each, ctx, text, ...)                               \
	((s)->backend->run((c), (text), (struct sql_value[]){ __VA_ARGS__ },   \
	                   sizeof((struct sql_value[]){ __VA_ARGS__ }) /       \
	                       sizeof(struct sql_value),                       \
	                   (each), (ctx)))

/* In the column `state` of the table `batch`. */
enum state { STATE_COUNTED, STATE_HELD, STATE_REJECTED, STATE_CORRECTED };

/* ---- versions of the schema ---- */

enum { DATABASE_SCHEMA_VERSION = 3 };

/* What a node says of its accounts, from when on. */
#define DATABASE_COVERAGE_TABLE                                                \
	"CREATE TABLE coverage (node BIGINT, begin_min BIGINT,"                \
	" accounts BIGINT, accounts_filtered BIGINT, nodes_expected BIGINT,"   \
	" PRIMARY KEY (node, begin_min)) @keyed"

/* Runs a statement of the schema, spelled for the backend. */
int database_run_schema(const struct database_backend *b, struct sql *c,
                        const char *text);

/* Brings the tables of an older version to ours, in one transaction; before
 * that, an SQLite file is copied to "FILE.vN" (N: its version). E_IO: nothing
 * was changed. */
int database_migrate(const struct database_backend *b, const char *address,
                     struct sql *c, int64_t version, char why[DATABASE_TEXT]);

/* 0 where there is no number. */
int64_t database_number(struct sv cell);

/* Takes the first number of a row into *ctx, an int64_t. */
void database_take_number(void *ctx, const struct sv *cells);

/* The id of a cell, made where there is none; `words` NULL: that of the table
 * itself. Whoever makes cells or steps in a transaction that fails must have
 * all of them forgotten. E_IO. */
int database_cell(struct database *s, struct sql *c, struct sv table,
                  const struct sv words[3], int64_t *ret_id);

/* Sees to it that a step can be counted. E_IO. */
int database_make_step(struct database *s, struct sql *c, enum level level,
                       int64_t start);

/* Ids that are in memory are looked for again. */
void database_forget(struct database *s);

/* ---- reading ---- */

struct database_reader {
	struct database *database;
	struct sql *sql;
	struct arena *arena;
	bool failed, has_ends;
	struct period ends; /* of all counts, in hours */
	/* All steps from here on are not rolled up. */
	int64_t open_from[LEVEL_COUNT];
	struct open_rows *open; /* that were read (database_sums.c) */
};

/* Each span of a period may be cut at each level. */
enum { DATABASE_SPANS_MAX = PERIOD_SPANS_MAX + LEVEL_COUNT };

int database_reader_run(struct database_reader *r, const char *text,
                        const struct sql_value *values, size_t n,
                        sql_each *each, void *ctx);

/* The spans of a period. A block that is not over would be read from the rows
 * of all nodes: where nodes are not asked for, its days that are over are read
 * instead, and of its last day the hours. */
int database_reader_spans(struct database_reader *r, struct period p,
                          enum level coarsest, bool of_nodes,
                          struct span spans[DATABASE_SPANS_MAX], size_t *ret_n);

#endif
