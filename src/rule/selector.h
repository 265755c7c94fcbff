/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which text a header rule looks at: "Subject", "From:addr", "ALL",
 * "Received:first:raw", ... All instances of a header count: their texts are
 * joined, each with a line end.
 */
#ifndef RULE_SELECTOR_H
#define RULE_SELECTOR_H

#include "base/arena.h"
#include "message/message.h"
#include "rule/rule.h"

enum selector_source {
	SELECTOR_HEADER,
	SELECTOR_ALL,        /* the whole header, unfolded and decoded */
	SELECTOR_TO_CC,      /* To, then Cc */
	SELECTOR_MESSAGE_ID, /* of the message and of its former lives */
	SELECTOR_ENVELOPE_FROM,
};

enum selector_part { SELECTOR_WHOLE, SELECTOR_ADDR, SELECTOR_NAME };

struct selector {
	const char *text; /* as written, for people; lives in the arena */
	const char *name; /* the header's name */
	enum selector_source source;
	enum selector_part part;
	bool raw;         /* still folded and encoded */
	bool first, last; /* only the topmost, only the lowest instance */
};

/* NULL, or what is wrong (static). */
const char *selector_parse(struct sv text, struct arena *a,
                           struct selector *ret);

/* Names that are computed by SpamAssassin, and that tamis does not have. */
bool selector_is_known(const struct selector *s);

/* False when there is no such header; then *ret_text is empty. `envelope` may
 * be NULL. The text hangs from `a` or from the message. */
bool selector_text(const struct selector *s, struct arena *a,
                   const struct message *m,
                   const struct rule_envelope *envelope, struct sv *ret_text);

/* The header whose value decides, for `test` lines; "" for ALL and the
 * envelope. */
const char *selector_header(const struct selector *s);

#endif
