/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of a rule set; private to rule/. Immutable once compiled.
 *
 * Rules have an index: their place in the order of definition. Regular
 * expressions are grouped by slot, the text they look at, so that a text is
 * made once and looked at by all of them.
 */
#ifndef RULE_SET_H
#define RULE_SET_H

#include "base/map.h"
#include "base/vec.h"
#include "match/match.h"
#include "rule/capture.h"
#include "rule/cost.h"
#include "rule/draft.h"
#include "rule/expr.h"
#include "rule/graph.h"
#include "rule/list.h"
#include "rule/order.h"
#include "rule/values.h"

struct slot {
	enum view_kind view;
	struct selector selector; /* VIEW_HEADER */
	const char *if_unset;     /* VIEW_HEADER, VIEW_MIMEHEADER; or NULL */
	bool has_templates;       /* which have no default where it is absent */
	struct part_header part;  /* VIEW_MIMEHEADER, */
	unsigned parts_from, parts_to; /* of these parts, from 1, */
	bool concat;                   /* all as one element */
	enum uri_side side; /* VIEW_URI_DETAIL; URI_SIDES: no text at all */
};

enum program_kind {
	PROGRAM_NONE, /* never true: could not be compiled */
	PROGRAM_ALWAYS,
	PROGRAM_REGEX,
	PROGRAM_TEMPLATE, /* like PROGRAM_REGEX, with %{NAME} in it */
	PROGRAM_URI_DETAIL,
	PROGRAM_EXISTS,
	PROGRAM_LIST,
	PROGRAM_EVAL,
	PROGRAM_META,
};

struct program { /* how a rule is evaluated */
	enum program_kind kind;
	unsigned slot; /* of rs->slots; PROGRAM_LIST, _EVAL: of rs->lists, of
	                  rs->calls */
	bool negate;
	bool lacks_parts;   /* PROGRAM_META: some are not there */
	unsigned count_max; /* of the value */
	struct expr expr;   /* PROGRAM_META */
	/* PROGRAM_TEMPLATE: the expression as written. */
	const struct match_pattern *template;
	const struct uri_detail *detail; /* PROGRAM_URI_DETAIL */
};

struct set_list { /* the list of a rule; rules may share a set */
	uint32_t rule;
	const struct list *set;
};

struct set_call { /* the function of a rule */
	uint32_t rule;
	const struct eval_call *call;
};

struct rule_set {
	_Atomic unsigned references;
	struct arena *arena;
	struct rule *rules;
	struct program *programs;
	size_t n;
	struct map *by_name; /* -> struct rule */
	VEC(struct slot) slots;
	struct header_names *headers;
	const struct match_engine *engine;
	struct match_set *match;
	VEC(struct set_list) lists;
	VEC(struct list *) list_sets;
	VEC(struct set_call) calls;
	bool has_points;        /* some of these compute those of their rules */
	VEC(uint32_t) captures; /* rules with named groups */
	uint32_t n_patterns;    /* those of rules, and then some */
	struct eval_settings *evals;
	uint32_t *metas; /* in the order of evaluation */
	size_t n_metas;
	size_t expr_max; /* items of the longest expression */
	struct graph graph;
	int64_t *turns; /* by rule; NULL: no rule ends the judging */
	int64_t shortcircuit_spam_e4, shortcircuit_ham_e4;
	struct costs *costs;
	struct order *order;
	uint64_t sample_every; /* 0: only on demand */
	struct test_line *tests;
	size_t n_tests;
	size_t match_text_max, view_bytes_max;
	struct rule_settings settings;
	VEC(struct rule_channel) channels;
	char hash[80];
};

struct rule_worker {
	struct match_worker *match;
	struct eval_worker *eval;
	struct buf scratch;
	struct values values;
	/* By rule: of which sets of a meta's witnesses one is touched. */
	uint8_t *marked;
	size_t marked_size;
	VEC(struct match_hit) hits; /* what was found, for struct value */
	VEC(struct range) items;    /* of the metas' expressions, likewise */
	uint32_t *queue; /* by level: index + 1 in values; 0: empty */
	uint32_t queue_size;
};

/* The value of a meta: as SpamAssassin has it, what is not 0 is true. */
static inline double
meta_value(double x)
{
	return x != 0 && !(x > 0) ? 1 : x;
}

/* The same of a range. */
static inline struct range
meta_range(struct range r)
{
	if (range_is_known(r))
		return range_of(meta_value(r.lo));
	if (r.lo < 0)
		r = (struct range){ 0, r.hi > 1 ? r.hi : 1, r.whole };
	return r;
}

/* The highest value of a rule that is no meta. */
static inline unsigned
program_count_max(const struct program *p)
{
	return p->negate || !p->count_max ? 1 : p->count_max;
}

/* How often a rule of that value is true. */
static inline unsigned
meta_count(double value)
{
	if (value > MATCH_COUNT_MAX)
		return MATCH_COUNT_MAX;
	return value > 0 && value < 1 ? 1 : (unsigned)value;
}

static inline uint32_t
rule_index(const struct rule_set *rs, const struct rule *rule)
{
	return (uint32_t)(rule - rs->rules);
}

/* Compiles the expressions of all metas and finds their order. */
void meta_compile_all(struct rule_set *rs, const struct drafts *drafts,
                      struct diags *diags);

/* Before the first evaluation. */
void costs_make(struct rule_set *rs);

/* A rule's expression with its <TAGS> put in, and the same in a form that is
 * smaller but slower, or nothing when it has no tags; see tags.c. */
struct sv tags_expand(const struct drafts *drafts, const struct draft *d,
                      struct sv *ret_compact);

/* rule_eval() of a message that has been counted: leaves the costs alone. */
struct rule_result *rule_eval_again(const struct rule_set *rs,
                                    struct rule_worker *w, struct arena *a,
                                    const struct rule_job *job);

/* Whether one rule is true, even if it is disabled. */
bool rule_eval_one(const struct rule_set *rs, struct rule_worker *w,
                   struct arena *a, const struct rule_job *job,
                   const struct rule *rule);

#endif
