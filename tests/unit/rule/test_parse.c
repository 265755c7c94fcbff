/* SPDX-License-Identifier: Apache-2.0 */
/* What is said of a source that is wrong, unsupported or without effect. */
#include "sample.h"

static const struct {
	const char *rules;
	const char *want; /* all diagnostics: "LINE SEVERITY TEXT" */
} cases[] = {
	/* lines and names */
	{ "# only a comment\n\n", "" },
	{ "bdoy A /x/",
	  "1 error unknown directive 'bdoy'; did you mean 'body'?\n" },
	{ "welcomelist_form x@example.org",
	  "1 error unknown directive 'welcomelist_form'; did you mean "
	  "'welcomelist_from'?\n" },
	{ "qqqqqq A", "1 error unknown directive 'qqqqqq'\n" },
	{ "body", "1 error expected: body NAME /REGEX/\n" },
	{ "body A", "1 error rule A has no definition\n" },
	{ "body 1A /x/",
	  "1 error '1A' is no name of a rule: letters, digits and _, at "
	  "most 100\n" },
	{ "\n\nbody A-B /x/",
	  "3 error 'A-B' is no name of a rule: letters, digits and _, at "
	  "most 100\n" },
	/* regular expressions */
	{ "body A x",
	  "1 error rule A: no regular expression: expected /.../ or "
	  "m{...}\n" },
	{ "body A /x",
	  "1 error rule A: regular expression has no end delimiter\n" },
	{ "body A /x/ig",
	  "1 error rule A: unknown letters behind the regular expression: "
	  "only i, m, s and x are known\n" },
	{ "body A /a/b/",
	  "1 error rule A: delimiter inside the regular expression needs a "
	  "\"\\\"\n" },
	{ "body A //", "1 error rule A: empty regular expression would match "
	               "everything\n" },
	{ "body A /(?{ 1 })/",
	  "1 error rule A: code in a regular expression\n" },
	{ "body OK /x/\nbody A /a(b/",
	  "2 error rule A: regular expression: missing closing parenthesis, "
	  "at byte 4\n" },
	{ "body A /a%{NAME}b/", "" },
	{ "body A /5%{1,2} \\%{X/", "" },
	/* what no skeleton has */
	{ "skeleton A /Casino/",
	  "1 warning rule A: 'C' never occurs in a skeleton: write it folded, "
	  "as tamis-rules(5) has it\n" },
	{ "uri_skeleton A /caf\xc3\xa9/i",
	  "1 warning rule A: '\xc3\xa9' never occurs in a skeleton: write it "
	  "folded, as tamis-rules(5) has it\n" },
	{ "skeleton A /Casino/i\nskeleton B /(?i)Casino/\n"
	  "uri_skeleton C /casino\\W/",
	  "" },
	/* headers */
	{ "header A Subject /x/",
	  "1 error rule A: expected =~ or !~ behind the header\n" },
	{ "header A Sub/ject =~ /x/",
	  "1 error rule A: no header has such a name\n" },
	{ "header A From:hots =~ /x/",
	  "1 error rule A: unknown header modifier: known are addr, name, "
	  "raw, host, domain, ip, revip, first and last\n" },
	{ "header A From:addr:host:first =~ /x/",
	  "1 error rule A: a header has two modifiers at most\n" },
	{ "header A X-Languages =~ /x/",
	  "1 warning not supported: rule A skipped: X-Languages\n" },
	{ "header A X-Spam-Relays-Untrusted =~ /x/", "" },
	{ "header A ALL-TRUSTED =~ /x/", "" },
	/* what SpamAssassin has and tamis has not */
	{ "header A eval:check_for_x('y')",
	  "1 warning not supported: rule A skipped: "
	  "eval:check_for_x('y')\n" },
	{ "body A eval:x()",
	  "1 warning not supported: rule A skipped: eval:x()\n" },
	{ "mimeheader A Content-Type =~ /x/\ntflags A range=2- concat", "" },
	{ "mimeheader A Content-Type:addr =~ /x/",
	  "1 error rule A: expected the name of a header, or NAME:raw\n" },
	{ "mimeheader A Content-Type /x/",
	  "1 error rule A: expected =~ or !~ behind the header\n" },
	{ "mimeheader A Content-Type !~ /x/",
	  "1 warning rule A is always true, as in SpamAssassin: it does not "
	  "look at what a mimeheader rule with !~ matches\n" },
	{ "uri_detail A raw =~ /x/ host !~ m!y!i", "" },
	{ "uri_detail A port =~ /x/",
	  "1 error rule A: expected raw, type, cleaned, text, domain or "
	  "host\n" },
	{ "uri_detail A raw /x/", "1 error rule A: expected =~ or !~\n" },
	{ "uri_detail A raw =~ x",
	  "1 error rule A: expected /.../ with a blank behind it\n" },
	{ "use_bayes 1\nuse_dcc 1\nuse_bayes 0",
	  "1 warning use_bayes has no effect here (said once for each "
	  "file)\n"
	  "2 warning use_dcc has no effect here (said once for each "
	  "file)\n" },
	/* settings */
	{ "required_score 5\nrewrite_header Subject x\nrequired_hits 6.", "" },
	{ "required_score", "1 error required_score: the value is missing\n" },
	{ "required_score five",
	  "1 error required_score: no number of at most 4 decimals\n" },
	{ "report_safe 3", "1 error report_safe: expected 0, 1 or 2\n" },
	{ "rewrite_header Cc x",
	  "1 error rewrite_header: only Subject, From and To can be "
	  "rewritten\n" },
	{ "add_header both X y",
	  "1 error add_header: expected ham, spam or all first\n" },
	{ "add_header all X:y z",
	  "1 error add_header: invalid name of a header\n" },
	{ "clear_headers all", "1 error clear_headers: must stand alone\n" },
	{ "fold_headers maybe",
	  "1 error fold_headers: expected yes or no, 1 or 0\n" },
	{ "report\nreport x\nreport \"y\"\nclear-report-template", "" },
	{ "body A /x/\ntflags A range=-", "2 warning tflags A: unknown flag "
	                                  "'range=-'\n" },
	{ "loadplugin Mail::SpamAssassin::Plugin::Imaginary",
	  "1 warning tamis has no plugin "
	  "Mail::SpamAssassin::Plugin::Imaginary, and does not run Perl: "
	  "rules that need it are not true\n" },
	{ "body A eval:check_test_plugin()",
	  "1 warning rule A skipped: its function is of the plugin Test, "
	  "which no loadplugin line names\n" },
	{ "loadplugin Mail::SpamAssassin::Plugin::Test\n"
	  "body A eval:check_test_plugin()\ndescribe A x",
	  "" },
	{ "enable_compat a-b",
	  "1 error enable_compat: expected letters, digits and _\n" },
	{ "trusted_networks 10.0.0.0/33",
	  "1 error trusted_networks: expected networks: an address, with "
	  "/BITS or without, ! for what is not meant\n" },
	{ "clear_msa_networks x",
	  "1 error clear_msa_networks: must stand alone\n" },
	{ "include other.cf", "1 error include: there is no other.cf\n" },
	{ "include test.cf", "1 error more than 10 files included in each "
	                     "other, or 1000 in all\n" },
	{ "require_version 3.004006\nnonsense",
	  "1 warning the rest of the file is for version 3.004006 of "
	  "SpamAssassin, and not read: this is 4.000001\n" },
	{ "require_version @@VERSION@@\nrequire_version 4.000001", "" },
	{ "body A /x/\npriority A -100\npriority A 1.5",
	  "3 error priority A: expected a whole number\n" },
	{ "reuse A B C\nmeta M A", "2 warning meta M: A counts as 0: defined "
	                           "behind a condition that is false\n" },
	{ "if 0\nelsif 1\nbody A /x/\nelsif 1\nnonsense\nelse\nnonsense\n"
	  "endif\nscore A 1",
	  "" },
	{ "if 1\nelsif 1\nnonsense\nendif\nif 0\nelsif 0\nnonsense\nelse\n"
	  "body A /x/\nendif\nscore A 1",
	  "" },
	{ "elsif 1", "1 error elsif without if\n" },
	{ "if 0\nelse\nelsif 1\nendif",
	  "3 error elsif behind the else of the if in line 1\n" },
	{ "lang de describe A Hallo\nlang en body A /x/\n"
	  "lang en_US score A 1\nlang en_GB nonsense",
	  "" },
	{ "ifplugin Mail::SpamAssassin::Plugin::Imaginary\nheader A eval:x()\n"
	  "score A 1\nendif\nscore A 2\ndescribe A x",
	  "1 note skipped up to the end of the condition: tamis has no "
	  "Mail::SpamAssassin::Plugin::Imaginary (said once for each file)\n" },
	/* conditions */
	{ "if (version > 3\nendif", "1 error if: missing \")\"\n" },
	{ "if foo\nendif",
	  "1 error if: unknown condition: known are version, perl_version, "
	  "local_tests_only, plugin(...), can(...) and has(...)\n" },
	{ "\nif 1", "2 error if without endif\n" },
	{ "endif", "1 error endif without if\n" },
	{ "else", "1 error else without if\n" },
	{ "if 1\nelse\nelse\nendif",
	  "3 error second else of the if in line 1\n" },
	/* scores and flags */
	{ "body A /x/\nscore A", "2 error score A: expected 1 number, or 4\n" },
	{ "body A /x/\nscore A 1 2",
	  "2 error score A: expected 1 number, or 4\n" },
	{ "body A /x/\nscore A five",
	  "2 error score A: 'five' is no number of at most 4 decimals\n" },
	{ "body A /x/\nscore A (1)",
	  "2 error score A: nothing is set yet that could be changed\n" },
	{ "score A 1",
	  "1 warning there is no rule A: what is said of it has no "
	  "effect\n" },
	{ "body A /x/\ntflags A multiple shiny",
	  "2 warning tflags A: unknown flag 'shiny'\n" },
	{ "body A /x/\nbody A /y/",
	  "2 warning rule A is defined again; the definition in test.cf:1 "
	  "is dropped\n" },
	/* our own words */
	{ "body A /x/\ncategory A gamblin",
	  "2 error category A: unknown word 'gamblin'; did you mean "
	  "'gambling'?\n" },
	{ "body A /x/\nad_type A nonsense",
	  "2 error ad_type A: unknown word 'nonsense'\n" },
	/* metas */
	{ "meta M A && B",
	  "1 warning meta M: there is no rule A: it counts as 0\n"
	  "1 warning meta M: there is no rule B: it counts as 0\n" },
	{ "body A eval:x()\nbody B eval:x()\nmeta M A || B",
	  "1 warning not supported: rule A skipped: eval:x()\n"
	  "2 warning not supported: rule B skipped: eval:x()\n"
	  "3 warning meta M: A and 1 more counts as 0: not supported\n" },
	{ "meta M 1 +", "1 error meta M: expression ends early\n" },
	{ "meta M (1", "1 error meta M: missing \")\"\n" },
	{ "meta M 1)", "1 error meta M: \")\" without \"(\"\n" },
	{ "meta M 1 1", "1 error meta M: expected an operator\n" },
	{ "meta M 1 & 1", "1 error meta M: expected an operator\n" },
	{ "meta M && 1",
	  "1 error meta M: expected a name, a number or \"(\"\n" },
	{ "meta M 1 ? 2", "1 error meta M: \"?\" without \":\"\n" },
	{ "meta M 1 : 2", "1 error meta M: \":\" without \"?\"\n" },
	{ "meta M sin(1)", "1 error meta M: unknown function: there is only "
	                   "rules_matching()\n" },
	{ "meta A B\nmeta B A\nmeta C A",
	  "2 error meta B depends on itself, by way of A\n"
	  "3 error meta C depends on itself, by way of A\n"
	  "1 error meta A depends on itself, by way of B\n" },
	{ "meta A !A", "1 error meta A depends on itself, by way of A\n" },
	/* tests */
	{ "body A /x/\ntest A maybe x",
	  "2 error test A: expected ok or fail, and a text\n" },
	{ "body A eval:x()\ntest A ok x",
	  "1 warning not supported: rule A skipped: eval:x()\n"
	  "2 note test not run: rule A was skipped\n" },
	/* texts in other languages */
	{ "body A /x/\nlang de describe A Hallo\nlang en describe A Hello",
	  "" },
};

