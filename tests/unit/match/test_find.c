/* SPDX-License-Identifier: Apache-2.0 */
/* Many strings, and many windows, at once: beside looking for each. */
#include "../unit.h"

#include "base/vec.h"
#include "match/literal.h"
#include "match/vectorscan.h"
#include "match/window.h"

enum { TEXT_BYTES = 3000, NEEDLES = 200, ROUNDS = 20 };

static uint64_t dice = 1;

static unsigned
roll(unsigned n)
{
	dice = dice * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(dice >> 33) % n;
}

/* Few letters, so that much is found. */
static unsigned char
any_byte(void)
{
	return (unsigned char)"abAB \xc3\xa9"[roll(7)];
}

struct find {
	uint32_t user;
	size_t begin;
};

struct finds {
	struct find *list;
	size_t n, size;
};

static void
keep(void *ctx, uint32_t user, size_t begin)
{
	struct finds *f = ctx;

	*VEC_ADD(f) = (struct find){ user, begin };
}

static int
compare(const void *a, const void *b)
{
	const struct find *fa = a, *fb = b;

	if (fa->begin != fb->begin)
		return fa->begin < fb->begin ? -1 : 1;
	return fa->user < fb->user ? -1 : fa->user > fb->user;
}

static void
expect_same(struct finds *got, struct finds *want)
{
	if (got->n)
		qsort(got->list, got->n, sizeof *got->list, compare);
	if (want->n)
		qsort(want->list, want->n, sizeof *want->list, compare);
	ck_assert_uint_eq(got->n, want->n);
	for (size_t i = 0; i < got->n; i++) {
		ck_assert_uint_eq(got->list[i].user, want->list[i].user);
		ck_assert_uint_eq(got->list[i].begin, want->list[i].begin);
	}
	ck_assert_uint_gt(want->n, 0);
	VEC_DONE(got);
	VEC_DONE(want);
}

static void
make_text(char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		text[i] = (char)any_byte();
}

/* ---- strings ---- */

static void
make_literal(struct literal *l, unsigned char *bytes, uint32_t user)
{
	*l =
	    (struct literal){ bytes, GATE_STRING_BYTES_MIN + roll(4), 0, user };
	for (unsigned i = 0; i < l->n; i++) {
		bytes[i] = any_byte();
		if (roll(2) && sv_is_alnum((char)bytes[i])) {
			bytes[i] = (unsigned char)sv_lower_char((char)bytes[i]);
			l->caseless |= 1u << i;
		}
	}
}

static bool
literal_is_at(const struct literal *l, struct sv text, size_t at)
{
	if (at + l->n > text.n)
		return false;
	for (unsigned i = 0; i < l->n; i++) {
		char c = text.p[at + i];

		if (l->caseless >> i & 1)
			c = sv_lower_char(c);
		if ((unsigned char)c != l->bytes[i])
			return false;
	}
	return true;
}

static void
check_strings(bool use_vectorscan)
{
	static unsigned char bytes[NEEDLES][GATE_STRING_BYTES_MAX];
	struct literal list[NEEDLES];
	char text[TEXT_BYTES];
	void *scratch = NULL;

	for (int round = 0; round < ROUNDS; round++) {
		struct sv s = { text, roll(TEXT_BYTES - 8) + 8 };
		struct finds got = { 0 }, want = { 0 };
		size_t n = 1 + roll(NEEDLES);
		struct literals *l;

		make_text(text, sizeof text);
		for (uint32_t i = 0; i < n; i++)
			make_literal(&list[i], bytes[i], i % 7);
		list[0].n = 4; /* one that is there */
		list[0].caseless = 0;
		memcpy(bytes[0], text, 4);
		l = literals_new(list, n, use_vectorscan);
		literals_scan(l, &scratch, s, keep, &got);
		for (size_t i = 0; i < n; i++)
			for (size_t at = 0; at < s.n; at++)
				if (literal_is_at(&list[i], s, at))
					keep(&want, list[i].user, at);
		literals_free(l);
		expect_same(&got, &want);
	}
	vectorscan_scratch_free(scratch);
}

START_TEST(strings_are_found_as_one_by_one)
{
	check_strings(false);
	if (vectorscan_is_available())
		check_strings(true);
}
END_TEST

