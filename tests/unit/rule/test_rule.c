/* SPDX-License-Identifier: Apache-2.0 */
/* Evaluation: which rules are true for a message, with what value. */
#include "sample.h"

#include "base/clock.h"

static const struct sample_mail mail = {
	.header = {
		"Return-Path: <bounce@example.net>",
		"Received: from a.example.org",
		"Received: from b.example.net",
		"From: \"Doe, Jane\" <jane@example.org>",
		"To: Joe <joe@example.com>, ann@example.com (Ann)",
		"Cc: list@example.com",
		"Subject: Buy now",
		"Message-Id: <1@example.org>",
		"Envelope-Sender: <forged@example.net>",
		"X-Empty:",
	},
	.body = { "Buy now", "cheap pills, cheap watches", "cheap end" },
	.rawbody = { "<b>cheap</b>\n<i>pills</i>\n" },
	.uri = { "http://www.example.org/", "http://shop.example.com/x" },
	.full = "Subject: Buy now\n\n<b>cheap</b>",
};

/* Rules in the order of definition: "NAME=count" of the hits, joined by
 * blanks. */
static void
check(const char *rules, const char *want)
{
	struct diags diags = DIAGS_INIT;
	struct rule_set *rs = sample_compile(rules, &diags);
	struct rule_worker *w = rule_worker_new();
	struct arena *a = arena_new();
	struct buf got = BUF_INIT(4096);
	struct rule_result *result;

	sample_diags(&diags, &got);
	ck_assert_msg(rs != NULL, "%s\n%s", rules, buf_str(&got));
	result = rule_eval(rs, w, a,
	                   &(struct rule_job){
			       .message = sample_message(a, &mail),
			       .all_hits = true,
			   });
	buf_reset(&got);
	for (size_t i = 0; i < result->n_hits; i++)
		buf_addf(&got, "%s%s=%u", i ? " " : "",
		         result->hits[i].rule->name, result->hits[i].count);
	ck_assert_msg(sv_eq_str(buf_sv(&got), want), "%s\ngave: %s\nnot:  %s",
	              rules, buf_str(&got), want);
	buf_done(&got);
	arena_free(a);
	rule_worker_free(w);
	rule_set_unref(rs);
	diags_done(&diags);
}

