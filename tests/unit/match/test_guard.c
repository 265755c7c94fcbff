/* SPDX-License-Identifier: Apache-2.0 */
/* CPU time is bounded, whatever expression and text come together. What is
 * tested is that work ends, and how it is reported; never how soon. */
#include "../unit.h"

#include "base/arena.h"
#include "base/buf.h"
#include "match/guard.h"
#include "match/match.h"

static const struct conf_match limits = {
	.steps_max = 1000000000,
	.depth_max = 1000000,
	.stack_bytes_max = 1 << 20,
	.element_bytes_max = 1 << 20,
	.view_bytes_max = 1 << 24,
	.pattern_cpu_max_ms = 2,
	.message_cpu_max_ms = 1000,
};

static const struct {
	const char *regex;
	unsigned flags;
	enum guard_kind kind;
	const char *guarded;
} rewritten[] = {
	/* nothing can take long, or only once */
	{ "a", 0, GUARD_NONE, NULL },
	{ "\\bcasino.{0,9}a{3}b?", 0, GUARD_NONE, NULL },
	{ "^\\S+@", 0, GUARD_NONE, NULL },
	/* the second can be begun as often as the first can be longer */
	{ "\\S+@\\S+", 0, GUARD_CALLOUTS, "\\S+@(?C)\\S+" },
	{ "a*b?[^c]{1,99}?d.++", 0, GUARD_CALLOUTS,
	  "a*b?(?C)[^c]{1,99}?d(?C).++" },
	{ "x{2,}(?=.*y)", 0, GUARD_CALLOUTS, "x{2,}(?=(?C).*y)" },
	{ "(a+|b+)", 0, GUARD_CALLOUTS, "(a+|(?C)b+)" },
	/* the first as well when it is a part of what is repeated */
	{ "(?:\\S+\\.)+x", 0, GUARD_CALLOUTS, "(?:(?C)\\S+\\.)+x" },
	{ "(?:\\w+ ){3}", 0, GUARD_CALLOUTS, "(?:(?C)\\w+ ){3}" },
	{ "(?(DEFINE)(?<t>a+))(?&t)b(?&t)", 0, GUARD_CALLOUTS,
	  "(?(DEFINE)(?<t>(?C)a+))(?&t)b(?&t)" },
	/* what only looks like a repetition, and what hides one */
	{ "a+[b+]\\+{x", 0, GUARD_NONE, NULL },
	{ "a+\\Qb+\\E", 0, GUARD_NONE, NULL },
	{ "a+\\Qbc\\E+", 0, GUARD_CALLOUTS, "a+\\Qb\\E(?C)\\Qc\\E+" },
	{ "a+ # b+\nc +", MATCH_EXTENDED, GUARD_CALLOUTS, "a+ # b+\n(?C)c +" },
	{ "a+(?#b+)", 0, GUARD_NONE, NULL },
	/* not understood */
	{ "a+(?R)?b", 0, GUARD_OPAQUE, NULL },
};

START_TEST(callouts_stand_where_work_can_begin_anew)
{
	for (size_t i = 0; i < sizeof rewritten / sizeof *rewritten; i++) {
		struct buf out = BUF_INIT(1000);

		ck_assert_msg(guard_rewrite(sv_str(rewritten[i].regex),
		                            rewritten[i].flags, true,
		                            &out) == rewritten[i].kind,
		              "%s", rewritten[i].regex);
		if (rewritten[i].guarded)
			ck_assert_str_eq(buf_str(&out), rewritten[i].guarded);
		buf_done(&out);
	}
}
END_TEST

START_TEST(a_match_that_can_begin_anywhere_begins_all_over)
{
	struct buf out = BUF_INIT(1000);

	ck_assert_int_eq(guard_rewrite(SV("\\S+@\\d{2,}x"), 0, false, &out),
	                 GUARD_CALLOUTS);
	ck_assert_str_eq(buf_str(&out), "(?C)\\S+@(?C)\\d{2,}x");
	ck_assert_int_eq(guard_rewrite(SV("ab?c{9}"), 0, false, &out),
	                 GUARD_NONE);
	buf_done(&out);
}
END_TEST

/* ---- matching ---- */

struct answer {
	size_t candidates;
	enum match_result result;
	struct match_hit hit;
};

static struct answer
ask(const char *engine, const struct conf_match *with, const char *regex,
    const struct sv *elements, size_t n)
{
	struct match_set *set = match_set_new(match_engine_find(engine), with);
	struct match_worker *w = match_worker_new();
	const struct match_text text = { elements, n };
	struct diags diags = DIAGS_INIT;
	struct answer a;

	match_set_add(set, &(struct match_pattern){ .regex = sv_str(regex),
	                                            .hits_max = 1 });
	/* windows are looked for when there are two such patterns */
	match_set_add(set, &(struct match_pattern){ .regex = SV("[xy][yz]!"),
	                                            .id = 1,
	                                            .hits_max = 1 });
	match_set_compile(set, &diags);
	ck_assert_uint_eq(diags.n, 0);
	match_begin(w, set,
	            &(struct match_job){ .texts = &text, .n_texts = 1 });
	match_candidates(w, &a.candidates);
	a.result = match_decide(w, 0, &a.hit);
	match_worker_free(w);
	match_set_free(set);
	diags_done(&diags);
	return a;
}

static char *
repeat(struct arena *a, const char *piece, size_t bytes)
{
	size_t n = strlen(piece);
	char *text = arena_alloc(a, bytes);

	for (size_t i = 0; i < bytes; i++)
		text[i] = piece[i % n];
	return text;
}

/* At the one place where a match may begin, each would take hours; PCRE2
 * counts few steps, because most of it is the same bytes again and again. */
