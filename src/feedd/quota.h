/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How much a node may send in an hour. Each process counts by itself, from
 * its start or from the hour's. Any thread.
 */
#ifndef FEEDD_QUOTA_H
#define FEEDD_QUOTA_H

#include <stdbool.h>
#include <stdint.h>

struct quotas;

/* In the hour; 0: no bound. */
struct quota {
	uint64_t batches, bytes, rows;
};

struct quotas *quotas_new(struct quota most);
void quotas_free(struct quotas *q); /* takes NULL */

/* Counts what a node sent; false when it is more than it may, with the
 * seconds to the next hour. What is refused does not count; what is larger
 * than the bound by itself is taken when it is the first. */
bool quotas_take(struct quotas *q, const char *node, struct quota what,
                 int64_t now_unix_ms, int *ret_retry_s);

#endif