/* A few rare bytes lead to all strings. */
START_TEST(few_strings_are_found_by_their_rare_bytes)
{
	static const char *const strings[] = { "xqzj", "Wxqz", "qqqq" };
	struct literal list[3];
	char text[TEXT_BYTES];
	struct literals *l;

	for (uint32_t i = 0; i < 3; i++)
		list[i] = (struct literal){ (const unsigned char *)strings[i],
			                    4, 0, i };
	l = literals_new(list, 3, false);
	for (int round = 0; round < ROUNDS; round++) {
		struct sv s = { text, roll(TEXT_BYTES - 8) + 8 };
		struct finds got = { 0 }, want = { 0 };

		for (size_t i = 0; i < sizeof text; i++)
			text[i] = "aaaaaaxqzjWWq"[roll(13)];
		memcpy(text + s.n - 4, "xqzj", 4);
		literals_scan(l, NULL, s, keep, &got);
		for (size_t i = 0; i < 3; i++)
			for (size_t at = 0; at < s.n; at++)
				if (literal_is_at(&list[i], s, at))
					keep(&want, list[i].user, at);
		expect_same(&got, &want);
	}
	literals_free(l);
}
END_TEST

START_TEST(nothing_is_found_in_short_texts)
{
	struct literal one = { (const unsigned char *)"abcd", 4, 0, 0 };
	struct literals *l = literals_new(&one, 1, false);
	struct finds got = { 0 };

	literals_scan(l, NULL, SV(""), keep, &got);
	literals_scan(l, NULL, SV("abc"), keep, &got);
	ck_assert_uint_eq(got.n, 0);
	literals_scan(l, NULL, SV("abcd"), keep, &got);
	ck_assert_uint_eq(got.n, 1);
	VEC_DONE(&got);
	literals_free(l);
}
END_TEST

/* ---- windows ---- */

static void
make_window(struct gate_window *w)
{
	*w = (struct gate_window){ .n = 2 + roll(GATE_WINDOW_BYTES_MAX - 1) };
	for (unsigned i = 0; i < w->n; i++)
		for (unsigned k = 1 + roll(4); k-- > 0;)
			byte_class_add(&w->classes[i], any_byte());
}

static bool
window_is_at(const struct gate_window *w, struct sv text, size_t at)
{
	for (unsigned i = 0; i < w->n; i++)
		if (at + i >= text.n ||
		    !byte_class_has(&w->classes[i],
		                    (unsigned char)text.p[at + i]))
			return false;
	return true;
}

START_TEST(windows_are_found_as_one_by_one)
{
	struct gate_window list[NEEDLES];
	uint32_t users[NEEDLES];
	char text[TEXT_BYTES];

	for (int round = 0; round < ROUNDS; round++) {
		struct sv s = { text, roll(TEXT_BYTES - 8) + 8 };
		struct finds got = { 0 }, want = { 0 };
		size_t n = 1 + roll(NEEDLES), next;
		struct windows *w;

		make_text(text, sizeof text);
		for (uint32_t i = 0; i < n; i++) {
			make_window(&list[i]);
			users[i] = i;
		}
		list[0].n = 2; /* one that is there */
		byte_class_add(&list[0].classes[0], (unsigned char)text[0]);
		byte_class_add(&list[0].classes[1], (unsigned char)text[1]);
		w = windows_new(list, users, n);
		windows_scan(w, s, keep, &got);
		for (size_t at = 0; at < s.n; at++)
			for (size_t i = 0; i < n; i++)
				if (window_is_at(&list[i], s, at))
					keep(&want, users[i], at);
		next = windows_next(w, s, want.list[0].begin + 1, s.n);
		for (size_t i = 0; i < want.n && next != SV_NOT_FOUND; i++)
			if (want.list[i].begin > want.list[0].begin)
				ck_assert_uint_le(next, want.list[i].begin);
		windows_free(w);
		expect_same(&got, &want);
	}
}
END_TEST

UNIT_MAIN("find", strings_are_found_as_one_by_one,
          few_strings_are_found_by_their_rare_bytes,
          nothing_is_found_in_short_texts, windows_are_found_as_one_by_one)
