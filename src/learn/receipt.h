/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What became of a report: the value "report:ID" of the store. It says what
 * the report has caused, so that this can be taken back.
 */
#ifndef LEARN_RECEIPT_H
#define LEARN_RECEIPT_H

#include "learn/feedback.h"
#include "learn/recognition.h"

enum receipt_state {
	RECEIPT_ACCEPTED,   /* recorded; nothing follows yet */
	RECEIPT_APPLIED,    /* it counts */
	RECEIPT_IGNORED,    /* it does not: see `why` */
	RECEIPT_CONFIRMED,  /* it counts, and a review says so, too */
	RECEIPT_OVERTURNED, /* what it caused was taken back by a review */
	RECEIPT_WITHDRAWN,  /* and by its reporter */
	RECEIPT_STATES,
};
const char *receipt_state_word(enum receipt_state s);
/* RECEIPT_STATES: there is none of that name. */
enum receipt_state receipt_state_find(struct sv word);

/* Why a report does not count. */
enum receipt_why {
	RECEIPT_COUNTS,
	RECEIPT_REPEATED,     /* this reporter has said it of this campaign */
	RECEIPT_NETWORK_CAP,  /* others of their network have */
	RECEIPT_NEWCOMER_CAP, /* enough strangers have */
	RECEIPT_NO_TRUST,     /* they are wrong as often as right */
	RECEIPT_REVIEWED,     /* it is decided already */
	RECEIPT_NOT_THEIRS,   /* nothing of theirs to withdraw */
	RECEIPT_EXPIRED,      /* nothing is known of the message any more */
	RECEIPT_WHYS,
};
const char *receipt_why_word(enum receipt_why w);

struct receipt {
	struct feedback_entry entry;
	enum receipt_state state;
	enum receipt_why why;
	/* What it caused, at `applied_ms`: amounts are to be taken back as of
	 * then. */
	int64_t applied_ms;
	int64_t trust_e4;          /* in its reporter, when it was applied */
	int64_t amount_e4;         /* evidence; 0: none */
	bool is_counted;           /* as one more reporter */
	bool is_newcomer;          /* the evidence is a newcomer's */
	struct campaign_keys keys; /* of the campaign */
	unsigned counted; /* which keys have it: a bit each; others had it */
	char campaign[CAMPAIGN_ID_TEXT]; /* for people; or "" */
	/* The report that settled it, when, and how often its state changed. */
	char settled_by[UUID_TEXT];
	int64_t settled_ms, changes;
};

/* "report:ID" */
struct sv receipt_name(struct arena *a, struct sv id);

void receipt_write(const struct receipt *r, struct buf *out);
/* Texts are in the arena. E_SYNTAX. */
int receipt_read(struct sv json, struct arena *a, struct receipt *ret)
    __attribute__((warn_unused_result));

#endif
