/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include <stdalign.h>
#include <stdint.h>

#include "base/arena.h"

static struct arena *arena;

static void
open_arena(void)
{
	arena = arena_new();
}

static void
close_arena(void)
{
	arena_free(arena);
	arena = NULL;
}

START_TEST(memory_is_zeroed_and_aligned_for_any_type)
{
	open_arena();
	for (size_t n = 0; n < 300; n++) {
		char *p = arena_alloc(arena, n);

		ck_assert_uint_eq((uintptr_t)p % alignof(max_align_t), 0);
		for (size_t i = 0; i < n; i++)
			ck_assert_int_eq(p[i], 0);
		memset(p, 'x', n);
	}
	close_arena();
}
END_TEST

START_TEST(memory_is_zeroed_again_after_a_reset)
{
	open_arena();
	for (int round = 0; round < 3; round++) {
		char *p = arena_alloc(arena, 10000);

		for (size_t i = 0; i < 10000; i++)
			ck_assert_int_eq(p[i], 0);
		memset(p, 'x', 10000);
		arena_reset(arena);
		ck_assert_uint_eq(arena_used(arena), 0);
	}
	close_arena();
}
END_TEST

START_TEST(pieces_larger_than_a_chunk_stay_whole)
{
	open_arena();
	for (size_t n = 1; n <= 8 << 20; n *= 2) {
		char *p = arena_alloc(arena, n);

		p[0] = p[n - 1] = 'x';
	}
	ck_assert_uint_ge(arena_used(arena), (16 << 20) - 1);
	arena_reset(arena);
	arena_reset(arena);
	ck_assert_int_eq(*(char *)arena_alloc(arena, 1), 0);
	close_arena();
}
END_TEST

START_TEST(joined_pieces_stand_one_behind_the_other)
{
	struct sv joined;

	open_arena();
	joined = ARENA_JOIN(arena, SV("a\0b"), SV(""), SV_NONE, SV("c"));
	ck_assert(sv_eq(joined, SV("a\0bc")));
	ck_assert_int_eq(joined.p[joined.n], 0);
	ck_assert_uint_eq(arena_join(arena, NULL, 0).n, 0);
	close_arena();
}
END_TEST

START_TEST(pieces_do_not_overlap)
{
	unsigned *numbers[2000];

	open_arena();
	for (unsigned i = 0; i < 2000; i++) {
		numbers[i] = ARENA_ARRAY(arena, unsigned, 1 + i % 7);
		for (unsigned j = 0; j < 1 + i % 7; j++)
			numbers[i][j] = i;
	}
	for (unsigned i = 0; i < 2000; i++)
		for (unsigned j = 0; j < 1 + i % 7; j++)
			ck_assert_uint_eq(numbers[i][j], i);
	close_arena();
}
END_TEST

START_TEST(copies_end_with_a_nul_byte)
{
	open_arena();
	ck_assert_str_eq(arena_str(arena, SV_NONE), "");
	ck_assert_str_eq(arena_str(arena, sv_sub(SV("abcdef"), 1, 4)), "bcd");
	ck_sv_eq(arena_dup(arena, SV("abc")), "abc");
	ck_assert_str_eq(arena_dup(arena, SV("abc")).p, "abc");
	ck_sv_eq(arena_printf(arena, "%s-%d", "x", 7), "x-7");
	ck_assert_uint_eq(arena_printf(arena, "%0*d", 9000, 1).n, 9000);
	close_arena();
}
END_TEST

START_TEST(growing_keeps_the_content_and_zeroes_the_rest)
{
	char *p, *q;

	open_arena();
	p = arena_grow(arena, NULL, 0, 4);
	memcpy(p, "abcd", 4);
	q = arena_grow(arena, p, 4, 8);
	ck_assert_mem_eq(q, "abcd\0\0\0\0", 8);
	close_arena();
}
END_TEST

START_TEST(freeing_nothing_is_fine)
{
	arena_free(NULL);
	arena = arena_new();
	arena_reset(arena);
	arena_free(arena);
}
END_TEST

UNIT_MAIN("base/arena", memory_is_zeroed_and_aligned_for_any_type,
          memory_is_zeroed_again_after_a_reset,
          pieces_larger_than_a_chunk_stay_whole,
          joined_pieces_stand_one_behind_the_other, pieces_do_not_overlap,
          copies_end_with_a_nul_byte,
          growing_keeps_the_content_and_zeroes_the_rest,
          freeing_nothing_is_fine)