START_TEST(everything_wrong_is_named_with_its_line)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct diags diags = DIAGS_INIT;
		struct buf got = BUF_INIT(4096);
		struct rule_set *rs = sample_compile(cases[i].rules, &diags);

		sample_diags(&diags, &got);
		ck_assert_msg(sv_eq_str(buf_sv(&got), cases[i].want),
		              "%s\ngave: %s\nnot:  %s", cases[i].rules,
		              buf_str(&got), cases[i].want);
		ck_assert((rs == NULL) == (diags.errors > 0));
		rule_set_unref(rs);
		buf_done(&got);
		diags_done(&diags);
	}
}
END_TEST

START_TEST(settings_come_in_any_order_and_the_last_wins)
{
	struct diags diags = DIAGS_INIT;
	struct rule_set *rs = sample_compile("score A 1 2 3 4\n"
	                                     "describe A first\n"
	                                     "body A /x/i # comment\n"
	                                     "describe A second\n"
	                                     "tflags A multiple maxhits=3\n"
	                                     "ad_type A direct_ad\n"
	                                     "category A gambling\n"
	                                     "body B /x/\n"
	                                     "body T_C /x/\n"
	                                     "body D /x/\n"
	                                     "tflags D nice\n"
	                                     "body __E /x/\n"
	                                     "body F /x/\n"
	                                     "score F 2.5\n"
	                                     "score F (-0.5)\n"
	                                     "body G /x/\n"
	                                     "score G 0\n",
	                                     &diags);
	const struct rule *a = rule_set_find(rs, SV("A"));

	ck_assert_uint_eq(diags.n, 0);
	ck_assert_uint_eq(rule_set_count(rs), 7);
	ck_assert_ptr_eq(rule_set_rule(rs, 0), a);
	ck_assert_str_eq(a->name, "A");
	ck_assert_str_eq(a->file, "test.cf");
	ck_assert_int_eq(a->line, 3);
	ck_assert_int_eq(a->type, RULE_BODY);
	ck_assert_str_eq(a->definition, "/x/i");
	ck_assert_str_eq(a->describe, "second");
	ck_assert_str_eq(a->ad_type, "direct_ad");
	ck_assert_str_eq(a->category, "gambling");
	ck_assert_int_eq(a->score_e4, 10000);
	ck_assert(a->multiple);
	ck_assert_uint_eq(a->maxhits, 3);
	ck_assert_int_eq(rule_set_find(rs, SV("B"))->score_e4, 10000);
	ck_assert_int_eq(rule_set_find(rs, SV("T_C"))->score_e4, 100);
	ck_assert_int_eq(rule_set_find(rs, SV("D"))->score_e4, -10000);
	ck_assert_int_eq(rule_set_find(rs, SV("__E"))->score_e4, 0);
	ck_assert(rule_set_find(rs, SV("__E"))->is_sub);
	ck_assert(!rule_set_find(rs, SV("__E"))->disabled);
	ck_assert_int_eq(rule_set_find(rs, SV("F"))->score_e4, 20000);
	ck_assert(rule_set_find(rs, SV("G"))->disabled);
	ck_assert_ptr_null(rule_set_find(rs, SV("H")));
	rule_set_unref(rs);
	diags_done(&diags);
}
END_TEST

