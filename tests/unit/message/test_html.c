/* SPDX-License-Identifier: Apache-2.0 */
#include "message/entity.h"
#include "parse.h"

START_TEST(text_is_rendered_as_it_is_read)
{
	static const struct {
		const char *html, *rendered;
	} cases[] = {
		{ "plain", "plain" },
		{ "a <b>b</b>c", "a bc" },
		{ " a \n\t b ", "a b " },
		{ "a<br>b", "a\nb" },
		{ "a <br/> b", "a\nb" },
		{ "<p>a</p><p>b", "\n\na\n\n\n\nb" },
		{ "<div>a</div>b", "\na\nb" },
		{ "<td>a</td><td>b</td>", "a b " },
		{ "a<script>if (x<y) z('</p>')</script>b", "ab" },
		{ "a<STYLE>x</style >b", "ab" },
		{ "a<script>never closed", "a" },
		{ "a<!-- - -> > -- -->b", "ab" },
		{ "a<!-->b", "ab" },
		{ "a<!--never closed", "a" },
		{ "a<!doctype x>b<?php x?>c</>d", "abcd" },
		{ "a<![if !mso]>b<![endif]>", "ab" },
		{ "1 < 2 <3 <", "1 < 2 <3 <" },
		{ "a<b title='>'>c", "ac" },
		{ "a<b title=x>c", "ac" },
		{ "a<b title", "a" },
		{ "a<b title='never closed>b", "a" },
		{ "a<tag-nobody-knows>b", "ab" },
		{ "a\xc2\xa0 b", "a b" },
		{ "\xe2\x80\x9cq\xe2\x80\x9d", "\"q\"" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_sv_eq(post_html(cases[i].html)->parts[0].rendered,
		         cases[i].rendered);
}
END_TEST

START_TEST(character_references_are_decoded)
{
	static const struct {
		const char *html, *rendered;
	} cases[] = {
		{ "&lt;&gt;&amp;&quot;&apos;", "<>&\"'" },
		{ "&eacute;&euro;&hellip;",
		  "\xc3\xa9\xe2\x82\xac\xe2\x80\xa6" },
		{ "&copy2&ampx", "\xc2\xa9"
		                 "2&x" },
		{ "&euro&notit;", "&euro\xc2\xacit;" },
		{ "&#65;&#x42;&#X43&#68", "ABCD" },
		{ "&#128;&#x93;", "\xe2\x82\xac\xe2\x80\x9c" },
		{ "&#0;&#xd800;&#x110000;&#99999999999;",
		  "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "&#x1F600;", "\xf0\x9f\x98\x80" },
		{ "& &; &# &#; &#x; &nonsense;",
		  "& &; &# &#; &#x; &nonsense;" },
		{ "a&nbsp;&#32;b", "a b" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_sv_eq(post_html(cases[i].html)->parts[0].rendered,
		         cases[i].rendered);
}
END_TEST

START_TEST(the_entity_table_is_sorted)
{
	/* The first, the last and some between are found. */
	static const char *const names[] = { "&AElig;", "&Zeta;", "&aacute;",
		                             "&nbsp;",  "&zwnj;", "&zwj;" };
	char out[8];
	size_t n;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		ck_assert_uint_eq(
		    entity_decode(sv_str(names[i]), false, out, &n),
		    strlen(names[i]));
}
END_TEST

START_TEST(a_query_is_not_taken_for_an_entity)
{
	struct message *m =
	    post_html("<a href='http://example.org/?a=1&copy=2&amp;lt=3'>");

	ck_sv_eq(m->urls[0].url, "http://example.org/?a=1&copy=2&lt=3");
}
END_TEST

START_TEST(links_have_their_source_and_anchor)
{
	struct message *m = post_html(
	    "<a href=\"http://example.org/a\">our <b>site</b> </a>"
	    "<img src='http://example.com/i.png'>"
	    "<form action=http://example.net/go></form>"
	    "<a name=x>no</a>"
	    "<meta http-equiv=Refresh content='0; URL=http://m.example.org'>"
	    "<td background='//example.com/b'>");

	ck_assert_uint_eq(m->n_urls, 5);
	ck_sv_eq(m->urls[0].url, "http://example.org/a");
	ck_sv_eq(m->urls[0].anchor, "our site");
	ck_assert_int_eq(m->urls[0].source, URL_LINK);
	ck_assert_int_eq(m->urls[1].source, URL_IMAGE);
	ck_assert_int_eq(m->urls[2].source, URL_FORM);
	ck_sv_eq(m->urls[3].host, "m.example.org");
	ck_sv_eq(m->urls[4].url, "http://example.com/b");
}
END_TEST

START_TEST(a_url_may_be_broken_or_oddly_quoted)
{
	struct message *m = post_html("<a href=' http://exa\n\tmple.org/ '>");

	ck_sv_eq(m->urls[0].url, "http://example.org/");
	m = post_html("<a href=\xe2\x80\x9dhttp://example.org/\xe2\x80\x9d>");
	ck_sv_eq(m->urls[0].raw, "http://example.org/");
}
END_TEST

UNIT_MAIN("html", text_is_rendered_as_it_is_read,
          character_references_are_decoded, the_entity_table_is_sorted,
          a_query_is_not_taken_for_an_entity,
          links_have_their_source_and_anchor,
          a_url_may_be_broken_or_oddly_quoted)
