/* SPDX-License-Identifier: Apache-2.0 */
/* Authentication-Results, and policies of DMARC: what was read of a field can
 * be written and is the same when it is read again. */
#include <stdint.h>
#include <stdlib.h>

#include "fact/dmarc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool is_so)
{
	if (!is_so)
		abort();
}

static void
check_again(struct arena *a, const struct results *r)
{
	struct buf field = BUF_INIT(1 << 20);
	struct results *again;

	results_write(r, &field);
	must(field.n <= RESULTS_BYTES_MAX);
	must(results_read(a, buf_sv(&field), &again) == 0);
	must(again->n <= r->n);
	for (size_t i = 0; i < again->n; i++) {
		must(sv_eq(again->items[i].method, r->items[i].method));
		must(sv_eq(again->items[i].result, r->items[i].result));
		must(again->items[i].n_properties == r->items[i].n_properties);
	}
	buf_done(&field);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sv text = sv_make((const char *)data, size);
	struct arena *a = arena_new();
	struct dmarc_record record;
	struct results *r;
	unsigned instance;

	if (dmarc_record_read(text, &record) == 0)
		must(record.pct <= 100 && record.p < DMARC_POLICY_COUNT);
	if (results_read_arc(a, text, &instance, &r) == 0)
		must(instance <= 99);
	if (results_read(a, text, &r) == 0) {
		check_again(a, r);
		results_dkim(r);
		results_dmarc(r);
		results_spf(r);
	}
	arena_free(a);
	return 0;
}
