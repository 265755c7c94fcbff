/* SPDX-License-Identifier: Apache-2.0 */
#include "parse.h"

START_TEST(uuencoded_files_in_a_text_are_attachments)
{
	struct message *m = parse("X: y\n\nbefore\n"
	                          "begin 644 a \xe9.txt\n"
	                          "&:&5L;&\\*\n"
	                          "`\n"
	                          "end\n"
	                          "after\n");

	ck_assert_uint_eq(m->n_parts, 2);
	ck_assert(m->parts[1].is_inline && m->parts[1].is_leaf);
	ck_assert(!m->parts[1].is_text);
	ck_sv_eq(m->parts[1].filename, "a \xc3\xa9.txt");
	ck_sv_eq(m->parts[1].data, "hello\n");
	ck_sv_eq(m->parts[0].text, "before\nafter\n");
	ck_sv_eq(joined(m, VIEW_BODY), "\n|before after |");
	/* rules for the raw text see it as it was sent */
	ck_assert(sv_find(joined(m, VIEW_RAWBODY), SV("begin 644")) !=
	          SV_NOT_FOUND);
}
END_TEST

START_TEST(yenc_files_in_a_text_are_attachments)
{
	struct message *m = parse("X: y\n\n"
	                          "=ybegin line=128 size=4 name=x.bin\n"
	                          "\x92\x93=n\x2a\n"
	                          "=yend size=4\n"
	                          "after\n");

	ck_assert_uint_eq(m->n_parts, 2);
	ck_sv_eq(m->parts[1].filename, "x.bin");
	ck_assert(sv_eq(m->parts[1].data, SV("hi\x04\x00")));
	ck_sv_eq(m->parts[0].text, "after\n");
}
END_TEST

START_TEST(what_only_looks_like_one_stays_text)
{
	static const char *const bodies[] = {
		"begin 644 name\nplain words follow it\nend\n",
		"begin at the end\n",
		"begin 644 name\nend\n",
		"begin 644 name\n&:&5L;&\\*\n", /* no end */
		"begin 999 name\n&:&5L;&\\*\nend\n",
		"=ybegin line=128 size=4 name=x.bin\nabc\n",
		"=ybegin name=x.bin\nabc\n=yend\n",
	};

	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
		struct sv mail = arena_printf(arena(), "X: y\n\n%s", bodies[i]);
		struct message *m = message_parse(arena(), mail, &test_limits);

		ck_assert_uint_eq(m->n_parts, 1);
		ck_sv_eq(m->parts[0].text, bodies[i]);
	}
}
END_TEST

START_TEST(a_part_can_be_uuencoded_as_a_whole)
{
	struct message *m = parse("Content-Type: application/octet-stream\n"
	                          "Content-Transfer-Encoding: x-uuencode\n\n"
	                          "begin 644 a.txt\n&:&5L;&\\*\n`\nend\n");

	ck_assert_uint_eq(m->n_parts, 1);
	ck_sv_eq(m->parts[0].data, "hello\n");
}
END_TEST

START_TEST(inline_files_keep_within_the_limits)
{
	struct conf_message limits = test_limits;
	struct message *m;

	limits.parts_max = 1;
	m = message_parse(
	    arena(), SV("X: y\n\nbegin 644 a\n&:&5L;&\\*\n`\nend\n"), &limits);
	ck_assert_uint_eq(m->n_parts, 1);
	ck_assert_uint_eq(m->n_limits_hit, 1);
	ck_assert_str_eq(m->limits_hit[0], "message.parts_max");
}
END_TEST

UNIT_MAIN("inline", uuencoded_files_in_a_text_are_attachments,
          yenc_files_in_a_text_are_attachments,
          what_only_looks_like_one_stays_text,
          a_part_can_be_uuencoded_as_a_whole,
          inline_files_keep_within_the_limits)
