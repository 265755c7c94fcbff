/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions that ask the network. Each is called again and again until all
 * answers are there, and is the same each time but for what it knows: it asks
 * for all it may need, goes on where it can, and is true once an answer makes
 * it so. An answer that is missing makes nothing true. Private to eval/.
 */
#ifndef EVAL_ASK_H
#define EVAL_ASK_H

#include "eval/theme.h"
#include "fact/lookup.h"

/* The answer; or NULL: there is none, or none yet. Names in other scripts are
 * asked for in A-labels. `zone`: of a list, or "". */
const struct dns_answer *eval_ask(struct eval_job *job, enum dns_type type,
                                  struct sv name, struct sv zone);

/* Whether a list is to be asked at all. */
bool eval_asks_lists(const struct eval_job *job);

/* ---- what a list must answer for a rule to be true ---- */

enum subtest_kind {
	SUBTEST_ANY, /* any text; any address in 127/8 */
	SUBTEST_MASK,
	SUBTEST_RANGE,
	SUBTEST_MASKED,
	SUBTEST_TEXT,
	SUBTEST_REGEX,
	SUBTEST_STATUS, /* of the answer itself */
	SUBTEST_NEVER,
};

struct subtest {
	enum subtest_kind kind;
	/* MASK: a bit of `from`, in 127/8. RANGE: `from` to `to`. MASKED:
	 * `from` under the mask `to`. STATUS: bit N is the code N of RFC 1035
	 * section 4.1.1. */
	uint32_t from, to;
	struct sv text;
	const struct regex *regex;
	bool outside; /* ANY, REGEX, TEXT: addresses outside of 127/8 count */
};

/* The sub-tests of check_rbl and its like: a number is a mask, an address
 * itself, anything else an expression. NULL, or what is wrong. */
const char *subtest_read_rbl(struct eval_settings *s, struct sv text,
                             struct subtest *ret);

/* Those of uridnssub and its like: N, N-N or N/N, where N is a decimal or
 * hexadecimal number or an address. */
const char *subtest_read_range(struct sv text, struct subtest *ret);

/* Those of askdns: the same, "text", /regex/, or [NXDOMAIN, ...]. */
const char *subtest_read_askdns(struct eval_settings *s, struct sv text,
                                struct subtest *ret);

/* An expression; "" is `otherwise`. */
const char *subtest_read_regex(struct eval_settings *s, struct sv text,
                               const char *otherwise, struct subtest *ret);

/* What was asked of a list, or of nobody in particular. */
struct asked {
	enum dns_type type;
	struct sv name;  /* the whole question */
	struct sv zone;  /* of the list, or "" */
	struct sv shown; /* what it is about, for people */
};

/* Asks, and says whether a record of the answer passes. That a list refuses
 * to answer passes only tests for just that, and is noted. */
bool eval_asks(struct eval_job *job, const struct asked *q,
               const struct subtest *t);

/* The function of `askdns` rules. */
#define EVAL_ASKDNS_FUNCTION "askdns"

/* ---- settings ---- */

/* dns_block_rule: lists to be left alone when the rule is true. */
struct ask_zones {
	struct sv *list;
	size_t n;
};

extern const struct eval_directive ask_rbl_directives[];
void dnsbl_finish(struct eval_settings *s);

/* Sets of names: small letters -> whether they are meant. */
void ask_name_set(struct map *names, struct sv name, bool is_meant);
bool ask_name_is(const struct map *names, struct sv name);
bool ask_name_known(const struct map *names, struct sv name); /* or not */

/* "0" or "1" (or no, yes): as SpamAssassin reads switches. */
const char *ask_read_switch(struct sv value, bool *ret);

/* The set of a user, made on the first use, or of the site. */
struct map *ask_own_names(struct eval_settings *s, struct map **set,
                          const struct map *of_site);

#endif
