/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a client and a decoder of pictures say to each other, over a socket
 * that keeps packets apart (SOCK_SEQPACKET):
 *
 *     client   one request: packets with pieces of the picture, in order
 *     decoder  one answer: the outcome and the texts found
 *
 * A request that does not end is forgotten when the next one begins; an
 * answer with another number is that of a request nobody waits for. Nothing
 * here trusts the other side.
 */
#ifndef IMAGE_PACKET_H
#define IMAGE_PACKET_H

#include <stdint.h>

#include "base/sv.h"

enum {
	PACKET_BYTES_MAX = 64 * 1024,
	PACKET_TEXTS_MAX = 8,
	PACKET_TEXT_BYTES_MAX = 4096, /* a QR code holds 2,953 */
};

enum image_outcome {
	IMAGE_DONE,      /* looked at; broken pictures, too */
	IMAGE_TOO_LARGE, /* more than pixels_max */
	IMAGE_FAILED,    /* no memory; or the decoder died */
	IMAGE_OUTCOMES,
};

/* Begins each packet of a request; pieces are all there is behind it. */
struct packet_piece {
	uint32_t number; /* of the request; not 0 */
	uint32_t pixels_max;
	uint32_t bytes; /* of the whole picture */
	uint32_t at;    /* where this piece belongs */
};

struct packet_answer {
	uint32_t number; /* of the request; 0: the decoder died */
	enum image_outcome outcome;
	size_t n;
	struct sv texts[PACKET_TEXTS_MAX];
};

/* Writes the packet of a piece, at most PACKET_BYTES_MAX, and returns its
 * length. Of `data` it takes what fits; *ret_taken says how much. */
size_t packet_write_piece(const struct packet_piece *piece, struct sv data,
                          char packet[PACKET_BYTES_MAX], size_t *ret_taken);

/* False when the packet is none of ours. *ret_data is a view into it. */
bool packet_read_piece(struct sv packet, struct packet_piece *ret,
                       struct sv *ret_data);

/* Texts that are too long or too many are left out. */
size_t packet_write_answer(const struct packet_answer *answer,
                           char packet[PACKET_BYTES_MAX]);

/* False when the packet is none of ours; the texts are views into it. */
bool packet_read_answer(struct sv packet, struct packet_answer *ret);

#endif
