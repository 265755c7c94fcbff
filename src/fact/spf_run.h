/* SPDX-License-Identifier: Apache-2.0 */
/* One run of spf_check(), which ends at once or after answers were asked for
 * that are missing. */
#ifndef FACT_SPF_RUN_H
#define FACT_SPF_RUN_H

#include "fact/spf.h"
#include "fact/spf_macro.h"
#include "fact/spf_record.h"

struct spf_run {
	struct arena *arena;
	struct lookup *lookup;
	const struct spf_query *query;
	struct spf_macro_values values; /* domain: whose record is looked at */
	struct spf_outcome *out;
	size_t n_validated; /* names of the client, once they were asked for */
	struct sv validated[SPF_NAMES_MAX];
	struct spf_step *steps; /* with out->n_steps of: */
	size_t steps_size;
};

/* What became of one term. */
enum spf_match {
	SPF_MATCH_NO,
	SPF_MATCH_YES,
	SPF_MATCH_MISSING,   /* an answer is */
	SPF_MATCH_TEMPERROR, /* out->reason says why */
	SPF_MATCH_PERMERROR,
};

/* A copy for people, in which nothing but printable ASCII is left. */
struct sv spf_printable(struct arena *a, struct sv text);
#define SPF_SAY(run, ...)                                                      \
	spf_printable((run)->arena, arena_printf((run)->arena, __VA_ARGS__))

/* Asks; YES is an answer with records, NO one without. Counts those. */
enum spf_match spf_ask(struct spf_run *run, enum dns_type type, struct sv name,
                       const struct dns_answer **ret);

/* The name a domain-spec (or "") stands for, as in questions; NO when it is
 * none. */
enum spf_match spf_target(struct spf_run *run, struct sv spec, struct sv *ret);

/* Sets values.validated, if the text wants it. YES, or MISSING, or an error. */
enum spf_match spf_validate(struct spf_run *run, struct sv text);

/* The mechanisms that look at addresses and names: all but "all" and
 * "include". */
enum spf_match spf_term_match(struct spf_run *run, const struct spf_term *t);

#endif
