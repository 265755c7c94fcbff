/* SPDX-License-Identifier: Apache-2.0 */
#include "parse.h"

/* The same text as a mail and as a post. */
static void
check_same(const char *type, const char *text, bool is_html)
{
	struct message_post post = { .title = SV("subject") };
	struct message *mail, *m;

	if (is_html)
		post.html = sv_str(text);
	else
		post.text = sv_str(text);
	m = message_from_post(arena(), &post, &test_limits);
	mail = parse(arena_printf(arena(),
	                          "Subject: subject\r\nContent-Type: %s; "
	                          "charset=utf-8\r\n\r\n%s\r\n",
	                          type, text)
	                 .p);
	ck_assert(sv_eq(joined(m, VIEW_BODY), joined(mail, VIEW_BODY)));
	ck_assert(sv_eq(joined(m, VIEW_URI), joined(mail, VIEW_URI)));
}

START_TEST(a_post_looks_to_rules_like_a_mail)
{
	check_same("text/plain", "buy at www.example.org\n\nnow", false);
	check_same("text/html",
	           "<p>buy <a href='http://example.org'>here</a><p>caf\xc3\xa9",
	           true);
}
END_TEST

START_TEST(author_and_title_become_headers)
{
	struct message_post post = {
		.title = SV("nice"),
		.text = SV("body"),
		.author = SV("Ann"),
		.email = SV("ann@example.org"),
		.url = SV("example.org/ann"),
	};
	struct message *m = message_from_post(arena(), &post, &test_limits);

	ck_sv_eq(message_header(m, "From")->value, "Ann <ann@example.org>");
	ck_sv_eq(message_header(m, "Subject")->value, "nice");
	ck_sv_eq(joined(m, VIEW_BODY), "nice\n|body |");
	ck_sv_eq(m->urls[0].url, "http://example.org/ann");
	ck_sv_eq(m->urls[0].anchor, "Ann");
	ck_sv_eq(m->raw, "body");
}
END_TEST

START_TEST(an_empty_post_is_a_message)
{
	struct message_post post = { .text = SV("") };
	struct message *m = message_from_post(arena(), &post, &test_limits);

	ck_assert_uint_eq(m->n_parts, 1);
	ck_sv_eq(joined(m, VIEW_BODY), "\n|");
	ck_assert_ptr_null(message_header(m, "From"));
}
END_TEST

START_TEST(encoded_words_mean_nothing_in_a_title)
{
	struct message_post post = { .title = SV("=?utf-8?q?x?=") };
	struct message *m = message_from_post(arena(), &post, &test_limits);

	ck_sv_eq(message_header(m, "Subject")->value, "=?utf-8?q?x?=");
}
END_TEST

UNIT_MAIN("post", a_post_looks_to_rules_like_a_mail,
          author_and_title_become_headers, an_empty_post_is_a_message,
          encoded_words_mean_nothing_in_a_title)
