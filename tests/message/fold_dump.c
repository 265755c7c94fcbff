/* SPDX-License-Identifier: Apache-2.0 */
/* Prints what folding does to each code point: the code point, what a text of
 * it alone becomes (both hexadecimal), its part in words and its likeness. */
#include <stdio.h>

#include "base/utf8.h"
#include "message/fold.h"
#include "message/fold_table.h"

int
main(void)
{
	struct arena *a = arena_new();

	for (uint32_t code = 1; code <= 0x10ffff; code++) {
		char bytes[4];
		struct sv c = sv_make(bytes, utf8_encode(code, bytes));
		struct fold_glyph g = fold_glyph(c);
		struct sv text = fold_text(a, c).text;

		if (code >= 0xd800 && code <= 0xdfff)
			continue;
		printf("%X ", code);
		for (size_t i = 0; i < text.n; i++)
			printf("%02x", (unsigned char)text.p[i]);
		printf("- %d %c\n", g.kind, g.like ? g.like : '-');
		arena_reset(a);
	}
	arena_free(a);
	return 0;
}
