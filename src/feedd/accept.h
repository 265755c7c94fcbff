/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The work behind POST /v1/batches, without HTTP: bytes to an answer. Any
 * thread. docs/feed.md describes the protocol.
 */
#ifndef FEEDD_ACCEPT_H
#define FEEDD_ACCEPT_H

#include "base/buf.h"
#include "base/digest.h"
#include "feedd/database.h"

enum {
	ACCEPT_FUTURE_MS = 3600000, /* clocks may be wrong by this much */
	ACCEPT_RETRY_S = 30,        /* when the database is not available */
};

/* What came, read and checked. */
struct posting {
	json_t *root;
	struct batch batch;
	char digest[DIGEST_TEXT]; /* of the content, whatever its spelling */
};

/* A refusal: an HTTP status, where in the batch (RFC 6901) and why. */
struct refusal {
	int status;
	char pointer[128], reason[128];
};

/* Unpacks, parses and checks a body. `encoding` is the Content-Encoding;
 * NULL: none. False with the refusal: 413, 415 or 422. */
bool posting_read(struct sv body, const char *encoding, size_t bytes_max,
                  int64_t now_unix_ms, struct posting *ret,
                  struct refusal *ret_refusal);
void posting_done(struct posting *p);

/* All of it: reads a body that `node` sent (NULL: anybody) and stores it.
 * Returns the HTTP status, and the answer as JSON in `out`; `why` is filled
 * for the log when the status is 503. */
int accept_post(struct database *s, const char *node, struct sv body,
                const char *encoding, size_t bytes_max, int64_t now_unix_ms,
                struct buf *out, char why[DATABASE_TEXT]);

/* Writes a refusal as JSON. */
void refusal_write(const struct refusal *r, struct buf *out);

#endif
