/* SPDX-License-Identifier: Apache-2.0 */
#include "message/url.h"
#include "parse.h"

START_TEST(a_url_is_read_as_a_client_opens_it)
{
	static const struct {
		const char *raw, *url, *host, *domain;
	} cases[] = {
		{ "http://www.Example.ORG/Path", "http://www.example.org/Path",
		  "www.example.org", "example.org" },
		{ "HTTPS://a.b.example.co.uk", "https://a.b.example.co.uk",
		  "a.b.example.co.uk", "example.co.uk" },
		{ "http://user:pw@example.org/x", "http://example.org/x",
		  "example.org", "example.org" },
		{ "http://bank.example.com@example.org/", "http://example.org/",
		  "example.org", "example.org" },
		{ "http:\\\\example.org\\a?b\\c", "http://example.org/a?b\\c",
		  "example.org", "example.org" },
		{ "http:example.org", "http://example.org", "example.org",
		  "example.org" },
		{ "http:///example.org/", "http://example.org/", "example.org",
		  "example.org" },
		{ "http://example.org?x", "http://example.org/?x",
		  "example.org", "example.org" },
		{ "http://example.org:80/", "http://example.org/",
		  "example.org", "example.org" },
		{ "https://example.org:8443/", "https://example.org:8443/",
		  "example.org", "example.org" },
		{ "http://ex%61mple%2Eorg/%61%20", "http://example.org/a%20",
		  "example.org", "example.org" },
		{ "http://example.org./", "http://example.org/", "example.org",
		  "example.org" },
		{ "http://example\xe3\x80\x82org/", "http://example.org/",
		  "example.org", "example.org" },
		{ "http://192.0.2.1/a", "http://192.0.2.1/a", "192.0.2.1",
		  "192.0.2.1" },
		{ "http://3221225985/", "http://192.0.2.1/", "192.0.2.1",
		  "192.0.2.1" },
		{ "http://0xc0.0.0x201/", "http://192.0.2.1/", "192.0.2.1",
		  "192.0.2.1" },
		{ "http://0300.0.02.1/", "http://192.0.2.1/", "192.0.2.1",
		  "192.0.2.1" },
		{ "http://256.0.0.1/", "http://256.0.0.1/", "256.0.0.1",
		  "256.0.0.1" },
		{ "http://[2001:db8::1]:80/", "http://[2001:db8::1]/",
		  "[2001:db8::1]", "[2001:db8::1]" },
		{ "mailto:Me@Example.ORG?subject=x", "mailto:Me@example.org",
		  "", "" },
		{ "tel:+1-555", "tel:+1-555", "", "" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct message_post post = { .url = sv_str(cases[i].raw) };
		struct message *m =
		    message_from_post(arena(), &post, &test_limits);

		ck_assert_uint_eq(m->n_urls, 1);
		ck_sv_eq(m->urls[0].url, cases[i].url);
		ck_sv_eq(m->urls[0].host, cases[i].host);
		ck_sv_eq(m->urls[0].domain, cases[i].domain);
		ck_sv_eq(m->urls[0].raw, cases[i].raw);
	}
}
END_TEST

/* All URLs of a message, each followed by a space. */
static struct sv
urls(const struct message *m)
{
	struct sv all = SV("");

	for (size_t i = 0; i < m->n_urls; i++)
		all = arena_printf(arena(), SV_FMT SV_FMT " ", SV_ARG(all),
		                   SV_ARG(m->urls[i].url));
	return all;
}

START_TEST(urls_are_found_in_text)
{
	static const struct {
		const char *text, *urls;
	} cases[] = {
		{ "see http://example.org/a.", "http://example.org/a " },
		{ "(http://example.org/a)", "http://example.org/a " },
		{ "http://example.org/a_(b)", "http://example.org/a_(b) " },
		{ "<http://example.org/a>,", "http://example.org/a " },
		{ "\"http://example.org/a\"", "http://example.org/a " },
		{ "Link:http://example.org", "http://example.org " },
		{ "www.example.org!!", "http://www.example.org " },
		{ "www2.example.org/x", "http://www2.example.org/x " },
		{ "ftp.example.org", "ftp://ftp.example.org " },
		{ "go to example.com/x now", "http://example.com/x " },
		{ "example.com.", "http://example.com " },
		{ "Example.COM:8080/x", "http://example.com:8080/x " },
		{ "me@example.org, you", "mailto:me@example.org " },
		{ "mailto:me@example.org", "mailto:me@example.org " },
		{ "name@gmail.com.", "mailto:name@gmail.com " },
		{ "git://example.org/x.git", "http://example.org/x.git " },
		{ "http://example.org http://example.org",
		  "http://example.org " },
		{ "http://r.example.org/?u=http://example.com/&x",
		  "http://r.example.org/?u=http://example.com/&x "
		  "http://example.com/ " },
		{ "http://r.example.org/https%3A%2F%2Fexample.com",
		  "http://r.example.org/https%3A%2F%2Fexample.com "
		  "https://example.com " },
		{ "e.g. 3.14 file.txt up...here a.b @x a@b ... http://", "" },
		{ "wwwexample nowww. xhttp:/x", "" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_sv_eq(urls(post_text(cases[i].text)), cases[i].urls);
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

START_TEST(registered_domains_come_from_the_public_suffix_list)
{
	ck_sv_eq(url_domain(SV("a.b.example.com")), "example.com");
	ck_sv_eq(url_domain(SV("a.example.co.jp")), "example.co.jp");
	ck_sv_eq(url_domain(SV("com")), "com");
	ck_sv_eq(url_domain(SV("192.0.2.7")), "192.0.2.7");
	ck_sv_eq(url_domain(SV("")), "");
	ck_assert(url_host_is_known(SV("iki.fi")));
	ck_assert(!url_host_is_known(SV("fi")));
	ck_assert(!url_host_is_known(SV("a..org")));
	ck_assert(!url_host_is_known(SV("-a.org")));
	ck_assert(!url_host_is_known(SV("example.nosuchtld")));
}
END_TEST

START_TEST(a_reference_is_resolved_against_its_base)
{
	static const struct {
		const char *base, *ref, *url;
	} cases[] = {
		{ "http://example.org/a/b?q#f", "c", "http://example.org/a/c" },
		{ "http://example.org/a/b?q#f", "/c", "http://example.org/c" },
		{ "http://example.org/a/b?q#f", "?x",
		  "http://example.org/a/b?x" },
		{ "http://example.org/a/b?q#f", "#x",
		  "http://example.org/a/b?q#x" },
		{ "http://example.org/a/b?q#f", "",
		  "http://example.org/a/b?q" },
		{ "https://example.org/a", "//example.net/b",
		  "https://example.net/b" },
		{ "https://example.org/a", "\\\\example.net/b",
		  "https:\\\\example.net/b" },
		{ "http://example.org", "c?d", "http://example.org/c?d" },
		{ "http://example.org", "..", "http://example.org/" },
		{ "http://example.org/a/b/c", "../d",
		  "http://example.org/a/d" },
		{ "http://example.org/a/b/c", "../../../d",
		  "http://example.org/d" },
		{ "http://example.org/a/b/c", "./%2e%2E/d/.",
		  "http://example.org/a/d/" },
		{ "http://example.org/a/b", "http:c",
		  "http://example.org/a/c" },
		{ "http://example.org/a/b", "https:c", "https:c" },
		{ "http://example.org/a/b", "mailto:x@example.net",
		  "mailto:x@example.net" },
		{ "http://example.org/a/b", " c\td ",
		  "http://example.org/a/cd" },
		{ "mailto:x@example.org", "c", "c" },
		{ "/a/b", "c", "c" },
		{ "", "http://example.org/", "http://example.org/" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_sv_eq(url_resolve(arena(), sv_str(cases[i].base),
		                     sv_str(cases[i].ref)),
		         cases[i].url);
}
END_TEST

UNIT_MAIN("url", a_url_is_read_as_a_client_opens_it, urls_are_found_in_text,
          a_url_in_the_subject_counts, a_reference_is_resolved_against_its_base,
          registered_domains_come_from_the_public_suffix_list)
