/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which text a header rule looks at: "Subject", "From:addr", "ALL",
 * "Received:first:raw", ... All instances of a header count: their texts are
 * joined, each with a line end.
 */
#ifndef MESSAGE_SELECTOR_H
#define MESSAGE_SELECTOR_H

#include "base/arena.h"
#include "base/buf.h"
#include "message/envelope.h"
#include "message/header_index.h"
#include "message/netpart.h"

enum selector_source {
	SELECTOR_HEADER,
	SELECTOR_ALL,        /* the whole header, unfolded and decoded */
	SELECTOR_TO_CC,      /* To, then Cc */
	SELECTOR_MESSAGE_ID, /* of the message and of its former lives */
	SELECTOR_ENVELOPE_FROM,
	SELECTOR_RELAYS,        /* X-Spam-Relays-Trusted and so on */
	SELECTOR_BLOCK,         /* ALL-TRUSTED and so on: a part of ALL */
	SELECTOR_SENDER_DOMAIN, /* X-SenderDomain: of the envelope */
	SELECTOR_AUTHOR_DOMAIN, /* X-AuthorDomain: those of From */
};

enum selector_part { SELECTOR_WHOLE, SELECTOR_ADDR, SELECTOR_NAME };

enum { SELECTOR_HEADERS_MAX = 5 };

struct selector {
	const char *text; /* as written, for people; lives in the arena */
	const char *name; /* the header's name */
	enum selector_source source;
	enum selector_part part;
	enum netpart net;   /* to be found in what `part` gives */
	enum relay_set set; /* SELECTOR_RELAYS, SELECTOR_BLOCK */
	bool raw;           /* still folded and encoded */
	bool first, last;   /* only the topmost, only the lowest instance */
	unsigned modifiers; /* how many were written */
	/* numbers of the headers it is made of; see selector_number() */
	unsigned headers[SELECTOR_HEADERS_MAX], n_headers;
	unsigned own;  /* the number of `name` itself */
	unsigned made; /* and that of the text: see struct header_text */
};

/* The message that texts are made of. */
struct selector_mail {
	struct arena *arena;
	const struct message *m;
	const struct message_envelope *envelope; /* may be NULL */
	struct header_index headers;
	struct buf *scratch;
};

/* NULL, or what is wrong (static). */
const char *selector_parse(struct sv text, struct arena *a,
                           struct selector *ret);

/* Names that are computed by SpamAssassin, and that tamis does not have. */
bool selector_is_known(const struct selector *s);

/* Looks the selector's headers up; before header_index_make(). */
void selector_number(struct selector *s, struct header_names *names);

/* False when there is no such header; then *ret_text is empty. The text hangs
 * from the arena, or from the message. */
bool selector_text(const struct selector *s, const struct selector_mail *mail,
                   struct sv *ret_text);

/* The header whose value decides, for `test` lines; "" for ALL, its
 * parts and the envelope. */
const char *selector_header(const struct selector *s);

#endif
