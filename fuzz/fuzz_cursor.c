/* SPDX-License-Identifier: Apache-2.0 */
/* Cursors as files have them: what is read is written and read as the same. */
#include <stdint.h>
#include <stdlib.h>

#include "base/error.h"
#include "report/cursor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sv text = sv_make((const char *)data, size);
	struct buf first = BUF_INIT(1 << 20), second = BUF_INIT(1 << 20);
	struct cursor a, b;

	cursor_init(&a);
	cursor_init(&b);
	if (size < 1 << 19 && cursor_read(text, &a) == 0) {
		cursor_write(&a, &first);
		if (cursor_read(buf_sv(&first), &b))
			abort();
		cursor_write(&b, &second);
		if (!sv_eq(buf_sv(&first), buf_sv(&second)))
			abort();
	}
	cursor_done(&a);
	cursor_done(&b);
	buf_done(&first);
	buf_done(&second);
	return 0;
}
