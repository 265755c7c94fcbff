/* SPDX-License-Identifier: Apache-2.0 */
#include "ingress/spamd_inflate.h"

#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

#include "base/mem.h"

enum { PIECE_BYTES = 64 * 1024 };

/* One step: 0 to go on, 1 at the end, or an error. */
static int
inflate_piece(z_stream *z, unsigned char piece[PIECE_BYTES], struct buf *out)
{
	int status;
	size_t n;

	z->next_out = piece;
	z->avail_out = PIECE_BYTES;
	status = inflate(z, Z_NO_FLUSH);
	if (status == Z_MEM_ERROR)
		mem_die("zlib has no memory");
	n = PIECE_BYTES - z->avail_out;
	if (!buf_add(out, sv_make((const char *)piece, n)))
		return E_LIMIT;
	if (status == Z_STREAM_END)
		return 1;
	/* No progress means that the input ended within the stream. */
	return status == Z_OK && n + z->avail_in > 0 ? 0 : E_SYNTAX;
}

int
spamd_inflate(struct sv packed, struct buf *out)
{
	unsigned char *piece;
	z_stream z = { 0 };
	int result;

	if (packed.n > UINT_MAX)
		return E_LIMIT;
	if (inflateInit(&z) != Z_OK)
		mem_die("zlib has no memory");
	z.next_in = (unsigned char *)(uintptr_t)packed.p;
	z.avail_in = (unsigned)packed.n;
	piece = mem_alloc(PIECE_BYTES);
	while ((result = inflate_piece(&z, piece, out)) == 0)
		;
	free(piece);
	inflateEnd(&z);
	return result == 1 ? 0 : result;
}
