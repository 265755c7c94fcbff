/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include "base/buf.h"
#include "base/clock.h"
#include "match/match.h"

static const struct conf_match limits = {
	.steps_max = 1000000,
	.depth_max = 10000,
	.stack_bytes_max = 1 << 20,
	.element_bytes_max = 1 << 16,
	.view_bytes_max = 1 << 20,
};

static struct match_set *
compile_for(const char *engine, const struct match_pattern *patterns, size_t n)
{
	struct diags diags = DIAGS_INIT;
	struct match_set *set =
	    match_set_new(match_engine_find(engine), &limits);

	for (size_t i = 0; i < n; i++)
		match_set_add(set, &patterns[i]);
	match_set_compile(set, &diags);
	ck_assert_msg(diags.n == 0, "%s", diags.n ? diags.list[0].text : "");
	diags_done(&diags);
	return set;
}

static struct match_set *
compile(const struct match_pattern *patterns, size_t n)
{
	return compile_for("pcre2", patterns, n);
}

struct result {
	enum match_result result;
	struct match_hit hit;
};

/* One pattern over the elements. */
static struct result
run(const struct match_pattern *p, const struct sv *elements, size_t n)
{
	struct match_set *set = compile(p, 1);
	struct match_worker *w = match_worker_new();
	struct match_text texts[8] = { 0 };
	struct result r = { 0 };

	ck_assert(match_set_has(set, p->id));
	texts[p->slot] = (struct match_text){ elements, n };
	match_begin(w, set,
	            &(struct match_job){ .texts = texts, .n_texts = 8 });
	r.result = match_decide(w, p->id, &r.hit);
	match_worker_free(w);
	match_set_free(set);
	return r;
}

static const struct {
	const char *regex;
	unsigned flags;
	const char *text;
	int offset; /* -1: no match */
	int length;
} dialect[] = {
	{ "casino", 0, "my casino", 3, 6 },
	{ "casino", 0, "my CASINO", -1, 0 },
	{ "casino", MATCH_CASELESS, "my CASINO", 3, 6 },
	{ "^b", 0, "a\nb", -1, 0 },
	{ "^b", MATCH_MULTILINE, "a\nb", 2, 1 },
	{ "a.b", 0, "a\nb", -1, 0 },
	{ "a.b", MATCH_DOTALL, "a\nb", 0, 3 },
	{ "a b", MATCH_EXTENDED, "ab", 0, 2 },
	/* "$" is the end, or before a line end that is last */
	{ "b$", 0, "ab\n", 1, 1 },
	{ "b$", 0, "ab\n\n", -1, 0 },
	{ "b\\z", 0, "ab\n", -1, 0 },
	/* bytes and ASCII: a UTF-8 letter is two bytes, none a word's */
	{ "caf..$", 0, "caf\xc3\xa9", 0, 5 },
	{ "f\\b", 0, "caf\xc3\xa9", 2, 1 },
	{ "\xc3\xa9", MATCH_CASELESS, "\xc3\x89", -1, 0 },
	{ "(?aa)caf\\b", 0, "caf\xc3\xa9", 0, 3 },
	/* what only Perl takes */
	{ "only.$?", 0, "only a", 0, 5 },
	{ "^?a", 0, "ba", 1, 1 },
	{ "a{,2}b", 0, "aab", 0, 3 },
	{ "a{,2}b", 0, "a{,2}b", 5, 1 },
	/* and what looks like it, but is not */
	{ "[$?]", 0, "a?", 1, 1 },
	{ "[]$?]", 0, "a$", 1, 1 },
	{ "[[:digit:]$?]+", 0, "a$?1", 1, 3 },
	{ "\\$?x", 0, "$x", 0, 2 },
	{ "\\Q$?\\Ex", 0, "$?x", 0, 3 },
	{ "(?#$?)x", 0, "ax", 1, 1 },
	{ "x # $? {,3}", MATCH_EXTENDED, "ax", 1, 1 },
	{ "a{2,}", 0, "aaa", 0, 3 },
	{ "(?^:a)", MATCH_CASELESS, "Aa", 1, 1 },
};

START_TEST(the_dialect_is_perl_on_bytes)
{
	for (size_t i = 0; i < sizeof dialect / sizeof *dialect; i++) {
		struct sv text = sv_str(dialect[i].text);
		struct result r = run(
		    &(struct match_pattern){
			.regex = sv_str(dialect[i].regex),
			.flags = dialect[i].flags,
			.hits_max = 1,
		    },
		    &text, 1);

		ck_assert_msg((r.result == MATCH_FOUND) ==
		                  (dialect[i].offset >= 0),
		              "%s on %s", dialect[i].regex, dialect[i].text);
		if (r.result != MATCH_FOUND)
			continue;
		ck_assert_msg(r.hit.offset == (size_t)dialect[i].offset &&
		                  r.hit.length == (size_t)dialect[i].length,
		              "%s on %s: %zu+%zu", dialect[i].regex,
		              dialect[i].text, r.hit.offset, r.hit.length);
	}
}
END_TEST

