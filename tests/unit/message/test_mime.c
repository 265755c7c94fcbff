/* SPDX-License-Identifier: Apache-2.0 */
#include "parse.h"

/* "type@depth<parent" of each part, and "!" for those that hold others. */
static struct sv
shape(const struct message *m)
{
	struct buf all = BUF_INIT(4096);
	struct sv result;

	for (size_t i = 0; i < m->n_parts; i++)
		buf_addf(&all, "%s" SV_FMT "%s@%u", i ? " " : "",
		         SV_ARG(m->parts[i].type),
		         m->parts[i].is_leaf ? "" : "!", m->parts[i].depth);
	result = arena_dup(arena(), buf_sv(&all));
	buf_done(&all);
	return result;
}

/* The elements of the body, without white space at their ends. */
static struct sv
body_words(const struct message *m)
{
	struct buf all = BUF_INIT(1 << 16);
	struct sv result;

	for (size_t i = 0; i < m->views[VIEW_BODY].n; i++)
		buf_addf(&all, SV_FMT "|",
		         SV_ARG(sv_trim(m->views[VIEW_BODY].elements[i])));
	result = arena_dup(arena(), buf_sv(&all));
	buf_done(&all);
	return result;
}

START_TEST(a_mail_without_mime_is_one_text)
{
	struct message *m = parse("From: a@example.org\r\n"
	                          "Subject: hello\r\n there\r\n\r\n"
	                          "one\r\ntwo\r\n");

	ck_sv_eq(shape(m), "text/plain@0");
	ck_assert_uint_eq(m->parts[0].n_headers, 2);
	ck_sv_eq(m->parts[0].headers[1].name, "Subject");
	ck_sv_eq(m->parts[0].headers[1].raw, " hello\r\n there");
	ck_sv_eq(message_header(m, "SUBJECT")->value, "hello there");
	ck_assert_ptr_null(message_header(m, "To"));
	ck_sv_eq(m->parts[0].raw, "one\r\ntwo\r\n");
	ck_sv_eq(m->parts[0].data, "one\ntwo\n");
	ck_sv_eq(m->head,
	         "From: a@example.org\r\nSubject: hello\r\n there\r\n\r\n");
	ck_assert_uint_eq(m->n_limits_hit, 0);
}
END_TEST

struct mail_case {
	const char *mail, *shape, *body;
};

static void
check_cases(const struct mail_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct message *m = parse(cases[i].mail);

		ck_sv_eq(shape(m), cases[i].shape);
		ck_sv_eq(body_words(m), cases[i].body);
	}
}

