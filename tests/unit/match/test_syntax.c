/* SPDX-License-Identifier: Apache-2.0 */
/* What is read from an expression, beside what PCRE2 says of it. */
#include "../unit.h"

#include <stdio.h>

#include "match/charclass.h"
#include "match/gate.h"
#include "match/match.h"
#include "match/regex.h"

static const struct conf_match limits = {
	.steps_max = 1000000,
	.depth_max = 10000,
	.stack_bytes_max = 1 << 20,
};

static const char *const classes[] = {
	"[abc]",
	"[^abc]",
	"[a-f]",
	"[]x]",
	"[^]x]",
	"[a\\-z]",
	"[-a]",
	"[a-]",
	"[\\d.]",
	"[^\\W_]",
	"[\\s\\S]",
	"[\\h]",
	"[\\v]",
	"[\\H\\n]",
	"[\\x41-\\x43]",
	"[\\x{e9}]",
	"[\\101\\0]",
	"[\\b\\t\\e]",
	"[[:alpha:]]",
	"[^[:^digit:]]",
	"[[:punct:][:space:]]",
	"[[:upper:]x]",
	"[[:xdigit:]\\-]",
	"[a[:x]",
	"[\\Qa-z\\E]",
	"[\\E^a]",
	"[\\Q\\E^\\Ea]",
	"[\\Q^a\\E]",
	"[\\Q]\\E-a]",
	"[a\\-\\d]",
	"[\\cA-\\cZ]",
	"[\xe0-\xe5@]",
	"[\\o{101}]",
	"[[:word:]]",
	"[\\w\\-z]",
	"[+--]",
	"[\\\\]",
	"[$^.|]",
	"[\\[\\]]",
	".",
	"\\N",
	"\\D",
	"\\x80",
	"\\.",
	"\\/",
};

/* NULL for what is not one class. */
static const struct node *
only_class(struct arena *a, const char *regex, unsigned flags)
{
	const struct node *node = syntax_parse(a, sv_str(regex), flags);

	while (node && node->kind == NODE_CAT && node->n_kids == 1)
		node = node->kids[0];
	return node && node->kind == NODE_CLASS ? node : NULL;
}

static void
check_class(const char *regex, unsigned flags)
{
	struct arena *a = arena_new();
	struct diags diags = DIAGS_INIT;
	struct regex_scratch *scratch = regex_scratch_new(NULL);
	struct match_pattern p = { .regex = sv_str(regex), .flags = flags };
	struct regex *code = regex_compile(&p, true, &diags);
	const struct node *node = only_class(a, regex, flags);

	ck_assert_msg(code != NULL, "%s", regex);
	regex_set_limits(scratch, &limits);
	for (int byte = 0; node && byte < 256; byte++) {
		char c = (char)byte;
		size_t span[2];
		bool matches = regex_run(scratch, code, sv_make(&c, 1), 0, 1, 0,
		                         span) == MATCH_FOUND;

		ck_assert_msg(byte_class_has(&node->class,
		                             (unsigned char)byte) == matches,
		              "%s, flags %u, byte 0x%02x", regex, flags, byte);
	}
	regex_free(code);
	regex_scratch_free(scratch);
	diags_done(&diags);
	arena_free(a);
}

START_TEST(classes_are_what_pcre2_says)
{
	static const unsigned flags[] = { 0, MATCH_CASELESS, MATCH_DOTALL,
		                          MATCH_CASELESS | MATCH_MULTILINE };

	for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
		for (size_t k = 0; k < sizeof flags / sizeof *flags; k++)
			check_class(classes[i], flags[k]);
}
END_TEST

START_TEST(common_classes_are_understood)
{
	static const char *const regexes[] = { "[a-z]", "[^\\s]",      "\\d",
		                               ".",     "[[:alpha:]]", "a",
		                               "\\x41" };
	struct arena *a = arena_new();

	for (size_t i = 0; i < sizeof regexes / sizeof *regexes; i++)
		ck_assert_msg(only_class(a, regexes[i], 0) != NULL, "%s",
		              regexes[i]);
	arena_free(a);
}
END_TEST

