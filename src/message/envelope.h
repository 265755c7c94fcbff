/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of a mail besides its bytes. Posts have none of it. */
#ifndef MESSAGE_ENVELOPE_H
#define MESSAGE_ENVELOPE_H

#include "message/relay.h"

struct signals;

struct message_envelope {
	struct sv from; /* MAIL FROM: the pseudo header "EnvelopeFrom" */
	struct sv helo, client_ip, client_name;
	const struct relays *relays; /* X-Spam-Relays-*, ALL-TRUSTED and
	                                so on; NULL: there are none */
	bool is_classified; /* by what was learned from other messages: */
	float spam_probability;
	const struct signals *signals; /* learn/signals.h; NULL: none */
};

#endif
