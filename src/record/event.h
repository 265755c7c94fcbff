/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events: one judged message each, or what was said of one, for the
 * pseudonymous profile. Where a statistical batch has only counts, an event
 * lets a centre see that two messages had the same source, but not which:
 * addresses are keyed digests, the key stays at the sender, and a new one is
 * derived each month.
 *
 * {"kind":"verdict","time":"2026-11-23T03:04:00.000Z","id":"hmac-sha256:...",
 *  "channel":"smtp","surface":"mail","verdict":"advertising_spam",
 *  "action":"reject","ad_type":"none","category":"other","complete":true,
 *  "recipients":1,"rules":["URIBL_X"],"country":"FR","asn":"64500",
 *  "spf":"pass","dkim":"none","dmarc":"fail","evidence":"list",
 *  "route":"named","campaign":"","key_epoch":"2026-11",
 *  "client":"hmac-sha256:...","sender":"","sender_domain":""}
 * {"kind":"feedback","time":...,"ref":"hmac-sha256:...","key_epoch":...,
 *  "channel":"smtp","feedback":"spam","source":"imap","reason":"none"}
 * {"kind":"correction","time":...,"ref":...,"key_epoch":...,"by":"review",
 *  "from_verdict":"advertising_spam","to_verdict":"legitimate"}
 *
 * "ref" is the "id" of the message. An event of version 1 has no "kind", and
 * of the rest not "id" and what stands between "country" and "campaign".
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
	struct sv id;                   /* a pseudonym; of all kinds */
	struct sv key_epoch;            /* "2026-11" */
	struct sv client, sender, sender_domain; /* pseudonyms or "" */
	/* Instead of `item`: */
	const struct record_feedback *feedback;
	const struct record_correction *correction;
};

/* As JSON; words outside the vocabulary are "other". */
json_t *event_new(const struct event *e);

/* Checks one that came in a batch; false: see reader.h. */
bool event_check(struct reader *r, json_t *event);

#endif
