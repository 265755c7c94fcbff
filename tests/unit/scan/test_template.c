/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "scan/template.h"
#include "scan/text_shape.h"

static const char rules_text[] =
    "body HELLO_WORLD /hello world/i\n"
    "describe HELLO_WORLD Says hello to the world, which is a thing that "
    "people only do in examples and in spam mails alike\n"
    "score HELLO_WORLD 3.25\n"
    "subjprefix HELLO_WORLD [hello]\n"
    "header SUBJ_X Subject =~ /test/\n"
    "describe SUBJ_X Subject has the word test\n"
    "body MULTI_A /foo/\n"
    "tflags MULTI_A multiple\n"
    "score MULTI_A 0.3\n"
    "body __SUB_A /foo/\n"
    "tflags __SUB_A multiple maxhits=2\n"
    "report_hostname host.example.org\n"
    "report Points: _SCORE_ of _REQD_\n"
    "report \" on _HOSTNAME_\"\n"
    "report _SUMMARY_\n"
    "unsafe_report Open it with care.\n"
    "add_header spam Flag _YESNOCAPS_\n"
    "add_header all Level _STARS(*)_\n"
    "add_header all Status \"_YESNO_, score=_SCORE_ required=_REQD_ "
    "tests=_TESTS_ autolearn=_AUTOLEARN_ version=_VERSION_\"\n"
    "rewrite_header Subject **SPAM(_SCORE_)**\n";

static const char mail_text[] =
    "Return-Path: <sender@example.net>\r\n"
    "Received: from mail.example.com (mail.example.com [192.0.2.77])\r\n"
    "\tby mx.example.org with ESMTP id ABCDEF;\r\n"
    "\tMon, 20 Nov 2023 10:00:00 +0000\r\n"
    "From: \"Some One\" <some.one@mail.example.com>\r\n"
    "X-Spam-Status: No, old\r\n"
    "\tfolded\r\n"
    "Subject: a test\r\n"
    "\r\n"
    "Hello world! foo foo foo\r\n";

struct fixture {
	struct snapshot *snapshot;
	struct scan scan;
	struct template_job job;
};

static void
open_limited(struct fixture *f, const char *conf_text, const char *more_rules,
             const char *mail)
{
	struct diags diags = DIAGS_INIT;
	struct rule_sources sources = { 0 };
	struct conf *conf = conf_parse(sv_str(conf_text), "t.conf", &diags);
	struct rule_set *rules;

	rule_sources_add(&sources, "t.cf", sv_str(rules_text));
	rule_sources_add(&sources, "u.cf", sv_str(more_rules));
	rules = rule_set_compile(&sources, conf, &diags);
	diags_print(&diags, stderr);
	ck_assert_ptr_nonnull(rules);
	rule_sources_done(&sources);
	diags_done(&diags);
	f->snapshot = snapshot_new(conf, rules);
	f->scan = (struct scan){
		.arena = arena_new(),
		.snapshot = f->snapshot,
		.worker = rule_worker_new(),
		.channel = CHANNEL_FILE,
		.surface = "mail",
		.raw = sv_str(mail),
		.all_hits = true,
	};
	scan_run(&f->scan);
	template_begin(&f->job, &f->scan);
	f->job.unix_ms = 1700000000000;
	f->job.version = "4.0.1";
	f->job.subversion = "x";
}

static void
open_job(struct fixture *f, const char *more_rules, const char *mail)
{
	open_limited(f, "", more_rules, mail);
}

static void
close_job(struct fixture *f)
{
	rule_worker_free(f->scan.worker);
	arena_free(f->scan.arena);
	snapshot_unref(f->snapshot);
}

