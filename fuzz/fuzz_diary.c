/* SPDX-License-Identifier: Apache-2.0 */
/* The diary of the statistics site. */
#include <stdint.h>

#include "base/mem.h"
#include "feedd/diary.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct diags diags = DIAGS_INIT;
	struct diary d;

	diary_parse(sv_make((const char *)data, size), "diary", a, &diags, &d);
	for (size_t i = 0; i < d.n; i++)
		if (d.list[i].minute % 1440 ||
		    (i && d.list[i].minute > d.list[i - 1].minute))
			mem_die("entries are not in order");
	diags_done(&diags);
	arena_free(a);
	return 0;
}