START_TEST(parts_are_found_as_mail_programs_find_them)
{
	static const struct mail_case cases[] = {
		/* the regular case, with preamble and epilogue */
		{ "Content-Type: multipart/mixed; boundary=b\n\npre\n"
		  "--b\n\none\n--b\nContent-Type: TEXT/Html\n\ntwo\n--b--\n"
		  "after\n",
		  "multipart/mixed!@0 text/plain@1 text/html@1", "|one two|" },
		/* no final boundary */
		{ "Content-Type: multipart/mixed; boundary=b\n\n"
		  "--b\n\none\n--b\n\ntwo\n",
		  "multipart/mixed!@0 text/plain@1 text/plain@1", "|one two|" },
		/* the inner one is never closed */
		{ "Content-Type: multipart/mixed; boundary=b\n\n"
		  "--b\nContent-Type: multipart/alternative; boundary=c\n\n"
		  "--c\n\none\n--b\n\ntwo\n--b--\n",
		  "multipart/mixed!@0 multipart/alternative!@1 "
		  "text/plain@2 text/plain@1",
		  "|one two|" },
		/* both have the same boundary */
		{ "Content-Type: multipart/mixed; boundary=b\n\n"
		  "--b\nContent-Type: multipart/alternative; boundary=b\n\n"
		  "--b\n\none\n--b--\n--b\n\ntwo\n--b--\n",
		  "multipart/mixed!@0 multipart/alternative!@1 "
		  "text/plain@2 text/plain@1",
		  "|one two|" },
		/* a boundary that is the start of another one */
		{ "Content-Type: multipart/mixed; boundary=b\n\n"
		  "--bb\n--b\n\n--bx\n--b--\n",
		  "multipart/mixed!@0 text/plain@1", "|--bx|" },
		/* white space behind it */
		{ "Content-Type: multipart/mixed; boundary=\"b c\"\n\n"
		  "--b c \t\n\none\n--b c-- \n",
		  "multipart/mixed!@0 text/plain@1", "|one|" },
		/* the boundary ends in dashes itself */
		{ "Content-Type: multipart/mixed; boundary=b--\n\n"
		  "--b--\n\none\n--b----\n",
		  "multipart/mixed!@0 text/plain@1", "|one|" },
		/* announced, but not there, or not even announced */
		{ "Content-Type: multipart/mixed; boundary=b\n\ntext\n",
		  "text/plain@0", "|text|" },
		{ "Content-Type: multipart/mixed\n\ntext\n", "text/plain@0",
		  "|text|" },
		/* a boundary, but no type */
		{ "Content-Type: ; boundary=b\n\n--b\n\none\n--b--\n",
		  "multipart/mixed!@0 text/plain@1", "|one|" },
		/* of several types, the last */
		{ "Content-Type: text/html\nContent-Type: text/plain\n\n<b>\n",
		  "text/plain@0", "|<b>|" },
		/* headers without a body */
		{ "Content-Type: multipart/mixed; boundary=b\n\n"
		  "--b\nContent-Type: text/html\n--b\n\ntwo\n--b--",
		  "multipart/mixed!@0 text/html@1 text/plain@1", "|two|" },
		/* a body without the empty line before it */
		{ "Content-Type: multipart/mixed; boundary=b\n\n"
		  "--b\nthis is text\n--b--",
		  "multipart/mixed!@0 text/plain@1", "|this is text|" },
		/* a message in a message, open and encoded */
		{ "Content-Type: message/rfc822\n\nSubject: in\n\nbody\n",
		  "message/rfc822!@0 text/plain@1", "|body|" },
		{ "Content-Type: message/rfc822\n"
		  "Content-Transfer-Encoding: base64\n\n"
		  "U3ViamVjdDogaW4KCmJvZHkK\n",
		  "message/rfc822!@0 text/plain@1", "|body|" },
		{ "Content-Type: multipart/digest; boundary=b\n\n"
		  "--b\n\nSubject: in\n\nbody\n--b--\n",
		  "multipart/digest!@0 message/rfc822!@1 text/plain@2",
		  "|body|" },
	};

	check_cases(cases, sizeof cases / sizeof *cases);
}
END_TEST

START_TEST(what_is_no_proper_mail_is_read_all_the_same)
{
	static const struct mail_case cases[] = {
		/* what mailboxes put before */
		{ "From a@example.org Mon Jan  1\nX: y\n\nbody\n",
		  "text/plain@0", "|body|" },
		/* lines between headers that are none, and too many of them */
		{ " \n\tx\nX: y\nbad\n bad\nSubject: s\n\nbody\n",
		  "text/plain@0", "s|body|" },
		{ "X: y\na\nb\nc\nd\nSubject: s\n\nbody\n", "text/plain@0",
		  "|a b c d Subject: s|body|" },
		{ "X: y\nno empty line\n\nbody\n", "text/plain@0",
		  "|no empty line|body|" },
		{ "X: y\n--b\n\nbody\n", "text/plain@0", "|--b|body|" },
		/* other text types, and what is no text */
		{ "Content-Type: text/x-patch\n\n+a\n", "text/x-patch@0",
		  "|+a|" },
		{ "Content-Type: message/delivery-status\n\na\n",
		  "message/delivery-status@0", "|" },
		/* only CR, and nothing at all */
		{ "X: y\r\rone\rtwo\r", "text/plain@0", "|one two|" },
		{ "", "text/plain@0", "|" },
		{ "no header at all\n", "text/plain@0", "|no header at all|" },
		{ "Content-Type: nonsense\n\nbody\n", "text/plain@0",
		  "|body|" },
		/* attachments that are text are shown, others not */
		{ "Content-Type: text/plain\n"
		  "Content-Disposition: attachment\n\nbody\n",
		  "text/plain@0", "|body|" },
		{ "Content-Type: image/png\n\nbody\n", "image/png@0", "|" },
		{ "Content-Type: application/octet-stream; name=a.html\n\n"
		  "<b>body\n",
		  "application/octet-stream@0", "|body|" },
	};

	check_cases(cases, sizeof cases / sizeof *cases);
}
END_TEST

