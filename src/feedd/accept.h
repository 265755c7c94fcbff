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
	ACCEPT_FUTURE_MS = 7200000, /* clocks may be fast by this much */
	ACCEPT_RETRY_S = 30,        /* when the database is not available */
};

/* What came, read and checked. */
struct posting {
	json_t *root;
	struct batch batch;
	char digest[DIGEST_TEXT]; /* of the content, whatever its spelling */
	struct buf content;       /* the same, packed */
	bool is_held;             /* set by posting_store() */
};

/* A refusal: an HTTP status, where in the batch (RFC 6901) and why. */
struct refusal {
	int status;
	char pointer[128], reason[128];
	int retry_s; /* 0: no Retry-After */
};

/* What is known of a post beside its body. */
struct accept {
	const char *node;     /* that sent it; NULL: anybody may */
	const char *encoding; /* Content-Encoding; NULL: none */
	size_t bytes_max;     /* after decompression */
	int64_t now_unix_ms;
	int64_t clock_ms; /* how fast the clock of the node is; 0: right */
	uint64_t hour_items, hour_factor; /* see struct database_batch */
};

/* Unpacks, parses and checks a body. False with the refusal: 413, 415 or
 * 422. */
bool posting_read(const struct accept *a, struct sv body, struct posting *ret,
                  struct refusal *ret_refusal);
void posting_done(struct posting *p);

/* Rows of counts that it has, totals included. */
size_t posting_rows(const struct posting *p);

/* Stores what was read. Returns the HTTP status, and the answer as JSON in
 * `out`, or the refusal; `why` is filled for the log when it is 503. */
int posting_store(struct database *s, const struct accept *a, struct posting *p,
                  struct buf *out, struct refusal *ret_refusal,
                  char why[DATABASE_TEXT]);

/* Both, with the refusal in `out`, too. */
int accept_post(struct database *s, const struct accept *a, struct sv body,
                struct buf *out, char why[DATABASE_TEXT]);

/* A batch that is counted or held, as it came; to be released. E_UNKNOWN: its
 * content is not there (any more); E_IO with the reason. */
int accept_content(struct database *s, struct sv node, struct sv id,
                   json_t **ret, char why[DATABASE_TEXT]);

/* Counts a batch that was held, or drops it. E_UNKNOWN: no such batch is
 * held; E_IO with the reason. */
int accept_review(struct database *s, struct sv node, struct sv id,
                  bool is_good, int64_t now_unix_ms, char why[DATABASE_TEXT]);

/* Writes a refusal as JSON. */
void refusal_write(const struct refusal *r, struct buf *out);

#endif
