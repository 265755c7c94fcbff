/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The feedback ledger: what follows from reports. One process of a machine
 * reads the log "feedback" in its order and applies each report in one batch
 * of the store with an id, so that it counts once wherever a process is
 * killed, and on one machine only where several share a store (a lease says
 * on which; should two believe to have it, the id of the batch decides).
 *
 *     store "evidence:KEY"          counter [spam, ham, reporters, defenders]
 *     store "evidence-net:KEY:NET"  the same of one network
 *     store "evidence-new:KEY"      the same of newcomers and programs
 *     store "said:KEY:WHO"          value: id of the report
 *     store "trust:WHO"             counter [confirmed, overturned]
 *     store "feedback:SOURCE"       counter [counting, ignored, overturned,
 *                                            withdrawn], for ever
 *     store "change"                log of what happened: struct change_note
 *
 * What was caused is taken back as if it had never been: amounts decay, so
 * what is left of them is what is subtracted.
 */
#ifndef LEARN_LEDGER_H
#define LEARN_LEDGER_H

#include "learn/receipt.h"
#include "learn/trace.h"

struct ledger;

struct ledger_options {
	struct store *store;
	const struct conf *conf;
	/* Called with each report that counts or is ignored, before that is in
	 * the store; may be NULL. After a crash it can be called again. */
	void (*tell)(void *ctx, const struct receipt *r, const struct trace *t);
	/* The same, when a report gives a campaign another state; `age_ms` is
	 * how old it is, 0: not known. May be NULL. */
	void (*tell_campaign)(void *ctx, const struct receipt *r,
	                      enum recognition_state to, int64_t age_ms);
	void *ctx;
};

/* The store and the configuration must outlive it. */
struct ledger *ledger_new(const struct ledger_options *o);
void ledger_free(struct ledger *l); /* takes NULL */

struct ledger_step {
	size_t applied;  /* reports, now */
	bool is_more;    /* at once: there is more to look at */
	bool is_standby; /* another machine does it */
	bool is_failing; /* the store does not take it: tried again later */
};

/* Applies what has come, up to some hundred reports. 0, or E_IO and E_REMOTE
 * when the log cannot be read. */
int ledger_step(struct ledger *l, int64_t now_ms, struct ledger_step *ret);

/* ---- what happened ---- */

enum change_kind {
	CHANGE_REPORT,   /* a report has another state: from, to */
	CHANGE_CAMPAIGN, /* a campaign: of enum recognition_state */
	CHANGE_APPEAL,   /* somebody asks for a review of `ref` */
	CHANGE_KINDS,
};

/* An entry of the log "change", which others write to as well. */
struct change_note {
	enum change_kind kind;
	struct sv report;   /* REPORT: its id */
	struct sv cause;    /* id of the report that led to it */
	struct sv ref;      /* verdict id of the message it is about */
	struct sv campaign; /* for people; or "" */
	struct sv from, to; /* words of states */
	const struct campaign_keys *keys; /* CAMPAIGN, written only */
	int64_t unix_ms;
};

void change_note_write(const struct change_note *n, struct buf *out);
/* Texts are in the arena. E_SYNTAX: another's entry. */
int change_note_read(struct sv json, struct arena *a, struct change_note *ret)
    __attribute__((warn_unused_result));

/* ---- for people ---- */

struct ledger_totals {
	double counting, ignored, overturned, withdrawn;
};
/* By source, exactly. */
void ledger_totals(struct store *s, int64_t now_ms,
                   struct ledger_totals ret[FEEDBACK_SOURCES]);

#endif
