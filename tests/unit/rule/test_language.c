/* SPDX-License-Identifier: Apache-2.0 */
/* What SpamAssassin 4.0.1 says of the same rules and mails, word for word. */
#include "sample.h"

#include "message/network.h"

static const char parts[] =
    "From: a@example.org\n"
    "Subject: test\n"
    "X-Dup: one\n"
    "X-Dup: two\n"
    "Content-Type: multipart/mixed;\n"
    "\tboundary=\"b\"\n"
    "\n"
    "--b\n"
    "Content-Type: multipart/alternative; boundary=c\n"
    "\n"
    "--c\n"
    "Content-Type: text/plain; charset=utf-8\n"
    "\n"
    "hello\n"
    "--c\n"
    "Content-Type: text/html; charset=utf-8\n"
    "Content-Transfer-Encoding: base64\n"
    "\n"
    "PGI+aGVsbG88L2I+\n"
    "--c--\n"
    "--b\n"
    "Content-Type: image/png;\n"
    "\tname=\"x.png\"\n"
    "Content-Disposition: attachment; filename=\"=?utf-8?q?=C3=A4.png?=\"\n"
    "Content-Transfer-Encoding: Base64\n"
    "\n"
    "aGVsbG8=\n"
    "--b--\n";

static const char plain[] = "From: a@example.org\nSubject: plain\n\nhello\n";

/* The hits, as "NAME" or "NAME=COUNT", with blanks between. */
static void
judge(const char *rules, const char *mail, struct buf *out)
{
	struct diags diags = DIAGS_INIT;
	struct rule_set *rs = sample_compile(rules, &diags);
	struct rule_worker *w = rule_worker_new();
	struct arena *a = arena_new();
	struct network *network = network_new(&sample_conf()->network);
	struct message *m =
	    message_parse(a, sv_str(mail), &sample_conf()->message);
	const struct message_envelope envelope = {
		.relays = relays_read(a, m, NULL, network, 20),
	};
	const struct rule_job job = { .message = m,
		                      .envelope = &envelope,
		                      .all_hits = true };
	const struct rule_result *r;

	diags_print(&diags, stderr);
	ck_assert_ptr_nonnull(rs);
	r = rule_eval(rs, w, a, &job);
	buf_reset(out);
	for (size_t i = 0; i < r->n_hits; i++) {
		buf_addf(out, "%s%s", i ? " " : "", r->hits[i].rule->name);
		if (r->hits[i].count > 1)
			buf_addf(out, "=%u", r->hits[i].count);
	}
	network_free(network);
	rule_worker_free(w);
	arena_free(a);
	rule_set_unref(rs);
	diags_done(&diags);
}

struct language_case {
	const char *rules, *mail, *want;
};

static void
check_cases(const struct language_case *cases, size_t n)
{
	struct buf got = BUF_INIT(4096);

	for (size_t i = 0; i < n; i++) {
		judge(cases[i].rules, cases[i].mail, &got);
		ck_assert_msg(sv_eq_str(buf_sv(&got), cases[i].want),
		              "%s: '%s', not '%s'", cases[i].rules,
		              buf_str(&got), cases[i].want);
	}
	buf_done(&got);
}

