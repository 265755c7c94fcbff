/* SPDX-License-Identifier: Apache-2.0 */
/* What the parser says about broken files: each error with its line. */
#include "../unit.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "conf/conf.h"

struct broken {
	const char *text;
	const char *errors; /* "LINE: TEXT\n" for each error, in order */
};

static void
check_broken(const struct broken *b)
{
	struct diags diags = DIAGS_INIT;
	struct buf got = BUF_INIT(1 << 20);
	struct conf *c = conf_parse(sv_str(b->text), "f", &diags);

	ck_assert_ptr_null(c);
	for (size_t i = 0; i < diags.n; i++) {
		ck_assert_str_eq(diags.list[i].file, "f");
		buf_addf(&got, "%d: %s\n", diags.list[i].line,
		         diags.list[i].text);
	}
	ck_assert_msg(strcmp(buf_str(&got), b->errors) == 0,
	              "%s\ngives\n%snot\n%s", b->text, buf_str(&got),
	              b->errors);
	buf_done(&got);
	diags_done(&diags);
}

#define CHECK_ALL(table)                                                       \
	for (size_t i = 0; i < sizeof(table) / sizeof *(table); i++)           \
	check_broken(&(table)[i])

START_TEST(a_name_that_does_not_exist_is_an_error_that_suggests_another)
{
	static const struct broken table[] = {
		{ "node {\n}\nplann { headers = no; }",
		  "3: unknown section 'plann'; did you mean 'plan'?\n" },
		{ "zebra { x = y; z = 1; }", "1: unknown section 'zebra'\n" },
		{ "plan {\n\treject_scor = 5;\n}",
		  "2: unknown option 'reject_scor' in section plan; did you "
		  "mean plan.reject_score?\n" },
		{ "plan {\n\n threshold = 5;\n}",
		  "3: unknown option 'threshold' in section plan; did you "
		  "mean scan.threshold?\n" },
		{ "log { zebra = 5; }",
		  "1: unknown option 'zebra' in section log\n" },
		{ "scan { Threshold = 5; }",
		  "1: unknown option 'Threshold' in section scan; did you "
		  "mean scan.threshold?\n" },
	};

	CHECK_ALL(table);
}
END_TEST

START_TEST(what_is_set_twice_is_an_error_that_names_the_first)
{
	static const struct broken table[] = {
		{ "scan {\n threshold = 5;\n threshold = 6;\n}",
		  "3: scan.threshold is set twice, first on line 2\n" },
		{ "scan {\n threshold = 5;\n}\nscan {\n suspect = 3;\n}",
		  "4: section 'scan' stands here again, first on line 1\n" },
	};

	CHECK_ALL(table);
}
END_TEST

START_TEST(missing_punctuation_is_reported_where_it_belongs)
{
	static const struct broken table[] = {
		{ "log {\n level = debug\n target = stderr;\n}",
		  "2: ';' is missing after the value of level\n" },
		{ "log {\n level = debug\n}",
		  "2: ';' is missing after the value of level\n" },
		{ "log {\n level = debug\n",
		  "2: ';' is missing after the value of level\n"
		  "1: section 'log' has no closing '}'\n" },
		{ "log {\n level = debug = info;\n}",
		  "2: ';' is missing after the value of level\n" },
		{ "log {\n level debug;\n}",
		  "2: '=' is missing after 'level'\n" },
		{ "log {\n level = ;\n}", "2: a value is missing for level\n" },
		{ "log {\n level =\n}", "2: a value is missing for level\n" },
		{ "http {\n listen = unix:/a,;\n}",
		  "2: a value is missing for listen\n" },
		{ "log {\n level = debug;\n", "1: section 'log' has no "
		                              "closing '}'\n" },
		{ "log\nlevel = debug;",
		  "1: 'log' where 'section { ... }' belongs\n"
		  "2: option 'level' is in no section\n" },
		{ "log {\n ; level = debug;\n}",
		  "2: ';' where the name of an option belongs\n" },
		{ "log {\n \"level\" = debug;\n}",
		  "2: 'level' where the name of an option belongs\n" },
	};

	CHECK_ALL(table);
}
END_TEST

START_TEST(trailing_garbage_is_an_error)
{
	static const struct broken table[] = {
		{ "log { }\nrest", "2: 'rest' where 'section { ... }' "
		                   "belongs\n" },
		{ "log { };", "1: ';' where 'section { ... }' belongs\n" },
		{ "log { }\n}", "2: '}' where 'section { ... }' belongs\n" },
		{ "plan {\n subject_tag = [SPAM] here;\n headers = no;\n}",
		  "2: 'here' after the value of subject_tag: text with "
		  "spaces needs quotes\n" },
		{ "level = debug;", "1: option 'level' is in no section\n" },
		{ "include {\n x = y;\n}", "1: unknown section 'include'\n" },
		{ "log {\n plan { headers = no; }\n level = info;\n}",
		  "2: section 'plan' inside section log: sections do not "
		  "nest\n" },
	};

	CHECK_ALL(table);
}
END_TEST

