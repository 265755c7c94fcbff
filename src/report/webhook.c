/* SPDX-License-Identifier: Apache-2.0 */
/* Reporter `webhook`: verdicts of the wanted kinds, and what became of them,
 * each posted as an object of JSON; the id of the record is the
 * Idempotency-Key. */
#include "report/each.h"

static bool
write_hook(const struct each *e, struct item *item, struct sv record,
           struct buf *out)
{
	return (each_wants_verdict(e, item) || item->kind == ITEM_FEEDBACK ||
	        item->kind == ITEM_CORRECTION) &&
	       each_record(e, item, record, out);
}

static void *
webhook_open(const struct reporter_setup *setup, char why[REPORTER_WHY])
{
	return each_open(setup, write_hook, why);
}

const struct reporter_kind webhook_kind = {
	.open = webhook_open,
	.close = each_close,
	.deliver = each_deliver,
};