START_TEST(test_lines_are_run_and_failures_named)
{
	struct diags diags = DIAGS_INIT;
	struct buf got = BUF_INIT(4096);
	struct rule_set *rs =
	    sample_compile("body A /casino/\n"
	                   "test A ok my casino\n"
	                   "test A fail my garden\n"
	                   "test A ok my garden\n"
	                   "header B Subject =~ /^win$/\n"
	                   "test B ok win\n"
	                   "header C From:addr =~ /^a@example\\.org$/\n"
	                   "test C ok Ann <a@example.org>\n"
	                   "test C fail Ann <b@example.org>\n"
	                   "header D EnvelopeFrom =~ /^a/\n"
	                   "test D ok a@example.org\n"
	                   "header E ALL =~ /^X-Y: z/m\n"
	                   "test E ok X-Y: z\n"
	                   "uri F /^http:\\/\\/123/\n"
	                   "test F ok http://123456/\n"
	                   "meta G A\n"
	                   "test G ok casino\n"
	                   "test G fail garden\n"
	                   "body H /x/\n"
	                   "score H 0\n"
	                   "test H ok x\n"
	                   "test H fail x\n",
	                   &diags);

	ck_assert_ptr_nonnull(rs);
	ck_assert_uint_eq(diags.n, 0);
	ck_assert_uint_eq(rule_set_run_tests(rs, &diags), 13);
	sample_diags(&diags, &got);
	ck_assert_str_eq(buf_str(&got),
	                 "4 error test of rule A: should match: my garden\n"
	                 "22 error test of rule H: should not match: x\n");
	rule_set_unref(rs);
	buf_done(&got);
	diags_done(&diags);
}
END_TEST

