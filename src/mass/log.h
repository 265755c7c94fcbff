/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Logs of labelled mail in memory: which rules hit which messages, small
 * enough for hundreds of thousands. Rules are numbers from 0 on, in the order
 * in which they were first met.
 *
 *     struct mass_log *log = mass_log_new();
 *     mass_log_read(log, "ham.log", false, &diags);
 *     mass_log_read(log, "spam.log", true, &diags);
 *     for each of log->messages.list: mass_log_hits(log, message)
 *
 * What a message is (its label) is said by the log it came from; what it was
 * judged to be stands in its line. One thread at a time.
 */
#ifndef MASS_LOG_H
#define MASS_LOG_H

#include "base/error.h"
#include "base/sv.h"
#include "base/vec.h"

enum {
	MASS_RULES_MAX = 1 << 20,
	MASS_MESSAGES_MAX = 50000000,
};

/* Of the hits of all messages together. */
#define MASS_HITS_MAX ((size_t)1 << 32)

struct mass_rule {
	const char *name;
	uint32_t spam, ham; /* messages that it hit */
	bool is_sub;        /* begins with "__" */
};

struct mass_hit {
	uint32_t rule;
	uint32_t count; /* at least 1 */
};

struct mass_message {
	const char *path;
	int64_t score_e4; /* as it was judged */
	int64_t unix_s;   /* when it arrived; 0: unknown */
	size_t first_hit; /* see mass_log_hits() */
	uint32_t n_hits;
	bool is_spam;     /* the label */
	bool judged_spam; /* the verdict */
};

struct mass_log {
	VEC(struct mass_rule) rules;
	VEC(struct mass_message) messages;
	VEC(struct mass_hit) hits;
	size_t n_spam, n_ham; /* messages by label */
	size_t n_bad;         /* lines that were no results, left out */
	struct mass_log_private *private;
};

struct mass_log *mass_log_new(void);
void mass_log_free(struct mass_log *log); /* takes NULL */

/* The hits of a message, one a rule, by ascending number of the rule, or NULL
 * without any; valid until more is read. */
static inline const struct mass_hit *
mass_log_hits(const struct mass_log *log, const struct mass_message *m)
{
	return m->n_hits ? &log->hits.list[m->first_hit] : NULL;
}

/* Adds all messages of a log. A line that is no result is left out, with a
 * warning. E_IO when the file cannot be read and E_LIMIT when it is beyond
 * reason, both with a diagnostic; what was read before that is kept. */
int mass_log_read(struct mass_log *log, const char *path, bool is_spam,
                  struct diags *diags) __attribute__((warn_unused_result));

/* Adds one message. E_SYNTAX, E_LIMIT with a constant text; the log is as it
 * was then. */
int mass_log_add(struct mass_log *log, struct sv line, bool is_spam,
                 const char **ret_why) __attribute__((warn_unused_result));

/* The rule of that name; E_UNKNOWN. */
int mass_log_rule(const struct mass_log *log, struct sv name,
                  uint32_t *ret_rule);

/* The label that the name of a log says: "spam.log", "spam-2026.log" and
 * "dir/ham.log" have one. E_UNKNOWN. */
int mass_log_label(const char *path, bool *ret_is_spam);

#endif