START_TEST(mimeheader_rules_look_at_each_part)
{
	static const struct language_case cases[] = {
		{ "mimeheader A Content-Type =~ /text\\/plain/", parts, "A" },
		/* matches are counted in the first part that has one */
		{ "mimeheader A Content-Type =~ /t/\ntflags A multiple", parts,
		  "A=2" },
		{ "mimeheader A Content-Type =~ /text/\ntflags A multiple",
		  parts, "A" },
		/* what "!~" matches does not count */
		{ "mimeheader A Content-Type !~ /text/", parts, "A" },
		{ "mimeheader A Content-Type !~ /nope/", plain, "A" },
		{ "mimeheader A X-Nope =~ /^none$/ [if-unset: none]", plain,
		  "A" },
		{ "mimeheader A X-Nope =~ /^$/", plain, "A" },
		{ "mimeheader A X-Nope:raw =~ /^none$/ [if-unset: none]", plain,
		  "" },
		{ "mimeheader A Content-Type:raw =~ /;\\n\\tboundary/", parts,
		  "A" },
		{ "mimeheader A Content-Type:raw =~ /^ multipart/", parts,
		  "A" },
		{ "mimeheader A Content-Type =~ /^multipart.*; boundary/",
		  parts, "A" },
		{ "mimeheader A Content-Disposition =~ /=\"\xc3\xa4/", parts,
		  "A" },
		{ "mimeheader A ALL =~ /^Content-Type: image.*\\nContent-/m",
		  parts, "A" },
		{ "mimeheader A ALL:raw =~ /^Content-Type:  image\\/png; "
		  "name/m",
		  parts, "A" },
		{ "mimeheader A Content-Type =~ /utf-8\\n/", parts, "A" },
		{ "mimeheader A X-Dup =~ /one/", parts, "" },
		{ "mimeheader A X-Dup =~ /two/", parts, "A" },
		{ "mimeheader A content-type =~ /text/\ntflags A range=1",
		  parts, "" },
		{ "mimeheader A Content-Type =~ /text/\ntflags A range=2-",
		  parts, "A" },
		{ "mimeheader A Content-Type =~ /image/\ntflags A range=-3",
		  parts, "" },
		{ "mimeheader A Content-Type =~ /image/\ntflags A range=2-5",
		  parts, "A" },
		{ "mimeheader A Content-Type =~ /plain.*html/s\n"
		  "tflags A concat",
		  parts, "A" },
		{ "mimeheader A Content-Type =~ /t/\n"
		  "tflags A concat multiple maxhits=5",
		  parts, "A=5" },
		{ "mimeheader __A Content-Type =~ /image/\n"
		  "mimeheader __B Content-Type =~ /audio/\n"
		  "meta M __A && !__B",
		  parts, "__A M" },
	};

	check_cases(cases, sizeof cases / sizeof *cases);
}
END_TEST

static const char relayed[] =
    "Return-Path: <sender@Mail.Example.net>\n"
    "Received: from mail.example.com (mail.example.com [192.0.2.77])\n"
    "\tby mx.example.org with ESMTP id ABCDEF;\n"
    "\tMon, 20 Nov 2023 10:00:00 +0000\n"
    "X-Ip: [IPv6:2001:db8::1] and 192.0.2.1\n"
    "From: \"Some One\" <some.one@www.example.co.uk>, two@example.org\n"
    "To: one@example.com\n"
    "Cc: two@example.net\n"
    "X-Mixed: see <a@b> and www.example.com:80 or 198.51.100.7:25\n"
    "Subject: x\n"
    "\n"
    "hello\n";

START_TEST(header_rules_take_parts_of_a_value)
{
	static const struct language_case cases[] = {
		{ "header A From:addr:host =~ "
		  "/^www.example.co.uk\\nexample.org$/",
		  relayed, "A" },
		{ "header A From:addr:domain =~ "
		  "/^example.co.uk\\nexample.org$/",
		  relayed, "A" },
		{ "header A X-Mixed:host =~ /^www.example.com$/", relayed,
		  "A" },
		{ "header A X-Mixed:domain =~ /^example.com$/", relayed, "A" },
		{ "header A X-Mixed:ip =~ /^198.51.100.7$/", relayed, "A" },
		{ "header A X-Mixed:revip =~ /^7.100.51.198$/", relayed, "A" },
		{ "header A X-Ip:ip =~ /^IPv6:2001:db8::1$/", relayed, "A" },
		{ "header A EnvelopeFrom:host =~ /^Mail.Example.net$/", relayed,
		  "A" },
		{ "header A X-SenderDomain =~ /^mail.example.net$/", relayed,
		  "A" },
		{ "header A X-AuthorDomain =~ "
		  "/^www.example.co.uk example.org$/",
		  relayed, "A" },
		{ "header A ToCc:first =~ /^one\\@example.com\\n$/", relayed,
		  "A" },
		{ "header A ToCc:last =~ /^two\\@example.net\\n$/", relayed,
		  "A" },
		{ "header A X-Spam-Relays-Untrusted:ip =~ /^192.0.2.77$/",
		  relayed, "A" },
	};

	check_cases(cases, sizeof cases / sizeof *cases);
}
END_TEST

static const char linked[] =
    "Return-Path: <x@sender.example.net>\n"
    "From: \"Joe\" <joe@example.org>\n"
    "To: victim@example.com\n"
    "X-Code: abc-12\n"
    "X-Spec: a.b+c(d)\n"
    "Content-Type: text/html; charset=utf-8\n"
    "\n"
    "<html><body>\n"
    "Hello, Joe your code is abc-12\n"
    " and item one and item two and item one a.b+c(d) utf-8 one two two\n"
    "sender.example.net <a href=\"http://www.example%2Eorg/path"
    "#victim@example.com\">https://bank.example/</a>\n"
    "<a href=\"https://evil.example.net/login#victim@example.com\">Click"
    " here</a>\n"
    "<img src=\"http://img.example.com/two.html\">\n"
    "http://plain.example.com/x\n"
    "</body></html>\n";

