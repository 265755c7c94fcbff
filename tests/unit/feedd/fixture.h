/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A database of its own, and batches made of random items. It is a file, or
 * what TAMIS_POSTGRESQL names, an address whose database is emptied.
 */
#ifndef FIXTURE_H
#define FIXTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#ifdef HAVE_POSTGRESQL
#include <libpq-fe.h>
#endif

#include "base/mem.h"
#include "feedd/database.h"

/* 2026-11-23T00:00:00Z, a midnight */
#define MIDNIGHT_MIN INT64_C(29923200)
#define MINUTE_MS    INT64_C(60000)

struct fixture {
	char folder[64], path[512];
	bool is_postgresql;
	struct database *database;
};

static inline void
fixture_empty(const char *address)
{
#ifdef HAVE_POSTGRESQL
	PGconn *c = PQconnectdb(address);
	PGresult *r = PQexec(c, "DROP SCHEMA public CASCADE;"
	                        " CREATE SCHEMA public");

	ck_assert_msg(PQresultStatus(r) == PGRES_COMMAND_OK, "%s",
	              PQresultErrorMessage(r));
	PQclear(r);
	PQfinish(c);
#else
	ck_abort_msg("%s: built without PostgreSQL", address);
#endif
}

static inline void
fixture_open(struct fixture *f)
{
	char why[DATABASE_TEXT] = "";
	const char *top = getenv("TMPDIR");
	const char *address = getenv("TAMIS_POSTGRESQL");

	f->is_postgresql = address != NULL;
	snprintf(f->folder, sizeof f->folder, "%s/feedd-XXXXXX",
	         top ? top : P_tmpdir);
	ck_assert_ptr_nonnull(mkdtemp(f->folder));
	if (address) {
		fixture_empty(address);
		snprintf(f->path, sizeof f->path, "%s", address);
	} else {
		snprintf(f->path, sizeof f->path, "%s/feed.db", f->folder);
	}
	ck_assert_msg(database_open(f->path, &f->database, why) == 0, "%s",
	              why);
}

static inline void
fixture_done(struct fixture *f)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	char path[520];

	database_close(f->database);
	for (size_t i = 0; i < 3 && !f->is_postgresql; i++) {
		snprintf(path, sizeof path, "%s%s", f->path, ends[i]);
		unlink(path);
	}
	rmdir(f->folder);
}

/* The same numbers in each run. */
static inline unsigned
fixture_random(unsigned *state, unsigned below)
{
	*state = *state * 1664525u + 1013904223u;
	return (*state >> 8) % below;
}

static inline struct aggregate *
fixture_aggregate(unsigned *random, int64_t minute, unsigned items)
{
	static const char *const verdicts[] = { "legitimate",
		                                "advertising_spam",
		                                "other_abuse", "suspected",
		                                "unknown" };
	static const char *const actions[] = { "accept", "tag", "reject" };
	static const char *const categories[] = { "gambling", "jobs", "other" };
	static const struct sv rules[] = { { "A", 1 }, { "B_2", 3 } };
	struct aggregate *g = aggregate_new(minute * MINUTE_MS);

	while (items--)
		aggregate_add(
		    g,
		    &(struct record_item){
			.unix_ms = minute * MINUTE_MS,
			.channel =
			    fixture_random(random, 2) ? SV("smtp") : SV("http"),
			.surface = SV("mail"),
			.verdict = sv_str(verdicts[fixture_random(random, 5)]),
			.action = sv_str(actions[fixture_random(random, 3)]),
			.ad_type = SV("direct_ad"),
			.category =
			    sv_str(categories[fixture_random(random, 3)]),
			.complete = fixture_random(random, 9) != 0,
			.recipients = 1 + fixture_random(random, 4),
			.bytes = fixture_random(random, 100000),
			.cpu_us = fixture_random(random, 5000),
			.rules = rules,
			.n_rules = fixture_random(random, 3),
		    });
	return g;
}

/* A batch of one aggregate, which it borrows. */
static inline struct batch
fixture_batch(const char *node, const char *id, struct aggregate **one)
{
	return (struct batch){
		.id = sv_str(id),
		.node = sv_str(node),
		.generator = SV("tamis 0.1"),
		.org = SV("Example"),
		.domain = SV("example.org"),
		.contact = SV("abuse@example.org"),
		.ruleset = SV(""),
		.profile = SV("statistical"),
		.k_min = 1,
		.aggregates = one,
		.n_aggregates = one ? 1 : 0,
	};
}

static inline enum database_answer
fixture_accept(struct fixture *f, const struct batch *b, const char *digest)
{
	char why[DATABASE_TEXT] = "";

	return database_accept(f->database,
	                       &(struct database_batch){
				   .batch = b,
				   .digest = digest,
				   .now_unix_ms = MIDNIGHT_MIN * MINUTE_MS,
			       },
	                       why);
}

static inline void
fixture_add_sum(void *ctx, const struct database_sum *sum)
{
	*(uint64_t *)ctx += sum->count;
}

/* The sum over all cells of a table. */
static inline uint64_t
fixture_sum(struct fixture *f, const struct database_query *q)
{
	struct database_reader *r;
	char why[DATABASE_TEXT] = "";
	uint64_t sum = 0;

	ck_assert_msg(database_read_begin(f->database, 10000, &r, why) == 0,
	              "%s", why);
	ck_assert_int_eq(database_read_sums(r, q, fixture_add_sum, &sum), 0);
	database_read_end(r);
	return sum;
}

#endif
