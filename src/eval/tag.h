/* SPDX-License-Identifier: Apache-2.0 */
/* Template tags that say something of the message alone; the others need a
 * verdict and are those of scan/template.h. */
#ifndef EVAL_TAG_H
#define EVAL_TAG_H

#include "message/envelope.h"

struct tag_source {
	struct arena *arena;
	const struct message *message;
	const struct message_envelope *envelope; /* NULL: nothing is known */
};

/* RELAYSTRUSTED, RELAYSUNTRUSTED, RELAYSINTERNAL, RELAYSEXTERNAL,
 * FIRSTTRUSTEDIP, FIRSTTRUSTEDREVIP, LASTEXTERNALIP, LASTEXTERNALREVIP,
 * LASTEXTERNALRDNS, LASTEXTERNALHELO, SENDERDOMAIN, AUTHORDOMAIN, LANGUAGES,
 * and HEADER with what header rules can be about as its argument. False: there
 * is no such tag, or it has no value. The value hangs from the arena. */
bool tag_of_message(const struct tag_source *s, struct sv name,
                    struct sv argument, struct sv *ret_value);

#endif