START_TEST(uri_detail_rules_ask_one_uri_for_all)
{
	static const struct language_case cases[] = {
		{ "uri_detail A raw =~ /%2E/i domain =~ /^example\\.org$/ "
		  "type =~ /^a$/",
		  linked, "A" },
		{ "uri_detail A raw =~ /%2E/i domain =~ /^example\\.net$/",
		  linked, "" },
		{ "uri_detail A text =~ /\\bhttps:/ cleaned !~ /\\bhttps:/",
		  linked, "A" },
		{ "uri_detail A type =~ /^img$/", linked, "A" },
		{ "uri_detail A host !~ /nothing/", linked, "A" },
		{ "uri_detail A host !~ /nothing/", plain, "" },
		{ "uri_detail A text =~ m|click here|i raw =~ m!^http://!",
		  linked, "" },
		{ "uri_detail A cleaned =~ /^https?:\\/\\/www\\.example\\.org"
		  "\\//",
		  linked, "A" },
		{ "uri_detail A type =~ /parsed/ domain =~ /example\\.com$/",
		  linked, "A" },
		{ "uri_detail A raw =~ /^nope/", linked, "" },
		/* of two about one side, the last counts */
		{ "uri_detail A raw =~ /nope/ raw =~ /img/", linked, "A" },
		{ "uri_detail __A type =~ /^img$/\n"
		  "uri_detail __B type =~ /^form$/\nmeta M __A && !__B",
		  linked, "__A M" },
	};

	check_cases(cases, sizeof cases / sizeof *cases);
}
END_TEST

START_TEST(captured_text_stands_in_other_rules)
{
	static const struct language_case cases[] = {
		{ "header __T To:addr =~ /(?<TO_ADDR>.*)/\n"
		  "uri A m|^https?://.{4,60}\\#%{TO_ADDR}|i",
		  linked, "__T A" },
		/* in any order of definition, and through metas */
		{ "meta M A\nheader A From =~ /\\b%{NAME}\\b/i\n"
		  "body __N /Hello, (?<NAME>\\w+)/",
		  linked, "M A __N" },
		/* without a value the rule is not run */
		{ "body A /x%{NOPE}|Hello/\nheader B From !~ /%{NOPE}/", linked,
		  "" },
		{ "body __N /Hello, (?<NAME>\\w+)/\n"
		  "header A From !~ /%{NAME}/\nheader B To !~ /%{NAME}/",
		  linked, "__N B" },
		/* an absent header is empty, for its other rules, too */
		{ "body __N /Hello, (?<NAME>\\w+)/\n"
		  "header A X-Nope !~ /%{NAME}/\nheader B X-Nope =~ /%{NAME}/\n"
		  "header C X-Nope !~ /a/\nheader D X-Nope =~ /^$/\n"
		  "header E exists:X-Nope\nheader F X-Nope =~ /^%{NAME}?$/",
		  linked, "__N A C D F" },
		{ "body __N /(?<NAME>Hello)/\n"
		  "header A X-Nope =~ /%{NAME}/ [if-unset: Hello]\n"
		  "header B X-Nope !~ /%{NAME}/ [if-unset: Hello]",
		  linked, "__N A" },
		{ "header A X-Nope !~ /%{NOPE}/", linked, "" },
		/* all of several */
		{ "body __I /item (?<ITEM>\\w+)/\ntflags __I multiple\n"
		  "uri A /%{ITEM}\\.html/",
		  linked, "__I=3 A" },
		{ "body __I /item (?<ITEM>\\w+)/\nuri A /%{ITEM}\\.html/",
		  linked, "__I" },
		/* as they stand */
		{ "header __S X-Spec =~ /(?<SPEC>.+)/\nbody A /%{SPEC}/",
		  linked, "__S A" },
		/* other tags */
		{ "body A /%{SENDERDOMAIN}/\nbody B /%{HEADER(X-Nope)}/",
		  linked, "A" },
		{ "mimeheader __C Content-Type =~ /charset=(?<CS>[\\w-]+)/\n"
		  "body A /%{CS} one/",
		  linked, "__C A" },
		/* rules that are not run capture nothing */
		{ "body N /Hello, (?<NAME>\\w+)/\nscore N 0\n"
		  "header A From =~ /%{NAME}/",
		  linked, "" },
	};

	check_cases(cases, sizeof cases / sizeof *cases);
}
END_TEST

