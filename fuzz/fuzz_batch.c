/* SPDX-License-Identifier: Apache-2.0 */
/* A batch from a stranger. What is refused comes with a reason; what is taken
 * must, written and read again, have the same sums. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "record/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
compare(const struct batch *a, const struct batch *b)
{
	if (a->n_aggregates != b->n_aggregates || a->lost != b->lost ||
	    json_array_size(a->events) != json_array_size(b->events))
		abort();
	for (size_t i = 0; i < a->n_aggregates; i++) {
		const struct aggregate *x = a->aggregates[i];
		const struct aggregate *y = b->aggregates[i];

		if (aggregate_minute(x) != aggregate_minute(y))
			abort();
		for (size_t t = 0; t < aggregate_totals_count(); t++)
			if (aggregate_total(x, t) != aggregate_total(y, t))
				abort();
	}
}

static void
write_and_read(const struct batch *b)
{
	struct buf text = BUF_INIT(16 << 20);
	struct batch copy = *b;
	char pointer[128], why[128];
	struct batch again;
	json_t *root;

	copy.k_min = 0; /* merging rows could add up to more than 2^53 */
	batch_write(&copy, &text);
	if (text.full)
		abort();
	root = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, NULL);
	if (!root || batch_parse(root, &again, pointer, why))
		abort();
	compare(b, &again);
	batch_done(&again);
	json_decref(root);
	buf_done(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *root =
	    json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);
	char pointer[128] = "", why[128] = "";
	struct batch b;

	if (!root)
		return 0;
	if (batch_parse(root, &b, pointer, why) == 0) {
		write_and_read(&b);
		batch_done(&b);
	} else if (!*why) {
		abort();
	}
	json_decref(root);
	return 0;
}
