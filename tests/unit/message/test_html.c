/* SPDX-License-Identifier: Apache-2.0 */
#include "message/html.h"
#include "parse.h"

START_TEST(text_is_rendered_as_it_is_read)
{
	static const struct {
		const char *html, *rendered;
	} cases[] = {
		{ "plain", "plain" },
		{ "a <b>b</b>c", "a bc" },
		{ " a \n\t b ", " a b " },
		{ "a<br>b", "a\nb" },
		{ "a <br/> b", "a\nb" },
		{ "<p>a</p><p>b", "\n\na\n\n\n\nb" },
		{ "<div>a</div>b", "\na\nb" },
		{ "<td>a</td><td>b</td>", " a  b " },
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
		{ "a\xc2\xa0 b", "a\xc2\xa0 b" },
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
		{ "&euro&notit;", "&euro\xc2\xacit;" },
		{ "&#65;&#x42;&#X43&#68", "ABCD" },
		{ "& &; &# &#; &#x; &nonsense;",
		  "& &; &# &#; &#x; &nonsense;" },
		{ "a&nbsp;&#32;b", "a b" },
		{ "a&nbsp &#160;b", "a\xc2\xa0 \xc2\xa0"
		                    "b" },
		{ "&nGt;&nGt;&nGt;", "\xe2\x89\xab\xe2\x83\x92"
		                     "\xe2\x89\xab\xe2\x83\x92"
		                     "\xe2\x89\xab\xe2\x83\x92" },
		{ "<title>&lt;b&gt;</title>", "\n\n<b>\n\n" },
		{ "<xmp>&lt;</xmp>", "\n\n&lt;\n\n" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_sv_eq(post_html(cases[i].html)->parts[0].rendered,
		         cases[i].rendered);
}
END_TEST

/* As SpamAssassin has it, whose rules count on where the blanks are. */
START_TEST(blanks_are_dropped_beside_the_white_space_of_tags)
{
	static const struct {
		const char *html, *rendered;
	} cases[] = {
		{ "a <br> b", "a\nb" },
		{ "a<b> </b><br> b", "a\nb" },
		{ "<br> <b> a</b>", "\n a" },
		{ "a <b> b</b>", "a  b" },
		{ "<div> </div>a", "\n\na" },
		{ "<p> a </p> <p>b", "\n\na\n\n\n\nb" },
		{ "a </center> b", "a  b" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_sv_eq(post_html(cases[i].html)->parts[0].rendered,
		         cases[i].rendered);
}
END_TEST

START_TEST(what_no_client_shows_is_left_out)
{
	static const struct {
		const char *html, *rendered;
	} cases[] = {
		{ "a<svg><style>b</style><text>c</text></svg>d", "acd" },
		{ "<title>a<!-- b</title>c", "\n\na<!-- b\n\nc" },
		{ "<center>a</center>b<ul>c</ul>d", "a b c d" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_sv_eq(post_html(cases[i].html)->parts[0].rendered,
		         cases[i].rendered);
}
END_TEST

START_TEST(rules_see_what_some_clients_show)
{
	static const struct {
		const char *html, *rendered;
	} cases[] = {
		{ "a<iframe><p>b&lt;</iframe>c", "a<p>b&lt;c" },
		{ "a<noembed><p>b</noembed>c", "a\n\nbc" },
		{ "a<noframes>b</noframes>c", "abc" },
		{ "a<noscript>b</noscript>c", "abc" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_sv_eq(post_html(cases[i].html)->parts[0].rendered,
		         cases[i].rendered);
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

START_TEST(images_have_their_alternative_text)
{
	struct message *m = post_html(
	    "<a href=http://example.org/a>x<img src=http://example.org/i.png "
	    "alt=' our &lt;shop&gt; '></a><input type=image alt=go "
	    "src=http://example.org/j.png><img src=data:image/png;base64,AA>"
	    "<image src=http://example.org/k.png>"
	    "<a href='data:text/html,<b>'>y</a>"
	    "<p style=\"background:url('http://example.org/l.png')\">"
	    "<img srcset='http://example.org/m.png 1x'>");

	ck_assert_uint_eq(m->n_urls, 7);
	ck_sv_eq(m->urls[1].anchor, "our <shop>");
	ck_assert_int_eq(m->urls[1].source, URL_IMAGE);
	ck_sv_eq(m->urls[2].anchor, "go");
	ck_sv_eq(m->urls[3].url, "http://example.org/k.png");
	ck_sv_eq(m->urls[4].raw, "data:text/html,<b>");
	ck_sv_eq(m->urls[5].url, "http://example.org/l.png");
	ck_sv_eq(m->urls[6].url, "http://example.org/m.png");
}
END_TEST

START_TEST(the_first_base_counts_for_the_whole_page)
{
	struct message *m = post_html("<a href=a.html>x</a>"
	                              "<base href='http://example.org/d/e'>"
	                              "<base href='http://example.com/'>"
	                              "<a href=/b.html>y</a>");
	bool first = false, second = false;

	for (size_t i = 0; i < m->n_urls; i++) {
		first |=
		    sv_eq_str(m->urls[i].url, "http://example.org/d/a.html");
		second |=
		    sv_eq_str(m->urls[i].url, "http://example.org/b.html");
	}
	ck_assert(first && second);
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
          character_references_are_decoded,
          blanks_are_dropped_beside_the_white_space_of_tags,
          what_no_client_shows_is_left_out, rules_see_what_some_clients_show,
          a_query_is_not_taken_for_an_entity,
          links_have_their_source_and_anchor,
          images_have_their_alternative_text,
          the_first_base_counts_for_the_whole_page,
          a_url_may_be_broken_or_oddly_quoted)
