/* SPDX-License-Identifier: Apache-2.0 */
/* Mailboxes, groups and message identifiers in header values (RFC 5322
 * sections 3.4 and 3.6.4), read as forgivingly as mail programs do. */
#ifndef MESSAGE_ADDRESS_H
#define MESSAGE_ADDRESS_H

#include "base/arena.h"
#include "base/sv.h"

struct address {
	struct sv name;  /* display name, else comment; encoded words stay */
	struct sv addr;  /* "user@example.org"; or empty */
	struct sv group; /* name of the group it stands in; or empty */
};

/* A list of mailboxes on its way through address_next(). */
struct address_list {
	struct sv rest, group;
};

/* Pass the value as it stands (header->raw), because a decoded name may hold
 * what looks like the next address; decode names afterwards, with
 * message_decode_text(). */
static inline struct address_list
address_list_make(struct sv value)
{
	return (struct address_list){ value, SV_NONE };
}

/* The next mailbox; false when none is left. Texts hang from `a`. */
bool address_next(struct address_list *list, struct arena *a,
                  struct address *ret);

/* The identifier in "<left@right>", without the brackets; tolerates missing
 * brackets. "" when there is none. A view into `value`. */
struct sv message_id_parse(struct sv value);

#endif