static const struct {
	const char *regex;
	unsigned hits_max;
	unsigned count;
} counts[] = {
	/* on "baab" and "aacz" */
	{ "a", 1, 1 },  { "a", 0, 4 },  { "a", 3, 3 },
	{ "a", 5, 4 },  { "aa", 0, 2 }, /* matches do not overlap */
	{ "a*", 0, 8 },                 /* empty ones count as in Perl's //g */
	{ "$", 0, 2 },  { "z", 0, 1 },  { "y", 0, 0 },
};

START_TEST(matches_are_counted_over_all_elements)
{
	const struct sv elements[] = { SV("baab"), SV("aacz") };

	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
		struct result r = run(
		    &(struct match_pattern){ .regex = sv_str(counts[i].regex),
		                             .hits_max = counts[i].hits_max },
		    elements, 2);

		ck_assert_msg(r.hit.count == counts[i].count, "%s: %u",
		              counts[i].regex, r.hit.count);
	}
}
END_TEST

START_TEST(the_first_match_is_reported_with_its_place)
{
	const struct sv elements[] = { SV("xx"), SV("say hi"), SV("hi") };
	struct result r = run(
	    &(struct match_pattern){ .regex = SV("hi"), .id = 7, .slot = 3 },
	    elements, 3);

	ck_assert_int_eq(r.result, MATCH_FOUND);
	ck_assert_uint_eq(r.hit.element, 1);
	ck_assert_uint_eq(r.hit.offset, 4);
	ck_assert_uint_eq(r.hit.length, 2);
	ck_assert_uint_eq(r.hit.count, 2);
}
END_TEST

START_TEST(a_pattern_that_explodes_is_over_limit_not_unmatched)
{
	struct buf text = BUF_INIT(100000);
	struct sv element;
	struct result r;

	for (int i = 0; i < 40; i++)
		buf_add_str(&text, "aaaaaaaa");
	buf_add_char(&text, '!');
	element = buf_sv(&text);
	r = run(&(struct match_pattern){ .regex = SV("^(a+)+$") }, &element, 1);
	ck_assert_int_eq(r.result, MATCH_OVER_LIMIT);
	buf_done(&text);
}
END_TEST

START_TEST(an_element_is_looked_at_up_to_its_limit)
{
	struct buf text = BUF_INIT(1 << 20);
	struct sv element;
	struct result r;

	while (text.n < (size_t)limits.element_bytes_max - 1)
		buf_add_char(&text, 'x');
	buf_add_str(&text, "ab");
	element = buf_sv(&text);
	r = run(&(struct match_pattern){ .regex = SV("a") }, &element, 1);
	ck_assert_int_eq(r.result, MATCH_FOUND);
	r = run(&(struct match_pattern){ .regex = SV("b") }, &element, 1);
	ck_assert_int_eq(r.result, MATCH_NONE);
	buf_done(&text);
}
END_TEST

START_TEST(bad_patterns_are_named_and_left_out)
{
	struct diags diags = DIAGS_INIT;
	struct match_set *set =
	    match_set_new(match_engine_find("pcre2"), &limits);

	match_set_add(set, &(struct match_pattern){ .regex = SV("a(b"),
	                                            .id = 0,
	                                            .name = "BAD",
	                                            .file = "x.cf",
	                                            .line = 12 });
	match_set_add(set,
	              &(struct match_pattern){ .regex = SV("ok"), .id = 1 });
	match_set_add(set,
	              &(struct match_pattern){ .regex = SV("(*NOTEMPTY)a*"),
	                                       .id = 3,
	                                       .name = "NOT_PERL" });
	match_set_add(
	    set, &(struct match_pattern){ .regex = SV("(*FAIL)|a"), .id = 4 });
	match_set_compile(set, &diags);
	ck_assert_uint_eq(diags.errors, 2);
	ck_assert_ptr_nonnull(strstr(diags.list[1].text, "rule NOT_PERL"));
	ck_assert(!match_set_has(set, 3));
	ck_assert(match_set_has(set, 4));
	ck_assert_str_eq(diags.list[0].file, "x.cf");
	ck_assert_int_eq(diags.list[0].line, 12);
	ck_assert_ptr_nonnull(strstr(diags.list[0].text, "rule BAD"));
	ck_assert(!match_set_has(set, 0));
	ck_assert(match_set_has(set, 1));
	ck_assert(!match_set_has(set, 2));
	match_set_free(set);
	diags_done(&diags);
}
END_TEST

