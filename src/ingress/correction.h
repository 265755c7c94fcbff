/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A verdict that is not what was answered any more: somebody has decided
 * otherwise, or rules and campaigns have. It is an entry of the store's log
 * "change" (GET /v1/changes) and a record of the spool, of kind "correction"
 * (aggregates, the webhook), in the same words. The log has entries of the
 * ledger, too (learn/ledger.h).
 */
#ifndef INGRESS_CORRECTION_H
#define INGRESS_CORRECTION_H

#include "base/uuid.h"
#include "ingress/ingress.h"
#include "store/store.h"

enum { CORRECTION_ITEM_MAX = 200, CORRECTION_BYTES_MAX = 2000 };

struct correction {
	char id[UUID_TEXT]; /* of the change */
	struct sv ref;      /* id of the verdict */
	struct sv node, channel, surface;
	struct sv site; /* whose post; "": a mail */
	struct sv item; /* the site's own id, or the MTA's; or "" */
	struct sv from, to;
	struct sv by; /* "review", "rejudge" */
	int64_t unix_ms;
};

/* Its id follows from these three: it is the same however often we try. */
void correction_identify(struct correction *c, struct sv cause);

void correction_write(const struct correction *c, struct buf *out);

/* Texts are in the arena. E_SYNTAX: another's entry of the log. */
int correction_read(struct sv json, struct arena *a, struct correction *ret)
    __attribute__((warn_unused_result));

/* Puts it on record: the entry of the log, together with the operations of
 * `ops`, once; then the record in the spool. `spool` may be NULL. What
 * store_commit() says; then it may be told again. */
int correction_tell(struct store *store, struct spool *spool,
                    const struct correction *c, const struct store_op *ops,
                    size_t n);

#endif
