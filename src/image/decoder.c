/* SPDX-License-Identifier: Apache-2.0 */
#include "image/decoder.h"

#include <iconv.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "image/code.h"
#include "image/pixels.h"

enum { CPU_MS_MAX = 10 * 1000, PICTURE_BYTES_MAX = 64 * 1024 * 1024 };

/* The request that is being received. */
struct request {
	struct packet_piece piece; /* the last one; number 0: none */
	char *picture;
};

void
decoder_prepare(void)
{
	/* What the text of a code may be converted from. */
	static const char *const charsets[] = { "ISO8859-1", "SJIS", "BIG-5",
		                                "CP437", "GB18030" };
	static iconv_t volatile kept[sizeof charsets / sizeof *charsets];

	for (size_t i = 0; i < sizeof charsets / sizeof *charsets; i++)
		kept[i] = iconv_open("UTF-8", charsets[i]);
	(void)kept; /* never closed: they would be unloaded */
	code_prepare();
}

void
decoder_read(struct sv picture, uint32_t pixels_max, char *memory,
             struct packet_answer *ret)
{
	struct pixels pixels;
	size_t used = 0;

	ret->n = 0;
	ret->outcome = pixels_read(picture, pixels_max, &pixels);
	if (ret->outcome != IMAGE_DONE)
		return;
	if (pixels.grey && !code_find(&pixels, memory, &used, ret))
		ret->outcome = IMAGE_FAILED;
	pixels_done(&pixels);
}

/* Takes a piece; true when the picture is complete. */
static bool
take_piece(struct request *r, struct sv packet)
{
	struct packet_piece piece;
	struct sv data;

	if (!packet_read_piece(packet, &piece, &data) ||
	    piece.bytes > PICTURE_BYTES_MAX)
		return false;
	if (piece.at == 0) {
		free(r->picture);
		r->picture = malloc(piece.bytes);
		r->piece = piece;
	} else if (piece.number != r->piece.number ||
	           piece.bytes != r->piece.bytes || piece.at != r->piece.at) {
		return false; /* its beginning went to another process */
	}
	if (r->picture)
		memcpy(r->picture + piece.at, data.p, data.n);
	r->piece.at = piece.at + (uint32_t)data.n;
	return r->piece.at == r->piece.bytes;
}

static void
answer(struct request *r, char *packet)
{
	static char texts[PACKET_BYTES_MAX];
	struct packet_answer a = { .number = r->piece.number,
		                   .outcome = IMAGE_FAILED };
	struct sv picture = sv_make(r->picture, r->piece.bytes);
	size_t n;

	if (r->picture)
		decoder_read(picture, r->piece.pixels_max, texts, &a);
	n = packet_write_answer(&a, packet);
	(void)!write(0, packet, n);
	free(r->picture);
	*r = (struct request){ 0 };
}

static int64_t
cpu_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void
decoder_run(int fd)
{
	static char packet[PACKET_BYTES_MAX];
	struct request r = { 0 };
	ssize_t n;

	if (!decoder_confine(fd))
		_exit(1);
	while ((n = read(0, packet, sizeof packet)) > 0) {
		if (!take_piece(&r, sv_make(packet, (size_t)n)))
			continue;
		answer(&r, packet);
		if (cpu_ms() > CPU_MS_MAX)
			_exit(DECODER_RETIRED);
	}
	_exit(0);
}
