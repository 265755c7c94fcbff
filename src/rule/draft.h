/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules while their sources are read. Directives come in any order and any
 * file, the last one wins; a draft gathers what was said of one name. Private
 * to rule/.
 */
#ifndef RULE_DRAFT_H
#define RULE_DRAFT_H

#include "base/map.h"
#include "base/vec.h"
#include "eval/eval.h"
#include "message/part_header.h"
#include "message/selector.h"
#include "rule/list.h"
#include "rule/rule.h"
#include "rule/settings.h"
#include "rule/uri_detail.h"

enum { PARTS_ALL = 1000, SCORE_SETS = 4, INCLUDES_MAX = 1000 };

enum draft_state {
	DRAFT_MENTIONED, /* scored or described, but not defined (yet) */
	DRAFT_DEFINED,
	DRAFT_UNSUPPORTED, /* defined by something that tamis cannot do */
	DRAFT_SKIPPED,     /* defined behind a condition that is false */
};

/* What a regular expression is applied to, and how. */
struct rule_test {
	struct sv regex;
	unsigned flags;            /* of match.h */
	struct selector selector;  /* header rules */
	struct part_header part;   /* mimeheader rules */
	struct uri_detail *detail; /* uri_detail rules */
	bool negate;               /* !~ */
	bool exists;               /* exists:NAME: no expression */
	const char *if_unset;      /* text that stands for no header; or NULL */
	enum list_kind list_kind;  /* list rules, */
	const char *list_file;     /* and the path of the list */
	const struct eval_call *call; /* "eval:"; or NULL */
};

struct draft {
	struct rule rule;
	enum draft_state state;
	struct rule_test test;
	int64_t scores_e4[SCORE_SETS];
	bool has_score, use_tags;
	/* Which parts of a mail a mimeheader rule looks at, from 1; see tflags
	 * range=. */
	unsigned parts_from, parts_to;
	const char *first_file; /* where the name came up first */
	int first_line;
};

struct test_line { /* test NAME ok|fail TEXT */
	struct draft *draft;
	bool ok;
	struct sv text;
	const char *file;
	int line;
};

struct drafts {
	/* Of a user: the rules the lines are about. Then only what users may
	 * say is read. NULL: lines of the site. */
	const struct rule_set *site;
	struct arena *arena;         /* all texts; the rule set keeps it, */
	struct eval_settings *evals; /* and this */
	struct map *by_name;
	VEC(struct draft *) list;      /* in the order of definition */
	VEC(struct draft *) mentioned; /* all, in the order they came up */
	VEC(struct test_line) tests;
	struct map *tags;             /* "tag A", "inter W2" -> struct sv */
	struct sv tag_start, tag_end; /* what encloses them in rules */
	struct rule_settings settings;
	int64_t shortcircuit_spam_e4, shortcircuit_ham_e4; /* ..._score */
	struct map *compat; /* what enable_compat named */
	/* What `include` finds, how deep we are in it, how many there were. */
	const struct rule_sources *sources;
	unsigned include_depth, n_includes;
	const char *language;
};

void drafts_init(struct drafts *d);
/* Everything but what the rule set keeps. */
void drafts_done(struct drafts *d);

/* The settings of a set's functions; and the same for a user to change. */
const struct eval_settings *rule_set_evals(const struct rule_set *rs);
struct eval_settings *rule_set_evals_over(const struct rule_set *rs,
                                          struct arena *a);

/* The view that a rule of a type looks at; not of lists and metas. */
enum view_kind rule_view(enum rule_type type);

/* Reads one source into drafts; errors and warnings go to `diags`. */
void parse_source(const struct rule_source *source, struct drafts *drafts,
                  struct diags *diags);

#endif