START_TEST(a_string_ends_on_its_line_and_knows_two_escapes)
{
	static const struct broken table[] = {
		{ "plan {\n subject_tag = \"[SPAM];\n headers = no;\n}",
		  "2: a string has no closing quote on its line\n" },
		{ "plan {\n subject_tag = \"a\\\n",
		  "2: a string has no closing quote on its line\n"
		  "1: section 'plan' has no closing '}'\n" },
		{ "plan {\n subject_tag = \"a\\nb\";\n}",
		  "2: only \\\" and \\\\ are escapes in a string\n" },
		{ "plan {\n subject_tag = \"a\tb\";\n}",
		  "2: control character in a value\n" },
		{ "plan {\n subject_tag = \"a\xff\";\n}",
		  "2: a value is not valid UTF-8\n" },
		{ "plan {\n subject_tag = a\x01;\n}",
		  "2: control character in a value\n" },
	};

	CHECK_ALL(table);
}
END_TEST

START_TEST(a_value_out_of_range_is_told_the_range_and_the_unit)
{
	static const struct broken table[] = {
		{ "tamisd {\n scanners = 65;\n}",
		  "2: tamisd.scanners cannot be '65': it is an integer from "
		  "1 to 64 (processes)\n" },
		{ "scan {\n deadline = 20;\n}",
		  "2: scan.deadline cannot be '20': it is a duration from "
		  "100ms to 10min (with ms, s, min, h or d)\n" },
		{ "message { bytes_max = 2G; }",
		  "1: message.bytes_max cannot be '2G': it is a size from 1k "
		  "to 1G (bytes, or with k, M or G)\n" },
		{ "plan { headers = true; }",
		  "1: plan.headers cannot be 'true': it is yes or no\n" },
		{ "scan { overload = reject; }",
		  "1: scan.overload cannot be 'reject': it is one of "
		  "accept, tempfail\n" },
		{ "plan { unknown = rewrite; }",
		  "1: plan.unknown cannot be 'rewrite': it is one of accept, "
		  "tag, reject, tempfail, discard, quarantine, "
		  "hold_for_review\n" },
		{ "plan { reject_code = 450 4.7.1; }",
		  "1: '4.7.1' after the value of reject_code: text with "
		  "spaces needs quotes\n" },
		{ "plan { reject_code = \"450 4.7.1\"; }",
		  "1: plan.reject_code cannot be '450 4.7.1': it is an SMTP "
		  "reply code and enhanced status code such as 550 5.7.1\n" },
		{ "network { msa = 10.0.0.0/33; }",
		  "1: network.msa cannot be '10.0.0.0/33': it is a list, each "
		  "a network of at most 60 bytes (such as 192.0.2.0/24, "
		  "2001:db8::/32, 192.168., !192.0.2.7)\n" },
		{ "http { listen = unix:/a, tcp:80; }",
		  "1: http.listen cannot be 'tcp:80': it is a list, each an "
		  "address of at most 200 bytes (such as unix:/run/x.sock, "
		  "inet:8891@127.0.0.1, inet6:8891@[::1])\n" },
		{ "log { level = info, debug; }",
		  "1: log.level takes one value, not a list\n" },
	};

	CHECK_ALL(table);
}
END_TEST

#define KEY "RWSenJmssZEd3v02p9klQAEVRC1dYHq0Ki2q7JbH8PouZZbB5scRb1QQ"

START_TEST(options_that_contradict_each_other_are_errors)
{
	static const struct broken table[] = {
		{ "scan {\n suspect = 6;\n}",
		  "2: scan.suspect is above scan.threshold\n" },
		{ "scan {\n threshold = 2;\n}",
		  "2: scan.suspect is above scan.threshold\n" },
		{ "http {\n listen = inet:8080@192.0.2.1;\n}",
		  "2: http.listen has inet:8080@192.0.2.1, which others can "
		  "reach: set http.token_file\n" },
		{ "feedd {\n\n listen = inet6:8080@[::];\n}",
		  "3: feedd.listen has inet6:8080@[::], which others can "
		  "reach: set feedd.token_file\n" },
		{ "report {\n spool_bytes_max = 1M;\n}",
		  "2: report.segment_bytes is more than half of "
		  "report.spool_bytes_max\n" },
		{ "report {\n profile = evidence;\n}",
		  "2: report.profile: this version sends no evidence; use "
		  "statistical or pseudonymous\n" },
		{ "report {\n http_url = \"http://feed.example.org\";\n}",
		  "2: report.http_url must be https, or http to this "
		  "machine\n" },
		{ "report {\n http_url = \"http://localhost.example.org\";\n}",
		  "2: report.http_url must be https, or http to this "
		  "machine\n" },
		{ "rule { paths = /c; }\nchannel { dir = /c;\n"
		  " sources = \"a https://example.org/a\"; }",
		  "3: channel.keys has no key of the channel a\n" },
		{ "rule { paths = /r; }\nchannel {\n dir = /c; sources = "
		  "\"a file:///a\", \"a file:///b\"; keys = \"a " KEY "\"; }",
		  "3: channel.sources has two of the name a\n"
		  "3: rule.paths does not name channel.dir, /c: the rules of "
		  "the channels would not be used\n" },
	};

	CHECK_ALL(table);
}
END_TEST

