/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The clauses of one Received field (RFC 5321 section 4.4), as mail servers
 * really write them:
 *
 *     from client.example.org (host.example.org [192.0.2.1])
 *         by mx.example.net (Postfix) with ESMTPS id 4ABC for <u@example.net>;
 *         Mon, 1 Jan 2024 00:00:00 +0000
 *
 * Nothing is interpreted here: words, comments, and where each clause ends.
 */
#ifndef MESSAGE_RECEIVED_H
#define MESSAGE_RECEIVED_H

#include <stdbool.h>

#include "base/sv.h"

enum received_clause_name {
	RECEIVED_FROM,
	RECEIVED_BY,
	RECEIVED_VIA,
	RECEIVED_WITH,
	RECEIVED_ID,
	RECEIVED_FOR,
	RECEIVED_CLAUSES,
};

enum { RECEIVED_WORDS_MAX = 4, RECEIVED_COMMENTS_MAX = 8 };

/* Those beyond the maxima are left out; `text` has them. */
struct received_clause {
	struct sv text; /* all behind the keyword, comments included */
	struct sv words[RECEIVED_WORDS_MAX];
	struct sv comments[RECEIVED_COMMENTS_MAX]; /* without "(" and ")" */
	size_t n_words, n_comments;
};

struct received {
	struct sv text; /* the whole value */
	struct received_clause clauses[RECEIVED_CLAUSES];
	struct sv date; /* behind the ";"; or empty */
};

/* Reads the unfolded value of a field; never fails. The pieces are views
 * into `value`. */
void received_parse(struct sv value, struct received *ret);

/* The first comment of a clause that begins so, ignoring case; or SV_NONE. */
struct sv received_comment(const struct received_clause *c, const char *begin);

#endif
