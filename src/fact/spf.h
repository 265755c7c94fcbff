/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SPF (RFC 7208): may this host send mail for that domain?
 *
 * spf_check() is a restartable function as lookup.h describes them. When an
 * answer is missing it goes on as though that were a "no", only to ask what it
 * may need next; so the questions of a record are on their way together, and
 * never more than the limits of section 4.6.4 allow in sum. What it returns
 * depends on the answers, not on the order in which they came.
 */
#ifndef FACT_SPF_H
#define FACT_SPF_H

#include "fact/lookup.h"

enum spf_result { /* section 2.6 */
	          SPF_NONE,
	          SPF_NEUTRAL,
	          SPF_PASS,
	          SPF_FAIL,
	          SPF_SOFTFAIL,
	          SPF_TEMPERROR,
	          SPF_PERMERROR,
	          SPF_RESULTS,
};
const char *spf_result_word(enum spf_result r); /* "pass" */

/* Section 4.6.4. */
enum {
	SPF_LOOKUPS_MAX = 10,     /* terms of one check that need questions */
	SPF_VOID_LOOKUPS_MAX = 2, /* answers without records */
	SPF_NAMES_MAX = 10,       /* of one "mx", and of one "ptr" */
	SPF_QUESTIONS_MAX = 1 + SPF_LOOKUPS_MAX * (1 + SPF_NAMES_MAX) + 1 +
	                    SPF_NAMES_MAX + 1, /* of all kinds, at most */
};

struct spf_query {
	struct ip ip;       /* of the client; ::ffff:a.b.c.d is IPv4 */
	struct sv sender;   /* of MAIL FROM, without "<>"; "": the null sender,
	                       and the way to check a HELO name (2.3, 2.4) */
	struct sv helo;     /* what the client called itself */
	struct sv receiver; /* the name of this host, for explanations; or "" */
	int64_t unix_s;     /* the time, for explanations */
	bool is_explained;  /* fetch the explanation of a fail: a question */
	bool is_traced;     /* note the steps */
};

/* One term that was looked at, or a record that was fetched; what an "include"
 * leads to follows it. */
struct spf_step {
	unsigned depth;   /* of "include": 0 is the record of the domain */
	struct sv domain; /* whose record */
	struct sv term;   /* as it stands there; "": the record itself */
	struct sv said;   /* what became of it, in words */
};

struct spf_outcome {
	enum spf_result result;
	bool is_helo;            /* the identity was that of HELO */
	struct sv sender;        /* what was judged: "postmaster@HELO" or so */
	struct sv domain;        /* its domain, as in questions; or "" */
	struct sv record_domain; /* whose record decided: after redirects */
	struct sv record;        /* that record */
	struct sv term;          /* what decided, as "-all" or "include:x.org";
	                            "": none did */
	struct sv explanation;   /* of the domain, with a fail; or "": it has
	                            none of its own (6.2). Printable ASCII */
	struct sv reason;        /* the result in words, for people */
	unsigned lookups, void_lookups; /* what the limits count */
	size_t n_steps;                 /* 0 unless traced */
	const struct spf_step *steps;
};

/* False: an answer is missing, *ret is void. What *ret refers to hangs from
 * the arena, or is that of the query or of the lookup. check_host() of section
 * 4 with what comes before it; an answer that could not be had is a
 * temperror. */
bool spf_check(struct arena *a, struct lookup *l, const struct spf_query *query,
               struct spf_outcome *ret);

#endif
