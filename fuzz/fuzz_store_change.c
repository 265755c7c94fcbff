/* SPDX-License-Identifier: Apache-2.0 */
/* Cells and changes as the data base has them. The first byte says which. */
#include <stdint.h>

#include "store/change.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sv bytes = sv_make((const char *)data, size);
	struct arena *a = arena_new();
	struct change_group group;
	struct change change;
	struct cell cell;

	if (size == 0 || size > 65536) {
		arena_free(a);
		return 0;
	}
	bytes = sv_from(bytes, 1);
	switch (data[0] % 3) {
	case 0:
		while (bytes.n && change_read(&bytes, &change) == 0)
			;
		break;
	case 1:
		(void)!change_group_read(bytes, a, &group);
		break;
	default:
		(void)!cell_read(SV("cx\0\0\0\0\1"), bytes, &cell);
		(void)!cell_read(SV("vx"), bytes, &cell);
		break;
	}
	arena_free(a);
	return 0;
}