START_TEST(tags_stand_for_what_was_found)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "_SCORE_/_REQD_", "5.2/5.0" },
		{ "_SCORE(00)_ _SCORE(  )_ _SCORE(x)_", "005.2   5.2 5.2" },
		{ "_YESNO_ _YESNO(ja,nein)_ _YESNO(, NOT)_ _YESNOCAPS_",
		  "Yes ja  YES" },
		{ "_TESTS_", "HELLO_WORLD,MULTI_A,MULTI_A,MULTI_A,SUBJ_X" },
		{ "_TESTS( )_", "HELLO_WORLD MULTI_A MULTI_A MULTI_A SUBJ_X" },
		{ "_TESTSSCORES_", "HELLO_WORLD=3.25,MULTI_A=0.3,MULTI_A=0.3,"
		                   "MULTI_A=0.3,SUBJ_X=1" },
		{ "_SUBTESTS(;)_", "__SUB_A;__SUB_A" },
		{ "_SUBTESTSCOLLAPSED_", "__SUB_A(2)" },
		{ "_STARS(ab)_", "ababababab" },
		{ "_AUTOLEARN_ _AUTOLEARNSCORE_ _BAYES_", "disabled 5.15 0.5" },
		{ "_HOSTNAME_ _CONTACTADDRESS_",
		  "host.example.org the administrator of that system" },
		{ "_SENDERDOMAIN_ _AUTHORDOMAIN_",
		  "example.net mail.example.com" },
		{ "_LASTEXTERNALIP_ _LASTEXTERNALREVIP_ _LASTEXTERNALHELO_",
		  "192.0.2.77 77.2.0.192 mail.example.com" },
		{ "_HEADER(From:addr)__HEADER(Nope)_|",
		  "some.one@mail.example.com|" },
		{ "_PREVIEW_|", "Hello world! foo foo foo |" },
		{ "_SUBJPREFIX_|", "[hello] |" },
		{ "_TOKENSUMMARY_|", "|" },
		/* what is no tag stays */
		{ "_NOSUCH_ __ _a_ _YESNO", "_NOSUCH_ __ _a_ _YESNO" },
		{ "__YESNO_ _YESNO_YESNO_", "_Yes _YESNO_YESNO_" },
		{ "_TESTS(,_REQD_", "_TESTS(,5.0" },
	};
	struct fixture f;

	open_job(&f, "score MULTI_A 0.3\n", mail_text);
	f.job.score_e4 = 52000;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_sv_eq(template_text(&f.job, sv_str(cases[i].text)),
		         cases[i].want);
	close_job(&f);
}
END_TEST

/* 4.96 is 5.0 with one decimal, and not spam: it must not look like it. */
START_TEST(a_score_just_below_is_shown_below)
{
	struct fixture f;

	open_job(&f, "", mail_text);
	f.job.is_spam = false;
	f.job.score_e4 = 49600;
	ck_sv_eq(template_text(&f.job, SV("_SCORE_")), "4.9");
	f.job.score_e4 = 49400;
	ck_sv_eq(template_text(&f.job, SV("_SCORE_")), "4.9");
	f.job.score_e4 = -300;
	ck_sv_eq(template_text(&f.job, SV("_SCORE_|_STARS_|")), "-0.0||");
	close_job(&f);
}
END_TEST

START_TEST(tags_of_the_caller_come_first)
{
	static const struct template_tag tags[] = {
		{ "REMOTEHOSTNAME", { "client.example.org", 18 } },
		{ "OWN", { "x", 1 } },
	};
	struct fixture f;

	open_job(&f, "", mail_text);
	f.job.tags = tags;
	f.job.n_tags = 2;
	ck_sv_eq(template_text(&f.job, SV("_REMOTEHOSTNAME_ _OWN_")),
	         "client.example.org x");
	close_job(&f);
}
END_TEST

START_TEST(a_report_lists_rules_with_descriptions)
{
	struct fixture f;

	open_job(&f, "", mail_text);
	ck_sv_eq(template_report(&f.job),
	         "Points: 5.2 of 5.0\n"
	         " on host.example.org\n"
	         " 1.0 SUBJ_X                 Subject has the word test\n"
	         " 3.2 HELLO_WORLD            BODY: Says hello to the world, "
	         "which is a thing that\n"
	         "                            people only do in examples and "
	         "in spam mails\n"
	         "                            alike\n"
	         " 0.3 MULTI_A                BODY: No description available.\n"
	         " 0.3 MULTI_A                BODY: No description available.\n"
	         " 0.3 MULTI_A                BODY: No description available.\n"
	         "\n");
	close_job(&f);
}
END_TEST

START_TEST(headers_are_folded_and_encoded)
{
	static const struct {
		const char *name, *value;
	} want[] = {
		{ "X-Spam-Checker-Version",
		  "SpamAssassin 4.0.1 (x) on host.example.org" },
		{ "X-Spam-Flag", "YES" },
		{ "X-Spam-Level", "*****" },
		{ "X-Spam-Status",
		  "Yes, score=5.2 required=5.0 tests=HELLO_WORLD,MULTI_A,"
		  "MULTI_A,\n"
		  "\tMULTI_A,SUBJ_X autolearn=disabled version=4.0.1" },
		{ "X-Spam-Lines", "a\n\tb\n\tc" },
		{ "X-Spam-Utf8", "gr\xc3\xbc\xc3\x9f" },
		{ "X-Spam-Report",
		  "\n\t*  1.0 SUBJ_X Subject has the word test\n"
		  "\t*  3.2 HELLO_WORLD BODY: Says hello to the world, which "
		  "is a thing that\n"
		  "\t*      people only do in examples and in spam mails alike"
		  "\n"
		  "\t*  0.3 MULTI_A BODY: No description available.\n"
		  "\t*  0.3 MULTI_A BODY: No description available.\n"
		  "\t*  0.3 MULTI_A BODY: No description available." },
	};
	struct template_headers h;
	struct fixture f;

	open_job(&f,
	         "add_header all Lines a\\nb\\n   c\n"
	         "add_header all Gone x\nremove_header all gone\n"
	         "add_header all Utf8 gr\xc3\xbc\xc3\x9f\nreport_safe 0\n",
	         mail_text);
	h = template_headers(&f.job);
	ck_assert_uint_eq(h.n, sizeof want / sizeof *want);
	for (size_t i = 0; i < h.n; i++) {
		ck_sv_eq(h.list[i].name, want[i].name);
		if (i == 5)
			ck_sv_eq(h.list[i].value, "=?UTF-8?B?Z3LDvMOf?=");
		else
			ck_sv_eq(h.list[i].value, want[i].value);
	}
	close_job(&f);
}
END_TEST

