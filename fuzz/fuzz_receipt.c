/* SPDX-License-Identifier: Apache-2.0 */
/* Reports, receipts and notes as the store has them. */
#include <stdint.h>
#include <stdlib.h>

#include "learn/ledger.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sv json = sv_make((const char *)data, size);
	struct buf out = BUF_INIT(16 * STORE_VALUE_MAX);
	struct arena *a = arena_new();
	struct feedback_entry entry;
	struct change_note note;
	struct receipt receipt;

	if (receipt_read(json, a, &receipt) == 0) {
		receipt_write(&receipt, &out);
		if (!out.full && receipt_read(buf_sv(&out), a, &receipt))
			abort();
	}
	(void)!feedback_read(json, a, &entry);
	(void)!change_note_read(json, a, &note);
	arena_free(a);
	buf_done(&out);
	return 0;
}
