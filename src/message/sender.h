/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The envelope sender of a mail: as the client said it, else as a server on
 * the way noted it down. The same as rules see by "EnvelopeFrom".
 */
#ifndef MESSAGE_SENDER_H
#define MESSAGE_SENDER_H

#include "base/arena.h"
#include "message/envelope.h"

/* Immutable; any thread may use it. */
struct sender_finder;

struct sender_finder *sender_finder_new(void);
void sender_finder_free(struct sender_finder *f); /* takes NULL */

/* False: nobody noted it. "" is the null sender. The text hangs from `a` or
 * from what was given; `envelope` may be NULL. */
bool sender_find(const struct sender_finder *f, struct arena *a,
                 const struct message *m,
                 const struct message_envelope *envelope, struct sv *ret);

#endif
