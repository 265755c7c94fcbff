/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the statistics of a domain go, as the domain says itself, and whether
 * that place wants them; after RFC 7489 section 7.1:
 *
 *     _ugifeed.example.org TXT
 *         "v=UGIFEED1; feed=https://feed.example.net/; contact=a@example.org"
 *     example.org._report._ugifeed.feed.example.net TXT "v=UGIFEED1"
 *
 * The second record is the proof, and is always asked for: without it anybody
 * with a domain could have what we send go to somebody who never asked.
 */
#ifndef REPORT_DISCOVERY_H
#define REPORT_DISCOVERY_H

#include "fact/lookup.h"

enum {
	DISCOVERY_WHY = 160,
	DISCOVERY_TEXT_MAX = 1000, /* of a record */
	DISCOVERY_URL_MAX = 500,
	DISCOVERY_QUESTIONS = 2,
};

/* What a record says: views of its text. */
struct discovery_record {
	struct sv feed, contact; /* contact may be "" */
	struct sv host;          /* of feed */
};

/* Whether the text is a record of ours, right or wrong: "v=UGIFEED1" comes
 * first. */
bool discovery_is_record(struct sv text);

/* E_SYNTAX, E_LIMIT, with the reason. Tags that are not known are passed
 * over, as later ones may be. */
int discovery_read(struct sv text, struct discovery_record *ret,
                   char why[DISCOVERY_WHY]) __attribute__((warn_unused_result));

/* Whether it is the name of a host or domain in ASCII, and no address. */
bool discovery_is_host(struct sv name);

enum discovery_state {
	DISCOVERY_PROVEN,
	DISCOVERY_UNANSWERED, /* cannot be told now */
	DISCOVERY_ABSENT,     /* the domain names no feed */
	DISCOVERY_UNREADABLE, /* nor can it be told which */
	DISCOVERY_UNPROVEN,   /* the host does not want it */
	DISCOVERY_STATES,
};
const char *discovery_state_word(enum discovery_state s); /* "proven" */

struct discovery {
	enum discovery_state state;
	char why[DISCOVERY_WHY];        /* unless it is proven */
	struct sv name, proof_name;     /* that were asked for, or "" */
	struct sv text;                 /* the record, or "" */
	struct discovery_record record; /* if it can be read */
	uint32_t ttl_s;                 /* how long all this may be kept */
};

/* Works it out (lookup.h); what it returns hangs from the arena and the
 * lookup. False: an answer is missing. */
bool discovery_ask(struct arena *a, struct lookup *l, struct sv domain,
                   struct discovery *ret);

#endif
