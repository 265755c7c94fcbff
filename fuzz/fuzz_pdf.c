/* SPDX-License-Identifier: Apache-2.0 */
/* Documents: what is read of one keeps to its bounds. */
#include <stdint.h>
#include <stdlib.h>

#include "eval/pdf_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct pdf *pdf = ARENA_NEW(a, struct pdf);

	pdf_read(a, sv_make((const char *)data, size), pdf);
	if (pdf->n_sizes > PDF_SIZES_MAX)
		abort();
	for (int i = 0; i < PDF_DETAILS; i++)
		for (size_t k = 0; k < pdf->details[i].n; k++)
			if (pdf->details[i].list[k].n > PDF_VALUE_BYTES_MAX)
				abort();
	arena_free(a);
	return 0;
}