static const struct {
	const char *rules, *want;
} cases[] = {
	/* every view, with delimiters and modifiers */
	{ "body A /pills/", "A=1" },
	{ "body A /PILLS/", "" },
	{ "body A m{PILLS}i", "A=1" },
	{ "body A qr!cheap end!", "A=1" },
	{ "body A m,pills\\, cheap,", "A=1" },
	{ "rawbody A /^<i>/m", "A=1" },
	{ "rawbody A /<b>.*<i>/s", "A=1" },
	{ "uri A /shop\\.example\\.com/", "A=1" },
	{ "full A /^Subject:.*cheap/s", "A=1" },
	{ "body A / c h e a p /x", "A=1" },
	/* the subject is part of the body, unless it is not wanted */
	{ "body A /Buy/", "A=1" },
	{ "body A /Buy/\ntflags A nosubject", "" },
	{ "body A /cheap end/\ntflags A nosubject", "A=1" },
	/* counting */
	{ "body A /cheap/", "A=1" },
	{ "body A /cheap/\ntflags A multiple", "A=3" },
	{ "body A /cheap/\ntflags A multiple maxhits=2", "A=2" },
	{ "header A Received =~ /example/\ntflags A multiple", "A=2" },
	{ "body A /cheap/\ntflags A multiple\ntflags A nice", "A=1" },
	/* headers */
	{ "header A Subject =~ /^Buy now$/", "A=1" },
	{ "header A subject =~ /Buy/", "A=1" },
	{ "header A Subject !~ /Buy/", "" },
	{ "header A Subject !~ /Sell/", "A=1" },
	{ "header A Subject=~/Buy/", "A=1" },
	{ "header A Received =~ /a\\.example\\.org\\nfrom b/", "A=1" },
	{ "header A Received:first =~ /b\\.example/", "" },
	{ "header A Received:last =~ /b\\.example/", "A=1" },
	{ "header A From:addr =~ /^jane\\@example\\.org$/", "A=1" },
	{ "header A From:name =~ /^Doe, Jane$/", "A=1" },
	{ "header A From:raw =~ /^ \"Doe/", "A=1" },
	{ "header A To:addr =~ /^joe\\@example.com\\nann\\@example.com$/",
	  "A=1" },
	{ "header A To:name =~ /^Joe\\nAnn$/", "A=1" },
	{ "header A ToCc =~ /ann.*\\nlist/", "A=1" },
	{ "header A ToCc:addr =~ /list/", "A=1" },
	{ "header A MESSAGEID =~ /<1\\@/", "A=1" },
	{ "header A ALL =~ /^Cc: list/m", "A=1" },
	{ "header A EnvelopeFrom =~ /^bounce\\@example\\.net$/", "A=1" },
	/* headers that are not there */
	{ "header A X-None =~ /./", "" },
	{ "header A X-None =~ /^$/", "A=1" },
	{ "header A X-None !~ /./", "A=1" },
	{ "header A X-None =~ /un/ [if-unset: unset]", "A=1" },
	{ "header A X-None !~ /un/ [if-unset: unset]", "" },
	{ "header A Subject =~ /un/ [if-unset: unset]", "" },
	{ "header A exists:X-None", "" },
	{ "header A exists:X-Empty", "A=1" },
	{ "header A exists:Subject", "A=1" },
	/* metas */
	{ "body A /cheap/\nmeta M A", "A=1 M=1" },
	{ "meta M A\nbody A /cheap/", "M=1 A=1" },
	{ "body A /cheap/\nmeta M !A", "A=1" },
	{ "body A /zzz/\nmeta M !A", "M=1" },
	{ "body __A /cheap/\nbody __B /pills/\nmeta M __A && __B",
	  "__A=1 __B=1 M=1" },
	{ "body __A /cheap/\nmeta M __A && __B", "__A=1" },
	{ "body __A /cheap/\nmeta M __A || __B", "__A=1 M=1" },
	{ "body __A /cheap/\ntflags __A multiple\nmeta M __A > 2",
	  "__A=3 M=1" },
	{ "body __A /cheap/\ntflags __A multiple\nmeta M __A + 4",
	  "__A=3 M=7" },
	{ "body __A /cheap/\ntflags __A multiple\nmeta M __A || 1",
	  "__A=3 M=3" },
	{ "body __A /cheap/\ntflags __A multiple\nmeta M 1 && __A",
	  "__A=3 M=3" },
	{ "meta M2 M1\nmeta M1 M0\nmeta M0 1", "M2=1 M1=1 M0=1" },
	{ "meta M (1 + 2) * 3 == 9 && !(4 < 3) && 2 >= 2 && 1 != 2", "M=1" },
	{ "meta M 1 - 2", "M=1" }, /* what is not 0 is true */
	{ "meta M 1 / 0", "" },
	{ "meta M 0 ? 5 : 7", "M=7" },
	{ "meta M 1 ? 0 ? 1 : 2 : 3", "M=2" },
	{ "meta M 3 ^ 1", "M=2" },
	{ "meta M !0 + 1", "M=2" },
	{ "meta M ()", "" },
	/* chains, which are computed as trees */
	{ "meta M 1 && 2 && 3 && 4 && 5 && 6 && 7", "M=7" },
	{ "meta M 1 && 2 && 3 && 0 && 5 && 6 && 7", "" },
	{ "meta M 0 || 0 || 0 || 4 || 5 || 0 || 7", "M=4" },
	{ "meta M 1 + 2 + 3 + 4 + 5 + 6 + 7 > 27", "M=1" },
	{ "meta M 1 + 2 * 3 + 4 - 5 + 6 - 1", "M=11" },
	{ "meta M 20 - 3 - 2 - 1", "M=14" },
	{ "meta M 96 / 4 / 2 / 3", "M=4" },
	{ "meta M 1 && 0 || 2 && 3 || 4 && !5", "M=3" },
	{ "meta M (0 || 2) && (3 || 0) && (1 ? 4 : 5) && 6", "M=6" },
	{ "meta M 0 ? 1 : 0 || 0 ? 2 : 0 || 3", "M=3" },
	{ "body __A1 /cheap/\nbody __A2 /pills/\nbody __B /now/\n"
	  "meta M rules_matching(__A?)",
	  "__A1=1 __A2=1 __B=1 M=2" },
	/* a score of 0 disables; a sub-rule has no score but runs */
	{ "body A /cheap/\nscore A 0\nmeta M A", "" },
	{ "body __A /cheap/\nscore __A 0\nmeta M __A", "" },
	{ "meta M0 1\nscore M0 0\nmeta M M0", "" },
	/* the last definition wins, in the first one's place */
	{ "body A /zzz/\nbody B /pills/\nbody A /cheap/", "A=1 B=1" },
	{ "header A Subject !~ /Buy/\nbody A /cheap/", "A=1" },
	/* comments, blanks, escapes */
	{ "  body   A   /cheap/   # /zzz/", "A=1" },
	{ "body A /cheap\\#?/", "A=1" },
	{ "\n\n# nothing\n\r\nbody A /cheap/\r\n", "A=1" },
	{ "BODY A /cheap/", "A=1" },
	/* tags */
	{ "replace_tag A [ax]\nreplace_tag B (?:b|ch)\nreplace_rules R\n"
	  "body R /<B>e<A>p/",
	  "R=1" },
	{ "replace_tag A [ax]\nbody R /che<A>p/", "" },
	{ "replace_tag A [ax]\nreplace_rules R\nbody R /che<X>p|zz<A>/", "" },
	{ "replace_tag P p\nreplace_tag I [i1]\nreplace_inter W \\W?\n"
	  "replace_post 2 {1,2}\nreplace_rules R S T\n"
	  "body R /<inter W><post 2>\\b(?!pizza)<P><I>l+s/\n"
	  "body S /<inter W><P><P>/\nbody T /<P><P>/",
	  "R=1 S=1" },
	{ "replace_tag A <B>a\nreplace_tag B e\nreplace_rules R\n"
	  "body R /ch<A>(p) \\1?i?l?l?/",
	  "R=1" },
	/* conditions */
	{ "if (version >= 4.000000)\nbody A /cheap/\nendif", "A=1" },
	{ "if (version < 4)\nbody A /cheap/\nelse\nbody B /cheap/\nendif",
	  "B=1" },
	{ "ifplugin Mail::SpamAssassin::Plugin::Imaginary\nbody A /cheap/\n"
	  "endif\nbody B /cheap/",
	  "B=1" },
	{ "if !plugin(Mail::SpamAssassin::Plugin::Imaginary)\nbody A /cheap/\n"
	  "endif",
	  "A=1" },
	{ "if can(Mail::SpamAssassin::Conf::feature_bug6558_free)\n"
	  "body A /cheap/\nendif",
	  "A=1" },
	{ "if 0\nif 1\nbody A /cheap/\nelse\nbody B /cheap/\nendif\nelse\n"
	  "body C /cheap/\nendif",
	  "C=1" },
};

