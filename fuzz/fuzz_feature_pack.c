/* SPDX-License-Identifier: Apache-2.0 */
/* Packed features that somebody else wrote: refused, or bounded; and what was
 * unpacked packs to the same. */
#include <stdint.h>
#include <stdlib.h>

#include "learn/feature_pack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_same(const struct features *x, const struct features *y)
{
	if (memcmp(x->identity, y->identity, FEATURE_IDENTITY) != 0 ||
	    x->dropped != y->dropped)
		abort();
	for (int k = 0; k < FEATURE_KINDS; k++)
		if (x->kinds[k].n != y->kinds[k].n ||
		    (x->kinds[k].n &&
		     memcmp(x->kinds[k].hashes, y->kinds[k].hashes,
		            x->kinds[k].n * sizeof(uint64_t)) != 0))
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct buf out = BUF_INIT(1 << 20), less = BUF_INIT(FEATURE_PACK_BYTES);
	struct features f, again;

	if (features_unpack(sv_make((const char *)data, size), a, &f) == 0) {
		features_pack(&f, out.max, &out);
		if (features_unpack(buf_sv(&out), a, &again))
			abort();
		check_same(&f, &again);
		features_pack(&f, FEATURE_PACK_BYTES, &less);
		if (less.full || features_unpack(buf_sv(&less), a, &again))
			abort();
	}
	buf_done(&out);
	buf_done(&less);
	arena_free(a);
	return 0;
}
