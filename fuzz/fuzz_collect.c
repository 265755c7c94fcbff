/* SPDX-License-Identifier: Apache-2.0 */
/* The body of POST /v1/batches: zstd, JSON, the batch in it. */
#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"
#include "feedd/accept.h"

enum { BYTES_MAX = 1 << 20 };

#define NOW_MS INT64_C(1795410000000) /* 2026-11-23T05:00:00Z */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
add_count(void *ctx, const struct sv *cells, uint64_t count)
{
	(void)cells;
	*(uint64_t *)ctx += count;
}

/* What is accepted keeps what record.h promises. */
static void
check(const struct batch *b)
{
	for (size_t i = 0; i < b->n_aggregates; i++) {
		const struct aggregate *g = b->aggregates[i];
		uint64_t rows = 0;

		aggregate_rows(g, 0, add_count, &rows);
		if (rows != aggregate_total(g, 0))
			mem_die("a table does not add up to the items");
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* A zstd frame begins with 0x28; JSON that is a batch does not. */
	const struct accept terms = {
		.encoding = size && data[0] == 0x28 ? "zstd" : NULL,
		.bytes_max = BYTES_MAX,
		.now_unix_ms = NOW_MS,
	};
	struct refusal refusal = { 0 };
	struct posting posting;

	if (posting_read(&terms, sv_make((const char *)data, size), &posting,
	                 &refusal)) {
		check(&posting.batch);
		posting_done(&posting);
	} else if (refusal.status < 400 || !*refusal.reason) {
		mem_die("a refusal without status or reason");
	}
	return 0;
}
