/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"
#include "match/gate.h"

static uint32_t dice = 3;

static unsigned
roll(unsigned n)
{
	dice = dice * 1664525 + 1013904223;
	return (dice >> 16) % n;
}

static bool
is_in_one_by_one(const struct stretch *s, const char *text, size_t n,
                 size_t from)
{
	unsigned run = 0;

	for (; from < n; from++) {
		run = byte_class_has(&s->class, (unsigned char)text[from])
		          ? run + 1
		          : 0;
		if (run == s->n)
			return true;
	}
	return false;
}

START_TEST(strides_find_what_bytes_one_by_one_do)
{
	enum { TEXT = 60, ROUNDS = 20000 };
	struct stretch s = { .n = 0 };
	char text[TEXT];
	unsigned found = 0;

	byte_class_add(&s.class, 'a');
	byte_class_add(&s.class, 0xff);
	for (unsigned i = 0; i < ROUNDS; i++) {
		size_t n = roll(TEXT), from = roll((unsigned)n + 1);
		unsigned rest = 2 + roll(8);
		bool is_there;

		s.n = 1 + roll(12);
		for (size_t k = 0; k < n; k++)
			text[k] = roll(rest) ? "a\xff"[roll(2)] : 'x';
		is_there = is_in_one_by_one(&s, text, n, from);
		found += is_there;
		ck_assert_int_eq(stretch_is_in(&s, sv_make(text, n), from),
		                 is_there);
	}
	ck_assert_uint_gt(found, ROUNDS / 10);
	ck_assert_uint_lt(found, ROUNDS - ROUNDS / 10);
}
END_TEST

static const struct {
	const char *regex;
	unsigned n;              /* 0: none of use */
	const char *has, *lacks; /* the class */
} cases[] = {
	{ "\\b(?:[a-z]{8,}[\\s\\.]+){6}", 54, "az .\n", "A0<" },
	{ "(?:<[A-Za-z0-9]{4,}>\\s*){10}", 60, "<>aZ0 ", "=\"/-" },
	{ "^[^\\r\\n]{998}", 998, "a <", "\r\n" },
	{ "\\w\\s[A-Z]{16,}\\s\\w", 16, "AZ", "a0 " },
	{ "[A-Z]{16,}|[0-9]{20}", 16, "AZ09", "a " },
	{ "(?:[A-Z]{16,})?[a-z]\\d", 0, "", "" },
	{ "(\\w+) \\1", 0, "", "" },
	{ "casino", 0, "", "" }, /* is found without */
};

START_TEST(a_stretch_is_what_every_match_holds)
{
	struct arena *a = arena_new();

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct gate g = gate_derive(a, sv_str(cases[i].regex), 0);

		ck_assert_msg(g.stretch.n == cases[i].n, "%s: %u bytes",
		              cases[i].regex, g.stretch.n);
		for (const char *c = cases[i].has; *c; c++)
			ck_assert(byte_class_has(&g.stretch.class,
			                         (unsigned char)*c));
		for (const char *c = cases[i].lacks; *c; c++)
			ck_assert(!byte_class_has(&g.stretch.class,
			                          (unsigned char)*c));
	}
	arena_free(a);
}
END_TEST

UNIT_MAIN("stretch", strides_find_what_bytes_one_by_one_do,
          a_stretch_is_what_every_match_holds)