START_TEST(what_depends_on_more_than_the_text_is_given_up)
{
	static const char *const regexes[] = {
		"\\Gab",    "(*SKIP)ab", "a(?R)?b",      "(?<n>a(?&n)?b)",
		"(?1)(ab)", "\\Xab",     "(?(?=a)ab|c)", "a(?C1)b",
	};
	struct arena *a = arena_new();

	for (size_t i = 0; i < sizeof regexes / sizeof *regexes; i++)
		ck_assert_msg(syntax_parse(a, sv_str(regexes[i]), 0) == NULL,
		              "%s", regexes[i]);
	arena_free(a);
}
END_TEST

static const struct {
	const char *regex;
	unsigned flags;
	size_t strings, windows; /* neither: always judged */
	const char *first;       /* string; or NULL */
	unsigned before_min, before_max, bytes_min;
} gates[] = {
	{ "casino", 0, 1, 0, "casino", 0, 0, 6 },
	{ "Casino", MATCH_CASELESS, 1, 0, "casino", 0, 0, 6 },
	{ "\\bv[i1]agra\\b", 0, 2, 0, "viagra", 0, 0, 6 },
	{ "(?:casino|poker)s?", 0, 4, 0, "casinos", 0, 0, 5 },
	{ "x.{2,5}casino", 0, 1, 0, "casino", 3, 6, 9 },
	{ "\\w+ casino", 0, 1, 0, " casino", 1, SYNTAX_UNBOUNDED, 8 },
	{ "(?=poker)casino", 0, 1, 0, "casino", 0, 0, 6 },
	{ "(?i)ca(?-i:S)ino", 0, 1, 0, "caSino", 0, 0, 6 },
	{ "ca(?#poker)sino", 0, 1, 0, "casino", 0, 0, 6 },
	{ "ca sino # poker", MATCH_EXTENDED, 1, 0, "casino", 0, 0, 6 },
	{ "\\Qca.ino\\E", 0, 1, 0, "ca.ino", 0, 0, 6 },
	{ "(casino)\\1", 0, 1, 0, "casino", 0, 0, 6 },
	{ "(?:<(?&n)>)(?(DEFINE)(?<n>casino))", 0, 1, 0, "<casino>", 0, 0, 8 },
	{ "[qx][jz][qk]", 0, 0, 1, NULL, 0, 0, 3 },
	{ "\\d+", 0, 0, 0, NULL, 0, 0, 1 },
	{ "casino|\\d", 0, 0, 0, NULL, 0, 0, 1 },
	{ "(?:casino)?", 0, 0, 0, NULL, 0, 0, 0 },
	{ "a*", 0, 0, 0, NULL, 0, 0, 0 },
	{ "", 0, 0, 0, NULL, 0, 0, 0 },
};

START_TEST(a_gate_is_the_rarest_of_what_a_match_must_hold)
{
	struct arena *a = arena_new();

	for (size_t i = 0; i < sizeof gates / sizeof *gates; i++) {
		const char *regex = gates[i].regex;
		struct gate g = gate_derive(a, sv_str(regex), gates[i].flags);
		bool found = gates[i].first == NULL;

		ck_assert_msg(g.n_strings == gates[i].strings &&
		                  g.n_windows == gates[i].windows &&
		                  g.bytes_min == gates[i].bytes_min,
		              "%s: %zu strings, %zu windows, %u bytes", regex,
		              g.n_strings, g.n_windows, g.bytes_min);
		ck_assert_int_eq(g.is_always,
		                 !gates[i].strings && !gates[i].windows);
		for (size_t k = 0; k < g.n_strings && !found; k++) {
			const struct gate_string *s = &g.strings[k];

			found = sv_eq_str(sv_make((const char *)s->bytes, s->n),
			                  gates[i].first) &&
			        s->before.min == gates[i].before_min &&
			        s->before.max == gates[i].before_max;
		}
		ck_assert_msg(found, "%s: no %s where it should be", regex,
		              gates[i].first);
	}
	arena_free(a);
}
END_TEST

