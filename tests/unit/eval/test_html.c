/* SPDX-License-Identifier: Apache-2.0 */
#include "sample.h"

#define HTML(text) "Content-Type: text/html\n\n" text "\n"

static const struct eval_case tags[] = {
	{ "html_test('html')", HTML("x"), true, NULL, VIEW_BODY },
	{ "html_test('html')", "\nx\n", false, NULL, VIEW_BODY },
	{ "html_tag_exists('center')", HTML("<CENTER>x"), true, NULL,
	  VIEW_BODY },
	{ "html_tag_exists('center')", HTML("<b>x</b>"), false, NULL,
	  VIEW_BODY },
	{ "html_tag_balance('body', '!= 0')", HTML("<body>x"), true, NULL,
	  VIEW_BODY },
	{ "html_tag_balance('body', '!= 0')", HTML("<body>x</body>"), false,
	  NULL, VIEW_BODY },
	{ "html_tag_balance('b', '> 1')", HTML("<b><b>x"), true, NULL,
	  VIEW_BODY },
	{ "html_test('embeds')", HTML("<object>x"), true, NULL, VIEW_BODY },
	{ "html_test('form_action_mailto')",
	  HTML("<form action='mailto:a@example.org'>"), true, NULL, VIEW_BODY },
	{ "check_iframe_src()", HTML("<iframe src='http://example.org/'>"),
	  true, NULL, VIEW_BODY },
	{ "check_iframe_src()", HTML("<iframe>"), false, NULL, VIEW_BODY },
	{ "html_range('closed_extra_ratio', '0.4', 'inf')",
	  HTML("<b>x</b></i>y</p>"), true, NULL, VIEW_BODY },
	{ "html_range('bad_tag_ratio', '0.4', '0.5')", HTML("<b>x<zzz>"), true,
	  NULL, VIEW_BODY },
	{ "html_range('non_element_ratio', '0.4', '0.5')", HTML("<b><b>x<zzz>"),
	  true, NULL, VIEW_BODY },
	{ "html_range('obfuscation_ratio', '0.4', '0.5')",
	  HTML("Vi<b>ag</b>ra <i>x</i>"), true, NULL, VIEW_BODY },
	{ "html_range('obfuscation_ratio', '0', 'inf')",
	  HTML("words <b>and</b> words"), false, NULL, VIEW_BODY },
	{ "html_eval('length', '< 5')", HTML("<b>"), true, NULL, VIEW_BODY },
	{ "html_eval('length', '< 4')", HTML("<b>"), false, NULL, VIEW_BODY },
	{ "html_image_only('10', '100')", HTML("<img src='http://a.b/c'>"),
	  true, NULL, VIEW_BODY },
	{ "html_image_only('100', '200')", HTML("<img src='http://a.b/c'>"),
	  false, NULL, VIEW_BODY },
	{ "html_image_ratio('0.0', '0.002')",
	  HTML("ab<img width=100 height=100>"), true, NULL, VIEW_BODY },
	{ "html_image_ratio('0.0', '0.002')", HTML("ab<img width=100>"), false,
	  NULL, VIEW_BODY },
	{ "html_charset_faraway()",
	  HTML("<meta http-equiv=Content-Type content='text/html; "
	       "charset=koi8-r'>"),
	  true, "ok_locales en", VIEW_BODY },
};

