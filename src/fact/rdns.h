/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who the client says it is: the names its address has (reverse DNS), whether
 * these lead back to it (RFC 8601 section 2.7.3, "iprev"), and what the name
 * it gave in HELO is worth (RFC 5321 section 4.1.1.1).
 *
 * rdns_check() is a restartable function as lookup.h describes them. It asks
 * at most RDNS_QUESTIONS_MAX questions.
 */
#ifndef FACT_RDNS_H
#define FACT_RDNS_H

#include "fact/lookup.h"

enum {
	RDNS_NAMES_MAX = 4, /* names of one address that are looked at */
	RDNS_QUESTIONS_MAX = 1 + RDNS_NAMES_MAX + 2,
};

enum rdns_answer {
	RDNS_UNKNOWN, /* the question got no answer */
	RDNS_NO,
	RDNS_YES,
};
const char *rdns_answer_word(enum rdns_answer a); /* "yes" */

enum rdns_helo {
	RDNS_HELO_NONE,    /* nothing was said */
	RDNS_HELO_NAME,    /* a name of two labels or more, as it should be */
	RDNS_HELO_SHORT,   /* a name of one label: "localhost", "SERVER" */
	RDNS_HELO_LITERAL, /* "[192.0.2.1]", "[IPv6:2001:db8::1]" */
	RDNS_HELO_ADDRESS, /* an address without brackets */
	RDNS_HELO_WRONG,   /* none of these */
	RDNS_HELOS,
};
const char *rdns_helo_word(enum rdns_helo h); /* "literal" */

enum rdns_iprev { IPREV_PASS, IPREV_FAIL, IPREV_TEMPERROR, IPREV_PERMERROR };
const char *rdns_iprev_word(enum rdns_iprev i);

struct rdns {
	struct sv name;                /* of the client: one that leads back
	                                  to it, else any; "" */
	enum rdns_answer has_name;     /* there is a PTR record */
	enum rdns_answer is_confirmed; /* one of its names leads back */
	enum rdns_iprev iprev;
	size_t n_names; /* those that were looked at */
	struct sv names[RDNS_NAMES_MAX];

	enum rdns_helo helo_kind;
	struct sv helo_name;             /* as in questions; or "" */
	enum rdns_answer helo_exists;    /* the name has any address */
	enum rdns_answer helo_is_client; /* the name, or the address that
	                                    HELO is, leads to the client */
	bool helo_is_name;               /* it is one of `names` */
};

/* False: an answer is missing, *ret is void. What *ret refers to hangs from
 * the arena or is that of the lookup. */
bool rdns_check(struct arena *a, struct lookup *l, const struct ip *ip,
                struct sv helo, struct rdns *ret);

#endif