START_TEST(elements_in_front_can_be_skipped)
{
	const struct sv elements[] = { SV("ab"), SV("xb") };
	struct match_pattern p = { .regex = SV("b"), .skip = 1 };
	struct result r = run(&p, elements, 2);

	ck_assert_int_eq(r.result, MATCH_FOUND);
	ck_assert_uint_eq(r.hit.element, 1);
	ck_assert_uint_eq(r.hit.count, 1);
	ck_assert_int_eq(run(&p, elements, 1).result, MATCH_NONE);
}
END_TEST

START_TEST(nothing_is_decided_after_the_deadline)
{
	const struct match_pattern p = { .regex = SV("a") };
	struct match_set *set = compile(&p, 1);
	struct match_worker *w = match_worker_new();
	const struct sv element = SV("aaa");
	const struct match_text text = { &element, 1 };
	struct match_job job = { .texts = &text, .n_texts = 1 };
	struct match_hit hit;

	job.deadline_mono_us = clock_mono_us() - 1;
	match_begin(w, set, &job);
	ck_assert_int_eq(match_decide(w, 0, &hit), MATCH_LATE);
	job.deadline_mono_us = clock_mono_us() + 60 * 1000 * 1000;
	match_begin(w, set, &job);
	ck_assert_int_eq(match_decide(w, 0, &hit), MATCH_FOUND);
	ck_assert_uint_eq(hit.count, 3);
	match_worker_free(w);
	match_set_free(set);
}
END_TEST

START_TEST(empty_matches_are_counted_to_the_end_of_long_texts)
{
	const struct match_pattern p = { .regex = SV("(?=ab)") };
	struct match_set *set = compile_for("gates", &p, 1);
	struct match_worker *w = match_worker_new();
	static char text[40000];
	struct sv element = { text, sizeof text };
	const struct match_text texts = { &element, 1 };
	struct match_hit hit;

	for (size_t i = 0; i < sizeof text; i++)
		text[i] = i % 5000 < 9 ? "abx"[i % 5000 % 3] : '-';
	match_begin(w, set,
	            &(struct match_job){ .texts = &texts, .n_texts = 1 });
	ck_assert_int_eq(match_decide(w, 0, &hit), MATCH_FOUND);
	ck_assert_uint_eq(hit.count, 3 * 8);
	match_worker_free(w);
	match_set_free(set);
}
END_TEST

/* (?:\w+tele[.:]){3}: what is looked for stands in a text three times. */
static const struct {
	struct sv elements[3];
	bool is_candidate, is_found;
} copies[] = {
	{ { SV("atele.btele:"), SV("ctele."), SV("dtele.etele.") },
	  false,
	  false },
	{ { SV("atele: btele. c"), SV("tele"), SV("a tele: tele: tele:") },
	  true,
	  false },
	{ { SV("atele."), SV("atele:btele."), SV("atele:btele.ctele:") },
	  true,
	  true },
	{ { SV("atele:btele.ctele:"), SV("x"), SV("tele") }, true, true },
};

START_TEST(what_repeats_must_be_there_that_often)
{
	const struct match_pattern p = { .regex = SV("(?:\\w+tele[.:]){3}") };
	struct match_set *set = compile_for("gates", &p, 1);
	struct match_worker *w = match_worker_new();
	struct match_hit hit;
	size_t n;

	for (size_t i = 0; i < sizeof copies / sizeof *copies; i++) {
		const struct match_text text = { copies[i].elements, 3 };

		match_begin(
		    w, set,
		    &(struct match_job){ .texts = &text, .n_texts = 1 });
		match_candidates(w, &n);
		ck_assert_uint_eq(n, copies[i].is_candidate);
		ck_assert_int_eq(match_decide(w, 0, &hit),
		                 copies[i].is_found ? MATCH_FOUND : MATCH_NONE);
	}
	match_worker_free(w);
	match_set_free(set);
}
END_TEST

UNIT_MAIN("match", the_dialect_is_perl_on_bytes,
          matches_are_counted_over_all_elements,
          the_first_match_is_reported_with_its_place,
          a_pattern_that_explodes_is_over_limit_not_unmatched,
          an_element_is_looked_at_up_to_its_limit,
          bad_patterns_are_named_and_left_out, elements_in_front_can_be_skipped,
          nothing_is_decided_after_the_deadline,
          empty_matches_are_counted_to_the_end_of_long_texts,
          what_repeats_must_be_there_that_often)
