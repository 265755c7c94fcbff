/* SPDX-License-Identifier: Apache-2.0 */
/* Mails that come compressed (RFC 1950), with a bound on what comes out. */
#ifndef INGRESS_SPAMD_INFLATE_H
#define INGRESS_SPAMD_INFLATE_H

#include "base/buf.h"
#include "base/error.h"

/* Appends what `packed` holds. E_SYNTAX: it is not zlib, or not whole; E_LIMIT:
 * more than `out` may hold, which then is incomplete. What follows the end of
 * the stream is ignored. */
int spamd_inflate(struct sv packed, struct buf *out);

#endif