START_TEST(all_errors_of_a_file_are_reported_in_one_run)
{
	static const struct broken table[] = {
		{ "plan {\n"
		  "\tspam = tag\n"
		  "\tunknown = foo;\n"
		  "}\n"
		  "sacn { a = b; }\n"
		  "scan { deadline = 1; deadline = 5s; }\n",
		  "2: unknown option 'spam' in section plan\n"
		  "2: ';' is missing after the value of spam\n"
		  "3: plan.unknown cannot be 'foo': it is one of accept, "
		  "tag, reject, tempfail, discard, quarantine, "
		  "hold_for_review\n"
		  "5: unknown section 'sacn'; did you mean 'scan'?\n"
		  "6: scan.deadline cannot be '1': it is a duration from "
		  "100ms to 10min (with ms, s, min, h or d)\n"
		  "6: scan.deadline is set twice, first on line 6\n" },
	};

	CHECK_ALL(table);
}
END_TEST

START_TEST(comments_quotes_and_white_space_may_stand_anywhere)
{
	static const char text[] =
	    "# first\r\n"
	    "plan{subject_tag=\"a \\\"b\\\" \\\\ # ; }\";headers=no;}# last\n"
	    "http\n{\nlisten\n= # here\n unix:/a\n,\n\"unix:/b c\"\n;\n}";
	struct diags diags = DIAGS_INIT;
	struct conf *c = conf_parse(SV(text), "f", &diags);

	ck_assert_ptr_nonnull(c);
	ck_assert_str_eq(c->plan.subject_tag, "a \"b\" \\ # ; }");
	ck_assert(!c->plan.headers);
	ck_assert_uint_eq(c->http.listen.n, 2);
	ck_assert_str_eq(c->http.listen.list[0], "unix:/a");
	ck_assert_str_eq(c->http.listen.list[1], "unix:/b c");
	conf_unref(c);
	diags_done(&diags);
}
END_TEST

START_TEST(a_file_larger_than_a_mebibyte_is_refused)
{
	struct diags diags = DIAGS_INIT;
	struct buf text = BUF_INIT(2 << 20);

	while (text.n <= 1 << 20)
		buf_add_str(&text, "# a long comment, again and again\n");
	ck_assert_ptr_null(conf_parse(buf_sv(&text), "f", &diags));
	ck_assert_uint_eq(diags.n, 1);
	ck_assert_int_eq(diags.list[0].line, 0);
	ck_assert_str_eq(diags.list[0].text, "larger than 1048576 bytes");
	text.n = 1 << 20;
	text.p[text.n - 1] = '\n';
	diags_done(&diags);
	buf_done(&text);
}
END_TEST

START_TEST(a_file_of_nothing_but_errors_is_given_up_early)
{
	struct diags diags = DIAGS_INIT;
	struct buf text = BUF_INIT(1 << 20);

	buf_add_str(&text, "plan {");
	while (buf_add_str(&text, "x=1;"))
		;
	text.n -= text.n % 2;
	ck_assert_ptr_null(conf_parse(buf_sv(&text), "f", &diags));
	ck_assert_uint_eq(diags.n, DIAGS_MAX);
	ck_assert_uint_lt(diags.errors, DIAGS_MAX + 5);
	diags_done(&diags);
	buf_done(&text);
}
END_TEST

START_TEST(a_list_has_at_most_a_hundred_values)
{
	struct diags diags = DIAGS_INIT;
	struct buf text = BUF_INIT(1 << 20);

	buf_add_str(&text, "milter {\nlisten = unix:/0");
	for (int i = 1; i <= 100; i++)
		buf_addf(&text, ", unix:/%d", i);
	buf_add_str(&text, "; }");
	ck_assert_ptr_null(conf_parse(buf_sv(&text), "f", &diags));
	ck_assert_str_eq(diags.list[0].text,
	                 "milter.listen has more than 100 values");
	diags_done(&diags);
	buf_done(&text);
}
END_TEST

UNIT_MAIN("conf/parse",
          a_name_that_does_not_exist_is_an_error_that_suggests_another,
          what_is_set_twice_is_an_error_that_names_the_first,
          missing_punctuation_is_reported_where_it_belongs,
          trailing_garbage_is_an_error,
          a_string_ends_on_its_line_and_knows_two_escapes,
          a_value_out_of_range_is_told_the_range_and_the_unit,
          options_that_contradict_each_other_are_errors,
          all_errors_of_a_file_are_reported_in_one_run,
          comments_quotes_and_white_space_may_stand_anywhere,
          a_file_larger_than_a_mebibyte_is_refused,
          a_file_of_nothing_but_errors_is_given_up_early,
          a_list_has_at_most_a_hundred_values)
