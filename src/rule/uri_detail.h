/* SPDX-License-Identifier: Apache-2.0 */
/*
 * uri_detail rules: a URI of which all that is asked is true. Each question is
 * about one of its sides, and an expression:
 *
 *     text =~ /\bhttps:/  cleaned !~ /\bhttps:/
 *
 * One of the expressions stands in the pattern set as the rule itself: without
 * a match of that on any URI, the rule is not looked at. Private to rule/.
 */
#ifndef RULE_URI_DETAIL_H
#define RULE_URI_DETAIL_H

#include "match/match.h"
#include "message/message.h"

enum uri_side {
	URI_SIDE_RAW,
	URI_SIDE_TYPE,
	URI_SIDE_CLEANED,
	URI_SIDE_TEXT,
	URI_SIDE_DOMAIN,
	URI_SIDE_HOST,
	URI_SIDES,
};

struct uri_question {
	bool is_asked, negate;
	struct sv regex;
	unsigned flags, pattern; /* of match.h; its id */
};

struct uri_detail {
	struct uri_question of[URI_SIDES];
	enum uri_side gate; /* whose expression is the rule's pattern */
};

/* NULL, or what is wrong (static). Of two questions about one side the last
 * counts. Expressions are views. */
const char *uri_detail_parse(struct sv text, struct uri_detail *ret);

/* That side of all URIs, for the matcher. */
struct match_text uri_detail_texts(enum uri_side side, struct arena *a,
                                   const struct message *m);

/* After match_begin(): the first URI of which all is true, as hit.element. */
enum match_result uri_detail_decide(const struct uri_detail *d,
                                    struct match_worker *w, struct arena *a,
                                    const struct message *m,
                                    struct match_hit *ret_hit);

#endif
