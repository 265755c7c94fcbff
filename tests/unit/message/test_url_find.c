/* SPDX-License-Identifier: Apache-2.0 */
/* URLs in text. */
#include "urls.h"

struct text_case {
	const char *text, *urls;
};

static void
check_all(const struct text_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++)
		ck_sv_eq(urls(post_text(cases[i].text)), cases[i].urls);
}

#define CHECK_ALL(cases) check_all(cases, sizeof(cases) / sizeof *(cases))

START_TEST(a_url_ends_where_a_client_ends_it)
{
	static const struct text_case cases[] = {
		{ "see http://example.org/a.", "http://example.org/a " },
		{ "(http://example.org/a)", "http://example.org/a " },
		{ "http://example.org/a_(b)", "http://example.org/a_(b) " },
		{ "(see http://example.org/a_(b))",
		  "http://example.org/a_(b) " },
		{ "<http://example.org/a>,", "http://example.org/a " },
		{ "\"http://example.org/a\"", "http://example.org/a " },
		{ "[http://example.org/a]{http://example.org/b}",
		  "http://example.org/a http://example.org/b " },
		{ "http://example.org/a?b=c==", "http://example.org/a?b=c== " },
		{ "http://example.org/a?!...", "http://example.org/a " },
		{ "http://example.org/a\xc2\xa0"
		  "b",
		  "http://example.org/a " },
		{ "\xe2\x80\x9chttp://example.org/a\xe2\x80\x9d",
		  "http://example.org/a " },
		{ "\xe3\x80\x8chttp://example.org/a\xe3\x80\x8d\xe3\x80\x82",
		  "http://example.org/a " },
		{ "\x14www.example.org\x15", "http://www.example.org " },
	};

	CHECK_ALL(cases);
}
END_TEST

START_TEST(names_are_found_without_a_scheme)
{
	static const struct text_case cases[] = {
		{ "www.example.org!!", "http://www.example.org " },
		{ "www2.example.org/x", "http://www2.example.org/x " },
		{ "ftp.example.org", "ftp://ftp.example.org " },
		{ "go to example.com/x now", "http://example.com/x " },
		{ "example.com.", "http://example.com " },
		{ "visit example.com, now", "http://example.com " },
		{ "Visit:example.com or url=example.net",
		  "http://example.com http://example.net " },
		{ "Example.COM:8080/x", "http://example.com:8080/x " },
		{ "example.co.za", "http://example.co.za " },
		{ "git://example.org/x.git", "http://example.org/x.git " },
		{ "p\xc5\x99\xc3\xadklad.example.org",
		  "http://xn--pklad-zsa96e.example.org " },
		{ "\xd0\xbf\xd1\x80\xd0\xb8\xd0\xbc\xd0\xb5\xd1\x80.\xd1\x80"
		  "\xd1\x84",
		  "http://xn--e1afmkfd.xn--p1ai " },
		{ "e.g. 3.14 file.txt up...here a.b @x a@b ... http://", "" },
		{ "wwwexample nowww. xhttp:/x setup.py, %example.com", "" },
		{ "mod_example.com a..com -a.com http://a..com/ www.$x", "" },
		{ "pa\xc3\xads.Se \xc2\xa9"
		  "example.COM",
		  "" },
	};

	CHECK_ALL(cases);
}
END_TEST

START_TEST(names_are_found_within_other_scripts)
{
	static const struct text_case cases[] = {
		{ "\xe8\xae\xbf\xe9\x97\xaewww.example.com\xe4\xba\x86",
		  "http://www.example.com " },
		{ "\xe8\xae\xbf\xe9\x97\xae"
		  "example.com\xe4\xba\x86",
		  "http://example.com " },
		{ "http://example.com\xe4\xba\x86\xe8\xa7\xa3",
		  "http://example.com " },
		{ "\xf0\x9f\x94\xa5"
		  "example.com\xf0\x9f\x94\xa5",
		  "http://example.com " },
		{ "ann@example.org\xd8\x8c \xd8\xb9",
		  "mailto:ann@example.org " },
	};

	CHECK_ALL(cases);
}
END_TEST

START_TEST(addresses_are_found)
{
	static const struct text_case cases[] = {
		{ "me@example.org, you", "mailto:me@example.org " },
		{ "<Me.Too@Example.ORG>", "mailto:Me.Too@example.org " },
		{ "mailto:me@example.org", "mailto:me@example.org " },
		{ "mailto:me@example.org?subject=x", "mailto:me@example.org " },
		{ "To:me@example.org", "mailto:me@example.org " },
		{ "name@gmail.com.", "mailto:name@gmail.com " },
		{ "git@example.org:x/y a@example.org/b a@b@example.org "
		  "mailto: mailto:a@b a@b.nosuchtld",
		  "" },
	};

	CHECK_ALL(cases);
}
END_TEST