static const struct eval_case fonts[] = {
	{ "html_range('max_size', '5', '6')", HTML("<font size=6>x"), true,
	  NULL, VIEW_BODY },
	{ "html_range('max_size', '5', '6')", HTML("<font size=+3>x"), true,
	  NULL, VIEW_BODY },
	{ "html_range('max_size', '5', '6')", HTML("<font size=+1>x"), false,
	  NULL, VIEW_BODY },
	{ "html_test('font_low_contrast')", HTML("<font color=white>x"), true,
	  NULL, VIEW_BODY },
	{ "html_test('font_low_contrast')", HTML("<font color=white>x</font>y"),
	  true, NULL, VIEW_BODY },
	{ "html_test('font_low_contrast')", HTML("<font color=white></font>y"),
	  false, NULL, VIEW_BODY },
	{ "html_test('font_low_contrast')",
	  HTML("<p style='color: #fff; background-color: #000'>x"), false, NULL,
	  VIEW_BODY },
	{ "html_test('font_low_contrast')",
	  HTML("<p style='background: #010101 url(x)'>x"), true, NULL,
	  VIEW_BODY },
	{ "html_test('font_invalid_color')", HTML("<font color=zzz>x"), true,
	  NULL, VIEW_BODY },
	{ "html_test('font_invalid_color')", HTML("<font color='#f00'>x"),
	  false, NULL, VIEW_BODY },
	{ "html_test('font_face_bad')", HTML("<font face='$!'>x"), true, NULL,
	  VIEW_BODY },
	{ "html_test('font_face_bad')",
	  HTML("<font face='Times New Roman, Arial'>x"), false, NULL,
	  VIEW_BODY },
};

static const struct eval_case texts[] = {
	{ "html_text_match('comment', '<!.*?>')", HTML("a<!-- b -->"), true,
	  NULL, VIEW_BODY },
	{ "html_text_match('comment', '<!.*?>')", HTML("a"), false, NULL,
	  VIEW_BODY },
	{ "html_text_match('title', '.{5}')", HTML("<title>five5</title>"),
	  true, NULL, VIEW_BODY },
	{ "html_text_match('title', '.{5}')",
	  HTML("<title>\xc3\xa4\xc3\xb6\xc3\xbc</title>"), false, NULL,
	  VIEW_BODY },
	{ "html_text_match('anchor', '<img>')",
	  HTML("<a href='http://example.org/'><img src=x></a>"), true, NULL,
	  VIEW_BODY },
	{ "html_text_match('anchor', '<img>')", HTML("<img src=x>"), false,
	  NULL, VIEW_BODY },
	{ "html_text_not_match('title', '^a')", HTML("<title>b</title>"), true,
	  NULL, VIEW_BODY },
	{ "html_title_subject_ratio('3.5')",
	  "Subject: a\n" HTML("<title>a much longer title</title>"), true, NULL,
	  VIEW_BODY },
	{ "html_title_subject_ratio('3.5')",
	  "Subject: a title\n" HTML("<title>a title</title>"), false, NULL,
	  VIEW_BODY },
};

#define LINK(to, says) HTML("<a href='" to "'>" says "</a>")

static const struct eval_case links[] = {
	{ "check_https_http_mismatch('1', '10')",
	  LINK("http://example.net/", "https://example.com/"), true, NULL,
	  VIEW_BODY },
	{ "check_https_http_mismatch('1', '10')",
	  LINK("http://a.example.net/", "https://b.example.net/"), false, NULL,
	  VIEW_BODY },
	{ "check_https_http_mismatch('2', '10')",
	  LINK("http://example.net/", "https://example.com/"), false, NULL,
	  VIEW_BODY },
	{ "check_https_ip_mismatch()",
	  LINK("http://192.0.2.1/", "https://example.com/"), true, NULL,
	  VIEW_BODY },
	{ "check_https_ip_mismatch()",
	  LINK("http://192.0.2.1/", "https://192.0.2.1/"), false, NULL,
	  VIEW_BODY },
	{ "check_uri_truncated()", LINK("http://example.net/", "x"), false,
	  NULL, VIEW_BODY },
};

START_TEST(tags_are_counted_as_spamassassin_counts_them)
{
	SAMPLE_CHECK(tags);
}
END_TEST

START_TEST(fonts_are_followed)
{
	SAMPLE_CHECK(fonts);
}
END_TEST

START_TEST(texts_of_tags_are_matched)
{
	SAMPLE_CHECK(texts);
}
END_TEST

START_TEST(links_are_compared_with_what_they_say)
{
	SAMPLE_CHECK(links);
}
END_TEST

UNIT_MAIN("eval_html", tags_are_counted_as_spamassassin_counts_them,
          fonts_are_followed, texts_of_tags_are_matched,
          links_are_compared_with_what_they_say)
