/* SPDX-License-Identifier: Apache-2.0 */
/* Ed25519 signatures (RFC 8032) of what is sent: docs/feed.md, "The request".
 */
#ifndef REPORT_SIGN_H
#define REPORT_SIGN_H

#include "base/buf.h"

/* Appends the header field "Tamis-Signature: key=..., ed25519=..." over the
 * body, by the private key in that file (PEM), which is read each time so that
 * it may be replaced. E_IO; E_SYNTAX: it is no such key. */
int sign_header(const char *key_file, struct sv body, struct buf *out)
    __attribute__((warn_unused_result));

#endif
