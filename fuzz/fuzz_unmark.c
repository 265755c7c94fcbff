/* SPDX-License-Identifier: Apache-2.0 */
/* Marks are only ever taken out: no mail grows, and what has none stays. */
#include <stdint.h>
#include <stdlib.h>

#include "scan/unmark.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sv mail = sv_make((const char *)data, size);
	struct arena *a = arena_new();
	struct buf out = BUF_INIT(SIZE_MAX);

	unmark_mail(a, mail, SV("[SPAM]"), &out);
	if (out.n > size)
		abort();
	if (sv_ifind(mail, SV("x-spam-")) == SV_NOT_FOUND &&
	    sv_find(mail, SV("[SPAM]")) == SV_NOT_FOUND &&
	    sv_find(mail, SV("SPAM: ----")) == SV_NOT_FOUND &&
	    !sv_eq(buf_sv(&out), mail))
		abort();
	buf_done(&out);
	arena_free(a);
	return 0;
}
