/* SPDX-License-Identifier: Apache-2.0 */
#include "urls.h"

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
		struct message *m = post_url(cases[i].raw);

		ck_assert_uint_eq(m->n_urls, 1);
		ck_sv_eq(m->urls[0].url, cases[i].url);
		ck_sv_eq(m->urls[0].host, cases[i].host);
		ck_sv_eq(m->urls[0].domain, cases[i].domain);
		ck_sv_eq(m->urls[0].raw, cases[i].raw);
	}
}
END_TEST

START_TEST(hosts_are_read_as_resolvers_get_them)
{
	static const struct {
		const char *raw, *name, *unicode;
		bool is_numeric;
	} cases[] = {
		{ "B\xc3\xbc"
		  "CHER.example",
		  "xn--bcher-kva.example",
		  "b\xc3\xbc"
		  "cher.example",
		  false },
		{ "b%C3%BCcher.example", "xn--bcher-kva.example",
		  "b\xc3\xbc"
		  "cher.example",
		  false },
		{ "fa\xc3\x9f.example", "xn--fa-hia.example",
		  "fa\xc3\x9f.example", false },
		{ "\xe2\x98\x95.example", "xn--53h.example",
		  "\xe2\x98\x95.example", false },
		{ "exam\xc2\xadple.\xef\xbd\x83om", "example.com",
		  "example.com", false },
		{ "a\xe2\x80\x8b"
		  "b.example",
		  "ab.example", "ab.example", false },
		{ "example\xe3\x80\x82"
		  "com.",
		  "example.com", "example.com", false },
		{ "127.1", "127.0.0.1", "127.0.0.1", true },
		{ "\xef\xbc\x91.2.3.4", "1.2.3.4", "1.2.3.4", true },
		{ "0x7F.0.0.0x1", "127.0.0.1", "127.0.0.1", true },
		{ "0x", "0.0.0.0", "0.0.0.0", true },
		{ "[::FFFF:1.2.3.4]", "[::ffff:1.2.3.4]", "[::ffff:1.2.3.4]",
		  true },
		{ "[2001:DB8:0:0::1]", "[2001:db8::1]", "[2001:db8::1]", true },
		{ "1.2.3.256", "1.2.3.256", "1.2.3.256", false },
		{ "1.2.3.4.5", "1.2.3.4.5", "1.2.3.4.5", false },
		{ "08.1", "08.1", "08.1", false },
		{ "\xff.example", "\xff.example", "\xff.example", false },
		{ "xn--\xc3\xbc.example", "xn--\xc3\xbc.example",
		  "xn--\xc3\xbc.example", false },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct url_host host;

		url_host_read(arena(), sv_str(cases[i].raw), &host);
		ck_sv_eq(host.name, cases[i].name);
		ck_sv_eq(host.unicode, cases[i].unicode);
		ck_assert_int_eq(host.is_numeric, cases[i].is_numeric);
	}
}
END_TEST

START_TEST(flags_tell_what_is_odd)
{
	struct message *m = post_url("http://bank.example@example.org/");

	ck_assert(m->urls[0].has_userinfo);
	ck_assert(!m->urls[0].is_obfuscated && !m->urls[0].is_numeric_host);
	m = post_url("http://3221225985/");
	ck_assert(m->urls[0].is_numeric_host && m->urls[0].is_obfuscated);
	m = post_url("http://192.0.2.1/");
	ck_assert(m->urls[0].is_numeric_host && !m->urls[0].is_obfuscated);
	m = post_url("http://ex%61mple.org/");
	ck_assert(m->urls[0].is_obfuscated && !m->urls[0].is_numeric_host);
	m = post_url("http://bank.example%40example%2Eorg/");
	ck_sv_eq(m->urls[0].host, "example.org");
	ck_assert(m->urls[0].has_userinfo && m->urls[0].is_obfuscated);
}
END_TEST

START_TEST(a_link_that_shows_another_domain_is_deceptive)
{
	static const struct {
		const char *href, *text;
		bool is_deceptive;
	} cases[] = {
		{ "http://example.org/", "http://example.com/", true },
		{ "http://example.org/", "www.example.com", true },
		{ "http://example.org/", "example.com", true },
		{ "http://example.org/", "https://192.0.2.1/x", true },
		{ "http://example.org/", "www.example.com is safe", true },
		{ "http://example.org/", "http://www.example.org", false },
		{ "http://a.example.org/", "EXAMPLE.org/b", false },
		{ "http://example.org/", "our offer", false },
		{ "http://example.org/", "ann@example.com", false },
		{ "http://example.org/", "2.5", false },
		{ "http://example.org/", "see example.com", false },
		{ "http://example.org/?u=http://example.com/",
		  "http://example.com/", false },
		{ "mailto:ann@example.org", "example.com", false },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sv html = arena_printf(arena(), "<a href='%s'>%s</a>",
		                              cases[i].href, cases[i].text);
		struct message *m = post_html(html.p);

		ck_assert_msg(m->urls[0].is_deceptive == cases[i].is_deceptive,
		              "%s", html.p);
	}
}
END_TEST

START_TEST(a_link_is_deceptive_whichever_of_its_texts_is)
{
	struct message *m =
	    post_html("<a href='http://example.org/'>offer</a>"
	              "<a href='http://example.org/'>www.example.com</a>");

	ck_assert_uint_eq(m->n_urls, 2); /* the other one stands in the text */
	ck_assert(m->urls[0].is_deceptive);
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

START_TEST(registered_domains_come_from_the_public_suffix_list)
{
	ck_sv_eq(url_domain(SV("a.b.example.com")), "example.com");
	ck_sv_eq(url_domain(SV("a.example.co.jp")), "example.co.jp");
	ck_sv_eq(url_domain(SV("a.xn--e1afmkfd.xn--p1ai")),
	         "xn--e1afmkfd.xn--p1ai");
	ck_sv_eq(url_domain(SV("a.b.xn--55qx5d.cn")), "b.xn--55qx5d.cn");
	ck_sv_eq(url_domain(SV("com")), "com");
	ck_sv_eq(url_domain(SV("192.0.2.7")), "192.0.2.7");
	ck_sv_eq(url_domain(SV("")), "");
	ck_assert(url_host_is_known(SV("iki.fi")));
	ck_assert(url_host_is_known(SV("example.co.za")));
	ck_assert(url_host_is_known(SV("_dmarc.example.org")));
	ck_assert(!url_host_is_known(SV("fi")));
	ck_assert(!url_host_is_known(SV("a..org")));
	ck_assert(!url_host_is_known(SV("-a.org")));
	ck_assert(!url_host_is_known(SV("a_b.org")));
	ck_assert(!url_host_is_known(SV("example.nosuchtld")));
}
END_TEST

UNIT_MAIN("url", a_url_is_read_as_a_client_opens_it,
          hosts_are_read_as_resolvers_get_them, flags_tell_what_is_odd,
          a_link_that_shows_another_domain_is_deceptive,
          a_link_is_deceptive_whichever_of_its_texts_is,
          a_reference_is_resolved_against_its_base,
          registered_domains_come_from_the_public_suffix_list)
