/* SPDX-License-Identifier: Apache-2.0 */
#include "parse.h"

START_TEST(the_body_is_the_subject_and_paragraphs)
{
	static const struct {
		const char *mail, *body;
	} cases[] = {
		{ "Subject: s\n\none\ntwo\n\nthree\n",
		  "s\n|one two\n|three |" },
		{ "Subject: s\n\n", "s\n|" },
		{ "X: y\n\none\n", "\n|one |" },
		{ "X: y\n\na \t b\n", "\n|a b |" },
		{ "X: y\n\na\n \t\nb\n", "\n|a\n|b |" },
		{ "X: y\n\na \n\n b\n", "\n|a \n| b |" },
		{ "X: y\r\n\r\na\r\n\r\nb\r\n", "\n|a\n|b |" },
		/* white space of other scripts */
		{ "X: y\n\na\xc2\xa0\xe3\x80\x80"
		  "b\n",
		  "\n|a b |" },
		/* bytes that begin like it */
		{ "X: y\n\n\xc2\xa9\xe3\x81\x82\xe2\x82\xac\n",
		  "\n|\xc2\xa9\xe3\x81\x82\xe2\x82\xac |" },
		/* blank lines at the start and at the end */
		{ "X: y\n\n\n\na\n\n", "\n|\n|a\n|" },
		/* no line end at all */
		{ "X: y\n\na", "\n|a|" },
		/* of several subjects, the last */
		{ "Subject: a\nSubject: b\n\n", "b\n|" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_sv_eq(joined(parse(cases[i].mail), VIEW_BODY),
		         cases[i].body);
}
END_TEST

START_TEST(the_example_of_the_header_file_is_true)
{
	struct message *m = parse("Subject: =?utf-8?q?caf=C3=A9?=\r\n\r\n"
	                          "see www.example.org");

	ck_sv_eq(joined(m, VIEW_BODY), "caf\xc3\xa9\n|see www.example.org|");
	ck_sv_eq(joined(m, VIEW_URI), "http://www.example.org|");
	ck_sv_eq(m->urls[0].domain, "example.org");
}
END_TEST

/* A mail whose body is `n` times `text`. */
static struct message *
parse_repeated(const char *text, int n)
{
	struct buf mail = BUF_INIT(64 << 20);
	struct sv raw;

	buf_add_str(&mail, "X: y\n\n");
	while (n-- > 0)
		buf_add_str(&mail, text);
	raw = arena_dup(arena(), buf_sv(&mail));
	buf_done(&mail);
	return message_parse(arena(), raw, &test_limits);
}

START_TEST(long_paragraphs_are_cut_at_a_space)
{
	struct view body = parse_repeated("abcdefg ", 600)->views[VIEW_BODY];

	ck_assert_uint_eq(body.n, 4);
	ck_assert_uint_eq(body.elements[1].n, 2048);
	ck_assert(body.elements[1].p[2047] == ' ');
	body = parse_repeated("abcdefg", 600)->views[VIEW_BODY];
	ck_assert_uint_eq(body.elements[1].n, 2048);
	ck_assert_uint_eq(body.elements[3].n, 4200 - 2 * 2048);
}
END_TEST

START_TEST(raw_bodies_are_cut_at_line_ends)
{
	struct view raw =
	    parse_repeated("0123456789abcde\n", 200)->views[VIEW_RAWBODY];

	ck_assert_uint_eq(raw.n, 1);
	raw = parse_repeated("0123456789abcde\n", 400)->views[VIEW_RAWBODY];
	ck_assert_uint_eq(raw.n, 3);
	ck_assert_uint_eq(raw.elements[0].n, 2064);
	ck_assert(raw.elements[0].p[2063] == '\n');
	raw = parse_repeated("<b>", 2000)->views[VIEW_RAWBODY];
	ck_assert(raw.elements[0].p[raw.elements[0].n - 1] == '>');
	raw = parse_repeated("x", 6000)->views[VIEW_RAWBODY];
	ck_assert_uint_eq(raw.elements[0].n, 2049);
}
END_TEST

START_TEST(raw_bodies_are_decoded_but_not_rendered)
{
	ck_sv_eq(joined(parse("Content-Type: text/html\n"
	                      "Content-Transfer-Encoding: base64\n\n"
	                      "PGI+aGk8L2I+\n"),
	                VIEW_RAWBODY),
	         "<b>hi</b>|");
	ck_sv_eq(joined(parse("Content-Type: image/png\n\nx\n"), VIEW_RAWBODY),
	         "");
	ck_sv_eq(
	    joined(parse("Content-Type: text/calendar\n\nx\n"), VIEW_RAWBODY),
	    "");
}
END_TEST

START_TEST(urls_are_shown_as_found_and_cleaned)
{
	ck_sv_eq(
	    joined(parse("X: y\n\nhttp://EXAMPLE.org/a\nwww.example.org\n"),
	           VIEW_URI),
	    "http://EXAMPLE.org/a|http://www.example.org|");
	ck_sv_eq(
	    joined(parse("X: y\n\nhttp://EXAMPLE.org/a\nwww.example.org\n"),
	           VIEW_URL),
	    "http://EXAMPLE.org/a|http://www.example.org|"
	    "http://example.org/a|");
}
END_TEST

START_TEST(full_is_the_mail_as_it_came)
{
	ck_sv_eq(joined(parse("X: y\r\n\r\nbody\r\n"), VIEW_FULL),
	         "X: y\r\n\r\nbody\r\n|");
}
END_TEST

START_TEST(parts_are_cut_near_their_limits)
{
	static const struct {
		const char *text;
		size_t body, rawbody;
	} cases[] = {
		/* at the end of the line that the limit is in */
		{ "012345678\n", 110, 210 },
		{ "0123 5678 ", 105, 205 },
		/* where no line ends near it */
		{ "0123456789", 100, 200 },
	};
	struct conf_message limits = test_limits;

	limits.body_part_bytes_max = 100;
	limits.rawbody_part_bytes_max = 200;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf mail = BUF_INIT(1 << 20);
		struct message *m;

		buf_add_str(&mail, "X: y\n\n");
		for (int n = 0; n < 1000; n++)
			buf_add_str(&mail, cases[i].text);
		m = message_parse(arena(), buf_sv(&mail), &limits);
		ck_assert_uint_eq(m->views[VIEW_BODY].elements[1].n,
		                  cases[i].body);
		ck_assert_uint_eq(m->views[VIEW_RAWBODY].elements[0].n,
		                  cases[i].rawbody);
		ck_assert_uint_eq(m->n_limits_hit, 0);
		buf_done(&mail);
	}
}
END_TEST

/* `before`, then `n` empty lines, then `after`. */
static struct sv
with_blank_lines(const char *before, int n, const char *after)
{
	struct buf mail = BUF_INIT(1 << 16);
	struct sv raw;

	buf_add_str(&mail, before);
	while (n-- > 0)
		buf_add_char(&mail, '\n');
	buf_add_str(&mail, after);
	raw = arena_dup(arena(), buf_sv(&mail));
	buf_done(&mail);
	return raw;
}

START_TEST(runs_of_blank_lines_are_shortened)
{
	static const struct {
		const char *before;
		int blank, kept;
	} cases[] = {
		{ "X: y\n\na\n", 20, 20 },
		{ "X: y\n\na\n", 21, 20 },
		{ "X: y\n\na\n", 500, 20 },
		/* the first line of a message is counted apart */
		{ "X: y\n\n", 21, 21 },
		{ "X: y\n\n", 22, 21 },
		/* in a part, the line behind the header counts */
		{ "Content-Type: multipart/x; boundary=b\n\n--b\n\n", 19, 19 },
		{ "Content-Type: multipart/x; boundary=b\n\n--b\n\n", 20, 19 },
		{ "Content-Type: multipart/x; boundary=b\n\n--b\n\n", 99, 19 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sv mail =
		    with_blank_lines(cases[i].before, cases[i].blank, "b\n");
		struct message *m = message_parse(arena(), mail, &test_limits);
		struct sv data = m->parts[m->n_parts - 1].data;
		int lines = 0;

		for (size_t k = 0; k + 1 < data.n; k++)
			lines += data.p[k] == '\n';
		ck_assert_int_eq(lines - (data.p[0] == 'a'), cases[i].kept);
	}
}
END_TEST

UNIT_MAIN("view", the_body_is_the_subject_and_paragraphs,
          the_example_of_the_header_file_is_true,
          long_paragraphs_are_cut_at_a_space, raw_bodies_are_cut_at_line_ends,
          raw_bodies_are_decoded_but_not_rendered,
          urls_are_shown_as_found_and_cleaned, full_is_the_mail_as_it_came,
          parts_are_cut_near_their_limits, runs_of_blank_lines_are_shortened)