START_TEST(defanged_urls_are_what_they_were)
{
	static const struct text_case cases[] = {
		{ "hxxp://example.org/a", "http://example.org/a " },
		{ "hXXps://example.org", "https://example.org " },
		{ "h**p://example.org", "http://example.org " },
		{ "hxxps[:]//www[.]example[.]org/a.b",
		  "https://www.example.org/a.b " },
		{ "example[.]com, example(dot)net",
		  "http://example.com http://example.net " },
		{ "example (dot) com / x", "http://example.com " },
		{ "www . example . com now", "http://www.example.com " },
		{ "go to example . com", "http://example.com " },
		{ "ann[at]example[dot]org", "mailto:ann@example.org " },
		{ "exam\xe2\x80\x8bple.com", "http://example.com " },
		{ "www\xe3\x80\x82"
		  "example\xef\xbc\x8e"
		  "com",
		  "http://www.example.com " },
		{ "\xef\xbd\x97\xef\xbd\x97\xef\xbd\x97\xef\xbc\x8e"
		  "example.com",
		  "http://www.example.com " },
	};

	CHECK_ALL(cases);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_assert(post_text(cases[i].text)->urls[0].is_obfuscated);
	ck_sv_eq(post_text(cases[3].text)->urls[0].raw,
	         "hxxps[:]//www[.]example[.]org/a.b");
}
END_TEST

START_TEST(ordinary_text_is_not_taken_for_a_defanged_url)
{
	static const struct text_case cases[] = {
		{ "The end . It was late . So we went.", "" },
		{ "call foo(.) or a[at] and x[.]", "" },
		{ "a (at) b (dot) c", "" },
		{ "It ended\xe3\x80\x82New line", "" },
	};

	CHECK_ALL(cases);
	ck_assert(!post_text("http://example.org/")->urls[0].is_obfuscated);
	ck_assert(!post_text("http://example.org/\xe2\x80\x8b")
	               ->urls[0]
	               .is_obfuscated);
}
END_TEST

START_TEST(a_url_in_angle_brackets_may_be_wrapped)
{
	static const struct text_case cases[] = {
		{ "<http://example.org/a\r\nb>\n", "http://example.org/ab " },
		{ "<http://example.org/a\nb c>", "http://example.org/a " },
		{ "<http://example.org/a\n", "http://example.org/a " },
		{ "http://example.org/a\nb>", "http://example.org/a " },
	};

	CHECK_ALL(cases);
}
END_TEST

START_TEST(a_url_in_the_subject_counts)
{
	struct message *m = parse("Subject: www.example.org now\n\nx\n");

	ck_sv_eq(urls(m), "http://www.example.org ");
	ck_sv_eq(m->urls[0].raw, "www.example.org");
	ck_assert(m->urls[0].is_bare);
}
END_TEST

START_TEST(a_url_behind_many_bytes_without_a_space_is_found)
{
	size_t n = 40000;
	char *text = arena_alloc(arena(), n + 64);

	memset(text, 'x', n);
	memcpy(text + n, "/http://example.org/a", 22);
	ck_sv_eq(urls(post_text(text)), "http://example.org/a ");
}
END_TEST

/* What is looked at twice and more often is bounded by the text's length. */
START_TEST(hostile_text_is_no_more_work_than_other_text)
{
	static const char *const units[] = {
		"a.a.",
		"@@@@",
		"http://",
		"a@",
		"a.com@",
		"[.]",
		"a[.]",
		"a (dot) ",
		"www . ",
		"<http://a\n",
		"<http:/\nx\nx\nx\n",
		"<http:/\n",
		"mailto:",
		"mailto:a@",
		"a\xe3\x80\x82",
		"a.\xe2\x80\x8b",
		"http://a.com/?u=",
		"a.com,",
		"http://a.com)",
		"www.",
		"((((a.b",
		"http://\xe4\xbd\xa0",
		"a.com\xe4\xbd\xa0",
		"h**p://",
		":/",
		"-.",
	};
	enum { BYTES = 1 << 20 };
	char *text = arena_alloc(arena(), BYTES);

	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		struct reader r = test_reader();
		size_t n = strlen(units[i]), before;

		for (size_t j = 0; j < BYTES; j++)
			text[j] = units[i][j % n];
		before = arena_used(arena());
		url_find(&r, 0, sv_make(text, BYTES));
		ck_assert_uint_le(r.url_work, 8 * BYTES);
		ck_assert_uint_le(arena_used(arena()) - before, 32 * BYTES);
		ck_assert_uint_le(r.m->n_urls, 1000);
		map_free(r.urls_seen);
		map_free(r.domains_seen);
	}
}
END_TEST

UNIT_MAIN("url_find", a_url_ends_where_a_client_ends_it,
          names_are_found_without_a_scheme,
          names_are_found_within_other_scripts, addresses_are_found,
          defanged_urls_are_what_they_were,
          ordinary_text_is_not_taken_for_a_defanged_url,
          a_url_in_angle_brackets_may_be_wrapped, a_url_in_the_subject_counts,
          a_url_behind_many_bytes_without_a_space_is_found,
          hostile_text_is_no_more_work_than_other_text)
