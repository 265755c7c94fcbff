/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Known senders and replies. Whom our users write to may write back; and what
 * answers one of our messages names its Message-ID (RFC 5322 3.6.4), which
 * nobody else can know. Identifiers are kept by their digest.
 */
#ifndef LEARN_KNOWN_H
#define LEARN_KNOWN_H

#include "learn/exchange.h"

enum { KNOWN_MAX = 10 }; /* recipients, and identifiers, looked at */

/* What is asked of a message that comes in, or learned from one of ours. */
struct known_mail {
	struct sv from;             /* address, in small letters */
	const struct sv *addresses; /* of recipients */
	size_t n_addresses;
	bool from_is_aligned; /* somebody vouches for its domain */
	/* In: what In-Reply-To and References name. Out: its Message-ID. */
	const struct sv *ids;
	size_t n_ids;
};

struct known {
	size_t sender_places[KNOWN_MAX], reply_places[KNOWN_MAX];
	size_t n_senders, n_replies;
	unsigned senders; /* recipients that have written to the sender */
	bool is_reply;
};

void known_gather(struct known *k, const struct known_mail *in,
                  struct exchange *x);
void known_judge(struct known *k, const struct exchange *x);

/* From mail of our own authenticated users. */
void known_learn(const struct known_mail *out, struct exchange *x,
                 int64_t keep_ms);

#endif