START_TEST(sources_survive_packing)
{
	struct rule_sources s = { NULL, 0, 0 }, back = { NULL, 0, 0 };
	struct buf packed = BUF_INIT(1 << 20);

	rule_sources_add(&s, "a.cf", sv_make("one\0two", 7));
	rule_sources_add(&s, "b.cf", SV(""));
	rule_sources_pack(&s, &packed);
	ck_assert_int_eq(rule_sources_unpack(buf_sv(&packed), &back), 0);
	ck_assert_uint_eq(back.n, 2);
	ck_assert_str_eq(back.list[0].file, "a.cf");
	ck_assert_uint_eq(back.list[0].bytes, 7);
	ck_assert_mem_eq(back.list[0].text, "one\0two", 7);
	ck_assert_str_eq(back.list[1].file, "b.cf");
	ck_assert_uint_eq(back.list[1].bytes, 0);
	rule_sources_done(&back);
	for (size_t n = 1; n < packed.n; n++) {
		int result = rule_sources_unpack(sv_make(packed.p, n), &back);

		ck_assert(result == E_SYNTAX || result == 0);
		if (result == 0)
			rule_sources_done(&back);
	}
	rule_sources_done(&s);
	buf_done(&packed);
}
END_TEST

START_TEST(a_file_that_cannot_be_read_is_named)
{
	char path[] = "/nonexistent/tamis.cf";
	char *paths[] = { path };
	struct conf_list list = { paths, 1 };
	struct rule_sources s = { NULL, 0, 0 };
	struct diags diags = DIAGS_INIT;

	ck_assert_int_lt(rule_sources_read(&list, &s, &diags), 0);
	ck_assert_uint_eq(diags.errors, 1);
	ck_assert_str_eq(diags.list[0].file, path);
	rule_sources_done(&s);
	diags_done(&diags);
}
END_TEST