static void
check_mail(const char *more_rules, const char *mail, const char *want)
{
	struct buf out = BUF_INIT(1 << 20);
	struct fixture f;

	open_job(&f, more_rules, mail);
	template_mail(&f.job, &out);
	ck_sv_eq(buf_sv(&out), want);
	buf_done(&out);
	close_job(&f);
}

START_TEST(ham_gets_headers_behind_its_return_path)
{
	check_mail("required_score 9\n", mail_text,
	           "Return-Path: <sender@example.net>\r\n"
	           "X-Spam-Checker-Version: SpamAssassin 4.0.1 (x) on "
	           "host.example.org\r\n"
	           "X-Spam-Level: *****\r\n"
	           "X-Spam-Status: No, score=5.2 required=9.0 "
	           "tests=HELLO_WORLD,MULTI_A,MULTI_A,\r\n"
	           "\tMULTI_A,SUBJ_X autolearn=disabled "
	           "version=4.0.1\r\n"
	           "Received: from mail.example.com (mail.example.com "
	           "[192.0.2.77])\r\n"
	           "\tby mx.example.org with ESMTP id ABCDEF;\r\n"
	           "\tMon, 20 Nov 2023 10:00:00 +0000\r\n"
	           "From: \"Some One\" <some.one@mail.example.com>\r\n"
	           "Subject: [hello] a test\r\n"
	           "\r\n"
	           "Hello world! foo foo foo\r\n");
}
END_TEST

START_TEST(spam_is_marked_in_its_own_header)
{
	check_mail("report_safe 0\nremove_header all Status\n"
	           "remove_header all Report\nrewrite_header From (!)\n",
	           "From a@example.org Mon Nov 20 10:00:00 2023\n"
	           "From: b@example.org\nSubject: a test\n\nhello world "
	           "foo foo foo\n",
	           "From a@example.org Mon Nov 20 10:00:00 2023\n"
	           "X-Spam-Checker-Version: SpamAssassin 4.0.1 (x) on "
	           "host.example.org\n"
	           "X-Spam-Flag: YES\n"
	           "X-Spam-Level: *****\n"
	           "From: ([!]) b@example.org\n"
	           "Subject: **SPAM(5.2)** [hello] a test\n"
	           "X-Spam-Prev-From: b@example.org\n"
	           "X-Spam-Prev-Subject: a test\n"
	           "\n"
	           "hello world foo foo foo\n");
}
END_TEST

START_TEST(spam_is_put_into_a_new_mail)
{
	struct buf out = BUF_INIT(1 << 20);
	struct fixture f;
	struct sv text;
	size_t boundary;

	open_job(&f, "report_safe_copy_headers Received\n", mail_text);
	template_mail(&f.job, &out);
	text = buf_sv(&out);
	ck_assert(sv_starts(text, SV("Received: from localhost by ")));
	ck_assert(sv_find(text, SV("\r\nReceived: from mail.example.com")) <
	          sv_find(text, SV("\r\nFrom: \"Some One\"")));
	ck_assert(sv_find(text, SV("\r\nSubject: **SPAM(5.2)** [hello] a test"
	                           "\r\nX-Spam-Checker-Version: SpamAssassin "
	                           "4.0.1 (x) on host.example.org"
	                           "\r\nX-Spam-Flag: YES\r\n")) !=
	          SV_NOT_FOUND);
	ck_assert(sv_find(text, SV("\r\nContent-Type: message/rfc822; "
	                           "x-spam-type=original\r\n")) !=
	          SV_NOT_FOUND);
	ck_assert(sv_find(text, sv_str(mail_text)) != SV_NOT_FOUND);
	boundary = sv_find(text, SV("boundary=\""));
	ck_assert(boundary != SV_NOT_FOUND);
	text = sv_sub(text, boundary + 10, boundary + 10 + 37);
	ck_assert(sv_find(sv_str(mail_text), text) == SV_NOT_FOUND);
	ck_assert(sv_find(buf_sv(&out), SV("Open it with care")) ==
	          SV_NOT_FOUND);
	buf_done(&out);
	close_job(&f);
}
END_TEST