enum { TEXT_BYTES = 100000 };

static const struct {
	const char *regex, *piece;
} slow[] = {
	{ "^\\S*\\d\\S*\\d\\S*\\d\\S*[!?]", "1" },
	{ "^[^\\]]+ rdns=\\S*\\d+[^\\d\\s]+\\d+\\S*\\.\\S+ [xy]",
	  " rdns=1a2.3" },
	{ "^(?:a*x?)*(?:a*x?)*[bc]", "a" },
	{ "^(?=.*a.*a.*a.*a.*[bc])a", "a" },
	{ "^(?:.{0,90}a){9}[bc]", "a" },
	{ "^(?:a|a(?R)?)*(?:a*)*(?:a*)*[bc]", "a" },
};

START_TEST(one_slow_place_is_given_up)
{
	static const char *const engines[] = { "pcre2", "gates" };
	struct arena *a = arena_new();

	for (size_t i = 0; i < sizeof slow / sizeof *slow; i++)
		for (size_t k = 0; k < 2; k++) {
			struct sv text = { repeat(a, slow[i].piece, TEXT_BYTES),
				           TEXT_BYTES };

			ck_assert_msg(
			    ask(engines[k], &limits, slow[i].regex, &text, 1)
				    .result == MATCH_OVER_LIMIT,
			    "%s, %s", engines[k], slow[i].regex);
		}
	arena_free(a);
}
END_TEST

START_TEST(many_short_texts_are_given_up_as_well)
{
	struct arena *a = arena_new();
	struct sv element = { repeat(a, "1", 200), 200 };
	struct sv *elements = ARENA_ARRAY(a, struct sv, 20000);

	for (size_t i = 0; i < 20000; i++)
		elements[i] = element;
	ck_assert_int_eq(
	    ask("pcre2", &limits, "\\d*a|\\d*b", elements, 20000).result,
	    MATCH_OVER_LIMIT);
	arena_free(a);
}
END_TEST

START_TEST(a_match_is_found_all_the_same)
{
	struct arena *a = arena_new();
	struct sv text = { repeat(a, "ab 1.", 2000), 1997 };
	struct answer r =
	    ask("gates", &limits, "\\S+\\.(\\S+) (\\S)\\.\\S+ 1.ab$", &text, 1);

	ck_assert_int_eq(r.result, MATCH_FOUND);
	ck_assert_uint_eq(r.hit.offset + r.hit.length, 1997);
	arena_free(a);
}
END_TEST

START_TEST(reading_a_message_ends_when_its_time_is_up)
{
	struct conf_match hasty = limits;
	struct arena *a = arena_new();
	struct sv *elements = ARENA_ARRAY(a, struct sv, 16);
	struct answer r;

	hasty.message_cpu_max_ms = 1;
	for (size_t i = 0; i < 16; i++)
		elements[i] = sv_make(repeat(a, "xy xz yy ", 1 << 20), 1 << 20);
	r = ask("gates", &hasty, "never (?:in|there)", elements, 16);
	ck_assert_uint_eq(r.candidates, 2);
	ck_assert_int_eq(r.result, MATCH_LATE);
	hasty.message_cpu_max_ms = 0;
	r = ask("gates", &hasty, "never (?:in|there)", elements, 16);
	ck_assert_int_eq(r.result, MATCH_NONE);
	arena_free(a);
}
END_TEST

/* Its machine says of each text that there is no match. */
START_TEST(reading_ahead_ends_when_the_time_is_up)
{
	struct conf_match hasty = limits;
	struct arena *a = arena_new();
	struct sv element = { repeat(a, "abcdefgh ijk ", 4000), 4000 };
	struct sv *elements = ARENA_ARRAY(a, struct sv, 4000);
	const char *regex = "(?:[a-z]{5,} ){6}";

	for (size_t i = 0; i < 4000; i++)
		elements[i] = element;
	hasty.message_cpu_max_ms = hasty.pattern_cpu_max_ms = 1;
	ck_assert_int_gt(ask("gates", &hasty, regex, elements, 4000).result,
	                 MATCH_FOUND);
	hasty.message_cpu_max_ms = hasty.pattern_cpu_max_ms = 0;
	ck_assert_int_eq(ask("gates", &hasty, regex, elements, 4000).result,
	                 MATCH_NONE);
	arena_free(a);
}
END_TEST

/* A text is read in pieces of 4 KiB. */
START_TEST(what_stands_across_two_pieces_is_found)
{
	static const char *const regexes[] = { "needle in hay", "[n-o]e[e-f]d",
		                               "needle in" };
	static const char needle[] = "needle in hay";

	for (size_t i = 0; i < sizeof regexes / sizeof *regexes; i++)
		for (size_t at = 32768 - sizeof needle; at <= 32768 + 1; at++) {
			struct arena *a = arena_new();
			char *bytes = repeat(a, "xyz ", 40000);
			struct sv text = { bytes, 40000 };
			struct answer r;

			memcpy(bytes + at, needle, sizeof needle - 1);
			r = ask("gates", &limits, regexes[i], &text, 1);
			ck_assert_int_eq(r.result, MATCH_FOUND);
			ck_assert_uint_eq(r.hit.offset, at);
			ck_assert_uint_eq(r.hit.count, 1);
			arena_free(a);
		}
}
END_TEST

UNIT_MAIN("guard", callouts_stand_where_work_can_begin_anew,
          a_match_that_can_begin_anywhere_begins_all_over,
          one_slow_place_is_given_up, many_short_texts_are_given_up_as_well,
          a_match_is_found_all_the_same,
          reading_a_message_ends_when_its_time_is_up,
          reading_ahead_ends_when_the_time_is_up,
          what_stands_across_two_pieces_is_found)
