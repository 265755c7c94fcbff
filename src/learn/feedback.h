/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Feedback: what somebody says about a message that was judged, by the id of
 * its verdict. Submitting is one acknowledged write: an entry of the log
 * "feedback", there once. What follows from it is worked out later by one
 * process (learn/ledger.h), in the order of the log.
 *
 *     store "feedback"    log of reports as they came: feedback_write()
 *     store "report:ID"   what became of one: learn/ledger.h
 *     store "change"      log of what it led to: learn/ledger.h
 *
 * Names of reporters and their networks are kept as keyed digests; the key is
 * in the store, so that machines that share one agree.
 */
#ifndef LEARN_FEEDBACK_H
#define LEARN_FEEDBACK_H

#include "base/json.h"
#include "base/uuid.h"
#include "learn/trust.h"

enum feedback_kind {
	FEEDBACK_SPAM,
	FEEDBACK_HAM,
	FEEDBACK_APPEAL,    /* of its author: "it is not"; asks for a review */
	FEEDBACK_WITHDRAWN, /* the reporter takes back what they said */
	FEEDBACK_KINDS,
};
const char *feedback_kind_word(enum feedback_kind k); /* "spam", "ham", ... */
/* "not_spam" and "not-spam" are "ham". FEEDBACK_KINDS: no such word. */
enum feedback_kind feedback_kind_find(struct sv word);

/* "http", "arf", "mail", "imap", "cli", "spamd", "akismet", "review". */
enum feedback_source {
	FEEDBACK_BY_HTTP,
	FEEDBACK_BY_ARF,  /* through tamis feedback --arf */
	FEEDBACK_BY_MAIL, /* to feedback.address */
	FEEDBACK_BY_IMAP,
	FEEDBACK_BY_CLI,
	FEEDBACK_BY_SPAMD,
	FEEDBACK_BY_AKISMET,
	FEEDBACK_BY_REVIEW,
	FEEDBACK_SOURCES,
};
const char *feedback_source_word(enum feedback_source s);
enum feedback_source feedback_source_find(struct sv word);

enum { FEEDBACK_TEXT_MAX = 200, FEEDBACK_BYTES_MAX = 2000 };

struct feedback {
	char id[UUID_TEXT]; /* of the report; "": a new one */
	struct sv verdict_id;
	enum feedback_kind kind;
	enum feedback_source source;
	struct sv by;      /* who says so, in clear; "": not known */
	struct sv network; /* address they come from, or name of their site */
	struct sv reason;  /* a word; see feedback_reason() */
	bool is_person;
	bool is_correction; /* of who decides: overturns what others said */
	/* What may be passed on, as in XEP-0377: the message to whoever sent
	 * it; what it says, without names, to others. */
	bool report_origin, third_party;
	const char *node; /* of the machine that took it */
	int64_t unix_ms;
};

/* One of the words of the feed for why; those of RFC 5965's Feedback-Type are
 * understood, too. What is not known is "none". */
const char *feedback_reason(struct sv word);

struct feedback_answer {
	char id[UUID_TEXT]; /* of the report */
	bool is_repeated;   /* that report was there already */
	const char *why;    /* of an error; a sentence */
};

/* Records it; when it returns 0, it is on the disk. E_SYNTAX: an id that is
 * none. E_UNKNOWN: no such verdict, or not any more. E_EXISTS: another report
 * has that id. E_LIMIT, E_IO: not recorded, try again. Any thread. */
int feedback_submit(struct store *s, const struct conf_feedback *conf,
                    const struct feedback *f, struct feedback_answer *ret)
    __attribute__((warn_unused_result));

/* ---- as it is kept ---- */

/* A report in the log, with digests in place of names. */
struct feedback_entry {
	struct sv id, verdict_id;
	enum feedback_kind kind;
	enum feedback_source source;
	struct sv who, network; /* digests; "": not known */
	struct sv reason, node;
	bool is_person, is_correction, report_origin, third_party;
	int64_t unix_ms;
};

void feedback_write(const struct feedback_entry *e, struct buf *out);
/* Texts are in the arena. E_SYNTAX. */
int feedback_read(struct sv json, struct arena *a, struct feedback_entry *ret)
    __attribute__((warn_unused_result));

/* The key of the digests; made when there is none. E_IO, E_LIMIT. */
enum { FEEDBACK_KEY = 64 };
int feedback_key(struct store *s, char ret[FEEDBACK_KEY + 1])
    __attribute__((warn_unused_result));

#endif
