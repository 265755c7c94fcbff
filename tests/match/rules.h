/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Real rules and real mail for tests and measurements of the matcher: reaches
 * into rule sets for their patterns and what these look at.
 */
#ifndef TESTS_MATCH_RULES_H
#define TESTS_MATCH_RULES_H

#include "match/match.h"
#include "rule/rule.h"

/* The default configuration. */
struct conf *rules_conf(void);

/* Compiles the rules of files and folders, those by functions (eval:) or not;
 * ends the process, with the errors on standard error, when that is impossible.
 */
struct rule_set *rules_load(const struct conf_list *paths,
                            const struct conf *conf, enum engine engine,
                            bool with_functions);

const struct match_set *rules_patterns(const struct rule_set *rs);
size_t rules_slots(const struct rule_set *rs);

/* How long an element that a slot looks at can be at most; SIZE_MAX: as long
 * as the message is. */
size_t rules_element_max(const struct rule_set *rs, size_t slot);

/* What the slots look at in one message; hangs from `a` and the message. */
const struct match_text *rules_texts(const struct rule_set *rs, struct arena *a,
                                     const struct message *m);

struct mail {
	char *path;
	struct buf raw;
};

struct mails {
	struct mail *list;
	size_t n;
};

/* Reads mail of files and folders: at most `max`, evenly spaced. Ends the
 * process when one cannot be read. */
void mails_read(const struct conf_list *paths, size_t max, struct mails *ret);
void mails_done(struct mails *m);

#endif
