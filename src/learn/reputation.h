/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reputation: what is remembered of those a message comes from. Each subject
 * (an address, a network, a domain ...) has two counters that decay, spam and
 * ham. Its signal is (spam - ham) / (spam + ham + prior): between -1, always
 * ham, and 1, always spam, and near 0 as long as little is known. docs/
 * reputation.md has the table of half-lives and priors.
 *
 * Nobody earns a good name that others could use: domains count only where
 * they are vouched for, and good links vouch for nothing.
 *
 *     reputation_gather(&r, &origin, x);    exchange_get(x, store);
 *     reputation_judge(&r, x);              ... r.points_e4 ...
 *     reputation_learn(&r, &lesson, x);     exchange_put(x, store);
 */
#ifndef LEARN_REPUTATION_H
#define LEARN_REPUTATION_H

#include "learn/exchange.h"
#include "learn/origin.h"

enum reputation_kind {
	REPUTATION_IP,
	REPUTATION_NETWORK,
	REPUTATION_ASN,
	REPUTATION_DOMAIN,   /* of the sender, vouched for */
	REPUTATION_DKIM,     /* a signer */
	REPUTATION_URL,      /* a domain that links lead to */
	REPUTATION_ACCOUNT,  /* an authenticated user, an author */
	REPUTATION_IDENTITY, /* a sender address from where it is used */
	REPUTATION_KINDS,
};
const char *reputation_kind_word(enum reputation_kind k);
/* REPUTATION_KINDS: there is none of that name. */
enum reputation_kind reputation_kind_find(struct sv word);

struct reputation_subject {
	enum reputation_kind kind;
	struct sv name; /* "ip:192.0.2.1" */
	size_t place;   /* of its question */
	double spam, ham;
	double signal;     /* -1 to 1 */
	double confidence; /* 0 to 1: of what could be known */
};

enum { REPUTATION_SUBJECTS_MAX = 2 * ORIGIN_DOMAINS_MAX + 6 };

struct reputation {
	struct reputation_subject subjects[REPUTATION_SUBJECTS_MAX];
	size_t n;
	/* All together, after judging. */
	double signal, confidence;
	int64_t points_e4;     /* to add to a score; within the caps */
	double messages;       /* seen of this identity, decayed */
	int64_t mean_score_e4; /* of those */
};

struct reputation_caps {
	int64_t bad_e4, good_e4; /* points at most, for and against */
};

void reputation_gather(struct reputation *r, const struct origin *o,
                       struct exchange *x);
void reputation_judge(struct reputation *r, const struct exchange *x,
                      const struct reputation_caps *caps);

/* Whether it has a subject of that kind, known or not. */
bool reputation_has(const struct reputation *r, enum reputation_kind kind);

/* The strongest signal of one kind, in 1/10,000; 0: nothing is known. */
int64_t reputation_signal_e4(const struct reputation *r,
                             enum reputation_kind kind);

/* What brings a score nearer to what this identity has had so far, as the
 * plugins AWL and TxRep do: `factor` of the way, 0.5 for half of it. */
int64_t reputation_history_e4(const struct reputation *r, int64_t score_e4,
                              double factor);

struct reputation_lesson {
	bool is_spam;
	double weight;    /* 1: a person says so; negative takes it back */
	int64_t score_e4; /* of the message without any signal of ours */
	bool is_new;      /* a message; not what is said about one later */
};

/* The weight of our own verdict, at most 0.1: more the farther the score is
 * from the threshold. 0 within half the threshold of it, where we are not
 * sure ourselves. `score_e4` is without our own signals, so that a reputation
 * does not feed itself. */
double reputation_verdict_weight(int64_t score_e4, int64_t threshold_e4);

void reputation_learn(const struct reputation *r,
                      const struct reputation_lesson *lesson,
                      struct exchange *x);

#endif