static const struct {
	const char *regex;
	unsigned copies;
} repeated[] = {
	{ "casino", 1 },
	{ "(?:\\w+tele[.:]){3}", 3 },
	{ "x(?:(?:\\d+tele){2}y|\\d+phone){2,}", 2 },
	{ "x(?:(?:\\d+tele){2}y|(?:\\d+phone)+?){2,}", 2 },
	{ "x(?:(?:\\d+tele){2}){3}", 6 },
	{ "(?:\\w+tele[.:]){0,3}phone", 1 },
	{ "(?:\\w+tele[.:]){1,3}", 1 },
};

START_TEST(what_repeats_is_asked_for_that_often)
{
	struct arena *a = arena_new();

	for (size_t i = 0; i < sizeof repeated / sizeof *repeated; i++) {
		struct gate g = gate_derive(a, sv_str(repeated[i].regex), 0);

		ck_assert(!g.is_always);
		ck_assert_msg(g.copies == repeated[i].copies, "%s: %u copies",
		              repeated[i].regex, g.copies);
	}
	arena_free(a);
}
END_TEST

static const struct {
	const char *regex;
	const char *has, *lacks; /* what stands behind the first byte */
} between[] = {
	{ "<(?!style)[a-z]+\\s[^>]{1,80}casino", "ax= <", ">" },
	{ "^[^>].*?<casino", "ax >", "\n" },
	{ "(?:[qx]\\d+|\\s*;)casino", "019 ;", "qx" },
	{ "[qx]?\\d?casino", "019", "qx" },
	{ "([qx])\\1?casino", "qx a", "" },
	{ "(?:[qx][01]){2,9}casino", "qx01", "a" },
	{ "[qx](?:y+z+casino|y*\\d+casino)", "yz09", "qx" },
};

START_TEST(what_stands_before_a_find_is_known)
{
	struct arena *a = arena_new();

	for (size_t i = 0; i < sizeof between / sizeof *between; i++) {
		struct gate g = gate_derive(a, sv_str(between[i].regex), 0);
		struct byte_class tail = { { 0 } };

		ck_assert_uint_gt(g.n_strings, 0);
		for (size_t k = 0; k < g.n_strings; k++)
			byte_class_unite(&tail, &g.strings[k].before.tail);
		for (const char *c = between[i].has; *c; c++)
			ck_assert_msg(byte_class_has(&tail, (unsigned char)*c),
			              "%s: %c", between[i].regex, *c);
		for (const char *c = between[i].lacks; *c; c++)
			ck_assert_msg(!byte_class_has(&tail, (unsigned char)*c),
			              "%s: %c", between[i].regex, *c);
	}
	arena_free(a);
}
END_TEST

START_TEST(doubling_tags_do_not_double_the_work)
{
	char regex[4096] = "(?&t30)(?(DEFINE)(?<t0>ab)";
	struct arena *a = arena_new();

	for (int i = 1; i <= 30; i++)
		snprintf(regex + strlen(regex), sizeof regex - strlen(regex),
		         "(?<t%d>(?&t%d)(?&t%d))", i, i - 1, i - 1);
	strcat(regex, ")");
	ck_assert_ptr_nonnull(syntax_parse(a, sv_str(regex), 0));
	gate_derive(a, sv_str(regex), 0);
	ck_assert_uint_lt(arena_used(a), 64 << 20);
	arena_free(a);
}
END_TEST

UNIT_MAIN("syntax", classes_are_what_pcre2_says, common_classes_are_understood,
          what_depends_on_more_than_the_text_is_given_up,
          a_gate_is_the_rarest_of_what_a_match_must_hold,
          what_repeats_is_asked_for_that_often,
          what_stands_before_a_find_is_known,
          doubling_tags_do_not_double_the_work)
