/* SPDX-License-Identifier: Apache-2.0 */
#include "image/packet.h"

/* Both ends are one build on one machine: numbers are as in memory. */
struct answer_head {
	uint32_t number, outcome, n;
};

static void
put(char *packet, size_t *at, const void *bytes, size_t n)
{
	memcpy(packet + *at, bytes, n);
	*at += n;
}

static bool
take(struct sv *packet, void *ret, size_t n)
{
	if (packet->n < n)
		return false;
	memcpy(ret, packet->p, n);
	*packet = sv_from(*packet, n);
	return true;
}

size_t
packet_write_piece(const struct packet_piece *piece, struct sv data,
                   char packet[PACKET_BYTES_MAX], size_t *ret_taken)
{
	size_t at = 0;

	data = sv_sub(data, 0, PACKET_BYTES_MAX - sizeof *piece);
	put(packet, &at, piece, sizeof *piece);
	put(packet, &at, data.p, data.n);
	*ret_taken = data.n;
	return at;
}

bool
packet_read_piece(struct sv packet, struct packet_piece *ret,
                  struct sv *ret_data)
{
	struct packet_piece piece;

	if (!take(&packet, &piece, sizeof piece) || piece.number == 0 ||
	    packet.n == 0 || piece.at > piece.bytes ||
	    packet.n > piece.bytes - piece.at)
		return false;
	*ret = piece;
	*ret_data = packet;
	return true;
}

size_t
packet_write_answer(const struct packet_answer *answer,
                    char packet[PACKET_BYTES_MAX])
{
	struct answer_head head = { answer->number, answer->outcome, 0 };
	size_t at = sizeof head;

	for (size_t i = 0; i < answer->n && head.n < PACKET_TEXTS_MAX; i++) {
		struct sv text = answer->texts[i];
		uint32_t bytes = (uint32_t)text.n;

		if (text.n > PACKET_TEXT_BYTES_MAX)
			continue;
		put(packet, &at, &bytes, sizeof bytes);
		put(packet, &at, text.p, text.n);
		head.n++;
	}
	memcpy(packet, &head, sizeof head);
	return at;
}

bool
packet_read_answer(struct sv packet, struct packet_answer *ret)
{
	struct packet_answer answer = { 0 };
	struct answer_head head;
	uint32_t bytes;

	if (!take(&packet, &head, sizeof head) ||
	    head.outcome >= IMAGE_OUTCOMES || head.n > PACKET_TEXTS_MAX)
		return false;
	for (; answer.n < head.n; answer.n++) {
		if (!take(&packet, &bytes, sizeof bytes) ||
		    bytes > PACKET_TEXT_BYTES_MAX || bytes > packet.n)
			return false;
		answer.texts[answer.n] = sv_sub(packet, 0, bytes);
		packet = sv_from(packet, bytes);
	}
	if (packet.n)
		return false;
	answer.number = head.number;
	answer.outcome = (enum image_outcome)head.outcome;
	*ret = answer;
	return true;
}
