/* SPDX-License-Identifier: Apache-2.0 */
/* Traces, and rows of the list of campaigns, that somebody else wrote into the
 * store: they are refused, or read as what is written again. */
#include <stdint.h>
#include <stdlib.h>

#include "learn/campaign_list.h"
#include "learn/trace.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_trace(struct sv value)
{
	struct buf first = BUF_INIT(1 << 16), second = BUF_INIT(1 << 16);
	struct trace t, again;

	if (trace_read(value, &t) == 0) {
		if (t.keys.n > CAMPAIGN_KEYS || t.keys.n_text > t.keys.n ||
		    t.n_subjects > REPUTATION_SUBJECTS_MAX)
			abort();
		trace_write(&t, &first);
		if (first.n > STORE_VALUE_MAX ||
		    trace_read(buf_sv(&first), &again))
			abort();
		trace_write(&again, &second);
		if (!sv_eq(buf_sv(&first), buf_sv(&second)))
			abort();
	}
	buf_done(&first);
	buf_done(&second);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct sv value = sv_make((const char *)data, size);
	const double values[CAMPAIGN_KEYS] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 };
	struct campaign_row row;

	check_trace(value);
	if (campaign_row_read(value, &row) &&
	    !(campaign_quorum(&row.keys, values) >= 0))
		abort();
	return 0;
}