START_TEST(rules_are_true_when_spamassassin_says_so)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		check(cases[i].rules, cases[i].want);
}
END_TEST

/* Rules of which one is of interest, on the mail. */
struct evaluated {
	struct rule_set *rs;
	struct rule_worker *w;
	struct arena *a;
	struct rule_result *result;
};

static struct evaluated
evaluate(const char *rules, const struct message_envelope *envelope,
         int64_t deadline_mono_us)
{
	struct diags diags = DIAGS_INIT;
	struct evaluated e = { .rs = sample_compile(rules, &diags) };

	ck_assert_ptr_nonnull(e.rs);
	e.w = rule_worker_new();
	e.a = arena_new();
	e.result = rule_eval(e.rs, e.w, e.a,
	                     &(struct rule_job){
				 .message = sample_message(e.a, &mail),
				 .envelope = envelope,
				 .deadline_mono_us = deadline_mono_us,
				 .all_hits = true,
			     });
	diags_done(&diags);
	return e;
}

static void
finish(struct evaluated *e)
{
	arena_free(e->a);
	rule_worker_free(e->w);
	rule_set_unref(e->rs);
}

/* A Subject of n times "x", then "END". */
static struct rule_result *
eval_long(const struct rule_set *rs, struct rule_worker *w, struct arena *a,
          size_t n)
{
	struct buf raw = BUF_INIT(1 << 16);
	const struct message *m;

	buf_add_str(&raw, "Subject: ");
	for (size_t i = 0; i < n; i++)
		buf_add_char(&raw, 'x');
	buf_add_str(&raw, "END\n\nbody\n");
	m = message_parse(a, arena_dup(a, buf_sv(&raw)),
	                  &sample_conf()->message);
	buf_done(&raw);
	return rule_eval(rs, w, a,
	                 &(struct rule_job){ .message = m, .all_hits = true });
}

START_TEST(of_a_long_header_field_rules_see_8_kb)
{
	struct diags diags = DIAGS_INIT;
	struct rule_set *rs = sample_compile("header A Subject =~ /END/\n"
	                                     "header B Subject:raw =~ /END/\n"
	                                     "header C ALL =~ /END/\n"
	                                     "header D ALL:raw =~ /END/\n",
	                                     &diags);
	struct rule_worker *w = rule_worker_new();
	struct arena *a = arena_new();
	struct rule_result *result = eval_long(rs, w, a, 8192 - 4);

	ck_assert_uint_eq(result->n_hits, 4);
	result = eval_long(rs, w, a, 8192 - 3);
	ck_assert_uint_eq(result->n_hits, 1);
	ck_assert_str_eq(result->hits[0].rule->name, "D");
	arena_free(a);
	rule_worker_free(w);
	rule_set_unref(rs);
	diags_done(&diags);
}
END_TEST

