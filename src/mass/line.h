/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One result in the logs that SpamAssassin's mass-check writes, and that the
 * scripts around it have read ever since:
 *
 *     Y 12 /mail/spam/17 BAD_WORD,HTML_MESSAGE,__HAS_URI(3) time=990000000,...
 *     .  0 /mail/ham/4  time=990000001,...
 *
 * Whether it counted as spam, its points without their fraction, which mail,
 * the rules that hit (with how often, when that is more than once), and what
 * else is known, as key=value. No field is empty but the rules. Lines that
 * begin with '#' are comments.
 *
 * Scripts look for an integer in the second field and for plain names of rules
 * in the fourth, so what they would stumble over stands among the last: the
 * exact points as score=12.34, and a rule that gives its points several times
 * (tflags multiple) as hits=NAME:3. Only sub-rules have "(3)".
 */
#ifndef MASS_LINE_H
#define MASS_LINE_H

#include "base/buf.h"
#include "base/sv.h"

enum {
	MASS_LINE_BYTES_MAX = 1 << 20,
	MASS_NAME_BYTES_MAX = 255, /* of a rule */
	MASS_COUNT_MAX = 1000000,  /* hits of one rule in one mail */
};

struct mass_line_hit {
	struct sv name;
	unsigned count; /* from 1 to MASS_COUNT_MAX */
};

struct mass_line {
	bool judged_spam;
	int64_t score_e4;
	struct sv path;
	int64_t unix_s; /* when the mail arrived; 0: unknown */
	/* Written only: 'f' for a file, 'm' for a mail of a mailbox; which of
	 * the four scores of rules counted. */
	char format;
	unsigned score_set;
	/* Read: a name may be there twice, and its counts add up. */
	struct mass_line_hit *list;
	size_t n, size;
};

/* Whether a line holds no result: a comment, or nothing at all. */
bool mass_line_is_comment(struct sv text);

/* Reads a line without its end. Texts refer to `text`; the memory of the list
 * is kept and used again, until mass_line_done(). E_SYNTAX, or E_LIMIT for a
 * line that is too long, with a constant text that says what is wrong. */
int mass_line_read(struct sv text, struct mass_line *line, const char **ret_why)
    __attribute__((warn_unused_result));
void mass_line_done(struct mass_line *line);

/* Appends a line with its end; hits are in the order of their names (the list
 * is sorted in place). White space and control characters of the path become
 * '_', as in SpamAssassin; the form a path takes is also had by itself. */
void mass_line_write(struct mass_line *line, struct buf *out);
void mass_line_write_path(struct sv path, struct buf *out);

#endif
