/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "../unit.h"
#include "base/arena.h"
#include "match/machine.h"

struct asked {
	struct arena *arena;
	struct automata automata;
	struct machines *machines;
};

static void
ask_about(struct asked *q, const char *regex)
{
	const struct node *root;

	q->arena = arena_new();
	root = syntax_parse(q->arena, sv_str(regex), 0);
	q->automata = (struct automata){ automaton_new(root),
		                         automaton_head_new(root), 0 };
	q->machines = machines_new();
	machines_begin_set(q->machines, 1);
}

static bool
may(struct asked *q, struct sv text)
{
	return machine_may_match(q->machines, &q->automata, text);
}

/* Where the first match may begin. */
static size_t
first(struct asked *q, struct sv text)
{
	return machine_next_begin(q->machines, &q->automata, text, 0, text.n);
}

static void
end_asking(struct asked *q)
{
	machines_free(q->machines);
	automaton_free(q->automata.whole);
	automaton_free(q->automata.head);
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
		ck_assert_msg(q.automata.whole != NULL, "%s", cases[i].regex);
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
		ck_assert_msg(q.automata.whole == NULL, "%s", regexes[i]);
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

/* A whole text is needed of what is not cut off; of large repeats the bounds
 * are given up, but not that copies follow each other. */
START_TEST(a_head_tells_where_a_match_may_begin)
{
	static const struct {
		const char *regex, *text;
		size_t at;
	} cases[] = {
		{ "abc", "ab xabc", 4 },
		{ "ab", "ab", 0 },
		{ "ab", "xa", SV_NOT_FOUND },
		{ "[ab]{20}c", "aaac", 0 },
		{ "[ab]{20}c", "aad", SV_NOT_FOUND },
		{ "a{3}b", "aab aaab", 4 },
		{ "(?:(?:name|address|telephone): ?){5}",
		  "name: xname: ", SV_NOT_FOUND },
		{ "(?:(?:name|address|telephone): ?){5}",
		  "name: xname:address: name: "
		  "name: telephone:",
		  7 },
		{ "(?:(?:name|address|telephone):[. ]{0,99}){2}x",
		  "name: ... .address:", 0 },
		{ "(?:(?:name|address|telephone):){2}", "name:name",
		  SV_NOT_FOUND },
		{ "(?=x)(?:ab|cd)e?f", "aef cdf", 4 },
		{ "ab.*", "ab", 0 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct asked q;

		ask_about(&q, cases[i].regex);
		ck_assert_msg(q.automata.head != NULL, "%s", cases[i].regex);
		for (unsigned again = 0; again < 2; again++)
			ck_assert_msg(first(&q, sv_str(cases[i].text)) ==
			                  cases[i].at,
			              "%s: %s", cases[i].regex, cases[i].text);
		end_asking(&q);
	}
}
END_TEST

/* 26 to the power of 3 ways to begin, and a tail. */
START_TEST(what_is_too_large_is_cut_off)
{
	char regex[8000] = "start(?:";
	struct asked q;

	for (unsigned i = 0; i < 900; i++)
		snprintf(regex + strlen(regex), 9, "%s%c%c%c", i ? "|" : "",
		         'a' + (int)(i % 26), 'a' + (int)(i / 26 % 26),
		         'a' + (int)(i / 676));
	strcat(regex, ")end");
	ask_about(&q, regex);
	ck_assert(q.automata.head != NULL);
	ck_assert_uint_eq(first(&q, SV("stamp start")), 6);
	ck_assert_uint_eq(first(&q, SV("stamp star")), SV_NOT_FOUND);
	end_asking(&q);
}
END_TEST

/* "may" is the answer, once there is no room, and after as much work as one
 * place is worth. */
START_TEST(the_work_at_one_place_is_bounded)
{
	char text[200];
	struct asked q;

	memset(text, 'a', sizeof text);
	ask_about(&q, "(?:a{1,99}|b{5,30}){4}c");
	ck_assert_uint_eq(first(&q, sv_make(text, 200)), 0);
	end_asking(&q);
	ask_about(&q, "a{30,}b");
	ck_assert_uint_eq(first(&q, sv_make(text, 200)), 0);
	ck_assert_uint_eq(first(&q, sv_make(text, 60)), SV_NOT_FOUND);
	end_asking(&q);
}
END_TEST

UNIT_MAIN("automaton", a_text_may_match_or_cannot,
          what_says_little_or_is_too_large_has_none,
          too_many_states_are_given_up, a_head_tells_where_a_match_may_begin,
          what_is_too_large_is_cut_off, the_work_at_one_place_is_bounded)