/* Of a mail beyond the limits every byte is passed on. */
START_TEST(no_byte_of_a_large_mail_is_lost)
{
	static const char *const rules[] = { "report_safe 0\n",
		                             "report_safe 1\n" };
	static char mail[8000] = "Subject: test\n\nHello world! foo foo foo\n";

	memset(mail + strlen(mail), 'x', sizeof mail - 1 - strlen(mail));
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		struct buf out = BUF_INIT(1 << 20);
		struct fixture f;

		open_limited(&f, "message { bytes_max = 1k; }", rules[i], mail);
		ck_assert(f.job.is_spam);
		template_mail(&f.job, &out);
		ck_assert(sv_find(buf_sv(&out), sv_str(strstr(mail, "\n\n"))) !=
		          SV_NOT_FOUND);
		buf_done(&out);
		close_job(&f);
	}
}
END_TEST

START_TEST(what_is_no_plain_text_is_called_unsafe)
{
	struct buf out = BUF_INIT(1 << 20);
	struct fixture f;

	open_job(&f, "required_score 1\nreport_safe 2\n",
	         "Content-Type: text/html\n\n<p>hello world\n");
	template_mail(&f.job, &out);
	ck_assert(sv_find(buf_sv(&out), SV("Open it with care.\n\n\n--")) !=
	          SV_NOT_FOUND);
	ck_assert(sv_find(buf_sv(&out), SV("Content-Type: text/plain; x-spam-"
	                                   "type=original\n")) != SV_NOT_FOUND);
	ck_assert(sv_find(buf_sv(&out), SV("Disposition: attachment\n")) !=
	          SV_NOT_FOUND);
	buf_done(&out);
	close_job(&f);
}
END_TEST

START_TEST(text_is_wrapped_between_words)
{
	static const struct {
		const char *text;
		struct wrapping w;
		const char *want;
	} cases[] = {
		{ "aaa bbb ccc",
		  { SV_NONE, SV("  "), 8, false, false },
		  "aaa bbb\n  ccc" },
		{ "aaaaaaaaaaaaaaa b",
		  { SV_NONE, SV("  "), 8, false, false },
		  "aaaaaaaaaaaaaaa\n   b" },
		{ "a,b,cccc,d",
		  { SV_NONE, SV("\t"), 5, false, true },
		  "a,b,\n\tcccc,\n\td" },
		{ "word",
		  { SV("first line is long "), SV("> "), 8, false, false },
		  "first line is long\n> word" },
		{ "aaa bbb ccc",
		  { SV_NONE, SV("  "), 4, true, false },
		  "aaa bbb\n   ccc" },
		{ "", { SV_NONE, SV("  "), 8, false, false }, "" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf out = BUF_INIT(1000);

		wrap_text(sv_str(cases[i].text), &cases[i].w, &out);
		ck_sv_eq(buf_sv(&out), cases[i].want);
		buf_done(&out);
	}
}
END_TEST

START_TEST(only_words_that_are_not_ascii_are_encoded)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "plain = text?", "plain = text?" },
		{ "a gr\xc3\xbcn b", "a =?UTF-8?Q?gr=C3=BCn?= b" },
		{ "two words with one \xc3\xa4 letter",
		  "two words with one =?UTF-8?B?w6Q=?= letter" },
		{ "nearly ascii \xc3\xa4 b c d e f g h i j\xc3\xb6 k\nnext",
		  "nearly ascii =?UTF-8?Q?=C3=A4_b_c_d_e_f_g_h_i_j=C3=B6?= k"
		  "\nnext" },
		{ "\xc3\xa4", "=?UTF-8?B?w6Q=?=" },
		{ "\xc3\xa4xy", "=?UTF-8?Q?=C3=A4xy?=" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf out = BUF_INIT(1000);

		encode_header(sv_str(cases[i].text), &out);
		ck_sv_eq(buf_sv(&out), cases[i].want);
		buf_done(&out);
	}
}
END_TEST

UNIT_MAIN("template", tags_stand_for_what_was_found,
          a_score_just_below_is_shown_below, tags_of_the_caller_come_first,
          a_report_lists_rules_with_descriptions,
          headers_are_folded_and_encoded,
          ham_gets_headers_behind_its_return_path,
          spam_is_marked_in_its_own_header, spam_is_put_into_a_new_mail,
          no_byte_of_a_large_mail_is_lost,
          what_is_no_plain_text_is_called_unsafe, text_is_wrapped_between_words,
          only_words_that_are_not_ascii_are_encoded)
