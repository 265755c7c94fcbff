/* SPDX-License-Identifier: Apache-2.0 */
/* Mailboxes and message identifiers in header values (RFC 5322 sections 3.4
 * and 3.6.4), read as forgivingly as mail programs do and with the outcome
 * that SpamAssassin's rules expect: what it cannot read ends the list, a name
 * keeps the blanks at its ends, a second "@" ends an address. */
#ifndef MESSAGE_ADDRESS_H
#define MESSAGE_ADDRESS_H

#include "base/arena.h"
#include "base/sv.h"

struct address {
	struct sv name; /* display name, else comment; encoded words stay.
	                   SV_NONE: none, or the same as the address */
	struct sv addr; /* "user@example.org"; SV_NONE: none, or none that
	                   can be */
};

/* A list of mailboxes on its way through address_next(). */
struct address_list {
	struct sv rest;
	bool has_begun, is_leftover;
	unsigned work; /* steps of trying, which are bounded */
};

/* Pass the value as it stands (header->raw), because a decoded name may hold
 * what looks like the next address; decode names afterwards, with
 * message_decode_text(). */
static inline struct address_list
address_list_make(struct sv value)
{
	return (struct address_list){ .rest = value };
}

/* The next mailbox; false when none is left. Texts hang from `a`, or are views
 * into the value. */
bool address_next(struct address_list *list, struct arena *a,
                  struct address *ret);

/* The identifier in "<left@right>", without the brackets; tolerates missing
 * brackets. "" when there is none. A view into `value`. */
struct sv message_id_parse(struct sv value);

#endif