/* Points of a rule A, by score set. */
START_TEST(scores_are_those_of_the_score_set)
{
	static const struct {
		const char *rules;
		int64_t want_e4[4];
	} cases[] = {
		{ "", { 10000, 10000, 10000, 10000 } },
		{ "tflags A nice", { -10000, -10000, -10000, -10000 } },
		{ "score A 1 2 3 4", { 10000, 20000, 30000, 40000 } },
		{ "score A 1 2 3 4\nscore A 5",
		  { 50000, 50000, 50000, 50000 } },
		{ "score A 1 2 3 4\nscore A (0.5)",
		  { 15000, 25000, 35000, 45000 } },
		{ "score A 1\nscore A (1) (-2) (0) (0.25)",
		  { 20000, -10000, 10000, 12500 } },
		/* one in parentheses makes all relative */
		{ "score A 1\nscore A 1 (1) 1 1",
		  { 20000, 20000, 20000, 20000 } },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		for (int set = 0; set < 4; set++) {
			struct rule_sources sources = { 0 };
			struct diags diags = DIAGS_INIT;
			struct conf conf = *sample_conf();
			struct rule_set *rs;

			conf.rule.score_set = (enum score_set)set;
			rule_sources_add(&sources, "a.cf",
			                 sv_str(cases[i].rules));
			rule_sources_add(&sources, "b.cf", SV("body A /x/\n"));
			rs = rule_set_compile(&sources, &conf, &diags);
			ck_assert_ptr_nonnull(rs);
			ck_assert_int_eq(rule_set_rule(rs, 0)->score_e4,
			                 cases[i].want_e4[set]);
			rule_set_unref(rs);
			rule_sources_done(&sources);
			diags_done(&diags);
		}
}
END_TEST

START_TEST(included_files_are_read_where_they_are_named)
{
	struct rule_sources sources = { 0 };
	struct diags diags = DIAGS_INIT;
	const struct rule *rule;
	struct rule_set *rs;

	rule_sources_add(&sources, "dir/a.cf",
	                 SV("body A /x/\nscore A 1\ninclude more/b.cf\n"
	                    "describe A a\n"));
	rule_sources_add(&sources, "dir/more/b.cf",
	                 SV("# UPDATE version 17\nscore A 2\ndescribe A b\n"
	                    "if 0\n"));
	sources.list[1].is_included = true;
	rs = rule_set_compile(&sources, sample_conf(), &diags);
	ck_assert_ptr_null(rs); /* an if does not reach over a file's end */
	ck_assert_uint_eq(diags.errors, 1);
	diags_done(&diags);
	sources.list[1].bytes -= 5;
	rs = rule_set_compile(&sources, sample_conf(), &diags);
	ck_assert_ptr_nonnull(rs);
	rule = rule_set_find(rs, SV("A"));
	ck_assert_int_eq(rule->score_e4, 20000);
	ck_assert_str_eq(rule->describe, "a");
	ck_assert_str_eq(rule_set_settings(rs)->rules_version, "17");
	rule_set_unref(rs);
	rule_sources_done(&sources);
	diags_done(&diags);
}
END_TEST

/* The hits that SpamAssassin 4.0.1 has, at -L with the plugin. */
START_TEST(a_rule_can_end_the_judging)
{
	static const char rules[] = "header H0 Subject =~ /plain/\n"
				    "header H1 From =~ /example/\n"
				    "header E Subject =~ /lai/\n"
				    "priority E -5\n"
				    "body B /hello/\n"
				    "rawbody R /hello/\n"
				    "full F /Subject/\n"
				    "body L /hello/\npriority L 5\n"
				    "meta MHB H0 && B\n"
				    "meta MHH H0 && H1\n"
				    "meta ME E\n"
				    "header Z Subject =~ /a/\nscore Z 0\n"
				    "meta MZ H0 && !Z\n"
				    "meta ML L && H0\n"
				    "meta N 1\n";
	static const struct {
		const char *said, *want;
	} cases[] = {
		/* ML has priority 0, so that L has it, too */
		{ "", "H0 H1 E B R F L MHB MHH ME MZ ML N" },
		{ "shortcircuit H0 on", "H0 H1 E ME N SHORTCIRCUIT" },
		{ "shortcircuit B on", "H0 H1 E B L ME N SHORTCIRCUIT" },
		{ "shortcircuit B spam", "B SHORTCIRCUIT" },
		{ "shortcircuit B ham\npriority B 0",
		  "H0 H1 E B L ME N SHORTCIRCUIT" },
		{ "shortcircuit MHB spam", "H0 B MHB N SHORTCIRCUIT" },
		{ "shortcircuit MHB on\npriority MHB -100",
		  "H0 B MHB N SHORTCIRCUIT" },
		{ "shortcircuit L spam\npriority L 5",
		  "H0 H1 E B L ME N SHORTCIRCUIT" },
		{ "shortcircuit R on", "H0 H1 E B R L ME N SHORTCIRCUIT" },
		{ "shortcircuit B spam\nshortcircuit B off",
		  "H0 H1 E B R F L MHB MHH ME MZ ML N" },
		{ "header __S Subject =~ /p/\nshortcircuit __S on",
		  "H0 H1 E ME N __S SHORTCIRCUIT" },
		{ "shortcircuit ME on", "E ME N SHORTCIRCUIT" },
		{ "shortcircuit MZ on",
		  "H0 H1 E B R F L MHB MHH ME MZ ML N SHORTCIRCUIT" },
		{ "shortcircuit N on", "E ME N SHORTCIRCUIT" },
		{ "body NO /nope/\nshortcircuit NO spam",
		  "H0 H1 E B R F L MHB MHH ME MZ ML N" },
		{ "header C Subject =~ /(?<CAP>lai)/\nshortcircuit C on\n",
		  "C SHORTCIRCUIT" },
		{ "header T Subject =~ /l/\ntflags T net\nshortcircuit T on",
		  "T SHORTCIRCUIT" },
		{ "ifplugin Mail::SpamAssassin::Plugin::Shortcircuit\n"
		  "shortcircuit B spam\nendif",
		  "H0 H1 E B R F L MHB MHH ME MZ ML N" },
		{ "loadplugin Mail::SpamAssassin::Plugin::Shortcircuit\n"
		  "ifplugin Mail::SpamAssassin::Plugin::Shortcircuit\n"
		  "shortcircuit B spam\nendif",
		  "B SHORTCIRCUIT" },
	};
	struct language_case one = { .mail = plain };
	struct buf text = BUF_INIT(4096);

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		buf_reset(&text);
		buf_addf(&text, "%s%s\n", rules, cases[i].said);
		one.rules = buf_str(&text);
		one.want = cases[i].want;
		check_cases(&one, 1);
	}
	buf_done(&text);
}
END_TEST

