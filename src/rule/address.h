/* SPDX-License-Identifier: Apache-2.0 */
/* Mailboxes in a header value, RFC 5322 3.4, read as forgivingly as mail
 * programs do. */
#ifndef RULE_ADDRESS_H
#define RULE_ADDRESS_H

#include "base/arena.h"
#include "base/sv.h"

struct address {
	struct sv name; /* display name, else comment; encoded words stay */
	struct sv addr; /* "user@example.org"; or empty */
};

/* The next mailbox, cut off the front of *rest; false when none is left.
 * Texts hang from `a`. */
bool address_next(struct sv *rest, struct arena *a, struct address *ret);

#endif
