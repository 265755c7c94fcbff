/* SPDX-License-Identifier: Apache-2.0 */
/* What SpamAssassin 4.0.1 says of the same texts. */
#include "message/uri.h"
#include "parse.h"

/* One line a URI: "uri types [spellings] (hosts) <anchors>". */
static struct sv
listed(const struct message *m)
{
	static const char *const types[] = {
		"parsed", "schemeless", "unlinked", "a",    "img",
		"form",   "base",       "meta",     "body", "area",
	};
	struct buf all = BUF_INIT(64 * 1024);
	struct sv result;

	for (size_t i = 0; i < m->n_uris; i++) {
		const struct message_uri *u = &m->uris[i];

		buf_addf(&all, SV_FMT, SV_ARG(u->uri));
		for (size_t j = 0; j < sizeof types / sizeof *types; j++)
			if (u->types & message_uri_type_find(sv_str(types[j])))
				buf_addf(&all, " %s", types[j]);
		buf_add_str(&all, " [");
		for (size_t j = 1; j < u->n_cleaned; j++)
			buf_addf(&all, "%s" SV_FMT, j > 1 ? " " : "",
			         SV_ARG(u->cleaned[j]));
		buf_add_str(&all, "] (");
		for (size_t j = 0; j < u->n_hosts; j++)
			buf_addf(&all, "%s" SV_FMT, j ? " " : "",
			         SV_ARG(u->hosts[j].host));
		buf_add_str(&all, ") <");
		for (size_t j = 0; j < u->n_anchors; j++)
			buf_addf(&all, "%s" SV_FMT, j ? "|" : "",
			         SV_ARG(u->anchors[j]));
		buf_add_str(&all, ">\n");
	}
	result = arena_dup(arena(), buf_sv(&all));
	buf_done(&all);
	return result;
}

