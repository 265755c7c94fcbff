/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What DNS lists answer when they mean us, and not what was asked for: that we
 * ask too much, or by a resolver that too many others use. Such an answer
 * looks like a listing, and must never be taken for one.
 *
 * The codes are those that the lists document; contract.c has the table.
 */
#ifndef FACT_CONTRACT_H
#define FACT_CONTRACT_H

#include "base/ip.h"

enum list_refusal {
	LIST_ANSWERS, /* it is no refusal */
	LIST_BLOCKED,
	LIST_OVER_QUOTA,
	LIST_PUBLIC_RESOLVER,
	LIST_WRONG_QUESTION, /* the list has no such entries: no alarm */
	LIST_REFUSALS,
};
const char *list_refusal_word(enum list_refusal r); /* "over quota" */

/* Whether the list is better left alone for a while. */
bool list_refusal_is_lasting(enum list_refusal r);

/* What an address says, or a text, that the list of that zone answered with. */
enum list_refusal list_refusal_of(struct sv zone, const struct ip *ip);
enum list_refusal list_refusal_of_text(struct sv zone, struct sv text);

#endif
