/* SPDX-License-Identifier: Apache-2.0 */
/* Responses of name servers, as bytes (RFC 1035 section 4), read without any
 * trust in who sent them. */
#ifndef FACT_DNS_MESSAGE_H
#define FACT_DNS_MESSAGE_H

#include "fact/answer.h"

/* Aliases in a row that are followed. */
enum { DNS_CHAIN_MAX = 16 };

struct dns_message {
	struct dns_answer answer; /* DNS_FOUND, _NO_DATA or _NO_NAME */
	struct sv alias;          /* the response ends with this alias and does
	                             not say what it has: ask again; or "" */
	unsigned n_aliases;       /* that were followed */
};

/* What the response says about the question; it hangs from the arena. False:
 * it is broken, cut off, an error, about something else, or its aliases lead
 * nowhere. */
bool dns_message_read(struct arena *a, struct sv bytes,
                      const struct dns_question *q, struct dns_message *ret);

#endif