static int64_t
score_of(const char *rules, size_t *ret_n)
{
	struct diags diags = DIAGS_INIT;
	struct rule_set *rs = sample_compile(rules, &diags);
	struct rule_worker *w = rule_worker_new();
	struct arena *a = arena_new();
	const struct rule_job job = {
		.message =
		    message_parse(a, sv_str(plain), &sample_conf()->message),
	};
	const struct rule_result *r = rule_eval(rs, w, a, &job);
	int64_t score_e4 = r->score_e4;

	*ret_n = r->n_hits;
	rule_worker_free(w);
	arena_free(a);
	rule_set_unref(rs);
	diags_done(&diags);
	return score_e4;
}

START_TEST(what_ends_the_judging_has_points)
{
	static const struct {
		const char *said;
		int64_t want_e4;
	} cases[] = {
		{ "shortcircuit A on", 15000 },
		{ "shortcircuit A spam", 1015000 },
		{ "shortcircuit A ham", -985000 },
		{ "shortcircuit A spam\nshortcircuit_spam_score 20.5", 220000 },
		{ "shortcircuit A ham\nshortcircuit_ham_score -7", -55000 },
	};
	struct buf text = BUF_INIT(4096);
	size_t n;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		buf_reset(&text);
		buf_addf(&text,
		         "header A From =~ /a/\nscore A 1.5\n"
		         "body B /hello/\n%s\n",
		         cases[i].said);
		ck_assert_int_eq(score_of(buf_str(&text), &n),
		                 cases[i].want_e4);
		ck_assert_uint_eq(n, 2);
	}
	ck_assert_int_eq(score_of("header __A From =~ /a/\nbody B /hello/\n"
	                          "shortcircuit __A spam",
	                          &n),
	                 1000000);
	ck_assert_uint_eq(n, 1); /* sub-rules are not shown */
	buf_done(&text);
}
END_TEST

UNIT_MAIN("language", a_rule_can_end_the_judging,
          what_ends_the_judging_has_points,
          uri_detail_rules_ask_one_uri_for_all,
          captured_text_stands_in_other_rules,
          scores_are_those_of_the_score_set,
          included_files_are_read_where_they_are_named,
          mimeheader_rules_look_at_each_part,
          header_rules_take_parts_of_a_value)