START_TEST(a_hit_says_where_and_what)
{
	struct evaluated e = evaluate("body A /cheap (watches|x)/\n"
	                              "header B Subject =~ /now/\n"
	                              "header C exists:Subject\n"
	                              "uri D /shop/\n"
	                              "rawbody E /<b>cheap<.b>.<i>pills/s\n"
	                              "body F /cheap/\n"
	                              "tflags F nosubject\n"
	                              "header G X-None !~ /x/\n"
	                              "meta M A\n",
	                              NULL, 0);
	const struct rule_hit *h = e.result->hits;

	ck_assert_uint_eq(e.result->n_hits, 8);
	ck_assert_int_eq(h[0].view, VIEW_BODY);
	ck_assert_ptr_null(h[0].selector);
	ck_assert_uint_eq(h[0].element, 1);
	ck_assert_uint_eq(h[0].offset, 13);
	ck_sv_eq(h[0].text, "cheap watches");
	ck_assert_int_eq(h[1].view, VIEW_HEADER);
	ck_assert_str_eq(h[1].selector, "Subject");
	ck_assert_uint_eq(h[1].offset, 4);
	ck_sv_eq(h[1].text, "now");
	ck_assert_str_eq(h[2].selector, "Subject");
	ck_sv_eq(h[2].text, "");
	ck_assert_int_eq(h[3].view, VIEW_URI);
	ck_assert_uint_eq(h[3].element, 1);
	ck_assert_int_eq(h[4].view, VIEW_RAWBODY);
	ck_sv_eq(h[4].text, "<b>cheap</b>\n<i>pill"); /* match_text_max 20 */
	ck_assert_uint_eq(h[5].element, 1); /* counted with the subject */
	ck_sv_eq(h[6].text, "");
	ck_assert_int_eq(h[7].view, VIEW_HEADER);
	ck_assert_ptr_null(h[7].selector);
	finish(&e);
}
END_TEST

START_TEST(a_hit_in_a_skeleton_is_the_text_that_people_see)
{
	static const struct sample_mail disguised = {
		.body = { "C\xd0\xb0sino",
		          "Best c\xd0\xb0s\xe2\x80\x8bino, c-4-s-i-n-o" },
		.uri = { "http://www.C4sino.example/" },
	};
	static const char rules[] = "skeleton A /casino/\n"
				    "tflags A nosubject multiple\n"
				    "body B /casino/i\n"
				    "uri_skeleton C m{//www\\.casino}\n"
				    "skeleton D /^casino$/\n"
				    "skeleton E /, casino$/\n";
	struct diags diags = DIAGS_INIT;
	struct rule_set *rs = sample_compile(rules, &diags);
	struct rule_worker *w = rule_worker_new();
	struct arena *a = arena_new();
	const struct message *m = sample_message(a, &disguised);
	struct rule_job job = { .message = m, .all_hits = true };
	struct rule_result *result = rule_eval(rs, w, a, &job);
	const struct rule_hit *h = result->hits;

	ck_assert_uint_eq(result->n_hits, 4);
	ck_assert_int_eq(h[0].view, VIEW_SKELETON);
	ck_assert_uint_eq(h[0].count, 2);
	ck_assert_uint_eq(h[0].element, 1);
	ck_assert_uint_eq(h[0].offset, 5);
	ck_sv_eq(h[0].text, "c\xd0\xb0s\xe2\x80\x8bino");
	ck_assert_int_eq(h[1].view, VIEW_URI_SKELETON);
	ck_assert_uint_eq(h[1].offset, 5);
	ck_sv_eq(h[1].text, "//www.C4sino");
	ck_assert_uint_eq(h[2].element, 0);
	ck_sv_eq(h[2].text, "C\xd0\xb0sino");
	ck_sv_eq(h[3].text, ", c-4-s-i-n-o");
	arena_free(a);
	rule_worker_free(w);
	rule_set_unref(rs);
	diags_done(&diags);
}
END_TEST

START_TEST(scores_add_up_exactly)
{
	struct evaluated e = evaluate("body A /cheap/\nscore A 0.1\n"
	                              "body B /pills/\nscore B 0.2\n"
	                              "body C /watches/\nscore C -0.3\n"
	                              "body __D /cheap/\n"
	                              "body E /cheap/\nscore E 0.0001\n"
	                              "tflags E multiple\n",
	                              NULL, 0);

	ck_assert_uint_eq(e.result->n_hits, 5);
	ck_assert_int_eq(e.result->score_e4, 3);
	ck_assert_int_eq(e.result->hits[3].score_e4, 0);
	ck_assert_int_eq(e.result->hits[4].score_e4, 3); /* for each match */
	finish(&e);
}
END_TEST

