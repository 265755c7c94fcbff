/* SPDX-License-Identifier: Apache-2.0 */
/* The host, domain or address that a line of a header names: ":host",
 * ":domain", ":ip" and ":revip" of header rules. */
#ifndef MESSAGE_NETPART_H
#define MESSAGE_NETPART_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/ip.h"

enum netpart {
	NETPART_NONE,
	NETPART_HOST,
	NETPART_DOMAIN, /* the registered one */
	NETPART_IP,     /* as it stands, also with "IPv6:" before it */
	NETPART_REVIP,  /* as DNS lists want it: "1.2.0.192" */
};

/* The first one, of mail addresses before others; `is_address`: the text is
 * one mail address. False when there is none. */
bool netpart_find(enum netpart kind, struct arena *a, struct sv text,
                  bool is_address, struct sv *ret);

/* RFC 5782 sections 2.1 and 2.4. */
void netpart_reverse(const struct ip *ip, struct buf *out);

#endif