START_TEST(the_hash_tells_texts_apart_and_not_names)
{
	struct diags diags = DIAGS_INIT;
	struct rule_set *a = sample_compile("body A /x/", &diags);
	struct rule_set *b = sample_compile("body A /x/", &diags);
	struct rule_set *c = sample_compile("body A /y/", &diags);

	ck_assert_uint_eq(strlen(rule_set_hash(a)), 7 + 64);
	ck_assert_str_eq(rule_set_hash(a), rule_set_hash(b));
	ck_assert_str_ne(rule_set_hash(a), rule_set_hash(c));
	rule_set_unref(rule_set_ref(a));
	rule_set_unref(a);
	rule_set_unref(b);
	rule_set_unref(c);
	rule_set_unref(NULL);
	diags_done(&diags);
}
END_TEST

START_TEST(what_is_hardly_meant_is_named)
{
	static const struct {
		const char *rules, *want;
	} doubts[] = {
		{ "body A /x/\ndescribe A x", "" },
		{ "body A /x/", "1 note rule A has no describe\n" },
		{ "body __A /.*/\nheader __B Subject =~ /^/",
		  "1 warning rule __A has an expression that matches any "
		  "text\n"
		  "2 warning rule __B has an expression that matches any "
		  "text\n" },
		{ "header __B Subject !~ /x?/",
		  "1 warning rule __B is never true: its expression matches "
		  "any text\n" },
		{ "header __B Subject =~ /^$/\nbody __C /^.+/", "" },
		{ "body __A /x/\nmeta __M __A > 1",
		  "2 warning rule __M can never be true\n" },
		{ "body __A /x/\ntflags __A multiple\nmeta __M __A > 1", "" },
		{ "body __A /x/\nmeta __M __A >= 0",
		  "2 warning rule __M is always true\n" },
		{ "meta __M (0)\nmeta __N 1", "" },
		{ "body THIS_NAME_IS_LONGER_THAN_FORTY_LETTERS_ARE /x/\n"
		  "describe THIS_NAME_IS_LONGER_THAN_FORTY_LETTERS_ARE x",
		  "1 warning rule "
		  "THIS_NAME_IS_LONGER_THAN_FORTY_LETTERS_ARE has a name of "
		  "more than 40 letters\n" },
	};
	struct buf got = BUF_INIT(4096);

	for (size_t i = 0; i < sizeof doubts / sizeof *doubts; i++) {
		struct diags diags = DIAGS_INIT;
		struct rule_set *rs = sample_compile(doubts[i].rules, &diags);

		ck_assert_ptr_nonnull(rs);
		ck_assert_uint_eq(diags.n, 0);
		rule_set_lint(rs, &diags);
		sample_diags(&diags, &got);
		ck_assert_msg(sv_eq_str(buf_sv(&got), doubts[i].want),
		              "%s\ngave: %s\nnot: %s", doubts[i].rules,
		              buf_str(&got), doubts[i].want);
		rule_set_unref(rs);
		diags_done(&diags);
	}
	buf_done(&got);
}
END_TEST

UNIT_MAIN("rule_parse", what_is_hardly_meant_is_named,
          everything_wrong_is_named_with_its_line,
          settings_come_in_any_order_and_the_last_wins,
          test_lines_are_run_and_failures_named, sources_survive_packing,
          a_file_that_cannot_be_read_is_named,
          the_hash_tells_texts_apart_and_not_names)
