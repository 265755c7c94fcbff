/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was learned of other messages, as it bears on this one, and what this
 * one teaches. The store is asked once and told once:
 *
 *     learned_ask()       in the stage signals, while DNS is asked, too: who
 *                         vouches for the sender is not known yet, so that
 *                         the questions are about all who may
 *     learned_settle()    when SPF and DKIM are known: every signal judges
 *     learned_tell()      after the plan, unless it was a test
 *
 * A signal is a row of the table in learned.c, and a member here. Without a
 * store (scan.store is NULL) there is none of it.
 */
#ifndef SCAN_LEARNED_H
#define SCAN_LEARNED_H

#include "learn/greylist.h"
#include "learn/recognition.h"
#include "learn/signals.h"
#include "scan/scan.h"

enum { LEARNED_RATES_MAX = 16, LEARNED_HOSTS_MAX = 8 };

struct learned {
	struct exchange exchange;
	bool is_partial;  /* Redis is away: answers of this machine alone */
	bool is_settled;  /* all below is judged */
	struct sv sender; /* of the envelope, in small letters; or "" */
	struct sv *recipients; /* the first of them, in small letters */
	size_t n_recipients;
	struct origin origin; /* once it is settled, only who does vouch */

	struct {
		struct sv host, domain;
	} hosts[LEARNED_HOSTS_MAX]; /* registered domains, looked up once */
	size_t n_hosts;

	struct reputation reputation;
	struct known known;
	struct rate_limit limits[LEARNED_RATES_MAX];
	struct rate rates[LEARNED_RATES_MAX];
	size_t n_rates;
	struct greylist greylist;
	bool may_greylist; /* a mail from outside of nobody known */
	bool is_greylisted;
	struct campaign campaign;
	struct campaign_secret *campaign_secret; /* NULL: it is off */
	struct campaign_scene scene;
	struct recognition recognition;
	bool is_recognized; /* reports have changed the verdict */

	struct signals signals; /* of these, for rules */
};

void learned_ask(struct scan *s);
void learned_settle(void *scan);

/* Points beside those of rules. */
int64_t learned_points_e4(const struct scan *s);

/* The score that our own verdicts are learned by: without reputation, and
 * without rules that hang on what was learned in this way. */
int64_t learned_base_e4(const struct scan *s);

/* A message beyond a rate may be suspected by that; and what people have
 * reported raises a verdict, and never lowers one. */
void learned_verdict(struct scan *s);

/* Of the recipients, if it is the same for all; or "". */
struct sv scan_common_domain(const struct envelope *e);

/* Writes the trace of a message that was judged as a test, so that a report on
 * it can follow, and waits for the disk. E_STATE: there is no store. E_IO,
 * E_LIMIT. */
int learned_trace(struct scan *s) __attribute__((warn_unused_result));

/* Lets greylisting and rates have their say on the plan. */
void learned_plan(struct scan *s);

/* Queues what is to be remembered, unless the scan is a test. False: too much
 * is queued already, and this is lost. */
bool learned_tell(struct scan *s);

/* Members of "signals" in the record. */
struct json;
void learned_record(struct json *j, const struct scan *s);

/* ---- private to scan/ ---- */

/* Campaigns, traces and recognition (learned_campaign.c). */
void learned_ask_campaign(struct scan *s);
void learned_judge_campaign(struct scan *s);
void learned_learn_campaign(struct scan *s);
void learned_recognize(struct scan *s);
void learned_record_campaign(struct json *j, const struct scan *s);

/* What our own verdict weighs as a lesson: above 0 for spam, below for ham. */
double learned_own_weight(const struct scan *s);

/* Where it is from, as if all who are named vouched for it; and then, only
 * those who do. */
void learned_claims(const struct scan *s, struct origin *ret);
void learned_vouched(const struct scan *s, struct origin *o);

#endif
