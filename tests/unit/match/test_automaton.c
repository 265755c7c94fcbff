/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"
#include "base/arena.h"
#include "match/machine.h"

struct asked {
	struct arena *arena;
	struct automaton *automaton;
	struct machines *machines;
};

static void
ask_about(struct asked *q, const char *regex)
{
	q->arena = arena_new();
	q->automaton = automaton_new(syntax_parse(q->arena, sv_str(regex), 0));
	q->machines = machines_new();
	machines_begin_set(q->machines, 1);
}

static bool
may(struct asked *q, struct sv text)
{
	return machine_may_match(q->machines, 0, q->automaton, text);
}

static void
end_asking(struct asked *q)
{
	machines_free(q->machines);
	automaton_free(q->automaton);
	arena_free(q->arena);
}

/* Each text twice: with states made, and with states kept. */
START_TEST(a_text_may_match_or_cannot)
{
	static const struct {
		const char *regex, *yes, *no;
	} cases[] = {
		{ "ab", "xxabxx", "axb" },
		{ "a[bc]*d", "abcbcd", "abcb" },
		{ "(?:ab|cd|ef)g", "xcdg", "abg cd ef" + 4 },
		{ "a{3}", "aaa", "aabaa" },
		{ "a{2,3}b", "aaaab", "ab" },
		{ "xa{0,2}b", "xb xab", "xaaab" },
		{ "(?:a|b)+c", "ababc", "abab" },
		{ "(?:[a-z]{3,}\\s){3}", "one two three four",
		  "one two 3 for" },
		{ "(?:x?y?)*zz", "xyzz", "xyz" },
		{ "(a)b\\1", "abz", "ba" },
		{ "a(?!b)c", "ac", "ab" },
		{ "<[^>]{1,5}>x", "<abc>x", "<abcdef>x" },
		{ "[\\x80-\\xff]{2}a",
		  "\xc3\xa4"
		  "a",
		  "\xc3"
		  "a" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct asked q;

		ask_about(&q, cases[i].regex);
		ck_assert_msg(q.automaton != NULL, "%s", cases[i].regex);
		for (unsigned again = 0; again < 2; again++) {
			ck_assert_msg(may(&q, sv_str(cases[i].yes)), "%s: %s",
			              cases[i].regex, cases[i].yes);
			ck_assert_msg(!may(&q, sv_str(cases[i].no)), "%s: %s",
			              cases[i].regex, cases[i].no);
		}
		end_asking(&q);
	}
}
END_TEST

START_TEST(what_says_little_or_is_too_large_has_none)
{
	static const char *const regexes[] = {
		"",
		"a",
		"a?",
		"(?:a|bc)",
		"a*",
		"[a-z]{300}",
		"(?:(?:ab){9}){90}",
		"(?:(?:){9999}){9999}",
	};

	for (size_t i = 0; i < sizeof regexes / sizeof *regexes; i++) {
		struct asked q;

		ask_about(&q, regexes[i]);
		ck_assert_msg(q.automaton == NULL, "%s", regexes[i]);
		end_asking(&q);
	}
}
END_TEST

/* One state for each set of places of "a" among the last 40 bytes. */
START_TEST(too_many_states_are_given_up)
{
	char text[60000];
	struct asked q;
	uint32_t random = 1;

	for (size_t i = 0; i < sizeof text; i++) {
		random = random * 1664525 + 1013904223;
		text[i] = random >> 24 & 1 ? 'a' : 'b';
	}
	ask_about(&q, "a.{40}c");
	ck_assert(may(&q, sv_make(text, sizeof text)));
	machines_begin(q.machines);
	ck_assert(!may(&q, SV("abcabc")));
	end_asking(&q);
}
END_TEST

UNIT_MAIN("automaton", a_text_may_match_or_cannot,
          what_says_little_or_is_too_large_has_none,
          too_many_states_are_given_up)