START_TEST(a_part_tells_what_its_headers_say)
{
	struct message *m =
	    parse("Content-Type: text/HTML; charset=\"UTF-8\"; name=a.txt\n"
	          "Content-Transfer-Encoding:  Quoted-Printable \n"
	          "Content-Disposition: Attachment;\n"
	          " filename*=utf-8''caf%C3%A9.html\n\n<p>=\nx</p>");
	struct message_part *part = &m->parts[0];

	ck_sv_eq(part->type, "text/html");
	ck_sv_eq(part->charset, "utf-8");
	ck_sv_eq(part->encoding, "quoted-printable");
	ck_sv_eq(part->disposition, "attachment");
	ck_sv_eq(part->filename, "caf\xc3\xa9.html");
	ck_sv_eq(part->raw, "<p>=\nx</p>");
	ck_sv_eq(part->data, "<p>x</p>");
	ck_sv_eq(part->rendered, "\n\nx\n\n");
}
END_TEST

START_TEST(the_line_end_before_a_boundary_is_not_of_the_part)
{
	struct message *m =
	    parse("Content-Type: multipart/mixed; boundary=b\r\n\r\n"
	          "--b\r\n\r\none\r\n\r\n--b\r\n\r\n--b--\r\n");

	ck_sv_eq(m->parts[1].raw, "one\r\n");
	ck_sv_eq(m->parts[2].raw, "");
}
END_TEST

START_TEST(nul_bytes_are_bytes)
{
	static const char mail[] = "Sub\0ject: x\nA: b\0c\n\nd\0e\n";
	struct sv raw = sv_make(mail, sizeof mail - 1);

	/* Put at each place, one after the other. */
	for (size_t i = 0; i < raw.n; i++) {
		struct sv copy = arena_dup(arena(), raw);

		((char *)(uintptr_t)copy.p)[i] = '\0';
		ck_assert_uint_eq(
		    message_parse(arena(), copy, &test_limits)->n_parts, 1);
	}
	raw = SV("A: b\0c\n\nd\0e\n");
	ck_assert(
	    sv_eq(message_header(message_parse(arena(), raw, &test_limits), "a")
	              ->value,
	          SV("b\0c")));
}
END_TEST

START_TEST(a_part_knows_the_bytes_a_signature_covers)
{
	struct message *m = parse("From x\nX: y\n"
	                          "Content-Type: multipart/signed; boundary=b\n"
	                          "\n--b\nContent-Type: text/plain\n\none\n\n"
	                          "--b\nContent-Type: application/x-sig\n\ns\n"
	                          "--b--\nend\n");

	ck_assert_uint_eq(m->n_parts, 3);
	ck_sv_eq(m->parts[1].entity, "Content-Type: text/plain\n\none\n");
	ck_sv_eq(m->parts[2].entity, "Content-Type: application/x-sig\n\ns");
	ck_assert(sv_eq(m->parts[0].entity, m->mail));
	ck_assert(sv_starts(m->mail, SV("X: y\n")));
	ck_assert(sv_starts(m->head, SV("X: y\n")));
	ck_sv_eq(sv_sub(m->raw, 0, 6), "From x");
}
END_TEST

START_TEST(encodings_are_read_as_programs_write_them)
{
	static const char *const names[] = {
		"base64",
		"BASE64",
		"\"base64\"",
		"base64;",
		"base64 (x)",
		" base64 \r\n\t",
		"7bit\nContent-Transfer-Encoding: base64",
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct sv mail = arena_printf(
		    arena(), "Content-Transfer-Encoding: %s\n\naGk=\n",
		    names[i]);
		struct message *m = message_parse(arena(), mail, &test_limits);

		ck_sv_eq(m->parts[0].data, "hi");
	}
}
END_TEST

UNIT_MAIN("mime", a_mail_without_mime_is_one_text,
          parts_are_found_as_mail_programs_find_them,
          what_is_no_proper_mail_is_read_all_the_same,
          a_part_tells_what_its_headers_say,
          the_line_end_before_a_boundary_is_not_of_the_part,
          nul_bytes_are_bytes, a_part_knows_the_bytes_a_signature_covers,
          encodings_are_read_as_programs_write_them)
