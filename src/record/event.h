/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events: one judged message each, for the pseudonymous profile. Where a
 * statistical batch has only counts, an event lets a centre see that two
 * messages had the same source, but not which: addresses are keyed digests,
 * the key stays at the sender, and a new one is derived each month.
 *
 * {"time":"2026-11-23T03:04:00.000Z","channel":"smtp","surface":"mail",
 *  "verdict":"advertising_spam","action":"reject","ad_type":"none",
 *  "category":"other","complete":true,"recipients":1,
 *  "rules":["URIBL_X"],"key_epoch":"2026-11",
 *  "client":"hmac-sha256:...","sender":"","sender_domain":""}
 */
#ifndef RECORD_EVENT_H
#define RECORD_EVENT_H

#include "record/record.h"

struct reader;

enum { EVENT_RULES_MAX = 64 };

/* "hmac-sha256:" and 16 bytes of the digest in hexadecimal; or "". */
enum { PSEUDONYM_TEXT = 12 + 32 + 1 };
char *pseudonym_text(const unsigned char digest[16], char text[PSEUDONYM_TEXT]);

struct event {
	const struct record_item *item; /* its time is cut to the minute */
	struct sv key_epoch;            /* "2026-11" */
	struct sv client, sender, sender_domain; /* pseudonyms or "" */
};

/* As JSON; words outside the vocabulary are "other". */
json_t *event_new(const struct event *e);

/* Checks one that came in a batch; false: see reader.h. */
bool event_check(struct reader *r, json_t *event);

#endif
