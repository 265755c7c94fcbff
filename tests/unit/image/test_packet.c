/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include "image/packet.h"

static char packet[PACKET_BYTES_MAX];

START_TEST(a_picture_travels_in_pieces)
{
	static char picture[3 * PACKET_BYTES_MAX], copy[sizeof picture];
	struct packet_piece piece = { 5, 100, sizeof picture, 0 }, got;
	unsigned pieces = 0;

	for (size_t i = 0; i < sizeof picture; i++)
		picture[i] = (char)(i * 7);
	while (piece.at < sizeof picture) {
		size_t taken, n;
		struct sv data;

		n = packet_write_piece(
		    &piece,
		    sv_make(picture + piece.at, sizeof picture - piece.at),
		    packet, &taken);
		ck_assert_uint_le(n, PACKET_BYTES_MAX);
		ck_assert(packet_read_piece(sv_make(packet, n), &got, &data));
		ck_assert_uint_eq(got.number, 5);
		ck_assert_uint_eq(got.pixels_max, 100);
		ck_assert_uint_eq(got.at, piece.at);
		memcpy(copy + got.at, data.p, data.n);
		piece.at += (uint32_t)taken;
		pieces++;
	}
	ck_assert_uint_eq(pieces, 4);
	ck_assert_mem_eq(picture, copy, sizeof copy);
}
END_TEST

START_TEST(pieces_beyond_their_picture_are_refused)
{
	static const struct packet_piece table[] = {
		{ 0, 1, 10, 0 },         { 1, 1, 2, 0 },
		{ 1, 1, 10, 8 },         { 1, 1, 10, 11 },
		{ 1, 1, 0, 0 },          { 1, 1, 0xffffffff, 0xfffffffe },
		{ 1, 1, 3, 0xffffffff },
	};
	struct packet_piece got;
	struct sv data;
	size_t taken, n;

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		n = packet_write_piece(&table[i], SV("abc"), packet, &taken);
		ck_assert_msg(
		    !packet_read_piece(sv_make(packet, n), &got, &data), "%zu",
		    i);
	}
	ck_assert(!packet_read_piece(sv_make(packet, 7), &got, &data));
	ck_assert(!packet_read_piece(SV(""), &got, &data));
}
END_TEST

START_TEST(answers_come_back_as_they_were)
{
	struct packet_answer a = { .number = 9, .n = 2 }, got;
	size_t n;

	a.texts[0] = SV("one");
	a.texts[1] = SV("\0two");
	n = packet_write_answer(&a, packet);
	ck_assert(packet_read_answer(sv_make(packet, n), &got));
	ck_assert_uint_eq(got.number, 9);
	ck_assert_uint_eq(got.n, 2);
	ck_assert(sv_eq(got.texts[0], SV("one")));
	ck_assert(sv_eq(got.texts[1], SV("\0two")));
	for (size_t cut = 0; cut < n; cut++)
		ck_assert(!packet_read_answer(sv_make(packet, cut), &got));
	packet[n] = 'x';
	ck_assert(!packet_read_answer(sv_make(packet, n + 1), &got));
}
END_TEST

START_TEST(answers_that_lie_are_refused)
{
	static const uint32_t table[][4] = {
		{ 1, IMAGE_OUTCOMES, 0, 0 },
		{ 1, IMAGE_DONE, PACKET_TEXTS_MAX + 1, 0 },
		{ 1, IMAGE_DONE, 1, 1 },
		{ 1, IMAGE_DONE, 1, 0xffffffff },
		{ 1, IMAGE_DONE, 2, 0 },
	};
	struct packet_answer got;

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct sv raw =
		    sv_make((const char *)table[i], sizeof table[i]);

		ck_assert_msg(!packet_read_answer(raw, &got), "%zu", i);
	}
}
END_TEST

UNIT_MAIN("packet", a_picture_travels_in_pieces,
          pieces_beyond_their_picture_are_refused,
          answers_come_back_as_they_were, answers_that_lie_are_refused)
