/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of a backup: what is read is written the same way again. */
#include <stdint.h>
#include <stdlib.h>

#include "store/backup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_again(const struct store_item *item, struct arena *a)
{
	struct buf once = BUF_INIT(1 << 20), twice = BUF_INIT(1 << 20);
	struct store_item back;
	uint64_t lines;

	backup_write(item, &once);
	if (backup_read(sv_sub(buf_sv(&once), 0, once.n - 1), a, &back,
	                &lines) != BACKUP_ITEM)
		abort();
	backup_write(&back, &twice);
	if (!sv_eq(buf_sv(&once), buf_sv(&twice)))
		abort();
	buf_done(&once);
	buf_done(&twice);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sv rest =
	    sv_make((const char *)data, size > 65536 ? 65536 : size);
	struct arena *a = arena_new();
	struct store_item item;
	uint64_t lines;
	struct sv line;

	while (sv_line(&rest, &line))
		if (backup_read(line, a, &item, &lines) == BACKUP_ITEM)
			check_again(&item, a);
	arena_free(a);
	return 0;
}
