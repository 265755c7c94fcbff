/* SPDX-License-Identifier: Apache-2.0 */
/* What an engine is to match.c; private to match/. */
#ifndef MATCH_ENGINE_H
#define MATCH_ENGINE_H

#include "match/match.h"

/* The patterns of a set, sorted by slot: those of slot s are
 * [begin[s], begin[s + 1]). */
struct match_plan {
	const struct match_pattern *patterns;
	size_t n;
	const size_t *begin;
	unsigned n_slots;
	struct conf_match limits;
};

struct match_engine {
	const char *name;

	/* Compiles; sets ok[i] for each pattern i that can be run. */
	void *(*compile)(const struct match_plan *plan, bool *ok,
	                 struct diags *diags);
	void (*release)(void *program, const struct match_plan *plan);
	void *(*worker_new)(void);
	void (*worker_free)(void *worker);
	bool (*scan)(const void *program, const struct match_plan *plan,
	             void *worker, const struct match_job *job);
};

extern const struct match_engine match_engine_pcre2;

/* Rewrites what Perl allows and PCRE2 does not; see perl.c. */
struct buf;
void match_perl_rewrite(struct sv regex, unsigned flags, struct buf *out);

#endif