START_TEST(the_envelope_goes_before_headers)
{
	const struct message_envelope envelope = { .from =
		                                       SV("me@example.org") };
	const struct message_envelope null_sender = { .from = SV("") };
	const char *rules = "header A EnvelopeFrom =~ /^me\\@/\n"
			    "header B EnvelopeFrom =~ /^bounce\\@/\n"
			    "header C EnvelopeFrom =~ /^$/\n";
	struct evaluated e = evaluate(rules, &envelope, 0);

	ck_assert_uint_eq(e.result->n_hits, 1);
	ck_assert_str_eq(e.result->hits[0].rule->name, "A");
	finish(&e);
	e = evaluate(rules, &null_sender, 0);
	ck_assert_uint_eq(e.result->n_hits, 1);
	ck_assert_str_eq(e.result->hits[0].rule->name, "C");
	finish(&e);
}
END_TEST

START_TEST(a_late_evaluation_claims_nothing_that_was_not_seen)
{
	struct evaluated e = evaluate("body A /cheap/\n"
	                              "header B Subject !~ /Buy(?! now)/\n"
	                              "meta C !A\n"
	                              "header D X-None !~ /x/\n"
	                              "meta E D && (D || A)\n",
	                              NULL, clock_mono_us() - 1);

	ck_assert(e.result->deadline_passed);
	ck_assert_uint_eq(e.result->n_hits, 2); /* whatever A is */
	ck_assert_str_eq(e.result->hits[0].rule->name, "D");
	ck_assert_str_eq(e.result->hits[1].rule->name, "E");
	finish(&e);
}
END_TEST

START_TEST(a_rule_over_its_limit_is_named_and_not_true)
{
	struct evaluated e = evaluate("body A /^(?:.+)+,(?:.+)+\\d$/\n"
	                              "header B Received !~ "
	                              "/^(?:[^\\d]+)+\\d$/\n"
	                              "body C /cheap/\n",
	                              NULL, 0);

	ck_assert_uint_eq(e.result->n_over_limit, 2);
	ck_assert_str_eq(e.result->over_limit[0]->name, "A");
	ck_assert_str_eq(e.result->over_limit[1]->name, "B");
	ck_assert_uint_eq(e.result->n_hits, 1);
	ck_assert_str_eq(e.result->hits[0].rule->name, "C");
	finish(&e);
}
END_TEST

START_TEST(a_shadow_neither_meets_limits_nor_comes_late)
{
	static const char rules[] = "body A /^(?:.+)+,(?:.+)+\\d$/\n"
				    "tflags A shadow\n"
				    "body __B /^(?:.+)+;(?:.+)+\\d$/\n"
				    "meta C __B\n"
				    "tflags C shadow\n"
				    "shortcircuit D spam\n"
				    "body D /cheap/\n"
				    "tflags D shadow\n";
	struct evaluated e = evaluate(rules, NULL, 0);

	ck_assert_uint_eq(e.result->n_over_limit, 0);
	ck_assert_uint_eq(e.result->n_hits, 0);
	ck_assert_int_eq(e.result->score_e4, 0);
	ck_assert_ptr_null(e.result->shortcircuit);
	ck_assert_uint_eq(e.result->n_shadow_hits, 1);
	ck_assert_str_eq(e.result->shadow_hits[0].rule->name, "D");
	ck_assert_int_eq(e.result->shadow_hits[0].score_e4, 10000);
	e.result = rule_eval(e.rs, e.w, e.a,
	                     &(struct rule_job){
				 .message = sample_message(e.a, &mail),
				 .deadline_mono_us = clock_mono_us() - 1,
			     });
	ck_assert(!e.result->deadline_passed);
	ck_assert_uint_eq(e.result->n_shadow_hits, 0);
	finish(&e);
}
END_TEST

UNIT_MAIN("rule", rules_are_true_when_spamassassin_says_so,
          of_a_long_header_field_rules_see_8_kb, a_hit_says_where_and_what,
          a_hit_in_a_skeleton_is_the_text_that_people_see,
          scores_add_up_exactly, the_envelope_goes_before_headers,
          a_late_evaluation_claims_nothing_that_was_not_seen,
          a_rule_over_its_limit_is_named_and_not_true,
          a_shadow_neither_meets_limits_nor_comes_late)
