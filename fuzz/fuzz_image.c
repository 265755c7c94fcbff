/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a decoder reads: first as the packets of a request, then as a picture;
 * and what its client reads: an answer.
 */
#include <stdint.h>
#include <stdlib.h>

#include "image/decoder.h"

enum { PIXELS_MAX = 100 * 1000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char memory[PACKET_BYTES_MAX], packet[PACKET_BYTES_MAX];
	struct sv input = sv_make((const char *)data, size), piece_data;
	struct packet_answer answer, again;
	struct packet_piece piece;

	if (packet_read_piece(input, &piece, &piece_data))
		must(piece.at + piece_data.n <= piece.bytes);
	if (packet_read_answer(input, &answer)) {
		size_t n = packet_write_answer(&answer, packet);

		must(packet_read_answer(sv_make(packet, n), &again));
		must(again.n == answer.n && again.number == answer.number);
	}
	decoder_read(input, PIXELS_MAX, memory, &answer);
	must(answer.outcome < IMAGE_OUTCOMES && answer.n <= PACKET_TEXTS_MAX);
	return 0;
}