START_TEST(rules_see_a_link_in_all_its_spellings)
{
	static const struct {
		const char *href, *list;
	} cases[] = {
		{ "http://u:p@Example.org:80/a%20b%41?x",
		  "http://u:p@Example.org:80/a%20b%41?x a "
		  "[http://u:p@Example.org:80/a%20bA?x "
		  "http://Example.org/a%20bA?x] (example.org) <x>\n" },
		{ "http://b\xc3\xbc"
		  "cher.example/",
		  "http://b\xc3\xbc"
		  "cher.example/ a [http://xn--bcher-kva.example/] () <x>\n" },
		{ "http://example.org?a/../b",
		  "http://example.org?a/../b a "
		  "[http://example.org/?a/../b] (example.org) <x>\n" },
		{ "http://shop/a", "http://shop/a a [http://www.shop.com/a] "
		                   "(www.shop.com) <x>\n" },
		{ "http://3221225985/", "http://3221225985/ a "
		                        "[http://192.0.2.1/] (192.0.2.1) "
		                        "<x>\n" },
		/* sic: a zero is lost */
		{ "http://0x7f.1.010.0/",
		  "http://0x7f.1.010.0/ a [http://127.1.8./] () <x>\n" },
		{ "www.example.org", "www.example.org a "
		                     "[http://www.example.org] "
		                     "(www.example.org) <x>\n" },
		{ "a.html", "a.html a [http://a.html] () <x>\n" },
		{ "/a.html", "/a.html a [] () <x>\n" },
		{ "mailto:A@Example.org?subject=x",
		  "mailto:A@Example.org?subject=x a [mailto:A@Example.org] "
		  "(example.org) <x>\n" },
		{ "mailto:%20a@example.org%20",
		  "mailto:%20a@example.org%20 a [mailto:a@example.org] "
		  "(example.org) <x>\n" },
		{ "mailto:Ann%20<a@example.org>&x",
		  "mailto:Ann%20<a@example.org>&x a "
		  "[mailto:Ann%20<a@example.org> mailto:a@example.org] "
		  "(example.org) <x>\n" },
		{ "http:\\\\example.org\\a",
		  "http:\\\\example.org\\a a [http://example.org/a] "
		  "(example.org) <x>\n" },
		{ "http://example.org/r?u=http://example.com/a&b=http:/x.y",
		  "http://example.org/r?u=http://example.com/a&b=http:/x.y a "
		  "[http://example.com/a] (example.org example.com) <x>\n" },
		{ "http://example.org/?x=1&url=www.example.com/a",
		  "http://example.org/?x=1&url=www.example.com/a a "
		  "[www.example.com/a http://www.example.com/a] "
		  "(example.org www.example.com) <x>\n" },
		{ "http://example&#46;org.",
		  "http://example.org. a [http://example.org] (example.org) "
		  "<x>\n" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_sv_eq(
		    listed(post_html(arena_printf(arena(), "<a href='%s'>x</a>",
		                                  cases[i].href)
		                         .p)),
		    cases[i].list);
}
END_TEST

START_TEST(tags_are_resolved_against_their_base)
{
	ck_sv_eq(listed(post_html(
		     "<base href='http://example.org/a/b.html'>"
		     "<a href='../c?d#e'>x</a><img src=//www.example.com/i>")),
	         "http://example.org/a/b.html base [] (example.org) <>\n"
	         "http://example.org/c?d#e a [] (example.org) <>\n"
	         "http://www.example.com/i img [] (www.example.com) <>\n"
	         "../c?d#e parsed [http://../c?d#e http:///c?d#e] () <x>\n");
	ck_sv_eq(
	    listed(post_html("<form action=http://example.org/f></form>"
	                     "<body background=b.png><meta http-equiv=refresh "
	                     "content='0; url=http://example.net/'>")),
	    "http://example.org/f form [] (example.org) <>\n"
	    "b.png body [http://b.png] () <>\n"
	    "http://example.net/ meta [] (example.net) <>\n");
}
END_TEST

START_TEST(a_link_has_the_texts_of_its_anchors)
{
	ck_sv_eq(
	    listed(post_html("<a href=''>none</a><a>nothing</a>"
	                     "<a href=http://example.org>one"
	                     "<a href=http://example.org>two</a></a>three")),
	    "http://example.org a [] (example.org) <one|two>\n"
	    " parsed [] () <none|nothing>\n");
}
END_TEST

START_TEST(text_is_searched_as_spamassassin_does)
{
	static const struct {
		const char *text, *list;
	} cases[] = {
		{ "see http://example.org/a. (www.example.com/b) "
		  "<ftp.example.net>",
		  "http://example.org/a parsed [] (example.org) <>\n"
		  "http://www.example.com/b parsed schemeless [] "
		  "(www.example.com) <>\n"
		  "ftp://ftp.example.net parsed schemeless [] "
		  "(ftp.example.net) <>\n" },
		{ "ann@example.org, at:bob@example.com and carl@example",
		  "mailto:ann@example.org parsed schemeless [] (example.org) "
		  "<>\n"
		  "mailto:at:bob@example.com parsed schemeless [] "
		  "(example.com) <>\n" },
		{ "example.org example.com, see:example.net/x x.nosuchtld",
		  "http://example.org parsed schemeless unlinked [] "
		  "(example.org) <>\n"
		  "http://example.net/x parsed schemeless unlinked [] "
		  "(example.net) <>\n" },
		{ "http://localhost/ http://a skype:ann@example.org "
		  "cid:a@example.org http://example.org:8080/x)y",
		  "http://a parsed [http://www.a.com] (www.a.com) <>\n"
		  "mailto:ann@example.org parsed schemeless [] (example.org) "
		  "<>\n"
		  "http://example.org:8080/x parsed [] (example.org) <>\n" },
		{ "mailto:ann%40example.org mailto:x 192.0.2.1 "
		  "http://192.0.2.1/",
		  "http://192.0.2.1/ parsed [http://192..2.1/] (192.0.2.1) "
		  "<>\n" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_sv_eq(listed(post_text(cases[i].text)), cases[i].list);
}
END_TEST

START_TEST(spellings_are_bounded_in_bytes)
{
	enum { LINKS = 300, BYTES = 8000 };
	struct buf html = BUF_INIT((size_t)LINKS * (BYTES + 100));
	const struct message *m;
	size_t bytes = 0;

	for (int i = 0; i < LINKS; i++) {
		buf_addf(&html, "<a href=http://x%d.example/", i);
		for (int j = 0; j < BYTES / 14; j++)
			buf_add_str(&html, "http://a.b/%41");
		buf_add_str(&html, ">x</a>");
	}
	m = post_html(buf_str(&html));
	for (size_t i = 0; i < m->n_uris; i++)
		for (size_t j = 0; j < m->uris[i].n_cleaned; j++)
			bytes += m->uris[i].cleaned[j].n;
	ck_assert_uint_gt(bytes, 8 << 20);
	ck_assert_uint_lt(bytes, 24 << 20);
	buf_done(&html);
}
END_TEST

UNIT_MAIN("uri", rules_see_a_link_in_all_its_spellings,
          tags_are_resolved_against_their_base,
          a_link_has_the_texts_of_its_anchors,
          text_is_searched_as_spamassassin_does, spellings_are_bounded_in_bytes)
